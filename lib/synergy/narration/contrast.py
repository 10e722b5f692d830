"""What the paper says, beside what a panel shows: the closing table of each result chapter.

Each :class:`Statement` pairs a sentence about the paper with a function that reads the same
matter off :class:`~synergy.evidence.Findings`, over whatever years those cover. Published
values come from ``data/calibration_targets.csv``; everything else is computed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from synergy.demo.calibration import calibration_report, calibration_targets
from synergy.dictionary import REGIONS
from synergy.panel import demo_panel
from synergy.words import increase, listed, top, trend

if TYPE_CHECKING:
    from synergy.evidence import Evidence, Findings


@dataclass(frozen=True)
class Reading:
    """What a panel shows on one matter, and whether the paper's words fit it.

    Attributes
    ----------
    text : str
        Chinese phrase with computed numbers.
    agrees : bool or None
        None where the panel cannot say.
    """

    text: str
    agrees: bool | None


@dataclass(frozen=True)
class Statement:
    """One matter that paper and panel can both speak to.

    Attributes
    ----------
    paper : str
        The paper's statement in our words; ``{id}`` fields are filled from the published values.
    read : callable
        Reads the matter off findings.
    targets : tuple of str
        Calibration targets of the demo panel that build the matter in.
    """

    paper: str
    read: Callable[[Findings], Reading]
    targets: tuple[str, ...]


def published_values() -> dict[str, float]:
    """Values that the paper prints or implies, by the id of the calibration target."""
    values = calibration_targets()["value"]
    return {str(name): float(value) for name, value in values.items()}


def contrast(evidence: Evidence, topic: str) -> pd.DataFrame:
    """Lay the paper's statements beside the panels of an edition.

    Parameters
    ----------
    evidence
        The edition's findings; the column of the demo panel is left out where there is none.
    topic
        ``AI``, ``EQ`` or ``D``.

    Returns
    -------
    DataFrame
        Indexed by the paper's statement, Chinese columns.
    """
    statements = STATEMENTS[topic]
    paper = [statement.paper.format_map(published_values()) for statement in statements]
    lead = [statement.read(evidence.lead) for statement in statements]
    table = pd.DataFrame(
        {
            f"{evidence.lead.name}（{span(evidence.lead)}）": [reading.text for reading in lead],
            "比较": [_verdict(reading.agrees) for reading in lead],
        },
        index=pd.Index(paper, name="论文的说法"),
    )
    if evidence.demo is not None:
        met = calibration_report(demo_panel())["met"]
        table["演示面板（合成）"] = [
            f"{statement.read(evidence.demo).text}（{_built_in(met[list(statement.targets)])}）"
            for statement in statements
        ]
    return table


def span(findings: Findings) -> str:
    """Years of findings in running text."""
    first, last = findings.years
    return f"{first}—{last}"


def _verdict(agrees: bool | None) -> str:
    return "无从判断" if agrees is None else ("相符" if agrees else "不符")


def _built_in(met: pd.Series) -> str:
    return "按构造一致" if met.all() else "校准未达到"


def _wide(findings: Findings, column: str) -> pd.DataFrame:
    """Regional means, years x regions."""
    return findings.regional.pivot(index="year", columns="region", values=column)


def _final(findings: Findings, column: str) -> pd.Series:
    """Provinces in the last year."""
    final: pd.Series = findings.frame[column].xs(findings.years[1], level="year")
    return final


def _rise(column: str) -> Callable[[Findings], Reading]:
    def read(findings: Findings) -> Reading:
        nation = _wide(findings, column)["全国"]
        first, last = nation.iloc[0], nation.iloc[-1]
        text = f"{first:.4f} → {last:.4f}，{trend(nation)}，{increase(first, last)}"
        return Reading(text, bool(last > first))

    return read


def _east_leads(column: str) -> Callable[[Findings], Reading]:
    def read(findings: Findings) -> Reading:
        wide = _wide(findings, column)
        ahead = wide["东部"] > wide[[name for name in REGIONS if name != "东部"]].max(axis=1)
        ratio = wide["东部"].iloc[-1] / wide["全国"].iloc[-1]
        text = f"{len(ahead)} 年中有 {ahead.sum()} 年居首，末年为全国的 {ratio:.2f} 倍"
        return Reading(text, bool(ahead.all()))

    return read


def _leaders(column: str, names: tuple[str, ...]) -> Callable[[Findings], Reading]:
    def read(findings: Findings) -> Reading:
        first = top(_final(findings, column), len(names))
        return Reading(f"末年居前的是{listed(first)}", set(first) == set(names))

    return read


def _central_catches_up(findings: Findings) -> Reading:
    regions = _wide(findings, "U1")[list(REGIONS)]
    lowest, growth = regions.iloc[0].idxmin(), regions.iloc[-1] / regions.iloc[0]
    text = f"起点最低的是{lowest}，增得最快的是{growth.idxmax()}（{growth.max():.2f} 倍）"
    return Reading(text, bool(lowest == "中部" and growth.idxmax() == "中部"))


def _three_paces(findings: Findings) -> Reading:
    nation = _wide(findings, "U2")["全国"]
    cuts = [year for year in (int(nation.index[0]), 2016, 2019, 2022) if year in nation.index]
    if cuts[1:] != [2016, 2019, 2022]:
        return Reading("年份不足，无法分段", None)
    legs = list(pairwise(cuts))
    pace = [(nation[b] - nation[a]) / (b - a) for a, b in legs]
    parts = [f"{a}—{b} 年均 {p:+.4f}" for (a, b), p in zip(legs, pace, strict=True)]
    return Reading("，".join(parts), bool(pace[1] > pace[0] and abs(pace[2]) < pace[0]))


def _hebei(findings: Findings) -> Reading:
    final = _final(findings, "U2")
    share = final["河北"] / final["北京"]
    limit = published_values()["eq_hebei_2022"]
    return Reading(f"末年为 {share:.0%}", bool(share < limit))


def _west_falls(findings: Findings) -> Reading:
    u2 = findings.frame.loc[findings.frame["region"] == "西部", "U2"].unstack("year")
    if not {2019, 2022} <= set(u2.columns):
        return Reading("年份不足", None)
    fallers = [str(name) for name in u2.index[u2[2022] < u2[2019]]]
    names = f"：{listed(fallers)}" if fallers else ""
    expected = int(published_values()["eq_west_fallers"])
    return Reading(f"{len(fallers)} 省下降{names}", len(fallers) == expected)


def _northeast_near(findings: Findings) -> Reading:
    wide = _wide(findings, "U2").loc[lambda t: t.index <= 2016]
    if wide.empty:
        return Reading("年份不足", None)
    gap = float((wide["东北"] - wide["全国"]).abs().max())
    return Reading(f"{wide.index[0]}—{wide.index[-1]} 年最大相差 {gap:.4f}", gap < 0.008)


def _below_four(findings: Findings) -> Reading:
    early = _wide(findings, "D")["全国"].loc[lambda s: s.index <= 2019]
    if early.empty:
        return Reading("年份不足", None)
    ceiling = published_values()["d_national_to_2019"]
    text = f"{early.index[-1]} 年以前最高为 {early.max():.4f}"
    return Reading(text, bool(early.max() <= ceiling))


def _northeast_second(findings: Findings) -> Reading:
    last = _wide(findings, "D")[list(REGIONS)].iloc[-1]
    order = top(last, len(last))
    return Reading(f"末年次序为{listed(order)}", order[:2] == ["东部", "东北"])


def _one_above_six(findings: Findings) -> Reading:
    final = _final(findings, "D")
    above = top(final[final > 0.6], 30)
    text = f"超过 0.6 的是{listed(above)}；广东 {final['广东']:.4f}"
    return Reading(text, above == ["广东"])


def _capital_and_shanghai(findings: Findings) -> Reading:
    final = _final(findings, "D")
    values = [float(final[name]) for name in ("北京", "上海")]
    text = f"北京 {values[0]:.4f}，上海 {values[1]:.4f}"
    return Reading(text, all(0.56 < value <= 0.6 for value in values))


STATEMENTS: dict[str, tuple[Statement, ...]] = {
    "AI": (
        Statement(
            "全国均值不断上升，增幅约 {ai_national_increase:g} 倍",
            _rise("U1"),
            ("ai_national_increase",),
        ),
        Statement(
            "东部一直领先，末年为全国的 {ai_east_ratio_2022:g} 倍",
            _east_leads("U1"),
            ("ai_east_ratio_2022",),
        ),
        Statement(
            "中部起点最低而增长最快",
            _central_catches_up,
            ("ai_central_lowest_2010", "ai_central_fastest"),
        ),
        Statement(
            "广东、北京、上海居前",
            _leaders("U1", ("广东", "北京", "上海")),
            ("ai_top_three_2022",),
        ),
    ),
    "EQ": (
        Statement(
            "2016 年前平稳上升，2016—2019 年更快，之后走平",
            _three_paces,
            ("eq_steady_to_2016", "eq_faster_to_2019", "eq_flat_after_2019"),
        ),
        Statement(
            "东部一直领先，末年为全国的 {eq_east_ratio_2022:g} 倍",
            _east_leads("U2"),
            ("eq_east_ratio_2022",),
        ),
        Statement(
            "北京、上海远超他省", _leaders("U2", ("北京", "上海")), ("eq_beijing_shanghai_2022",)
        ),
        Statement("河北不到北京的 {eq_hebei_2022:.0%}", _hebei, ("eq_hebei_2022",)),
        Statement(
            "东北在 2010—2016 年与全国相差不到 0.008", _northeast_near, ("eq_northeast_near",)
        ),
        Statement(
            "2019—2022 年西部有 {eq_west_fallers:.0f} 省下降", _west_falls, ("eq_west_fallers",)
        ),
    ),
    "D": (
        Statement(
            "全国均值由 {d_national_2010:.4f} 升至 {d_national_2022:.4f}",
            _rise("D"),
            ("d_national_2010", "d_national_2022"),
        ),
        Statement(
            "2019 年以前全国均值不超过 {d_national_to_2019:g}",
            _below_four,
            ("d_national_to_2019",),
        ),
        Statement("东部一直领先", _east_leads("D"), ("d_east_highest",)),
        Statement("东北次之，高于中部和西部", _northeast_second, ("d_northeast_above_2022",)),
        Statement(
            "只有广东（{d_guangdong_2022:.4f}）超过 0.6",
            _one_above_six,
            ("d_above_six_2022", "d_guangdong_2022"),
        ),
        Statement(
            "北京、上海在 0.56 与 0.6 之间",
            _capital_and_shanghai,
            ("d_beijing_2022", "d_shanghai_2022"),
        ),
    ),
}
