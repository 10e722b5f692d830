"""Where figures and tables go: in their place where they fit, else at the head of the next page.

Typst can let figures float, but a tagged PDF with floats fails with some contents ("parent group",
its issue 8487), and tags are what lets readers hear a PDF. So the press moves blocks itself: it has
measured all of them (`press.typesetting.heights`), goes through them as Typst will, and lets text
that comes after a figure fill the page that the figure does not fit on. A figure never leaves its
chapter, nor comes before another of its kind, nor before its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

#: Points in a millimetre.
MM = 72 / 25.4
#: Height of a page's text, and of what must be left for a chapter to begin on a page begun
#: (``book.typ``: margins, `needs`).
PAGE, OPENING = (297 - 28 - 26) * MM, 97 * MM
#: Two lines of text: less is not left alone at the foot of a page.
FOOT = 34.0
#: What measuring may be wrong by.
_SLACK = 4.0
#: Rows up to which a table is not broken (``look.typ``).
_WHOLE = 12
#: Kinds in two columns (``book.typ``).
_COLUMNS = {"parameters", "listing", "register"}

_EDGE = re.compile(r"(?m)^// § (\S+)\n")
_ROWS = re.compile(r"\brows: (\d+)")


@dataclass(frozen=True)
class Block:
    """A piece of the document: its kind, its Typst, and how high it is in points."""

    kind: str
    text: str
    height: float = 0

    @property
    def floats(self) -> bool:
        """Whether it may give way to text that follows, and is never broken."""
        return self.kind == "exhibit" or (self.kind == "datatable" and _rows(self.text) <= _WHOLE)

    @property
    def leads(self) -> bool:
        """Whether it stays with what follows."""
        return self.kind.startswith("Header") or self.kind == "fold"


def _high(block: Block, measured: float) -> float:
    """Height on the page: an endless page holds all of what has two columns in the first."""
    return max(measured, 0) / (2 if block.kind in _COLUMNS else 1)


def _rows(text: str) -> int:
    found = _ROWS.search(text)
    return int(found[1]) if found else 0


def blocks_of(text: str) -> list[Block]:
    """Take a document apart at the comments of ``paper.lua``."""
    pieces = _EDGE.split(text)
    return [Block(kind, body) for kind, body in zip(pieces[1::2], pieces[2::2], strict=True)]


def placed(blocks: Sequence[Block], spots: Sequence[float]) -> list[Block]:
    """Return the blocks in the order in which they are printed.

    Parameters
    ----------
    blocks : sequence of Block
        In the order of the text.
    spots : sequence of float
        Where each begins on an endless page, in points, and where the last ends.
    """
    ends = zip(blocks, spots[:-1], spots[1:], strict=True)
    measured = [replace(block, height=_high(block, end - start)) for block, start, end in ends]
    page = Sheet()
    for block in _joined(measured):
        page.take(block)
    page.close()
    return page.order


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Join what is folded on screen, a label and a table, so that they move together."""
    label: Block | None = None
    for block in blocks:
        if label is not None and block.floats:
            text = f"{label.text}\n{block.text}"
            yield Block(block.kind, text, label.height + block.height)
            label = None
            continue
        if label is not None:
            yield label
        label = block if block.kind == "fold" else None
        if label is None:
            yield block
    if label is not None:
        yield label


class Sheet:
    """A page while it is filled, with what waits for the next."""

    def __init__(self) -> None:
        self.order: list[Block] = []
        self.used = 0.0
        self._waiting: list[Block] = []

    def take(self, block: Block) -> None:
        """Place a block, or let it wait."""
        if block.kind == "chapter":
            self.close()
            if "opens: true" in block.text or PAGE - self.used < OPENING:
                self.used = 0
            self._put(block)
        elif block.floats and block.height < PAGE:
            if self._fits(block) and not any(w.kind == block.kind for w in self._waiting):
                self._put(block)
            else:
                self._waiting.append(block)
        else:
            self._run(block)

    def close(self) -> None:
        """Place all that waits."""
        while self._waiting:
            if not self._fits(self._waiting[0]):
                self.used = 0
            self._put(self._waiting.pop(0))

    def _run(self, block: Block) -> None:
        """Place what may be broken; on a new page, what waits comes first or behind it."""
        least = block.height + FOOT if block.leads else min(block.height, FOOT)
        if self.used + least > PAGE:
            self.used = 0
            self._serve()
        self._put(block)
        if self.used > PAGE:
            self.used -= PAGE
            self._serve()

    def _serve(self) -> None:
        """Place what waits and fits, in order."""
        while self._waiting and self._fits(self._waiting[0]):
            self._put(self._waiting.pop(0))

    def _fits(self, block: Block) -> bool:
        return self.used + block.height + _SLACK <= PAGE

    def _put(self, block: Block) -> None:
        self.order.append(block)
        self.used += block.height
