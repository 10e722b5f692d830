"""The ledger as HTML: the filterable table of all rows, and short linked tables for the audits.

Elements are built with the standard library's ElementTree, which escapes every text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from synergy.claims.ledger import DOCUMENTS, KINDS
from synergy.claims.verdicts import Finding, Verdict
from synergy.narration.ledger_links import Place, claim_place, document_place, panel_place

if TYPE_CHECKING:
    from synergy.claims.auditing import Audit, Outcome

MARKS: dict[Verdict, str] = {
    Verdict.CONSISTENT: "✓",
    Verdict.CONFIRMED: "✓",
    Verdict.REPRODUCED: "✓",
    Verdict.BY_CONSTRUCTION: "△",
    Verdict.INCONSISTENT: "✗",
    Verdict.CONTRADICTED: "✗",
    Verdict.NOT_REPRODUCED: "✗",
    Verdict.NOT_CHECKABLE: "○",
}
PANELS = {"real-subset": "真实子集", "synthetic": "演示面板（合成）", "own": "您的面板"}
HEADINGS = ("编号", "位置", "主张", "判断", "面板", "算在")
FAILED = frozenset({Verdict.INCONSISTENT, Verdict.CONTRADICTED})
_ADDRESS = re.compile(r"https?://[^\s；，。（）]+")


@dataclass(frozen=True, repr=False)
class HtmlTable:
    """Finished HTML that a notebook shows as it is."""

    html: str
    rows: int

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        """Say the size only: the text alternative of a notebook output."""
        return f"HtmlTable({self.rows} rows)"


def choose(
    result: Audit,
    *,
    document: str = "",
    checks: Iterable[str] = (),
    verdicts: Iterable[Verdict] = (),
) -> tuple[Outcome, ...]:
    """Outcomes of a document, of some checks and with some verdicts; empty means any."""
    named, judged = frozenset(checks), frozenset(verdicts)
    return tuple(
        outcome
        for outcome in result.outcomes.values()
        if (not document or outcome.claim.document == document)
        and (not named or outcome.claim.check in named)
        and (not judged or outcome.document.verdict in judged)
    )


def ledger_table(result: Audit) -> HtmlTable:
    """Build the table of all rows with its filter; without the script every row is shown."""
    box = Element("div", {"class": "ledger-box screen-only"})
    box.append(_filter(result))
    table = SubElement(box, "table", {"class": "ledger"})
    _head(table, HEADINGS)
    body = SubElement(table, "tbody")
    for outcome in result.outcomes.values():
        body.append(_ledger_row(outcome))
    return HtmlTable(tostring(box, encoding="unicode", method="html"), len(result))


def short_table(outcomes: Collection[Outcome], here: str = "audit/paper") -> HtmlTable:
    """Build a plain table of some rows: id, claim, printed value, verdict and grounds.

    Parameters
    ----------
    outcomes : collection of Outcome
    here : str
        Page below `chapters` that the links start from.
    """
    table = Element("table", {"class": "dataframe claims"})
    _head(table, ("编号", "主张", "判断", "依据"))
    body = SubElement(table, "tbody")
    for outcome in outcomes:
        row = SubElement(body, "tr")
        _link(SubElement(row, "td"), claim_place(outcome.claim.id), here)
        _claim_text(SubElement(row, "td"), outcome)
        _badge(SubElement(row, "td"), outcome.document.verdict)
        _grounds(SubElement(row, "td"), outcome)
    return HtmlTable(tostring(table, encoding="unicode", method="html"), len(outcomes))


def inconsistency_table(result: Audit, here: str = "audit/scorecard") -> HtmlTable:
    """Build the list of distinct inconsistencies, one line each with its ledger rows."""
    table = Element("table", {"class": "dataframe claims issues"})
    _head(table, ("", "文献", "不一致之处", "台账行"))
    body = SubElement(table, "tbody")
    issues = result.inconsistencies()
    for number, issue in enumerate(issues, start=1):
        row = SubElement(body, "tr")
        for text in (str(number), DOCUMENTS[issue.document], issue.line):
            SubElement(row, "td").text = text
        cell = SubElement(row, "td")
        for key in issue.claims:
            _link(cell, claim_place(key), here).tail = " "
    return HtmlTable(tostring(table, encoding="unicode", method="html"), len(issues))


def _head(table: Element, headings: Iterable[str]) -> None:
    row = SubElement(SubElement(table, "thead"), "tr")
    for heading in headings:
        SubElement(row, "th", {"scope": "col"}).text = heading


def _ledger_row(outcome: Outcome) -> Element:
    claim, verdict = outcome.claim, outcome.document.verdict
    panels = " ".join(str(finding.verdict) for finding in outcome.panels.values())
    row = Element(
        "tr",
        {
            "id": f"claim-{claim.id}",
            "data-document": claim.document,
            "data-kind": claim.kind,
            "data-verdict": str(verdict),
            "data-panel": panels,
        },
    )
    _link(_cell(row, "编号"), claim_place(claim.id))
    _cell(row, "位置").text = f"{DOCUMENTS[claim.document]} {claim.place}"
    _folded(_claim_text(_cell(row, "主张"), outcome), outcome)
    _badge(_cell(row, "判断"), verdict)
    _panel_badges(_cell(row, "面板"), outcome.panels)
    _places(_cell(row, "算在"), (document_place(claim), panel_place(claim)))
    return row


def _cell(row: Element, label: str) -> Element:
    return SubElement(row, "td", {"data-label": label})


def _claim_text(cell: Element, outcome: Outcome) -> Element:
    claim = outcome.claim
    cell.text = claim.claim
    if claim.printed:
        SubElement(cell, "span", {"class": "printed"}).text = f"（印出 {claim.text}）"
    return cell


def _folded(cell: Element, outcome: Outcome) -> None:
    fold = SubElement(cell, "details")
    SubElement(fold, "summary").text = "依据"
    _grounds(fold, outcome)
    for nature, finding in outcome.panels.items():
        SubElement(fold, "p").text = f"{PANELS[nature]}：{_closed(finding.detail)}"
    if outcome.claim.source:
        _linked(SubElement(fold, "p"), f"来源：{outcome.claim.source}")


def _grounds(cell: Element, outcome: Outcome) -> None:
    finding, reason = outcome.document, outcome.claim.reason
    SubElement(cell, "p").text = _closed(finding.detail)
    if reason and reason not in finding.detail:
        SubElement(cell, "p").text = _closed(reason)
    if finding.settle:
        SubElement(
            cell, "p", {"class": "settle"}
        ).text = f"可以定论的材料：{_closed(finding.settle)}"


def _panel_badges(cell: Element, panels: Mapping[str, Finding]) -> None:
    for nature, finding in panels.items():
        line = SubElement(cell, "span", {"class": "panel"})
        line.text = f"{PANELS[nature]} "
        _badge(line, finding.verdict)


def _places(cell: Element, places: Iterable[Place | None]) -> None:
    for place in places:
        if place is not None:
            _link(cell, place).tail = " "


def _badge(cell: Element, verdict: Verdict) -> None:
    badge = SubElement(cell, "span", {"class": f"verdict verdict-{verdict}"})
    badge.text = f"{MARKS[verdict]} {verdict.zh}"


def _link(cell: Element, place: Place, here: str = "audit/scorecard") -> Element:
    link = SubElement(cell, "a", {"href": place.href(here)})
    link.text = place.label
    return link


def _linked(cell: Element, text: str) -> None:
    """Write a text, its web addresses as links that show the host only."""
    end, last = 0, None
    for match in _ADDRESS.finditer(text):
        _append(cell, last, text[end : match.start()])
        last = SubElement(cell, "a", {"href": match[0], "rel": "noreferrer"})
        last.text, end = urlsplit(match[0]).netloc.removeprefix("www."), match.end()
    _append(cell, last, text[end:])


def _append(cell: Element, last: Element | None, text: str) -> None:
    if last is None:
        cell.text = text
    else:
        last.tail = text


def _closed(text: str) -> str:
    return text if text.endswith(("。", "？", "！")) else f"{text}。"


def _filter(result: Audit) -> Element:
    """Search box and lists; hidden until the script that serves them runs."""
    form = Element("form", {"class": "ledger-filter", "hidden": "hidden"})
    box = {"type": "search", "name": "words", "placeholder": "词语或编号，空格分开"}
    SubElement(_labelled(form, "查找"), "input", box)
    outcomes = result.outcomes.values()
    judged = {outcome.document.verdict for outcome in outcomes}
    tested = {finding.verdict for outcome in outcomes for finding in outcome.panels.values()}
    _list(form, "文献", "document", DOCUMENTS)
    _list(form, "种类", "kind", KINDS)
    _list(form, "判断", "verdict", {str(v): v.zh for v in Verdict if v in judged})
    if tested:
        _list(form, "面板", "panel", {str(v): v.zh for v in Verdict if v in tested})
    SubElement(form, "button", {"type": "reset"}).text = "清除"
    SubElement(form, "output", {"aria-live": "polite"})
    return form


def _list(form: Element, label: str, name: str, options: Mapping[str, str]) -> None:
    field = SubElement(_labelled(form, label), "select", {"name": name})
    SubElement(field, "option", {"value": ""}).text = "全部"
    for value, text in options.items():
        SubElement(field, "option", {"value": value}).text = text


def _labelled(form: Element, text: str) -> Element:
    label = SubElement(form, "label")
    label.text = f"{text} "
    return label
