"""Small pictures: what they draw is what they were given, and says so without colour."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pandas as pd
import pytest
from markupsafe import Markup

from synergy import pictures
from synergy.system import published_system

TOLD = "说明 <b>"


def drawn(picture: Markup) -> ET.Element:
    """The picture as XML; Markdown must take it as one block."""
    assert "\n" not in picture and picture.startswith('<div class="picture')
    svg = ET.fromstring(picture)[0]
    assert svg.attrib["role"] == "img" and svg.attrib["aria-label"] == TOLD
    return svg


def of(svg: ET.Element, tag: str, look: str = "") -> list[ET.Element]:
    """Elements of a kind whose class holds a word."""
    return [e for e in svg.iter(tag) if look in e.attrib.get("class", "").split() or not look]


@pytest.fixture
def wide() -> pd.DataFrame:
    years = [2013, 2014, 2015]
    paths = {"四川": [0.2, 0.3, 0.4], "全国": [0.2, 0.3, 0.41], "东部": [0.5, 0.6, 0.7]}
    return pd.DataFrame(paths, index=years)


def test_the_chosen_path_is_in_front_and_labelled_beside_the_nation(wide: pd.DataFrame) -> None:
    svg = drawn(pictures.paths(wide, "四川", TOLD))
    assert len(of(svg, "path", "pale")) == 2 and len(of(svg, "path", "front")) == 1
    places = {e.text: float(e.attrib["y"]) for e in of(svg, "text")}
    assert list(places) == ["四川", "全国"]
    assert abs(places["四川"] - places["全国"]) >= pictures.LINE - 0.1, "labels lie on each other"
    heights = [float(y) for y in re.findall(r",([\d.]+)", of(svg, "path", "front")[0].attrib["d"])]
    assert heights == sorted(heights, reverse=True), "what rises is drawn downwards"


def test_the_nation_is_labelled_once(wide: pd.DataFrame) -> None:
    svg = drawn(pictures.paths(wide, "全国", TOLD))
    assert [e.text for e in of(svg, "text")] == ["全国"]


def test_what_falls_hangs_below_the_line_and_stands_out() -> None:
    svg = drawn(pictures.changes({"甲": [0.1, -0.2, 0.3], "乙": [0.1, 0.2, 0.3]}, TOLD))
    fallen = of(svg, "rect", "no")
    assert len(fallen) == 1 and float(fallen[0].attrib["y"]) == 30.0
    risen = of(svg, "rect", "pale")
    tops = [float(e.attrib["y"]) + float(e.attrib["height"]) for e in risen]
    assert len(risen) == 5 and tops == pytest.approx([30.0] * 5, abs=0.11)


def test_each_part_is_a_cell_with_its_sign() -> None:
    svg = drawn(pictures.cells(["yes", "no", "no", "open"], TOLD))
    assert len(of(svg, "rect")) == 4
    assert len(of(svg, "path", "sign")) == 3 and len(of(svg, "circle")) == 1


def test_the_largest_root_lies_where_its_modulus_says() -> None:
    system = published_system()
    svg = drawn(pictures.roots(system, TOLD))
    ring = of(svg, "circle", "ring")[0]
    out = of(svg, "circle", "no")
    middle, radius = float(ring.attrib["cx"]), float(ring.attrib["r"])
    far = max(abs(float(e.attrib["cx"]) - middle) / radius for e in out)
    assert far == pytest.approx(system.moduli[0], abs=0.01)
    assert len(out) == (system.moduli >= 1).sum()


def test_bars_are_as_long_as_their_parts_and_say_the_sum() -> None:
    svg = drawn(pictures.parted({"2013": (0.06, 0.04), "2022": (0.03, 0.02)}, TOLD))
    widths = [float(e.attrib["width"]) for e in of(svg, "rect")]
    assert widths == pytest.approx([108, 72, 54, 36])
    assert [e.text for e in of(svg, "text", "strong")] == ["0.100", "0.050"]


def test_shares_fill_the_bar_and_their_labels_part() -> None:
    counts = [("一致", 80, "yes"), ("证实", 3, "yes"), ("不符", 2, "no"), ("未能核对", 15, "open")]
    svg = drawn(pictures.shares(counts, TOLD))
    bars, labels = of(svg, "rect"), of(svg, "text", "quiet")
    widths = [float(e.attrib["width"]) for e in bars]
    assert widths[0] / sum(widths) == pytest.approx(0.8, abs=0.01)
    starts = [float(e.attrib["x"]) for e in labels]
    ends = [x + 13 * len(e.text or "") for x, e in zip(starts, labels, strict=True)]
    assert all(end <= start + 0.5 for end, start in zip(ends, starts[1:], strict=False))
    assert ends[-1] <= pictures.WIDTH + 0.5
