"""A second, naive reading of the language, written from its reference: fractions, single lines, ratios as ratios."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

Json = dict[str, Any]
INFINITE = Fraction(10**30)
ON_AMOUNT = ("percent", "points")


def rounded(value: Fraction) -> int:
    """Half up, away from zero."""
    sign = -1 if value < 0 else 1
    return sign * int((abs(value) * 2 + 1) // 2)


def settle(policy: Json, facts: Json) -> tuple[int, int, int]:
    """(total_fen, points, goods)."""
    return Settlement(policy, facts).result()


class Settlement:
    def __init__(self, policy: Json, facts: Json) -> None:
        self.policy, self.facts = policy, facts
        self.cumulative = policy["settle"] == "cumulative"
        self.now = [line for line in facts.get("lines", ()) if self.in_days(line)]
        self.before = [line for line in facts.get("year_to_date", ()) if self.in_days(line)]
        self.spread: dict[str, list[tuple[Json, Fraction]]] = {}

    def in_days(self, line: Json) -> bool:
        days = self.policy["effective"]
        return "on" not in line or days["from"] <= line["on"] <= days["to"]

    def result(self) -> tuple[int, int, int]:
        sums = {"fen": 0, "points": 0, "goods": 0}
        for term in self.policy["terms"]:
            earned = self.term(term)
            sums[term["pays"] if term["pays"] in sums else "fen"] += earned
            self.lay_on_lines(term, earned)
        total = self.payout(sums["fen"])
        if self.cumulative:
            total -= self.facts.get("settled_fen", 0)
            sums["points"] -= self.facts.get("settled_points", 0)
            sums["goods"] -= self.facts.get("settled_goods", 0)
        return total, sums["points"], sums["goods"]

    # Volumes in units or yuan.

    def lines_of(self, term: Json, lines: list[Json]) -> list[Json]:
        return [line for line in lines if counts(term.get("lines", {}), line)]

    def paid_lines(self, term: Json) -> list[Json]:
        return self.lines_of(term, self.before + self.now if self.cumulative else self.now)

    def year(self, term: Json) -> bool:
        return self.cumulative or term.get("window") == "year_to_date"

    def measured_lines(self, term: Json) -> list[Json]:
        return self.lines_of(term, self.before + self.now if self.year(term) else self.now)

    def target(self, term: Json, kind: str) -> Fraction:
        target = self.facts.get("target", {})
        if kind == "yuan":
            return Fraction(target.get("amount_fen", 0), 100)
        rule, quota = term.get("lines", {}), self.facts.get("quota", {})
        named = [m for m in quota if m in rule.get("models", quota) and m not in rule.get("exclude_models", ())]
        return Fraction(sum(quota[m] for m in named) or target.get("units", 0))

    def baseline(self, kind: str) -> Fraction:
        baseline = self.facts.get("baseline", {})
        return Fraction(baseline.get("amount_fen", 0), 100) if kind == "yuan" else Fraction(baseline.get("units", 0))

    # One term.

    def term(self, term: Json) -> int:
        asks = Asks(self, term)
        if not all(asks.holds(condition) for condition in term.get("when", ())):
            return 0
        exact = self.gross(term)
        if exact is None:
            return 0
        rest = exact
        for deduction in term.get("deductions", ()):
            if not asks.holds(deduction["unless"]):
                percent = deduction.get("percent")
                rest -= Fraction(deduction["amount"]) if percent is None else exact * Fraction(percent) / 100
        rest = max(rest, Fraction(0))
        if "floor" in term and rest > 0:
            rest = max(rest, Fraction(term["floor"]))
        if "cap" in term:
            rest = min(rest, Fraction(term["cap"]) * self.prorated(term))
        return rounded(rest * 100) if term["pays"] not in ("points", "goods") else rounded(rest)

    def prorated(self, term: Json) -> Fraction:
        if not term.get("prorate"):
            return Fraction(1)
        from datetime import date

        begin, end = (date.fromisoformat(self.policy["effective"][key]) for key in ("from", "to"))
        return Fraction((end - begin).days + 1, (date(begin.year + 1, 1, 1) - date(begin.year, 1, 1)).days)

    def gross(self, term: Json) -> Fraction | None:
        """Yuan, points or units before deductions; None where nothing is reached."""
        pays, kind = term["pays"], "yuan" if term["pays"] in ON_AMOUNT else "units"
        tiers = [
            (Fraction(tier["from"]), Fraction(tier["rate"]), tier.get("retrospective", False)) for tier in term["tiers"]
        ]
        scale = self.scale(term, kind)
        if scale is None:
            return None
        tier_kind, value_of, per_value = scale
        volume = total(self.measured_lines(term), tier_kind)
        value = value_of(volume)
        top = max((number for number, tier in enumerate(tiers) if value >= tier[0]), default=-1)
        level = self.level(term, kind)
        if top < 0 or level is None:
            return None
        method = term.get("method", "retrospective")
        if pays == "lump_sum":
            return sum((tier[1] for tier in tiers[: top + 1]), Fraction(0)) if method == "total" else tiers[top][1]
        paid = max(total(self.paid_lines(term), kind), Fraction(0))
        left = self.left_of(term, kind)
        if method in ("retrospective", "total"):
            base = self.above(term, kind, level) * left
            rates = [tiers[top][1]] if method == "retrospective" else [tier[1] for tier in tiers[: top + 1]]
            return sum((self.times(term, rate, base) for rate in rates), Fraction(0))
        # Slices, in what the tiers are written in.
        begin_volume = (
            total(self.lines_of(term, self.before), tier_kind) if self.year(term) and not self.cumulative else 0
        )
        begin = value_of(Fraction(begin_volume))
        if term.get("applies_to") == "excess":
            begin = max(begin, value_of(level))
        if per_value == 0:  # growth from nothing: all of it lies in the highest tier
            base = (volume - max(Fraction(begin_volume), Fraction(0))) * left
            return self.times(term, tiers[top][1], base)
        paid_in_tiers = volume - begin_volume
        earned = Fraction(0)
        flagged = [number for number in range(top + 1) if tiers[number][2]] if method == "marginal" else []
        for number in range(top + 1):
            low = tiers[number][0]
            high = tiers[number + 1][0] if number < top else value
            if method == "rolling":
                low = begin
            elif flagged and number < flagged[-1]:
                continue
            elif flagged and number == flagged[-1]:
                low = begin
            part = max(min(high, value) - max(low, begin), Fraction(0)) * per_value
            if tier_kind != kind:
                part = part * paid / paid_in_tiers if paid_in_tiers > 0 else Fraction(0)
            earned += self.times(term, tiers[number][1], part * left)
        return earned

    def scale(self, term: Json, kind: str) -> tuple[str, Callable[[Fraction], Fraction], Fraction] | None:
        """(unit of the tiers' volume, volume → what is compared with `from`, volume of one of these)."""
        on = term["tier_on"]
        if on in ("units", "amount"):
            return ("yuan" if on == "amount" else "units"), lambda volume: volume, Fraction(1)
        if on == "attainment":
            target = self.target(term, kind)
            return (kind, lambda volume: volume / target, target) if target > 0 else None
        tier_kind = {"growth": kind, "growth_units": "units", "growth_amount": "yuan"}[on]
        baseline = self.baseline(tier_kind)
        if baseline <= 0:
            if term["no_baseline"] == "skip":
                return None
            baseline = Fraction(0)
        if on != "growth":
            return tier_kind, lambda volume: volume - baseline, Fraction(1)
        if baseline == 0:
            return tier_kind, lambda volume: INFINITE if volume > 0 else -INFINITE, Fraction(0)
        return tier_kind, lambda volume: volume / baseline - 1, baseline

    def level(self, term: Json, kind: str) -> Fraction | None:
        """What the volume has to exceed; 0 where all counts; None where nothing is on file."""
        if term.get("applies_to") != "excess":
            return Fraction(0)
        if term["tier_on"] == "attainment":
            return self.target(term, kind)
        if self.baseline(kind) > 0:
            return self.baseline(kind)
        if "no_baseline" in term:
            return Fraction(0) if term["no_baseline"] == "zero" else None
        return self.target(term, kind) or None

    def above(self, term: Json, kind: str, level: Fraction) -> Fraction:
        """What is paid on, without slices."""
        paid = total(self.paid_lines(term), kind)
        if term.get("applies_to") != "excess":
            return max(paid, Fraction(0))
        end = total(self.measured_lines(term), kind)
        return max(end - max(end - paid, level), Fraction(0))

    def times(self, term: Json, rate: Fraction, base: Fraction) -> Fraction:
        if base <= 0:
            return Fraction(0)
        if term["pays"] == "percent":
            return base * rate / 100
        if term["pays"] == "points":
            return base * rate
        return (base / term.get("per", 1)).__floor__() * rate

    # What earlier terms leave.

    def left_of(self, term: Json, kind: str) -> Fraction:
        """The part of the amount that earlier terms leave."""
        lines = self.paid_lines(term)
        full = total(lines, "yuan")
        if not term.get("after"):
            return Fraction(1)
        return (
            max(sum((self.left_on(term, line) for line in lines), Fraction(0)), Fraction(0)) / full
            if full > 0
            else Fraction(0)
        )

    def left_on(self, term: Json, line: Json) -> Fraction:
        taken = [share for earlier in term.get("after", ()) for other, share in self.spread[earlier] if other is line]
        return Fraction(line["amount_fen"], 100) - sum(taken, Fraction(0))

    def lay_on_lines(self, term: Json, earned: int) -> None:
        lines = self.paid_lines(term)
        units = term["pays"] == "per_unit"
        weights = [Fraction(line["units"]) if units else self.left_on(term, line) for line in lines]
        whole = sum(weights, Fraction(0))
        lies = whole > 0 and term["pays"] not in ("points", "goods")
        self.spread[term["id"]] = [
            (line, Fraction(earned, 100) * weight / whole if lies else Fraction(0))
            for line, weight in zip(lines, weights, strict=True)
        ]

    # The payout.

    def payout(self, fen: int) -> int:
        payout, asks = self.policy.get("payout", {}), Asks(self, None)
        if "multiplier" in payout:
            factors = [Fraction(step["times"]) for step in payout["multiplier"] if asks.holds(step["when"])]
            fen = rounded(fen * factors[0]) if factors else 0
        if "guarantee" in payout:
            fen = max(fen, rounded(Fraction(payout["guarantee"]) * 100))
        if "floor" in payout and fen > 0:
            fen = max(fen, rounded(Fraction(payout["floor"]) * 100))
        if "cap" in payout:
            fen = min(fen, rounded(Fraction(payout["cap"]) * 100))
        return fen


def counts(rule: Json, line: Json) -> bool:
    tags = set(line.get("tags", ()))
    return (
        ("models" not in rule or line["model"] in rule["models"])
        and line["model"] not in rule.get("exclude_models", ())
        and ("tags" not in rule or bool(tags & set(rule["tags"])))
        and not tags & set(rule.get("exclude_tags", ()))
        and ("sale_types" not in rule or line.get("sale_type") in rule["sale_types"])
    )


def total(lines: list[Json], kind: str) -> Fraction:
    if kind == "units":
        return Fraction(sum(line["units"] for line in lines))
    return Fraction(sum(line["amount_fen"] for line in lines), 100)


class Asks:
    """Conditions of one term, or of the payout."""

    def __init__(self, settlement: Settlement, term: Json | None) -> None:
        self.all, self.term = settlement, term

    def holds(self, condition: Json) -> bool:
        found, value = self.found(condition), condition["value"]
        if found is None:
            return False
        if isinstance(found, str):
            return found == value
        wanted = Fraction(value) if not isinstance(value, bool) else Fraction(int(value))
        return {
            ">=": found >= wanted,
            ">": found > wanted,
            "<=": found <= wanted,
            "<": found < wanted,
            "==": found == wanted,
        }[condition["op"]]

    def lines(self, models: list[str] | None) -> list[Json]:
        everything = {"lines": {}, "window": "period"}
        lines = self.all.measured_lines(self.term or everything)
        if models is None:
            return lines
        window = {"window": (self.term or everything).get("window", "period")}
        return [line for line in self.all.measured_lines(window) if line["model"] in models]

    def found(self, condition: Json) -> Fraction | str | None:
        fact, models, facts = condition["fact"], condition.get("models"), self.all.facts
        head, _, name = fact.partition(":")
        if head == "activity":
            return Fraction(facts.get("activities", {}).get(name, 0))
        if head == "party":
            value = facts.get("party_facts", {}).get(name)
            return value if value is None or isinstance(value, str) else Fraction(value)
        if head in ("units", "amount"):
            return total(self.lines(models), "yuan" if head == "amount" else "units")
        if head == "share":
            whole = total(self.lines(None), "units")
            part = [line for line in self.lines(None) if line["model"] in models]
            return total(part, "units") / whole if whole > 0 else None
        if head == "attainment":
            return self.attainment(models)
        if head == "growth":
            return self.growth()
        value = facts.get(fact)
        if fact == "confirmed_violations":
            return Fraction(value or 0)
        return None if value is None else Fraction(int(value))

    def kind(self, units: Fraction | int, yuan: Fraction | int) -> str:
        if self.term:
            return "yuan" if self.term["pays"] in ON_AMOUNT else "units"
        return "yuan" if units <= 0 < yuan else "units"

    def attainment(self, models: list[str] | None) -> Fraction | None:
        quota = self.all.facts.get("quota", {})
        if models is not None:
            target, kind = Fraction(sum(quota.get(model, 0) for model in models)), "units"
        else:
            everything: Json = {}
            kind = self.kind(self.all.target(everything, "units"), self.all.target(everything, "yuan"))
            target = self.all.target(self.term or everything, kind)
        return total(self.lines(models), kind) / target if target > 0 else None

    def growth(self) -> Fraction | None:
        kind = self.kind(self.all.baseline("units"), self.all.baseline("yuan"))
        volume, baseline = total(self.lines(None), kind), self.all.baseline(kind)
        if baseline > 0:
            return volume / baseline - 1
        from_zero = self.term is not None and self.term.get("no_baseline") == "zero"
        return INFINITE if from_zero and volume > 0 else None
