"""Run every test of the ledger and freeze the verdicts: a claim is tested here and nowhere else."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from synergy.claims import significance
from synergy.claims.inconsistencies import Inconsistency, gathered
from synergy.claims.ledger import (
    DOCUMENTS,
    KINDS,
    NOTED,
    RECORDS,
    Answer,
    Claim,
    Finding,
    Ledger,
    LedgerError,
    Verdict,
)
from synergy.claims.outcomes import DEMO, OWN, Outcome
from synergy.claims.panels import (
    MissingYears,
    NoEvidence,
    PanelWords,
    missing_years,
    years_held,
    years_looked_up,
)
from synergy.claims.printed import SLACK
from synergy.claims.vocabulary import UNDECIDED, Sourced, document_vocabulary
from synergy.dictionary import SYSTEMS
from synergy.expressions import ExpressionError, Vocabulary, evaluate, names_in
from synergy.panel import enough

if TYPE_CHECKING:
    from synergy.evidence import Evidence, Findings

#: The systems that an index rests on.
RESTS_ON = {"AI": ("AI",), "EQ": ("EQ",), "D": ("AI", "EQ")}
#: What an expression may ask of the system of table 4, estimated on the panel.
ON_THE_SYSTEM = MappingProxyType(
    {
        function.__name__: function
        for function in (
            significance.starred,
            significance.linked,
            significance.significant_on,
            significance.stable_on,
        )
    }
)
#: Versions of a panel's series of post and telecom, in the words that open what each shows.
VERSIONS = ("邮电业务量换算价格之后", "邮电业务量照公布的数")
#: The template that tells what an expression found.
TOLD = {"check": "shows", "other": "other_shows", "panel": "panel_shows"}


@dataclass(frozen=True)
class Audit:
    """Outcomes of all claims in ledger order."""

    outcomes: Mapping[str, Outcome]
    natures: tuple[str, ...]

    def __getitem__(self, key: str) -> Outcome:
        """Outcome of one claim."""
        if key not in self.outcomes:
            raise LedgerError(f"台账中没有编号 {key!r}：共 {len(self.outcomes)} 条。")
        return self.outcomes[key]

    def __len__(self) -> int:
        """Count the outcomes."""
        return len(self.outcomes)

    def counts(self, *by: str) -> pd.DataFrame:
        """Count checks by ledger columns (`document`, `kind`) against the document verdict.

        Records of look-ups and transcripts, whose verdict could not come out otherwise, are left
        out.
        """
        checks = [outcome for outcome in self.outcomes.values() if not outcome.claim.record]
        keys = [[getattr(outcome.claim, column) for outcome in checks] for column in by]
        verdicts = [str(outcome.document.verdict) for outcome in checks]
        return pd.crosstab(
            [pd.Series(key, name=column) for key, column in zip(keys, by, strict=True)],
            pd.Series(verdicts, name="verdict"),
        )

    def panel_counts(self) -> pd.DataFrame:
        """Rows per verdict and panel; panels are never added up."""
        counted = {nature: _counted(self.on(nature)) for nature in self.natures}
        return pd.DataFrame(counted).fillna(0).astype(int)

    def on(self, nature: str) -> list[Finding]:
        """What a panel says of the claims that it can test."""
        return [o.panels[nature] for o in self.outcomes.values() if nature in o.panels]

    def inconsistencies(self) -> tuple[Inconsistency, ...]:
        """Distinct inconsistencies, the heaviest first."""
        return gathered(self.outcomes.values())

    def surprises(self) -> tuple[str, ...]:
        """Chinese lines for verdicts that differ from the ledger's expected ones."""
        return tuple(line for outcome in self.outcomes.values() for line in _surprises(outcome))

    def to_json(self) -> dict[str, Any]:
        """Return plain data for ``press audit --json``: claims, verdicts, details, counts."""
        outcomes = tuple(self.outcomes.values())
        return {
            "claims": [_plain(outcome) for outcome in outcomes],
            "counts": _counted(o.document for o in outcomes if not o.claim.record),
            "records": _counted(o.document for o in outcomes if o.claim.record),
            "panels": {nature: _counted(self.on(nature)) for nature in self.natures},
            "inconsistencies": [asdict(issue) for issue in self.inconsistencies()],
            "doubtful": [o.claim.id for o in outcomes if o.document.verdict is Verdict.DOUBTFUL],
        }


def audit(ledger: Ledger, panels: Iterable[Findings] = ()) -> Audit:
    """Check every claim of the ledger against documents, sources and panels.

    Parameters
    ----------
    ledger : Ledger
    panels : iterable of Findings
        At most one of each nature.

    Raises
    ------
    LedgerError
        If an expression of a row cannot be evaluated, or two panels have the same nature.
    """
    views = tuple(panels)
    natures = tuple(view.nature for view in views)
    if len(set(natures)) < len(natures):
        raise LedgerError(f"同类面板只能给一份，收到：{'、'.join(natures)}。")
    outcomes = {claim.id: _outcome(claim, ledger, views) for claim in ledger}
    return Audit(MappingProxyType(outcomes), natures)


def audit_evidence(ledger: Ledger, evidence: Evidence) -> Audit:
    """Audit with the panels of an edition: the leading one and the demo."""
    return audit(ledger, filter(None, (evidence.lead, evidence.demo)))


def check_document(claim: Claim, ledger: Ledger) -> Finding:
    """Verdict on a claim from the documents themselves, or from the source that the row names.

    Where the row states a second reading and the two disagree, the claim is doubtful.
    """
    first = _read(claim, "check", ledger)
    if not claim.other:
        return first
    second = _read(claim, "other", ledger)
    told = f"{first.detail}；{second.detail}"
    if first.verdict is second.verdict:
        return Finding(first.verdict, f"{told}：两种读法结论相同", first.settle)
    readings = zip(("一种读法", "另一种读法"), (first, second), strict=True)
    both = "；".join(f"{name}{found.verdict.zh}：{found.detail}" for name, found in readings)
    return Finding(Verdict.DOUBTFUL, both, claim.settle)


def _read(claim: Claim, column: str, ledger: Ledger) -> Finding:
    """Verdict of one test of the documents."""
    words = document_vocabulary(claim, ledger)
    found = _evaluated(claim, column, words)
    if found is UNDECIDED:
        return Finding(Verdict.NOT_CHECKABLE, _told(claim, column, words), claim.settle)
    yes, no = Verdict.CONSISTENT, Verdict.INCONSISTENT
    if isinstance(found, Sourced):
        if not claim.source:
            return Finding(Verdict.NOT_CHECKABLE, "未查到可靠来源", claim.settle)
        found, yes, no = found.answer, Verdict.CONFIRMED, Verdict.CONTRADICTED
    elif claim.record in NOTED:
        yes = Verdict.RECORDED
    answer = _answer(claim, column, found, words)
    if answer.holds is None:
        return Finding(Verdict.DOUBTFUL, answer.detail, claim.settle)
    return Finding(yes, answer.detail) if answer.holds else Finding(no, answer.detail, claim.settle)


def _told(claim: Claim, column: str, words: Vocabulary) -> str:
    """What is known of a claim that nothing at hand decides."""
    known = _evaluated(claim, TOLD[column], words) if getattr(claim, TOLD[column]) else ""
    return known or "现有材料不足以判断"


def check_panel(claim: Claim, view: Findings) -> Finding:
    """Verdict on a claim from a panel.

    Simulated data confirm and refute nothing: on a synthetic panel a match that the calibration
    forces is "by construction", a calibrated claim that is missed is "not reproduced" (a fault of
    the panel), and everything else is "not checkable". A panel that is no evidence for the claim
    (:func:`lacking`) decides nothing; the detail still says what it shows. A panel that holds a
    series in two versions (`Findings.published`) decides what both decide alike; where they
    disagree, the claim is doubtful.

    Raises
    ------
    LedgerError
        If the row has no panel test, or its expression cannot be evaluated.
    """
    first, *rest = panel_versions(claim, view)
    if not rest or first.verdict is Verdict.NOT_CHECKABLE:
        return first
    (second,) = rest
    if first.verdict is not second.verdict:
        both = zip(VERSIONS, (first, second), strict=True)
        told = "；".join(f"{name}，{found.verdict.zh}：{found.detail}" for name, found in both)
        return Finding(Verdict.DOUBTFUL, told, "作者所用的人均邮电业务量序列")
    clauses = f"{first.detail}；{VERSIONS[1]}：{second.detail}".split("；")
    told = first.detail if first.detail == second.detail else "；".join(dict.fromkeys(clauses))
    return Finding(first.verdict, told, first.settle)


def panel_versions(claim: Claim, view: Findings) -> list[Finding]:
    """What each version of a panel says of a claim by itself, in the order of `VERSIONS`.

    Raises
    ------
    LedgerError
        As for :func:`check_panel`.
    """
    return [_on_panel(claim, version) for version in (view, view.published) if version]


def _on_panel(claim: Claim, view: Findings) -> Finding:
    """Verdict of one version of a panel."""
    words = PanelWords(view, claim, ON_THE_SYSTEM)
    tree = claim.parsed("panel")
    lack = lacking(view, claim.needs, names_in(tree))
    try:
        answer = _answer(claim, "panel", _evaluated(claim, "panel", words), words)
    except MissingYears as missing:
        absent = years_looked_up(tree) - set(years_held(view))
        all_missing = missing_years(view, *absent) if absent else missing
        return _open(_shown_anyway(claim, words), [all_missing, *lack])
    except NoEvidence as missing:
        return _open(_shown_anyway(claim, words), [missing, *lack])
    if view.nature == DEMO and not claim.calibrated:
        word = {True: "相符", False: "不符", None: "两种读法不一"}[answer.holds]
        detail = f"演示面板上{word}，但不作证据：{answer.detail}"
        return Finding(Verdict.NOT_CHECKABLE, detail, "真实面板")
    if lack:
        return _open(answer.detail, lack)
    if answer.holds is None:
        return Finding(Verdict.DOUBTFUL, answer.detail, claim.settle)
    if not answer.holds:
        return Finding(Verdict.NOT_REPRODUCED, answer.detail)
    verdict = Verdict.BY_CONSTRUCTION if view.nature == DEMO else Verdict.REPRODUCED
    return Finding(verdict, answer.detail)


def _open(shown: str, reasons: Iterable[NoEvidence]) -> Finding:
    """A panel decides nothing: what it shows, why that is no evidence, and what would settle it."""
    distinct = {reason.why: reason.settle for reason in reasons}
    detail = "；".join([shown, *distinct] if shown else distinct)
    return Finding(Verdict.NOT_CHECKABLE, detail, "、".join(dict.fromkeys(distinct.values())))


def lacking(view: Findings, needs: Iterable[str], indices: Iterable[str]) -> list[NoEvidence]:
    """Say why a panel is no evidence for a claim; nothing where it is. The one rule of the book.

    Levels and grades need exactly the paper's indicators, since an index of others has another
    scale (`complete`). Orderings and growth need at least half of the indicators of every system
    they speak of (`enough`); statements on D speak of both. Significance and stability need
    instruments that identify the estimated system (`strong`), and enough indicators of both
    systems. Years are not declared: an expression that names a year which the panel lacks cannot
    be evaluated.

    Parameters
    ----------
    view : Findings
    needs : iterable of str
        Words of the ledger's column `needs`.
    indices : iterable of str
        Indices (`AI`, `EQ`, `D`) that the claim's expression names; none means the whole system.
    """
    named = [system for index in indices for system in RESTS_ON.get(index, ())]
    systems = tuple(dict.fromkeys(named or SYSTEMS))
    rules = {"complete": _incomplete, "enough": _thin, "strong": _weak}
    return [lack for need in needs if (lack := rules[need](view, systems))]


def _incomplete(view: Findings, systems: tuple[str, ...]) -> NoEvidence | None:
    if view.coverage.complete:
        return None
    held, total = view.coverage.held(*SYSTEMS)
    extra = "（另有论文没有的指标）" if held == total else ""
    why = f"本面板有论文 {total} 项指标中的 {held} 项{extra}，水平不可与论文比较"
    return NoEvidence(why, f"{total} 项指标齐全的面板")


def _thin(view: Findings, systems: tuple[str, ...]) -> NoEvidence | None:
    counts = {system: view.coverage.held(system) for system in systems}
    thin = {system: count for system, count in counts.items() if not enough(count)}
    if not thin:
        return None
    shown = "、".join(f"{SYSTEMS[s]}只有 {held}/{total} 项" for s, (held, total) in thin.items())
    names = "、".join(SYSTEMS[system] for system in thin)
    return NoEvidence(f"{shown}指标，不到一半，不足为据", f"{names}指标至少有一半的面板")


def _weak(view: Findings, systems: tuple[str, ...]) -> NoEvidence | None:
    try:
        found, bound = significance.weakest_instruments(view)
    except NoEvidence as missing:
        return missing
    if found < bound:
        return None
    why = f"工具变量弱（秩检验 p={found:.2f}，不能拒绝识别不足），显著与否都不足为据"
    return NoEvidence(why, "更长的面板或更强的工具变量")


def _evaluated(claim: Claim, column: str, words: Vocabulary) -> Any:
    try:
        return evaluate(claim.parsed(column), words)
    except ExpressionError as error:
        text = getattr(claim, column)
        raise LedgerError(f"主张 {claim.id} 的 {column}“{text}”：{error}。") from None


def _answer(claim: Claim, column: str, found: Any, words: Vocabulary) -> Answer:
    """Whether a claim holds, with its detail; a number is compared with the printed one."""
    if isinstance(found, Answer):
        return found
    holds: bool | None
    if isinstance(found, bool | np.bool_ | None):
        holds = None if found is None else bool(found)
    elif column == "panel" and isinstance(found, float):
        width = claim.half_width if math.isnan(claim.tolerance) else claim.tolerance
        holds = abs(found - claim.value) <= width + SLACK
    else:
        text = getattr(claim, column)
        raise LedgerError(
            f"主张 {claim.id} 的 {column}“{text}”得不出真假，也不是可与印出值相比的数；"
            "序列请用 all(…)、any(…) 或取某一年。"
        )
    shows = TOLD[column]
    if not getattr(claim, shows):
        raise LedgerError(f"主张 {claim.id} 的 {shows} 是空的：判断要写明依据的数。")
    return Answer(holds, _evaluated(claim, shows, words))


def _shown_anyway(claim: Claim, words: Vocabulary) -> str:
    """What a panel shows of a claim that it cannot test, over the years it has; or nothing."""
    try:
        return str(_evaluated(claim, "panel_shows", words)) if claim.panel_shows else ""
    except NoEvidence:
        return ""


def _outcome(claim: Claim, ledger: Ledger, views: tuple[Findings, ...]) -> Outcome:
    document = check_document(claim, ledger)
    tested = views if claim.panel else ()
    panels: dict[str, Finding] = {view.nature: check_panel(claim, view) for view in tested}
    return Outcome(claim, document, MappingProxyType(panels))


def _counted(findings: Iterable[Finding]) -> dict[str, int]:
    counts = Counter(finding.verdict for finding in findings)
    return {str(verdict): n for verdict, n in counts.most_common()}


def _plain(outcome: Outcome) -> dict[str, Any]:
    claim = outcome.claim
    plain = ("id", "document", "place", "quote", "line", "claim", "kind", "printed", "unit")
    whence = ("source", "looked_up", "source_quote", "issue")
    return {
        **{name: getattr(claim, name) for name in (*plain, *whence)},
        "document_zh": DOCUMENTS[claim.document],
        "kind_zh": KINDS[claim.kind],
        "record": claim.record,
        "record_zh": RECORDS[claim.record],
        "reason": claim.reason,
        **_verdict(outcome.document),
        "panels": {nature: _verdict(finding) for nature, finding in outcome.panels.items()},
    }


def _verdict(finding: Finding) -> dict[str, str]:
    return {
        "verdict": str(finding.verdict),
        "verdict_zh": finding.verdict.zh,
        "detail": finding.detail,
        "settle": finding.settle,
    }


def _surprises(outcome: Outcome) -> list[str]:
    claim = outcome.claim
    judged: list[tuple[str, Finding, Verdict | None]] = [("", outcome.document, claim.expected)]
    judged += [
        (f"（{nature}）", finding, outcome.expected(nature))
        for nature, finding in outcome.panels.items()
        if nature != OWN
    ]
    return [
        f"{claim.id}{where}：记录为“{expected.zh if expected else '未记录'}”，"
        f"现为“{finding.verdict.zh}”（{finding.detail}）"
        for where, finding, expected in judged
        if finding.verdict is not expected
    ]
