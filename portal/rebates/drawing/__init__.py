"""Statements to take away: a workbook whose formulas compute the amounts again, and a PDF."""
