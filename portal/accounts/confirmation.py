"""Asking for the password again before what is sensitive, unless it was given in this session a moment ago."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from flask import redirect, request, url_for

from portal import clock
from portal.accounts.browser import present_session

View = TypeVar("View", bound=Callable[..., Any])
LASTS = timedelta(minutes=10)
# A form that was opened in time may be filled in and sent without losing what was typed.
FORM_LASTS = timedelta(minutes=30)


def is_confirmed(within: timedelta = LASTS) -> bool:
    """Whether the password was given in this session a moment ago."""
    row = present_session()
    return row is not None and clock.now() - row.confirmed_at <= within


def requires_confirmation(*, back: str | None = None) -> Callable[[View], View]:
    """Send the reader to give the password first, and then here again.

    `back`: the endpoint of the page to return to instead, where this one is not a page.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if is_confirmed(FORM_LASTS if request.method == "POST" else LASTS):
                return view(*args, **kwargs)
            here = url_for(back, **kwargs) if back else request.full_path.rstrip("?")
            return redirect(url_for("accounts.confirm", next=here))

        return guarded  # type: ignore[return-value]

    return mark
