"""Commands of onboarding: `flask onboarding …`."""

from __future__ import annotations

import json
from typing import Any

import click
from flask.cli import with_appcontext

from portal import clock
from portal.db import db, reading
from portal.errors import InvalidInput
from portal.geo import Datum, convert
from portal.network.services.parties import check_point
from portal.onboarding.labels import sentence_of
from portal.onboarding.queries.places import place_of_point
from portal.onboarding.queries.sites import RADIUS_KM, site_sheet
from portal.scope import EVERYTHING, bind_scope


@click.group()
def onboarding() -> None:
    """Applications, openings and exits."""


@onboarding.command("judge")
@click.option("--lng", type=float, required=True, help="Longitude of the site in degrees.")
@click.option("--lat", type=float, required=True, help="Latitude of the site in degrees.")
@click.option(
    "--datum",
    type=click.Choice([datum.value for datum in Datum], case_sensitive=False),
    default=Datum.WGS84.value,
    show_default=True,
    help="What the coordinates refer to: GPS (wgs84), AMap and Tencent (gcj02), Baidu (bd09).",
)
@click.option(
    "--radius-km",
    type=click.FloatRange(0.1, 60),
    default=RADIUS_KM,
    show_default=True,
    help="Radius of a catchment.",
)
@click.option(
    "--capital", type=click.IntRange(0), help="Capital in 10,000 yuan, held against the minimum of the place."
)
@click.option("--json", "as_json", is_flag=True, help="Print the whole sheet as JSON.")
@with_appcontext
def judge_command(lng: float, lat: float, datum: str, radius_km: float, capital: int | None, as_json: bool) -> None:
    """Judge a site among all outlets of the network, as the reviewers see it. Writes nothing."""
    session = db.session()
    bind_scope(session, EVERYTHING)
    try:
        check_point(lng, lat)
    except InvalidInput as error:
        raise click.BadParameter(sentence_of(error), param_hint="--lng/--lat") from error
    lng, lat = convert(lng, lat, datum, Datum.WGS84)
    with reading():
        sheet = site_sheet(
            session,
            lng=lng,
            lat=lat,
            place=place_of_point(session, lng, lat),
            on=clock.today(),
            radius_km=radius_km,
            capital_wan=capital,
        )
    click.echo(json.dumps(sheet, ensure_ascii=False, indent=2) if as_json else "\n".join(_lines(sheet)))


def _lines(sheet: dict[str, Any]) -> list[str]:
    judged, names = sheet["judgement"], [region["name_en"] for region in sheet["place"].values() if region]
    lines = [
        f"{sheet['site']['lng']:.6f}, {sheet['site']['lat']:.6f} (WGS-84): {', '.join(names) or 'no known county'}",
        f"{judged['within_radius']} outlets within {judged['radius_km']:g} km; "
        f"{judged['overlap_share']:.1%} of the catchment is covered; {judged['gain_km2']:g} km² newly covered",
    ]
    lines += [
        f"  {each['distance_m'] / 1000:8.2f} km {each['bearing']:3}°  {each['code']} {each['name']} ({each['status']})"
        for each in judged["nearest"]
    ]
    lines += [
        f"  {each['code']} {each['name']} would lose {each['lost_share']:.1%} of its catchment"
        for each in judged["losses"]
    ]
    lines += [f"territory: {each['code']} {each['name']} ({each['exclusivity']})" for each in sheet["territory"]]
    if sheet["potential"]:
        lines.append(f"{sheet['potential']['per_outlet_after']:,} residents per outlet ({sheet['potential']['level']})")
    if sheet["capital"]:
        lines.append(f"least capital: {sheet['capital']['minimum_wan']} (10,000 yuan)")
    return lines


commands: tuple[click.Command, ...] = (onboarding,)
