"""Wrong requests end in plain Chinese and exit code 2, with nothing changed on disk."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from press import cli
from press.cli import main, press
from small import CHAPTER, HEADER, PARAMETERS, write_chapter
from synergy.dictionary import units

LOCALE = Path(cli.__file__).parent / "locale" / "zh" / "LC_MESSAGES"
CELLS = "province,year,ai_cable,lr_wage\n"


def grid(change: dict[tuple[str, int], str] | None = None, extra: str = "") -> str:
    """Return a complete small panel of two indicators, with some rows replaced."""
    rows = {
        (province, year): f"{province},{year},{0.1 * n + year - 2010:.1f},{1000 * n + 10 * year}"
        for n, province in enumerate(units().index, start=1)
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
    "unknown parameter": (["--param", "drawz=3"], ["drawz", "draws"]),
    "field as a parameter": (["--param", "region=广东"], ["--param", "--region"]),
    "malformed parameter": (["--param", "draws"], ["draws", "名称=值"]),
    "recipe alone": (["--recipe", "x.toml"], ["--recipe", "--data"]),
    "nothing to do": (["--no-html", "--no-pdf"], ["--no-html"]),
    "missing file": (["--data", "没有.csv"], ["没有.csv"]),
}


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def refused(
    args: list[str], words: list[str], top: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Run `press build` and expect exit code 2, every word in the message and nothing changed."""
    shutil.rmtree(top / "_build", ignore_errors=True)  # as before a first build
    before = snapshot(top)
    assert main(["build", *args, "--root", str(top)]) == 2
    message = capsys.readouterr().err
    assert message.startswith("错误：")
    assert "Traceback" not in message
    assert [word for word in words if word not in message] == []
    assert snapshot(top) == before and not (top / "_build").exists()


@pytest.mark.parametrize("case", BAD_REQUESTS)
def test_a_wrong_request_changes_nothing(
    case: str, small_book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refused(*BAD_REQUESTS[case], small_book, capsys)


@pytest.mark.parametrize("case", BAD_DATA)
def test_bad_data_change_nothing(
    case: str, small_book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, words = BAD_DATA[case]
    path = tmp_path / "面板.csv"
    path.write_text(text, encoding="utf-8")
    years = ["--years", "2012-2030"] if case == "years" else []
    refused(["--data", str(path), *years], words, small_book, capsys)


def test_a_chapter_without_parameters_is_refused(
    small_book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_chapter(small_book, HEADER + CHAPTER)
    refused([], ["parameters"], small_book, capsys)


def test_a_raising_cell_exits_with_one(
    small_book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raising = "\n```{code-cell} python\n1 / 0\n```\n"
    write_chapter(small_book, HEADER + PARAMETERS + CHAPTER + raising)
    assert main(["build", "--root", str(small_book)]) == 1
    message = capsys.readouterr().err
    assert "1 / 0" in message and "ZeroDivisionError" in message and "data.md" in message
    assert not (small_book / "_build/html").exists()


HELP = [[], *([name] for name in press.commands)]


@pytest.mark.parametrize("command", HELP, ids=str)
def test_help_is_in_chinese(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--help"]) == 0
    text = capsys.readouterr().out
    assert "用法：" in text and "选项" in text and "显示这份说明" in text
    assert english(text) == []


MISTAKES = {
    "command": (["bild"], ["没有 bild 这个命令", "'build'", "audit、build、check、clean"]),
    "option": (["build", "--regoin", "x"], ["没有 --regoin 这个选项", "--region"]),
    "no value": (["build", "--alpha"], ["--alpha", "缺少它的值"]),
    "needless value": (["build", "--html=3"], ["--html", "不带值"]),
    "no number": (["build", "--alpha", "半"], ["--alpha 看不懂“半”", "0.5"]),
    "out of range": (["serve", "--port", "70000"], ["70000 不在 0<=x<=65535 的范围内"]),
    "too many": (["build", "甲", "乙"], ["多出了 甲 乙"]),
    "argument": (["real"], ["缺少参数", "原始序列"]),
    "a folder": (["audit", "--data", "/"], ["/ 是一个文件夹，这里要一个文件"]),
    "a file": (["serve", "--out", __file__], ["是一个文件，这里要一个文件夹"]),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_told_in_chinese_with_the_way_to_help(
    case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    args, words = MISTAKES[case]
    assert main(args) == 2
    message = capsys.readouterr().err
    assert message.startswith("错误：") and message.endswith("。用 --help 查看用法。\n")
    for word in words:
        assert word in message
    assert english(message.replace(__file__, "")) == []


def english(text: str) -> list[str]:
    """Return click's own English words in a text."""
    own = {word.lower() for message in messages() for word in re.findall(r"[A-Za-z]{3,}", message)}
    return sorted(own & set(re.findall(r"(?<![-.<])\b[a-z]{3,}\b", text.lower())) - ALLOWED)


# Names of our commands and formats that are also words of click's messages.
ALLOWED = {"file", "html", "option", "toml"}


def messages() -> set[str]:
    """Return every message of click's that goes through gettext."""
    folder = Path(str(click.__file__)).parent
    found: set[str] = set()
    for name in ("core", "exceptions", "formatting", "parser", "types", "decorators"):
        for node in ast.walk(ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "ngettext"}:
                found |= {a.value for a in node.args[:2] if isinstance(a, ast.Constant)}
    return found


def catalogue() -> dict[str, list[str]]:
    """Return the Chinese messages as committed, by message."""
    with (LOCALE / "messages.po").open("rb") as file:
        return by_message(read_po(file))


def by_message(catalog: Catalog) -> dict[str, list[str]]:
    """Return the translations of a catalogue by message, plurals by their singular."""
    texts = [(m.id, m.string) for m in catalog if m.id]
    return {
        key if isinstance(key, str) else key[0]: [text] if isinstance(text, str) else list(text)
        for key, text in texts
    }


def test_every_translation_is_of_a_message_that_click_has() -> None:
    assert set(catalogue()) <= messages() and len(catalogue()) > 20
    assert all(all(texts) for texts in catalogue().values())


def test_the_compiled_messages_are_those_of_the_text() -> None:
    with (LOCALE / "messages.mo").open("rb") as file:
        assert by_message(read_mo(file)) == catalogue()
