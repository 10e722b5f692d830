"""The output folder: a new book is made beside the last one and takes its place as a whole.

So does a class's kit, a folder and its archive. A book in a folder `out` is a pair, `out/html/` and
`out/book.pdf`. What a kill leaves, by moment:

1. While a book is made, in a workshop `out/.press-.../`: the old pair, untouched. The next build
   removes the workshop.
2. The finished parts go to `out/.press-swap/new/` by one rename. From then on the new pair is
   decided, and three renames within the folder are left, less than a millisecond: the old pages
   away, the new pages in, the new PDF over the old one. A kill between the first and the last
   leaves no pages, or new pages beside the old PDF, with the missing part complete in
   `.press-swap`; the next `press build` or `press serve` (for a kit the next `press kit`) finishes
   the renames before all else.
3. After the last rename: the new pair. `.press-swap` holds only what nobody needs.

Whoever comes by way of `press` therefore meets the old pair or the new one. Whoever opens the
files otherwise, after a kill within step 2 and before the next command, may not: no system
replaces a folder and a file beside it in one step, and links in their place would neither work on
every Windows nor survive a copy of `html/` to a memory stick. A rename that the system refuses
(Windows, while a viewer holds the PDF open) puts the old pair back. All this is about processes
that end; nothing is forced to the disk, so a power cut is the file system's affair.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from synergy.source import is_checkout, source_folder

PARTS = ("html", "book.pdf")
MARKER = ".press-book"
SWAP = ".press-swap"
LOCK = ".press-lock"


class OutputError(ValueError):
    """The output folder cannot be used."""

    exit_code = 2


class BusyError(OutputError):
    """Another process writes into the folder."""


def require_ours(out: Path, inside: str = "html", marker: str = MARKER) -> None:
    """Refuse an output folder whose content another program made.

    Parameters
    ----------
    out : Path
    inside : str
        Where in it our content stands; empty if the folder itself is replaced.
    marker : str
        File that says that it is ours.

    Raises
    ------
    OutputError
        `out` is a file, or what is inside is not ours.
    """
    if out.exists() and not out.is_dir():
        raise OutputError(f"输出位置 {out} 是一个文件；请用 --out 指定一个文件夹。")
    filled = out / inside
    others = (path for path in filled.glob("*") if not _is_work(path))
    if any(others) and not (filled / marker).exists():
        raise OutputError(
            f"{filled} 里有不是本程序生成的内容，为避免覆盖已停止；请用 --out 另选一个文件夹。"
        )


def _is_work(path: Path) -> bool:
    """Whether it is a lock, a workshop or a cache of ours, as a kill may leave it."""
    return path.name.startswith(".press-") or path.name == ".cache"


def book_in(out: Path) -> str:
    """Return which book a folder's pages are of, as their maker noted; empty where none are."""
    note = out / "html" / MARKER
    return note.read_text(encoding="utf-8") if note.is_file() else ""


@contextmanager
def workshop(out: Path) -> Iterator[Path]:
    """Give a working folder inside `out`, gone afterwards; first make good what a kill left.

    Raises
    ------
    BusyError
        Another build works in this folder.
    """
    made = [path for path in (out, *out.parents) if not path.exists()]
    out.mkdir(parents=True, exist_ok=True)
    try:
        with _alone(out):
            _finish(out)
            _sweep(out)
            try:
                yield Path(tempfile.mkdtemp(prefix=".press-", dir=out))
            finally:
                _sweep(out)
    finally:
        for path in made:
            _drop(path)


def swap_in(
    made: Path, out: Path, *, parts: Sequence[str] = PARTS, alone: bool = False
) -> list[str]:
    """Put the parts that a workshop holds in place of the last ones.

    Parameters
    ----------
    made : Path
        Workshop with some of the parts, each complete.
    out : Path
        Output folder, on the same disk.
    parts : sequence of str
        Names of folders and of at most one file.
    alone : bool
        Whether a part that the workshop does not hold leaves: it belongs to another book.

    Returns
    -------
    list of str
        The parts that left.

    Raises
    ------
    OutputError
        The system refused a rename; the last book is in place again.
    """
    ready, swap = made / "ready", out / SWAP
    for folder in ("new", "gone", "old"):
        (ready / folder).mkdir(parents=True)
    held = [part for part in parts if (made / part).exists()]
    gone = [p for p in parts if alone and p not in held and (out / p).exists()]
    for part in held:
        (made / part).rename(ready / "new" / part)
    for part in gone:
        (ready / "gone" / part).touch()
    try:
        ready.rename(swap)
        try:
            _exchange(out)
        except BaseException:
            if any((swap / "new").iterdir()):
                _undo(out, held)
                swap.rename(ready)
            raise
    except OSError as error:
        raise OutputError(f"新的换不上去：{error}。请关闭正打开着它的程序，再运行一次。") from error
    shutil.rmtree(swap, ignore_errors=True)
    return gone


def work_folder() -> Path:
    """Return where books go by default: `_build` of the checkout, else of the current folder."""
    source = source_folder()
    return (source if is_checkout(source) else Path.cwd()) / "_build"


def recover(out: Path) -> None:
    """Finish what a killed build had decided; a build that still runs finishes its own."""
    if (out / SWAP).is_dir():
        with suppress(BusyError), _alone(out):
            _finish(out)


def clear(out: Path) -> None:
    """Remove an output folder with all it holds; a kill leaves no book that lacks pages.

    Raises
    ------
    OutputError
        A build works in this folder, or there is no sign that it is ours.
    """
    if not (out / ".cache" / "joblib").is_dir() and next(out.rglob(MARKER), None) is None:
        raise OutputError(f"{out} 不像是本程序生成的，没有删除；请查看后自己删除。")
    with _alone(out):
        away = Path(tempfile.mkdtemp(prefix=".press-", dir=out))
        for path in out.iterdir():
            if path not in {away, out / LOCK}:
                path.rename(away / path.name)
        _sweep(out)
    _drop(out)


def _exchange(out: Path) -> None:
    """Do what `.press-swap` says, parts in and parts away: the swap and its repair."""
    swap = out / SWAP
    for part in _decided(out):
        new, old, place = swap / "new" / part, swap / "old" / part, out / part
        away = new.is_dir() or (swap / "gone" / part).exists()
        if away and place.exists():  # a rename replaces a file, never a folder
            if old.is_dir():
                shutil.rmtree(old, ignore_errors=True)
            place.replace(old)
        if new.exists():
            new.replace(place)


def _decided(out: Path) -> list[str]:
    """Parts that `.press-swap` names; a file last: one rename, so that none is to be undone."""
    swap = out / SWAP
    names = {path.name for folder in ("new", "gone") for path in (swap / folder).glob("*")}
    folders = {name for name in names if any((at / name).is_dir() for at in (swap / "new", out))}
    return [*sorted(folders), *sorted(names - folders)]


def _undo(out: Path, parts: Iterable[str]) -> None:
    """Take an unfinished exchange back: the file, which comes last, has not been touched."""
    swap = out / SWAP
    for part in parts:
        if not (swap / "new" / part).exists():
            (out / part).replace(swap / "new" / part)
    for old in (swap / "old").glob("*"):
        old.replace(out / old.name)


def _finish(out: Path) -> None:
    if (out / SWAP).is_dir():
        _exchange(out)
        shutil.rmtree(out / SWAP, ignore_errors=True)


def _drop(folder: Path) -> None:
    """Remove a folder that holds nothing, or nothing but our lock."""
    if folder.exists() and not {path.name for path in folder.iterdir()} - {LOCK}:
        (folder / LOCK).unlink(missing_ok=True)
        folder.rmdir()


def _sweep(out: Path) -> None:
    """Remove all workshops; never a swap, which may hold the only copy of a part."""
    for path in out.glob(".press-*"):
        if path.name not in {SWAP, LOCK}:
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Hold the folder's lock, which the system lifts when the process ends, however it ends."""
    from filelock import FileLock, Timeout

    try:
        with FileLock(out / LOCK, timeout=0):
            yield
    except Timeout:
        raise BusyError(f"另一个 press 正在 {out} 里生成书；请等它结束再运行。") from None
