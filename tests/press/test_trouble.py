"""Trials of a stranger's machine: one Chinese sentence, exit code 2, no traceback, nothing left."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest

from press import kept
from press.cli import main
from press.kept import cache_folder
from press.site import SiteError
from press.trouble import told
from small import CHAPTER, HEADER, PARAMETERS, write_chapter

BUILD = [sys.executable, "-m", "press.cli", "build", "--no-pdf"]
SLEEPS = (
    '\n```{code-cell} python\nopen("started", "w").close()\n__import__("time").sleep(60)\n```\n'
)

linux = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc")


def build(top: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Build a small book in a process of its own."""
    return subprocess.run(
        [*BUILD, "--root", str(top), "--out", str(top / "out")],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["build", "--param", "draws=["], "看不懂：draws=["),
        (["build", "--out", "长" * 300], "路径太长"),
        (["build", "--data", "没有.csv"], "找不到"),
        (["build", "--out", f"{__file__}/out"], "是文件而不是文件夹"),
    ],
)
def test_a_wrong_word_is_refused(
    small_book: Path, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    assert main([*words, "--root", str(small_book)]) == 2
    assert says in capsys.readouterr().err


def test_a_date_that_is_none_is_refused(
    small_book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "abc")
    assert main(["build", "--root", str(small_book)]) == 2
    assert "SOURCE_DATE_EPOCH=abc 不是时间" in capsys.readouterr().err


def test_a_port_in_use_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "html").mkdir()
    (tmp_path / "html/index.html").touch()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        assert main(["serve", "--out", str(tmp_path), "--port", port]) == 2
    assert "端口已被别的程序占用" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("encoding", "words", "says"),
    [("gbk", "audit", "一致"), ("ascii", "--help", "报告"), ("cp1252", "--help", "报告")],
)
def test_any_console_gets_every_word(encoding: str, words: str, says: str) -> None:
    command = [sys.executable, "-m", "press.cli", words]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0 and done.stderr == b""
    assert says in done.stdout.decode("gbk" if encoding == "gbk" else "utf-8")


@pytest.mark.parametrize("refusal", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_what_the_system_refuses_is_told_however_deep_it_lies(refusal: int) -> None:
    try:
        try:
            raise OSError(refusal, os.strerror(refusal), "book.html")
        except OSError as error:
            raise SiteError("a long story") from error
    except SiteError as error:
        sentence, code = told(error)
    assert code == 2 and "“book.html”" in sentence and sentence.endswith("。")
    assert told(ZeroDivisionError())[1] is None, "a bug stays one"


def test_a_checkout_that_may_not_be_written_has_its_cache_with_the_book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    top, out = tmp_path / "checkout", tmp_path / "out"
    top.mkdir()
    assert cache_folder(top, out) == top / "_build/.cache"
    monkeypatch.setattr(kept.os, "access", lambda path, mode: top not in (path, *path.parents))
    assert cache_folder(top, out) == out / ".cache"


def test_neither_a_home_to_write_to_nor_a_sound_cache_is_needed(small_book: Path) -> None:
    first = build(small_book, HOME="/proc")
    assert first.returncode == 0, first.stderr
    page = small_book / "out/html/chapters/paper/data.html"
    before, spoilt = page.read_bytes(), 0
    page.unlink()
    for result in (small_book / "_build/.cache").rglob("*.*"):
        if result.is_file() and "vendor" not in str(result):
            result.write_bytes(b"\x80garbage")
            spoilt += 1
    again = build(small_book)
    assert spoilt > 20
    assert again.returncode == 0 and "Traceback" not in again.stderr, again.stderr
    assert page.read_bytes() == before


def alive(mark: str) -> list[int]:
    """Processes that a marked build has started, itself included."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            if state != "Z" and mark.encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def wait_for(condition: object, seconds: float) -> bool:
    """Wait until a condition holds, and say whether it does."""
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(condition())


def hears_an_interrupt() -> None:
    """What a shell starts in the background would ignore Ctrl-C, and so would its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@linux
@pytest.mark.parametrize(
    ("number", "code", "leaves"),
    [(signal.SIGKILL, -9, True), (signal.SIGTERM, 143, False), (signal.SIGINT, 130, False)],
)
def test_nothing_outlives_a_build(
    small_book: Path, number: signal.Signals, code: int, leaves: bool
) -> None:
    write_chapter(small_book, HEADER + PARAMETERS + CHAPTER + SLEEPS)
    mark, out = f"MARK={uuid4().hex}", small_book / "out"
    words = [*BUILD, "--root", str(small_book), "--out", str(out)]
    environment = dict([mark.split("="), *os.environ.items()])
    process = subprocess.Popen(
        words,
        env=environment,
        cwd=small_book,
        stderr=subprocess.PIPE,
        preexec_fn=hears_an_interrupt,
    )
    assert wait_for((small_book / "started").exists, 60)
    assert len(alive(mark)) > 2, "the build, the server that forks, the kernel"
    process.send_signal(number)
    assert process.wait(5) == code
    assert wait_for(lambda: not alive(mark), 5), alive(mark)
    assert process.stderr is not None and b"Traceback" not in process.stderr.read()
    left = [path for path in out.glob(".press-*") if path.is_dir()]
    assert bool(left) == leaves
    write_chapter(small_book, HEADER + PARAMETERS + CHAPTER)
    assert build(small_book).returncode == 0
    assert [path for path in out.glob(".press-*") if path.is_dir()] == []
