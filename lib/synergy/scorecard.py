"""The ledger as HTML: the filterable table of all rows.

The template ``sentences/ledger.html`` escapes every text.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from synergy.claims.ledger import DOCUMENTS, KINDS, PANELS, RECORDS, Claim, Verdict
from synergy.words import bare_environment

if TYPE_CHECKING:
    from synergy.claims.auditing import Audit

SCORECARD = "audit/scorecard"
#: What a link to an anchor is called. A test looks each anchor up in its chapter.
PLACES = {
    "audit/paper#fig-stars": "星号与 t 值",
    "audit/paper#audit-cells": "正文与表 4",
    "audit/paper#fig-degree-bounds": "标签与数值",
    "audit/paper#audit-labels": "表 3",
    "audit/paper#fig-growth-ranges": "汇总数的可行性",
    "audit/paper#audit-quality": "就业质量的汇总数",
    "audit/paper#fig-eigenvalues": "印出系统的特征值",
    "audit/paper#audit-chains": "正文的因果说法",
    "audit/paper#audit-wording": "用词与计数",
    "audit/paper#audit-arithmetic": "重复、次序与增幅",
    "audit/paper#audit-paper-references": "论文的参考文献",
    "audit/documents#fig-forecasts": "同一份预测",
    "audit/documents#audit-summary": "摘要与正文",
    "audit/documents#audit-facts": "外部事实",
    "audit/documents#audit-lists": "文献列表",
    "audit/documents#audit-entries": "文后条目与题录",
    "audit/documents#audit-inner": "自身的计数与重复",
    "paper/interaction#fig-coefficients": "面板上的系数",
    "paper/interaction#fig-moduli": "面板上的特征值",
    "paper/indices#fig-ai-regions": "分地区的图",
    "paper/indices#fig-ai-provinces": "分省的图",
    "paper/indices#fig-eq-regions": "分地区的图",
    "paper/indices#fig-eq-provinces": "分省的图",
    "paper/indices#price-base": "公布价与换算价",
    "paper/coupling#fig-d-regions": "分地区的图",
    "paper/coupling#fig-d-provinces": "分省的图",
}
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ADDRESS = re.compile(r"(https?://[^\s；，。（）]+)")


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


def ledger_table(result: Audit) -> HtmlTable:
    """Build the table of all rows, folded, with its filter; without the script no row is hidden."""
    outcomes = tuple(result.outcomes.values())
    judged = {outcome.document.verdict for outcome in outcomes}
    tested = {finding.verdict for outcome in outcomes for finding in outcome.panels.values()}
    lists = [
        ("文献", "document", DOCUMENTS),
        ("种类", "kind", KINDS),
        ("性质", "record", {"check": "核对", **{key: RECORDS[key] for key in RECORDS if key}}),
        ("判断", "verdict", {str(v): v.zh for v in Verdict if v in judged}),
    ]
    if tested:
        lists.append(("面板", "panel", {str(v): v.zh for v in Verdict if v in tested}))
    html = str(_template().ledger(outcomes, SCORECARD, lists)).strip()
    return HtmlTable(html, len(outcomes))


def href(page: str, here: str) -> str:
    """Relative link from one page below `chapters` to another; `page` with `#` and an anchor."""
    target, _, anchor = page.partition("#")
    if target == here:
        return f"#{anchor}"
    return f"{posixpath.relpath(f'{target}.html', posixpath.dirname(here))}#{anchor}"


def places(claim: Claim) -> list[str]:
    """Where chapters show the tests of a claim: the document's, then the panel's."""
    return [page for page in (claim.page, claim.panel_page) if page]


def _closed(text: str) -> str:
    return text if text.endswith(("。", "？", "！")) else f"{text}。"


def _adds(reason: str, detail: str) -> bool:
    """Whether a reason says more than a detail; one that compares the same numbers does not."""
    numbers, known = (set(_NUMBER.findall(text)) for text in (reason, detail))
    return bool(reason) and reason not in detail and not (len(numbers) > 1 and numbers <= known)


def _linked(text: str) -> list[tuple[str, str]]:
    """Parts of a text as (words, address): an address shows its host only."""
    parts = [part for part in _ADDRESS.split(text) if part]
    addresses = [part if _ADDRESS.fullmatch(part) else "" for part in parts]
    hosts = [urlsplit(address).netloc.removeprefix("www.") for address in addresses]
    return [(host or part, a) for part, host, a in zip(parts, hosts, addresses, strict=True)]


@cache
def _template() -> Any:
    environment = bare_environment(autoescape=True)
    environment.filters |= {"closed": _closed, "linked": _linked, "adds": _adds}
    names = {"panels": PANELS, "labels": PLACES, "documents": DOCUMENTS, "records": RECORDS}
    environment.globals |= {**names, "places": places, "href": href, "scorecard": SCORECARD}
    return environment.get_template("ledger.html").module
