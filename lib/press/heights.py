"""How high the blocks of a printed book are: measured on one endless page, and kept.

A sentence that changes costs its own measure, not that of the whole book.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

from press import digest
from press.placing import Block
from press.typesetting import spots

#: Heights that a file holds at most, some editions' worth.
_MOST = 30_000
#: What two columns hold, an endless page holds in the first (``book.typ``).
_COLUMNS = {"parameters", "register"}
_END = Block("", "")
#: Packages that decide how high letters stand: Typst with its fonts, the Chinese ones.
_MEASURE = ("typst", "pylopdf-fonts-zh-cn")

#: Height in points, and in half of the measure, 0 where a block needs all of it.
Heights = tuple[float, float]


def measured(
    blocks: Sequence[Block], opened: Callable[[str], str], look: Path, paper: Path, kept: Path
) -> list[Block]:
    """Return blocks that know their heights.

    Parameters
    ----------
    blocks : sequence of Block
        Those of a book, in the order of the text.
    opened : callable
        Makes a document of a body.
    look, paper : Path
        Folder of the functions that set blocks; where Typst works with what they need.
    kept : Path
        File of heights that are known; written anew.
    """
    stands_on = digest.digest([digest.tree(look), *map(version, _MEASURE)])
    following = [*blocks[1:], _END]
    keys = [
        digest.digest([stands_on, block.text, after.kind])
        for block, after in zip(blocks, following, strict=True)
    ]
    known = _read(kept)
    missing = [n for n, key in enumerate(keys) if key not in known]
    if missing:
        document = paper / "measure.typ"
        document.write_text(opened(to_measure(blocks, missing)), encoding="utf-8")
        told = _told(blocks, missing, spots(document))
        known |= zip((keys[n] for n in missing), told, strict=True)
        _write(kept, known)
    return [
        replace(block, height=known[key][0], narrow=known[key][1])
        for block, key in zip(blocks, keys, strict=True)
    ]


def to_measure(blocks: Sequence[Block], wanted: Sequence[int]) -> str:
    """Return the body of a document whose marks tell how high some blocks are.

    The block behind each stands there as well, since blanks between two depend on both. Behind
    all stand once more those that need half of the measure, in half of it.
    """
    pieces: list[str] = []
    for run in _runs(wanted):
        for n in run:
            pieces += ["#at()", blocks[n].text]
        pieces += ["#at()", *(block.text for block in blocks[run[-1] + 1 : run[-1] + 2])]
    for n in wanted:
        if blocks[n].half:
            pieces += ["#at()", f"#block(width: half-of-page)[{blocks[n].in_half}]", "#at()"]
    return "\n".join(pieces)


def _told(
    blocks: Sequence[Block], wanted: Sequence[int], marks: Sequence[float]
) -> Iterator[Heights]:
    """Read the heights from where the marks are."""
    places = iter(marks)
    heights: dict[int, float] = {}
    for run in _runs(wanted):
        start = next(places)
        for n in run:
            end = next(places)
            heights[n], start = max(end - start, 0), end
    for n in wanted:
        whole = heights[n] / (2 if blocks[n].kind in _COLUMNS else 1)
        yield whole, -next(places) + next(places) if blocks[n].half else 0.0


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """Part numbers where one is left out."""
    parted = groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    return [[number for _, number in run] for _, run in parted]


def _read(kept: Path) -> dict[str, Heights]:
    """The known heights; none where the file is damaged."""
    try:
        found = json.loads(kept.read_text(encoding="utf-8"))
        return {str(key): (float(whole), float(half)) for key, (whole, half) in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write(kept: Path, known: dict[str, Heights]) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    spare = kept.with_suffix(f".{digest.digest(known)[:12]}")
    spare.write_text(json.dumps(dict([*known.items()][-_MOST:])), encoding="utf-8")
    spare.replace(kept)
