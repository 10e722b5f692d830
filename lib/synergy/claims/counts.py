"""Rows of an audit chosen and counted: what the audit chapters put into words and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from synergy.claims.inconsistencies import WEIGHTS
from synergy.claims.ledger import DOCUMENTS, FAILED, RECORDS, Verdict
from synergy.dictionary import DATA_DIR

if TYPE_CHECKING:
    from synergy.claims.auditing import Audit
    from synergy.claims.inconsistencies import Inconsistency
    from synergy.claims.ledger import Finding
    from synergy.claims.outcomes import Outcome


def choose(
    result: Audit, *, document: str = "", page: str = "", kind: str = ""
) -> tuple[Outcome, ...]:
    """Outcomes of a document, shown at a place, of a kind; empty = any.

    Parameters
    ----------
    result : Audit
    document : str
    page : str
        The anchor at which a chapter shows the document test, for instance ``audit-cells``.
    kind : str
    """
    return tuple(
        outcome
        for outcome in result.outcomes.values()
        if document in ("", outcome.claim.document)
        and (not page or outcome.claim.page.endswith(f"#{page}"))
        and kind in ("", outcome.claim.kind)
    )


def failed(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Those that contradict the documents or their source."""
    return tuple(o for o in outcomes if o.document.verdict in FAILED)


def count_verdicts(findings: Iterable[Finding]) -> dict[str, int]:
    """Findings by Chinese verdict, in the order of the verdicts."""
    counted = Counter(finding.verdict for finding in findings)
    return {verdict.zh: counted[verdict] for verdict in Verdict if counted[verdict]}


def tally(outcomes: Collection[Outcome]) -> dict[str, dict[str, int]]:
    """Rows by verdict: ``checks``, and apart from them ``records``."""
    return {
        "checks": count_verdicts(o.document for o in outcomes if not o.claim.record),
        "records": count_verdicts(o.document for o in outcomes if o.claim.record),
    }


def count_records(outcomes: Collection[Outcome]) -> dict[str, int]:
    """How the records, whose verdict could not come out otherwise, came about."""
    counted = Counter(outcome.claim.record for outcome in outcomes)
    return {RECORDS[key]: counted[key] for key in RECORDS if key and counted[key]}


def count_issues(result: Audit) -> dict[str, int]:
    """Distinct inconsistencies by document."""
    counted = Counter(issue.document for issue in result.inconsistencies())
    return {DOCUMENTS[key]: counted[key] for key in DOCUMENTS if counted[key]}


def inconsistencies(
    result: Audit, *documents: str, page: str = "", weight: str = ""
) -> tuple[Inconsistency, ...]:
    """Distinct inconsistencies, the heaviest first; of some documents, at a place, of a weight.

    Parameters
    ----------
    result : Audit
    *documents : str
        None means all.
    page : str
        The anchor at which a chapter shows the row that is quoted, as in `choose`.
    weight : str
        One of `synergy.claims.inconsistencies.WEIGHTS`.
    """
    shown = {outcome.claim.id for outcome in choose(result, page=page)}
    return tuple(
        issue
        for issue in result.inconsistencies()
        if issue.document in (documents or DOCUMENTS)
        and weight in ("", issue.weight)
        and issue.claims[0] in shown
    )


def count_weights(issues: Iterable[Inconsistency]) -> dict[str, int]:
    """Inconsistencies by what mending them changes."""
    counted = Counter(issue.weight for issue in issues)
    return {WEIGHTS[key]: counted[key] for key in WEIGHTS if counted[key]}


def doubtful(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Those whose verdict hangs on how we read a word or how far a tolerance goes."""
    return tuple(o for o in outcomes if o.document.verdict is Verdict.DOUBTFUL)


def rows_of(outcomes: Iterable[Outcome], nature: str = "") -> pd.DataFrame:
    """Outcomes as a frame: those that a panel can test, where one is named.

    Returns
    -------
    DataFrame
        Indexed by ledger id: `place`, `claim`, `issue`, the row's facts `work` and `role`, and
        `verdict` (Chinese), `detail`, `settle` of the document or of the panel of that nature.
    """
    found = {}
    for outcome in outcomes:
        claim = outcome.claim
        finding = outcome.panels.get(nature) if nature else outcome.document
        if finding is not None:
            fixed = (claim.place, claim.claim, claim.issue or claim.id)
            own = (claim.facts.get("work"), claim.facts.get("role"))
            found[claim.id] = (*fixed, *own, finding.verdict.zh, finding.detail, finding.settle)
    columns = ["place", "claim", "issue", "work", "role", "verdict", "detail", "settle"]
    return pd.DataFrame.from_dict(found, orient="index", columns=columns)


def decided(result: Audit, nature: str) -> pd.DataFrame:
    """Rows that a panel decides or doubts, the reproduced ones first; columns as `rows_of`."""
    rows = rows_of(result.outcomes.values(), nature)
    verdicts = (Verdict.REPRODUCED.zh, Verdict.NOT_REPRODUCED.zh, Verdict.DOUBTFUL.zh)
    return pd.concat([rows[rows["verdict"] == verdict] for verdict in verdicts])


def materials(outcomes: Iterable[Outcome]) -> pd.DataFrame:
    """What would settle rows that are open or contradicted, once per figure.

    Returns
    -------
    DataFrame
        Indexed by material, the most needed first: `rows` that wait for it.
    """
    needed = rows_of(outcomes)["settle"].loc[lambda settle: settle != ""]
    figures = needed.str.findall(r"图 \d").map(
        lambda found: [f"{name} 背后的数值" for name in found]
    )
    either = figures.where(figures.str.len() > 0, needed).explode()
    counted = either.value_counts(sort=False).sort_values(ascending=False, kind="stable")
    return counted.rename_axis("material").to_frame("rows")


@cache
def mutation_study() -> pd.DataFrame:
    """False and missed alarms of the checks, as ``benchmarks/claims_mutation.py`` measured them.

    Returns
    -------
    DataFrame
        Indexed by kind of check (Chinese): `rows` of the ledger; `clean`, true statements of
        simulated documents, and `false`, those alarmed at; `planted` misprints and those `missed`.
        Do not modify: the frame is cached.
    """
    return pd.read_csv(DATA_DIR / "claims_mutation.csv", index_col="check")


def works_cited(outcomes: Iterable[Outcome]) -> pd.DataFrame:
    """Works of a document: in the text, in the list, and their entry's verdict.

    Returns
    -------
    DataFrame
        One row a work: `name`, `mentioned` and `listed` (bool), `entry` (None, the Chinese verdict,
        or what is misprinted in it: a work with a wrong year exists all the same).
    """
    rows = rows_of(outcomes).dropna(subset="role")
    name = rows["claim"].str.removeprefix("题录：").str.removeprefix("文内引用")
    rows = rows.assign(name=name, entered=rows["role"] == "entry")
    entered = rows[rows["entered"]].groupby("work").first()
    mentioned = rows[~rows["entered"]].groupby("work").first()
    misprinted = entered["verdict"].isin([verdict.zh for verdict in FAILED])
    order = rows["work"].drop_duplicates()
    names = entered["name"].reindex(order).fillna(mentioned["name"].reindex(order))
    return pd.DataFrame(
        {
            "name": names,
            "mentioned": order.isin(mentioned.index).to_numpy(),
            "listed": order.isin(entered.index).to_numpy(),
            "entry": entered["verdict"].mask(misprinted, entered["detail"]).reindex(order),
        }
    )
