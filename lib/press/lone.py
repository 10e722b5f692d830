"""One chapter's notebook, without a book: only what it needs is executed, and kept results serve.

A chapter of a numbered part needs itself alone. Figures elsewhere are counted through the whole
book, so that all of it is executed for their numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from press.build import executing
from press.notebooks import Shelf, drawn_as, source_text
from press.order import edition_of
from press.progress import BAR
from press.stage import (
    StagedChapter,
    StageError,
    documents,
    notebook_of,
    require_known,
    stage_chapter,
)
from synergy.files.saving import whole_file
from synergy.notebook.contents import contents, order

if TYPE_CHECKING:
    from press.edition import Edition
    from press.order import Order


def lone_notebook(asked: Order, wanted: str, *, silent: bool = True) -> tuple[str, str]:
    """Make the notebook of a chapter.

    Parameters
    ----------
    asked : Order
        The edition; what it says of parts and places of a book plays no part.
    wanted : str
        The chapter by document, by the last part of that, or by title.
    silent : bool
        Whether to leave out the bar on standard error.

    Returns
    -------
    name, text : str
        Its document, and the notebook as JSON.

    Raises
    ------
    DataError, StageError, ChapterError
        The edition or the chapter is not as it must be; a cell raised.
    """
    edition = edition_of(asked)
    toc = asked.top / edition.contents
    numbers = dict(order(toc))
    name = chosen(wanted, _titles(asked.top, numbers))
    names = [n for n in documents(toc) if n.startswith("chapters/") and edition.keeps(n)]
    every = [stage_chapter(asked.top, n, own_data=edition.own_data) for n in names]
    require_known(edition.further, every)
    needed = [chapter for chapter in every if chapter.name == name] if numbers[name] else every
    executed = _executed(needed, edition, asked.cache, silent=silent)
    shelf = Shelf(edition, every, executed, toc, drawn_as(asked.cache))
    return name, shelf.notebook(name)


def chosen(wanted: str, titles: Mapping[str, str]) -> str:
    """Find a document by its name, the last part of that, or its title.

    Raises
    ------
    StageError
        There is none; the message has near ones, or all.
    """
    calls = {call: name for name, title in titles.items() for call in (title, Path(name).name)}
    calls |= {name: name for name in titles}
    if wanted.removesuffix(".md") in calls:
        return calls[wanted.removesuffix(".md")]
    near = get_close_matches(wanted, calls, n=3, cutoff=0.4) or [c for c in calls if wanted in c]
    told = dict.fromkeys(calls[call] for call in near) if near else titles
    named = "、".join(f"{Path(name).name}（{titles[name]}）" for name in told)
    hint = "相近的有" if near else "可用的有"
    raise StageError(f"书里没有叫“{wanted}”的章。{hint}：{named}。")


def _titles(root: Path, numbers: Mapping[str, str]) -> dict[str, str]:
    """Titles of chapters, as their texts have them."""
    texts = {name: source_text(root, name) for name in numbers if name.startswith("chapters/")}
    return dict(contents(numbers.items(), texts).titles)


def _executed(
    chapters: Sequence[StagedChapter], edition: Edition, cache: Path, *, silent: bool
) -> dict[str, str]:
    """What chapters give."""
    from tqdm import tqdm

    with TemporaryDirectory() as folder:
        done = executing(chapters, edition, cache, Path(folder))
        total = len(chapters)
        return dict(tqdm(done, desc="执行章节", total=total, bar_format=BAR, disable=silent))


# --- where it goes ----------------------------------------------------------------------------


def notebook_place(asked: Order, name: str, out: Path | None) -> Path:
    """Where a chapter's notebook goes: a file as asked for, or one in a folder."""
    if out is not None and out.suffix == ".ipynb":
        return out.resolve()
    folder = asked.base / edition_of(asked).folder if out is None else out.resolve()
    own = Path(notebook_of(name))
    return folder / (own if out is None else own.name)


def save(text: str, place: Path, *, replace: bool) -> Path:
    """Write a notebook, whole or not at all; a reader may have worked in the one that is there.

    Raises
    ------
    StageError
        Another notebook is there, and nobody said that it may go.
    OSError
        The system refuses.
    """
    there = place.read_text(encoding="utf-8") if place.is_file() else text
    if there != text and not replace:
        raise StageError(
            f"{place} 已有另一份笔记本，里面也许有您写的东西，没有改动它。"
            "请用 --out 换一个位置，或加 --replace 用新的替换。"
        )
    place.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(place) as made:
        made.write_text(text, encoding="utf-8", newline="\n")
    return place
