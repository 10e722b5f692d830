"""Charts: checked by Altair in the tests and trusted in kernels; drawn ahead in processes."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from altair.utils.schemapi import SchemaValidationError

from press.draw import (
    ChartError,
    drawer,
    drawing,
    for_print,
    kept_drawings,
    on_paper,
    specifications,
)
from press.figures import figure_html, script_json, static_svg
from press.fonts import light_fonts
from press.stills import WIDTHS, stand
from synergy.page import Figure

WRONG = """
import altair as alt
alt.Chart("data.csv").mark_bar().encode(x=alt.X("a", type="thick")).to_dict()
"""


SPEC = {
    "data": {"values": [{"x": 1}]},
    "mark": "point",
    "encoding": {"x": {"field": "x", "type": "quantitative"}},
}


class Chart:
    """What a figure needs of a chart."""

    def to_dict(self) -> dict[str, Any]:
        return SPEC


SHOWN = Figure(Chart(), "fig-a", "一张图，\n两行说明")._repr_markdown_()


def notebook(*texts: str) -> str:
    outputs = [{"data": {"text/markdown": text}} for text in texts]
    return json.dumps({"cells": [{"outputs": outputs}, {"source": "text"}]})


def test_a_wrong_chart_is_an_error_here_and_none_in_a_kernel() -> None:
    with pytest.raises(SchemaValidationError):
        exec(WRONG, {})
    trusted = f"import press.preload\n{WRONG}"
    assert subprocess.run([sys.executable, "-c", trusted], check=False).returncode == 0


def test_the_charts_of_a_notebook_are_found() -> None:
    found = list(specifications(notebook("文\n" + SHOWN + "文", SHOWN)))
    assert found == [SPEC] * 2


def test_charts_are_drawn_meanwhile_and_kept(tmp_path: Path) -> None:
    broken, kept = SHOWN.replace('"point"', '"nothing"'), kept_drawings(tmp_path)
    spec, width = on_paper(SPEC)
    with drawing(for_print([notebook(SHOWN, broken)]), tmp_path):
        pass
    assert kept.has(spec, width=width)
    assert kept(spec, width=width) == static_svg(spec, width=width)
    with drawing(for_print([notebook(SHOWN)]), tmp_path) as drawn:
        drawn()
        assert kept.has(spec, width=width)


@pytest.mark.parametrize("word", ["耦合协调度 D，α→β", "㐀 of no usual letters"])
def test_the_light_font_draws_the_same(word: str, tmp_path: Path) -> None:
    spec = script_json({**SPEC, "title": {"text": word, "anchor": "end"}})
    drawn = static_svg(spec, width=300, fonts=partial(light_fonts, tmp_path))
    assert drawn == static_svg(spec, width=300)


def test_a_chart_that_cannot_be_drawn_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ChartError, match="有一张图画不成静态图"):
        drawer(tmp_path)('{"mark":"nothing"}', 300)


def test_pictures_are_put_into_a_page_once(tmp_path: Path) -> None:
    page, chart = tmp_path / "page.html", figure_html({**SPEC, "width": "container"})["text/html"]
    page.write_text(f"<p>一</p>{chart}<p>二</p>{chart}", encoding="utf-8")
    stand(tmp_path, tmp_path / "cache")
    text = page.read_text(encoding="utf-8")
    assert text.count('<div class="vega-still">') == 2 and text.count("<svg") == 2 * len(WIDTHS)
    stand(tmp_path, tmp_path / "cache")
    assert page.read_text(encoding="utf-8") == text
