"""Responses of a panel VAR and its variance decomposition, recomputed in the page.

The page gets the moving-average matrices Phi_h and one impact matrix per ordering; products
and cumulation are Vega expressions. Only bands are precomputed, per unit of shock. Systems that are
drawn together have the same variables; `fault` says why there is none.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from pvar.linalg import Array
from pvar.responses import ResponseKind, cholesky_impact, moving_average
from synergy.figures import theme
from synergy.figures.explorers import menu, slider
from synergy.figures.grammar import grid, lines
from synergy.figures.theme import Figure, axis, inline, lookup, nothing_to_draw
from synergy.links import HORIZON
from synergy.system import NAMES, System, orderings

GENERALISED = "广义响应（不排序）"
#: Bands beyond this many index points (nine times the whole scale) are cut: off any page.
FAR = 9.0


def impact_matrices(system: System) -> dict[str, Array]:
    """Impact matrix of one standard deviation by the label of the ordering control."""
    found = {}
    for label, order in orderings(system.variables).items():
        places = [system.variables.index(name) for name in order]
        found[label] = cholesky_impact(system.sigma, places)
    deviations = np.sqrt(np.diagonal(system.sigma))
    return found | {GENERALISED: system.sigma / deviations}


def first_response(system: System) -> Array:
    """Responses (horizon, response, impulse) to one deviation under the first ordering."""
    impact = next(iter(impact_matrices(system).values()))
    return moving_average(system.dynamics, HORIZON) @ impact


def phi_table(systems: Sequence[System]) -> pd.DataFrame:
    """Simple responses: system s, response i, horizon h, and p0 .. over impulses."""
    found = []
    for s, system in enumerate(systems):
        phi = significant(moving_average(system.dynamics, HORIZON), 5)
        found += [
            (s, name, h, *phi[h, i])
            for i, name in enumerate(system.variables)
            for h in range(HORIZON + 1)
        ]
    return pd.DataFrame(found, columns=["s", "i", "h", *weights_of("p", systems)])


def impact_table(systems: Sequence[System]) -> pd.DataFrame:
    """Columns of the impact matrices by key `system|ordering|impulse`."""
    found = []
    for s, system in enumerate(systems):
        for o, impact in enumerate(impact_matrices(system).values()):
            columns = significant(impact, 5)
            found += [(f"{s}|{o}|{j}", *columns[:, k]) for k, j in enumerate(system.variables)]
    table = pd.DataFrame(found, columns=["key", *weights_of("c", systems)])
    return table.set_index("key")


def band_table(systems: Sequence[System]) -> pd.DataFrame:
    """95 % bands per unit of shock by key `system|ordering|impulse|response`: l0 .., u0 .."""
    found = []
    for s, system in enumerate(systems):
        if system.draws is None:
            continue
        for o, order in enumerate([*orderings(system.variables).values(), None]):
            kind: ResponseKind = "generalised" if order is None else "orthogonal"
            bands = system.draws.bands(kind, horizon=HORIZON, order=order)
            ends = significant(np.concatenate([bands.lower, bands.upper]).clip(-FAR, FAR), 3)
            found += [
                (f"{s}|{o}|{impulse}|{response}", *ends[:, i, j])
                for i, response in enumerate(system.variables)
                for j, impulse in enumerate(system.variables)
            ]
    names = [f"{end}{h}" for end in "lu" for h in range(HORIZON + 1)]
    return pd.DataFrame(found, columns=["band", *names]).set_index("band")


def weights_of(letter: str, systems: Sequence[System]) -> list[str]:
    """Names of the columns over impulses."""
    return [f"{letter}{k}" for k in range(len(systems[0].variables))]


def significant(values: Array, digits: int) -> Array:
    """Round to significant digits, which keeps the page small without losing small numbers."""
    with np.errstate(divide="ignore"):
        power = np.floor(np.log10(np.abs(values)))
    scale = 10.0 ** (digits - 1 - np.where(np.isfinite(power), power, 0.0))
    return np.round(values * scale) / scale


def product_expression(systems: Sequence[System]) -> str:
    """Vega expression of one response to a shock of one standard deviation."""
    pairs = zip(weights_of("p", systems), weights_of("c", systems), strict=True)
    return " + ".join(f"datum.{p} * datum.{c}" for p, c in pairs)


def response_explorer(systems: Sequence[System], *, fault: str = "") -> Figure:
    """Draw one response under each system; shock, ordering and size recompute in the page.

    Bands (95 %, bootstrap of provinces) are drawn for systems with draws, and not for cumulative
    responses.
    """
    if not systems:
        return nothing_to_draw("响应", fault)
    variables = systems[0].variables
    impulse, response = (code if code in variables else variables[-1] for code in ("LQ", "AI"))
    place = (slice(None), variables.index(response), variables.index(impulse))
    paths = [(system.title, first_response(system)[place]) for system in systems]
    deviations = [np.sqrt(np.diagonal(system.sigma)).max() for system in systems]
    reach = float(significant(np.array([3.0 * min(deviations)]), 1)[0])
    return lines(
        _responses(systems),
        x="h",
        x_label="冲击后的年数",
        y="shown",
        label="响应（指数点）",
        fmt=".3~f",
        ticks=5,
        scale={"domain": [-reach, reach]},
        by="system",
        look=[system.title for system in systems],
        at={"": 0},
        over=_bands(systems),
        controls=_response_controls(variables, impulse, response),
        height=300,
        say="响应图，可换冲击、响应、排序和大小，在页面里重算：{{ impulse }}受一个标准差的冲击后，"
        "{{ response }}的响应为{% for title, path in paths %}{{ title }}当年 "
        "{{ path[0]|fmt('+.3f') }}、{{ path|length - 1 }} 年后 {{ path[-1]|fmt('+.3f') }}"
        "{{ '。' if loop.last else '；' }}{% endfor %}",
        facts={"impulse": NAMES[impulse], "response": NAMES[response], "paths": paths},
    )


def _responses(systems: Sequence[System]) -> alt.Chart:
    """Data and expressions of the responses."""
    titles = json.dumps([system.title for system in systems], ensure_ascii=False)
    phi = phi_table(systems)
    base = (
        alt.Chart(inline(phi, phi.columns, digits=12))
        .transform_filter("datum.i === response")
        .transform_calculate(
            key="datum.s + '|' + ordering + '|' + impulse", system=f"{titles}[datum.s]"
        )
        .transform_lookup("key", lookup(impact_table(systems)))
        .transform_calculate(value=f"size * ({product_expression(systems)})")
        .transform_window(
            total="sum(value)", groupby=["s"], sort=[alt.SortField("h")], frame=[None, 0]
        )
        .transform_calculate(shown="cumulative ? datum.total : datum.value")
    )
    bands = band_table(systems)
    if bands.empty:
        return base
    return (
        base.transform_calculate(band="datum.key + '|' + response")
        .transform_lookup("band", lookup(bands))
        .transform_calculate(low="size * datum['l' + datum.h]", up="size * datum['u' + datum.h]")
        .transform_calculate(
            lower=f"isValid(datum.l0) ? {_cut('min(datum.low, datum.up)')} : null",
            upper=_cut("max(datum.low, datum.up)"),
        )
    )


def _cut(value: str) -> str:
    """Vega expression that keeps a band's end within what a page can draw."""
    return f"max(-{FAR:g}, min({FAR:g}, {value}))"


def _bands(systems: Sequence[System]) -> list[alt.Chart]:
    """One area a system, coloured without a scale: the key is for the lines."""
    return [
        alt.Chart()
        .transform_filter(f"datum.s === {s} && !cumulative && isValid(datum.lower)")
        .mark_area(opacity=0.18, clip=True, color=theme.HUES[s])
        .encode(y="lower:Q", y2="upper:Q")
        for s, system in enumerate(systems)
        if system.draws is not None
    ]


def _response_controls(
    variables: Sequence[str], impulse: str, response: str
) -> list[alt.Parameter]:
    names = {code: NAMES[code] for code in variables}
    return [
        menu("impulse", "冲击来自", names, impulse),
        menu("response", "看谁的响应", names, response),
        menu("ordering", "排序", [*orderings(variables), GENERALISED]),
        slider("size", "冲击大小（标准差） ", -3, 3, 0.25, 1),
        alt.param(name="cumulative", value=False, bind=alt.binding_checkbox(name="累积 ")),
    ]


def share_explorer(systems: Sequence[System], *, fault: str = "") -> Figure:
    """Draw the variance decomposition as a matrix; ordering and horizon recompute in the page."""
    if not systems:
        return nothing_to_draw("方差分解", fault)
    split = theme.two_lines("datum.label")
    short: dict[str, Any] = {"labelAngle": 0, "labelOverlap": False, "labelExpr": split}
    squares = (first_response(systems[0]) ** 2).sum(axis=0)
    names = [NAMES[code] for code in systems[0].variables]
    shares = pd.DataFrame(squares, names, names).div(squares.sum(axis=1), axis=0)
    return grid(
        _shares(systems),
        x="cause",
        y="effect",
        fill="share",
        text="share",
        fmt=".0%",
        scale={"domain": [0, 1]},
        dark=theme.deep("share"),
        axes=(axis("冲击来自", **short), axis(**short)),
        controls=[
            menu("which", "估计", [system.title for system in systems]),
            menu("ordering", "排序", list(orderings(systems[0].variables))),
            slider("horizon", "冲击后的年数 ", 0, HORIZON, 1, HORIZON),
        ],
        height=52 * len(names),
        say="方差分解的矩阵，可换估计、排序和年数：{{ title }}在 {{ horizon }} 年后，"
        "自身冲击的份额平均为 {{ own|fmt('.0%') }}；来自别的变量的份额以"
        "{{ foreign.idxmax()[1] }}对{{ foreign.idxmax()[0] }}最大，"
        "为 {{ foreign.max()|fmt('.0%') }}。",
        facts={
            "title": systems[0].title,
            "horizon": HORIZON,
            "own": np.diagonal(shares).mean(),
            "foreign": shares.where(~np.eye(len(names), dtype=bool)).stack(),
        },
    )


def _shares(systems: Sequence[System]) -> alt.Chart:
    """Data and expressions of the variance decomposition."""
    phi, codes = phi_table(systems), list(systems[0].variables)
    names = json.dumps({code: NAMES[code] for code in codes}, ensure_ascii=False)
    return (
        alt.Chart(inline(phi, phi.columns, digits=12))
        .transform_filter("datum.s === which && datum.h <= horizon")
        .transform_calculate(j=json.dumps(codes))
        .transform_flatten(["j"])
        .transform_calculate(key="datum.s + '|' + ordering + '|' + datum.j")
        .transform_lookup("key", lookup(impact_table(systems)))
        .transform_calculate(square=f"pow({product_expression(systems)}, 2)")
        .transform_aggregate(part="sum(square)", groupby=["i", "j"])
        .transform_joinaggregate(whole="sum(part)", groupby=["i"])
        .transform_calculate(
            share="datum.part / datum.whole", cause=f"{names}[datum.j]", effect=f"{names}[datum.i]"
        )
    )
