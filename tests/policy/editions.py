"""What the policy chapters say in an edition, as text; rankings drawn small."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pandas as pd

from chapter_cells import shown_by
from synergy.dictionary import find_place
from synergy.evidence import load_evidence
from synergy.figures.fund import foundation_table
from synergy.figures.sliders import declared
from synergy.policy.places import regional_start
from synergy.policy.sensitivity import drivers, outlook_drivers

CHAPTERS = (
    *(f"essay/{name}" for name in ("decoupling", "foundations", "path")),
    *(f"notes/{name}" for name in ("evidence", "insights", "toolbox", "gaps")),
)

EDITIONS = ("全国", "广东", "青海", "北京", "东北")


def few(rank: Callable[..., pd.DataFrame]) -> Callable[..., pd.DataFrame]:
    """Rank with few draws: the order is not asked for here."""
    return lambda *args, **given: rank(*args, **(given | {"draws": 4}))


@cache
def text_of(chapter: str, region: str = "全国") -> str:
    """What a chapter says, tables of frames as plain text."""
    evidence, place = load_evidence(), find_place(region)
    shown = shown_by(
        chapter,
        evidence=evidence,
        place=place,
        lead=evidence.lead,
        region=region,
        start=regional_start(place, evidence.lead),
        **drawn_small(),
    )
    plain = "\n".join(shown).replace("−", "-")
    return re.sub(r"(?:</?(?:table|thead|tbody|tr|th|td)[^>]*>\s*)+", " ", plain)


def drawn_small() -> dict[str, Any]:
    """Names of a chapter's preamble that tests give themselves."""
    return {
        "declared": declared,
        "foundation_table": foundation_table,
        "drivers": few(drivers),
        "outlook_drivers": few(outlook_drivers),
    }


def flat(text: str) -> str:
    """Text in which gaps between words and cells are one blank."""
    return re.sub(r"\s+", " ", text)
