"""Every message can be said in every language, with the same numbers in it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from string import Formatter

import pytest

import pvar
from pvar import messages

FOLDER = Path(__file__).parents[1]
babel = pytest.importorskip("babel.messages.pofile", reason="babel reads the catalogue")


def written() -> set[str]:
    """Messages in the code."""
    calls = (
        node
        for path in FOLDER.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "message"
    )
    return {ast.literal_eval(call.args[0]) for call in calls}


def catalogue(language: str, suffix: str) -> dict[str, str]:
    from babel.messages import mofile, pofile

    read = {"po": pofile.read_po, "mo": mofile.read_mo}[suffix]
    path = FOLDER / "locale" / language / "LC_MESSAGES" / f"{messages.DOMAIN}.{suffix}"
    with path.open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read(file) if entry.id}


def braces(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", messages.languages()[1:])
def test_catalogue_is_complete_and_compiled(language: str) -> None:
    texts = catalogue(language, "po")
    assert set(texts) == written()
    assert catalogue(language, "mo") == texts
    source = (FOLDER / "locale" / language / "LC_MESSAGES" / "pvar.po").read_text(encoding="utf-8")
    assert source.count("\nmsgid ") == len(texts) + 1, "a message stands there twice"  # and a head
    for english, other in texts.items():
        assert other, english
        assert braces(english) == braces(other), english


def test_code_holds_english_only() -> None:
    for path in FOLDER.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not any("\u3000" <= c <= "\u9fff" or c >= "\uff00" for c in text), path.name


@pytest.mark.parametrize("named", ["zh", "zh_CN.UTF-8", "ZH-cn"])
def test_language_follows_the_environment_and_the_call(named: str) -> None:
    program = (
        "import pvar\n"
        "def told():\n"
        "    try: pvar.panel_var([], 'x')\n"
        "    except pvar.PanelVARError as error: return str(error)\n"
        "first = told(); pvar.use_language('en'); print(first != told())"
    )
    assert said(program, named).stdout == "True\n"


def said(program: str, language: str) -> subprocess.CompletedProcess[str]:
    """What a fresh interpreter prints with PVAR_LANGUAGE set."""
    environment = {
        "PVAR_LANGUAGE": language,
        "PYTHONUTF8": "1",
        "PYTHONPATH": str(Path(pvar.__file__).parents[1]),
    }
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("named", ["", "fr"])
def test_a_wrong_language_in_the_environment_hides_no_message(named: str) -> None:
    answer = said("import pvar; pvar.panel_var([], 'x')", named)
    assert "PanelVARError: variables must be a list of column names" in answer.stderr
    assert ("No catalogue for 'fr'" in answer.stderr) is bool(named)


def test_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'fr'.*en, zh"):
        pvar.use_language("fr")
