"""Editions of many places and parameters: each as a build of its own, none lost, none doubled."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from press import editions
from press.by_place import changed, difference
from press.cli import main
from press.editions import grid, make_book, make_edition
from press.order import Order, carry_out
from small import HEADER, write_book
from test_trouble import wait_for

CHAPTER = """```{code-cell} python
:tags: [parameters]
region = "全国"
alpha = 0.5
draws = 10
```

```{code-cell} python
from synergy import *
evidence = load_evidence(Request(region=region, alpha=alpha))
place = evidence.place
```

# 小章

```{code-cell} python
facts = {"where": place.name, "alpha": alpha, "draws": draws}
say("区域 {{ where }}，权重 {{ alpha }}，抽 {{ draws }} 次。", **facts)
```

```{code-cell} python
chart = unit_heatmap(evidence.lead, "D", highlight=place)
figure("fig-small", chart, "{{ where }}的图", where=place.name)
```
"""
CODES = ("44", "northeast")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Order:
    """A small book that depends on the place, built."""
    top = write_book(tmp_path_factory.mktemp("editions") / "书", root, HEADER + CHAPTER)
    [order] = grid(Order(root=top, out=top / "out"))
    assert make_book(order).fault == ""
    return order


def words(out: Path) -> str:
    """All text of the PDF in a folder, without blanks."""
    reader = PdfReader(out / "book.pdf")
    return "".join("".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.parametrize("code", CODES)
def test_an_edition_is_what_a_build_for_the_place_is(
    book: Order, tmp_path: Path, code: str
) -> None:
    done = make_edition(book, code)
    assert done.made and not done.fault
    note, _ = carry_out(Order({"region": code}, root=book.root, out=tmp_path))
    assert words(Path(done.out)) == words(Path(note.out)) != words(book.base)
    page = (Path(done.out) / "html/chapters/paper/data.html").read_text(encoding="utf-8")
    switch = BeautifulSoup(page, "html.parser").select_one(".place-switch")
    assert switch is not None
    assert switch["data-home"] == "00" and switch["data-start"] == code


def test_what_is_done_is_not_done_again(book: Order) -> None:
    out = Path(make_edition(book, "44").out)
    before = (out / "book.pdf").stat().st_mtime_ns
    assert not make_book(book).made and not make_edition(book, "44").made
    assert (out / "book.pdf").stat().st_mtime_ns == before
    (out / "book.pdf").unlink()
    assert make_edition(book, "44").made and (out / "book.pdf").is_file()


def test_a_grid_has_a_folder_for_each_combination(tmp_path: Path) -> None:
    base = Order({"recipe": "r.toml"}, out=tmp_path)
    orders = grid(base, alpha=[0.3, 0.5], years=["2013-2022"], draws=[1, 2])
    assert [order.asked["alpha"] for order in orders] == [0.3, 0.3, 0.5, 0.5]
    assert all(order.asked["recipe"] == "r.toml" for order in orders)
    assert [order.further for order in orders] == [{"draws": 1}, {"draws": 2}] * 2
    outs = {order.base.relative_to(tmp_path).as_posix() for order in orders}
    assert len(outs) == 4 and "editions/alpha-0.3_years-2013-2022_draws-1" in outs
    long = grid(base, data=["长" * 90 + "甲.csv", "长" * 90 + "乙.csv"])
    assert len({order.base.name for order in long}) == 2


def test_the_command_makes_all_and_tells_of_a_fault(
    book: Order, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["editions", "--root", str(book.root), "--out", str(book.out), "--jobs", "2"]
    assert main([*words, "--regions", "广东,青海", "--alphas", "0.4,7"]) == 1
    said = capsys.readouterr()
    assert "alpha=7.0 不可用" in said.err and "Traceback" not in said.err
    assert "共 6 版：新做 3，原有 0，失败 3。" in said.out
    assert (book.base / "editions/alpha-0.4/editions/qinghai/book.pdf").is_file()
    assert main([*words, "--regions", "火星"]) == 2
    assert main([*words, "--alphas", "甲"]) == 2


def test_a_change_of_a_value_is_applied_as_the_page_applies_it() -> None:
    here = {"a": [1, {"b": 2}], "gone": 1, "list": [1, 2], "same": {"x": 1}}
    there = {"a": [1, {"b": 3}], "new": {"y": []}, "list": [1, 2, 3], "same": {"x": 1}}
    assert changed(here, {}) == here
    assert changed(here, json_of(difference(here, there))) == there
    assert here["gone"] == 1


def json_of(value: object) -> object:
    import json

    return json.loads(json.dumps(value))


# ------------------------------------------------------------------ a cluster on this machine


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]], Path]]:
    """A scheduler and two workers on the loopback address, and where they write their log."""
    pytest.importorskip("distributed")
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    log = tmp_path / "dask.log"
    with log.open("wb") as stream:
        local = ["--host", "127.0.0.1", "--no-dashboard"]
        start = [
            ["scheduler", "--port", address.rpartition(":")[2], *local],
            *[["worker", address, *local, "--nthreads", "1", "--no-nanny"]] * 2,
        ]
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", "distributed.cli.dask_" + words[0], *words[1:]],
                stdout=stream,
                stderr=stream,
                cwd=tmp_path,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
            )
            for words in start
        ]
        yield address, processes, log
        for process in processes:
            process.kill()
            process.wait()


def test_a_cluster_that_loses_a_worker_loses_and_doubles_nothing(
    book: Order, cluster: tuple[str, list[subprocess.Popen[bytes]], Path]
) -> None:
    address, (_, _, victim), log = cluster
    assert wait_for(lambda: log.read_text().count("Registered to") == 2, 60), log.read_text()
    out = book.base.parent / "cluster"
    [order] = grid(Order(root=book.root, out=out))
    codes = ["11", "12", "13", "14", "15", "21", "22", "23"]
    done = []
    for one in editions.make_editions([order], codes, jobs=1, scheduler=address):
        done.append(one)
        if len(done) == 3:
            os.kill(victim.pid, signal.SIGKILL)
    assert victim.wait(5) == -9
    assert [one.fault for one in done] == [""] * 9
    assert len({one.out for one in done}) == 9
    assert len(list(out.glob("editions/*/book.pdf"))) == 8
    assert [path for path in out.rglob(".press-*") if path.is_dir()] == []
    assert "Removing worker" in log.read_text() or "Remove worker" in log.read_text()
