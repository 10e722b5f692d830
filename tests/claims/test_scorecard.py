"""The audit's tables, links, figures and sentences."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from statistics import NormalDist

import pytest
from claims_samples import with_row
from scipy.stats import t as student

from synergy.claims.auditing import Audit, audit
from synergy.claims.bounds import (
    degree_ranges,
    growth_ranges,
    label_bounds,
    labelled_values,
    turning_points,
)
from synergy.claims.counts import (
    choose,
    count_issues,
    count_records,
    count_verdicts,
    decided,
    failed,
    rows_of,
    tally,
    works_cited,
)
from synergy.claims.feasibility import statement_sets
from synergy.claims.ledger import Ledger, Verdict
from synergy.claims.significance import star_cells
from synergy.claims.table4 import eigenvalue_clouds
from synergy.figures.audit import (
    degree_spans,
    document_verdicts,
    eigenvalue_plane,
    forecast_editions,
    growth_spans,
    kind_verdicts,
    panel_verdicts,
    stars_against_t,
    t_quantile,
)
from synergy.scorecard import (
    PLACES,
    href,
    inconsistency_table,
    ledger_table,
    places,
    short_table,
)
from synergy.tables import reading_table
from synergy.words import phrase

ROOT = Path(__file__).parents[2]
VOID = {"input", "br", "img", "meta", "link", "hr"}


class Elements(HTMLParser):
    """Collects start tags, texts and whether every element is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_every_row_has_its_id_and_what_the_filter_reads(audited: Audit) -> None:
    page = Elements(ledger_table(audited).html)
    assert page.open == []
    rows = {a["id"]: a for tag, a in page.tags if tag == "tr" and "id" in a}
    assert list(rows) == [f"claim-{key}" for key in audited.outcomes]
    for key, outcome in audited.outcomes.items():
        row = rows[f"claim-{key}"]
        assert row["data-document"] == outcome.claim.document
        assert row["data-kind"] == outcome.claim.kind
        assert row["data-record"] == (outcome.claim.record or "check")
        assert row["data-verdict"] == str(outcome.document.verdict)
        assert row["data-panel"] == " ".join(str(f.verdict) for f in outcome.panels.values())


def test_filter_offers_what_occurs_and_needs_its_script(audited: Audit) -> None:
    page = Elements(ledger_table(audited).html)
    (form,) = [attributes for tag, attributes in page.tags if tag == "form"]
    assert "hidden" in form
    names = [attributes["name"] for tag, attributes in page.tags if tag == "select"]
    assert names == ["document", "kind", "record", "verdict", "panel"]
    script = (ROOT / "book" / "look" / "ledger.js").read_text(encoding="utf-8")
    assert "form.hidden = false" in script and "://" not in script
    config = (ROOT / "_config.yml").read_text(encoding="utf-8")
    assert re.search(r"html_js_files:.*ledger\.js", config)


@pytest.mark.parametrize("awkward", ['<script>alert("1")</script>', "a & b < c", '"><img src=x>'])
def test_cells_are_escaped(ledger: Ledger, awkward: str) -> None:
    changed = with_row(ledger, "P-43-LQ-EQ", claim=awkward, reason=awkward, source=awkward)
    result = audit(changed)
    odd = choose(result, page="audit-cells")
    tables = (ledger_table(result), short_table(odd), inconsistency_table(result))
    for table in tables:
        page = Elements(table.html)
        assert not {"script", "img"} & {tag for tag, _ in page.tags}
        assert awkward in "".join(page.texts)


def test_addresses_of_sources_are_links(documents: Audit) -> None:
    page = Elements(ledger_table(documents).html)
    links = [str(attributes["href"]) for tag, attributes in page.tags if tag == "a"]
    outside = {link for link in links if link.startswith("http")}
    sources = " ".join(outcome.claim.source for outcome in documents.outcomes.values())
    assert len(outside) > 20 and all(link in sources for link in outside)
    assert not [link for link in outside if re.search(r"[（）；，]", link)]


def test_places_exist_in_the_chapters(ledger: Ledger) -> None:
    used = {place for claim in ledger for place in places(claim)}
    assert used == set(PLACES)
    for place in used:
        page, _, anchor = place.partition("#")
        text = (ROOT / "chapters" / f"{page}.md").read_text(encoding="utf-8")
        marks = (f":name: {anchor}\n", f"({anchor})=\n", f'figure("{anchor}"')
        assert any(mark in text for mark in marks), place


def test_only_what_cannot_be_checked_is_shown_nowhere(ledger: Ledger) -> None:
    assert {claim.check for claim in ledger if not claim.page} == {"undecided"}


def test_links_start_from_their_own_page(ledger: Ledger) -> None:
    place = ledger["P-D-E-LEAD"].panel_page
    assert href(place, "audit/scorecard") == "../paper/coupling.html#fig-d-regions"
    assert href(place, "paper/coupling") == "#fig-d-regions"


def test_inconsistencies_are_listed_with_all_their_rows(documents: Audit) -> None:
    table = inconsistency_table(documents)
    text = "".join(Elements(table.html).texts)
    issues = documents.inconsistencies()
    assert table.rows == len(issues)
    assert all(issue.line in text for issue in issues)
    assert all(key in text for issue in issues for key in issue.claims)


def test_choosing_narrows(documents: Audit) -> None:
    assert {o.document.verdict for o in failed(choose(documents))} == {
        *(Verdict.INCONSISTENT, Verdict.CONTRADICTED)
    }
    essay = choose(documents, document="essay", page="audit-summary")
    assert essay and {o.claim.id[:2] for o in essay} == {"E-"}
    facts = choose(documents, page="audit-paper-references", kind="external fact")
    assert facts and {o.claim.kind for o in facts} == {"external fact"}
    assert len(choose(documents)) == len(documents)


def charts(result: Audit) -> dict[str, dict]:
    ledger = Ledger({key: outcome.claim for key, outcome in result.outcomes.items()})
    bounds = degree_ranges(ledger, (0.0, 0.2, 0.4))
    drawn = {
        "documents": document_verdicts(result),
        "kinds": kind_verdicts(result, "paper"),
        "panel": panel_verdicts(result, "real-subset"),
        "forecasts": forecast_editions(ledger),
        "stars": stars_against_t(ledger),
        "growth": growth_spans(growth_ranges(ledger)),
        "degrees": degree_spans(labelled_values(ledger), bounds),
        "plane": eigenvalue_plane(*eigenvalue_clouds(ledger)),
    }
    return {name: chart.to_dict() for name, chart in drawn.items()}


def test_figures_are_fluid_described_small_and_offline(audited: Audit) -> None:
    for name, spec in charts(audited).items():
        text = json.dumps({k: v for k, v in spec.items() if k != "$schema"}, ensure_ascii=False)
        assert spec["width"] == "container" and "title" not in spec, name
        assert spec["description"].endswith("。"), name
        assert "://" not in text and '"url"' not in text, name
        assert len(text.encode()) < 15_000, (name, len(text.encode()))


def test_shares_follow_the_audit(audited: Audit, ledger: Ledger) -> None:
    before = document_verdicts(audited).to_dict()["description"]
    after = document_verdicts(audit(ledger.with_value("P-51-D22", "0.4376"))).to_dict()
    assert before != after["description"]
    paper = [o for o in choose(audited, document="paper") if not o.claim.record]
    bad = [o for o in paper if o.document.verdict is Verdict.INCONSISTENT]
    assert f"论文 {len(paper)} 条" in before
    assert f"不一致 {len(bad)}" in before


@pytest.mark.parametrize("degrees", [10, 29, 100, 500])
@pytest.mark.parametrize("level", [0.1, 0.05, 0.01])
def test_threshold_expression_is_the_t_quantile(degrees: int, level: float) -> None:
    z = NormalDist().inv_cdf(1 - level / 2)
    value = eval(t_quantile(z, str(degrees)))
    assert value == pytest.approx(student.ppf(1 - level / 2, degrees), abs=2e-3)


def test_star_cells_agree_with_the_audit(documents: Audit, ledger: Ledger) -> None:
    rows = [o for o in choose(documents, page="fig-stars") if not o.claim.record]
    wrong = sum(outcome.document.verdict is Verdict.INCONSISTENT for outcome in rows)
    cells = star_cells(ledger)
    assert len(cells) == len(rows) == 25
    assert int((~cells["agrees"]).sum()) == wrong
    assert cells["t"].is_monotonic_decreasing


def test_fewer_degrees_of_freedom_cost_stars(ledger: Ledger) -> None:
    for degrees, lost in ((10_000, 1), (29, 3)):
        cells = star_cells(ledger, degrees)
        assert (cells["stars"] > cells["most"]).sum() == lost
    assert "人工智能 → 劳动报酬" in set(cells["name"][cells["stars"] > cells["most"]])


def test_readings_say_what_must_go(ledger: Ledger) -> None:
    table = reading_table(statement_sets(ledger, "AI"))
    assert len(table) == 8 and not (table["至少放弃"] == "无").any()
    assert list(table.columns[:3]) == ["全国增幅", "东部增幅", "差距"]
    assert set(table["差距"]) == {"相对", "绝对"}
    free = reading_table(statement_sets(ledger.with_value("P-AI-W22", "0.1600"), "AI"))
    assert not free.equals(table)


def test_growth_ranges_explain_the_conflict(ledger: Ledger) -> None:
    ranges = growth_ranges(ledger).set_index("name")
    increase, ratio = ranges.index[ranges["printed"]]
    gap = ranges.loc["西部、东北与全国的相对差距缩小", "high"]
    rest = ranges.loc["其余各条，东部增幅读作增加量"]
    assert ranges.loc[ratio, "low"] < gap < ranges.loc[increase, "low"]
    assert rest["low"] > ranges.loc[ratio, "high"]
    west = ledger["P-AI-W22"].interval[1] / ledger["P-AI-W10"].interval[0]
    assert gap == pytest.approx(west, abs=1e-4)


def test_degree_bounds_rise_with_looser_words(ledger: Ledger) -> None:
    bounds = degree_ranges(ledger, (0.0, 0.2, 0.4))
    for _, rows in bounds.groupby("id"):
        assert rows["bound"].is_monotonic_increasing
    turn = turning_points(bounds, ledger)
    east, northeast = turn.loc["P-D-E-NEAR"], turn.loc["P-D-NE-START"]
    assert east["needed"] == pytest.approx(0.575)
    assert northeast["needed"] == label_bounds("轻度失调", ledger)[0] == 0.3
    assert (east["closeness"], northeast["closeness"]) == (0.4, 0.4)
    fewer = turning_points(bounds[bounds["closeness"] < 0.4], ledger)
    assert fewer["closeness"].isna().all()


def test_counts_add_up(audited: Audit, ledger: Ledger) -> None:
    outcomes = tuple(audited.outcomes.values())
    counts = tally(outcomes)
    assert sum(counts["checks"].values()) == sum(not claim.record for claim in ledger)
    records = sum(bool(claim.record) for claim in ledger)
    assert sum(counts["records"].values()) == sum(count_records(outcomes).values()) == records
    assert sum(count_issues(audited).values()) == len(audited.inconsistencies())
    for nature in audited.natures:
        assert sum(count_verdicts(audited.on(nature)).values()) == len(rows_of(outcomes, nature))


def test_sentences_say_the_counts(audited: Audit) -> None:
    """Checks and records apart, each with its sum; distinct inconsistencies by document."""
    counts, issues = tally(tuple(audited.outcomes.values())), count_issues(audited)
    said = phrase("{{ overall(counts, issues) }}", counts=counts, issues=issues)
    checks, records = said.split("同一处")[0].split("；另有")
    for text, kind in ((checks, "checks"), (records, "records")):
        numbers = [int(n) for n in re.findall(r"(\d+) 条", text)]
        assert numbers == [sum(counts[kind].values()), *counts[kind].values()]
    assert f"归并以后有 {len(audited.inconsistencies())} 处：论文 {issues['论文']} 处、" in said
    only = phrase(
        "{{ counted(counts) }}", counts={"checks": {"一致": 2, "不一致": 1}, "records": {}}
    )
    assert only == "核对 3 条：一致 2 条，不一致 1 条。"
    panel = phrase("{{ on_panel(counts) }}", counts=count_verdicts(audited.on("real-subset")))
    assert panel.startswith("台账里有 ") and "本面板重现" in panel


def test_what_a_panel_decides_comes_with_the_reproduced_first(audited: Audit) -> None:
    rows, counts = decided(audited, "real-subset"), audited.panel_counts()["real-subset"]
    assert len(rows) == counts["reproduced"] + counts["not-reproduced"]
    assert rows["verdict"].iloc[0] == Verdict.REPRODUCED.zh
    assert rows["verdict"].iloc[-1] == Verdict.NOT_REPRODUCED.zh


def test_works_have_one_row_each(documents: Audit) -> None:
    works = works_cited(choose(documents, document="notes"))
    assert len(works) == works["name"].nunique() == 13
    assert works["mentioned"].sum() == works["listed"].sum() == 7
    assert works["entry"].notna().sum() == 7
    assert not works["name"].str.contains("题录：|文内引用").any()
