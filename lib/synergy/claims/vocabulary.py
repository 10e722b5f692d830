"""The words that the ledger's expressions may use about the documents."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from synergy.claims import bounds, significance, table4
from synergy.claims.feasibility import holds_with_the_rest
from synergy.claims.ledger import Answer, Claim, Ledger, LedgerError
from synergy.claims.printed import LOOSELY_SIMILAR, SIMILAR, SLACK, Printed
from synergy.dictionary import published_table
from synergy.dictionary import units as units_of_the_panel
from synergy.expressions import FUNCTIONS, ExpressionError, Vocabulary

MAX_LIST = 1000


@dataclass(frozen=True)
class Sourced:
    """An answer that a public source gives, not the documents themselves."""

    answer: Any


#: Stands where nothing at hand decides a claim.
UNDECIDED = object()


def necessary(holds: Any) -> Any:
    """A condition that a claim needs but that does not make it true: it can only refute."""
    return UNDECIDED if holds else False


def document_vocabulary(claim: Claim, ledger: Ledger) -> Vocabulary:
    """Words for the document test of a row: its printed value, its facts, and the functions.

    Raises
    ------
    LedgerError
        If a fact has the name of a word.
    """
    own: dict[str, Any] = {"text": claim.text, "printed": claim.printed, "unit": claim.unit}
    if claim.printed:
        own["value"] = Printed.of(claim)
    bound = {name: partial(function, claim, ledger) for name, function in BOUND.items()}
    known = {**_PLAIN, **bound, **own}
    taken = sorted(set(known) & set(claim.facts))
    if taken:
        raise LedgerError(f"主张 {claim.id} 的 facts 用了词汇表已有的名称：{'、'.join(taken)}。")
    return Vocabulary({**known, **claim.facts})


def _value_of(claim: Claim, ledger: Ledger, key: str) -> Printed:
    return Printed.of(ledger[key])


def _place_of(claim: Claim, ledger: Ledger, key: str) -> str:
    return ledger[key].place


def _fact_of(claim: Claim, ledger: Ledger, key: str, name: str) -> Any:
    return ledger[key].facts[name]


def _rows(claim: Claim, ledger: Ledger, prefix: str) -> list[str]:
    """Rows of the reference list whose id begins so."""
    return [c.id for c in ledger if c.id.startswith(prefix) and "year" in c.facts]


def works(claim: Claim, ledger: Ledger, role: str) -> set[str]:
    """Works that the document lists (`entry`) or cites (`mention`)."""
    rows = (c for c in ledger if c.document == claim.document and c.facts.get("role") == role)
    return {str(c.facts["work"]) for c in rows}


def dropped(claim: Claim, ledger: Ledger, body: str) -> list[str]:
    """Conditions of the row `body` that this summary of it does not keep."""
    kept = set(claim.facts.get("kept", []))
    return [item for item in ledger[body].facts["conditions"] if item not in kept]


def external_record(claim: Claim, ledger: Ledger) -> Answer:
    """A reference as printed against the bibliographic record; the value is the printed year.

    Facts: `fields` maps a field to [printed, recorded]; `year` is the recorded year.
    """
    wrong = [
        f"{name} 印作 {printed}，题录为 {recorded}"
        for name, (printed, recorded) in dict(claim.facts.get("fields", {})).items()
        if printed != recorded
    ]
    year = int(claim.facts["year"])
    if int(claim.value) != year:
        wrong.append(f"年份印作 {claim.printed}，题录为 {year}")
    return Answer(not wrong, "；".join(wrong) or f"题录相符（{year} 年）")


def growth_word(claim: Claim, ledger: Ledger, start: str, end: str) -> Answer:
    """A growth figure against its printed endpoints, read literally as an increase.

    A figure that only holds as a ratio is inconsistent with the word used, and the answer says so.
    """
    first, last = ledger[start], ledger[end]
    ratio = Printed.of(last) / Printed.of(first)
    increase, stated = ratio - 1, Printed.of(claim)
    detail = (
        f"{first.printed} 到 {last.printed} 是 {ratio:.3f} 倍，增加 {increase:.3f} 倍"
        f"（舍入内 {increase.low:.3f} 至 {increase.high:.3f}）；印作增幅超 {claim.printed} 倍"
    )
    if ratio > stated >= increase.high:
        detail += "：作为倍数成立，作为增幅不成立"
    return Answer(increase > stated, detail)


def intervals_tile(claim: Claim, ledger: Ledger) -> Answer:
    """The intervals of table 3 follow each other from 0 to 1 without gap or overlap."""
    rows = bounds.grade_rows(ledger)
    edges = [0.0, *(row.value for row in rows)]
    lowers = [float(row.facts["lower"]) for row in rows]
    joined = all(abs(a - b) < SLACK for a, b in zip(edges, lowers, strict=False))
    detail = f"{len(rows)} 个区间，端点 {', '.join(f'{edge:g}' for edge in edges)}"
    return Answer(joined and abs(edges[-1] - 1.0) < SLACK, detail)


def _bounds_of(claim: Claim, ledger: Ledger, label: str) -> list[float]:
    """Open lower and closed upper bound of a grade or stage of table 3."""
    return list(bounds.label_bounds(label, ledger))


def fits(claim: Claim, ledger: Ledger, number: Printed, label: str) -> bool:
    """Whether a printed number may lie in a grade or stage of table 3: rounding is allowed for."""
    low, high = bounds.label_bounds(label, ledger)
    return number.high > low and number.low <= high


def excess(one: Printed, other: Printed) -> float:
    """By which share the larger of two numbers exceeds the smaller, as on a panel."""
    return max(one.value, other.value) / min(one.value, other.value) - 1


def alternate(values: Iterable[float]) -> bool:
    """Whether each of a list of numbers has the opposite sign of the one before."""
    return all(a * b < 0 for a, b in pairwise(values))


def runs(signs: Iterable[int]) -> list[int]:
    """Signs of successive phases, repeats left out."""
    kept = list(signs)
    return [s for i, s in enumerate(kept) if i == 0 or s != kept[i - 1]]


def numbered(count: float) -> list[int]:
    """The numbers from 1 to `count`, of a reference list."""
    if not 0 <= float(count) <= MAX_LIST:
        raise ExpressionError(f"numbered 只数到 {MAX_LIST}，给的是 {float(count):g}")
    return list(range(1, int(float(count)) + 1))


def entries(dimension: str) -> int:
    """How many indicators the paper's tables 1 and 2 list under a dimension."""
    return sum(int((published_table(n)["dimension_zh"] == dimension).sum()) for n in (1, 2))


def distinct(table: int, column: str) -> int:
    """Number of different entries in a column of one of the paper's tables."""
    return int(published_table(table)[column].nunique())


def tier(name: str) -> dict[str, Any]:
    """Row of the separately typed table 3 for a grade: `lower`, `upper`, `stage`."""
    rows = published_table(3).set_index("grade")[["lower", "upper", "stage"]]
    return dict(rows.loc[name])


def units(*endings: str) -> list[str]:
    """Provinces of the sample whose full name ends in one of some words."""
    return [name for name in sample() if name.endswith(endings)]


def others(*endings: str) -> list[str]:
    """Provinces of the sample whose full name ends otherwise."""
    return [name for name in sample() if not name.endswith(endings)]


def sample() -> list[str]:
    """Full names of the provinces of the sample."""
    return list(units_of_the_panel()["name_full"].astype(str))


def stages() -> list[str]:
    """Names of the stages of the separately typed table 3, without the word stage."""
    return [name.removesuffix("阶段") for name in published_table(3)["stage"].unique()]


def sign(value: Printed | float) -> float:
    """Sign of a number."""
    return math.copysign(1.0, float(value))


def words(signs: Iterable[int]) -> list[str]:
    return [{1: "上升", 0: "走平", -1: "下降"}[sign] for sign in signs]


_PLAIN: Mapping[str, Any] = MappingProxyType(
    {
        **FUNCTIONS,
        "undecided": UNDECIDED,
        "noted": True,
        "similar": SIMILAR,
        "loosely_similar": LOOSELY_SIMILAR,
        "necessary": necessary,
        "sourced": Sourced,
        **{
            function.__name__: function
            for function in (
                *(sign, excess, alternate, runs, words, numbered, entries, distinct, tier),
                *(sample, units, others, stages),
            )
        },
    }
)
#: Functions that look at the row and the ledger; expressions leave those two out.
BOUND: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "v": _value_of,
        "place": _place_of,
        "fact": _fact_of,
        "rows": _rows,
        "bounds": _bounds_of,
        **{
            function.__name__: function
            for function in (
                *(works, dropped, fits, external_record, growth_word, intervals_tile),
                *(significance.table_cell, significance.stars_match_t, significance.prose_level),
                *(significance.decision_errors, significance.significant_set),
                *(significance.largest_in_columns, significance.chain_supported),
                *(bounds.close_to_next_grade, bounds.grade_reachable),
                *(bounds.gradient_against_body, holds_with_the_rest, table4.stable_system),
            )
        },
    }
)
