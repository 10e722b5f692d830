"""Charts as they are drawn for paper."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from press.fitted import COLUMN, HALF, POINTS, fitted

LINES: dict[str, Any] = {
    "width": "container",
    "height": 300,
    "mark": {"type": "line"},
    "encoding": {"x": {"type": "quantitative"}, "y": {"type": "quantitative"}},
    "config": {"axis": {"labelFontSize": 12}, "text": {"fontSize": 20}},
}
ROWS: dict[str, Any] = {
    "width": "container",
    "height": 480,
    "encoding": {"y": {"field": "name", "type": "nominal"}},
    "layer": [{"mark": "point"}],
    "datasets": {"table": [{"name": str(n)} for n in range(30)]},
}
TOLD: dict[str, Any] = {**ROWS, "datasets": {"table": "name\n" + "\n".join(map(str, range(30)))}}


def test_a_few_lines_need_half_of_the_column() -> None:
    drawn, width = fitted(LINES)
    assert width == HALF and drawn["height"] < 200


@pytest.mark.parametrize("rows", [ROWS, TOLD], ids=["a list", "text"])
def test_names_in_rows_need_all_of_it_and_less_height(rows: dict[str, Any]) -> None:
    drawn, width = fitted(rows)
    assert width == COLUMN and drawn["height"] < 0.75 * rows["height"]
    assert drawn["height"] / 30 * POINTS >= 8
    assert drawn["datasets"] == rows["datasets"]


@pytest.mark.parametrize("facet", ["facet", "row", "column"])
def test_charts_in_facets_need_all_of_it(facet: str) -> None:
    assert fitted({**LINES, facet: {"field": "name"}})[1] == COLUMN


def test_letters_shrink_but_not_below_eight_points() -> None:
    config = fitted(LINES)[0]["config"]
    assert config["axis"]["labelFontSize"] * POINTS >= 8
    assert config["text"]["fontSize"] == 18


def test_what_stands_in_pixels_shrinks_with_the_height() -> None:
    spec = {
        **ROWS,
        "encoding": {"y": {"field": "name", "type": "nominal", "scale": {"range": [0, 480]}}},
        "layer": [{"mark": {"type": "bar", "yOffset": 10}}],
    }
    drawn, _ = fitted(spec)
    share = drawn["height"] / spec["height"]
    assert drawn["encoding"]["y"]["scale"]["range"] == pytest.approx([0, 480 * share], rel=0.01)
    assert drawn["layer"][0]["mark"]["yOffset"] == pytest.approx(10 * share, rel=0.01)


def test_lines_of_words_keep_their_distance() -> None:
    told = [{"mark": {"type": "text", "dy": dy}} for dy in (-31, -17, 21)]
    drawn, _ = fitted({**ROWS, "height": 320, "layer": told})
    first, second = (layer["mark"]["dy"] for layer in drawn["layer"][:2])
    assert (second - first) * POINTS >= 8


def test_names_at_the_ends_of_lines_stay_apart_on_a_lower_chart() -> None:
    put = "datum.up + datum.rank * (0.0480 * (1.1 * datum.most))"
    drawn, _ = fitted({**LINES, "transform": [{"calculate": put, "as": "put"}]})
    apart = float(drawn["transform"][0]["calculate"].split("(")[1].split(" ")[0])
    assert apart * drawn["height"] == pytest.approx(0.9 * 0.0480 * 300, rel=0.01)


def test_a_chart_fits_on_a_page() -> None:
    assert fitted({**ROWS, "height": 1500})[0]["height"] <= 600


def test_the_chart_of_the_page_is_left_as_it_is() -> None:
    before = copy.deepcopy(ROWS)
    fitted(ROWS)
    assert before == ROWS
