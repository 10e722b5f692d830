"""Many editions at once: regions of one book, and books over a grid of other parameters.

Each book is built once, for the nation, in a process of its own. An edition for a region is the
same site with another place to start from, and a PDF set from the book's single page with the
region's sentences and charts. Local processes and machines of a dask cluster do the same calls;
what is done is noted and not done again.
"""

from __future__ import annotations

import os
import pickle
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice, product
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen
from threading import Thread
from typing import Any

from press.digest import digest
from press.kernel import context, end_with_parent
from press.order import Order, carry_out, edition_of
from press.output import MARKER, book_in, swap_in, workshop
from press.trouble import told
from press.unchanged import Note, recall, remember

# Editions after which a process makes room for a fresh one: drawing takes memory and keeps it.
_CHARTS_FILL_MEMORY_AFTER = 12
_STARTS = re.compile(r'(<form class="place-switch[^>]* data-home="[^"]*")')


class EditionError(RuntimeError):
    """An edition failed; the message is its own."""

    exit_code = 1


@dataclass(frozen=True)
class Done:
    """What became of one edition.

    Attributes
    ----------
    out : str
        Its folder.
    made : bool
        Whether it was made now, not before.
    fault : str
        Why it failed; empty where it did not.
    """

    out: str
    made: bool = False
    fault: str = ""


def grid(base: Order, **values: Sequence[Any]) -> list[Order]:
    """Return an order for each combination of values, each with a folder of its own.

    Parameters
    ----------
    base : Order
        What all have in common.
    **values
        Values by field of a request, or by further parameter.
    """
    fields = {"alpha", "years", "data", "recipe"}
    orders = []
    for combination in product(*values.values()):
        chosen = dict(zip(values, combination, strict=True))
        asked = {name: value for name, value in chosen.items() if name in fields}
        further = {name: value for name, value in chosen.items() if name not in fields}
        out = base.base / "editions" / _slug(chosen) if chosen else base.base
        orders.append(
            replace(
                base,
                asked={**base.asked, **asked},
                further={**base.further, **further},
                out=out,
                single=base.pdf,
            )
        )
    return orders


def _slug(chosen: dict[str, Any]) -> str:
    """Name a folder after values: letters, digits and points, files by their names."""
    words = (
        f"{name}-{Path(str(value)).stem if name in ('data', 'recipe') else value}"
        for name, value in chosen.items()
    )
    slug = re.sub(r"[^\w.-]+", "-", "_".join(words))
    return slug if len(slug) < 80 else f"{slug[:60]}-{digest([slug])[:8]}"


def make_editions(
    books: Sequence[Order],
    codes: Sequence[str],
    *,
    jobs: int,
    scheduler: str = "",
) -> Iterator[Done]:
    """Build books and their editions for places, and yield what became of each as it is done.

    Parameters
    ----------
    books : sequence of Order
        The books, for the nation.
    codes : sequence of str
        Codes of the places of the editions.
    jobs : int
        Processes on this machine.
    scheduler : str
        Address of a dask scheduler, whose workers do the work instead; they need the same
        library and the same disk.
    """
    calls: list[tuple[Callable[..., Done], Iterator[tuple[Any, ...]]]] = [
        (make_book, ((book,) for book in books)),
        (make_edition, product(books, codes)),
    ]
    for function, arguments in calls:
        while some := list(islice(arguments, jobs * _CHARTS_FILL_MEMORY_AFTER)):
            with _workers(jobs, scheduler) as pool:
                yield from _each(pool, function, some)


@contextmanager
def _workers(jobs: int, scheduler: str) -> Iterator[Executor]:
    """Give processes of this machine, or those of a cluster, by the same interface."""
    if not scheduler:
        with ProcessPoolExecutor(jobs, context(), end_with_parent) as pool:
            yield pool
        return
    from distributed import Client

    connect: Any = Client  # untyped
    with connect(scheduler) as client, client.get_executor() as pool:
        yield pool


def _each(
    pool: Executor, function: Callable[..., Done], arguments: Iterable[tuple[Any, ...]]
) -> Iterator[Done]:
    jobs = [pool.submit(function, *some) for some in arguments]
    try:
        for job in as_completed(jobs):
            yield job.result()
    except BrokenProcessPool as error:
        raise EditionError(
            "一个工作进程中途没有了（多半是内存不够）；已完成的版本都在，再运行一次会接着做。"
        ) from error


def make_book(order: Order) -> Done:
    """Build a book in a process of its own, so that none bears what another left in memory."""
    command = [sys.executable, "-m", "press.editions"]
    with Popen(command, stdin=PIPE, stdout=PIPE, stderr=STDOUT) as process:
        assert process.stdin and process.stdout
        pickle.dump(order, process.stdin)
        process.stdin.flush()  # and stays open: its end tells the process that nobody waits
        said = process.stdout.read().decode("utf-8", "replace").strip()
    failed = process.wait() != 0
    return Done(str(order.base), said.endswith("True"), said if failed else "")


def make_edition(book: Order, code: str) -> Done:
    """Make the edition of a book for a place, unless it stands."""
    out = ""
    try:
        out, made = _edition(book, code)
    except Exception as error:
        sentence, exit_code = told(error)
        if exit_code is None:
            raise
        return Done(out or f"{book.base}/{code}", fault=sentence)
    return Done(out, made)


def _edition(book: Order, code: str) -> tuple[str, bool]:
    note, _ = carry_out(book)
    edition = edition_of(replace(book, asked={**book.asked, "region": code}))
    out = Path(note.out) / edition.folder
    wanted = digest([note.book, code])
    if recall(book.cache, ("edition", str(out)), wanted):
        return str(out), False
    with workshop(out) as made:
        if book.html:
            _start_at(Path(note.out) / "html", made / "html", code, wanted)
        if book.pdf and book.kept_single:
            from press.pdf import SINGLE_PAGE, prepared

            template = book.top / "book" / "print" / "book.typ"
            kept = book.kept_single
            prepared(kept / SINGLE_PAGE, kept, edition, template, made, book.cache)()
        swap_in(made, out, alone=book_in(out) != wanted)
    remember(book.cache, ("edition", str(out)), Note(wanted, str(out), [], [], wanted))
    return str(out), True


def _start_at(pages: Path, target: Path, code: str, made_of: str) -> None:
    """Copy a site so that it starts at another place."""
    shutil.copytree(pages, target)
    for page in target.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(_STARTS.sub(rf'\1 data-start="{code}"', text), encoding="utf-8")
    (target / MARKER).write_text(made_of, encoding="utf-8")


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def _main() -> None:
    """Build the book that is ordered on standard input, and say whether it had to be built."""
    order = pickle.load(sys.stdin.buffer)
    Thread(target=_end_with_input, daemon=True).start()
    try:
        print(carry_out(order)[1], flush=True)
    except Exception as error:
        sentence, code = told(error)
        if code is None:
            raise
        print(sentence, flush=True)
        os._exit(code)
    os._exit(0)


if __name__ == "__main__":
    _main()
