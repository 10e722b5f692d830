"""Tables as a reader sees them: Chinese headings, numbers already rounded.

Plain frames of text rather than pandas' Styler, whose random ids would make two builds of the
same book differ.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from synergy.coupling import CouplingVariant
    from synergy.evidence import Findings
    from synergy.robustness import VariantComparison


def indicator_table(
    indicators: pd.DataFrame, present: Collection[str], system: str
) -> pd.DataFrame:
    """List the indicators of a system as the paper's table 1 or 2, with coverage.

    Parameters
    ----------
    indicators
        Dictionary, index ``code``, in the order of the paper.
    present
        Codes that the panel has.
    system
        ``AI`` or ``EQ``.

    Returns
    -------
    DataFrame
        Indexed by the indicator's number, as in the coverage figure.
    """
    numbered = indicators.assign(number=range(1, len(indicators) + 1))
    chosen = numbered[numbered["system"] == system]
    return pd.DataFrame(
        {
            "编号": chosen["number"],
            "一级指标": chosen["dimension_zh"],
            "二级指标": chosen["name_zh"],
            "方向": chosen["direction"].map({1: "＋", -1: "－"}),
            "单位": chosen["unit"],
            "本版数据": ["有" if code in set(present) else "缺" for code in chosen.index],
        }
    ).set_index("编号")


def regional_table(findings: Findings, column: str) -> pd.DataFrame:
    """First and last value of an index for the nation and the four regions.

    Parameters
    ----------
    findings
        Findings of one panel.
    column
        ``U1``, ``U2`` or ``D``.
    """
    wide = findings.regional.pivot(index="year", columns="region", values=column)
    first, last = wide.iloc[0], wide.iloc[-1]
    order = [name for name in findings.regional["region"].unique() if name in wide]
    rows = {
        name: (f"{first[name]:.4f}", f"{last[name]:.4f}", _ratio(first[name], last[name]))
        for name in order
    }
    headings = [f"{wide.index[0]} 年", f"{wide.index[-1]} 年", "末年比首年"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=headings).rename_axis("地区")


def ranking_table(findings: Findings, column: str, count: int = 5) -> pd.DataFrame:
    """Highest and lowest provinces of the last year.

    Parameters
    ----------
    findings
        Findings of one panel.
    column
        Column of the province-year frame.
    count
        Provinces at either end.
    """
    final = findings.frame[column].xs(findings.years[1], level="year").dropna()
    ordered = final.sort_values(ascending=False)
    ends = pd.concat([ordered.head(count), ordered.tail(count)])
    ranks = ordered.rank(ascending=False, method="min").astype(int)
    return pd.DataFrame(
        {"省份": ends.index, f"{findings.years[1]} 年": [f"{value:.4f}" for value in ends]},
        index=pd.Index(ranks[ends.index], name="位次"),
    )


def weight_table(weights: pd.DataFrame, names: pd.Series, system: str) -> pd.DataFrame:
    """Entropy and weight of each indicator of a system, heaviest first.

    Parameters
    ----------
    weights
        Index ``code``; columns ``system``, ``entropy``, ``weight``, ``weight_in_dimension``.
    names
        Chinese indicator names by code.
    system
        ``AI`` or ``EQ``.
    """
    chosen = weights[weights["system"] == system].sort_values("weight", ascending=False)
    return pd.DataFrame(
        {
            "指标": names.loc[chosen.index],
            "熵值": [f"{value:.4f}" for value in chosen["entropy"]],
            "系统内权重": [f"{value:.1%}" for value in chosen["weight"]],
            "维度内权重": [f"{value:.1%}" for value in chosen["weight_in_dimension"]],
        }
    ).set_index("指标")


def grade_table(grades: pd.DataFrame) -> pd.DataFrame:
    """Table 3 of the paper: right-closed intervals of D, grades and stages."""
    intervals = [
        f"({lower:g}, {upper:g}]"
        for lower, upper in zip(grades["lower"], grades["upper"], strict=True)
    ]
    return pd.DataFrame(
        {"等级": grades["grade"].to_numpy(), "阶段": grades["stage"].to_numpy()},
        index=pd.Index(intervals, name="D 的区间"),
    )


def stage_counts(findings: Findings) -> pd.DataFrame:
    """Number of provinces in each grade, first and last year."""
    years = list(findings.years)
    counts = findings.frame.groupby(["year", "grade"]).size().unstack("year", fill_value=0)
    present = counts.loc[:, years]
    order = findings.frame.groupby("grade")["D"].min().sort_values().index
    kept = present.loc[order][present.loc[order].sum(axis=1) > 0]
    kept.columns = [f"{year} 年" for year in years]
    return kept.rename_axis("等级")


def variant_table(comparison: VariantComparison) -> pd.DataFrame:
    """How D, grades and ranks move under each named variant."""
    summary = comparison.summary
    return pd.DataFrame(
        {
            "做法": summary["title_zh"],
            "D 的平均变动": [_signed(value) for value in summary["mean_shift"]],
            "最大变动": [_signed(value) for value in summary["largest_shift"]],
            "升级": [_share(value) for value in summary["grade_up"]],
            "降级": [_share(value) for value in summary["grade_down"]],
            "位次相关": [_plain(value) for value in summary["rank_correlation"]],
        }
    ).set_index("做法")


def _ratio(first: float, last: float) -> str:
    return f"{last / first:.2f} 倍" if first > 0 else "—"


def _signed(value: float) -> str:
    return "—" if pd.isna(value) else f"{value:+.3f}"


def _share(value: float) -> str:
    return "—" if pd.isna(value) else f"{value:.0%}"


def _plain(value: float) -> str:
    return "—" if pd.isna(value) else f"{value:.3f}"


def formula_list(variants: Mapping[str, CouplingVariant]) -> str:
    """List the named coupling degrees with their formulas, as MyST markdown."""
    return "\n".join(f"- {v.title_zh}：${v.formula}$" for v in variants.values())


def panel_table(panels: Sequence[Findings]) -> pd.DataFrame:
    """Set panels side by side: years, coverage, cells interpolated."""
    rows = {
        findings.name: (
            "{}—{}".format(*findings.years),
            f"{findings.frame.index.unique('province').size}",
            f"{findings.coverage.n_ai} / 9",
            f"{findings.coverage.n_eq} / 22",
        )
        for findings in panels
    }
    headings = ["年份", "省份", "人工智能指标", "就业质量指标"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=headings).rename_axis("面板")


def series_table(series: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """List raw series with unit, official source and where they were republished."""
    headings = {
        "name_zh": "序列",
        "unit": "单位",
        "source": "官方来源",
        "republished": "转载处",
    }
    table = pd.DataFrame.from_dict(dict(series), orient="index")
    return table[list(headings)].rename(columns=headings).set_index("序列")


def repair_table(repairs: pd.DataFrame, series: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """List the repairs of a recipe with their reasons and their effect on the national D.

    Parameters
    ----------
    repairs
        Columns ``kind``, ``series``, ``provinces``, ``years``, ``reason``, ``shift_first``,
        ``shift_last``; shifts are of the national mean of D when the repair is left out.
    series
        Series by name; ``name_zh`` is shown.
    """
    kinds = {"drop": "剔除后插补", "replace": "改算", "link": "换基链接"}
    names = [
        "、".join(series[name]["name_zh"] for name in cell.split()) for cell in repairs["series"]
    ]
    return pd.DataFrame(
        {
            "序列": names,
            "省份": [str(cell).replace(" ", "、") for cell in repairs["provinces"]],
            "年份": [str(cell).replace(" ", "、") for cell in repairs["years"]],
            "做法": repairs["kind"].map(kinds).to_numpy(),
            "理由": repairs["reason"].to_numpy(),
            "不修时首年 D": [_fine(value) for value in repairs["shift_first"]],
            "不修时末年 D": [_fine(value) for value in repairs["shift_last"]],
        },
        index=pd.Index(repairs.index, name="编号"),
    )


def calibration_table(report: pd.DataFrame) -> pd.DataFrame:
    """List calibration targets of the demo panel, what is reached, and whether within tolerance."""
    wanted = {
        "equal": "{value:g} ± {tolerance:g}",
        "band": "{value:g} ± {tolerance:g}",
        "above": "> {value:g}",
        "below": "< {value:g}",
    }
    targets = [
        wanted[str(row.kind)].format(value=row.value, tolerance=row.tolerance)
        for row in report.itertuples()
    ]
    return pd.DataFrame(
        {
            "目标": report["statement"].to_numpy(),
            "应为": targets,
            "达到": [f"{value:.4f}" for value in report["reached"]],
            "结果": ["按构造一致" if met else "未达到" for met in report["met"]],
        }
    ).set_index("目标")


def _fine(value: float) -> str:
    return "—" if pd.isna(value) else f"{value:+.4f}"


def run_table(runs: pd.DataFrame) -> pd.DataFrame:
    """List alternative runs of the real subset: reason, indicators used, national D, leader."""
    return pd.DataFrame(
        {
            "缘由": runs["reason"].to_numpy(),
            "指标": [f"{row.n_ai} + {row.n_eq}" for row in runs.itertuples()],
            "首年 D": [f"{value:.4f}" for value in runs["mean_d_first"]],
            "末年 D": [f"{value:.4f}" for value in runs["mean_d_last"]],
            "末年居首": [
                f"{row.highest_last}（{row.highest_d_last:.4f}）" for row in runs.itertuples()
            ],
        },
        index=pd.Index(runs["title"], name="做法"),
    )
