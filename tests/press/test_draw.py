"""Charts: checked by Altair in the tests and trusted in kernels; drawn ahead in processes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from altair.utils.schemapi import SchemaValidationError

from press.draw import drawing, kept_drawings, specifications
from press.figures import static_svg
from press.fonts import light_fonts
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
    assert [json.loads(spec) for spec in found] == [SPEC] * 2


def test_charts_are_drawn_meanwhile_and_kept(tmp_path: Path) -> None:
    broken, kept = SHOWN.replace('"point"', '"nothing"'), kept_drawings(tmp_path)
    with drawing([notebook(SHOWN, broken)], tmp_path):
        pass
    assert kept.has(SPEC) and kept(SPEC) == static_svg(SPEC)
    with drawing([notebook(SHOWN)], tmp_path):
        assert kept.has(SPEC)


@pytest.mark.parametrize("word", ["耦合协调度 D，α→β", "㐀 of no usual letters"])
def test_the_light_font_draws_the_same(word: str, tmp_path: Path) -> None:
    spec = {**SPEC, "title": {"text": word, "anchor": "end"}}
    assert static_svg(spec, fonts=light_fonts(tmp_path)) == static_svg(spec)
