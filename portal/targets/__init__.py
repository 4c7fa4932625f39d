"""What is to be sold: the year's target, its seasons, the monthly quotas.

Words: a *year target* is split over the months by a *season profile* (淡旺季分解) and cascaded area → distributor →
outlet → model, every level adding up to the unit; the *quota* (月度任务) is what one outlet is to sell of one model in
one month; an *amendment* changes a quota from a day on, as a new dated row.
"""
