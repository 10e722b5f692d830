"""Cards of chapters: four lines each, the same facts in both languages, one for every chapter."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import jinja2.meta
import jupytext
import pytest

from synergy.cards import LABELS, card, declared_cards
from synergy.dictionary import paper_indicators
from synergy.evidence import load_evidence
from synergy.faults import DataError
from synergy.standings import standing
from synergy.words import FILTERS, MODULES

ROOT = Path(__file__).parents[1]
OPENED = [
    path
    for folder in ("paper", "essay", "notes", "audit")
    for path in sorted((ROOT / "chapters" / folder).glob("*.md"))
]


def names(lines: list[str]) -> set[str]:
    """What templates ask for, less the modules that every template sees."""
    environment = jinja2.Environment()
    environment.filters |= FILTERS
    tree = environment.parse("\n".join(lines))
    return jinja2.meta.find_undeclared_variables(tree) - set(MODULES)


@pytest.mark.parametrize("name", declared_cards())
def test_both_languages_use_the_same_facts(name: str) -> None:
    entry = declared_cards()[name]
    given = names([*entry["zh"], entry["look"]])
    if entry["kind"] == "modelled":
        given |= {"claims"}
    assert names(entry["en"]) <= given - {"claimed", "holds_where", "where_found"}


@pytest.mark.parametrize("name", declared_cards())
def test_lines_are_in_their_language(name: str) -> None:
    entry = declared_cards()[name]
    for line in entry["en"]:
        shown = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", line)
        assert not re.search(r"[\u4e00-\u9fff]", shown), shown


@pytest.mark.parametrize("path", OPENED, ids=lambda path: path.stem)
def test_every_chapter_opens_with_its_card(path: Path) -> None:
    """Before any other words: what comes first only computes."""
    for cell in jupytext.read(path).cells:
        text = cell.source.split('"""')[0]
        if f'card("{path.stem}"' in text:
            return
        assert "say(" not in text and "figure(" not in text, f"words before the card: {text}"
        heading = cell.cell_type == "markdown"
        assert not heading or len(cell.source.strip().splitlines()) == 1, "prose before the card"
    raise AssertionError("no card")


def test_every_card_is_in_the_summary_too() -> None:
    summary = (ROOT / "chapters/guide/english.md").read_text(encoding="utf-8")
    assert set(re.findall(r'card\("(\w+)", "en"', summary)) == set(declared_cards())


def test_a_card_has_four_labelled_lines_and_the_colour_of_its_verdict() -> None:
    lead = load_evidence().lead
    facts = {"lead": lead, "count": paper_indicators()["system"].value_counts()}
    for language in ("zh", "en"):
        text = card("indicators", language, **facts)
        assert re.findall(r"(?m)^([^:\n]+)\n: ", text) == list(LABELS["tested"][language])
    assert card("indicators", **facts).startswith(":::{div} claim-card tested is-open\n")
    assert "5 of the paper’s 9" in card("indicators", "en", **facts)


def test_the_index_of_ai_is_named_by_what_it_rests_on() -> None:
    evidence = load_evidence()
    assert evidence.demo is not None
    for findings, name in ((evidence.lead, "人工智能部分指数"), (evidence.demo, "人工智能指数")):
        ai, quality = (standing(evidence.place, findings, c) for c in ("U1", "U2"))
        text = card("introduction", ai=ai, quality=quality, held=findings.coverage)
        assert f"全国的{name}从" in text
        english = card("introduction", "en", ai=ai, quality=quality, held=findings.coverage)
        assert ("partial index" in english) == (name == "人工智能部分指数")


def test_an_unknown_card_is_told() -> None:
    with pytest.raises(DataError, match="没有"):
        card("nowhere")
