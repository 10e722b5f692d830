"""A kill at any moment leaves the last pair of HTML and PDF or the new one, never a mix."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from press import output
from press.output import (
    LOCK,
    MARKER,
    SWAP,
    BusyError,
    OutputError,
    clear,
    recover,
    require_ours,
    swap_in,
    workshop,
)

posix = pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")

# Make a book in one process; die by SIGKILL before the n-th call that touches the disk.
BUILD = """
import os, signal, sys
from pathlib import Path
import filelock
from press import output

out, parts, dies = Path(sys.argv[1]), sys.argv[2].split(), int(sys.argv[3])
calls = 0


def watch(event, _):
    global calls
    if event in {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree"}:
        calls += 1
        if calls == dies:
            os.kill(os.getpid(), signal.SIGKILL)


sys.addaudithook(watch)
with output.workshop(out) as made:
    if "html" in parts:
        (made / "html" / "chapters").mkdir(parents=True)
        for name in ("index.html", "chapters/data.html", output.MARKER):
            (made / "html" / name).write_text("new")
    if "book.pdf" in parts:
        (made / "book.pdf").write_text("new")
    output.swap_in(made, out, alone=len(sys.argv) > 4)
print(calls)
"""

# Without `site`, which costs each of the processes its start.
PATHS = os.pathsep.join([str(Path(output.__file__).parents[1]), sysconfig.get_path("purelib")])

PAGES = ("html/index.html", "html/chapters/data.html")
OLD = dict.fromkeys((*PAGES, "book.pdf"), "old")


def write_pair(out: Path, text: str) -> None:
    """Put a finished book into a folder."""
    for name in (*PAGES, f"html/{MARKER}", "book.pdf"):
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def pair(out: Path) -> dict[str, str]:
    """What a reader finds at the public addresses: the text of each file that is there."""
    found = {name: out / name for name in (*PAGES, "book.pdf")}
    return {name: p.read_text(encoding="utf-8") for name, p in found.items() if p.is_file()}


def left(out: Path) -> list[Path]:
    """Working folders; the lock is a file that stays."""
    return [path for path in out.glob(".press-*") if path.name != LOCK]


def build(out: Path, parts: str, dies: int, alone: bool) -> subprocess.CompletedProcess[str]:
    """Make a book of the parts and die before the given call, or never."""
    words = [sys.executable, "-S", "-c", BUILD, str(out), parts, str(dies), *["alone"] * alone]
    environment = {**os.environ, "PYTHONPATH": PATHS}
    return subprocess.run(words, capture_output=True, text=True, env=environment, check=False)


@posix
@pytest.mark.parametrize(
    ("parts", "before", "alone"),
    [
        ("html book.pdf", OLD, True),
        ("html book.pdf", {}, True),
        ("html", OLD, False),
        ("book.pdf", OLD, False),
        ("html", OLD, True),
        ("book.pdf", OLD, True),
    ],
    ids=["pair", "first pair", "pages", "PDF", "pages alone", "PDF alone"],
)
def test_after_a_kill_anywhere_the_next_command_finds_one_pair(
    tmp_path: Path, parts: str, before: dict[str, str], alone: bool
) -> None:
    after = ({} if alone else before) | {
        name: "new" for name in OLD if name.split("/")[0] in parts.split()
    }
    seen: list[dict[str, str]] = []
    unrepaired = 0
    for dies in range(1, 200):
        out = tmp_path / f"{dies}" / "out"
        if before:
            write_pair(out, "old")
        result = build(out, parts, dies, alone)
        if result.returncode == 0:
            break
        assert result.returncode == -signal.SIGKILL, result.stderr
        unrepaired += pair(out) not in (before, after)
        recover(out)
        seen.append(pair(out))
        assert seen[-1] in (before, after), f"a mix after a kill before call {dies}"
        assert not (out / SWAP).exists()
        with workshop(out) as made:  # nothing stands in the next build's way
            write_pair(made, "next")
            swap_in(made, out)
        assert set(pair(out).values()) == {"next"} and not left(out)
    assert result.returncode == 0
    assert seen == [before] * seen.count(before) + [after] * seen.count(after)
    assert seen.count(before) > 5 and seen.count(after) > 5
    # The moments that only recovery mends: old pages away, and new pages beside the old PDF.
    assert unrepaired <= 2


def refusing(monkeypatch: pytest.MonkeyPatch, number: int, error: BaseException) -> None:
    """Let the n-th rename from now on fail once, as an open file does on Windows."""
    rename: Callable[..., None] = os.replace
    calls = 0

    def replace(*args: object, **names: object) -> None:
        nonlocal calls
        calls += 1
        if calls == number:
            raise error
        rename(*args, **names)

    monkeypatch.setattr(os, "replace", replace)


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("error", [PermissionError("open in a viewer"), KeyboardInterrupt()])
def test_a_refused_rename_puts_the_old_pair_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, error: BaseException
) -> None:
    write_pair(tmp_path, "old")
    refusing(monkeypatch, number, error)
    expected = OutputError if isinstance(error, OSError) else type(error)
    with pytest.raises(expected), workshop(tmp_path) as made:
        write_pair(made, "new")
        swap_in(made, tmp_path)
    assert pair(tmp_path) == OLD
    assert not left(tmp_path)


@pytest.mark.parametrize("number", [1, 2])
def test_a_refused_first_book_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    refusing(monkeypatch, number, PermissionError("no"))
    with pytest.raises(OutputError), workshop(tmp_path / "a/out") as made:
        write_pair(made, "new")
        swap_in(made, tmp_path / "a/out")
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_after_the_last_rename_keeps_the_new_pair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pair(tmp_path, "old")
    rename = os.replace

    def replace(source: Path, target: Path) -> None:
        rename(source, target)
        if target.suffix == ".pdf":
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(KeyboardInterrupt), workshop(tmp_path) as made:
        write_pair(made, "new")
        swap_in(made, tmp_path)
    assert set(pair(tmp_path).values()) == {"new"}
    recover(tmp_path)
    assert set(pair(tmp_path).values()) == {"new"} and not left(tmp_path)


def test_what_a_kill_leaves_of_a_first_kit_is_in_nobody_s_way(tmp_path: Path) -> None:
    for name in (".press-abc", ".cache"):
        (tmp_path / name).mkdir()
    (tmp_path / ".press-lock").touch()
    require_ours(tmp_path, "", ".press-kit")
    (tmp_path / "论文.docx").touch()
    with pytest.raises(OutputError):
        require_ours(tmp_path, "", ".press-kit")


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_kit_and_its_archive_are_swapped_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    parts = "kit", "kit.zip"

    def write(folder: Path, words: str) -> None:
        (folder / "kit").mkdir(parents=True)
        for name in ("kit/START.html", "kit.zip"):
            (folder / name).write_text(words, encoding="utf-8")

    write(tmp_path, "old")
    refusing(monkeypatch, number, PermissionError("open in a viewer"))
    with pytest.raises(OutputError), workshop(tmp_path) as made:
        write(made, "new")
        swap_in(made, tmp_path, parts=parts)
    assert [path.read_text() for path in (tmp_path / "kit/START.html", tmp_path / "kit.zip")] == [
        "old",
        "old",
    ]
    with workshop(tmp_path) as made:
        write(made, "new")
        swap_in(made, tmp_path, parts=parts)
    assert (tmp_path / "kit/START.html").read_text() == (tmp_path / "kit.zip").read_text() == "new"


def test_a_failed_build_removes_what_it_made(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), workshop(tmp_path / "a/out") as made:
        write_pair(made, "half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_part_that_the_reader_put_back_is_replaced(tmp_path: Path) -> None:
    write_pair(tmp_path / SWAP / "new", "new")
    (tmp_path / SWAP / "old").mkdir()
    write_pair(tmp_path, "copy")
    recover(tmp_path)
    assert set(pair(tmp_path).values()) == {"new"}


def test_two_builds_do_not_share_a_folder(tmp_path: Path) -> None:
    write_pair(tmp_path, "old")
    with workshop(tmp_path) as made:
        for enter in (lambda: workshop(tmp_path).__enter__(), lambda: clear(tmp_path)):
            with pytest.raises(BusyError, match="另一个 press 正在"):
                enter()
        recover(tmp_path)
        assert made.is_dir()


@posix
def test_a_killed_build_holds_no_lock(tmp_path: Path) -> None:
    waits = f"""
import time
from pathlib import Path
from press.output import workshop
with workshop(Path({str(tmp_path)!r})) as made:
    (made / "here").touch()
    time.sleep(60)
"""
    process = subprocess.Popen([sys.executable, "-S", "-c", waits], env={"PYTHONPATH": PATHS})
    deadline = time.monotonic() + 30
    while not list(tmp_path.glob(".press-*/here")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    process.wait()
    [half] = left(tmp_path)
    with workshop(tmp_path) as made:
        assert made.is_dir() and not half.exists()


def test_clear_removes_all_and_a_half_cleared_folder_is_no_obstacle(tmp_path: Path) -> None:
    out = tmp_path / "_build"
    write_pair(out, "old")
    (out / ".cache").mkdir()
    shutil.copytree(out / "html", out / ".press-half" / "html")
    with workshop(out):
        assert pair(out) == OLD and not (out / ".press-half").exists()
    clear(out)
    assert not out.exists()


def test_a_folder_without_a_sign_of_ours_is_not_cleared(tmp_path: Path) -> None:
    (tmp_path / "_build/html").mkdir(parents=True)
    with pytest.raises(OutputError, match="没有删除"):
        clear(tmp_path / "_build")
    (tmp_path / "_build/.cache/joblib").mkdir(parents=True)
    clear(tmp_path / "_build")
    assert list(tmp_path.iterdir()) == []


def test_a_file_or_a_foreign_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="是一个文件"):
        require_ours(tmp_path / "file")
    write_pair(tmp_path, "old")
    require_ours(tmp_path)
    (tmp_path / "html" / MARKER).unlink()
    with pytest.raises(OutputError, match="不是本程序生成的内容"):
        require_ours(tmp_path)
