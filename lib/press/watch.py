"""Build again on save, and reload the page that is open in a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterator
from multiprocessing import get_context
from pathlib import Path

from tornado.web import Application, RequestHandler, StaticFileHandler
from watchfiles import DefaultFilter, awatch

from press.order import Order
from press.output import book_in
from press.unchanged import TEXTS, packages
from synergy.source import source_folder

# A page may load scripts of its own address and ask for nothing else, so the news are a script:
# its answer comes when there is a new book, and reloads the page, or after a while, and asks again.
_SCRIPT = b'<script src="/_watch.js"></script></head>'
_WATCH = """
function news() {
  const script = document.createElement("script");
  script.src = "/_news.js?" + Date.now();
  script.onerror = () => setTimeout(news, 1000);
  document.head.append(script);
}
addEventListener("load", news);
"""
_PATIENCE_SECONDS = 60


class Pages(StaticFileHandler):
    """Pages of the book with a script that waits for a newer one."""

    @classmethod
    def get_content(
        cls, abspath: str, start: int | None = None, end: int | None = None
    ) -> Generator[bytes, None, None]:
        """Yield a file; a page has the script in its head."""
        if abspath.endswith(".html"):
            yield Path(abspath).read_bytes().replace(b"</head>", _SCRIPT, 1)[start:end]
        else:
            yield from super().get_content(abspath, start, end)

    def get_content_size(self) -> int:
        """Return the length of what is sent."""
        return sum(map(len, self.get_content(str(self.absolute_path))))

    def set_extra_headers(self, path: str) -> None:
        """Let nothing be kept: the next save may be a second away."""
        self.set_header("Cache-Control", "no-store")


class Script(RequestHandler):
    """The script that asks for news."""

    def get(self) -> None:
        """Send it."""
        self.set_header("Content-Type", "text/javascript")
        self.finish(_WATCH)


class News(RequestHandler):
    """An answer when there is a new book."""

    def initialize(self, fresh: asyncio.Condition) -> None:
        """Know what tells of a new book."""
        self.fresh = fresh

    async def get(self) -> None:
        """Wait for it, but not for ever."""
        self.set_header("Content-Type", "text/javascript")
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS), self.fresh:
                await self.fresh.wait()
            self.finish("location.reload();")
        except TimeoutError:
            self.finish("news();")


def watch(order: Order, out: Path, port: int, build: Callable[[Order], None]) -> None:
    """Serve a book on the loopback address until interrupted, and build it again on each save.

    Parameters
    ----------
    order : Order
        The book.
    out : Path
        Where it lies.
    port : int
        For the browser.
    build : callable
        Carries out the order and says what came of it, in a fresh process, which has every
        module as it is saved.
    """
    asyncio.run(_watch(order, out, port, build))


async def _watch(order: Order, out: Path, port: int, build: Callable[[Order], None]) -> None:
    fresh = asyncio.Condition()
    pages = {"path": str(out / "html"), "default_filename": "index.html"}
    server = Application(
        [
            (r"/_watch\.js", Script),
            (r"/_news\.js", News, {"fresh": fresh}),
            (r"/(.*)", Pages, pages),
        ],
        log_function=lambda handler: None,
    ).listen(port, "127.0.0.1")
    before = book_in(out)
    async for _ in awatch(*entering(order), watch_filter=DefaultFilter()):
        await asyncio.to_thread(_in_a_fresh_process, build, order)
        if book_in(out) != before:
            before = book_in(out)
            async with fresh:
                fresh.notify_all()
    server.stop()


def _in_a_fresh_process(build: Callable[[Order], None], order: Order) -> None:
    process = get_context("spawn").Process(target=build, args=(order,))
    process.start()
    process.join()


def entering(order: Order) -> Iterator[Path]:
    """Yield the files and folders that a book is made of."""
    yield from filter(Path.exists, (order.top / name for name in TEXTS))
    yield source_folder() / "data"
    yield from packages()
    yield from order.own.values()
