"""Impulse responses that recompute in the page as shock, size and ordering change.

The page gets the moving-average matrices Phi_h and one impact matrix per ordering; products
and cumulation are Vega expressions. Only bands are precomputed, per unit of shock.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

from pvar.linalg import Array
from pvar.responses import ResponseKind, cholesky_impact, moving_average
from synergy.charts import ACCENT, CONTRAST, INK, Figure, axis, finish, inline, upright
from synergy.system import NAMES, System, orderings

HORIZON = 6
GENERALISED = "广义响应（不排序）"
#: Bands beyond this many index points (nine times the whole scale) are cut: off any page.
FAR = 9.0
HUES = (ACCENT, CONTRAST, INK)
DASHES = ([1, 0], [6, 3], [2, 2])


def notice(text: str) -> Figure:
    """A figure's place holder: says why there is nothing to draw."""
    words = alt.Chart(alt.InlineData(values=[{"text": text}])).mark_text(fontSize=13)
    return finish(words.encode(text="text:N"), text, height=60)


def phi_table(systems: Sequence[System], horizon: int = HORIZON) -> pd.DataFrame:
    """Simple responses: system s, response i, horizon h, and p0 .. over impulses."""
    rows = []
    for s, system in enumerate(systems):
        phi = significant(moving_average(system.dynamics, horizon), 5)
        rows += [
            (s, name, h, *phi[h, i])
            for i, name in enumerate(system.variables)
            for h in range(horizon + 1)
        ]
    return pd.DataFrame(rows, columns=["s", "i", "h", *weights_of("p", systems)])


def impact_matrices(system: System) -> dict[str, Array]:
    """Impact matrix of one standard deviation by the label of the ordering control."""
    found = {}
    for label, order in orderings(system.variables).items():
        places = [system.variables.index(name) for name in order]
        found[label] = cholesky_impact(system.sigma, places)
    deviations = np.sqrt(np.diagonal(system.sigma))
    return found | {GENERALISED: system.sigma / deviations}


def impact_table(systems: Sequence[System]) -> pd.DataFrame:
    """Columns of the impact matrices by key `system|ordering|impulse`."""
    rows = []
    for s, system in enumerate(systems):
        for o, impact in enumerate(impact_matrices(system).values()):
            columns = significant(impact, 5)
            rows += [(f"{s}|{o}|{j}", *columns[:, k]) for k, j in enumerate(system.variables)]
    return pd.DataFrame(rows, columns=["key", *weights_of("c", systems)])


def band_table(systems: Sequence[System], horizon: int = HORIZON) -> pd.DataFrame:
    """95 % bands per unit of shock by key `system|ordering|impulse|response`: l0 .., u0 .."""
    rows = []
    for s, system in enumerate(systems):
        if system.draws is None:
            continue
        for o, order in enumerate([*orderings(system.variables).values(), None]):
            kind: ResponseKind = "generalised" if order is None else "orthogonal"
            bands = system.draws.bands(kind, horizon=horizon, order=order)
            ends = significant(np.concatenate([bands.lower, bands.upper]).clip(-FAR, FAR), 3)
            rows += [
                (f"{s}|{o}|{impulse}|{response}", *ends[:, i, j])
                for i, response in enumerate(system.variables)
                for j, impulse in enumerate(system.variables)
            ]
    names = [f"{end}{h}" for end in "lu" for h in range(horizon + 1)]
    return pd.DataFrame(rows, columns=["band", *names])


def weights_of(letter: str, systems: Sequence[System]) -> list[str]:
    """Names of the columns over impulses."""
    return [f"{letter}{k}" for k in range(len(systems[0].variables))]


def significant(values: Array, digits: int) -> Array:
    """Round to significant digits, which keeps the page small without losing small numbers."""
    with np.errstate(divide="ignore"):
        power = np.floor(np.log10(np.abs(values)))
    scale = 10.0 ** (digits - 1 - np.where(np.isfinite(power), power, 0.0))
    rounded: Array = np.round(values * scale) / scale
    return rounded


def product_expression(systems: Sequence[System]) -> str:
    """Vega expression of one response to a shock of one standard deviation."""
    pairs = zip(weights_of("p", systems), weights_of("c", systems), strict=True)
    return " + ".join(f"datum.{p} * datum.{c}" for p, c in pairs)


def value_expressions(systems: Sequence[System]) -> dict[str, str]:
    """Vega expressions of the response explorer, in the order of evaluation."""
    return {
        "key": "datum.s + '|' + ordering + '|' + impulse",
        "unit": product_expression(systems),
        "value": "size * datum.unit",
    }


def choice(
    name: str, label: str, options: Mapping[str, str] | Sequence[str], start: str | int = 0
) -> alt.Parameter:
    """Drop-down control over codes with labels, or over places in a list of labels."""
    coded = isinstance(options, Mapping)
    values: list[str] | list[int] = list(options) if coded else list(range(len(options)))
    labels = list(options.values()) if isinstance(options, Mapping) else list(options)
    bind = alt.binding_select(options=values, labels=labels, name=f"{label} ")
    return alt.param(name=name, value=start, bind=bind)


def variable_choice(name: str, label: str, system: System, preferred: str) -> alt.Parameter:
    """Drop-down control over the variables of a system."""
    names = {code: NAMES[code] for code in system.variables}
    return choice(name, label, names, preferred if preferred in names else system.variables[-1])


def response_explorer(systems: Sequence[System], *, fault: str = "") -> Figure:
    """Draw one response under each system; shock, ordering and size recompute in the page.

    Parameters
    ----------
    systems : sequence of System
        At most three, with the same variables. Bands (95 %, bootstrap of provinces) are drawn
        for those with draws, and not for cumulative responses.
    fault : str
        What to say where there is no system.
    """
    if not systems:
        return notice(fault or "手头的面板估计不出这个系统，没有响应可画。")
    base = _responses(systems)
    reach = _reach(systems)
    value = alt.Y(
        "shown:Q",
        scale=alt.Scale(domain=[-reach, reach]),
        axis=upright("响应（指数点）", tickCount=5, format=".3~f"),
    )
    years = alt.X("h:O", axis=axis("冲击后的年数", labelAngle=0))
    colour = _by_system(systems)
    dash = alt.StrokeDash("system:N", scale=_dashes(systems), legend=_legend(systems))
    lines = base.mark_line(strokeWidth=2.5, clip=True, point=True).encode(
        x=years,
        y=value,
        color=colour,
        strokeDash=dash,
        tooltip=["system:N", "h:O", alt.Tooltip("shown:Q", title="响应", format=".4f")],
    )
    zero = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color=INK)
    layers = alt.layer(*_bands(base, years, systems), zero.encode(y="zero:Q"), lines)
    chart = layers.add_params(*_response_controls(systems[0]))
    return finish(chart, describe_responses(systems), height=300)


def _bands(base: alt.Chart, years: alt.X, systems: Sequence[System]) -> list[alt.Chart]:
    """One area a system, coloured without a scale: the key is for the lines."""
    return [
        base.transform_filter(f"datum.s === {s} && !cumulative && isValid(datum.lower)")
        .mark_area(opacity=0.18, clip=True, color=HUES[s])
        .encode(x=years, y=alt.Y("lower:Q"), y2="upper:Q")
        for s, system in enumerate(systems)
        if system.draws is not None
    ]


def _responses(systems: Sequence[System]) -> alt.Chart:
    """Data and expressions of the response explorer."""
    phi, bands = phi_table(systems), band_table(systems)
    c = weights_of("c", systems)
    titles = json.dumps([system.title for system in systems], ensure_ascii=False)
    steps = value_expressions(systems)
    base = (
        alt.Chart(inline(phi, list(phi.columns), digits=12))
        .transform_filter("datum.i === response")
        .transform_calculate(key=steps["key"], system=f"{titles}[datum.s]")
        .transform_lookup("key", lookup(impact_table(systems), "key", c))
        .transform_calculate(unit=steps["unit"])
        .transform_calculate(value=steps["value"])
        .transform_window(
            total="sum(value)", groupby=["s"], sort=[alt.SortField("h")], frame=[None, 0]
        )
        .transform_calculate(shown="cumulative ? datum.total : datum.value")
    )
    if bands.empty:
        return base.transform_calculate(lower="null", upper="null")
    ends = list(bands.columns[1:])
    return (
        base.transform_calculate(band="datum.key + '|' + response")
        .transform_lookup("band", lookup(bands, "band", ends))
        .transform_calculate(low="size * datum['l' + datum.h]", up="size * datum['u' + datum.h]")
        .transform_calculate(lower="min(datum.low, datum.up)", upper="max(datum.low, datum.up)")
        .transform_calculate(lower=f"isValid(datum.l0) ? {_cut('lower')} : null")
        .transform_calculate(upper=_cut("upper"))
    )


def _cut(name: str) -> str:
    """Vega expression that keeps a band's end within what a page can draw."""
    return f"max(-{FAR:g}, min({FAR:g}, datum.{name}))"


def lookup(table: pd.DataFrame, key: str, fields: list[str]) -> alt.LookupData:
    """Columns of a table by key, inlined."""
    return alt.LookupData(inline(table, list(table.columns), digits=12), key=key, fields=fields)


def _response_controls(system: System) -> list[alt.Parameter]:
    size = alt.binding_range(min=-3, max=3, step=0.25, name="冲击大小（标准差） ")
    return [
        variable_choice("impulse", "冲击来自", system, "LQ"),
        variable_choice("response", "看谁的响应", system, "AI"),
        choice("ordering", "排序", [*orderings(system.variables), GENERALISED]),
        alt.param(name="size", value=1, bind=size),
        alt.param(name="cumulative", value=False, bind=alt.binding_checkbox(name="累积 ")),
    ]


def _reach(systems: Sequence[System]) -> float:
    """Half the height of the axis: three shocks of the most variable equation."""
    deviations = [np.sqrt(np.diagonal(system.sigma)).max() for system in systems]
    return float(significant(np.array([3.0 * min(deviations)]), 1)[0])


def _legend(systems: Sequence[System]) -> alt.Legend:
    """Key of the lines; long titles one below the other."""
    columns = 2 if max(len(system.title) for system in systems) < 13 and len(systems) < 3 else 1
    return alt.Legend(title=None, offset=28, columns=columns, labelLimit=240, symbolType="stroke")


def _by_system(systems: Sequence[System]) -> alt.Color:
    scale = alt.Scale(domain=[s.title for s in systems], range=list(HUES[: len(systems)]))
    return alt.Color("system:N", scale=scale, legend=_legend(systems))


def _dashes(systems: Sequence[System]) -> alt.Scale:
    return alt.Scale(domain=[s.title for s in systems], range=list(DASHES[: len(systems)]))


def describe_responses(systems: Sequence[System]) -> str:
    """Alt text: the response drawn first, at impact and at the end."""
    first = systems[0]
    impulse = "LQ" if "LQ" in first.variables else first.variables[-1]
    response = "AI" if "AI" in first.variables else first.variables[-1]
    i, j = first.variables.index(response), first.variables.index(impulse)
    parts = []
    for system in systems:
        impact = next(iter(impact_matrices(system).values()))
        path = (moving_average(system.dynamics, HORIZON) @ impact)[:, i, j]
        parts.append(f"{system.title}当年 {path[0]:+.3f}、{HORIZON} 年后 {path[-1]:+.3f}")
    return (
        f"响应图，可换冲击、响应、排序和大小，在页面里重算：{NAMES[impulse]}受一个标准差的冲击后，"
        f"{NAMES[response]}的响应为{'；'.join(parts)}。"
    )
