"""The price base of post and telecom as a figure: one weight and one switch move everything.

Four parts stand on one sheet: the paper's statements, the national path, the provinces of the
West, and how many of them fall at which weight. An index is linear in the weight, so the page gets
its two ends and mixes them; whether a statement holds is the ledger's verdict, a sign per weight.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from synergy.claims.ledger import Verdict
from synergy.dictionary import units
from synergy.figures import theme
from synergy.figures.explorers import menu, slider
from synergy.figures.theme import ACCENT, CONTRAST, FAINT, MUTE, REFERENCE, Figure, axis, inline
from synergy.panel import of_year
from synergy.price_base import (
    FALL,
    PHASES,
    STATEMENTS,
    VERSIONS,
    WEIGHTS,
    price_base_facts,
    price_base_parts,
    price_base_story,
    price_base_thresholds,
    price_base_verdicts,
    price_base_weights,
)

#: What the two versions are called.
NAMES = {"published": "照公布的数", "linked": "换算价格之后"}
#: Signs of the verdicts in the page: a statement holds, hangs on how it is read, or does not.
SIGNS = {Verdict.REPRODUCED: "2", Verdict.DOUBTFUL: "1", Verdict.NOT_REPRODUCED: "0"}
#: Vega: number of the slider's step, from 0.
STEP = f"round(w * {1 / WEIGHTS[1]:g})"

# Pixels from the top: where the four parts begin and end.
_TILES = (0, 27 * len(STATEMENTS))
_PATH = (_TILES[1] + 32, _TILES[1] + 162)
_BARS = (_PATH[1] + 52, _PATH[1] + 52 + 16 * 13)
_COUNT = (_BARS[1] + 36, _BARS[1] + 96)
# What needs no axis reaches out over the names of the provinces.
_LEFT = -44


def price_base_figure() -> Figure:
    """Draw what the weight of post and telecom, published or linked, does to the index.

    It starts with the published volume, in the middle of the weights at which as many provinces
    fall as the paper says.
    """
    parts, facts, story = price_base_parts(), price_base_facts(), price_base_story()
    start = float(story.at["weight"])
    sheet = alt.layer(
        _statements(facts, price_base_verdicts()[list(STATEMENTS)]),
        _path(parts.groupby("year").mean(), facts),
        _changes(parts),
        _counts(story.fallers),
    )
    controls = [
        menu("version", "价格", NAMES, "published"),
        slider("w", "人均邮电业务量的权重 ", WEIGHTS[0], WEIGHTS[-1], WEIGHTS[1], start),
    ]
    most = facts.groupby("version")["falling"].max()
    return theme.finish(
        sheet.resolve_scale(x="independent", y="independent").add_params(*controls),
        "组合图，可换价格，可用滑块换权重。邮电业务量照公布的数、权重为 {{ w|fmt('g') }} 时，"
        "全国就业质量指数年均变动依次为{{ paces|each('{}—{} 年 {:+.4f}')|listed }}；"
        "西部 {{ fall|join('—') }} 年下降的有 {{ at.falling }} 省（{{ at.provinces|listed }}），"
        "中部变动 {{ at.central|fmt('+.3f') }}。权重到 {{ top|fmt('g') }} 为止，"
        "照公布的数至多下降 {{ most.published }} 省，换算价格之后至多 {{ most.linked }} 省。",
        height=_COUNT[1],
        facts={
            "w": start,
            "at": story.at,
            "paces": [(*span, story.at[phase]) for phase, span in PHASES.items()],
            "fall": FALL,
            "top": WEIGHTS[-1],
            "most": most,
        },
    )


def mixed(measure: str = "") -> str:
    """Vega expression of an index, or a change of it, at the slider's weight and version."""
    return f"(1 - w) * datum.others{measure} + w * datum[version + '{measure}']"


def falling() -> str:
    """Vega expression of how many western provinces fall."""
    limits = {version: price_base_thresholds(version).dropna() for version in VERSIONS}
    sums = {v: " + ".join(f"(w > {x:.8f})" for x in found) or "0" for v, found in limits.items()}
    return f"version === 'published' ? {sums['published']} : {sums['linked']}"


# ------------------------------------------------------------------ the four parts


def _statements(facts: pd.DataFrame, verdicts: pd.DataFrame) -> Any:
    """The paper's statements on tiles that light up where the ledger finds them reproduced."""
    rows = _measures(facts).join(_signs(verdicts))
    base = (
        alt.Chart(inline(rows.rename_axis("id"), ["id", *rows.columns], digits=8))
        .transform_calculate(
            state=f"toNumber(slice(datum[version + '_s'], {STEP}, {STEP} + 1))",
            one=mixed("_a"),
            two=mixed("_b"),
            fallen=falling(),
        )
        .transform_calculate(
            title="['✗ ', '？ ', '✓ '][datum.state] + datum.name",
            told="datum.kind === 'n' ? datum.fallen + ' 省' : datum.kind === 'c' ? "
            "format(datum.one, '+.3f') : "
            "format(datum.one, '+.3f') + ' 对 ' + format(datum.two, '+.3f')",
        )
        .encode(y=alt.Y("name:N", axis=None, scale=_part(_TILES, domain=list(STATEMENTS.values()))))
    )
    states = [(0, None, MUTE), (1, CONTRAST, theme.PAGE), (2, ACCENT, theme.PAGE)]
    layers: list[alt.Chart] = []
    for state, fill, ink in states:
        one = base.transform_filter(f"datum.state === {state}")
        tile = one.mark_rect(cornerRadius=4, fill=fill, stroke=fill or FAINT, height=23)
        look: dict[str, Any] = {"color": ink}
        title = one.mark_text(align="left", dx=8, **look).encode(text="title:N")
        told = one.mark_text(align="right", dx=-8, **look).encode(text="told:N")
        layers += [
            tile.encode(x=alt.value(_LEFT), x2=alt.value("width")),
            title.encode(x=alt.value(_LEFT)),
            told.encode(x=alt.value("width")),
        ]
    return alt.layer(*layers)


def _measures(facts: pd.DataFrame) -> pd.DataFrame:
    """What stands beside each statement, at the ends of the weights: two paces, or a change."""
    shown = {
        "P-EQ-PHASES": ("p", "middle", "early"),
        "P-EQ-FLAT": ("p", "late", "early"),
        "P-EQ-W-DIP": ("c", "west", "west"),
        "P-EQ-C-RISE": ("c", "central", "central"),
        "P-EQ-W-SIX": ("n", "west", "west"),
    }
    rows = {
        key: {
            "name": STATEMENTS[key],
            "kind": kind,
            **_ends(facts, one, "_a"),
            **_ends(facts, two, "_b"),
        }
        for key, (kind, one, two) in shown.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def _ends(facts: pd.DataFrame, column: str, mark: str = "") -> dict[str, float]:
    """A fact that is linear in the weight: without the series, and from it alone."""
    values = facts.set_index(["version", "weight"])[column].to_dict()
    others = values["published", WEIGHTS[0]]
    own = {v: others + (values[v, WEIGHTS[-1]] - others) / WEIGHTS[-1] for v in VERSIONS}
    return {f"others{mark}": others, **{f"{v}{mark}": value for v, value in own.items()}}


def _signs(verdicts: pd.DataFrame) -> pd.DataFrame:
    """One text for each statement and version: a sign for each weight."""
    signs = verdicts.map(SIGNS.__getitem__).groupby(level="version").agg("".join)
    return signs.T.add_suffix("_s")


def _path(national: pd.DataFrame, facts: pd.DataFrame) -> Any:
    """National mean in both versions, the chosen one strong, and the pace of each phase."""
    base = (
        alt.Chart(inline(national, ["year", *national.columns], digits=8))
        .transform_fold(list(VERSIONS), as_=["series", "own"])
        .transform_calculate(quality="(1 - w) * datum.others + w * datum.own")
    )
    ruled = axis(format="d", values=_borders(), grid=False, orient="bottom", **_below(_PATH))
    x = alt.X("year:Q", axis=ruled, scale=alt.Scale(nice=False, zero=False, padding=10))
    level = _part(_PATH[::-1], domain=[0.1, 0.5])
    y = alt.Y(
        "quality:Q", axis=axis(values=[0.2, 0.3, 0.4], format=".1f", orient="left"), scale=level
    )
    chosen = "datum.series === version"
    lines = base.mark_line(strokeWidth=2.5).encode(
        x=x,
        y=y,
        detail="series:N",
        color=alt.condition(chosen, alt.value(ACCENT), alt.value(MUTE)),
        strokeDash=alt.condition(chosen, alt.value([1, 0]), alt.value([4, 3])),
        opacity=alt.condition(chosen, alt.value(1), alt.value(0.6)),
    )
    return alt.layer(
        *_phases(facts, x), lines, *_titled(_PATH, "全国平均（虚线为另一种价格）与各段的年均变动")
    )


def _phases(facts: pd.DataFrame, x: alt.X) -> list[alt.Chart]:
    """Borders of the phases, and the pace of each."""
    rows = [
        {"year": (start + end) / 2, "end": end, **_ends(facts, phase)}
        for phase, (start, end) in PHASES.items()
    ]
    table = pd.DataFrame(rows)
    paces = alt.Chart(inline(table, table.columns, digits=8)).transform_calculate(pace=mixed())
    words = paces.mark_text(color=ACCENT, fontWeight="bold")
    inner = paces.transform_filter(f"datum.end < {table['end'].max()}")
    rules = inner.mark_rule(color=MUTE, strokeDash=REFERENCE)
    top, bottom = (alt.value(place) for place in _PATH)
    return [
        rules.encode(x=alt.X("end:Q"), y=top, y2=bottom),
        words.encode(x=x, y=alt.value(_PATH[1] - 9), text=alt.Text("pace:Q", format="+.4f")),
    ]


def _changes(parts: pd.DataFrame) -> Any:
    """Change of each western province over the last phase, then of West and Central."""
    table = western_changes(parts)
    base = alt.Chart(inline(table, ["name", *table.columns], digits=8))
    base = base.transform_calculate(change=mixed()).encode(
        y=alt.Y("name:N", sort=None, axis=axis(orient="left"), scale=_part(_BARS))
    )
    reach = [WEIGHTS[-1] * table[v] + (1 - WEIGHTS[-1]) * table["others"] for v in VERSIONS]
    ends = pd.concat([table["others"], *reach])
    room = alt.Scale(domain=[float(ends.min()), float(ends.max())], range=_beside(), nice=False)
    colour = alt.condition("datum.change < 0", alt.value(CONTRAST), alt.value(ACCENT))
    during = f"{'—'.join(map(str, FALL))} 年的变动"
    told = [
        alt.Tooltip("name:N", title="地区"),
        alt.Tooltip("change:Q", title=during, format="+.4f"),
    ]
    bars = base.mark_bar(height=9).encode(
        x=alt.X("change:Q", axis=None, scale=room), color=colour, tooltip=told
    )
    numbers = base.mark_text(align="right").encode(
        x=alt.value("width"), text=alt.Text("change:Q", format="+.3f"), color=colour
    )
    return alt.layer(bars, numbers, *_titled(_BARS, f"{during}：西部各省，末两行为地区平均"))


def western_changes(parts: pd.DataFrame) -> pd.DataFrame:
    """Change of the parts over the last phase: each western province, and two regional means.

    Returns
    -------
    DataFrame
        Index ``name``, the province that falls at the lowest weight first; columns of
        `price_base_parts`.
    """
    start, end = (of_year(parts, year) for year in FALL)
    change: pd.DataFrame = end - start
    means = change.groupby(units()["region"]).mean().loc[["西部", "中部"]]
    order = price_base_thresholds().index
    means.index = means.index + "平均"
    return pd.concat([change.loc[order], means]).rename_axis("name")


def _counts(said: int) -> Any:
    """How many western provinces fall at which weight; the slider's and the entropy weights.

    The axis marks how many the paper says.
    """
    steps, provinces = pd.concat(map(_steps, VERSIONS)), len(price_base_thresholds())
    across = alt.Scale(domain=[WEIGHTS[0], WEIGHTS[-1]], nice=False)
    x = alt.X(
        "at:Q", scale=across, axis=axis(format=".2f", tickCount=6, orient="bottom", grid=False)
    )
    level = _part(_COUNT[::-1], domain=[0, provinces])
    y = alt.Y("n:Q", scale=level, axis=axis(values=[0, said, provinces], format="d", orient="left"))
    base = alt.Chart(inline(steps, steps.columns, digits=6))
    base = base.transform_filter("datum.version === version")
    area = base.mark_area(
        interpolate="step-after",
        color=CONTRAST,
        opacity=0.2,
        line=alt.OverlayMarkDef(color=CONTRAST, opacity=1),
    )
    here = theme.one_row(i=0).transform_calculate(at="w").mark_rule(color=ACCENT, strokeWidth=2.5)
    top, bottom = (alt.value(place) for place in _COUNT)
    return alt.layer(
        area.encode(x=x, y=y),
        *_entropy(alt.X("at:Q", scale=across)),
        here.encode(x=alt.X("at:Q", scale=across), y=top, y2=bottom),
        *_titled(_COUNT, "下降的西部省数，随权重而变（竖线为所取的权重）"),
    )


def _steps(version: str) -> pd.DataFrame:
    """Weights of the slider at which one more province falls, and its two ends."""
    limits = price_base_thresholds(version).loc[lambda limit: limit < WEIGHTS[-1]]
    counts = [*range(len(limits) + 1), len(limits)]
    return pd.DataFrame({"version": version, "at": [0.0, *limits, WEIGHTS[-1]], "n": counts})


def _entropy(x: alt.X) -> list[alt.Chart]:
    """Marks at the entropy weight of each version, the labels on either side."""
    layers, top = [], alt.value(_COUNT[0])
    weights = price_base_weights().sort_values()
    for side, words, weight in zip(
        ("right", "left"), ("熵权：换算后", "公布"), weights, strict=True
    ):
        row = theme.one_row(at=round(float(weight), 4)).encode(x=x)
        rule = row.mark_rule(color=MUTE, strokeDash=REFERENCE)
        look: dict[str, Any] = {"align": side, "dx": -3 if side == "right" else 3, "dy": 24}
        layers += [
            rule.encode(y=top, y2=alt.value(_COUNT[1])),
            row.mark_text(text=words, **look).encode(y=top),
        ]
    return layers


# ------------------------------------------------------------------ where the parts stand


def _part(ends: tuple[int, ...], **options: Any) -> alt.Scale:
    """Vertical scale of one part of the sheet."""
    return alt.Scale(range=list(ends), **options)


def _below(ends: tuple[int, int]) -> dict[str, Any]:
    """Option that puts a horizontal axis below a part rather than below the sheet."""
    return {"offset": ends[1] - _COUNT[1]}


def _beside() -> list[Any]:
    """Horizontal range that leaves room for a number on the right."""
    return [0, alt.expr("width - 54")]


def _titled(ends: tuple[int, int], words: str) -> list[alt.Chart]:
    row = theme.one_row(i=0).mark_text(align="left", fontWeight="bold", text=words)
    return [row.encode(x=alt.value(_LEFT), y=alt.value(ends[0] - 12))]


def _borders() -> list[int]:
    """Years in which phases begin and end."""
    return sorted({year for span in PHASES.values() for year in span})
