"""Wrong requests end in plain Chinese and exit code 2, with nothing changed on disk."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from press.cli import main
from small import CHAPTER, HEADER, write_chapter
from synergy.dictionary import provinces

CELLS = "province,year,ai_cable,lr_wage\n"


def grid(change: dict[tuple[str, int], str] | None = None, extra: str = "") -> str:
    """Return a complete small panel of two indicators, with some rows replaced."""
    rows = {
        (province, year): f"{province},{year},{0.1 * n + year - 2010:.1f},{1000 * n + 10 * year}"
        for n, province in enumerate(provinces().index, start=1)
        for year in (2011, 2012, 2013)
    }
    rows.update(change or {})
    return CELLS + "\n".join(rows.values()) + "\n" + extra


BAD_DATA = {
    "text": (grid({("天津", 2012): "天津,2012,很多,3000"}), ["第 6 行", "ai_cable", "很多"]),
    "duplicate": (grid(extra="北京,2012,1,2\n"), ["北京", "2012", "重复"]),
    "misspelt": (grid({("天津", 2012): "天律,2012,1.0,3000"}), ["天律", "天津"]),
    "infinite": (grid({("天津", 2012): "天津,2012,inf,3000"}), ["第 6 行", "ai_cable", "inf"]),
    "empty": ("", ["空"]),
    "years": (grid(), ["2030", "2011", "2013"]),
    "one system": (grid().replace("ai_cable", "lr_wage_manufacturing"), ["人工智能"]),
    "constant": (re.sub(r",[\d.]+,(\d+)\n", r",1.0,\1\n", grid()), ["ai_cable", "1"]),
    "not a table": ("\x00\x01\x02", ["面板.csv"]),
}

BAD_REQUESTS = {
    "unknown region": (["--region", "火星"], ["火星", "广东"]),
    "path as region": (["--region", "../../etc"], ["../../etc"]),
    "years outside": (["--years", "1990-1995"], ["1990", "2010", "2022"]),
    "years beyond": (["--years", "2005-2022"], ["2005", "2010", "2022"]),
    "garbled years": (["--years", "今年"], ["今年", "2013-2022"]),
    "alpha": (["--alpha", "1.5"], ["1.5", "大于 0"]),
    "alpha text": (["--alpha", "半"], ["--alpha", "半"]),
    "unknown parameter": (["--param", "drawz=3"], ["drawz", "draws"]),
    "malformed parameter": (["--param", "draws"], ["draws", "名称=值"]),
    "unknown option": (["--regoin", "北京"], ["--regoin", "--region"]),
    "recipe alone": (["--recipe", "x.toml"], ["--recipe", "--data"]),
    "nothing to do": (["--no-html", "--no-pdf"], ["--no-html"]),
    "missing file": (["--data", "没有.csv"], ["没有.csv"]),
}


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def refused(args: list[str], words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Run `press build`, expect exit code 2 and every word in the message."""
    assert main(["build", *args]) == 2
    message = capsys.readouterr().err
    assert message.startswith("错误：")
    assert "Traceback" not in message
    for word in words:
        assert word in message


@pytest.mark.parametrize("case", BAD_REQUESTS)
def test_a_wrong_request_changes_nothing(
    case: str, small_book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args, words = BAD_REQUESTS[case]
    before = snapshot(small_book)
    refused([*args, "--root", str(small_book)], words, capsys)
    assert snapshot(small_book) == before
    assert not (small_book / "_build").exists()


@pytest.mark.parametrize("case", BAD_DATA)
def test_bad_data_change_nothing(
    case: str, small_book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, words = BAD_DATA[case]
    path = tmp_path / "面板.csv"
    path.write_text(text, encoding="utf-8")
    years = ["--years", "2012-2030"] if case == "years" else []
    refused(["--data", str(path), "--root", str(small_book), *years], words, capsys)
    assert not (small_book / "_build").exists()


def test_a_chapter_without_parameters_is_refused(
    small_book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_chapter(small_book, HEADER + CHAPTER)
    refused(["--root", str(small_book)], ["parameters"], capsys)
    assert not (small_book / "_build").exists()


def test_a_raising_cell_exits_with_one(
    small_book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = small_book / "chapters/paper/data.md"
    path.write_text(
        path.read_text(encoding="utf-8") + "\n```{code-cell} python\n1 / 0\n```\n", encoding="utf-8"
    )
    assert main(["build", "--root", str(small_book)]) == 1
    message = capsys.readouterr().err
    assert "1 / 0" in message and "ZeroDivisionError" in message and "data.md" in message
    assert not (small_book / "_build/html").exists()


def test_help_is_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--help"]) == 0
    text = capsys.readouterr().out
    assert "用法：" in text and "选项" in text and "显示这份说明" in text
    assert "Usage" not in text and "Options" not in text and "Show this" not in text


def test_an_unknown_command_lists_the_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bild"]) == 2
    assert "build" in capsys.readouterr().err
