"""The claims ledger: every quantitative or testable claim of the three documents, one row each.

A row records what is printed and where, how far rounding reaches, how the claim is tested and
which verdict is expected, so that a verdict cannot change unnoticed. Tests are expressions over
the words of :mod:`synergy.claims.vocabulary`; they are parsed here and evaluated by the audit.
"""

from __future__ import annotations

import ast
import csv
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from synergy.dictionary import DATA_DIR
from synergy.expressions import ExpressionError, parse_expression, parse_template
from synergy.panel import CALLED

LEDGER_PATH = DATA_DIR / "claims.csv"

DOCUMENTS = {"paper": "论文", "essay": "评论文章", "notes": "研究笔记"}
KINDS = {
    "statistic": "统计量",
    "threshold": "阈值与标签",
    "ordering": "排序",
    "trend": "趋势",
    "significance": "显著性",
    "external fact": "外部事实",
    "citation": "引用",
    "method": "方法与报告",
}
#: By the nature of a panel.
PANELS: dict[str, str] = {str(nature): name for nature, name in CALLED.items()}
#: Rows that test nothing, and how they came about: what they note could not come out otherwise.
RECORDS = {
    "": "核对",
    "transcript": "转录",
    "printed": "只抄下印出的值",
    "count": "自行清点",
    "repeat": "前后重复",
    "reading": "人读后录入",
    "absent": "原文未写",
    "open": "待查",
}
#: Records of what is printed: they say nothing for or against it.
NOTED = frozenset({"transcript", "printed", "count", "repeat"})
NEUTRAL = "·"
#: What a panel must have before it is evidence for a claim; see `synergy.claims.auditing.lacking`.
NEEDS = ("complete", "enough", "strong")
TOPICS = ("AI", "EQ", "D")


class LedgerError(ValueError):
    """The ledger holds something it must not; the message is Chinese and names row and value."""


class Verdict(StrEnum):
    """What an audit says about a claim; the value is stable and used in files and JSON."""

    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"
    DOUBTFUL = "doubtful"
    RECORDED = "recorded"
    CONFIRMED = "external-confirmed"
    CONTRADICTED = "external-contradicted"
    REPRODUCED = "reproduced"
    NOT_REPRODUCED = "not-reproduced"
    BY_CONSTRUCTION = "by-construction"
    NOT_CHECKABLE = "not-checkable"

    @property
    def zh(self) -> str:
        """Chinese label for readers."""
        return _WORDS[self][0]

    @property
    def sign(self) -> str:
        """The small mark that stands beside a number."""
        return _WORDS[self][1]


_WORDS = {
    Verdict.CONSISTENT: ("一致", "✓"),
    Verdict.INCONSISTENT: ("不一致", "✗"),
    Verdict.DOUBTFUL: ("存疑", "？"),
    Verdict.RECORDED: ("只作记录", NEUTRAL),
    Verdict.CONFIRMED: ("外部来源证实", "✓"),
    Verdict.CONTRADICTED: ("外部来源不支持", "✗"),
    Verdict.REPRODUCED: ("本面板重现", "✓"),
    Verdict.NOT_REPRODUCED: ("本面板未重现", "✗"),
    Verdict.BY_CONSTRUCTION: ("校准所致", "△"),
    Verdict.NOT_CHECKABLE: ("此处无法核对", "○"),
}

FAILED = frozenset({Verdict.INCONSISTENT, Verdict.CONTRADICTED})
PASSED = frozenset({Verdict.CONSISTENT, Verdict.CONFIRMED})
DOCUMENT_VERDICTS = FAILED | PASSED | {*(Verdict.DOUBTFUL, Verdict.RECORDED, Verdict.NOT_CHECKABLE)}
PANEL_VERDICTS = frozenset(
    {
        *(Verdict.REPRODUCED, Verdict.NOT_REPRODUCED, Verdict.DOUBTFUL),
        *(Verdict.BY_CONSTRUCTION, Verdict.NOT_CHECKABLE),
    }
)


@dataclass(frozen=True)
class Finding:
    """A verdict with the numbers it rests on.

    Attributes
    ----------
    verdict : Verdict
    detail : str
        Chinese: what is printed against what, with the numbers.
    settle : str
        Chinese: what would settle the matter; empty where nothing is open.
    """

    verdict: Verdict
    detail: str
    settle: str = ""


@dataclass(frozen=True)
class Answer:
    """What a test found before it is given a verdict.

    Attributes
    ----------
    holds : bool or None
        Whether the claim holds; None where that depends on how we read it.
    detail : str
        The numbers it rests on, Chinese.
    """

    holds: bool | None
    detail: str


@dataclass(frozen=True)
class Claim:
    """One row of the ledger.

    Attributes
    ----------
    id : str
        Stable name, `P-`, `E-` or `N-` for paper, essay and notes.
    document, place : str
        Which document, and the section or table cell.
    quote : str
        A few words as printed, by which a reader can check our reading.
    line : str
        Number of the line, counted from 1, on which the document's text prints the quote.
    claim : str
        The claim in our own words, Chinese.
    quantity, unit : str
        What is measured (`AI`, `EQ`, `D`, `coefficient`, ...) and in which unit.
    printed : str
        The number as printed; empty for claims without one.
    half_width : float
        Half the step of the last printed digit, or what the wording allows; NaN without a number.
    kind : str
        One of :data:`KINDS`.
    record : str
        One of :data:`RECORDS`; empty for a check, whose verdict could come out otherwise.
    check, shows : str
        Expression that tests the claim inside the documents, and template of what it shows.
    other, other_shows : str
        The same under another reading or tolerance, where the first is our choice: if the two
        disagree, the claim is doubtful.
    settle : str
        What would settle the matter, Chinese.
    facts : mapping
        Values of this row that its expressions name: what a source says, what a list holds.
    page, panel_page : str
        Where chapters show the two tests: page below `chapters` with `#` and an anchor.
    panel, panel_shows : str
        The same for a panel; empty where no panel can test the claim.
    needs : tuple of str
        What makes a panel evidence, from :data:`NEEDS`.
    tolerance : float
        How far a panel may be from the printed number; NaN for the half-width.
    calibrated : tuple of str
        Ids of the calibration targets by which the synthetic panel was made to meet the claim.
    contrast : str
        Which closing table of the result chapters lists the claim: one of :data:`TOPICS`.
    issue : str
        Rows with the same text here belong to one distinct inconsistency.
    source, looked_up, source_quote : str
        Where a public fact was looked up, on which day, and one line of what it says.
    expected, expected_real, expected_demo : Verdict or None
        Recorded verdicts: document, real subset, demo panel.
    reason : str
        Why the verdict is what it is, Chinese.
    """

    id: str
    document: str
    place: str
    quote: str
    line: str
    claim: str
    quantity: str
    unit: str
    printed: str
    half_width: float
    kind: str
    record: str
    check: str
    shows: str
    other: str
    other_shows: str
    settle: str
    facts: Mapping[str, Any] = field(hash=False)
    page: str
    panel: str
    panel_shows: str
    needs: tuple[str, ...]
    tolerance: float
    calibrated: tuple[str, ...]
    panel_page: str
    contrast: str
    issue: str
    source: str
    looked_up: str
    source_quote: str
    expected: Verdict
    expected_real: Verdict | None
    expected_demo: Verdict | None
    reason: str

    @property
    def value(self) -> float:
        """The printed number.

        Raises
        ------
        LedgerError
            If the row holds no number.
        """
        if not self.printed:
            raise LedgerError(f"主张 {self.id} 没有印出数值，核对“{self.check}”却需要它。")
        return float(self.printed)

    @property
    def interval(self) -> tuple[float, float]:
        """Smallest and largest value that the printed number can stand for."""
        width = 0.0 if math.isnan(self.half_width) else self.half_width
        return self.value - width, self.value + width

    @property
    def text(self) -> str:
        """The number with its unit, as a reader sees it."""
        return f"{self.printed}{'' if self.unit == '%' else ' '}{self.unit}".strip()

    def sign(self, verdict: Verdict) -> str:
        """The mark of a verdict beside this claim: neutral where the row only notes something."""
        passed = verdict in PASSED | {Verdict.RECORDED}
        return NEUTRAL if self.record and passed else verdict.sign

    def parsed(self, column: str) -> ast.expr:
        """Syntax tree of one of the cells that hold an expression or a template.

        Raises
        ------
        LedgerError
            Naming row, column, text and what may be used.
        """
        text = str(getattr(self, column))
        parse = parse_template if column.endswith("shows") else parse_expression
        try:
            return _parsed(parse, text)
        except ExpressionError as error:
            raise LedgerError(f"主张 {self.id} 的 {column}：{error}。") from None


@cache
def _parsed(parse: Any, text: str) -> ast.expr:
    tree: ast.expr = parse(text)
    return tree


def expected_counts(claims: Iterable[Claim]) -> dict[str, int]:
    """Recorded verdicts, in Chinese, and how often each occurs, most frequent first."""
    return dict(Counter(claim.expected.zh for claim in claims).most_common())


@dataclass(frozen=True, eq=False)
class Ledger:
    """All claims by id, in file order."""

    claims: Mapping[str, Claim]

    def __getitem__(self, key: str) -> Claim:
        """Return one claim.

        Raises
        ------
        LedgerError
            If no row has this id.
        """
        if key not in self.claims:
            raise LedgerError(f"台账中没有编号 {key!r}：共 {len(self.claims)} 条，见 claims.csv。")
        return self.claims[key]

    def section(self, document: str, place: str) -> list[Claim]:
        """Claims of a document whose place starts with these words, in file order."""
        return [c for c in self if c.document == document and c.place.startswith(place)]

    def __iter__(self) -> Iterator[Claim]:
        """Iterate over the claims in file order."""
        return iter(self.claims.values())

    def __len__(self) -> int:
        """Count the claims."""
        return len(self.claims)

    def __contains__(self, key: object) -> bool:
        """Tell whether a row has this id."""
        return key in self.claims

    def with_value(self, key: str, printed: str) -> Ledger:
        """Copy with another printed number in one row, to see which verdicts depend on it."""
        changed = replace(self[key], printed=printed)
        return Ledger(MappingProxyType({**self.claims, key: changed}))


#: Columns of the file: the fields of a claim, the printed number under the name `value`.
COLUMNS = tuple("value" if f.name == "printed" else f.name for f in fields(Claim))
#: Columns that hold an expression, each before that of its template.
EXPRESSIONS = ("check", "shows", "other", "other_shows", "panel", "panel_shows")
Row = dict[str, str]


@cache
def load_ledger(path: Path = LEDGER_PATH) -> Ledger:
    """Read and validate the ledger.

    Parameters
    ----------
    path : Path
        CSV file with the columns of :data:`COLUMNS`.

    Raises
    ------
    LedgerError
        Wrong columns, a repeated id, or a cell outside what is allowed.
    """
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise LedgerError(
                f"{path.name} 的列应为 {'、'.join(COLUMNS)}，实为 {reader.fieldnames}。"
            )
        claims: dict[str, Claim] = {}
        for row in reader:
            claim = _claim(row)
            if claim.id in claims:
                raise LedgerError(f"{path.name} 中编号 {claim.id} 出现了不止一次。")
            claims[claim.id] = claim
    return Ledger(MappingProxyType(claims))


def _claim(row: Row) -> Claim:
    claim = Claim(**{f.name: _cell(row, f.name) for f in fields(Claim)})
    for column in EXPRESSIONS:
        if row[column]:
            claim.parsed(column)
    return claim


def _cell(row: Row, name: str) -> Any:
    """One field of a claim; a column without a reader holds plain text."""
    return _READERS[name](row) if name in _READERS else row[name]


def _located(row: Row, column: str) -> str:
    """Quote, line and day of look-up come in pairs with what they belong to."""
    partner = {"line": "quote", "looked_up": "source", "source_quote": "source"}[column]
    if row[column] and not row[partner]:
        raise LedgerError(
            f"主张 {row['id']} 写了 {column} {row[column]!r}，{partner} 却是空的：两列要成对。"
        )
    if column != "source_quote" and row[column] and not _SHAPES[column].fullmatch(row[column]):
        raise LedgerError(
            f"主张 {row['id']} 的 {column} 为 {row[column]!r}，应如 {_EXAMPLES[column]}。"
        )
    return row[column]


def _one_of(row: Row, column: str, allowed: Any) -> str:
    if row[column] not in allowed:
        names = "、".join(repr(str(item)) for item in sorted(allowed))
        raise LedgerError(f"主张 {row['id']} 的 {column} 为 {row[column]!r}，可用：{names}。")
    return row[column]


def _needs(row: Row) -> tuple[str, ...]:
    """Words of the column `needs`; a panel test without any would take every panel as evidence."""
    words = tuple(row["needs"].split())
    for word in words:
        _one_of({**row, "needs": word}, "needs", NEEDS)
    if bool(words) != bool(row["panel"]):
        raise LedgerError(
            f"主张 {row['id']} 的 needs 为 {row['needs']!r}：有 panel 的行必须写明"
            f"（{'、'.join(NEEDS)}），没有的必须留空。"
        )
    return words


def _filled(row: Row, column: str) -> str:
    if not row[column].strip():
        raise LedgerError(f"主张 {row['id']} 的 {column} 是空的：每条主张都要写明。")
    return row[column]


def _number(row: Row, column: str) -> str:
    text = row[column]
    try:
        if text and not math.isfinite(float(text)):
            raise ValueError
    except ValueError:
        raise LedgerError(f"主张 {row['id']} 的 {column} 为 {text!r}，应是有限数或留空。") from None
    return text


def _json(row: Row, column: str) -> Mapping[str, Any]:
    try:
        parsed = json.loads(row[column] or "{}")
    except json.JSONDecodeError as error:
        raise LedgerError(f"主张 {row['id']} 的 {column} 不是合法 JSON：{error}。") from None
    if not isinstance(parsed, dict):
        raise LedgerError(f"主张 {row['id']} 的 {column} 应是 JSON 对象，实为 {row[column]!r}。")
    return MappingProxyType(parsed)


def _real(row: Row, column: str) -> float:
    return float(_number(row, column) or "nan")


def _panel_verdict(row: Row, column: str) -> Verdict | None:
    return Verdict(_one_of(row, column, PANEL_VERDICTS)) if row[column] else None


_SHAPES = {"line": re.compile(r"[1-9]\d*"), "looked_up": re.compile(r"20\d\d-[01]\d-[0-3]\d")}
_EXAMPLES = {"line": "237", "looked_up": "2026-11-22"}
_READERS: dict[str, Callable[[Row], Any]] = {
    **{name: partial(_filled, column=name) for name in ("place", "claim", "quantity", "check")},
    **{name: partial(_real, column=name) for name in ("half_width", "tolerance")},
    **{n: partial(_panel_verdict, column=n) for n in ("expected_real", "expected_demo")},
    **{name: partial(_located, column=name) for name in ("line", "looked_up", "source_quote")},
    "document": partial(_one_of, column="document", allowed=DOCUMENTS),
    "kind": partial(_one_of, column="kind", allowed=KINDS),
    "record": partial(_one_of, column="record", allowed=RECORDS),
    "contrast": partial(_one_of, column="contrast", allowed=("", *TOPICS)),
    "printed": partial(_number, column="value"),
    "facts": partial(_json, column="facts"),
    "needs": _needs,
    "calibrated": lambda row: tuple(row["calibrated"].split()),
    "expected": lambda row: Verdict(_one_of(row, "expected", DOCUMENT_VERDICTS)),
}
