"""The pension fund: what its balance rests on, its record, 2025-2060 with sliders, by cohort.

The population is projected once and travels with the page; what sliders move is recomputed there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from synergy.figures.drawn import Drawn, once
from synergy.figures.grammar import lines, rows
from synergy.figures.slider_figures import changes, folded, followed
from synergy.figures.sliders import (
    HELD,
    Quantity,
    SliderFigure,
    declared,
    finished,
    places,
    started,
)
from synergy.figures.theme import INK, Figure, apart, axis, finish, inline, upright
from synergy.policy.foundations import Foundations, foundations
from synergy.policy.fund import fund_of, ledger_of
from synergy.policy.parameters import evaluate
from synergy.policy.population import FIRST_YEAR, LAST_YEAR, dependency_path
from synergy.policy.record import Backcast
from synergy.policy.symbols import Values

#: Choices of the menu: years by which the retirement age rises until 2040.
RISES = (0, 2, 4, 6, 8)
DEFAULT_RISE = 4

#: Chinese names of what moves contributions over benefits.
CAUSES = dict(
    zip(Foundations._fields, ("人口", "领取面", "雇佣与征缴", "工资", "待遇少调"), strict=True)
)

#: Chinese names of what is on record.
RECORDED = {"contributions": "缴费", "spending": "支付", "fund": "结存"}

_COLUMNS = ["years", "dependency_ratio", "employment_index"]


def foundation_table(cases: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """Log change of contributions over benefits until 2060, by cause.

    Parameters
    ----------
    cases : mapping
        Name of a scenario, or of an edition, to its symbols.

    Returns
    -------
    pandas.DataFrame
        Index the names; columns those of `CAUSES`, in Chinese, that add up to ``合计``.
    """
    parts = {name: foundations(values) for name, values in cases.items()}
    table = pd.DataFrame(
        {name: [float(part[-1]) for part in found] for name, found in parts.items()},
        index=list(CAUSES.values()),
    ).T
    return table.assign(合计=table.sum(axis=1))


def foundation_bars(table: pd.DataFrame) -> Figure:
    """Draw `foundation_table`: what lowers the ratio to the left of zero, what lifts it right."""
    parts = table.drop(columns="合计")
    long = parts.rename_axis("name").reset_index().melt("name", var_name="kind")
    falls = long["value"].clip(upper=0).groupby(long["name"]).cumsum()
    rises = long["value"].clip(lower=0).groupby(long["name"]).cumsum()
    long["left"] = falls.where(long["value"] < 0, rises - long["value"])
    long["right"] = long["left"] + long["value"].abs()
    mark = alt.Chart().mark_point(
        shape="diamond", filled=True, size=70, opacity=1, yOffset=8, color="white", stroke=INK
    )
    return rows(
        long.assign(total=long["name"].map(table["合计"])),
        span=("left", "right"),
        mark="bar",
        step=42,
        by="kind",
        look=list(parts),
        label="缴费与支付之比的对数变化，2025—2060 年",
        over=[mark.encode(x="total:Q")],
        also=["total", "value"],
        tips={"name": "情景", "kind": "原因", "value:.3f": "贡献", "total:.3f": "合计"},
        say="叠加条形图：缴费与支付之比由 2025 年到 2060 年的对数变化，按原因分，菱形是合计。"
        "{{ told|each('{}合计 {:+.2f}，其中{}最大，{:+.2f}')|join('；') }}。",
        facts={
            "told": list(
                zip(
                    table.index, table["合计"], parts.idxmin(axis=1), parts.min(axis=1), strict=True
                )
            )
        },
    )


def record_lines(past: Backcast) -> Figure:
    """Draw what is on record and, dashed, what the model makes of the heads."""
    tables = {"官方": past.official, "模型": past.model[list(RECORDED)]}
    long = pd.concat(tables, names=["source"]).rename(columns=RECORDED).reset_index()
    long = long.melt(["source", "year"], var_name="kind").dropna()
    model = long["source"] == "模型"
    last = {name: past.official[key].dropna() for key, name in RECORDED.items()}
    return lines(
        long.assign(line=long["kind"].where(~model, long["kind"] + "（模型）")),
        y="value",
        by="kind",
        line="line",
        look=list(RECORDED.values()),
        label="占 GDP",
        fmt=".0%",
        say="折线图：职工养老保险的缴费、支付与结存占 GDP 之比，实线是官方数字，虚线是模型。"
        "{{ told|each('{}最近有数的 {} 年，官方 {:.1%}，模型 {:.1%}')|join('；') }}。",
        facts={
            "told": [
                (name, int(years.index[-1]), years.iloc[-1], past.model[key][years.index[-1]])
                for (key, name), years in zip(RECORDED.items(), last.values(), strict=True)
            ]
        },
    )


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


def fund_figure(name: str, start: Mapping[str, float] | None = None) -> Drawn:
    """Draw a declared figure of the kind ``fund``, over GDP, with sliders and a menu.

    Parameters
    ----------
    name
        Of a figure in ``data/figures.toml``, also its id in the book.
    start
        Where sliders stand at first, if not at their defaults.
    """
    return started(declared(name), once(_drawn, name), start, _told)


def _told(spec: SliderFigure, first: Mapping[str, Any]) -> dict[str, Any]:
    """From where to where the curves go."""
    point = {**first, "retirement_age_rise": DEFAULT_RISE}
    return {"ends": changes(fund_paths(spec, point), ".1%")}


def _drawn(name: str) -> Figure:
    spec = declared(name)
    x = alt.X("year:Q", axis=axis(format="d", tickCount=6, grid=False))
    y = alt.Y("value:Q", axis=upright("占 GDP", format=".0%", tickCount=6))
    tooltip = [
        alt.Tooltip("name:N", title="量"),
        alt.Tooltip("year:Q", title="年份", format="d"),
        alt.Tooltip("value:Q", title="占 GDP", format=".1%"),
    ]
    fields = {name: name for name in (*_COLUMNS, "cumulative")} | {"retirement_age_rise": "rise"}
    live, held = places(spec, fields)
    curves, before = _rows(spec, live, "rise"), _rows(spec, held, f"rise{HELD}")
    end, shared = f"datum.year === {LAST_YEAR}", {"x": x, "y": y}
    layers: list[Figure] = list(
        followed(curves, before, spec.quantities, end, size=60, tooltip=tooltip, **shared)
    )
    zero = alt.Chart(alt.sequence(0, 1, 1)).mark_rule(color=INK, strokeDash=[2, 2])
    layers.append(zero.encode(y=alt.datum(0)))
    at = f"{LAST_YEAR} 年占 GDP"
    return finished(spec, layers, _menu(), height=280, at=at, fmt=".1%")


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
