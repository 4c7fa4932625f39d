"""Users, sign-in, sessions at the server, and the scope that a user's rows are cut to.

Words: a *user* holds one role; a *grant* ties a user to a sales area, a distributor or an outlet; a *session* is one
signed-in browser; a *single-use link* invites a user or resets a password.
"""
