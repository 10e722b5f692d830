"""The pension fund 2025-2060 with sliders, and who pays into it by birth cohort.

The population is projected once and travels with the page; everything else is recomputed there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from synergy.charts import ACCENT, CONTRAST, INK, Figure, axis, finish, inline, upright
from synergy.charts.slider_figures import look, slider_names
from synergy.charts.sliders import (
    Place,
    Point,
    Quantity,
    model,
    places,
    sliders,
    starting_values,
    written,
)
from synergy.policy import contribution_base, fund
from synergy.policy.demography import FIRST_YEAR, dependency_path, project_population
from synergy.policy.fund import FundBalance, cohort_ledger
from synergy.policy.parameters import defaults, evaluate, symbols_in

#: Choices of the menu: years by which the retirement age rises until 2040.
RISES = (0, 2, 4, 6, 8)
DEFAULT_RISE = 4


@dataclass(frozen=True)
class FundPath:
    """Quantities of the fund over the years, over a population that stays as projected.

    Attributes
    ----------
    quantities : tuple of Quantity
    sliders : tuple of str
    fixed : mapping
    stock : bool
        Whether the discounted balances have to be added up first.
    """

    quantities: tuple[Quantity, ...]
    sliders: tuple[str, ...]
    stock: bool = False
    fixed: Mapping[str, float] = field(default_factory=dict)


def fund_of(point: Point) -> FundBalance:
    """The fund that the page draws: labour share on a steady path, gig share constant.

    Parameters
    ----------
    point : mapping
        Symbols to numbers, with ``retirement_age_rise``; the rest from the table.
    """
    values: dict[str, Any] = defaults() | dict(point)
    people = evaluate(dependency_path, retirement_age_rise=values["retirement_age_rise"])
    elapsed = people.years - people.years[0]
    base = model(contribution_base.contribution_base)(values)
    share = base.labour_share * np.exp(values["labour_share_growth"] * elapsed)
    given = {name: values[name] for name in symbols_in(fund.fund_balance)}
    return fund.fund_balance(people, share, base.effective_coverage + 0 * elapsed, **given)


def _flow(label: str, name: str) -> Quantity:
    bind = {"effective_coverage": "contribution_base.effective_coverage"}
    return Quantity(label, f"fund.{name}", lambda point: getattr(fund_of(point), name), bind)


_PRESENT_VALUE = Quantity(
    "现值",
    "fund.present_value",
    lambda point: np.nan,
    {"effective_coverage": "contribution_base.effective_coverage"},
)

_MOVED = (
    "labour_share_growth",
    "wage_indexation",
    "gig_share",
    "formal_coverage",
    "contribution_rate",
)

FUND_FLOWS = FundPath(
    quantities=(_flow("缴费", "contributions"), _flow("支付", "benefits")), sliders=_MOVED
)
FUND_STOCK = FundPath(
    quantities=(_flow("基金结存", "fund"),), sliders=(*_MOVED, "fiscal_subsidy"), stock=True
)

_FIELDS = {
    "years": "datum.years",
    "dependency_ratio": "datum.dependency_ratio",
    "employment_index": "datum.employment_index",
    "cumulative": "datum.cumulative",
}


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


def fund_path(spec: FundPath, start: Mapping[str, float] | None = None) -> Figure:
    """Draw contributions and benefits, or the fund, over GDP, with sliders.

    Parameters
    ----------
    spec
        `FUND_FLOWS` or `FUND_STOCK`.
    start
        Where sliders stand at first, if not at their defaults.
    """
    live, resting = places(spec, _FIELDS, start)
    x = alt.X("year:Q", axis=axis(format="d", tickCount=6, grid=False))
    y = alt.Y("value:Q", axis=upright("占 GDP", format=".0%", tickCount=6))
    tooltip = [
        alt.Tooltip("name:N", title="量"),
        alt.Tooltip("year:Q", title="年份", format="d"),
        alt.Tooltip("value:Q", title="占 GDP", format=".1%"),
    ]
    moving = _rows(spec, live, "rise")
    before = _rows(spec, resting, str(DEFAULT_RISE)).mark_line(
        color=INK, strokeWidth=1, opacity=0.55
    )
    zero = alt.Chart(alt.sequence(0, 1, 1)).mark_rule(color=INK, strokeDash=[2, 2])
    layers = [
        before.encode(x=x, y=y, detail="name:N"),
        moving.mark_line(strokeWidth=2.5).encode(x=x, y=y, **look(spec.quantities)),
        moving.mark_point(size=60, opacity=0).encode(x=x, y=y, tooltip=tooltip),
        zero.encode(y=alt.datum(0)),
    ]
    chart = alt.layer(*layers).add_params(*sliders(spec, start), _menu())
    return finish(chart, describe_fund(spec, start), height=280)


def _menu() -> alt.Parameter:
    labels = [f"{rise} 岁" for rise in RISES]
    bind = alt.binding_select(options=list(RISES), labels=labels, name="退休年龄到 2040 年提高 ")
    return alt.param(name="rise", value=DEFAULT_RISE, bind=bind)


def _rows(spec: FundPath, place: Place, rise: str) -> alt.Chart:
    data = inline(
        population_rows(), ["rise", "years", "dependency_ratio", "employment_index"], digits=8
    )
    base = alt.Chart(data).transform_filter(f"datum.rise === {rise}")
    if spec.stock:
        base = base.transform_calculate(present=written(_PRESENT_VALUE, place)).transform_window(
            cumulative="sum(present)", sort=[alt.SortField("years")], frame=[None, 0]
        )
    for quantity in spec.quantities:
        base = base.transform_calculate(as_=quantity.label, calculate=written(quantity, place))
    labels: list[Any] = [quantity.label for quantity in spec.quantities]
    base = base.transform_calculate(year=f"{FIRST_YEAR} + datum.years")
    return base.transform_fold(labels, as_=["name", "value"])


def describe_fund(spec: FundPath, start: Mapping[str, float] | None = None) -> str:
    """Alt text: both ends of each quantity with the sliders at their start."""
    point = starting_values(spec, start) | {"retirement_age_rise": DEFAULT_RISE}
    parts = []
    for quantity in spec.quantities:
        path = quantity.of(point)
        parts.append(f"{quantity.label}由 {path[0]:.1%} 变为 {path[-1]:.1%}")
    return (
        f"折线图，可移动滑块（{slider_names(spec)}）并选择退休年龄。滑块在起点时，"
        f"2025 年到 2060 年，占 GDP 的比例：{'；'.join(parts)}。"
    )


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
    wide = table.rename(columns={"contributions": "缴费", "benefits": "领取"})
    names = ["缴费", "领取"]
    labels: list[Any] = names
    bars = (
        alt.Chart(inline(wide, ["name", *names]))
        .transform_fold(labels, as_=["kind", "value"])
        .mark_bar()
        .encode(
            x=alt.X(
                "name:O", axis=axis("出生年代（每十年一组）", labelAngle=0, labelOverlap="greedy")
            ),
            xOffset=alt.XOffset("kind:N", sort=names),
            y=alt.Y("value:Q", axis=upright("现值占 2025 年 GDP", format=".0%", tickCount=5)),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=names, range=[ACCENT, CONTRAST]),
                legend=alt.Legend(title=None, offset=26),
            ),
            tooltip=["name:N", "kind:N", alt.Tooltip("value:Q", format=".1%")],
        )
    )
    return finish(bars, describe_ledger(ledger), height=240)


def ledger_of(values: Mapping[str, float]) -> pd.DataFrame:
    """Cohort ledger of the fund that `fund_of` runs."""
    return cohort_ledger(
        fund_of(values),
        project_population(),
        retirement_age=values["retirement_age"],
        retirement_age_rise=values["retirement_age_rise"],
        work_start_age=values["work_start_age"],
        interest_rate=values["interest_rate"],
    )


def describe_ledger(ledger: pd.DataFrame) -> str:
    """Alt text: which cohorts pay in more than they draw inside the window."""
    payers = [f"{year} 年代" for year in ledger.index[ledger["net"] > 0]]
    total = float(ledger["net"].sum())
    sign = "多于" if total > 0 else "少于"
    return (
        f"条形图：2025 年到 2060 年各出生年代的缴费与领取现值。缴费多于领取的是"
        f"{'、'.join(payers) or '无'}；合计缴费{sign}领取，相差 2025 年 GDP 的 {abs(total):.0%}。"
    )
