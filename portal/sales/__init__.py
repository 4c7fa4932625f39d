"""The monthly sales report (月度进销存报表): from a distributor's lines to the figures behind rebates and compliance.

Words: a *period* is a business month with its calendar; a *report* is one distributor's paper of one period, with a
*report line* for each outlet × model and, where kept, *sales details* (one car or one sale each); an *amendment*
changes a locked report by a difference, never by an edit; a *question* is what a check found odd, to be answered, not
a verdict; a *roll-up* is the sum of a period × outlet × model, kept in step in the transaction that writes it.
"""
