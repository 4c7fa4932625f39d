"""Pure rules of the monthly report: calendar, states, stock equation, checks, sums."""
