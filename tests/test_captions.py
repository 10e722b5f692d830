"""Words of figures: whole, in two languages, with sources that are known."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from synergy.captions import PARTS, declared_captions, figure_sources, words_of

ENTRIES = pytest.mark.parametrize("name", sorted(declared_captions()))
FACTS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


def entry(name: str) -> dict[str, str]:
    own = dict(declared_captions()[name])
    return entry(own["like"]) | own if "like" in own else own


@ENTRIES
def test_every_declaration_has_title_measure_and_source_in_both_languages(name: str) -> None:
    for part in PARTS:
        assert entry(name).get(part), part


@ENTRIES
def test_a_title_is_computed_and_ends_without_a_stop(name: str) -> None:
    for part in ("title", "title_en"):
        assert FACTS.search(entry(name)[part]), part
        assert entry(name)[part][-1] not in "。.；，", part


@ENTRIES
def test_no_number_of_a_result_is_typed(name: str) -> None:
    """Years, levels and the weight are settings; decimals and shares come from the facts."""
    for part in ("title", "title_en"):
        typed = FACTS.sub("", entry(name)[part])
        assert not re.search(r"\d+\.\d\d|\d+\.\d%", typed), typed


@ENTRIES
def test_a_source_is_known_or_given_by_the_chapter(name: str) -> None:
    known = {*figure_sources().index, "lead", "d", "demo"}
    assert entry(name)["source"] in known


@ENTRIES
def test_synthetic_data_are_called_so_in_the_title(name: str) -> None:
    synthetic = entry(name)["source"] in ("demo", "synthetic") or name == "demo-weights"
    assert ("合成数据" in entry(name)["title"]) == synthetic
    assert ("Synthetic data" in entry(name)["title_en"]) == synthetic


def test_words_say_the_kind_of_data_that_is_drawn() -> None:
    for nature, kind in (("real-subset", "真实统计"), ("own", "您的数据")):
        lead = SimpleNamespace(
            nature=nature, called="本书数据", coverage=SimpleNamespace(present=("a",))
        )
        words = words_of("fig-coverage", {"n": 31, "lead": lead})
        assert words.nature == kind and words.note.endswith("。") and "来源：" in words.note
        assert words.caption.startswith("**论文的 31 项指标，本书数据有 1 项** ")
        assert "Source: " in words_of("fig-coverage", {"n": 31, "lead": lead}, "en").note


def test_an_unknown_name_is_refused_with_what_is_near() -> None:
    with pytest.raises(ValueError, match="fig-tiles"):
        words_of("fig-tile", {})
