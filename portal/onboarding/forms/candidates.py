"""Forms and list of recruiting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional

from portal import clock
from portal.accounts.models import User
from portal.forms import EnumSelectField, VersionedForm, labelled_choices
from portal.i18n import current_language
from portal.network.queries.lists import Named
from portal.network.queries.parties import CODE_PATTERN, REGION_PATTERN
from portal.onboarding.forms.counties import county_code_of
from portal.onboarding.forms.fields import DayField
from portal.onboarding.models import Candidate, RecruitingStage
from portal.onboarding.review_labels import QUALITY, SIGNING, SIZE, STAGE, TARGET_CLASS
from portal.onboarding.rules.scores import Quality, Size
from portal.tables import Column, Facet, ListSpec, Option

COLUMNS = (
    Column("name", _l("Name"), Candidate.name, fixed=True),
    Column("stage", _l("Stage"), Candidate.stage),
    Column("class", _l("Class of target")),
    Column("place", _l("Region")),
    Column("area", _l("Sales area"), shown=False),
    Column("next", _l("Next step")),
    Column("on", _l("Due"), Candidate.next_on, nullable=True),
    Column("owner", _l("Owner")),
    Column("since", _l("At this stage since"), Candidate.stage_on, shown=False),
)


def candidate_spec(prefectures: Mapping[str, str], areas: Sequence[Named], *, with_stages: bool) -> ListSpec:
    """Board and list for a reader who sees these prefectures (code → name) and sales areas."""
    language = current_language()
    places = [Option(f"prefecture:{code}", name) for code, name in prefectures.items()]
    facets = [
        Facet("region", _l("Prefecture"), places, REGION_PATTERN, multiple=False),
        Facet("class", _l("Class of target"), [Option(each.value, word) for each, word in TARGET_CLASS.items()]),
        Facet("late", _l("Next step"), [Option("yes", _l("Overdue only"))]),
    ]
    if with_stages:
        stages = [Option(stage.value, word) for stage, word in STAGE.items()]
        facets.insert(0, Facet("stage", _l("Stage"), stages))
    if len(areas) > 1:
        offered = [Option(area.code, area.name(language)) for area in areas]
        facets.append(Facet("area", _l("Sales area"), offered, CODE_PATTERN))
    return ListSpec(COLUMNS if with_stages else COLUMNS[:1], tuple(facets), default_sort="on")


class CandidateForm(VersionedForm):
    """What is known of a candidate."""

    name = StringField(_l("Name"), [DataRequired(_l("Give a name.")), Length(max=160)])
    address = StringField(_l("Address"), [Length(max=300)])
    quality = EnumSelectField(_l("Quality for the brand"), enum=Quality, labels=QUALITY, blank=True)
    size = EnumSelectField(_l("Size"), enum=Size, labels=SIZE, blank=True)
    is_related = BooleanField(_l("There is a relationship already"))
    is_new_mainstream_store = BooleanField(_l("A new mainstream store"))
    next_step = StringField(_l("Next step"), [Length(max=200)])
    next_on = DayField(_l("By when"), [Optional()])
    owner = SelectField(_l("Owner"))
    note = TextAreaField(_l("Note"), [Length(max=4_000)])

    def offer(self, users: Iterable[User], *, also: tuple[int | None, str] = (None, "")) -> None:
        """Who may see to it; `also` is the present owner, who stays a choice."""
        self.names = {str(user.id): user.name for user in users}
        owner_id, name = also
        if owner_id is not None:
            self.names.setdefault(str(owner_id), name)
        self.owner.choices = labelled_choices({"": _l("Nobody")} | self.names)

    def facts(self) -> dict[str, Any]:
        """The facts as the services want them."""
        owner = self.owner.data or ""
        names = ("name", "address", "next_step", "note")
        return {
            **{name: self[name].data or "" for name in names},
            "quality": self.quality.data,
            "size": self.size.data,
            "is_related": self.is_related.data,
            "is_new_mainstream_store": self.is_new_mainstream_store.data,
            "next_on": self.next_on.data,
            "owner_id": int(owner) if owner else None,
            "owner_name": self.names.get(owner, "") if owner else "",
        }


class NewCandidateForm(CandidateForm):
    """A name that is not in the books yet."""

    county_code: str | None = None
    county = StringField(
        _l("County"), [DataRequired(_l("Say in which county.")), Length(max=80)],
        description=_l("Name or six-digit code."),
    )  # fmt: skip

    def validate_county(self, field: StringField) -> None:
        """Exactly one county is meant."""
        self.county_code = county_code_of(field.data or "")


class StageForm(VersionedForm):
    """A step of recruiting."""

    # Somebody else may have moved the candidate meanwhile: then another list of stages is offered than was chosen from.
    to = SelectField(
        _l("To which stage"), [AnyOf(list(RecruitingStage), _l("Choose the stage."))], validate_choice=False
    )
    on = DayField(_l("Day"), [InputRequired(_l("Give the day."))], default=clock.today)
    reason = TextAreaField(_l("Reason"), [Length(max=2_000)])
    signing = SelectField(_l("How it was signed"), choices=labelled_choices(SIGNING, blank=True), validate_choice=False)

    def offer(self, stages: Iterable[str]) -> None:
        """Where the candidate may go."""
        self.to.choices = labelled_choices({stage: STAGE[RecruitingStage(stage)] for stage in stages}, blank=True)
