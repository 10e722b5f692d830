"""What the printed system implies, and what a reader may and may not take from the chapter."""

from __future__ import annotations

from pvar import ImpliedSystem
from pvar.diagnostics import WEAK_F
from synergy.interaction.estimates import Interaction, SystemEstimate
from synergy.interaction.words import interval_words
from synergy.narration import listed


def implied_words(system: ImpliedSystem) -> str:
    """What the printed system does by itself."""
    low, high = system.rounding_low[0], system.rounding_high[0]
    verdict = {
        "explosive": "在舍入所容许的全部抽样里都大于 1，系统是发散的",
        "stable": "在舍入所容许的全部抽样里都小于 1，系统是稳定的",
        "undecided": "舍入本身就足以让它落在 1 的两边",
    }[system.verdict]
    return (
        f"最大特征值的模为 {system.moduli[0]:.3f}，把每格的舍入误差考虑进去为 {low:.3f} 至"
        f" {high:.3f}（{system.draws} 次抽样），{verdict}。"
    )


def growth_words(system: ImpliedSystem, periods: int) -> str:
    """How far a disturbance along the leading eigenvector gets."""
    factor = system.growth(periods)
    word = "放大到" if factor > 1 else "缩小到"
    return f"沿主特征向量的一点扰动，{periods} 年后{word}原来的 {factor:.3g} 倍"


def sampling_words(system: ImpliedSystem) -> str:
    """Whether sampling error could turn the verdict."""
    return (
        f"若再按表中 t 值反推的标准误逐格独立地抽系数，{system.sampling_share:.1%} 的抽样仍不稳定，"
        f"最大模的 95% 区间为 {system.sampling_low:.2f} 至 {system.sampling_high:.2f}"
        "（各格之间的协方差没有印出，只能当作独立）。"
    )


def may_conclude(published: ImpliedSystem, interaction: Interaction) -> list[str]:
    """What the chapter supports, each with its criterion."""
    found = [
        f"论文表 4 印出的系数矩阵{'不' if not published.stable else ''}稳定"
        f"（最大模 {published.moduli[0]:.3f}，判据：小于 1）。这只用到印出的数字，与任何面板无关。"
    ]
    found += [f"{interaction.name}：{interval_words(interaction)}"]
    weak = [e for e in interaction.main.values() if _weak(e)]
    if weak:
        found.append(
            f"在“{interaction.name}”上，{len(weak)} 种变换的工具变量都弱，"
            "不显著不等于没有影响，显著也可能是失真。"
        )
    return found


def may_not_conclude(published: ImpliedSystem, interaction: Interaction) -> list[str]:
    """What the chapter does not support."""
    texts = []
    if not published.responses_exist:
        texts.append("不能由表 4 画出会收敛的脉冲响应或方差分解，也不能把系数读作逐期累积的机制。")
    unstable = [e.title for e in interaction.main.values() if e.share_explosive > 0.05]
    if unstable:
        texts.append(
            f"不能解读手头面板的多年响应：{listed(unstable)}的自助抽样里，不稳定的系统都超过 5%。"
        )
    texts.append(
        "不能比较不同列的系数大小来排“谁最重要”：系数随分指数的单位而变，"
        "特征值、t 值和自身滞后的系数不随单位变。"
    )
    texts.append("不能把“某变量的滞后有助于预测另一变量”读作因果。")
    return texts


def weakly_identified(interaction: Interaction) -> bool:
    """Whether the system has weak instruments under some transformation, or no estimate."""
    found = interaction.main.values()
    return not found or any(_weak(estimate) for estimate in found)


def _weak(found: SystemEstimate) -> bool:
    weak = found.results.weak_identification
    return weak is not None and weak.cragg_donald_f < WEAK_F
