"""What partners earn: policies as data, and every fen of a rebate with its reason.

Words: a *policy* (商务政策) is one document of the language in docs/rebates.md, in *versions* with their own days;
a *term* of it earns one amount on its *lines* (sales lines; returns are negative ones); a *tier* (坎级) is reached when
the *measure* (units or yuan of those lines, or their ratio to a target or *baseline*) is at least its `from`, and its
*rate* is paid on the *base*. *Facts* are what one party did in one *period*; the *result* is what it earns, with
*reasons* whose amounts add up to it. *Cumulative* settling pays the entitlement of the year so far less what was
settled before; a negative difference is a *claw-back* (追扣).
"""
