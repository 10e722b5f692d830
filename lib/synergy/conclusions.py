"""The paper's conclusions, each part marked by the verdicts of the audit.

The parts stand in ``data/conclusions.toml``, each with the rows of the claims ledger it rests on.
Its mark follows from their two verdicts, those of the documents and of the panel at hand:

- *not supported* if a row contradicts the paper itself or a public source, or the panel at hand
  was able to test it and did not show it;
- *supported* if the panel at hand shows it, nothing contradicts it and no row is doubtful;
- *not testable* otherwise: agreement inside the text alone supports nothing.

A conclusion takes the worst mark among its core parts, those that its heading states.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import pandas as pd

from synergy.claims.auditing import Audit
from synergy.claims.inconsistencies import Inconsistency
from synergy.claims.ledger import FAILED, Finding, Verdict
from synergy.dictionary import DATA_DIR


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


def parts_judged(result: Audit, nature: str) -> pd.DataFrame:
    """Mark every part of every conclusion by the audit's verdicts.

    Parameters
    ----------
    result : Audit
    nature : str
        Nature of the audited panel that may serve as evidence; a synthetic one supports and
        refutes nothing.

    Returns
    -------
    DataFrame
        A row per part: `number` and `title` of its conclusion, `part`, `core`, `claims`,
        `document` and `panel` (their distinct verdicts), `mark`, and what is behind it: `decisive`
        (numbers that decided it), `known` (numbers that do not) and `needed` (what would settle
        it). What is a list is a tuple of texts.
    """
    return pd.DataFrame(
        {"number": c.number, "title": c.title, **_judged(part, result, nature)}
        for c in conclusions()
        for part in c.parts
    )


def _judged(part: Part, result: Audit, nature: str) -> dict[str, Any]:
    outcomes = [result[key] for key in part.claims]
    document = [outcome.document for outcome in outcomes]
    panel = [o.panels[nature] for o in outcomes if nature in o.panels]
    found, mark = [*document, *panel], mark_of(document, panel)
    return {
        "part": part.text,
        "core": part.core,
        "claims": part.claims,
        "document": _distinct(finding.verdict.zh for finding in document),
        "panel": _distinct(finding.verdict.zh for finding in panel),
        "mark": str(mark),
        "decisive": _details(f for f in found if f.verdict in _DECISIVE[mark]),
        "known": _details(found),
        "needed": _distinct(need for f in found for need in f.settle.split("、")),
    }


def _details(findings: Iterable[Finding]) -> tuple[str, ...]:
    """What findings tell, clause by clause: several rows may share a clause."""
    return _distinct(clause for finding in findings for clause in finding.detail.split("；"))


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def mark_of(document: Sequence[Finding], panel: Sequence[Finding]) -> Mark:
    """The mark that the verdicts give; see the module's rule."""
    found = {finding.verdict for finding in (*document, *panel)}
    if found & _DECISIVE[Mark.NOT_SUPPORTED]:
        return Mark.NOT_SUPPORTED
    shown = Verdict.REPRODUCED in found and Verdict.DOUBTFUL not in found
    return Mark.SUPPORTED if shown else Mark.NOT_TESTABLE


def contradictions(parts: pd.DataFrame, result: Audit) -> tuple[Inconsistency, ...]:
    """Inconsistencies in the rows that core parts rest on, the heaviest first."""
    core = {claim for claims in parts["claims"][parts["core"]] for claim in claims}
    return tuple(issue for issue in result.inconsistencies() if core.intersection(issue.claims))


def conclusions_judged(parts: pd.DataFrame) -> pd.DataFrame:
    """The conclusions: the worst mark of the core parts, and the parts counted by mark.

    Parameters
    ----------
    parts : DataFrame
        From :func:`parts_judged`.

    Returns
    -------
    DataFrame
        Indexed by number: `title`, `advice`, `mark`, `worst` (the core parts that have this mark)
        and a column for every mark.
    """
    counted = pd.crosstab(parts["number"], parts["mark"])
    severity = [Mark.NOT_SUPPORTED, Mark.NOT_TESTABLE, Mark.SUPPORTED]
    core = parts[parts["core"]].groupby("number")["mark"].agg(set)
    facts = {
        c.number: (c.title, c.advice, next(str(m) for m in severity if m in core[c.number]))
        for c in conclusions()
    }
    named = pd.DataFrame.from_dict(facts, orient="index", columns=["title", "advice", "mark"])
    named["worst"] = [
        tuple(parts.query("core and number == @n and mark == @mark")["part"])
        for n, mark in named["mark"].items()
    ]
    return named.join(counted.reindex(columns=[str(mark) for mark in Mark], fill_value=0))
