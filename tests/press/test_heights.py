"""How high blocks are: measured where they are new, kept where they are not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from press import heights
from press.heights import measured, to_measure
from press.placing import Block

BLOCKS = [Block("p", "甲"), Block("exhibit", "#exhibit(a, half: true)[乙]"), Block("p", "丙")]


class Spots:
    """Stands for Typst: each mark is 10 points further down."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, document: Path) -> list[float]:
        text = document.read_text(encoding="utf-8")
        self.asked.append(text)
        return [10.0 * n for n in range(text.count("#at()"))]


@pytest.fixture
def spots(monkeypatch: pytest.MonkeyPatch) -> Spots:
    stand_in = Spots()
    monkeypatch.setattr(heights, "spots", stand_in)
    return stand_in


def measure(blocks: Sequence[Block], folder: Path) -> list[tuple[float, float]]:
    (folder / "look").mkdir(exist_ok=True)
    kept = folder / "kept" / "heights.json"
    found = measured(blocks, lambda body: body, folder / "look", folder, kept)
    return [(block.height, block.narrow) for block in found]


def test_blocks_stand_between_marks_and_halves_once_more() -> None:
    text = to_measure(BLOCKS, [0, 1, 2])
    assert text.count("#at()") == 6 and text.count("narrow: true") == 1


def test_the_next_block_stands_behind_those_that_are_measured() -> None:
    assert to_measure(BLOCKS, [0]) == "#at()\n甲\n#at()\n#exhibit(a, half: true)[乙]"


def test_nothing_is_measured_twice(spots: Spots, tmp_path: Path) -> None:
    first = measure(BLOCKS, tmp_path)
    assert first == measure(BLOCKS, tmp_path) == [(10, 0), (10, 10), (10, 0)]
    assert len(spots.asked) == 1


def test_a_sentence_costs_its_own_measure(spots: Spots, tmp_path: Path) -> None:
    measure(BLOCKS, tmp_path)
    measure([*BLOCKS[:2], Block("p", "丁")], tmp_path)
    assert "丁" in spots.asked[1] and "甲" not in spots.asked[1]


def test_another_look_and_another_neighbour_are_measured_anew(spots: Spots, tmp_path: Path) -> None:
    measure(BLOCKS, tmp_path)
    measure([BLOCKS[0], Block("h2", "题"), *BLOCKS[1:]], tmp_path)
    assert "甲" in spots.asked[1] and "丙" not in spots.asked[1]
    (tmp_path / "look" / "look.typ").write_text("//", encoding="utf-8")
    measure(BLOCKS, tmp_path)
    assert all(block.text in spots.asked[2] for block in BLOCKS)


@pytest.mark.parametrize("damage", ["", "[]", '{"a": 1}', "{"])
def test_a_damaged_file_is_measured_anew(damage: str, spots: Spots, tmp_path: Path) -> None:
    whole = measure(BLOCKS, tmp_path)
    (tmp_path / "kept" / "heights.json").write_text(damage, encoding="utf-8")
    assert measure(BLOCKS, tmp_path) == whole
    assert json.loads((tmp_path / "kept" / "heights.json").read_text(encoding="utf-8"))
