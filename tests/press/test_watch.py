"""`press watch`: the page that is open follows the file that is saved."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.support.ui import WebDriverWait

from small import CHAPTER, HEADER, PARAMETERS, write_book, write_chapter
from test_trouble import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.book]

FAILING = "```{code-cell} python\n1 / 0\n```\n\n"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def watched(tmp_path: Path, root: Path) -> Iterator[tuple[Path, int, Path]]:
    """A small book under watch: its top folder, the port, what the command says."""
    top, port, said = write_book(tmp_path / "书", root), free_port(), tmp_path / "said"
    words = [sys.executable, "-m", "press.cli", "watch", "--no-pdf", "--port", str(port)]
    with said.open("wb") as stream:
        process = subprocess.Popen(
            [*words, "--root", str(top)],
            stdout=stream,
            stderr=stream,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    yield top, port, said
    process.terminate()
    process.wait(10)


def test_an_open_page_follows_what_is_saved(
    watched: tuple[Path, int, Path], browser: Chrome
) -> None:
    top, port, said = watched
    assert wait_for(lambda: "请在浏览器打开" in said.read_text("utf-8"), 60), said.read_text(
        "utf-8"
    )

    def shows(text: str) -> bool:
        return bool(
            browser.execute_script("return document.body.innerText.includes(arguments[0])", text)
        )

    browser.get(f"http://127.0.0.1:{port}/chapters/paper/data.html")
    assert shows("区域 全国")
    write_chapter(top, HEADER + PARAMETERS + "刚刚写下的话。\n\n" + CHAPTER)
    WebDriverWait(browser, 60).until(lambda _: shows("刚刚写下的话"))
    write_chapter(top, HEADER + PARAMETERS + FAILING + CHAPTER)
    assert wait_for(lambda: "ZeroDivisionError" in said.read_text("utf-8"), 60)
    assert shows("刚刚写下的话"), "a failure leaves the last book"
    write_chapter(top, HEADER + PARAMETERS + "改好了。\n\n" + CHAPTER)
    WebDriverWait(browser, 60).until(lambda _: shows("改好了"))
    assert "Traceback" not in said.read_text("utf-8")
