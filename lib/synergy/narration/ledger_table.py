"""The ledger as HTML: the filterable table of all rows, and short linked tables for the audits.

The templates escape every text.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jinja2 import Environment, StrictUndefined

from synergy.claims.ledger import DOCUMENTS, FAILED, KINDS, RECORDS, Claim, Verdict

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
    "paper/coupling#fig-d-regions": "分地区的图",
    "paper/coupling#fig-d-provinces": "分省的图",
}
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


def choose(
    result: Audit,
    *,
    document: str = "",
    page: str = "",
    kinds: Iterable[str] = (),
    verdicts: Iterable[Verdict] = (),
) -> tuple[Outcome, ...]:
    """Outcomes of a document, shown at a place, of some kinds, with some verdicts; empty = any.

    Parameters
    ----------
    result : Audit
    document : str
    page : str
        The anchor at which a chapter shows the document test, for instance ``audit-cells``.
    kinds, verdicts : iterable
    """
    named, judged = frozenset(kinds), frozenset(verdicts)
    return tuple(
        outcome
        for outcome in result.outcomes.values()
        if (not document or outcome.claim.document == document)
        and (not page or outcome.claim.page.endswith(f"#{page}"))
        and (not named or outcome.claim.kind in named)
        and (not judged or outcome.document.verdict in judged)
    )


def failed(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Those that contradict the documents or their source."""
    return tuple(o for o in outcomes if o.document.verdict in FAILED)


def ledger_table(result: Audit) -> HtmlTable:
    """Build the table of all rows with its filter; without the script every row is shown."""
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
    return _table("ledger", outcomes, SCORECARD, lists=lists)


def short_table(outcomes: Collection[Outcome], here: str = "audit/paper") -> HtmlTable:
    """Build a plain table of some rows: id, claim, printed value, verdict and grounds.

    Parameters
    ----------
    outcomes : collection of Outcome
    here : str
        Page below `chapters` that the links start from.
    """
    return _table("short", tuple(outcomes), here)


def inconsistency_table(result: Audit, here: str = SCORECARD) -> HtmlTable:
    """Build the list of distinct inconsistencies, one line each with its ledger rows."""
    return _table("issues", result.inconsistencies(), here)


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


def _linked(text: str) -> list[tuple[str, str]]:
    """Parts of a text as (words, address): an address shows its host only."""
    parts = [part for part in _ADDRESS.split(text) if part]
    addresses = [part if _ADDRESS.fullmatch(part) else "" for part in parts]
    hosts = [urlsplit(address).netloc.removeprefix("www.") for address in addresses]
    return [(host or part, a) for part, host, a in zip(parts, hosts, addresses, strict=True)]


def _table(name: str, rows: Collection[Any], here: str, **more: Any) -> HtmlTable:
    template = _environment().from_string(_MACROS + _TEMPLATES[name])
    link = partial(href, here=here)
    return HtmlTable(template.render(rows=rows, href=link, here=here, **more), len(rows))


def _environment() -> Environment:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"closed": _closed, "linked": _linked}
    names = {"panels": PANELS, "labels": PLACES, "documents": DOCUMENTS, "records": RECORDS}
    environment.globals |= {**names, "marks": MARKS, "places": places, "scorecard": SCORECARD}
    return environment


_MACROS = """
{%- macro head(names) %}
<thead><tr>{% for name in names %}<th scope="col">{{ name }}</th>{% endfor %}</tr></thead>
{%- endmacro %}
{%- macro badge(verdict) -%}
<span class="verdict verdict-{{ verdict.value }}">{{ marks[verdict] }} {{ verdict.zh }}</span>
{%- endmacro %}
{%- macro row_link(id) -%}
<a href="{{ href(scorecard ~ '#claim-' ~ id) }}">{{ id }}</a>
{%- endmacro %}
{%- macro said(claim) -%}
{{ claim.claim }}
{%- if claim.printed %}<span class="printed">（印出 {{ claim.text }}）</span>{% endif %}
{%- endmacro %}
{%- macro grounds(row) -%}
<p>{{ row.document.detail|closed }}</p>
{%- if row.claim.reason and row.claim.reason not in row.document.detail -%}
<p>{{ row.claim.reason|closed }}</p>
{%- endif -%}
{%- if row.document.settle -%}
<p class="settle">可以定论的材料：{{ row.document.settle|closed }}</p>
{%- endif -%}
{%- endmacro %}
"""
_TEMPLATES = {
    "ledger": """
<div class="ledger-box screen-only">
<form class="ledger-filter" hidden="hidden">
<label>查找 <input type="search" name="words" placeholder="词语或编号，空格分开"></label>
{% for label, name, options in lists %}
<label>{{ label }} <select name="{{ name }}"><option value="">全部</option>
{%- for value, text in options.items() %}<option value="{{ value }}">{{ text }}</option>{% endfor %}
</select></label>
{% endfor %}
<button type="reset">清除</button><output aria-live="polite"></output>
</form>
<table class="ledger">{{ head(["编号", "位置", "主张", "判断", "面板", "算在"]) }}<tbody>
{% for row in rows %}{% set claim = row.claim %}
<tr id="claim-{{ claim.id }}" data-document="{{ claim.document }}" data-kind="{{ claim.kind }}"
 data-record="{{ claim.record or 'check' }}" data-verdict="{{ row.document.verdict.value }}"
 data-panel="{{ row.panels.values()|map(attribute='verdict.value')|join(' ') }}">
<td data-label="编号">{{ row_link(claim.id) }}</td>
<td data-label="位置">{{ documents[claim.document] }} {{ claim.place }}</td>
<td data-label="主张">{{ said(claim) }}<details><summary>依据</summary>{{ grounds(row) }}
{%- for nature, finding in row.panels.items() -%}
<p>{{ panels[nature] }}：{{ finding.detail|closed }}</p>
{%- endfor -%}
{%- if claim.source -%}
<p>来源：{% for words, address in claim.source|linked -%}
{% if address %}<a href="{{ address }}" rel="noreferrer">{{ words }}</a>
{%- else %}{{ words }}{% endif %}
{%- endfor %}</p>
{%- endif -%}
</details></td>
<td data-label="判断">{{ badge(row.document.verdict) }}
{%- if claim.record %}（{{ records[claim.record] }}）{% endif %}</td>
<td data-label="面板">
{%- for nature, finding in row.panels.items() -%}
<span class="panel">{{ panels[nature] }} {{ badge(finding.verdict) }}</span>
{%- endfor -%}
</td>
<td data-label="算在">
{%- for page in places(claim) %}<a href="{{ href(page) }}">{{ labels[page] }}</a> {% endfor -%}
</td>
</tr>
{% endfor %}
</tbody></table>
</div>""",
    "short": """
<table class="dataframe claims">{{ head(["编号", "主张", "判断", "依据"]) }}<tbody>
{% for row in rows %}
<tr><td>{{ row_link(row.claim.id) }}</td><td>{{ said(row.claim) }}</td>
<td>{{ badge(row.document.verdict) }}</td><td>{{ grounds(row) }}</td></tr>
{% endfor %}
</tbody></table>""",
    "issues": """
<table class="dataframe claims issues">{{ head(["", "文献", "不一致之处", "台账行"]) }}<tbody>
{% for issue in rows %}
<tr><td>{{ loop.index }}</td><td>{{ documents[issue.document] }}</td><td>{{ issue.line }}</td>
<td>{% for id in issue.claims %}{{ row_link(id) }} {% endfor %}</td></tr>
{% endfor %}
</tbody></table>""",
}
