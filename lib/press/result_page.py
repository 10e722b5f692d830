"""Results of a plan as one HTML page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from press.single_page import drawn, single_page
from synergy.coupling import COUPLING_VARIANTS
from synergy.figures.diagnosis import gini_lines, obstacle_bars
from synergy.figures.drawn import Drawn
from synergy.figures.paper import (
    indicator_weights,
    regional_lines,
    system_lines,
    unit_intervals,
    variant_means,
    weight_intervals,
)
from synergy.figures.theme import Figure
from synergy.firmness import rank_spread
from synergy.index import WEIGHT_VARIANTS
from synergy.inequality import PARTS
from synergy.panel import of_year
from synergy.result_tables import method_line, remarks
from synergy.results import IndexResults

#: Most units that the page lists.
LISTED = 40
WIDTH = 640

# A line break after a Chinese pause would show as a blank.
_BREAK = re.compile(r"(?<=[，。；：、）”])\n+(?=[^\n<])")


def result_page(results: IndexResults, files: Sequence[tuple[str, str]]) -> str:
    """Return the page; every label of the reader's files is escaped.

    Parameters
    ----------
    results : IndexResults
    files : sequence of (str, str)
        Names of the files beside the page, and what they hold.
    """
    pictures = {name: drawn(figure, WIDTH, scrolls=True) for name, figure in _figures(results)}
    page = single_page("result_page.html", **_facts(results), pictures=pictures, files=files)
    return _BREAK.sub("", page)


def _facts(results: IndexResults) -> dict[str, Any]:
    plan, panel, findings = results.plan, results.panel, results.findings
    last = findings.years[1]
    final = of_year(findings.frame, last)
    shifts = results.left_out.dropna(subset="mean_abs_shift")
    boot, gini = results.bootstrap, results.gini["D"]
    shares = (gini[list(PARTS)[1:]].iloc[-1] / gini["total"].iloc[-1]).dropna()
    own = {"plan": plan, "panel": panel, "frame": findings.frame, "weights": findings.weights}
    return own | {
        "units": panel.values.index.unique(0).size,
        "changes": len(panel.years) > 1,
        "last_year": last,
        "first": of_year(findings.frame, findings.years[0]),
        "final": final,
        "those": findings.those_of(last),
        "mixed": findings.mixed,
        "ends": min(3, len(final) // 2),
        "groups": len(findings.groups) > 0,
        "method": method_line(results),
        "cautions": results.cautions,
        "bootstrap": boot,
        "spread": rank_spread(boot, last) if boot else None,
        "ranking": list(_ranking(results, last)),
        "left_out": _named(results, shifts["mean_abs_shift"], "shift"),
        "software": list(_software(results)),
        "obstacles": _named(results, of_year(results.obstacles, last).mean().nlargest(5), "degree"),
        "gini": gini,
        "parts": [{"name": PARTS[str(part)], "share": share} for part, share in shares.items()],
        "notes": panel.notes,
        "coupling": COUPLING_VARIANTS[results.coupling],
        "weighting": WEIGHT_VARIANTS[results.weights],
    }


def _named(results: IndexResults, values: pd.Series[float], what: str) -> list[dict[str, Any]]:
    """Values of indicators with their names."""
    names = results.plan.indicators["name_zh"][list(values.index)]
    return [{"name": n, what: value} for n, value in zip(names, values, strict=True)]


def _ranking(results: IndexResults, year: int) -> Iterator[dict[str, Any]]:
    """Units of the last year, highest D first; of many the ends."""
    columns = list(results.plan.columns)
    final = of_year(results.findings.frame, year).sort_values("D", ascending=False)
    ranks = final["D"].rank(ascending=False, method="min").astype(int)
    half = LISTED // 2
    places = range(len(final)) if len(final) <= LISTED else [*range(half), *range(-half, 0)]
    for place in places:
        row = final.iloc[place]
        yield {
            "rank": ranks.iloc[place],
            "name": final.index[place],
            "systems": row[columns].tolist(),
            **row[["C", "T", "D", "grade"]],
        }


def _software(results: IndexResults) -> Iterator[dict[str, Any]]:
    summary, names = results.software.summary, results.plan.indicators["name_zh"]
    for row, remark in zip(summary.to_dict("records"), remarks(results.software), strict=True):
        code = row["indicator"]
        yield {
            "title": row["title_zh"],
            "why": row["why"],
            "mean": row["mean"],
            "largest": row["largest_shift"],
            "moved": row["grade_up"] + row["grade_down"],
            "indicator": names[code] if isinstance(code, str) else "",
            "shift": row["weight_shift"],
            "remark": remark,
        }


# ------------------------------------------------------------------ pictures


def _figures(results: IndexResults) -> Iterator[tuple[str, Figure | Drawn]]:
    plan, findings, boot = results.plan, results.findings, results.bootstrap
    if len(results.panel.years) > 1:
        yield "means", regional_lines(findings, "D")
        yield "systems", system_lines(findings)
        yield "gini", gini_lines(results.gini["D"], "D", plan)
    for system in plan.systems:
        weights = weight_intervals(boot, plan, system) if boot else None
        yield f"weights-{system}", weights or indicator_weights(findings, system)
    if boot:
        yield "intervals", unit_intervals(boot, findings)
    yield "variants", variant_means(results.couplings, plan.whole)
    yield "weightings", variant_means(results.weightings, plan.whole)
    yield "obstacles", obstacle_bars(results.obstacles, findings)
