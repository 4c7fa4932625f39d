"""Reads of the targets room. Scorecards and rebates ask the three named here: each one statement for many parties."""

from portal.targets.queries.quotas import quota_of, units_by_distributor, units_by_party

__all__ = ["quota_of", "units_by_distributor", "units_by_party"]
