"""Users: the list, its export, one user, invitation and edit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext
from werkzeug.wrappers import Response

from portal.access import requires
from portal.accounts import browser
from portal.accounts.confirmation import requires_confirmation
from portal.accounts.devices import describe_device
from portal.accounts.labels import GRANT_KINDS, ROLES, STATUS_COLOURS, STATUSES, sentence
from portal.accounts.letters import link_url, send_link
from portal.accounts.models import GRANT_OF_ROLE, GrantKind, LinkPurpose, User, UserStatus
from portal.accounts.queries import get_user, list_last_seen, list_live_sessions, select_users
from portal.accounts.services import users as services
from portal.admin.forms import USERS, DisableForm, UserForm
from portal.admin.queries import GrantObject, names_of_grants, search_grant_objects
from portal.admin.views import blueprint
from portal.audit.exports import export_table
from portal.audit.labels import ACTION_COLOURS, action_word
from portal.audit.queries import entries_of
from portal.audit.wording import changes_in_words
from portal.clock import BUSINESS_ZONE
from portal.db import db
from portal.errors import InvalidInput, StaleVersion
from portal.i18n import LOCALES, pick
from portal.mail import is_configured
from portal.permissions import Permission
from portal.spreadsheets import Column as ExportColumn
from portal.tables import capped_count, keyset_page

Answer = str | Response | tuple[str, int]
SHOWN_GRANTS = 2
EXPORT_CHUNK = 500
FIELDS = ("email", "name", "role", "locale")


@blueprint.get("/users")
@requires(Permission.ACCOUNTS_USERS_MANAGE)
def list_users() -> str:
    """Everybody who can sign in."""
    state = USERS.read(request.path, request.args)
    statement = select_users(state)
    page = keyset_page(db.session(), statement, state.order(User.id), state.cursor, state.size)
    names = names_of_grants(db.session(), page.rows)
    return render_template(
        "admin/user_list.html",
        state=state,
        page=page,
        count=capped_count(db.session(), statement),
        scopes={user.id: scope_words(user, names) for user in page.rows},
        seen=list_last_seen(db.session(), [user.id for user in page.rows]),
        base=url_for("admin.list_users"),
        roles={role: str(word) for role, word in ROLES.items()},
        statuses=STATUSES,
        status_colours=STATUS_COLOURS,
    )


def scope_words(user: User, names: Mapping[tuple[GrantKind, int], GrantObject], shown: int = SHOWN_GRANTS) -> str:
    """What the user sees, in a few words; empty where a role needs a grant and has none."""
    if user.role not in GRANT_OF_ROLE:
        return _("the whole network")
    found = sorted(
        (names[key] for grant in user.grants if (key := (grant.kind, grant.object_id)) in names),
        key=lambda object: object.code,
    )
    words = [pick(object.name_zh, object.name_en) for object in found[:shown]]
    more = [f"+{len(found) - shown}"] if len(found) > shown else []
    return ", ".join([*words, *more])


@blueprint.post("/users/export.<kind>")
@requires(Permission.ACCOUNTS_USERS_MANAGE)
def export_users(kind: str) -> Response:
    """The same users as a file."""
    state = USERS.read(url_for("admin.list_users"), request.args)
    columns = [
        ExportColumn(_("E-mail"), "text", 30),
        ExportColumn(pgettext("person", "Name"), "text", 20),
        ExportColumn(_("Role"), "text", 22),
        ExportColumn(_("Scope"), "text", 40),
        ExportColumn(_("Status"), "text", 12),
        ExportColumn(_("Language"), "text", 12),
        ExportColumn(_("Second factor"), "text", 12),
        ExportColumn(_("Last here"), "moment", 18),
        ExportColumn(_("Since"), "moment", 18),
    ]
    return export_table(kind, "users", columns, _export_rows(state))


def _export_rows(state: Any) -> Iterator[tuple[Any, ...]]:
    statement = select_users(state)
    cursor: str | None = ""
    while cursor is not None:
        page = keyset_page(db.session(), statement, state.order(User.id), cursor, EXPORT_CHUNK)
        names = names_of_grants(db.session(), page.rows)
        seen = list_last_seen(db.session(), [user.id for user in page.rows])
        for user in page.rows:
            yield (
                user.email,
                user.name,
                str(ROLES[user.role]),
                scope_words(user, names, shown=1000),
                str(STATUSES[user.status]),
                LOCALES.get(user.locale, user.locale),
                _("On") if user.totp_secret else _("Off"),
                _local(seen.get(user.id)),
                _local(user.created_at),
            )
        cursor = page.next


def _local(moment: Any) -> Any:
    return moment.astimezone(BUSINESS_ZONE).replace(tzinfo=None) if moment else None


@blueprint.get("/users/<int:user_id>")
@requires(Permission.ACCOUNTS_USERS_MANAGE)
def show_user(user_id: int) -> str:
    """One user: what they may see, where they are signed in, what happened."""
    return user_page(get_user(db.session(), user_id), DisableForm())


def user_page(user: User, disable_form: DisableForm) -> str:
    """The page of a user; with an error in `disable_form` its dialog stands open."""
    session, kind = db.session(), GRANT_OF_ROLE.get(user.role)
    names = names_of_grants(session, [user])
    granted = sorted((names[key] for key in names if key[0] == kind), key=lambda found: found.code)
    text = " ".join(request.args.get("find", "").split())[:100]
    without = {found.id for found in granted}
    found = search_grant_objects(session, kind, text, without=without) if kind and text else []
    rows = list_live_sessions(session, user)
    return render_template(
        "admin/user_page.html",
        user=user,
        form=disable_form,
        roles=ROLES,
        statuses=STATUSES,
        status_colours=STATUS_COLOURS,
        kind=kind,
        kinds=GRANT_KINDS,
        granted=granted,
        lost=[g for g in user.grants if g.kind == kind and (g.kind, g.object_id) not in names],
        find=text,
        found=found,
        sessions=rows,
        devices={row.id: describe_device(row.agent) for row in rows},
        present=browser.present_session(),
        is_own=user is browser.present_user(),
        events=_events(user),
    )


def _events(user: User) -> list[dict[str, Any]]:
    """The user's timeline, from the audit."""
    return [
        {
            "at": entry.at,
            "who": entry.actor_name,
            "title": action_word(entry.action),
            "colour": ACTION_COLOURS.get(entry.action, "blue"),
            "changes": [] if entry.action == "create" else list(changes_in_words(entry.changes)),
        }
        for entry in entries_of(db.session(), "users", user.id, limit=30)
    ]


@blueprint.route("/users/invite", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_USERS_MANAGE)
def invite_user() -> Answer:
    """A new user, and the link by which they choose a password. The link is shown once."""
    form = UserForm()
    if form.validate_on_submit():
        try:
            user, token = services.invite_user(
                db.session(),
                email=form.email.data,
                name=form.name.data,
                role=form.role.data,
                locale=form.locale.data,
            )
        except InvalidInput as error:
            form.email.errors = [sentence(error.code)]
        else:
            db.session.commit()
            return link_page(user, token, LinkPurpose.INVITATION)
    return render_template("admin/user_invite.html", form=form), 422 if form.errors else 200


@blueprint.post("/users/<int:user_id>/link")
@requires(Permission.ACCOUNTS_USERS_MANAGE)
@requires_confirmation(back="admin.show_user")
def make_link(user_id: int) -> Answer:
    """A new invitation, or a link to choose a new password."""
    user = get_user(db.session(), user_id)
    purpose = LinkPurpose.INVITATION if user.status is UserStatus.INVITED else LinkPurpose.RESET
    try:
        token = services.renew_link(db.session(), user)
    except InvalidInput as error:
        flash(sentence(error.code), "danger")
        return redirect(url_for("admin.show_user", user_id=user.id))
    db.session.commit()
    return link_page(user, token, purpose)


def link_page(user: User, token: str, purpose: LinkPurpose) -> str:
    """The link to pass on, and whether it was sent already."""
    was_sent = is_configured(current_app.config) and send_link(user, token, purpose)
    return render_template(
        "admin/user_link.html",
        user=user,
        url=link_url(token),
        was_sent=was_sent,
        sends_mail=is_configured(current_app.config),
        is_invitation=purpose is LinkPurpose.INVITATION,
        needs_grant=user.role in GRANT_OF_ROLE and not user.grants,
    )


@blueprint.route("/users/<int:user_id>/edit", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_USERS_MANAGE)
@requires_confirmation()
def edit_user(user_id: int) -> Answer:
    """Address, name, role and language. Who was overtaken sees both versions."""
    user = get_user(db.session(), user_id)
    form = UserForm(obj=user)
    if form.validate_on_submit():
        values = {field: form[field].data for field in FIELDS}
        try:
            services.edit_user(db.session(), user, by=browser.present_user(), version=form.read_version, values=values)
        except StaleVersion as error:
            raise _with_both_versions(error, user, form) from error
        except InvalidInput as error:
            form[str(error.details["field"])].errors = [sentence(error.code)]
        else:
            db.session.commit()
            flash(_("The user is saved."), "success")
            return redirect(url_for("admin.show_user", user_id=user.id))
    return render_template("admin/user_edit.html", form=form, user=user), 422 if form.errors else 200


def _with_both_versions(error: StaleVersion, user: User, form: UserForm) -> StaleVersion:
    def shown(field: str, value: Any) -> str:
        words: dict[str, Mapping[Any, Any]] = {"role": ROLES, "locale": LOCALES}
        return str(words.get(field, {}).get(value, value))

    fields = [
        {"label": form[field].label.text, "yours": shown(field, form[field].data), "saved": shown(field, saved)}
        for field in FIELDS
        if (saved := getattr(user, field)) != form[field].data
    ]
    details: dict[str, Any] = error.details | {"fields": fields, "url": url_for("admin.edit_user", user_id=user.id)}
    return StaleVersion(**details)
