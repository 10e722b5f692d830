"""Figures of the audit: verdicts and marks, and the paper's numbers against each other."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synergy.claims.ledger import DOCUMENTS, KINDS, PANELS, Ledger, Verdict
from synergy.claims.significance import star_cells
from synergy.figures import theme
from synergy.figures.explorers import menu, slider
from synergy.figures.grammar import rows
from synergy.figures.planes import plane
from synergy.figures.theme import ACCENT, ALARM, CONTRAST, Figure, inline

if TYPE_CHECKING:
    from synergy.claims.auditing import Audit

#: Critical values of t by level, under the normal distribution; and the largest t with a place.
CRITICAL = {f"{p:.0%}": NormalDist().inv_cdf(1 - p / 2) for p in (0.1, 0.05, 0.01)}
SHOWN_T = 4.0
#: Degrees of freedom that a reader may choose, the first as good as the normal distribution.
NORMAL = 1_000_000
DEGREES = {NORMAL: "∞（正态分布）", 100: "100", 29: "29（按省聚类）", 10: "10"}
#: Of a mark of the paper's conclusions.
SIGNS = {"支持": "✓", "不支持": "✗", "无法检验": "○"}


def document_verdicts(result: Audit) -> Figure:
    """Draw the share of each verdict by document."""
    return stacked_shares(result.counts("document"), DOCUMENTS, "条形图：")


def kind_verdicts(result: Audit, document: str) -> Figure:
    """Draw the share of each verdict by kind of claim in ``paper``, ``essay`` or ``notes``."""
    both = result.counts("document", "kind")
    of_one = both[both.index.get_level_values("document") == document].droplevel("document")
    return stacked_shares(of_one, KINDS, f"条形图，{DOCUMENTS[document]}：")


def panel_verdicts(result: Audit, nature: str) -> Figure:
    """Draw the share of each verdict over the claims that a panel can test.

    `nature` is ``real-subset``, ``synthetic`` or ``own``: panels are never added up.
    """
    return stacked_shares(result.panel_counts()[[nature]].T, PANELS, "条形图：")


def stacked_shares(counts: pd.DataFrame, names: Mapping[str, str], opening: str) -> Figure:
    """Draw rows of counts as bars of equal length, split by verdict.

    Parameters
    ----------
    counts
        Index: keys of `names`; columns: codes of verdicts.
    names
        Chinese names in the order of drawing.
    opening
        How the text alternative begins.
    """
    kept = counts.loc[[key for key in names if key in counts.index]].rename(index=names)
    codes = [code for code in theme.VERDICTS if code in kept and kept[code].any()]
    colours = {Verdict(code).zh: theme.VERDICTS[code] for code in codes}
    table = _segments(kept[codes].set_axis(list(colours), axis=1))
    return rows(
        table,
        span=("start", "end"),
        mark="bar",
        by="verdict",
        look=colours,
        label="",
        fmt="%",
        scale={"domain": [0, 1]},
        step=44,
        tips=["verdict", "n"],
        also=["shown"],
        over=[_inside(colours)],
        say="{{ opening }}{% for parts in groups %}{{ parts.who.iloc[0] }} {{ parts.n.sum() }} 条，"
        "其中{{ parts|each('{verdict} {n}')|listed }}{{ '。' if loop.last else '；' }}{% endfor %}",
        facts={
            "opening": opening,
            "counts": kept.sum(),
            "groups": [part for _, part in table.groupby("who", sort=False)],
        },
    )


def _segments(counts: pd.DataFrame) -> pd.DataFrame:
    """One row per segment with its ends, as shares; a number only where it fits."""
    found = []
    for who, numbers in zip(counts.index, counts.to_numpy().tolist(), strict=True):
        name, total, end = f"{who}（{sum(numbers)} 条）", sum(numbers), 0
        for verdict, n in zip(counts.columns, numbers, strict=True):
            start, end = end, end + n
            shown = str(n) if n > 0.05 * total else ""
            found.append((who, name, verdict, n, start / total, end / total, shown))
    columns = ["who", "name", "verdict", "n", "start", "end", "shown"]
    return pd.DataFrame(found, columns=columns).query("n > 0")


def _inside(colours: Mapping[str, str]) -> alt.Chart:
    middle = alt.Chart().transform_calculate(at="(datum.start + datum.end) / 2")
    words: alt.Chart = middle.mark_text(dy=8)
    return words.encode(x="at:Q", text="shown:N", color=theme.text_on(colours, "verdict"))


def mark_list(parts: pd.DataFrame) -> Figure:
    """Draw every part of every conclusion with its mark; `parts` as `conclusions.parts_judged`.

    Sign, word and colour say the same, and what is marked stands beside it.
    """
    table = _headed(parts)
    base = alt.Chart(inline(table, ["place", "text", "mark", "said"]))
    base = base.encode(y=alt.Y("place:O", axis=None))
    part, head = (base.transform_filter(f"datum.mark {is_} ''") for is_ in ("!==", "==="))
    start, end = alt.value(0), alt.value(_MARK)
    colours = alt.Scale(domain=list(theme.MARKS), range=list(theme.MARKS.values()))
    tile = part.mark_bar(height=24, cornerRadius=2).encode(
        x=start,
        x2=end,
        color=alt.Color("mark:N", scale=colours, legend=None),
        tooltip=[alt.Tooltip("text:N", title="分句"), alt.Tooltip("mark:N", title="判定")],
    )
    inside = part.mark_text(align="left", dx=6).encode(
        x=start, text="said:N", color=theme.text_on(theme.MARKS, "mark")
    )
    long = "length(datum.text) > 20"
    lines = f"{long} ? [slice(datum.text, 0, 18), slice(datum.text, 18)] : datum.text"
    wrapped = part.transform_calculate(lines=lines, dy=f"{long} ? -7 : 0")
    beside = wrapped.mark_text(align="left", dx=8, dy=alt.ExprRef("datum.dy"), lineHeight=14)
    beside = beside.encode(x=end, text="lines:N")
    above = head.mark_text(align="left", fontWeight="bold", dy=4).encode(x=start, text="text:N")
    return theme.finish(
        alt.layer(tile, inside, beside, above),
        "判定的列表：{{ marked(parts) }}",
        facts={"parts": parts},
        height=28 * len(table),
    )


#: Width of a mark's tile, in pixels.
_MARK = 82


def _headed(parts: pd.DataFrame) -> pd.DataFrame:
    """A row per part, below a row with the title of its conclusion."""
    found: list[tuple[str, str, str]] = []
    for (number, title), some in parts.groupby(["number", "title"], sort=False):
        found.append((f"结论 {number}　{title}", "", ""))
        pairs = zip(some["part"], some["mark"], strict=True)
        found += [(part, mark, f"{SIGNS[mark]} {mark}") for part, mark in pairs]
    return pd.DataFrame(found, columns=["text", "mark", "said"]).rename_axis("place")


def forecast_editions(ledger: Ledger) -> Figure:
    """Draw the forum's three forecasts of net jobs with the figure that the notes quote."""
    quoted = ledger["N-WEF-1200"].value
    table = pd.DataFrame({"year": [2020, 2023, 2025], "seen": [2025, 2027, 2030]})
    table["net"] = [float(value) for value in ledger["E-WEF-FLIPS"].facts["nets"]]
    table["quoted"] = table["year"].map({2023: quoted})
    said = alt.Chart().mark_point(size=90, shape="diamond", filled=True, opacity=1, yOffset=8)
    words = "{year:.0f} 年版（看到 {seen:.0f} 年）：{net:+.0f}"
    return rows(
        table.assign(name=[words.format(**row) for _, row in table.iterrows()]),
        x="net",
        mark="bar",
        label="净变化（万个岗位）",
        fmt="+,d",
        at={"": 0},
        step=46,
        also=["quoted"],
        over=[said.encode(x="quoted:Q", color=alt.value(ALARM))],
        say="条形图：世界经济论坛三期报告的净变化依次为 {{ rows|each('{net:+.0f}')|listed }}"
        "（万个岗位）；菱形是研究笔记归给 2023 年版的 {{ quoted|fmt('+.0f') }}。",
        facts={"quoted": quoted},
    )


def growth_spans(ranges: pd.DataFrame) -> Figure:
    """Draw the range of the national growth ratio that each statement asks for or leaves open.

    `ranges` comes from :func:`synergy.claims.bounds.growth_ranges`.
    """
    said = {True: "印出的增幅（含舍入）", False: "其他陈述留出的范围"}
    return rows(
        ranges.assign(set=ranges["printed"].map(said)),
        span=("low", "high"),
        mark="bar",
        by="set",
        look=list(said.values()),
        label="全国人工智能指数，2022 年为 2010 年的倍数",
        fmt=".1f",
        ticks=5,
        scale={"domain": [3, 7], "clamp": True},
        say="区间图：全国人工智能指数 2022 年为 2010 年的倍数。{% for row in rows %}{{ row.name }}"
        "{% if row.low > 1 %}为 {{ row.low|fmt('.2f') }} 至 {{ row.high|fmt('.2f') }}"
        "{% else %}要求至多 {{ row.high|fmt('.2f') }}{% endif %}"
        "{{ '。' if loop.last else '；' }}{% endfor %}",
    )


def degree_spans(labels: pd.DataFrame, bounds: pd.DataFrame) -> Figure:
    """Draw what labels of the prose require of D beside what other figures allow.

    `labels` and `bounds` come from :func:`synergy.claims.bounds.labelled_values` and
    :func:`synergy.claims.bounds.degree_ranges`.
    """
    start, steps = 0.2, sorted(bounds["closeness"].unique())
    table = bounds.merge(labels, on="id")
    inside = labels.dropna(subset="value")
    fits = (inside["value"] > inside["low"]) & (inside["value"] <= inside["high"])
    close = slider("close", "西部至多高出：", steps[0], steps[-1], steps[1] - steps[0], start)
    return rows(
        labels,
        x="value",
        span=("low", "high"),
        mark="bar",
        label=theme.label("D"),
        fmt=".1f",
        tips=["name", "value:.4f"],
        scale={"domain": [0, 0.8]},
        step=42,
        over=_bounds(table),
        controls=[close],
        say="区间图：印出数值的 {{ fits|length }} 个标签中 {{ fits.sum() }} 个落在表 3 的区间里；"
        "西部至多高出中部两成时，"
        "{{ fixed|each('{name}要求高于 {low:g}，由其他数字推得至多 {bound:.3f}')|join('；') }}。",
        facts={"fits": fits, "fixed": table[np.isclose(table["closeness"], start)]},
    )


def _bounds(table: pd.DataFrame) -> list[alt.Chart]:
    """How far other printed figures let D go, as the slider moves."""
    base = (
        alt.Chart(inline(table, ["name", "closeness", "bound"]))
        .transform_filter("abs(datum.closeness - close) < 0.001")
        .encode(x="bound:Q")
    )
    bar = base.mark_bar(height=4, yOffset=8, color=CONTRAST).encode(x2=alt.datum(0))
    end = base.mark_tick(thickness=3, height=16, yOffset=8, color=CONTRAST)
    number = alt.Text("bound:Q", format=".3f")
    return [bar, end, base.mark_text(align="left", dx=6, dy=8).encode(text=number)]


def eigenvalue_plane(
    printed: NDArray[np.complex128],
    rounded: NDArray[np.complex128],
    sampled: NDArray[np.complex128],
    names: Sequence[str] = ("印出的系数", "舍入范围内", "按 t 值估计的抽样误差"),
) -> Figure:
    """Draw eigenvalues as printed, under rounding and under sampling error, with the unit circle.

    `names` is what the key calls the three.
    """
    clouds = reversed(list(enumerate((printed, rounded, sampled))))
    table = pd.concat(pd.DataFrame({"re": v.real, "im": v.imag, "k": k}) for k, v in clouds)
    upper = table[table["im"] >= 0].round(3).drop_duplicates()
    moduli = np.abs(printed)
    return plane(
        _mirrored(upper, names),
        x="re",
        y="im",
        by="set",
        look=dict(zip(names, (ALARM, ACCENT, CONTRAST), strict=True)),
        labels=("实部", "虚部"),
        square=1.15,
        centre=0.6,
        cut=True,
        circle=True,
        size="size",
        mark={"filled": False, "opacity": 0.8, "strokeWidth": 1.5},
        say="复平面上表 4 系数矩阵的 {{ moduli|length }} 个特征值与单位圆：{{ outside }} 个在圆外，"
        "最大模 {{ moduli.max()|fmt('.3f') }}，舍入范围内的抽样为 {{ radii.min()|fmt('.3f') }} 至 "
        "{{ radii.max()|fmt('.3f') }}。",
        facts={
            "moduli": moduli,
            "outside": (moduli >= 1).sum(),
            "radii": np.abs(rounded).reshape(-1, len(printed)).max(axis=1),
        },
    )


def _mirrored(upper: pd.DataFrame, names: Sequence[str]) -> alt.Chart:
    """Conjugates are not sent twice; set and size follow from a number."""
    sets = json.dumps(list(names), ensure_ascii=False)
    return (
        alt.Chart(inline(upper, ["re", "im", "k"], digits=3))
        .transform_calculate(set=f"{sets}[datum.k]", size="[160, 10, 14][datum.k]", side="[1, -1]")
        .transform_flatten(["side"])
        .transform_calculate(im="datum.im * datum.side")
    )


def t_quantile(z: float, degrees: str) -> str:
    """Vega expression for the t quantile that belongs to a normal quantile.

    Fisher and Cornish's expansion to the third order in 1/degrees; from ten degrees of freedom on
    it is right to three decimals.

    Parameters
    ----------
    z
        Normal quantile.
    degrees
        Expression for the degrees of freedom.
    """
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    terms = f"{first:.6f} / v + {second:.6f} / (v * v) + {third:.6f} / (v * v * v)"
    return f"({z:.6f} + {terms.replace('v', degrees)})"


def stars_against_t(ledger: Ledger) -> Figure:
    """Draw each cell's t statistic and stars; the thresholds move with the degrees of freedom."""
    table = star_cells(ledger)
    return rows(
        _judged_stars(table),
        x="shown",
        by="verdict",
        look={"相符": ACCENT, "不符": ALARM},
        names="side",
        text="label",
        edge=True,
        tips=["name", "label", "verdict"],
        label="t 的绝对值",
        fmt="d",
        scale={"domain": [0, SHOWN_T], "clamp": True},
        over=_thresholds(),
        controls=[menu("df", "自由度", DEGREES, NORMAL)],
        height=19 * len(table),
        say="点图：表 4 的 {{ cells }} 格按 t 的绝对值由大到小，"
        "竖线是 {{ levels|listed }} 的临界值。"
        "按正态分布 {{ cells - odd|length }} 格相符，不符的是"
        "{{ odd|each('{name}（{stars} 颗星，t={t:.2f}）')|listed }}；"
        "可用菜单改为自由度较小的 t 分布。",
        facts={"cells": len(table), "levels": CRITICAL, "odd": table[~table["agrees"]]},
    )


def _judged_stars(table: pd.DataFrame) -> alt.Chart:
    """Printed stars against those that t earns, rounding allowed for."""
    bars = [t_quantile(z, "df") for z in CRITICAL.values()]
    least, most = (
        " + ".join(f"(datum.t {sign} datum.width > {bar} ? 1 : 0)" for bar in bars) for sign in "-+"
    )
    return alt.Chart(inline(table, ["name", "t", "width", "stars"])).transform_calculate(
        verdict=f"datum.stars >= {least} && datum.stars <= {most} ? '相符' : '不符'",
        shown=f"min(datum.t, {SHOWN_T:g})",
        label="format(datum.t, '.2f') + ' ' + slice('***', 0, datum.stars)",
    )


def _thresholds() -> list[alt.Chart]:
    """Rules at the critical values, which the slider moves."""
    layers = []
    for name, z in CRITICAL.items():
        row = theme.one_row(level=name).transform_calculate(at=t_quantile(z, "df"))
        side: Literal["left", "right"] = "right" if name == "10%" else "left"
        words = row.mark_text(dy=-4, baseline="bottom", align=side, text=name)
        layers += [theme.plumb(row, "at:Q"), words.encode(x="at:Q", y=alt.value(0))]
    return layers
