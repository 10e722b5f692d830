"""The pension fund 2025-2060 with sliders, and who pays into it by birth cohort.

The population is projected once and travels with the page; everything else is recomputed there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from synergy.figures.slider_figures import changes, folded, followed
from synergy.figures.sliders import (
    Quantity,
    SliderFigure,
    declared,
    finished,
    places,
    starting_values,
)
from synergy.figures.theme import INK, Figure, apart, axis, finish, inline, upright
from synergy.policy.fund import fund_of, ledger_of
from synergy.policy.parameters import evaluate
from synergy.policy.population import FIRST_YEAR, dependency_path
from synergy.policy.symbols import Values

#: Choices of the menu: years by which the retirement age rises until 2040.
RISES = (0, 2, 4, 6, 8)
DEFAULT_RISE = 4

_COLUMNS = ["years", "dependency_ratio", "employment_index"]


def population_rows() -> pd.DataFrame:
    """Years, dependency ratio and employment index for each choice of the menu."""
    tables = {}
    for rise in RISES:
        people = evaluate(dependency_path, retirement_age_rise=rise)
        tables[rise] = pd.DataFrame(
            {
                "years": (people.years - people.years[0]).astype(int),
                "dependency_ratio": people.ratio,
                "employment_index": people.employment_index,
            }
        )
    return pd.concat(tables, names=["rise"]).reset_index(level="rise")


def fund_figure(name: str, start: Mapping[str, float] | None = None) -> Figure:
    """Draw a declared figure of the kind ``fund``, over GDP, with sliders and a menu.

    Parameters
    ----------
    name
        Of a figure in ``data/figures.toml``, also its id in the book.
    start
        Where sliders stand at first, if not at their defaults.
    """
    spec = declared(name)
    x = alt.X("year:Q", axis=axis(format="d", tickCount=6, grid=False))
    y = alt.Y("value:Q", axis=upright("占 GDP", format=".0%", tickCount=6))
    tooltip = [
        alt.Tooltip("name:N", title="量"),
        alt.Tooltip("year:Q", title="年份", format="d"),
        alt.Tooltip("value:Q", title="占 GDP", format=".1%"),
    ]
    fields = {name: name for name in (*_COLUMNS, "cumulative")}
    live, rest = places(spec, fields, start)
    curves, before = _rows(spec, live, "rise"), _rows(spec, rest, str(DEFAULT_RISE))
    zero = alt.Chart(alt.sequence(0, 1, 1)).mark_rule(color=INK, strokeDash=[2, 2])
    layers = followed(curves, before, spec.quantities, x=x, y=y, tooltip=tooltip, size=60)
    layers.append(zero.encode(y=alt.datum(0)))
    point = starting_values(spec.sliders, start) | {"retirement_age_rise": DEFAULT_RISE}
    ends = changes(fund_paths(spec, point), ".1%")
    return finished(spec, layers, start, _menu(), height=280, ends=ends)


def fund_paths(spec: SliderFigure, point: Mapping[str, float]) -> dict[str, Values]:
    """What the figure shows at a point, as the whole fund of the model says it, by name."""
    account = fund_of(point)
    return {of.name: getattr(account, of.of.rpartition(".")[2]) for of in spec.quantities}


def _menu() -> alt.Parameter:
    labels = [f"{rise} 岁" for rise in RISES]
    bind = alt.binding_select(options=list(RISES), labels=labels, name="退休年龄到 2040 年提高 ")
    return alt.param(name="rise", value=DEFAULT_RISE, bind=bind)


def _rows(spec: SliderFigure, point: Mapping[str, Any], rise: str) -> alt.Chart:
    base = alt.Chart(inline(population_rows(), ["rise", *_COLUMNS], digits=8))
    base = base.transform_filter(f"datum.rise === {rise}")
    if spec.sum:
        present = Quantity("present", spec.sum, spec.bind)
        base = base.transform_calculate(present=present.written(point)).transform_window(
            cumulative="sum(present)", sort=[alt.SortField("years")], frame=[None, 0]
        )
    base = base.transform_calculate(year=f"{FIRST_YEAR} + datum.years")
    return folded(base, spec.quantities, point)


def cohort_bars(values: Mapping[str, float]) -> Figure:
    """Draw what each birth cohort pays in and draws out, 2025-2060.

    Parameters
    ----------
    values : mapping
        Symbols to numbers, complete.
    """
    ledger = ledger_of(values)
    table = ledger.reset_index().assign(name=lambda t: t["cohort"].astype(str) + "—")
    table = table[(table[["contributions", "benefits"]].abs().sum(axis=1)) > 5e-4]
    names: list[Any] = ["缴费", "领取"]
    wide = table.rename(columns={"contributions": "缴费", "benefits": "领取"})
    cohorts = axis("出生年代（每十年一组）", labelAngle=0, labelOverlap="greedy")
    bars = (
        alt.Chart(inline(wide, ["name", *names]))
        .transform_fold(names, as_=["kind", "value"])
        .mark_bar()
        .encode(
            x=alt.X("name:O", axis=cohorts),
            xOffset=alt.XOffset("kind:N", sort=names),
            y=alt.Y("value:Q", axis=upright("现值占 2025 年 GDP", format=".0%", tickCount=5)),
            tooltip=["name:N", "kind:N", alt.Tooltip("value:Q", format=".1%")],
            **apart("kind", names, "color", raised=True),
        )
    )
    say = (
        "条形图：2025 年到 2060 年各出生年代的缴费与领取现值。"
        "缴费多于领取的是{{ payers|each('{} 年代')|listed }}；"
        "合计缴费{{ '多于' if net > 0 else '少于' }}领取，"
        "相差 2025 年 GDP 的 {{ net|abs|fmt('.0%') }}。"
    )
    payers = [(year,) for year in ledger.index[ledger["net"] > 0]]
    return finish(bars, say, facts={"payers": payers, "net": ledger["net"].sum()}, height=240)
