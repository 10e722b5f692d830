"""Guard for chapters: a number printed by a source document must carry its ledger id.

A chapter writes the id with the role ``{claim}`P-D-2022```, or with a text of its own:
``{claim}`0.4367 <P-D-2022>```. A number is covered when a role in the same paragraph, list item
or table row points to a row that prints it. Formulas, links and citations are left out, and in code
cells everything but Chinese text, the templates of :func:`synergy.words.say`: what they show is
computed or has its own source. Published values put in under the name of a calibration target
(``{{ paper.d_national_2022 }}``) need their mark like typed ones.
"""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO

from synergy.claims.ledger import Claim, Ledger

CLAIM_ROLE = re.compile(r"\{claim\}`(?:[^`<]*<)?\s*([\w.-]+)\s*>?`")

# Published values in the expressions of a template.
_EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_TEMPLATE_VALUE = re.compile(r"\bpaper\.(\w+)")

_CODE_CELL = re.compile(r"^(`{3,})\{code-cell\}[^\n]*\n(?P<code>.*?)^\1[^\n]*$", re.M | re.S)
_CHINESE = re.compile(r"[\u3400-\u9fff]")

# What a reader does not see as typed text, in the order in which it is blanked.
_HIDDEN = (
    re.compile(r"\A---\n.*?\n---\n", re.DOTALL),
    re.compile(r"^(`{3,}|~{3,})(?:\{code(?:-cell|-block)?\}[^\n]*|[^\n{]*)\n.*?^\1", re.M | re.S),
    re.compile(r"<!--.*?-->|\{%.*?%\}|\{#.*?#\}", re.DOTALL),
    _EXPRESSION,
    re.compile(r"^\s*:[\w-]+:.*$", re.MULTILINE),
    re.compile(r"\$\$.*?\$\$", re.DOTALL),
    re.compile(r"\$[^$\n]+\$"),
    re.compile(r"https?://\S+"),
    re.compile(r"\]\([^)\n]*\)"),
    re.compile(r"\{[\w:.+-]+\}`[^`]*`"),
    re.compile(r"`[^`\n]*`"),
)
_NUMBER = re.compile(r"(?<![\w.])([-−–]?\d+(?:,\d{3})*(?:\.\d+)?)\s*(%|％|倍|亿|万|美元)?")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+\.)\s|^\s*\|")
_UNITS = {"％": "%"}


@dataclass(frozen=True)
class UnclaimedNumber:
    """A number of a source document that stands in a text without its ledger id.

    Attributes
    ----------
    line : int
        One-based line.
    text : str
        The number as written.
    ids : tuple of str
        Ledger rows that print this number.
    """

    line: int
    text: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class _Block:
    """A paragraph, list item or table row: first line, text, visible text, ids of its roles."""

    line: int
    written: str
    visible: str
    cited: frozenset[str]


def numbers_without_claim(text: str, ledger: Ledger) -> tuple[UnclaimedNumber, ...]:
    """Find numbers of the source documents that a chapter prints without a ledger id.

    Parameters
    ----------
    text : str
        A chapter in MyST Markdown.
    ledger : Ledger

    Returns
    -------
    tuple of UnclaimedNumber
        Empty if every such number is covered. Only numbers distinctive enough are guarded: see
        :func:`is_guarded`.
    """
    guarded, targets = _guarded_numbers(ledger), _rows_of_targets(ledger)
    found: list[UnclaimedNumber] = []
    for block in _blocks(text):
        typed = (
            (match, guarded.get(_key(match[1], match[2] or ""), ()))
            for match in _NUMBER.finditer(block.visible)
        )
        computed = ((m, targets.get(m[1], ())) for m in _published_values(block.written))
        for match, ids in (*typed, *computed):
            if ids and not block.cited.intersection(ids):
                line = block.line + match.string.count("\n", 0, match.start())
                found.append(UnclaimedNumber(line, match[0].strip(), ids))
    return tuple(sorted(found, key=lambda number: number.line))


def unknown_claims(text: str, ledger: Ledger) -> tuple[str, ...]:
    """Ids in ``{claim}`` roles that the ledger does not hold."""
    return tuple(key for key in CLAIM_ROLE.findall(text) if key not in ledger)


def is_guarded(claim: Claim) -> bool:
    """Whether a printed number is distinctive enough to be recognised in running text.

    Amounts in 万, 亿 or dollars always are; percentages and multiples with at least two
    significant digits; plain numbers with three decimals and two significant digits, or with two
    decimals and three. Years, counts and t statistics are not.
    """
    unit = _unit(claim.unit)
    significant = len(claim.printed.replace(".", "").strip("-0")) or 1
    decimals = len(claim.printed.partition(".")[2])
    if not claim.printed or claim.quantity == "t":
        return False
    if unit in {"亿", "万", "美元"}:
        return True
    if unit in {"%", "倍"}:
        return significant >= 2
    return (decimals >= 3 and significant >= 2) or (decimals >= 2 and significant >= 3)


@lru_cache(maxsize=4)
def _guarded_numbers(ledger: Ledger) -> dict[tuple[float, str], tuple[str, ...]]:
    table: dict[tuple[float, str], tuple[str, ...]] = {}
    for claim in filter(is_guarded, ledger):
        number = _key(claim.printed, _unit(claim.unit))
        table[number] = (*table.get(number, ()), claim.id)
    return table


def _unit(unit: str) -> str:
    """Reduce a ledger unit to the part that follows a number in running text."""
    return next((known for known in ("%", "倍", "亿", "万", "美元") if unit.startswith(known)), "")


def _key(number: str, unit: str) -> tuple[float, str]:
    plain = number.replace(",", "").replace("−", "-").replace("–", "-")
    return float(plain), _UNITS.get(unit, unit)


def _rows_of_targets(ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """Ledger rows with a number, by the calibration target that carries it."""
    rows: dict[str, tuple[str, ...]] = {}
    for claim in ledger:
        for target in claim.calibrated if claim.printed else ():
            rows[target] = (*rows.get(target, ()), claim.id)
    return rows


def _blocks(text: str) -> Iterator[_Block]:
    """Paragraphs, list items and table rows."""
    lines, shown = text.split("\n"), _visible(text).split("\n")
    start = 0
    for i in range(len(lines) + 1):
        ends = i == len(lines) or not lines[i].strip() or _ITEM.match(lines[i])
        if ends and i > start:
            written = "\n".join(lines[start:i])
            cited = frozenset(CLAIM_ROLE.findall(written))
            yield _Block(start + 1, written, "\n".join(shown[start:i]), cited)
        if ends:
            start = i


def _published_values(text: str) -> Iterator[re.Match[str]]:
    for expression in _EXPRESSION.finditer(text):
        yield from _TEMPLATE_VALUE.finditer(text, *expression.span())


def _visible(text: str) -> str:
    """The text with everything a reader does not read as typed prose blanked, lines kept."""
    text = _CODE_CELL.sub(_templates, text)
    for pattern in _HIDDEN:
        text = pattern.sub(lambda match: _blank(match[0]), text)
    return text


def _templates(cell: re.Match[str]) -> str:
    """A code cell with everything blanked but its Chinese strings."""
    code = cell["code"].splitlines(keepends=True)
    shown = [_blank(line) for line in code]  # tokens are placed by line and column
    for token in tokenize.generate_tokens(StringIO(cell["code"]).readline):
        if token.type == tokenize.STRING and _CHINESE.search(token.string):
            (first, start), (last, end) = token.start, token.end
            for row in range(first - 1, last):
                left = start if row == first - 1 else 0
                right = end if row == last - 1 else len(code[row])
                shown[row] = shown[row][:left] + code[row][left:right] + shown[row][right:]
    head, tail = cell.start("code") - cell.start(), cell.end("code") - cell.start()
    return _blank(cell[0][:head]) + "".join(shown) + _blank(cell[0][tail:])


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
