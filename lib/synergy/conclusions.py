"""The paper's conclusions, each part marked by criteria that are computed.

A part stands on rows of the claims ledger. Its mark follows from two verdicts:

- *not supported* if a row contradicts the paper itself or a public source, or the panel at hand
  was able to test it and did not show it;
- *supported* if the panel at hand shows it and nothing contradicts it;
- *not testable* otherwise: agreement inside the text alone supports nothing.

Two kinds of panel verdict are set aside, whichever way they point: grades on a panel without all
indicators, since their bounds are fixed and its levels are not the paper's; and significance or
stability of a system whose instruments are weak.

A conclusion takes the worst mark among its core parts, those that its heading states.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from synergy.claims.auditing import check_document, check_panel
from synergy.claims.ledger import Claim, Ledger
from synergy.claims.panel_view import PanelView
from synergy.claims.verdicts import Finding, Verdict, not_checkable_here
from synergy.narration import listed


class Mark(StrEnum):
    """What the evidence at hand does for a part of a conclusion."""

    SUPPORTED = "支持"
    NOT_SUPPORTED = "不支持"
    NOT_TESTABLE = "无法检验"


@dataclass(frozen=True)
class Part:
    """One thing a conclusion says.

    Attributes
    ----------
    text : str
        In our words.
    claims : tuple of str
        Ledger rows it stands on; empty where the paper offers a conjecture.
    core : bool
        Whether the conclusion's heading states it.
    """

    text: str
    claims: tuple[str, ...]
    core: bool = False


@dataclass(frozen=True)
class Conclusion:
    """A numbered conclusion of the paper's section 5.1, with the advice that rests on it."""

    number: int
    title: str
    parts: tuple[Part, ...]
    advice: str


@dataclass(frozen=True)
class Judged:
    """A part with its verdicts.

    Attributes
    ----------
    conclusion : Conclusion
    part : Part
    document, panel : tuple of Finding
    mark : Mark
    """

    conclusion: Conclusion
    part: Part
    document: tuple[Finding, ...]
    panel: tuple[Finding, ...]
    mark: Mark

    @property
    def reason(self) -> str:
        """The numbers behind the mark: what decided it, or what is known and what would."""
        found = (*self.document, *self.panel)
        decisive = [f.detail for f in found if f.verdict in _decisive(self)]
        if decisive:
            return "；".join(dict.fromkeys(decisive))
        if not self.part.claims:
            return "论文只作猜测，没有给数据"
        shown = [f.detail for f in found if f.detail]
        needed = [f.settle for f in found if f.settle]
        cure = [f"判定需要{'、'.join(dict.fromkeys(needed))}"] if needed else []
        return "；".join(dict.fromkeys([*shown, *cure]))


CONCLUSIONS = (
    Conclusion(
        1,
        "区域梯度与内部差异并存",
        (
            Part("人工智能东部领先、中部其次、西部和东北居后", ("P-51-GRAD-AI",), core=True),
            Part("就业质量也是这个次序", ("P-51-GRAD-EQ",), core=True),
            Part("东部人工智能为全国的一倍半", ("P-51-E15",)),
            Part("广东、北京、上海最高", ("P-51-TOP3",)),
            Part("中部增长最快", ("P-AI-C-FAST", "P-51-C22")),
            Part("东部就业质量比全国高三分之一强", ("P-51-E365",)),
            Part("河北的就业质量只有北京的三分之一左右", ("P-51-HEBEI",)),
            Part("西部的就业质量 2022 年下滑", ("P-51-W-DIP",)),
            Part("云南、贵州等六省倒退", ("P-51-SIX", "P-EQ-W-SIX")),
        ),
        "分区域施策",
    ),
    Conclusion(
        2,
        "全国处于磨合期，核心省份示范",
        (
            Part("全国耦合协调度逐年上升", ("P-D-TREND",)),
            Part("首末两年的数值", ("P-51-D10", "P-51-D22", "P-D-2010", "P-D-2022")),
            Part("末年全国为濒临失调，属磨合阶段", ("P-51-STAGE", "P-D-LATE"), core=True),
            Part("只有广东达到初级协调", ("P-51-GD", "P-D-GD-ONLY"), core=True),
            Part("北京、上海为勉强协调", ("P-51-BJSH", "P-D-BJSH"), core=True),
            Part("广东得益于产线升级与再培训，京沪得益于联合实验室", ()),
        ),
        "提升两系统的协同",
    ),
    Conclusion(
        3,
        "劳动力素质是枢纽",
        (
            Part("劳动力素质推动各个维度", ("P-ABS-HUB",), core=True),
            Part("它对就业环境的系数", ("P-51-LQ-EQ",)),
            Part("它对人工智能的系数", ("P-51-LQ-AI",)),
            Part("它的作用远超其他因素", ("P-51-FAR",), core=True),
            Part("素质、环境、报酬、再投资构成闭环", ("P-51-CHAIN",), core=True),
            Part("影响逐期累积（要求系统稳定）", ("P-51-STABLE",)),
        ),
        "重点提高劳动力素质",
    ),
)

#: Panel checks of a grade or of a fixed level of D.
LEVEL_CHECKS = ("mean_has_label", "province_has_label", "province_above")
#: Panel checks that stand on the estimated system.
SYSTEM_CHECKS = ("cell_on_panel", "links_on_panel", "set_on_panel", "stable_on_panel")
_CONTRADICTING = (Verdict.INCONSISTENT, Verdict.CONTRADICTED)


def judge(ledger: Ledger, view: PanelView, *, weak: bool) -> tuple[Judged, ...]:
    """Mark every part of every conclusion.

    Parameters
    ----------
    ledger : Ledger
    view : PanelView
        A panel that may serve as evidence; a synthetic one supports and refutes nothing.
    weak : bool
        Whether the system is weakly identified on this panel.
    """
    found = []
    for conclusion in CONCLUSIONS:
        for part in conclusion.parts:
            claims = [ledger[key] for key in part.claims]
            document = tuple(check_document(claim, ledger) for claim in claims)
            panel = tuple(weighed(claim, view, weak) for claim in claims if claim.panel_check)
            mark = mark_of(document, panel)
            found.append(Judged(conclusion, part, document, panel, mark))
    return tuple(found)


def weighed(claim: Claim, view: PanelView, weak: bool) -> Finding:
    """A panel's verdict, set aside where the panel is no judge of the matter."""
    finding = check_panel(claim, view)
    if finding.verdict is Verdict.NOT_CHECKABLE:
        return finding
    if claim.panel_check in LEVEL_CHECKS and not view.complete:
        return not_checkable_here(finding.detail, "31 项指标齐全的面板")
    if claim.panel_check in SYSTEM_CHECKS and weak:
        return not_checkable_here(finding.detail, "更长的面板或更强的工具变量")
    return finding


def mark_of(document: Sequence[Finding], panel: Sequence[Finding]) -> Mark:
    """The mark that the verdicts give; see the module's rule."""
    inside = {finding.verdict for finding in document}
    outside = {finding.verdict for finding in panel}
    if inside & set(_CONTRADICTING) or Verdict.NOT_REPRODUCED in outside:
        return Mark.NOT_SUPPORTED
    return Mark.SUPPORTED if Verdict.REPRODUCED in outside else Mark.NOT_TESTABLE


def overall(judged: Sequence[Judged], conclusion: Conclusion) -> Mark:
    """Mark of a conclusion: the worst of its core parts."""
    marks = [j.mark for j in judged if j.conclusion is conclusion and j.part.core]
    if Mark.NOT_SUPPORTED in marks:
        return Mark.NOT_SUPPORTED
    return Mark.NOT_TESTABLE if Mark.NOT_TESTABLE in marks else Mark.SUPPORTED


def _decisive(judged: Judged) -> tuple[Verdict, ...]:
    if judged.mark is Mark.NOT_SUPPORTED:
        return (*_CONTRADICTING, Verdict.NOT_REPRODUCED)
    return (Verdict.REPRODUCED,) if judged.mark is Mark.SUPPORTED else ()


def summary_table(judged: Sequence[Judged]) -> pd.DataFrame:
    """The three conclusions: mark, and parts counted by mark."""
    rows = {}
    for conclusion in CONCLUSIONS:
        counted = Counter(j.mark for j in judged if j.conclusion is conclusion)
        rows[f"（{conclusion.number}）{conclusion.title}"] = (
            str(overall(judged, conclusion)),
            *(counted[mark] for mark in Mark),
        )
    headings = ["判定", *(str(mark) for mark in Mark)]
    return pd.DataFrame.from_dict(rows, orient="index", columns=headings).rename_axis("结论")


def part_table(judged: Sequence[Judged], number: int) -> pd.DataFrame:
    """Parts of one conclusion with verdicts and mark; core parts carry a star."""
    chosen = [j for j in judged if j.conclusion.number == number]
    return pd.DataFrame(
        {
            "论文内部": [_verdicts(j.document) for j in chosen],
            "手头的面板": [_verdicts(j.panel) for j in chosen],
            "判定": [str(j.mark) for j in chosen],
        },
        index=pd.Index(
            [f"{j.part.text}{'＊' if j.part.core else ''}" for j in chosen], name="分句"
        ),
    )


def reason_table(judged: Sequence[Judged], number: int) -> pd.DataFrame:
    """The numbers behind each mark of one conclusion."""
    chosen = [j for j in judged if j.conclusion.number == number]
    return pd.DataFrame(
        {"判定": [str(j.mark) for j in chosen], "依据": [j.reason for j in chosen]},
        index=pd.Index([j.part.text for j in chosen], name="分句"),
    )


def advice_table(judged: Sequence[Judged]) -> pd.DataFrame:
    """The paper's advice beside the mark of the conclusion it rests on."""
    rows = {c.advice: (f"（{c.number}）{c.title}", str(overall(judged, c))) for c in CONCLUSIONS}
    columns = ["依托的结论", "该结论的判定"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("建议")


def _verdicts(findings: Sequence[Finding]) -> str:
    return listed(dict.fromkeys(f.verdict.zh for f in findings), none="—")


def tally(judged: Sequence[Judged]) -> str:
    """Count the parts by mark, and name those supported."""
    counted = Counter(j.mark for j in judged)
    parts = listed(f"{mark} {counted[mark]} 个" for mark in Mark)
    held = listed(j.part.text for j in judged if j.mark is Mark.SUPPORTED)
    return f"{len(judged)} 个分句中，{parts}；得到支持的：{held}。"
