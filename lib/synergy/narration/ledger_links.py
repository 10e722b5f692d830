"""Where a claim is computed: the page and the figure or section that a ledger row leads to.

Anchors are the `:name:` of a figure or the label before a heading; a test looks each one up.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from synergy.claims.ledger import Claim

SCORECARD = "audit/scorecard"
PAPER, DOCUMENTS = "audit/paper", "audit/documents"


@dataclass(frozen=True)
class Place:
    """A spot in the book.

    Attributes
    ----------
    page : str
        Page below `chapters`, without suffix.
    anchor, label : str
        Id on that page, and what the link is called.
    """

    page: str
    anchor: str
    label: str

    def href(self, here: str = SCORECARD) -> str:
        """Relative link from another page below `chapters`."""
        if self.page == here:
            return f"#{self.anchor}"
        target = posixpath.relpath(f"{self.page}.html", posixpath.dirname(here))
        return f"{target}#{self.anchor}"


STARS = Place(PAPER, "fig-stars", "星号与 t 值")
CELLS = Place(PAPER, "audit-cells", "正文与表 4")
LABELS = Place(PAPER, "fig-degree-bounds", "标签与数值")
GROWTH = Place(PAPER, "fig-growth-ranges", "汇总数的可行性")
QUALITY = Place(PAPER, "audit-quality", "就业质量的汇总数")
STABILITY = Place(PAPER, "fig-eigenvalues", "印出系统的特征值")
CHAINS = Place(PAPER, "audit-chains", "正文的因果说法")
WORDING = Place(PAPER, "audit-wording", "用词与计数")
ARITHMETIC = Place(PAPER, "audit-arithmetic", "重复、次序与增幅")
REFERENCES = Place(PAPER, "audit-paper-references", "论文的参考文献")
FORECASTS = Place(DOCUMENTS, "fig-forecasts", "同一份预测")
SUMMARY = Place(DOCUMENTS, "audit-summary", "摘要与正文")
FACTS = Place(DOCUMENTS, "audit-facts", "外部事实")
LISTS = Place(DOCUMENTS, "audit-lists", "文献列表")
INNER = Place(DOCUMENTS, "audit-inner", "自身的计数与重复")

PAPER_PLACES: dict[str, Place] = {
    "stars_match_t": STARS,
    "table_cell": STARS,
    "prose_quotes_cell": CELLS,
    "prose_level": CELLS,
    "label_fits": LABELS,
    "close_to_next_grade": LABELS,
    "grade_reachable": LABELS,
    "grade_interval": Place(PAPER, "audit-labels", "表 3"),
    "stage_interval": Place(PAPER, "audit-labels", "表 3"),
    "intervals_tile": Place(PAPER, "audit-labels", "表 3"),
    "called_stage": Place(PAPER, "audit-labels", "表 3"),
    "gradient_against_body": QUALITY,
    "stable_system": STABILITY,
    "significant_set": CHAINS,
    "not_significant": CHAINS,
    "largest_in_columns": CHAINS,
    "effect_order": CHAINS,
    "chain_supported": CHAINS,
    "path_shape": WORDING,
    "rendering": WORDING,
    "units_named": WORDING,
    "counts": WORDING,
    "year_span": WORDING,
    "equal_weights": WORDING,
    "growth_word": ARITHMETIC,
    "printed_order": ARITHMETIC,
    "printed_close": ARITHMETIC,
    "repeats": ARITHMETIC,
    "between": ARITHMETIC,
    "external_record": REFERENCES,
    "all_cited": REFERENCES,
    "external_value": REFERENCES,
    "external_statement": REFERENCES,
}
OTHER_PLACES: dict[str, Place] = {
    "external_value": FACTS,
    "external_statement": FACTS,
    "external_difference": FORECASTS,
    "external_reversals": FORECASTS,
    "agrees_in_sign": FORECASTS,
    "keeps_scope": SUMMARY,
    "external_record": LISTS,
    "is_listed": LISTS,
    "is_cited": LISTS,
    "lists_agree": LISTS,
    "repeats": INNER,
    "enumerates": INNER,
    "between": INNER,
    "same_statement": INNER,
    "aaron_condition": INNER,
}
PANEL_COLUMNS = {"AI": ("indices", "ai"), "U2": ("indices", "eq"), "D": ("coupling", "d")}
ESTIMATES = Place("paper/interaction", "fig-coefficients", "面板上的系数")
PANEL_SYSTEM = {
    "cell_on_panel": ESTIMATES,
    "links_on_panel": ESTIMATES,
    "set_on_panel": ESTIMATES,
    "stable_on_panel": Place("paper/interaction", "fig-moduli", "面板上的特征值"),
}
PROVINCIAL = frozenset(
    {
        "top_provinces",
        "among_risers",
        "lowest_in_region",
        "similar_paths",
        "wide_spread",
        "falling_provinces",
        "province_has_label",
        "province_above",
        "always_in_top",
    }
)


def document_place(claim: Claim) -> Place | None:
    """Where the chapters show the document check of a claim; None for what is not checkable."""
    places = PAPER_PLACES if claim.document == "paper" else OTHER_PLACES
    if claim.check == "holds_with_the_rest":
        return GROWTH if claim.arguments["system"] == "AI" else QUALITY
    return places.get(claim.check)


def panel_place(claim: Claim) -> Place | None:
    """Where the chapters draw what the panel check of a claim looks at."""
    if claim.panel_check in PANEL_SYSTEM:
        return PANEL_SYSTEM[claim.panel_check]
    arguments = claim.panel_arguments
    column = "D" if claim.panel_check.endswith("_label") else str(arguments.get("column", ""))
    if column not in PANEL_COLUMNS:
        return None
    page, prefix = PANEL_COLUMNS[column]
    part = "provinces" if claim.panel_check in PROVINCIAL else "regions"
    label = "分省的图" if part == "provinces" else "分地区的图"
    return Place(f"paper/{page}", f"fig-{prefix}-{part}", label)


def claim_place(claim_id: str) -> Place:
    """Row of a claim in the scorecard."""
    return Place(SCORECARD, f"claim-{claim_id}", claim_id)
