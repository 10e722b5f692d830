"""Which assumption drives an answer, and how the named scenarios differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import altair as alt
import pandas as pd

from synergy.figures.explorers import menu
from synergy.figures.grammar import lines
from synergy.figures.theme import ACCENT, ON_DARK, ON_LIGHT, Figure, axis, finish, inline
from synergy.policy.outlook import frame
from synergy.policy.scenarios import ScenarioResult


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
    table = widest.reset_index()
    table["low_end"] = table[["at_low", "at_high"]].min(axis=1)
    table["high_end"] = table[["at_low", "at_high"]].max(axis=1)
    columns = ["name_zh", "low", "high", "at_low", "at_high", "low_end", "high_end"]
    rows = alt.Y("name_zh:N", sort=None, axis=None, scale=alt.Scale(paddingInner=0.2))
    base = alt.Chart(inline(table, columns, digits=6)).encode(y=rows)
    length = alt.X(
        "low_end:Q", axis=axis(outcome, format=fmt, tickCount=5), scale=alt.Scale(zero=False)
    )
    tooltip = [
        alt.Tooltip("name_zh:N", title="参数"),
        alt.Tooltip("low:Q", title="低值"),
        alt.Tooltip("at_low:Q", title="取低值时", format=fmt),
        alt.Tooltip("high:Q", title="高值"),
        alt.Tooltip("at_high:Q", title="取高值时", format=fmt),
    ]
    layers = [
        base.mark_bar(height=9, yOffset=8, color=ACCENT, opacity=0.45, cornerRadius=2).encode(
            x=length, x2="high_end:Q", tooltip=tooltip
        ),
        base.mark_point(filled=True, size=55, yOffset=8, color=ACCENT, opacity=1).encode(
            x="at_high:Q"
        ),
        base.mark_text(align="left", dy=-6, fontSize=12).encode(x=alt.value(0), text="name_zh:N"),
    ]
    say = (
        "龙卷风图：逐一把参数移到范围的两端。“{{ widest.name_zh }}”使{{ outcome }}移动得最多，"
        "低值时 {{ widest.at_low|fmt('.3g') }}，高值时 {{ widest.at_high|fmt('.3g') }}。"
        "{{ driver(ranking, outcome) }}"
    )
    facts = {"widest": ranking.nlargest(1, "swing").iloc[0], "ranking": ranking, "outcome": outcome}
    return finish(alt.layer(*layers), say, facts=facts, height=34 * len(table))


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
    wide = kept.rename(index=names).rename_axis("name").reset_index()
    outcomes: list[Any] = list(rankings)
    base = (
        alt.Chart(inline(wide, ["name", *outcomes], digits=3))
        .transform_fold(outcomes, as_=["outcome", "total"])
        .transform_filter("isValid(datum.total)")
        .encode(
            x=alt.X("outcome:N", sort=outcomes, axis=axis(labelAngle=0, orient="top")),
            y=alt.Y("name:N", sort=None, axis=axis(labelLimit=175, labelFontSize=11)),
            tooltip=["name:N", "outcome:N", alt.Tooltip("total:Q", format=".2f")],
        )
    )
    scale = alt.Scale(scheme="purples", domain=[0, max(0.5, float(kept.max().max()))])
    cells = base.mark_rect().encode(color=alt.Color("total:Q", scale=scale, legend=None))
    numbers = base.mark_text(fontSize=11).encode(
        text=alt.Text("total:Q", format=".2f"),
        color=alt.condition("datum.total > 0.3", alt.value(ON_DARK), alt.value(ON_LIGHT)),
    )
    say = "热力图：各结果的 Sobol 总效应指数。最要紧的参数是{{ first|each('{}：{}')|join('；') }}。"
    first = [(name, table["name_zh"].iloc[0]) for name, table in rankings.items()]
    return finish(cells + numbers, say, facts={"first": first}, height=26 * len(wide) + 20)


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
    return lines(
        paths.transform_calculate(value="datum[outcome]"),
        y="value",
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
