"""The ledger is complete, well-formed and refuses what it must not hold."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest
from claims_samples import verdict

from synergy.claims.auditing import ON_THE_SYSTEM
from synergy.claims.calibration import calibration_targets
from synergy.claims.ledger import (
    COLUMNS,
    DOCUMENTS,
    EXPRESSIONS,
    FAILED,
    KINDS,
    LEDGER_PATH,
    NOTED,
    PASSED,
    RECORDS,
    TOPICS,
    Ledger,
    LedgerError,
    Verdict,
    expected_counts,
    load_ledger,
)
from synergy.claims.vocabulary import BOUND, document_vocabulary
from synergy.expressions import names_in

#: Columns that speak of the documents.
DOCUMENT = tuple(column for column in EXPRESSIONS if not column.startswith("panel"))
#: How the check of a record begins, by how the record came about.
BEGINNINGS = {
    "transcript": ("table_cell(", "[tier(grade)", "bounds(level)"),
    "printed": ("noted",),
    "count": ("value == entries(", "value == len(sample())", "value == v('P-S3-LAST')"),
    "repeat": ("value == v(", "noted"),
    "absent": ("undecided",),
    "open": ("undecided", "necessary(", "sourced(external_record())"),
}
PREFIX = {"paper": "P-", "essay": "E-", "notes": "N-"}


def test_size(ledger: Ledger) -> None:
    assert len(ledger) > 300
    assert {claim.document for claim in ledger} == set(DOCUMENTS)
    assert {claim.kind for claim in ledger} == set(KINDS)


def test_every_name_is_a_word(ledger: Ledger) -> None:
    for claim in ledger:
        known = set(document_vocabulary(claim, ledger).names)
        for column in DOCUMENT:
            used = names_in(claim.parsed(column)) if getattr(claim, column) else ()
            assert set(used) <= known, (claim.id, column)


def test_no_function_is_unused(ledger: Ledger) -> None:
    cells = [(c, column) for c in ledger for column in EXPRESSIONS if getattr(c, column)]
    used = {name for claim, column in cells for name in names_in(claim.parsed(column))}
    assert set(BOUND) | set(ON_THE_SYSTEM) <= used


def test_facts_are_named_by_an_expression_or_read_by_a_function(ledger: Ledger) -> None:
    read = {"year", "fields", "role", "work", "system", "linear", "base", "word"}  # by functions
    read |= {
        "conditions",
        "kept",
        "denied",
        "hit",
        "nets",
        "of",
        "grade",
        "stage",
        "lower",
        "label",
    }
    for claim in ledger:
        cells = [column for column in DOCUMENT if getattr(claim, column)]
        used = {name for column in cells for name in names_in(claim.parsed(column))}
        assert set(claim.facts) <= used | read, claim.id


def test_records_are_those_that_could_not_come_out_otherwise(ledger: Ledger) -> None:
    assert {claim.record for claim in ledger} == set(RECORDS) == {"", "reading", *BEGINNINGS}
    for claim in ledger:
        if claim.record in BEGINNINGS:
            assert claim.check.startswith(BEGINNINGS[claim.record]), claim.id
        unsourced = claim.check.startswith("sourced(") and not claim.source
        undecided = claim.check.startswith(("undecided", "necessary(")) or unsourced
        assert undecided == (claim.record in ("open", "absent")), claim.id
        assert ("absent" in claim.facts) >= (claim.record == "absent"), claim.id
        noted = claim.expected is Verdict.RECORDED
        assert noted == (claim.record in NOTED), claim.id


def test_a_doubt_between_facts_that_we_typed_is_a_record(ledger: Ledger) -> None:
    """Two readings of numbers of ours alone cannot come out otherwise."""
    plain = {"value", "number", "sourced", "set"}
    for claim in (claim for claim in ledger if claim.other):
        named = {name for column in ("check", "other") for name in names_in(claim.parsed(column))}
        if named <= plain | set(claim.facts):
            assert claim.record == "reading", claim.id


def test_a_record_that_passes_has_a_neutral_mark(ledger: Ledger) -> None:
    marks = {claim.id: claim.sign(claim.expected) for claim in ledger}
    assert marks["P-AI-C22"] == marks["P-51-SIX"] == marks["P-LIT-AI"] == "·"
    assert (marks["P-43-EQ-AI"], marks["P-43-LQ-EQ"]) == ("✓", "✗")
    assert (marks["E-SUM-GARTNER"], marks["P-AI-SIMILAR"], marks["P-REF-02"]) == ("✗", "？", "○")


def test_a_range_can_fail(ledger: Ledger) -> None:
    """A check that looks at the printed number alone is one that a misprint trips."""
    own = {"value", "number", "printed", "min", "max", "abs"}
    alone = [
        c for c in ledger if not c.record and c.printed and set(names_in(c.parsed("check"))) <= own
    ]
    assert [claim.id for claim in alone] == ["P-S3-ALPHA"]
    for claim in alone:
        tenfold = [f"{claim.value * 10:g}", f"{claim.value / 10:g}", f"{claim.value / 100:g}"]
        found = {verdict(ledger.with_value(claim.id, text), claim.id) for text in tenfold}
        assert found - {claim.expected}, claim.id


def test_contrasts_list_panel_tests(ledger: Ledger) -> None:
    listed = [claim for claim in ledger if claim.contrast]
    assert {claim.contrast for claim in listed} == set(TOPICS)
    assert all(claim.panel for claim in listed)
    for claim in listed:
        assert f"{claim.contrast}." in claim.panel, claim.id


def test_ids_tell_the_document(ledger: Ledger) -> None:
    assert [c.id for c in ledger if not c.id.startswith(PREFIX[c.document])] == []


def test_doubtful_verdicts_have_a_reason(ledger: Ledger) -> None:
    plain = PASSED | {Verdict.RECORDED}
    assert [c.id for c in ledger if c.expected not in plain and not c.reason] == []


def test_bad_verdicts_belong_to_an_issue(ledger: Ledger) -> None:
    assert [c.id for c in ledger if (c.expected in FAILED) != bool(c.issue)] == []


def test_external_verdicts_name_a_source(ledger: Ledger) -> None:
    external = {Verdict.CONFIRMED, Verdict.CONTRADICTED}
    assert [c.id for c in ledger if c.expected in external and "http" not in c.source] == []


def test_every_source_has_its_day_and_a_line_of_its_words(ledger: Ledger) -> None:
    sourced = [claim for claim in ledger if claim.source]
    assert len(sourced) > 50
    assert [claim.id for claim in sourced if not (claim.looked_up and claim.source_quote)] == []
    assert [claim.id for claim in sourced if len(claim.source_quote) > 160] == []


def test_panel_expectations_go_with_panel_tests(ledger: Ledger) -> None:
    assert [c.id for c in ledger if bool(c.panel) != (c.expected_real is not None)] == []
    assert [c.id for c in ledger if bool(c.panel) != bool(c.panel_page)] == []


def test_table_four_is_complete(ledger: Ledger) -> None:
    cells = [c for c in ledger if c.id.startswith("P-T4-")]
    assert len(cells) == 75
    widths = {c.id: c.half_width for c in cells if c.quantity == "coefficient"}
    decimals = {c.id: len(c.printed.partition(".")[2]) for c in cells}
    assert all(math.isclose(w, 0.5 * 10.0 ** -decimals[k]) for k, w in widths.items())


def test_calibrated_rows_name_real_targets(ledger: Ledger) -> None:
    targets = set(calibration_targets().index)
    named = {target for claim in ledger for target in claim.calibrated}
    assert named <= targets
    assert all(claim.panel for claim in ledger if claim.calibrated)


def test_text_joins_number_and_unit(ledger: Ledger) -> None:
    assert ledger["P-51-E365"].text == "36.5%"
    assert ledger["P-AI-GROWTH"].text == "3.5 倍"


def test_a_section_holds_its_claims_and_their_verdicts_add_up(ledger: Ledger) -> None:
    first = ledger.section("notes", "一")
    assert first and {claim.document for claim in first} == {"notes"}
    assert {claim.place[0] for claim in first} == {"一"}
    counts = expected_counts(first)
    assert sum(counts.values()) == len(first)
    assert list(counts.values()) == sorted(counts.values(), reverse=True)
    assert ledger.section("notes", "没有这一节") == [] and expected_counts([]) == {}


def test_with_value_changes_one_row_only(ledger: Ledger) -> None:
    other = ledger.with_value("P-D-2022", "0.5")
    assert other["P-D-2022"].value == 0.5
    assert ledger["P-D-2022"].value == 0.4367
    assert other["P-D-2010"] is ledger["P-D-2010"]


def test_unknown_id_is_refused(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="没有编号 'P-XX'"):
        ledger["P-XX"]


def test_number_is_required_where_used(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="没有印出数值"):
        _ = ledger["P-AI-TREND"].value


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("document", "thesis", "document 为 'thesis'，可用"),
        ("kind", "rumour", "kind 为 'rumour'，可用"),
        ("claim", " ", "claim 是空的"),
        ("check", "", "check 是空的"),
        ("value", "about 3", "应是有限数或留空"),
        ("value", "inf", "应是有限数或留空"),
        ("facts", "{", "不是合法 JSON"),
        ("facts", "[1]", "应是 JSON 对象"),
        ("record", "guess", "record 为 'guess'，可用"),
        ("contrast", "GDP", "contrast 为 'GDP'，可用"),
        ("needs", "complete", "有 panel 的行必须写明"),
        ("needs", "luck", "needs 为 'luck'，可用"),
        ("panel", "D.全国[2022] > 0", "有 panel 的行必须写明"),
        ("check", "__import__('os')", "P-META-DOI 的 check：表达式.*不允许；只能用词汇表里的名称"),
        ("check", "v('P-D-2022'", "P-META-DOI 的 check：表达式.*括号不配对"),
        ("shows", "{value!r}", "P-META-DOI 的 shows：模板.*不允许"),
        ("panel", "D.__class__", "P-META-DOI 的 panel：.*不允许|必须写明"),
        ("line", "x", "line 为 'x'，应如 237"),
        ("quote", "", "写了 line .*quote 却是空的"),
        ("looked_up", "yesterday", "looked_up 为 'yesterday'，应如 2026-11-22"),
        ("source", "", "写了 looked_up .*source 却是空的"),
        ("other", "v('P-D-2022'", "P-META-DOI 的 other：表达式.*括号不配对"),
        ("expected", "true", "expected 为 'true'，可用"),
        ("expected", "reproduced", "可用"),
        ("expected_real", "consistent", "expected_real 为 'consistent'，可用"),
    ],
)
def test_bad_cells_are_refused(tmp_path: Path, column: str, value: str, message: str) -> None:
    path = tmp_path / "claims.csv"
    _write(path, [{**_first_row(), column: value}])
    with pytest.raises(LedgerError, match=message):
        load_ledger(path)


def test_repeated_id_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    _write(path, [_first_row(), _first_row()])
    with pytest.raises(LedgerError, match="不止一次"):
        load_ledger(path)


def test_wrong_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text("id,claim\nP-1,x\n", encoding="utf-8")
    with pytest.raises(LedgerError, match="列应为"):
        load_ledger(path)


def _first_row() -> dict[str, str]:
    with LEDGER_PATH.open(encoding="utf-8", newline="") as stream:
        return next(csv.DictReader(stream))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
