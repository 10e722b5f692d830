"""Figures of the panel VAR: may the system be read, what it says, and how far to trust it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from pvar.responses import companion_matrix
from synergy.figures import theme
from synergy.figures.explorers import menu
from synergy.figures.grammar import lines, rows
from synergy.figures.planes import plane
from synergy.figures.theme import ACCENT, ALARM, CONTRAST, MUTE, Figure, inline, nothing_to_draw
from synergy.simulation import GMM, base_case, select
from synergy.system import NAMES, OPTIONS, System, SystemEstimate, specifications

if TYPE_CHECKING:
    from pvar import ImpliedSystem

#: Classes of p, from firm to none: upper bound, width and strength of shaft, size of head.
CLASSES = pd.DataFrame(
    [
        ("p < 0.01", 0.01, 4.5, 1.0, 150),
        ("p < 0.05", 0.05, 3.0, 0.9, 120),
        ("p < 0.1", 0.1, 1.8, 0.75, 90),
        ("p ≥ 0.1", 1.0, 0.7, 0.25, 35),
    ],
    columns=["level", "bound", "width", "shade", "head"],
)
#: Distance of arrows from the middle of a node, and from the line between two.
NODE, APART = 0.25, 0.055


def root_plane(systems: Mapping[str, np.ndarray], printed: ImpliedSystem | None = None) -> Figure:
    """Draw eigenvalues against the unit circle.

    Parameters
    ----------
    systems : mapping of str to array (m, m)
        Coefficients by title, at most three; stable where all points lie inside. Parts beyond
        2 are drawn at the edge.
    printed : ImpliedSystem, optional
        Whose decisive root is emphasised, with what rounding and sampling error allow.
    """
    say = (
        "特征值与单位圆：{{ found|each('{}有 {} 个在圆上或圆外，最大模 {:.3f}')|join('；') }}。"
        "全部在圆内才稳定。{% if p %}印出的系统里起决定作用的根标为 {{ p.moduli[0]|fmt('.3f') }}，"
        "粗线是舍入抽样的范围 {{ p.rounding_low[0]|fmt('.3f') }} 至 "
        "{{ p.rounding_high[0]|fmt('.3f') }}。{% if spread %}细线是按标准误的 95% 区间 "
        "{{ spread[0]|fmt('.2f') }} 至 {{ spread[1]|fmt('.2f') }}。{% endif %}{% endif %}"
    )
    known = printed is not None and printed.standard_errors is not None
    spread = printed.modulus_interval() if printed is not None and known else None
    roots = {title: np.linalg.eigvals(companion_matrix(a)) for title, a in systems.items()}
    moduli = {title: np.abs(values) for title, values in roots.items()}
    table = pd.concat(
        pd.DataFrame({"system": title, "re": v.real, "im": v.imag, "modulus": moduli[title]})
        for title, v in roots.items()
    )
    widest = table[["re", "im"]].abs().to_numpy().max()
    return plane(
        table,
        x="re",
        y="im",
        by="system",
        look=dict(zip(systems, (ALARM, ACCENT, CONTRAST), strict=False)),
        square=float(np.clip(np.ceil(11 * widest) / 10, 1.2, 2.0)),
        circle=True,
        tips=["system", "modulus:Q"],
        under=[] if printed is None else _ranges(printed),
        over=[] if printed is None else _decisive(printed),
        say=say,
        facts={
            "found": [(t, (m >= 1).sum(), m.max()) for t, m in moduli.items()],
            "p": printed,
            "spread": spread,
        },
    )


def _ranges(printed: ImpliedSystem) -> list[alt.Chart]:
    """Range of the largest root by sampling error (thin) and by rounding (thick)."""
    way = printed.eigenvalues[0] / printed.moduli[0]
    rounding = (printed.rounding_low[0], printed.rounding_high[0])
    ends = [(1.5, printed.modulus_interval()), (9.0, rounding)]
    return [
        theme.one_row(re=low * way.real, im=low * way.imag, x2=high * way.real, y2=high * way.imag)
        .mark_rule(color=ALARM, strokeWidth=width, clip=True)
        .encode(x2="x2:Q", y2="y2:Q")
        for width, (low, high) in ends
        if np.isfinite([low, high]).all()
    ]


def _decisive(printed: ImpliedSystem) -> list[alt.Chart]:
    """The largest root with its modulus and what rounding makes of it."""
    root, low, high = printed.eigenvalues[0], printed.rounding_low[0], printed.rounding_high[0]
    text = [f"{printed.moduli[0]:.3f}", f"舍入 {low:.3f}—{high:.3f}"]
    here = theme.one_row(re=root.real, im=root.imag)
    ring = here.mark_point(shape="circle", filled=False, size=260, strokeWidth=2, color=ALARM)
    look: dict[str, Any] = {"align": "right", "color": ALARM, "fontWeight": "bold"}
    return [
        ring,
        here.mark_text(text=text[0], dx=18, dy=-48, fontSize=14, **look),
        here.mark_text(text=text[1], dx=18, dy=-31, **look),
    ]


def modulus_ranges(
    estimates: Mapping[str, SystemEstimate], references: Mapping[str, float]
) -> Figure:
    """Draw the largest modulus of each estimate with its 90 % bootstrap range.

    `references` are moduli to mark with a dashed line each, by label.
    """
    if not estimates:
        return nothing_to_draw("特征值")
    return rows(
        specifications(estimates).rename(columns={"low": "lower", "high": "upper"}),
        x="modulus",
        span=("lower", "upper"),
        names="right",
        label="最大特征值模（对数刻度）",
        fmt=".2~f",
        ticks=[0.5, 1, 2, 5, 10, 20],
        step=40,
        scale={"type": "log", "domain": [0.5, 20], "clamp": True},
        at=references,
        say="区间图：各种做法的最大特征值模及 90% 自助区间，依次为"
        "{{ rows|each('{name} {modulus:.2f}（{lower:.2f} 至 {upper:.2f}）')|listed }}；"
        "小于 1 才稳定。",
    )


def coefficient_ranges(
    estimates: Sequence[System],
    points: Sequence[System] = (),
    *,
    reach: float = 3.0,
    what: str = "自助区间",
) -> Figure:
    """Draw every coefficient with its 95 % interval under each estimate.

    Parameters
    ----------
    estimates : sequence of System
        Their intervals are what the text alternative calls `what`.
    points : sequence of System
        Drawn as points without interval: the truth, another estimator.
    reach : float
        Half the width of the axis; intervals that go further are cut at its edge.
    """
    if not estimates:
        return nothing_to_draw("系数")
    away = []
    for e in estimates:
        away.append((e.title, e.clear.sum(), e.width))
    return rows(
        _coefficients([*estimates, *points]),
        x="estimate",
        span=("lower", "upper"),
        by="set",
        dodge=True,
        step=12,
        label="系数",
        fmt=".2~f",
        scale={"domain": [-reach, reach], "clamp": True, "nice": False},
        at={"": 0},
        digits=3,
        say="区间图：{{ count }} 个系数的 95% {{ what }}。{{ away|each("
        "'{}有 {} 个的区间不含 0，区间宽度中位数 {:.2f}')|join('；') }}。",
        facts={"count": estimates[0].dynamics.size, "away": away, "what": what},
    )


def _coefficients(systems: Sequence[System]) -> pd.DataFrame:
    """One row per coefficient and system, those of one coefficient together."""
    sets = [(system.title, system.dynamics, *system.intervals()) for system in systems]
    names = systems[0].variables
    found = [
        (f"{NAMES[cause]}→{NAMES[effect]}", title, *(matrix[i, j] for matrix in matrices))
        for i, effect in enumerate(names)
        for j, cause in enumerate(names)
        for title, *matrices in sets
    ]
    return pd.DataFrame(found, columns=["name", "set", "estimate", "lower", "upper"])


def granger_graph(links: pd.DataFrame, *, fault: str = "") -> Figure:
    """Draw variables on a circle and every link as an arrow; a menu changes the estimate.

    `links` comes from :func:`synergy.links.granger_frame`; `fault` says why there is none.
    """
    if links.empty:
        return nothing_to_draw("箭头", fault)
    nodes = node_places(list(dict.fromkeys([*links["effect"], *links["cause"]])))
    arrows = arrow_places(links, nodes)
    titles = {key: OPTIONS[key].title for key in links["option"].unique()}
    firm = arrows[arrows["p"] < 0.1].groupby("option")["link"].agg(list)
    return plane(
        nodes,
        x="x",
        y="y",
        tips=["name"],
        square=1.35,
        mark={"filled": False, "size": 3000, "stroke": MUTE, "strokeWidth": 1.5},
        under=_arrows(arrows),
        over=[_node_words()],
        controls=[menu("which", "估计", titles, next(iter(titles)))],
        say="箭头图：滞后一期有助于预测（p 小于 0.1）的，{% for key, title in titles.items() %}"
        "{{ title }}：{{ firm.get(key, [])|listed }}{{ '。' if loop.last else '；' }}"
        "{% endfor %}",
        facts={"titles": titles, "firm": firm},
    )


def _node_words() -> alt.Chart:
    split = alt.Chart().transform_calculate(label=theme.two_lines("datum.name"))
    words: alt.Chart = split.mark_text(dy=-7, lineHeight=14)
    return words.encode(text="label:N")


def _arrows(arrows: pd.DataFrame) -> list[alt.Chart]:
    """Shafts and heads, as wide and dark as p is small."""
    base = (
        alt.Chart(inline(arrows, arrows.columns, digits=3))
        .transform_filter("datum.option === which")
        .encode(
            opacity=alt.Opacity("shade:Q", scale=None),
            tooltip=[
                alt.Tooltip("link:N", title="箭头"),
                alt.Tooltip("p:Q", format=".3f"),
                alt.Tooltip("coefficient:Q", title="系数", format=".3f"),
            ],
        )
    )
    key = alt.Legend(title=None, columns=4, symbolType="stroke", symbolStrokeColor=ACCENT)
    levels, widths = CLASSES["level"].tolist(), CLASSES["width"].tolist()
    width = alt.Scale(type="ordinal", domain=levels, range=widths)
    shafts = base.mark_rule(color=ACCENT).encode(
        x2="x2:Q", y2="y2:Q", strokeWidth=alt.StrokeWidth("level:O", scale=width, legend=key)
    )
    ends = base.transform_calculate(x="datum.x2", y="datum.y2")
    heads = ends.mark_point(shape="triangle-right", filled=True, color=ACCENT).encode(
        angle=alt.Angle("angle:Q", scale=None), size=alt.Size("head:Q", scale=None)
    )
    return [shafts, heads]


def node_places(codes: list[str]) -> pd.DataFrame:
    """Places on the unit circle, the first at the top; index code, columns name, x, y."""
    angle = np.pi / 2 - 2 * np.pi * np.arange(len(codes)) / len(codes)
    names = [NAMES[code] for code in codes]
    return pd.DataFrame({"name": names, "x": np.cos(angle), "y": np.sin(angle)}, index=codes)


def arrow_places(links: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """Ends of the arrows: short of the nodes, the two directions of a pair side by side."""
    start = nodes.loc[links["cause"], ["x", "y"]].to_numpy()
    end = nodes.loc[links["effect"], ["x", "y"]].to_numpy()
    along = (end - start) / np.linalg.norm(end - start, axis=1, keepdims=True)
    aside = np.stack([along[:, 1], -along[:, 0]], axis=1) * APART
    first, last = start + NODE * along + aside, end - NODE * along + aside
    classes = np.searchsorted(CLASSES["bound"][:-1], links["p"], side="right")
    looks = CLASSES.loc[classes, ["level", "shade", "head"]].set_axis(links.index)
    places = {"x": first[:, 0], "y": first[:, 1], "x2": last[:, 0], "y2": last[:, 1]}
    angle = -np.degrees(np.arctan2(along[:, 1], along[:, 0]))
    kept = links[["option", "p", "coefficient", "link"]].assign(angle=angle, **places)
    return kept.join(looks)


def explosive_shares(systems: pd.DataFrame, column: str = "share_explosive") -> Figure:
    """Draw the share of unstable estimates under each truth, with and without year means.

    `column` of the study's `systems` is `share_explosive` or `share_modulus_above_1.5`.
    """
    say = (
        "哑铃图：真实过程稳定时{{ what }}所占的份额，{{ rows|length }} 种情形；最高的是"
        "{{ worst|each('“{name}”，不去年份均值 {不去年份均值:.0%}，"
        "去年份均值 {去年份均值:.0%}')|listed }}。"
    )
    effects = {"不去年份均值": "none", "去年份均值": "demean"}
    found = {name: select(systems, effects=effect) for name, effect in effects.items()}
    table = pd.DataFrame({name: study[column].to_numpy() for name, study in found.items()})
    table.index = pd.Index(found["不去年份均值"]["title"], name="name")
    what = "不稳定的估计" if column == "share_explosive" else "最大模不小于 1.5 的估计"
    facts = {"what": what, "worst": table.nlargest(1, "不去年份均值")}
    return rows(
        table, x=list(effects), span=list(effects), label="份额", fmt=".0%", say=say, facts=facts
    )


def coverage_by_units(systems: pd.DataFrame) -> Figure:
    """Draw the coverage of 95 % intervals of coefficients as the number of units grows."""
    found = base_case(systems).query("time_effects == 'none'")
    found = found[found["transform"].isin(GMM)]
    table = found.assign(coverage=found["coverage_clustered"], x=found["units"])
    return _coverage(table, "单位数", "系数的 95% 区间盖住真值的比例")


def coverage_by_horizon(systems: pd.DataFrame) -> Figure:
    """Draw the coverage of 95 % bootstrap bands of responses by horizon, 30 units."""
    found = base_case(systems).query("time_effects == 'none'").dropna(subset="coverage_response_0")
    columns = [c for c in found.columns if c.startswith("coverage_response_")]
    table = found.melt("estimator", columns, "x", "coverage")
    horizon = table["x"].str.removeprefix("coverage_response_").astype(int)
    return _coverage(table.assign(x=horizon), "冲击后的年数", "响应的 95% 自助区间盖住真值的比例")


def _coverage(table: pd.DataFrame, x_label: str, what: str) -> Figure:
    """Coverage against its nominal value, a line an estimator."""
    table = table.sort_values("x", kind="stable")
    ends = table.groupby("estimator", sort=False)["coverage"].agg(["first", "last"])
    return lines(
        table.assign(x=table["x"].map("{:,}".format)),
        x="x",
        x_label=x_label,
        y="coverage",
        by="estimator",
        label="覆盖率",
        fmt="%",
        scale={"domain": [float(np.floor(10 * table["coverage"].min()) / 10), 1]},
        at={"": 0.95},
        say="折线图：{{ what }}，{{ axis }}由 {{ rows[0].x }} 到 {{ rows[-1].x }}："
        "{{ ends|each('{estimator} {first:.0%} → {last:.0%}')|join('；') }}。",
        facts={"what": what, "axis": x_label, "ends": ends},
    )
