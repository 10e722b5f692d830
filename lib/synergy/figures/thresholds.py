"""Measurements against the threshold of a claim: one row a claim, each on its own axis.

What is compared is which side of the line the dots are on, so every row has its own scale and no
ticks; numbers stand at the marks, in the reader's units.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from synergy.figures.drawn import Drawn, held, once
from synergy.figures.theme import ACCENT, CONTRAST, INK, Figure, as_csv, finish
from synergy.policy.parameters import by_ratio, parameter_table
from synergy.policy.thresholds import Threshold
from synergy.words import phrase, spaced

#: Height of a row, and where its words stand from its middle, in pixels.
_ROW, _TITLE, _AT, _FOUND = 80, -31, -17, 21

#: Room left of the first mark and right of the last one, as parts of the axis.
_MARGIN = 0.12


def threshold_rows(lines: Sequence[Threshold]) -> Drawn:
    """Draw where claims turn, and the numbers that were found.

    Parameters
    ----------
    lines
        Claims of a chapter, from the first row on.
    """
    table, dots = _places(lines)
    said = phrase(_SAID, rows=table.to_dict("records"))
    tables = {"rows": as_csv(table), "dots": as_csv(dots)}
    return once(_threshold_rows, [line.title for line in lines]).at(said, tables)


_SAID = (
    "区间图，一条主张一行，竖线是分界，浅色一侧原文成立，圆点是查到的数，虚线是所设的范围。"
    "{{ rows|each('{title}：{found}，{turn}，{side}')|join('；') }}。"
)


def _threshold_rows(titles: Sequence[str]) -> Figure:
    y = alt.Y("title:N", sort=titles, axis=None)
    rows = held("rows", ["at", "low", "high", "sourced", "first", "last"]).encode(y=y)
    tips = [
        alt.Tooltip(f"{field}:N", title=name)
        for field, name in (("found", "查到的，或所设的"), ("at_text", "分界"), ("side", "数据"))
    ]
    holds = rows.mark_bar(height=15, color=ACCENT, opacity=0.3).encode(
        x=_across("first"), x2="last:Q", tooltip=tips
    )
    spans = rows.mark_rule(strokeWidth=2, color=INK).encode(
        x=_across("low"),
        x2="high:Q",
        strokeDash=alt.condition("datum.sourced > 0", alt.value([1, 0]), alt.value([3, 4])),
        tooltip=tips,
    )
    line = rows.transform_filter("isValid(datum.at)").encode(x=_across("at"))
    layers = [
        holds,
        spans,
        line.mark_tick(thickness=3, size=22, color=CONTRAST),
        held("dots", ["at"])
        .mark_point(filled=True, size=55, opacity=1, color=ACCENT)
        .encode(x=_across("at"), y=y, tooltip=[alt.Tooltip("who:N", title="来源"), "value:N"]),
        *_words(rows),
    ]
    return finish(alt.layer(*layers), "", height=_ROW * len(titles))


def _across(field: str) -> alt.X:
    return alt.X(f"{field}:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=None)


def _words(rows: alt.Chart) -> list[alt.Chart]:
    """Title and verdict above a row, the threshold at its line, what was found below."""
    plain: Any = rows.mark_text
    return [
        plain(align="left", dy=_TITLE, fontSize=12).encode(x=alt.value(0), text="title:N"),
        plain(align="right", dy=_TITLE, fontSize=12).encode(x=alt.value("width"), text="side:N"),
        plain(align="left", dy=_FOUND, fontSize=11, limit=alt.ExprRef("width")).encode(
            x=alt.value(0), text="found:N"
        ),
        *_at_the_line(rows),
    ]


def _at_the_line(rows: alt.Chart) -> list[alt.Chart]:
    """Words over the threshold, turned inwards near the ends of the axis."""
    near = {"left": "datum.at < 0.2", "right": "datum.at > 0.8"}
    near["center"] = "datum.at >= 0.2 && datum.at <= 0.8"
    made: list[alt.Chart] = []
    for align, test in near.items():
        mark: Any = rows.transform_filter(f"isValid(datum.at) && {test}").mark_text
        made.append(
            mark(align=align, dy=_AT, fontSize=11).encode(x=_across("at"), text="at_text:N")
        )
    return made


def _places(lines: Sequence[Threshold]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Marks of every row between 0 and 1, with the words that go with them; and the dots."""
    rows, dots = [], []
    for line in lines:
        put = _axis(line)
        at = put(line.at)
        rows.append(
            {"title": line.title, "side": line.verdict, "at": at, "at_text": line.at_text}
            | {"low": put(line.low), "high": put(line.high), "sourced": len(line.readings)}
            | {"found": _found(line), "turn": _turn(line), **_held(line, at)}
        )
        dots += [
            {"title": line.title, "at": put(reading.value), "who": reading.who}
            | {"value": line.unit.write(line.unit.rounded(reading.value))}
            for reading in line.readings
        ]
    return pd.DataFrame(rows), pd.DataFrame(dots, columns=["title", "at", "who", "value"])


def _found(line: Threshold) -> str:
    end = "" if line.turns else "，怎样取都成立" if line.above else "，怎样取都不成立"
    return f"{line.axis}：{'查到' if line.readings else '所设'}{spaced(line.span)}{end}"


def _turn(line: Threshold) -> str:
    return f"分界在{spaced(line.at_text)}" if line.turns else "没有分界"


def _held(line: Threshold, at: float) -> dict[str, float]:
    """From where to where on its axis a claim holds."""
    if not line.turns:
        return {"first": 0.0, "last": float(line.above)}
    return {"first": at, "last": 1.0} if line.above else {"first": 0.0, "last": at}


def _axis(line: Threshold) -> Callable[[float], float]:
    """Map of a row's values to its axis: by ratio where its symbol is drawn by ratio."""
    marks = [line.low, line.high, *([line.at] if line.turns else [])]
    ratio = line.over in parameter_table().index and by_ratio(line.over) and min(marks) > 0
    scale = np.log if ratio else np.asarray
    low, high = float(scale(min(marks))), float(scale(max(marks)))
    if high == low:  # a single reading and no threshold
        return lambda value: 0.5 + 0 * value
    inner = (1 - 2 * _MARGIN) / (high - low)
    return lambda value: _MARGIN + inner * (float(scale(value)) - low)
