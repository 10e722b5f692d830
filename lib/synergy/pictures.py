"""Small pictures beside a number: drawn as SVG in the page, so they need no script.

A picture is 280 by 76 and takes its colours from the page (`book/look/book.css`), light or dark.
Its words are few; what it shows is told in full by its text alternative.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from synergy.dictionary import NATION
from synergy.words import bare_environment

if TYPE_CHECKING:
    from pvar import ImpliedSystem

WIDTH, HEIGHT = 280, 76

#: Least distance of two labels on top of each other.
LINE = 15


def paths(wide: pd.DataFrame, name: str, told: str) -> Markup:
    """Paths over the years, one of them in front.

    Parameters
    ----------
    wide : DataFrame
        Index by year, a column for each place.
    name : str
        The column in front; the nation is labelled beside it.
    told : str
        Text alternative.
    """
    left, right, top, bottom = 6, 212, 8, HEIGHT - 6
    low, high = np.nanmin(wide.to_numpy()), np.nanmax(wide.to_numpy())
    across = np.linspace(left, right, len(wide))
    down = bottom - (wide - low) / ((high - low) or 1) * (bottom - top)
    lines = {key: _points(zip(across, down[key], strict=True)) for key in wide if key != name}
    named = dict.fromkeys([name, NATION])
    ends = {key: float(down[key].iloc[-1]) for key in named if key in wide}
    return _picture(
        "paths",
        told,
        others=lines.values(),
        front=_points(zip(across, down[name], strict=True)),
        end=(right, ends[name]),
        labels=zip(ends, _apart(list(ends.values())), strict=True),
        right=right + 9,
    )


def changes(groups: Mapping[str, Sequence[float]], told: str) -> Markup:
    """Bars up and down from a line, in two groups side by side; what falls stands out."""
    reach = max(abs(value) for values in groups.values() for value in values) or 1
    drawn = []
    for number, (label, values) in enumerate(groups.items()):
        start, step = 2 + 142 * number, 124 / len(values)
        bars = [
            {
                "x": start + step * place + 1,
                "y": 30 - max(value, 0) / reach * 26,
                "width": step - 2,
                "height": max(abs(value) / reach * 26, 0.8),
                "falls": value < 0,
            }
            for place, value in enumerate(sorted(values, reverse=True))
        ]
        drawn.append({"label": label, "start": start, "end": start + 124, "bars": bars})
    return _picture("changes", told, groups=drawn)


def cells(marks: Iterable[str], told: str) -> Markup:
    """One square for each part of a whole, by its verdict: ``yes``, ``no`` or ``open``."""
    row = 10
    placed = [
        {"kind": kind, "x": 4 + 25 * (number % row), "y": 3 + 25 * (number // row)}
        for number, kind in enumerate(marks)
    ]
    return _picture("cells", told, cells=placed)


def roots(system: ImpliedSystem, told: str) -> Markup:
    """The eigenvalues of a printed system around the unit circle, and how far the largest errs."""
    radius, middle = 27.0, (86.0, HEIGHT / 2)
    largest, low, high = system.moduli[0], *system.modulus_interval()
    dots = [
        {
            "x": middle[0] + radius * value.real,
            "y": middle[1] - radius * value.imag,
            "out": abs(value) >= 1,
        }
        for value in system.eigenvalues
    ]
    ends = [middle[0] + radius * bound for bound in (low, min(high, 6.6))]
    return _picture(
        "roots", told, middle=middle, radius=radius, dots=dots, ends=ends, largest=largest
    )


def parted(rows: Mapping[str, Sequence[float]], told: str) -> Markup:
    """Bars in two parts, one below the other, with their sum."""
    reach = max(sum(parts) for parts in rows.values())
    drawn = []
    for number, (label, parts) in enumerate(rows.items()):
        sizes = [part / reach * 180 for part in parts]
        ends = np.cumsum([40.0, *sizes])
        bars = [(float(a), size) for a, size in zip(ends, sizes, strict=False)]
        drawn.append({"label": label, "y": 6 + 36 * number, "bars": bars, "sum": sum(parts)})
    return _picture("parted", told, rows=drawn)


def shares(counts: Sequence[tuple[str, int, str]], told: str) -> Markup:
    """One bar cut by counts: word, count and kind; labels give way to each other."""
    total, start = sum(count for _, count, _ in counts), 1.0
    drawn: list[dict[str, Any]] = []
    for word, count, kind in counts:
        size = count / total * (WIDTH - 2 - 2 * len(counts))
        drawn.append({"word": word, "n": count, "kind": kind, "x": start, "width": size})
        start += size + 2
    right = float(WIDTH)
    for piece in reversed(drawn):
        piece["label"] = min(piece["x"], right - 13.0 * max(len(piece["word"]), 2))
        right = piece["label"] - 5
    return _picture("shares", told, pieces=drawn)


def _points(pairs: Iterable[tuple[float, float]]) -> str:
    return "L".join(f"{x:.1f},{y:.1f}" for x, y in pairs if np.isfinite(y))


def _apart(heights: list[float]) -> list[float]:
    """Heights of at most two labels, moved away from each other and into the picture."""
    placed = [min(max(height + 4, 12.0), HEIGHT - 4.0) for height in heights]
    if len(placed) == 2 and (gap := abs(placed[0] - placed[1])) < LINE:
        upper = int(heights[1] < heights[0])
        placed[upper] = max(placed[upper] - (LINE - gap), 12.0)
        placed[1 - upper] = placed[upper] + LINE
    return placed


def _picture(kind: str, told: str, **facts: Any) -> Markup:
    """Render a picture without a line break, so that Markdown takes it as one block."""
    drawn = getattr(_templates(), kind)(told, **facts)
    return Markup("".join(line.strip() for line in str(drawn).splitlines()))


@cache
def _templates() -> Any:
    environment = bare_environment(autoescape=True)
    environment.filters |= {"n": "{:.1f}".format, "d3": "{:.3f}".format, "d2": "{:.2f}".format}
    return environment.get_template("pictures.html").module
