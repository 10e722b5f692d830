"""A process of its own for the libraries that read binary files: it may die, we do not.

One process serves all files of a run. A file that makes it abort, exceed its memory or its time
costs that file; the next one gets a new process.
"""

from __future__ import annotations

import multiprocessing as mp
import os
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from synergy.intake.formats import FORMATS, Sheet, Unreadable

SECONDS = 60.0
#: Address space, of which the libraries themselves take about a half.
MEMORY = 2 * 2**30

_DAMAGED = Unreadable("文件已损坏，读不出来", cure="重新下载，或用原软件打开后另存一份")
_HUNG = Unreadable(f"{SECONDS:.0f} 秒还没有读完", cure="只留下要用的表和列，另存一份")


class Reader:
    """The process that reads, started when first needed and again after it died.

    Parameters
    ----------
    serve : callable
        What the process runs, given its end of the line.
    """

    def __init__(self, serve: Callable[[Connection], None]) -> None:
        self.serve = serve
        self.process: BaseProcess | None = None
        self.line: Connection | None = None

    def ask(self, path: Path, kind: str) -> list[Sheet]:
        """Sheets of a file; `Unreadable` whatever the process does."""
        line = self._ready()
        line.send((path, kind))
        try:
            if not line.poll(SECONDS):
                self.stop()
                raise _HUNG
            answer = line.recv()
        except (EOFError, OSError):
            self.stop()
            raise _DAMAGED from None
        if isinstance(answer, Unreadable):
            raise answer
        sheets: list[Sheet] = answer
        return sheets

    def _ready(self) -> Connection:
        if self.process is not None and self.line is not None and self.process.is_alive():
            return self.line
        context = mp.get_context("spawn")
        self.line, far = context.Pipe()
        self.process = context.Process(target=self.serve, args=(far,), daemon=True)
        self.process.start()
        far.close()
        return self.line

    def stop(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.join()
        self.process = None


def _serve(line: Connection) -> None:
    """Read files until nobody asks any more."""
    _keep_quiet()
    _limit_memory()
    with suppress(EOFError, KeyboardInterrupt):
        while True:
            path, kind = line.recv()
            line.send(_answer(path, kind))


def _answer(path: Path, kind: str) -> list[Sheet] | Unreadable:
    try:
        return FORMATS[kind](path)
    except Unreadable as trouble:
        return trouble
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # libraries raise undocumented classes; calamine's panic is no Exception
        return _DAMAGED


def _keep_quiet() -> None:
    """A library that gives up prints English to the terminal."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)


def _limit_memory() -> None:
    """Where the system can; elsewhere an absurd request fails by itself."""
    try:
        import resource
    except ImportError:
        return
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


_reader = Reader(_serve)


def parse(path: Path, kind: str) -> list[Sheet]:
    """Sheets of a binary file.

    Parameters
    ----------
    path : Path
    kind : {"excel", "stata", "parquet"}

    Raises
    ------
    Unreadable
        Whatever the library did.
    """
    return _reader.ask(path.resolve(), kind)
