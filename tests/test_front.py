"""The front page: its numbers are those of the chapters, and no tile ranks without evidence."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import jupytext
import pytest

from synergy.claims.auditing import audit_evidence
from synergy.claims.counts import inconsistencies
from synergy.claims.ledger import FAILED, load_ledger
from synergy.conclusions import parts_judged
from synergy.dictionary import find_place
from synergy.evidence import Evidence, load_evidence
from synergy.front import MARKS, front_findings, front_pictures, paths_picture
from synergy.policy.places import theil_decomposition
from synergy.standings import standing
from synergy.words import say

FRONT = Path(__file__).parents[1] / "chapters/guide/front.md"


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return load_evidence()


def template(opening: str) -> str:
    """The template of the cell that begins like this."""
    texts = [cell.source for cell in jupytext.read(FRONT).cells if "say(" in cell.source]
    return next(re.search(r'"""(.*?)"""', t, re.S)[1] for t in texts if opening in t)  # type: ignore[index]


def tiles(evidence: Evidence, name: str = "全国") -> str:
    found, place = front_findings(evidence), find_place(name)
    return say(
        template("{div} findings"),
        degree=standing(place, evidence.lead, "D"),
        lead=evidence.lead,
        f=found,
        p=found.published,
        price=found.price,
        gaps=found.gaps,
        own=evidence.own,
        paths=paths_picture(place, evidence.lead),
        pictured=front_pictures(found),
    )


def test_the_numbers_are_those_of_the_chapters(evidence: Evidence) -> None:
    found, result = front_findings(evidence), audit_evidence(load_ledger(), evidence)
    parts = parts_judged(result, evidence.lead.nature)
    assert found.marks.to_dict() == {m: int((parts["mark"] == m).sum()) for m in MARKS}
    assert found.issues == len(inconsistencies(result))
    rows = {word: n for word, n, _ in found.rows}
    assert sum(rows.values()) == len(result.outcomes)
    failed = [o for o in result.outcomes.values() if o.document.verdict in FAILED]
    assert rows["不符"] == len(failed)
    gaps = theil_decomposition(evidence.lead.frame, "U2")
    assert f"{gaps.total.iloc[0]:.3f}<i>→</i>{gaps.total.iloc[-1]:.3f}" in tiles(evidence)


def test_there_are_six_tiles_each_with_a_picture_and_a_link(evidence: Evidence) -> None:
    text = tiles(evidence)
    assert text.count("{div} finding\n") == text.count("<svg ") == text.count('class="big"') == 6
    assert len(re.findall(r"(?m)^\{(?:doc|ref)\}`[^`]+`$", text)) == 6


def test_the_first_tile_turns_with_the_place_and_the_others_do_not(evidence: Evidence) -> None:
    nation, sichuan = (tiles(evidence, n).split(":::::{div} finding\n") for n in ("全国", "四川"))
    value = evidence.lead.at(evidence.lead.years[1]).at["四川", "D"]
    assert "四川" in sichuan[1] and f"{value:.3f}</p>" in sichuan[1]
    assert nation[2:] == sichuan[2:]


@pytest.mark.parametrize("name", ["全国", "东部", "四川"])
def test_no_tile_ranks_places_on_a_few_indicators(evidence: Evidence, name: str) -> None:
    ranked = re.compile("居第|由高到低|最高|最低|居首")
    few = evidence.lead.weights.groupby("system").head(2)
    lead = replace(evidence.lead, weights=few)
    assert not ranked.search(tiles(replace(evidence, lead=lead), name))
    assert ranked.search(tiles(evidence, name))


def test_the_answer_turns_with_what_is_found(evidence: Evidence) -> None:
    words, found = template("{div} lead"), front_findings(evidence)
    said = [
        say(words, f=found._replace(**change), rising=rising, called="您的数据")
        for rising, change in [
            ([True, True], {"standing": 0}),
            ([True, False], {"standing": 2}),
            ([False, False], {"tested": False}),
        ]
    ]
    assert "都在上升" in said[0] and "答不上来" in said[0]
    assert "没有一起上升" in said[1] and "您的数据证实 2 条" in said[1]
    assert "都没有上升" in said[2] and "无从检验" in said[2]
    assert all(text.endswith("\n:::") for text in said)
