"""The paper's conclusions, each part marked by the verdicts of the audit.

The parts stand in ``data/conclusions.toml``, each with the rows of the claims ledger it rests on.
Its mark follows from their two verdicts, those of the documents and of the panel at hand:

- *not supported* if a row contradicts the paper itself or a public source, or the panel at hand
  was able to test it and did not show it;
- *supported* if the panel at hand shows it and nothing contradicts it;
- *not testable* otherwise: agreement inside the text alone supports nothing.

A conclusion takes the worst mark among its core parts, those that its heading states.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import pandas as pd

from synergy.claims import FAILED, Audit, Finding, Verdict
from synergy.dictionary import DATA_DIR
from synergy.words import listed


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
        decisive = [f.detail for f in found if f.verdict in _DECISIVE[self.mark]]
        if decisive:
            return "；".join(dict.fromkeys(decisive))
        if not self.part.claims:
            return "论文只作猜测，没有给数据"
        shown = [f.detail for f in found if f.detail]
        needed = [f.settle for f in found if f.settle]
        cure = [f"判定需要{'、'.join(dict.fromkeys(needed))}"] if needed else []
        return "；".join(dict.fromkeys([*shown, *cure]))


_DECISIVE = {
    Mark.NOT_SUPPORTED: FAILED | {Verdict.NOT_REPRODUCED},
    Mark.SUPPORTED: frozenset({Verdict.REPRODUCED}),
    Mark.NOT_TESTABLE: frozenset(),
}


@cache
def conclusions() -> tuple[Conclusion, ...]:
    """The conclusions with their parts, in the paper's order."""
    text = (DATA_DIR / "conclusions.toml").read_text(encoding="utf-8")
    return tuple(
        Conclusion(
            number,
            row["title"],
            tuple(Part(p["text"], tuple(p["claims"]), p.get("core", False)) for p in row["parts"]),
            row["advice"],
        )
        for number, row in enumerate(tomllib.loads(text)["conclusions"], start=1)
    )


def judge(result: Audit, nature: str) -> tuple[Judged, ...]:
    """Mark every part of every conclusion by the audit's verdicts.

    Parameters
    ----------
    result : Audit
    nature : str
        Nature of the audited panel that may serve as evidence; a synthetic one supports and
        refutes nothing.
    """
    found = []
    for conclusion in conclusions():
        for part in conclusion.parts:
            outcomes = [result[key] for key in part.claims]
            document = tuple(outcome.document for outcome in outcomes)
            panel = tuple(o.panels[nature] for o in outcomes if nature in o.panels)
            found.append(Judged(conclusion, part, document, panel, mark_of(document, panel)))
    return tuple(found)


def mark_of(document: Sequence[Finding], panel: Sequence[Finding]) -> Mark:
    """The mark that the verdicts give; see the module's rule."""
    found = {finding.verdict for finding in (*document, *panel)}
    if found & _DECISIVE[Mark.NOT_SUPPORTED]:
        return Mark.NOT_SUPPORTED
    return Mark.SUPPORTED if Verdict.REPRODUCED in found else Mark.NOT_TESTABLE


def overall(judged: Sequence[Judged], conclusion: Conclusion) -> Mark:
    """Mark of a conclusion: the worst of its core parts."""
    marks = [j.mark for j in judged if j.conclusion is conclusion and j.part.core]
    if Mark.NOT_SUPPORTED in marks:
        return Mark.NOT_SUPPORTED
    return Mark.NOT_TESTABLE if Mark.NOT_TESTABLE in marks else Mark.SUPPORTED


def summary_table(judged: Sequence[Judged]) -> pd.DataFrame:
    """The three conclusions: mark, and parts counted by mark."""
    rows = {}
    for conclusion in conclusions():
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
    """The numbers behind each mark of one conclusion, with the ledger rows they come from."""
    chosen = [j for j in judged if j.conclusion.number == number]
    return pd.DataFrame(
        {
            "判定": [str(j.mark) for j in chosen],
            "依据": [j.reason for j in chosen],
            "台账行": [listed(j.part.claims, none="—") for j in chosen],
        },
        index=pd.Index([j.part.text for j in chosen], name="分句"),
    )


def advice_table(judged: Sequence[Judged]) -> pd.DataFrame:
    """The paper's advice beside the mark of the conclusion it rests on."""
    rows = {c.advice: (f"（{c.number}）{c.title}", str(overall(judged, c))) for c in conclusions()}
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
