"""The simulation study of the panel VAR at the paper's size: cached results, tables, sentences.

`benchmarks/pvar_monte_carlo.py` writes data/monte_carlo; nothing is simulated here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from synergy.dictionary import DATA_DIR
from synergy.interaction.estimates import NAMES, Interaction, published_frame
from synergy.narration import listed

FOLDER = DATA_DIR / "monte_carlo"
#: The size of the paper's panel.
UNITS = 30


@dataclass(frozen=True)
class Truth:
    """One stable process of the study, in words."""

    title: str
    setting: str


TRUTHS: Mapping[str, Truth] = MappingProxyType(
    {
        "near-table-4": Truth(
            "形状同表 4", "把表 4 的系数同比例缩小，使最大特征值的模等于给定值；省间差异与波动相当"
        ),
        "no-cross-effects": Truth(
            "彼此无关", "每个变量只依赖自己的上一期（0.8），变量之间的每颗星都出于偶然"
        ),
        "large-unit-effects": Truth("省间差异大", "同第一种，省均值的离散程度是平稳波动的四倍"),
        "linear-growth": Truth("共同匀速上升", "同第一种，加上各省一样的直线，13 年共三倍标准差"),
        "accelerating-growth": Truth("共同加速上升", "同第一种，加上各省一样的抛物线，幅度相同"),
        "own-growth": Truth("各省快慢不同", "同第一种，直线的斜率各省不同，均值高的省更陡"),
    }
)
ESTIMATORS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("fod", "none"): "前向正交离差",
        ("fod", "demean"): "前向正交离差，去年份均值",
        ("pvar2", "none"): "pvar2 的 Helmert",
        ("pvar2-asymmetric", "none"): "pvar2 的 Helmert，两边样本不一",
    }
)


@cache
def systems_study() -> pd.DataFrame:
    """One row per truth, size and estimator; see data/monte_carlo/README.md for the columns."""
    return _titled(pd.read_csv(FOLDER / "systems.csv"))


@cache
def coefficients_study() -> pd.DataFrame:
    """One row per truth, size, estimator and coefficient."""
    return _titled(pd.read_csv(FOLDER / "coefficients.csv"))


def _titled(study: pd.DataFrame) -> pd.DataFrame:
    """Add the columns `title` (with the modulus where several are studied) and `estimator`."""
    several = study.groupby("scenario")["radius"].transform("nunique") > 1
    titles = study["scenario"].map({name: truth.title for name, truth in TRUTHS.items()})
    moduli = study["radius"].map("，模 {:g}".format)
    pairs = zip(study["transform"], study["time_effects"], strict=True)
    return study.assign(
        title=titles + moduli.where(several, ""), estimator=[ESTIMATORS[pair] for pair in pairs]
    )


def select(
    study: pd.DataFrame, transform: str = "fod", effects: str = "none", units: int = UNITS
) -> pd.DataFrame:
    """Rows of one estimator at one size, in the order of the study."""
    kept = (study["transform"] == transform) & (study["time_effects"] == effects)
    return study[kept & (study["units"] == units)]


def base_case(study: pd.DataFrame) -> pd.DataFrame:
    """Rows of the truth shaped like table 4 with largest modulus .8."""
    return study[(study["scenario"] == "near-table-4") & (study["radius"] == 0.8)]


def printed_stars() -> int:
    """Stars on effects of one variable on another in the paper's table 4."""
    starred = published_frame("stars").to_numpy() > 0
    return int((starred & ~np.eye(len(starred), dtype=bool)).sum())


def truth_table() -> pd.DataFrame:
    """The truths of the study."""
    rows = {truth.title: truth.setting for truth in TRUTHS.values()}
    return pd.DataFrame({"设定": rows}).rename_axis("真实过程")


def system_table(study: pd.DataFrame) -> pd.DataFrame:
    """What estimated systems look like under each truth, at the paper's size."""
    plain, demeaned = select(study), select(study, effects="demean")
    return pd.DataFrame(
        {
            "工具强度 F": [f"{v:.2f}" for v in plain["median_cragg_donald_f"]],
            "最大模 5%—95%": [
                f"{low:.2f}—{high:.2f}"
                for low, high in zip(plain["modulus_p05"], plain["modulus_p95"], strict=True)
            ],
            "不稳定": [f"{v:.1%}" for v in plain["share_explosive"]],
            "去年份均值后": [f"{v:.1%}" for v in demeaned["share_explosive"]],
        },
        index=pd.Index(plain["title"], name="真实过程"),
    )


def alike_table(study: pd.DataFrame) -> pd.DataFrame:
    """How often a table like the paper's comes out although the truth is stable."""
    plain = select(study)
    return pd.DataFrame(
        {
            "平均几颗星": [f"{v:.1f}" for v in plain["off_diagonal_stars_row"]],
            "星不少于表 4": [f"{v:.1%}" for v in plain["share_with_as_many_stars_row"]],
            "模不小于 1.5": [f"{v:.1%}" for v in plain["share_modulus_above_1.5"]],
            "两者兼有": [f"{v:.1%}" for v in plain["share_like_table_4_row"]],
        },
        index=pd.Index(plain["title"], name="真实过程"),
    )


def coefficient_table(study: pd.DataFrame) -> pd.DataFrame:
    """Bias and coverage of every coefficient in the base case."""
    rows = select(base_case(study))
    names = [
        f"{NAMES[cause]} → {NAMES[effect]}"
        for cause, effect in zip(rows["regressor"], rows["equation"], strict=True)
    ]
    columns = {
        "真值": rows["truth"].map("{:.3g}".format),
        "偏差中位数": rows["median_bias"].map("{:+.2g}".format),
        "四分位距": rows["interquartile_range"].map("{:.2g}".format),
        "覆盖率": rows["coverage_clustered"].map("{:.1%}".format),
        "自助覆盖率": rows["coverage_bootstrap"].map("{:.1%}".format),
        "得星": rows["starred_clustered"].map("{:.0%}".format),
        "符号相反": rows["wrong_sign"].map("{:.0%}".format),
    }
    frame = pd.DataFrame({name: column.to_numpy() for name, column in columns.items()})
    return frame.set_index(pd.Index(names, name="滞后一期 → 本期"))


def coverage_table(study: pd.DataFrame) -> pd.DataFrame:
    """Coverage of 95 % intervals by estimator in the base case, at each number of units."""
    wide = base_case(study).pivot(index="estimator", columns="units", values="coverage_clustered")
    ordered = wide.loc[list(ESTIMATORS.values())].rename(columns="{} 个单位".format)
    shown = ordered.map("{:.1%}".format).rename_axis("估计", axis=0)
    shown.columns.name = None
    return shown


def design_words(study: pd.DataFrame) -> str:
    """Size of the study."""
    counts = sorted(study.loc[study["units"] == UNITS, "replications"].unique())
    return (
        f"{study['scenario'].nunique()} 种真实过程、{study['estimator'].nunique()} 种估计，"
        f"30 个单位、13 期、5 个变量时各模拟 {listed(f'{count:,}' for count in counts)} 次"
    )


def base_words(systems: pd.DataFrame, coefficients: pd.DataFrame) -> str:
    """Bias, coverage and stability where all goes well."""
    system = select(base_case(systems)).iloc[0]
    rows = select(base_case(coefficients))
    relative = (rows["median_bias"] / rows["interquartile_range"]).abs()
    return (
        f"25 个系数的 95% 区间平均盖住真值 {system['coverage_clustered']:.1%}"
        f"（自助区间 {system['coverage_bootstrap']:.1%}），逐个在"
        f" {rows['coverage_clustered'].min():.1%} 与 {rows['coverage_clustered'].max():.1%} 之间；"
        f"偏差的中位数最大为四分位距的 {relative.max():.0%}；"
        f"工具强度 F 的中位数为 {system['median_cragg_donald_f']:.1f}；"
        f"{system['share_explosive']:.1%} 的估计不稳定，"
        f"模不小于 1.5 的占 {system['share_modulus_above_1.5']:.1%}。"
    )


def power_words(coefficients: pd.DataFrame) -> str:
    """How often real effects get a star, and with the wrong sign, in the base case."""
    rows = select(base_case(coefficients))
    cross = rows[rows["equation"] != rows["regressor"]]
    return (
        f"变量之间的 {len(cross)} 个系数真值都不为零，得星的比例却从"
        f" {cross['starred_clustered'].min():.0%} 到 {cross['starred_clustered'].max():.0%} 不等，"
        f"符号估反的比例最高 {cross['wrong_sign'].max():.0%}。"
    )


def harm_words(systems: pd.DataFrame) -> str:
    """Which departures from the good case make stable truths look explosive."""
    plain = select(systems).set_index("title")
    demeaned = select(systems, effects="demean").set_index("title")
    hurt = plain.index[plain["share_explosive"] > 0.5]
    parts = [
        f"“{title}”{plain.loc[title, 'share_explosive']:.0%}"
        f"（去年份均值后 {demeaned.loc[title, 'share_explosive']:.0%}）"
        for title in hurt
    ]
    return f"真实过程全都稳定，而多半次估计不稳定的情形有：{listed(parts)}。"


def alike_words(systems: pd.DataFrame) -> str:
    """How often stars and modulus of table 4 come together."""
    plain = select(systems).set_index("title")["share_like_table_4_row"]
    most = str(plain.idxmax())
    never = int((plain == 0).sum())
    return (
        f"表 4 在变量之间有 {printed_stars()} 格带星，最大模在 1.5 以上。"
        f"星不更少、模不小于 1.5 的估计，在 {len(plain)} 种情形里有 {never} 种一次也没有出现；"
        f"最常出现在“{most}”，占 {plain.max():.1%}。"
    )


def chance_words(systems: pd.DataFrame) -> str:
    """Stars where there is nothing to find."""
    rows = select(systems)
    row = rows[rows["scenario"] == "no-cross-effects"].iloc[0]
    return (
        f"变量彼此无关时，20 个变量间系数平均得到 {row['off_diagonal_stars_clustered']:.1f} 颗星"
        f"（按省聚类）或 {row['off_diagonal_stars_row']:.1f} 颗（按行稳健），"
        "10% 的检验按理应有 2 颗。"
    )


def older_words(systems: pd.DataFrame) -> str:
    """What the older pvar2's habit does as units grow, and to long responses."""
    rows = base_case(systems)
    cover = rows.pivot(index="units", columns=["transform", "time_effects"])["coverage_clustered"]
    most = int(cover.index.max())
    small = select(rows).iloc[0], select(rows, "pvar2").iloc[0]
    return (
        f"单位由 {cover.index.min()} 个增到 {most:,} 个，前向正交离差的覆盖率由"
        f" {cover['fod', 'none'].iloc[0]:.0%} 变为 {cover['fod', 'none'].iloc[-1]:.0%}，"
        f"pvar2 的 Helmert 由 {cover['pvar2', 'none'].iloc[0]:.0%} 变为"
        f" {cover['pvar2', 'none'].iloc[-1]:.0%}。"
        f"{UNITS} 个单位时，十年后的响应，前者的区间盖住真值"
        f" {small[0]['coverage_response_10']:.0%}，后者只有"
        f" {small[1]['coverage_response_10']:.0%}。"
    )


def nearest_words(systems: pd.DataFrame, here: Interaction) -> str:
    """Which truth of the study has instruments as weak as the panel at hand."""
    if "fod" not in here.estimates or len(here.variables) != 5:
        return "手头的面板估计不出五个变量的系统，无从与模拟比较。"
    weak = here.estimates["fod"].results.weak_identification
    assert weak is not None
    plain = select(systems)
    distance = (np.log(plain["median_cragg_donald_f"]) - np.log(weak.cragg_donald_f)).abs()
    near = plain.iloc[int(distance.to_numpy().argmin())]
    return (
        f"{here.name}的工具强度 F 为 {weak.cragg_donald_f:.2f}，与之最接近的模拟情形是"
        f"“{near['title']}”（F 的中位数 {near['median_cragg_donald_f']:.2f}）；在那种情形里，"
        f"真实过程虽然稳定，{near['share_explosive']:.0%} 的估计不稳定，"
        f"{near['share_modulus_above_1.5']:.0%} 的最大模不小于 1.5；"
        f"95% 区间盖住真值的比例却有 {near['coverage_clustered']:.1%}，因为区间非常宽。"
    )
