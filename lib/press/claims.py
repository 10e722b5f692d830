"""The `{claim}` role: a published number in prose, with a mark that leads to its ledger row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import ReferenceRole

from synergy.claims.ledger import load_ledger
from synergy.narration.ledger_table import MARKS

if TYPE_CHECKING:
    from sphinx.application import Sphinx

LEDGER_PAGE = "chapters/audit/scorecard"


class ClaimRole(ReferenceRole):
    """Print a ledger row's number, or a text of its own: `{claim}`0.4367 <P-D-2022>``."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the text and the mark; an unknown id is an error at its place."""
        ledger = load_ledger()
        if self.target not in ledger:
            message = self.inliner.reporter.error(
                f"unknown claim {self.target!r}", line=self.lineno
            )
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        claim = ledger[self.target]
        text = self.title if self.has_explicit_title else claim.text
        mark = nodes.reference("", MARKS[claim.expected], internal=True, claim=claim.id)
        mark["classes"] += ["claim-mark", f"claim-{claim.expected.value}"]
        mark["reftitle"] = f"{claim.id}：{claim.expected.zh}。点击看核对。"
        return [nodes.inline("", text), nodes.superscript("", "", mark)], []


def link_marks(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Point each mark at its row in the scorecard; without that page the mark is only a mark."""
    known = LEDGER_PAGE in app.env.found_docs
    for mark in doctree.findall(nodes.reference):
        if "claim" in mark:
            page = app.builder.get_relative_uri(docname, LEDGER_PAGE) if known else ""
            mark["refuri"] = f"{page.partition('#')[0]}#claim-{mark['claim']}"


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the role with Sphinx."""
    app.add_role("claim", ClaimRole())
    app.connect("doctree-resolved", link_marks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
