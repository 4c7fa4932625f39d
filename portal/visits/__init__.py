"""Work in the field: visits, checks of display material, trainings, events, publicity, road shows, meetings.

Words: an *activity* is planned, held, and handed in as *evidence*, which somebody else accepts or returns. A *finding*
is what was seen; its *task* is a next step with an owner and a day. A *norm* says how many activities of a kind an
outlet is to hold in a month. Accepted evidence is what rebates count.
"""
