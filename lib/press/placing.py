"""Where figures and tables go: in their place where they fit, else at the head of the next page.

Typst can let figures float, but a tagged PDF with floats fails with some contents ("parent group",
its issue 8487), and tags are what lets readers hear a PDF. So the press moves blocks itself: it has
measured all of them, goes through them as Typst will, and lets text that comes after a figure fill
the page that the figure does not fit on. A figure never leaves its chapter, nor comes before
another of its kind, nor before its place. Two of half the measure stand beside each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

#: Points in a millimetre.
MM = 72 / 25.4
#: Height of a page's text (``book.typ``).
PAGE = (297 - 26 - 24) * MM
#: A line of text, and two: less is not left alone at the foot of a page.
LINE, FOOT = 15.3, 32.0
#: What a table loses where it is broken: its head once more, and part of a row.
_HEAD = 26.0
#: What measuring may be wrong by.
_SLACK = 4.0
#: Text between two that may stand beside each other, as a share of a page; all are tried.
_APART = (0.6, 0.4, 0.2, 0.0)
#: Whether a figure that fits waits for the head of a page; both are tried.
_LATE = (False, True)
#: Kinds that are never broken and stay in their place.
_UNBROKEN = {"card", "callout", "numbered", "div", "work"}

#: Blank below a block, which the foot of a page swallows.
_BELOW = {"exhibit": 16.0, "datatable": 16.0, "pair": 16.0, "callout": 11.0, "card": 15.0}

_HELD = re.compile(r"#(exhibit|datatable)\(")


@dataclass(frozen=True)
class Block:
    """A piece of the document.

    Attributes
    ----------
    kind, text : str
        What it is, and its Typst.
    height : float
        How high it is, in points.
    narrow : float
        The same in half of the measure; 0 where it needs all.
    """

    kind: str
    text: str
    height: float = 0
    narrow: float = 0

    @property
    def floats(self) -> bool:
        """Whether it may give way to text that follows, and is never broken."""
        whole = self.kind == "datatable" and "long: true" not in self.text
        return whole or self.kind in {"exhibit", "pair"}

    @property
    def leads(self) -> bool:
        """Whether it stays with what follows."""
        return self.kind.startswith("h") or self.kind == "fold"

    @property
    def announces(self) -> bool:
        """Whether it says what comes next: a label, or a line that ends in a colon."""
        line = self.kind == "p" and self.height < FOOT and self.text.rstrip().endswith("：")
        return line or self.kind == "fold"

    @property
    def half(self) -> bool:
        """Whether half of the measure is enough for it."""
        return ", half: true" in self.text and not self.text.startswith("#beside")

    @property
    def made(self) -> bool:
        """Whether it shows synthetic data."""
        return "is-made: true" in self.text

    @property
    def in_half(self) -> str:
        """Its Typst in half of the measure."""
        return re.sub(r"#(exhibit|datatable)\(", r"#\1(narrow: true, ", self.text, count=1).strip()

    @property
    def kinds(self) -> set[str]:
        """Kinds of what it holds, which each keep their order."""
        return set(_HELD.findall(self.text)) if self.kind == "pair" else {self.kind}


def placed(blocks: Sequence[Block]) -> list[Block]:
    """Return measured blocks in the order in which they are printed.

    Of the ways to set a chapter, which differ in how far a figure may wait for another beside it,
    and in whether one that fits waits for the head of a page, the shortest is taken.
    """
    order: list[Block] = []
    used = 0.0
    for chapter in _chapters(list(_joined(blocks))):
        ways = (Sheet(used, late).filled(_paired(chapter, a)) for a in _APART for late in _LATE)
        best = min(ways, key=lambda sheet: sheet.length)
        order += best.order
        used = best.used
    return order


def _chapters(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    starts = [n for n, block in enumerate(blocks) if block.kind == "chapter"]
    edges = sorted({0, *starts, len(blocks)})
    yield from (list(blocks[start:end]) for start, end in pairwise(edges))


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Join a label, or words that end in a colon, and the table or figure that they announce."""
    held: Block | None = None
    for block in blocks:
        if held is not None and block.floats and not block.half:
            text = f"{held.text}\n{block.text}"
            yield replace(block, text=text, height=held.height + block.height)
            held = None
            continue
        if held is not None:
            yield held
        held = block if block.announces else None
        if held is None:
            yield block
    if held is not None:
        yield held


def _paired(blocks: Sequence[Block], apart: float) -> list[Block]:
    """Let a figure of half the measure wait for the next, where that is not too far apart."""
    order: list[Block] = []
    waiting: Block | None = None
    text = 0.0
    for block in blocks:
        text += 0 if block.floats else block.height
        near = waiting is not None and text <= apart * PAGE
        if waiting is not None and block.half and near and block.made == waiting.made:
            order.append(_beside(waiting, block))
            waiting = None
            continue
        passed = block.kind == "chapter" or (waiting is not None and block.kind == waiting.kind)
        if waiting is not None and (passed or not near):
            order.append(waiting)
            waiting = None
        if block.half:
            order += [waiting] if waiting is not None else []
            waiting, text = block, 0.0
        else:
            order.append(block)
    return [*order, waiting] if waiting is not None else order


def _beside(left: Block, right: Block) -> Block:
    made = "is-made: true" if left.made else ""
    text = f"#beside({made})[{left.in_half}][{right.in_half}]"
    return Block("pair", text, max(left.narrow, right.narrow))


class Sheet:
    """A page while it is filled, with what waits for the next."""

    def __init__(self, used: float, late: bool) -> None:
        self.order: list[Block] = []
        self.used, self._late = used, late
        self._full = 0
        self._waiting: list[Block] = []

    @property
    def length(self) -> float:
        """Height of all pages that are full, and of what is used of the last."""
        return self._full * PAGE + self.used

    def filled(self, blocks: Sequence[Block]) -> Sheet:
        """Place blocks, all that wait in the end; return itself."""
        for block, following in zip(blocks, [*blocks[1:], Block("", "")], strict=True):
            if block.kind == "chapter":
                self._begin(block, following)
            elif block.floats and block.height < PAGE:
                self._float(block)
            else:
                self._run(block)
        self.close()
        return self

    def _float(self, block: Block) -> None:
        """Place a figure where it fits, unless it is to wait for the head of a page."""
        passes = any(block.kinds & other.kinds for other in self._waiting)
        if self._fits(block) and not passes and not (self._late and self.used > PAGE / 3):
            self._put(block)
        else:
            self._waiting.append(block)

    def _begin(self, chapter: Block, following: Block) -> None:
        """Begin a chapter, on a new page unless there is room for title, card and some lines."""
        card = following.height if following.kind == "card" else 0
        room = chapter.height + card + 3 * FOOT
        text = chapter.text.replace("#chapter(", f"#chapter(room: {room - 2 * FOOT:.0f}pt, ", 1)
        if "opens: true" in text or self.used + room > PAGE:
            text = text.replace("opens: false", "opens: true", 1)
            self._turn(0)
        self._put(replace(chapter, text=text))

    def close(self) -> None:
        """Place all that waits."""
        while self._waiting:
            self._serve()
            if self._waiting:
                self._turn(0)

    def _run(self, block: Block) -> None:
        """Place text; on a new page, what waits comes first or behind it."""
        whole = block.floats or block.kind in _UNBROKEN
        least = min(block.height - _BELOW.get(block.kind, 0), PAGE if whole else FOOT)
        least = block.height + FOOT if block.leads else least
        if self.used + least > PAGE:
            self._turn(0)
        left = PAGE - self.used
        self._put(block)
        if self.used > PAGE + _BELOW.get(block.kind, 0):
            self._turn(_carried(block, left))

    def _turn(self, carried: float) -> None:
        """Go on with a new page, which begins with what is carried over; serve what waits."""
        self._full += 1 + int(carried // PAGE)
        self.used = carried % PAGE
        self._serve()

    def _serve(self) -> None:
        """Place what waits and fits, each kind in order."""
        while block := next((first for first in self._first() if self._fits(first)), None):
            self._waiting.remove(block)
            self._put(block)

    def _first(self) -> Iterator[Block]:
        """Yield what waits and has none of its kind before it."""
        before: set[str] = set()
        for block in self._waiting:
            if not block.kinds & before:
                yield block
            before |= block.kinds

    def _fits(self, block: Block) -> bool:
        return self.used + block.height - _BELOW.get(block.kind, 0) + _SLACK <= PAGE

    def _put(self, block: Block) -> None:
        self.order.append(block)
        self.used += block.height


def _carried(block: Block, left: float) -> float:
    """How much of a broken block goes to the next page, where so much was left of the last."""
    if block.kind == "datatable":
        return block.height - left + _HEAD
    lines, fit = round(block.height / LINE), int(left / LINE)
    if block.kind != "p" or not 0 < fit < lines:
        return block.height - left + LINE / 2
    alone = lines - fit == 1  # a last line never stands alone
    return (lines - fit + alone) * LINE
