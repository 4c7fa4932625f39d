"""What somebody should know: in the portal, and by mail.

Words: a *notice* is one line for one user, with a link; its *kind* names the sentence, which each reader gets in
their own language. Rows are written in the transaction of what they tell; mail leaves afterwards, from the rows.
"""
