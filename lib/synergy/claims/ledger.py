"""The claims ledger: every quantitative or testable claim of the three documents, one row each.

A row records what is printed and where, how far rounding reaches, which check tests it and which
verdict is expected, so that a verdict cannot change unnoticed.
"""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from synergy.claims.verdicts import DOCUMENT_VERDICTS, PANEL_VERDICTS, Verdict
from synergy.dictionary import DATA_DIR

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
}
COLUMNS = (
    "id",
    "document",
    "place",
    "claim",
    "quantity",
    "unit",
    "value",
    "half_width",
    "kind",
    "check",
    "arguments",
    "panel_check",
    "panel_arguments",
    "calibrated",
    "issue",
    "source",
    "expected",
    "expected_real",
    "expected_demo",
    "reason",
)


class LedgerError(ValueError):
    """The ledger holds something it must not; the message is Chinese and names row and value."""


@dataclass(frozen=True)
class Claim:
    """One row of the ledger.

    Attributes
    ----------
    id : str
        Stable name, `P-`, `E-` or `N-` for paper, essay and notes.
    document, place : str
        Which document, and the section or table cell.
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
    check, arguments
        Name and arguments of the document check.
    panel_check, panel_arguments
        Name and arguments of the check on a panel; empty where no panel can test the claim.
    calibrated : tuple of str
        Ids of the calibration targets by which the synthetic panel was made to meet the claim.
    issue : str
        Rows with the same text here belong to one distinct inconsistency.
    source : str
        Where a public fact was looked up.
    expected, expected_real, expected_demo : Verdict or None
        Recorded verdicts: document, real subset, demo panel.
    reason : str
        Why the verdict is what it is, Chinese.
    """

    id: str
    document: str
    place: str
    claim: str
    quantity: str
    unit: str
    printed: str
    half_width: float
    kind: str
    check: str
    arguments: Mapping[str, Any]
    panel_check: str
    panel_arguments: Mapping[str, Any]
    calibrated: tuple[str, ...]
    issue: str
    source: str
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


def expected_counts(claims: Iterable[Claim]) -> dict[str, int]:
    """Recorded verdicts, in Chinese, and how often each occurs, most frequent first."""
    return dict(Counter(claim.expected.zh for claim in claims).most_common())


@dataclass(frozen=True)
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


def _claim(row: dict[str, str]) -> Claim:
    key = row["id"]
    return Claim(
        id=key,
        document=_one_of(row, "document", DOCUMENTS),
        place=_filled(row, "place"),
        claim=_filled(row, "claim"),
        quantity=_filled(row, "quantity"),
        unit=row["unit"],
        printed=_number(row, "value"),
        half_width=float(_number(row, "half_width") or "nan"),
        kind=_one_of(row, "kind", KINDS),
        check=_filled(row, "check"),
        arguments=_json(row, "arguments"),
        panel_check=row["panel_check"],
        panel_arguments=_json(row, "panel_arguments"),
        calibrated=tuple(row["calibrated"].split()),
        issue=row["issue"],
        source=row["source"],
        expected=Verdict(_one_of(row, "expected", DOCUMENT_VERDICTS)),
        expected_real=_panel_verdict(row, "expected_real"),
        expected_demo=_panel_verdict(row, "expected_demo"),
        reason=row["reason"],
    )


def _one_of(row: dict[str, str], column: str, allowed: Any) -> str:
    if row[column] not in allowed:
        names = "、".join(repr(str(item)) for item in sorted(allowed))
        raise LedgerError(f"主张 {row['id']} 的 {column} 为 {row[column]!r}，可用：{names}。")
    return row[column]


def _filled(row: dict[str, str], column: str) -> str:
    if not row[column].strip():
        raise LedgerError(f"主张 {row['id']} 的 {column} 是空的：每条主张都要写明。")
    return row[column]


def _number(row: dict[str, str], column: str) -> str:
    text = row[column]
    try:
        if text and not math.isfinite(float(text)):
            raise ValueError
    except ValueError:
        raise LedgerError(f"主张 {row['id']} 的 {column} 为 {text!r}，应是有限数或留空。") from None
    return text


def _json(row: dict[str, str], column: str) -> Mapping[str, Any]:
    try:
        parsed = json.loads(row[column] or "{}")
    except json.JSONDecodeError as error:
        raise LedgerError(f"主张 {row['id']} 的 {column} 不是合法 JSON：{error}。") from None
    if not isinstance(parsed, dict):
        raise LedgerError(f"主张 {row['id']} 的 {column} 应是 JSON 对象，实为 {row[column]!r}。")
    return MappingProxyType(parsed)


def _panel_verdict(row: dict[str, str], column: str) -> Verdict | None:
    if not row[column]:
        return None
    return Verdict(_one_of(row, column, PANEL_VERDICTS))
