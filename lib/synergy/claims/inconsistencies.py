"""Distinct inconsistencies, each as one full sentence, the heaviest first.

``data/findings.toml`` declares them: weight, the row whose printed words are quoted, and the
sentence as a template over the ledger's vocabulary, so that its numbers follow the ledger.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from types import MappingProxyType
from typing import Any

from synergy.claims import bounds, significance, table4
from synergy.claims.ledger import DOCUMENTS, FAILED, Claim, Ledger, LedgerError
from synergy.claims.outcomes import Outcome
from synergy.claims.vocabulary import document_vocabulary
from synergy.dictionary import DATA_DIR
from synergy.expressions import ExpressionError, Vocabulary, evaluate, parse_template

DECLARED_IN = DATA_DIR / "findings.toml"
#: What mending an inconsistency changes, the heaviest first.
WEIGHTS = {"conclusion": "动结论", "number": "改数字", "wording": "改措辞"}
_FIELDS = {"weight", "row", "says"}
_NUMBERED = re.compile(r"[\d.、()一二三四]+")
_EMPHASIS = re.compile(r"\*\*|`")


@dataclass(frozen=True)
class Inconsistency:
    """Rows that belong to one distinct inconsistency.

    Attributes
    ----------
    key : str
    document : str
    weight : str
        One of :data:`WEIGHTS`.
    claims : tuple of str
        Ids of the rows that fail, the one that is quoted first.
    sentence : str
        Chinese: the place, the printed words and what is wrong with them.
    """

    key: str
    document: str
    weight: str
    claims: tuple[str, ...]
    sentence: str


@cache
def declared_inconsistencies() -> Mapping[str, Mapping[str, str]]:
    """Declarations by key, the heaviest first.

    Raises
    ------
    LedgerError
        An unknown field or weight, or a weight above that of the entry before.
    """
    entries: dict[str, dict[str, str]] = tomllib.loads(DECLARED_IN.read_text(encoding="utf-8"))
    for key, entry in entries.items():
        if set(entry) != _FIELDS or entry["weight"] not in WEIGHTS:
            raise LedgerError(
                f"{DECLARED_IN.name} 的 [{key}] 应恰有 {'、'.join(sorted(_FIELDS))}，"
                f"weight 可用 {'、'.join(WEIGHTS)}，实为 {entry!r}。"
            )
    ranks = [list(WEIGHTS).index(entry["weight"]) for entry in entries.values()]
    if ranks != sorted(ranks):
        raise LedgerError(f"{DECLARED_IN.name} 要按 weight 由重到轻排列：{'、'.join(WEIGHTS)}。")
    return entries


def gathered(outcomes: Iterable[Outcome]) -> tuple[Inconsistency, ...]:
    """Put failed rows together by inconsistency, in the order of the declarations.

    Rows that no declaration speaks of, in a ledger under change, come last in their own words.

    Raises
    ------
    LedgerError
        A template cannot be evaluated.
    """
    found = list(outcomes)
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in found:
        if outcome.document.verdict in FAILED:
            groups[outcome.claim.issue or outcome.claim.id].append(outcome)
    ledger = Ledger(MappingProxyType({o.claim.id: o.claim for o in found}))
    declared = declared_inconsistencies()
    stated = [_stated(key, declared[key], groups[key], ledger) for key in declared if key in groups]
    return (*stated, *(_undeclared(key, groups[key]) for key in groups if key not in declared))


def _stated(
    key: str, entry: Mapping[str, str], rows: list[Outcome], ledger: Ledger
) -> Inconsistency:
    quoted = ledger[entry["row"]]
    failed = dict.fromkeys(outcome.claim.id for outcome in rows)
    claims = (*(id for id in failed if id == quoted.id), *(id for id in failed if id != quoted.id))
    try:
        sentence = evaluate(parse_template(entry["says"]), _words(quoted, claims, ledger))
    except ExpressionError as error:
        raise LedgerError(f"{DECLARED_IN.name} 的 [{key}]：{error}。") from None
    return Inconsistency(key, quoted.document, entry["weight"], claims, str(sentence))


def _undeclared(key: str, rows: list[Outcome]) -> Inconsistency:
    first, claims = rows[0], tuple(outcome.claim.id for outcome in rows)
    said = f"{located(first.claim)}写“{printed_words(first.claim)}”：{first.document.detail}。"
    return Inconsistency(key, first.claim.document, list(WEIGHTS)[-1], claims, said)


def _words(quoted: Claim, claims: tuple[str, ...], ledger: Ledger) -> Vocabulary:
    """Words for the test of the row that is quoted, and those that only sentences need."""
    own = {"at": located(quoted), "quote": printed_words(quoted), "rows": claims}
    further = {name: partial(function, ledger) for name, function in _FURTHER.items()}
    return Vocabulary({**document_vocabulary(quoted, ledger).names, **further, **own})


def located(claim: Claim) -> str:
    """Document and place as they stand in a sentence."""
    blank = " " if claim.place[0].isdecimal() else ""
    place = f"第{blank}{claim.place} 节" if _NUMBERED.fullmatch(claim.place) else claim.place
    return f"{DOCUMENTS[claim.document]}{place}"


def printed_words(claim: Claim) -> str:
    """A row's quote without the document's own markup, to stand in quotation marks."""
    return _EMPHASIS.sub("", claim.quote).replace("“", "‘").replace("”", "’")


def _modulus(ledger: Ledger) -> float:
    return float(table4.printed_system(ledger).moduli[0])


def _nation(ledger: Ledger) -> float:
    """Least growth of the national AI index that the statements on the regions allow."""
    ranges = bounds.growth_ranges(ledger)
    return float(ranges.loc[ranges["name"].str.startswith("其余各条"), "low"].min())


def _p(ledger: Ledger, key: str) -> float:
    return significance.p_value(ledger[key].value)


def _earned(ledger: Ledger, key: str) -> int:
    """Stars that a printed t statistic earns, rounding in its favour."""
    return significance.stars_of(significance.p_interval(ledger[key])[0])


_FURTHER: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "modulus": _modulus,
        "nation": _nation,
        "shortfall_of_northeast": bounds.northeast_shortfall,
        "p": _p,
        "earned": _earned,
    }
)
