"""Published editions: their headline numbers, what changed between them, what was corrected.

``data/editions/`` declares the numbers, keeps the values of every published edition and says why
the next one's differ. A value is computed at the time of its edition and never again; today's
are computed from the built-in panels, all years, equal weights, whatever a page's own edition is.
``python -m synergy.editions --record VERSION`` stores today's as those of a version.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from synergy.arrows import confirmed, least_squares_of, links_tested
from synergy.claims.auditing import audit_evidence
from synergy.claims.ledger import load_ledger
from synergy.conclusions import Mark, parts_judged
from synergy.dictionary import DATA_DIR, NATION
from synergy.evidence import Evidence, Findings, load_evidence
from synergy.policy.places import theil_decomposition
from synergy.policy.scenarios import load_scenario, run_scenario
from synergy.price_base import price_base_story
from synergy.system import estimate_interaction, published_system
from synergy.words import fmt

FOLDER = DATA_DIR / "editions"

#: Digits kept of a value.
_DIGITS = 6


@dataclass(frozen=True)
class Release:
    """A published edition.

    Attributes
    ----------
    version : str
    date : date
    fingerprint : str
        Of its data, as its footer gives it.
    summary, english : str
        What it brought, in one sentence of either language.
    """

    version: str
    date: date
    fingerprint: str
    summary: str
    english: str


@dataclass(frozen=True)
class Correction:
    """Something that an edition said and the next one says otherwise.

    Attributes
    ----------
    date : date
        When it was corrected.
    page : str
        Document of the book.
    said, says, why : str
        What stood there, what stands there now, and the reason.
    """

    date: date
    page: str
    said: str
    says: str
    why: str


@cache
def releases() -> tuple[Release, ...]:
    """Published editions, the oldest first."""
    return tuple(Release(**entry) for entry in _read("releases.toml")["releases"])


@cache
def corrections() -> tuple[Correction, ...]:
    """Corrections, the newest first."""
    found = [Correction(**entry) for entry in _read("corrections.toml")["corrections"]]
    return tuple(sorted(found, key=lambda each: each.date, reverse=True))


@cache
def declared_numbers() -> pd.DataFrame:
    """Labels in two languages, format and page of the headline numbers, indexed by ``key``."""
    return pd.read_csv(FOLDER / "numbers.csv").set_index("key")


@cache
def stored_numbers() -> pd.DataFrame:
    """Values of published editions: index ``key``, a column per version, NaN where unknown."""
    values = pd.read_csv(FOLDER / "values.csv", dtype={"edition": str})
    wide = values.pivot(index="key", columns="edition", values="value")
    return wide.reindex(declared_numbers().index)[[each.version for each in releases()]]


@cache
def headline_numbers() -> Mapping[str, float]:
    """Today's numbers on the built-in panels, by key."""
    evidence = load_evidence()
    found = {**_indices(evidence.lead), **_audit(evidence), **_system(evidence.lead), **_policy()}
    return {key: round(float(found[key]), _DIGITS) for key in declared_numbers().index}


def compared_editions() -> pd.DataFrame:
    """Last published edition and today side by side.

    Returns
    -------
    DataFrame
        Index ``key``; ``label``, ``english``, ``page``, ``before`` and ``now`` as text, ``change``
        between the two as printed (NaN where unknown), ``told``, that change as text, and
        ``why``, empty where nothing is noted.
    """
    table, last = declared_numbers(), releases()[-1].version
    table = table.assign(old=stored_numbers()[last], new=pd.Series(headline_numbers()))
    notes = _read("releases.toml")["next"]["notes"]
    rows = table.to_dict("records")
    return table.assign(
        before=[fmt(row["old"], _spec(row)) for row in rows],
        now=[fmt(row["new"], _spec(row)) for row in rows],
        change=[_change(row) for row in rows],
        told=[_told(row) for row in rows],
        why=[notes.get(key, "") for key in table.index],
    )[["label", "english", "page", "before", "now", "change", "told", "why"]]


def record(version: str) -> None:
    """Store today's numbers as those of a version, in place of what it had."""
    path = FOLDER / "values.csv"
    kept = pd.read_csv(path, dtype={"edition": str}).query("edition != @version")
    today = [{"edition": version, "key": k, "value": v} for k, v in headline_numbers().items()]
    pd.concat([kept, pd.DataFrame(today)]).to_csv(path, index=False, lineterminator="\n")


# --- what the numbers are ---------------------------------------------------------------------


def _indices(lead: Findings) -> dict[str, float]:
    nation = lead.regional[lead.regional["region"] == NATION].set_index("year")
    gaps = theil_decomposition(lead.frame, "U2")["total"]
    held = {system: lead.coverage.held(system)[0] for system in ("AI", "EQ")}
    found: dict[str, float] = {"ai_indicators": held["AI"], "eq_indicators": held["EQ"]}
    for name, series in {
        "ai": nation["U1"],
        "quality": nation["U2"],
        "degree": nation["D"],
        "theil": gaps,
    }.items():
        found |= {f"{name}_first": series.iloc[0], f"{name}_last": series.iloc[-1]}
    story = price_base_story()
    falling = {"published": story.published.falling, "linked": story.never}
    return found | {f"west_falling_{version}": count for version, count in falling.items()}


def _audit(evidence: Evidence) -> dict[str, float]:
    result = audit_evidence(load_ledger(), evidence)
    marks = parts_judged(result, evidence.lead.nature)["mark"].value_counts()
    return {
        "claims": len(result.outcomes),
        "inconsistencies": len(result.inconsistencies()),
        "parts_supported": marks.get(Mark.SUPPORTED, 0),
        "parts_not_supported": marks.get(Mark.NOT_SUPPORTED, 0),
        "parts_not_testable": marks.get(Mark.NOT_TESTABLE, 0),
    }


def _system(lead: Findings) -> dict[str, float]:
    here = estimate_interaction(lead)
    linear = least_squares_of(here)
    standing = len(confirmed(links_tested(here, linear), linear))
    return {"largest_root": published_system().moduli[0], "arrows_standing": standing}


def _policy() -> dict[str, float]:
    headlines = run_scenario(load_scenario("baseline")).headlines
    keys = ("labour_share", "funding_ratio", "finance_gap", "exhaustion_year")
    return {key: headlines[key].value for key in keys}


# --- how they are told ------------------------------------------------------------------------


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _spec(row: Mapping[Any, Any]) -> str:
    """The declared format; a count is read back from the file as a float."""
    return ".0f" if row["format"] == "d" else str(row["format"])


def _change(row: Mapping[Any, Any]) -> float:
    """Difference of the two values as they are printed."""
    spec = _spec(row)
    digits = int(spec[1:-1]) + 2 * spec.endswith("%")
    return float(round(round(row["new"], digits) - round(row["old"], digits), digits))


def _told(row: Mapping[Any, Any]) -> str:
    change, spec = _change(row), _spec(row)
    if pd.isna(change):
        return "上一版没有"
    text = fmt(change, f"+{spec}").replace("-", "\N{MINUS SIGN}")
    text = text.replace("%", " 个百分点")
    return "不变" if change == 0 else text


def main() -> None:
    """Store today's numbers as those of the version that the command names."""
    parser = argparse.ArgumentParser(prog="python -m synergy.editions")
    parser.add_argument("--record", required=True, metavar="VERSION")
    record(parser.parse_args().record)


if __name__ == "__main__":
    main()
