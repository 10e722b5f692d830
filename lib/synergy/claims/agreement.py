"""Agreement between the three documents, with their reference lists and with public sources.

A public fact is only called confirmed or contradicted where the ledger's `source` names the page
on which it was looked up; without one the verdict is "not checkable here".
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable
from typing import Any

from synergy.claims.ledger import Claim, Ledger
from synergy.claims.verdicts import (
    Finding,
    confirmed_if,
    consistent_if,
    document_check,
    not_checkable_here,
)

SLACK = 1e-9
NO_SOURCE = "未查到可靠来源"

RELATIONS: dict[str, tuple[str, Callable[[float, float], bool]]] = {
    "at least": ("不低于", operator.ge),
    "at most": ("不高于", operator.le),
}


@document_check
def not_checkable(claim: Claim, ledger: Ledger) -> Finding:
    """Nothing at hand decides the claim; argument `needs` says what would."""
    return not_checkable_here("手头材料不足以判断", str(claim.arguments["needs"]))


@document_check
def external_value(claim: Claim, ledger: Ledger) -> Finding:
    """A printed number against the number in the public source.

    Arguments: `fact` (a number, or [low, high] for a range in the source) and optionally
    `relation`: "at least" or "at most" when the claim is a bound.
    """
    if not claim.source:
        return not_checkable_here(NO_SOURCE, "原始出处")
    fact, relation = claim.arguments["fact"], claim.arguments.get("relation")
    low, high = fact if isinstance(fact, list) else (fact, fact)
    if relation:
        word, holds = RELATIONS[str(relation)]
        detail = f"印出{word} {claim.text}，来源为 {_span(low, high)}"
        return confirmed_if(holds(float(low), claim.value), detail)
    width = (0.0 if claim.half_width != claim.half_width else claim.half_width) + SLACK
    detail = f"印出 {claim.text}，来源为 {_span(low, high)} {claim.unit}"
    return confirmed_if(low - width <= claim.value <= high + width, detail, "原始出处的原文")


@document_check
def external_record(claim: Claim, ledger: Ledger) -> Finding:
    """A reference as printed against the bibliographic record; the value is the printed year.

    Argument `fields` maps a field to [printed, recorded]; `year` is the recorded year.
    """
    if not claim.source:
        return not_checkable_here(NO_SOURCE, "期刊或出版者网页上的题录")
    wrong = [
        f"{name} 印作 {printed}，题录为 {recorded}"
        for name, (printed, recorded) in dict(claim.arguments.get("fields", {})).items()
        if printed != recorded
    ]
    year = int(claim.arguments["year"])
    if int(claim.value) != year:
        wrong.append(f"年份印作 {claim.printed}，题录为 {year}")
    detail = "；".join(wrong) or f"题录相符（{year} 年）"
    return confirmed_if(not wrong, detail, "出版者网页上的题录")


@document_check
def external_statement(claim: Claim, ledger: Ledger) -> Finding:
    """A statement in words against what the source says (`says`, and whether it `agrees`)."""
    if not claim.source:
        return not_checkable_here(NO_SOURCE, "原始出处")
    detail = f"来源：{claim.arguments['says']}"
    return confirmed_if(bool(claim.arguments["agrees"]), detail, "原始出处的原文")


@document_check
def external_difference(claim: Claim, ledger: Ledger) -> Finding:
    """A printed gap against the range of the source's figures (`facts`)."""
    facts = [float(fact) for fact in claim.arguments["facts"]]
    spread = max(facts) - min(facts)
    shown = "、".join(f"{fact:+g}" for fact in facts)
    detail = f"来源各期为 {shown} {claim.unit}，极差 {spread:g}；印作 {claim.text}"
    return confirmed_if(abs(spread - claim.value) <= claim.half_width + SLACK, detail)


@document_check
def external_reversals(claim: Claim, ledger: Ledger) -> Finding:
    """A number of successive judgements of opposite sign against the source's figures."""
    facts = [float(fact) for fact in claim.arguments["facts"]]
    flips = all(a * b < 0 for a, b in itertools.pairwise(facts))
    shown = "、".join(f"{fact:+g}" for fact in facts)
    word = "逐期相反" if flips else "并非逐期相反"
    detail = f"来源各期净变化 {shown} {claim.arguments['unit']}，符号{word}"
    return confirmed_if(flips and len(facts) == int(claim.value), detail)


@document_check
def agrees_in_sign(claim: Claim, ledger: Ledger) -> Finding:
    """The sign one document gives a forecast against what another says of the same report.

    Arguments: `other` (id of the other document's row, with `facts`) and `position` in its list.
    """
    other = ledger[claim.arguments["other"]]
    fact = float(other.arguments["facts"][int(claim.arguments["position"])])
    detail = f"此处为 {claim.value:+g}；{other.place}所说的同一份报告为 {fact:+g}"
    return consistent_if(claim.value * fact > 0, detail, "该报告原文")


@document_check
def keeps_scope(claim: Claim, ledger: Ledger) -> Finding:
    """A summary against the body it summarises: no condition of the body may be dropped.

    Arguments: `body` (id of the body's row); both rows carry `scope`, a list of conditions.
    """
    body = ledger[claim.arguments["body"]]
    kept = set(claim.arguments.get("scope", []))
    dropped = [item for item in body.arguments["scope"] if item not in kept]
    detail = f"正文带有条件：{'、'.join(body.arguments['scope'])}"
    if dropped:
        detail += f"；此处略去：{'、'.join(dropped)}"
    return consistent_if(not dropped, detail)


@document_check
def is_listed(claim: Claim, ledger: Ledger) -> Finding:
    """A work cited in the text is in the reference list of the same document."""
    listed = _works(ledger, claim.document, "entry")
    work = str(claim.arguments["work"])
    detail = f"文内引用；文后列表{'有' if work in listed else '没有'}对应条目"
    return consistent_if(work in listed, detail, "补上该条目")


@document_check
def is_cited(claim: Claim, ledger: Ledger) -> Finding:
    """An entry of the reference list is cited in the text of the same document."""
    cited = _works(ledger, claim.document, "mention")
    work = str(claim.arguments["work"])
    detail = f"文后列出；文内{'有' if work in cited else '没有'}引用"
    return consistent_if(work in cited, detail, "在所据之处标明引用")


@document_check
def all_cited(claim: Claim, ledger: Ledger) -> Finding:
    """Every number of a reference list appears in the text, and no other does."""
    cited = {int(number) for number in claim.arguments["cited"]}
    entries = sum(c.check == "external_record" and c.id.startswith("P-REF-") for c in ledger)
    missing = set(range(1, entries + 1)) ^ cited
    detail = f"列表 {entries} 条，文内引用 {len(cited)} 条"
    return consistent_if(not missing and int(claim.value) == entries, detail)


@document_check
def lists_agree(claim: Claim, ledger: Ledger) -> Finding:
    """A reference list printed twice has the same works both times."""
    again = list(claim.arguments["works"])
    first = _works(ledger, claim.document, "entry")
    detail = f"两次分别列出 {len(first)} 与 {len(again)} 条"
    return consistent_if(set(again) == first and len(again) == int(claim.value), detail)


@document_check
def rendering(claim: Claim, ledger: Ledger) -> Finding:
    """A printed word against the words that render the intended term."""
    printed, accepted = str(claim.arguments["printed"]), list(claim.arguments["accepted"])
    detail = f"印作“{printed}”，应为“{'”或“'.join(accepted)}”"
    return consistent_if(printed in accepted, detail)


@document_check
def same_statement(claim: Claim, ledger: Ledger) -> Finding:
    """Two documents state the same thing (`states`, compared with the row `other`)."""
    other = ledger[claim.arguments["other"]]
    here, there = claim.arguments["states"], other.arguments["states"]
    return consistent_if(here == there, f"此处：{here}；{other.place}：{there}")


def _works(ledger: Ledger, document: str, role: str) -> set[str]:
    return {
        str(claim.arguments["work"])
        for claim in ledger
        if claim.document == document and claim.arguments.get("role") == role
    }


def _span(low: Any, high: Any) -> str:
    return f"{low:g}" if low == high else f"{low:g} 至 {high:g}"
