"""The marks of the paper's conclusions as a grid: one row a conclusion, one cell a part."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from synergy.charts import ACCENT, CONTRAST, Figure, axis, finish, inline
from synergy.conclusions import Judged, Mark, tally

SIGNS = {Mark.SUPPORTED: "✓", Mark.NOT_SUPPORTED: "✗", Mark.NOT_TESTABLE: "○"}
HUES = {Mark.SUPPORTED: ACCENT, Mark.NOT_SUPPORTED: CONTRAST, Mark.NOT_TESTABLE: "#8A8A8A"}


def mark_grid(judged: Sequence[Judged]) -> Figure:
    """Draw every part of every conclusion with its mark.

    Parameters
    ----------
    judged : sequence of Judged
    """
    table = pd.DataFrame(
        {
            "row": [f"结论 {j.conclusion.number}" for j in judged],
            "place": _places(judged),
            "part": [j.part.text for j in judged],
            "mark": [str(j.mark) for j in judged],
            "sign": [SIGNS[j.mark] for j in judged],
        }
    )
    scale = alt.Scale(domain=[str(mark) for mark in Mark], range=[HUES[mark] for mark in Mark])
    base = alt.Chart(inline(table, list(table.columns))).encode(
        x=alt.X("place:O", axis=None), y=alt.Y("row:N", axis=axis(labelFontSize=12))
    )
    cells = base.mark_rect(cornerRadius=4).encode(
        color=alt.Color("mark:N", scale=scale, legend=alt.Legend(title=None, columns=3)),
        tooltip=[alt.Tooltip("part:N", title="分句"), alt.Tooltip("mark:N", title="判定")],
    )
    signs = base.mark_text(fontSize=15, color="#FFFFFF").encode(text="sign:N")
    return finish(cells + signs, f"判定的方格图：{tally(judged)}", height=44 * 3)


def _places(judged: Sequence[Judged]) -> list[int]:
    places: list[int] = []
    for before, j in zip([None, *judged], judged, strict=False):
        same = before is not None and before.conclusion is j.conclusion
        places.append(places[-1] + 1 if same else 1)
    return places
