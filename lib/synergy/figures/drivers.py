"""Which assumption drives an answer, and how the named scenarios differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import altair as alt
import pandas as pd

from synergy.figures.explorers import menu
from synergy.figures.grammar import grid, lines, rows
from synergy.figures.theme import Figure, axis, inline
from synergy.policy.outlook import frame
from synergy.policy.scenarios import ScenarioResult
from synergy.policy.units import written


def tornado_bars(
    ranking: pd.DataFrame, outcome: str, *, fmt: str = ".2f", count: int = 8
) -> Figure:
    """Draw how far an outcome moves when one assumption goes to either end of its range.

    Parameters
    ----------
    ranking
        From `synergy.policy.sensitivity.driving_assumptions`; widest swings are drawn.
    outcome
        Chinese name of the outcome.
    fmt
        d3 format of the outcome.
    count
        Assumptions drawn.
    """
    widest = ranking[ranking["swing"] > 0].nlargest(count, "swing")
    ends = widest[["at_low", "at_high"]]
    table = widest.assign(name=widest["name_zh"], left=ends.min(axis=1), right=ends.max(axis=1))
    for end in ("low", "high"):
        table[end] = [written(str(symbol), value) for symbol, value in widest[end].items()]
    return rows(
        table,
        x="at_high",
        span=("left", "right"),
        mark="bar",
        label=outcome,
        fmt=fmt,
        ticks=5,
        scale={"zero": False},
        tips={
            "name": "参数",
            "low": "低值",
            f"at_low:{fmt}": "取低值时",
            "high": "高值",
            f"at_high:{fmt}": "取高值时",
        },
        digits=6,
        say="龙卷风图：逐一把参数移到范围的两端。“{{ widest.name_zh }}”使{{ label }}移动得最多，"
        "低值时 {{ widest.at_low|fmt('.3g') }}，高值时 {{ widest.at_high|fmt('.3g') }}。"
        "{{ driver(ranking, label) }}",
        facts={"widest": ranking.nlargest(1, "swing").iloc[0], "ranking": ranking},
    )


#: A long name of a row on two lines.
_IN_TWO = (
    "length(datum.label) > 15 ? [slice(datum.label, 0, 12), slice(datum.label, 12)] : datum.label"
)

#: A long name of a column, two characters on a line: on a phone a column has room for three.
_NARROW = (
    "length(datum.label) > 3 ? [slice(datum.label, 0, 2), slice(datum.label, 2, 4), "
    "slice(datum.label, 4)] : datum.label"
)


def sobol_matrix(rankings: Mapping[str, pd.DataFrame], *, count: int = 10) -> Figure:
    """Draw the total Sobol index of assumptions (rows) for several outcomes (columns).

    Parameters
    ----------
    rankings
        Short Chinese name of the outcome to its ranking.
    count
        Rows: the assumptions with the largest index in any outcome.
    """
    totals = pd.DataFrame({name: table["total"] for name, table in rankings.items()}).clip(lower=0)
    kept = totals.loc[totals.max(axis=1).nlargest(count).index]
    names = pd.concat([table["name_zh"] for table in rankings.values()]).to_dict()
    wide = kept.rename(index=names).rename_axis("name")
    outcomes: list[Any] = list(rankings)
    cells = alt.Chart(inline(wide, ["name", *outcomes], digits=3))
    return grid(
        cells.transform_fold(outcomes, as_=["outcome", "total"]).transform_filter(
            "isValid(datum.total)"
        ),
        x="outcome",
        across=outcomes,
        fill="total",
        text="total",
        dark="datum.total > 0.3",
        scale={"domain": [0, max(0.5, float(kept.max().max()))]},
        axes=(axis(labelAngle=0, labelExpr=_NARROW), axis(labelExpr=_IN_TWO, labelFontSize=11)),
        size=11,
        tips={"name": "参数", "outcome": "结果", "total:.2f": "总效应指数"},
        height=26 * len(wide) + 20,
        say="热力图：各结果的 Sobol 总效应指数。最要紧的参数是"
        "{{ first|each('{}：{}（{:.2f}）')|join('；') }}。",
        facts={
            "first": [
                (name, table["name_zh"].iloc[0], table["total"].iloc[0])
                for name, table in rankings.items()
            ]
        },
    )


def scenario_paths(results: Iterable[ScenarioResult], outcomes: Mapping[str, str]) -> Figure:
    """Draw one path per scenario; a menu chooses what is drawn.

    Parameters
    ----------
    results
        Scenarios that have been run.
    outcomes
        Field of the outlook to Chinese name; the first is shown at first.
    """
    outcomes = {key: title.removeprefix("2060 年") for key, title in outcomes.items()}
    tables = {r.scenario.title: frame(r.paths)[list(outcomes)].iloc[::5] for r in results}
    long = pd.concat(tables, names=["情景", "year"]).reset_index()
    first = next(iter(outcomes))
    paths = alt.Chart(inline(long, ["情景", "year", *outcomes]))
    shares = [key for key, title in outcomes.items() if "占 GDP" in title or "份额" in title]
    plain = f"indexof({shares}, outcome) < 0"
    told = plain + " ? format(datum.value, '.2~f') : format(datum.value, '{}')"
    return lines(
        paths.transform_calculate(value="datum[outcome]").transform_calculate(
            shown=told.format(".1%")
        ),
        y="value",
        side=axis(labelExpr=told.format(".0%")),
        tips={"情景": "情景", "year": "年", "shown": "结果"},
        by="情景",
        look=list(tables),
        scale={"zero": False},
        controls=[menu("outcome", "看什么", outcomes, first)],
        height=300,
        say="折线图，可用菜单换结果：各情景到 {{ year }} 年的{{ outcome }}为"
        "{{ ends|each('{} {:.3f}')|join('，') }}。",
        facts={
            "year": long["year"].max(),
            "outcome": outcomes[first],
            "ends": [(name, table[first].iloc[-1]) for name, table in tables.items()],
        },
    )
