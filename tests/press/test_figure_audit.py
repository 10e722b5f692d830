"""Every figure of the book on every screen: words that can be read, tools that give something."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tour import Tours

pytestmark = [pytest.mark.browser, pytest.mark.book]

#: Words are laid out by width and coloured by mode: two screens show both, the others on demand.
SCREENS = [
    (1366, "light"),
    (390, "dark"),
    pytest.param(1366, "dark", marks=pytest.mark.long),
    pytest.param(390, "light", marks=pytest.mark.long),
]


@pytest.mark.parametrize("picture", ["still", "alive"])
@pytest.mark.parametrize(("width", "mode"), SCREENS)
def test_no_word_overlaps_is_cut_or_pale(tours: Tours, width: int, mode: str, picture: str) -> None:
    faults, seen = {}, 0
    for visit in tours(width, mode):
        found = visit.shown[picture]
        seen += len(found)
        faults |= {f"{visit.page.stem}#{name}": told for name, told in found if told}
        assert visit.told == [], visit.page.name
        assert visit.shown["width"] <= width, visit.page.name
    assert seen > 100 and faults == {}


def test_every_figure_says_what_it_finds_measures_and_rests_on(
    soups: dict[str, BeautifulSoup],
) -> None:
    missing = []
    for page, soup in soups.items():
        for figure in soup.select("figure:has(.vega-figure)"):
            words = [
                figure.select_one(part)
                for part in (
                    ".caption-text > strong",
                    ".figure-english[lang=en] strong",
                    ".figure-nature",
                    ".figure-note > p:last-child",
                )
            ]
            caption = figure.select_one(".caption-text")
            measured = caption is not None and len(caption.text) > len(words[0].text) + 5
            sourced = words[3] is not None and "来源：" in words[3].get_text()
            if not all(words) or not measured or not sourced:
                missing.append((page, figure["id"]))
            assert bool(figure.select(".nature-synthetic")) == ("合成数据" in words[0].get_text())
    assert missing == []


def test_every_figure_gives_its_data_and_how_to_cite_it(tours: Tours, root: Path) -> None:
    empty, given = [], 0
    for visit in tours(1366, "light"):
        for name, count, text, cited in visit.shown["given"]:
            given += 1
            lines = text.strip().split("\r\n")
            if not count or len(lines) != count + 1 or "undefined" in text:
                empty.append((visit.page.stem, name))
            assert "人工智能与就业质量：一份活的报告" in cited and "数据指纹" in cited
            assert "file:" not in cited and str(root) not in cited
    assert given > 100 and empty == []


def test_sliders_stand_outside_of_pictures_and_say_their_value(tours: Tours) -> None:
    heard = [told for visit in tours(1366, "light") for told in visit.shown["spoken"]]
    assert len(heard) > 100
    assert [told for told in heard if told[0] or not told[1]] == []
