"""How every form of the catalogue is saved: one verb, one commit, and a way back where it is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal.db import db
from portal.errors import InvalidInput, StaleVersion
from portal.forms import VersionedForm
from portal.merging import Difference, differences, put_error
from portal.products.labels import sentence_of


def save(
    form: VersionedForm, verb: Callable[[], Any], saved: Callable[[], Mapping[str, Any]] | None = None
) -> tuple[Any, list[Difference]]:
    """What the verb gives, committed; None where it was refused: the form then says why.

    `saved` reads the record as it is now: with it, somebody else's save comes back as differences to merge.
    """
    session = db.session()
    if not form.validate_on_submit():
        return None, []
    try:
        done = verb()
    except StaleVersion:
        session.rollback()
        if saved is None:
            raise
        values = saved()
        form.version.data = str(values["version"])
        return None, differences(form, values)
    except InvalidInput as error:
        session.rollback()
        put_error(form, str(error.details.get("field", "")), sentence_of(error))
        return None, []
    session.commit()
    return done, []
