"""Numbers that a document prints, marked on the pages, as a Sphinx extension.

The role `{claim}` makes the number itself the target: a link to its row in the scorecard. What a
card of it would show goes along with the page as JSON (`#claim-cards`), so that a script can open
it without a network. Below the title stands how long the chapter is, and the switch that shows
all marks: at first only those of what does not hold are seen.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from docutils import nodes
from sphinx.util.docutils import ReferenceRole

from press.captions import ENGLISH_BOX
from press.figures import data_element
from press.numbered import numbered_table
from press.places import elsewhere, here

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from synergy.claims.ledger import Verdict
    from synergy.claims.outcomes import Outcome

LEDGER_PAGE = "chapters/audit/scorecard"

#: Characters of Chinese that a reader takes in within a minute.
PACE = 400


def look_of(verdict: Verdict) -> str:
    """The class that gives a verdict its colour."""
    from synergy.claims.ledger import FAILED, PASSED, Verdict

    if verdict in FAILED:
        return "is-no"
    if verdict in PASSED:
        return "is-yes"
    return "is-weak" if verdict is Verdict.DOUBTFUL else "is-open"


class ClaimRole(ReferenceRole):
    """Print a ledger row's number, or a text of its own: `{claim}`0.4367 <P-D-2022>``."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number as a link, its sign behind it; an unknown id is an error."""
        known = _rows(Path(self.env.doctreedir))
        if self.target not in known:
            message = self.inliner.reporter.error(
                f"unknown claim {self.target!r}", line=self.lineno
            )
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        row = known[self.target]
        text = self.title if self.has_explicit_title else row.text
        sign = nodes.inline("", row.sign, classes=["claim-sign"])
        mark = nodes.reference("", text, sign, internal=True, claim=self.target)
        mark["classes"] += ["claim", row.look]
        mark["reftitle"] = row.title
        return [mark], []


def link_marks(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Point each number at its row in the scorecard; without that page it is only a number."""
    known = LEDGER_PAGE in app.env.found_docs
    for mark in doctree.findall(nodes.reference):
        if "claim" in mark:
            page = app.builder.get_relative_uri(docname, LEDGER_PAGE) if known else ""
            mark["refuri"] = f"{page.partition('#')[0]}#claim-{mark['claim']}"


def add_cards(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Send what the cards of a page's numbers show along with it."""
    if doctree is None or pagename == LEDGER_PAGE:
        return
    links = [link for link in doctree.findall(nodes.reference) if "claim" in link]
    keys = dict.fromkeys(str(link["claim"]) for link in links)
    if keys:
        rows = _rows(Path(app.doctreedir))
        cards = {key: rows[key].card for key in keys}
        context["body"] = context.get("body", "") + data_element("claim-cards", cards)


class Row(NamedTuple):
    """What pages show of a row of the ledger: on the number, beside it, and on its card."""

    text: str
    sign: str
    look: str
    title: str
    card: dict[str, str]


@cache
def _rows(kept: Path) -> dict[str, Row]:
    """All rows, noted in a folder: the audit takes longer than a page, and no text changes it."""
    note = kept / "claims.json"
    if not note.is_file():
        note.write_text(json.dumps(_audited(), ensure_ascii=False), encoding="utf-8")
    return {key: Row(*told) for key, told in json.loads(note.read_text(encoding="utf-8")).items()}


def _audited() -> dict[str, Row]:
    """The verdicts of the documents, which no edition changes."""
    from synergy.claims.auditing import audit
    from synergy.claims.ledger import load_ledger

    return {key: _row(outcome) for key, outcome in audit(load_ledger()).outcomes.items()}


def _row(outcome: Outcome) -> Row:
    claim, verdict = outcome.claim, outcome.claim.expected
    title = f"{claim.id}：{verdict.zh}"
    return Row(claim.text, claim.sign(verdict), look_of(verdict), title, card(outcome))


def card(outcome: Outcome) -> dict[str, str]:
    """What a reader sees of a row: the printed words, the verdict, why, what would settle it."""
    from synergy.claims.ledger import DOCUMENTS

    claim, found = outcome.claim, outcome.document
    told = {
        "place": f"{DOCUMENTS[claim.document]} {claim.place}",
        "quote": claim.quote,
        "claim": claim.claim if not claim.quote else "",
        "look": look_of(found.verdict),
        "verdict": f"{claim.sign(found.verdict)} {found.verdict.zh}",
        "why": found.detail,
        "settle": found.settle,
    }
    return {key: text for key, text in told.items() if text}


# --- below the title --------------------------------------------------------------------------


def add_opening(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Say below a chapter's title how long it is, and what is in it."""
    if doctree is None or not pagename.startswith("chapters/") or pagename == app.config.root_doc:
        return
    head, end, rest = context["body"].partition("</h1>")
    if end:
        context["body"] = f"{head}{end}{opening(doctree)}{rest}"


def opening(doctree: nodes.document) -> str:
    """The line as HTML."""
    pieces = [f"约 {max(1, round(_length(doctree) / PACE))} 分钟"]
    for kind, word in ((nodes.figure, "图"), (numbered_table, "表")):
        named = [f for f in doctree.findall(kind) if type(f) is kind and f["ids"]]
        if named:
            pieces.append(f'<a href="#{named[0]["ids"][0]}">{len(named)} {word}</a>')
    if any("claim" in link for link in doctree.findall(nodes.reference)):
        pieces.append('<button type="button" class="all-marks" hidden>标出全部核对</button>')
    spans = "".join(f"<span>{piece}</span>" for piece in pieces)
    return f'<p class="opening screen-only">{spans}</p>'


def _length(node: nodes.Element) -> int:
    """Characters of running text, apart from what differs by place and English captions."""
    if isinstance(node, here | elsewhere) or ENGLISH_BOX in node["classes"]:
        return 0
    if isinstance(node, nodes.paragraph):
        return len(node.astext())
    return sum(_length(child) for child in node.children if isinstance(child, nodes.Element))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_role("claim", ClaimRole())
    app.connect("doctree-resolved", link_marks)
    app.connect("html-page-context", add_cards)
    app.connect("html-page-context", add_opening, priority=300)  # before anything stands above it
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
