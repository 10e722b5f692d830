"""What a chapter says of other places: which statements run again, and what they are given."""

from __future__ import annotations

import ast
from types import SimpleNamespace
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from press.elsewhere import Elsewhere, dependent
from press.figures import enable_tables
from synergy.dictionary import all_places, find_place
from synergy.words import say

CASES = {
    "reads it": ("a = place.name\nb = 1", {"place"}, ["a = place.name"]),
    "reads what reads it": ("a = place\nb = f(a)\nc = 2", {"place"}, ["a = place", "b = f(a)"]),
    "sets it": ("place, lead = evidence.place, evidence.lead", {"place"}, []),
    "from an earlier cell": ("c = start + 1\nd = 3", {"place", "start"}, ["c = start + 1"]),
    "in a comprehension": ("a = [place for _ in x]", {"place"}, ["a = [place for _ in x]"]),
    "only a comprehension's own": ("a = [place for place in x]", {"place"}, []),
    "in a call's words": ("show(1, of=place)", {"place"}, ["show(1, of=place)"]),
    "set twice": ("a = {}\na = a | {place: 1}", {"place"}, ["a = {}", "a = a | {place: 1}"]),
    "changed in place": ("a = {}\na[place] = 1", {"place"}, ["a = {}", "a[place] = 1"]),
    "set anew": ("a = 1\nb = a", {"place", "a"}, []),
}


@pytest.mark.parametrize(("source", "moving", "wanted"), CASES.values(), ids=CASES)
def test_statements_that_depend_on_the_place_are_found(
    source: str, moving: set[str], wanted: list[str]
) -> None:
    found = dependent(ast.parse(source).body, moving)
    assert [ast.unparse(statement.node) for statement in found] == wanted


@pytest.mark.parametrize("source", ["a |= {place: 1}", "a[place] = 1", "a.b = place"])
def test_what_places_share_is_not_changed_in_place(source: str) -> None:
    with pytest.raises(ValueError, match="就地改动了别格的“a”"):
        dependent(ast.parse(source).body, {"place"})


def test_names_follow_from_cell_to_cell() -> None:
    moving = {"place"}
    dependent(ast.parse("start = f(place)").body, moving)
    assert moving == {"place", "start"}
    dependent(ast.parse("start = 1").body, moving)
    assert moving == {"place"}


# --- in a shell -------------------------------------------------------------------------------


@pytest.fixture
def shell() -> Any:
    """A shell as a chapter's kernel has it, at home in the nation."""
    made = InteractiveShell()
    enable_tables(made)
    Elsewhere.follow(made)
    evidence = SimpleNamespace(place=find_place("全国"), lead=[])
    made.user_ns |= {"evidence": evidence, "say": say, "told": []}
    run(made, "place, lead = evidence.place, evidence.lead")
    return made


def run(shell: Any, source: str) -> str:
    """What a cell shows, as the page takes it."""
    result = shell.run_cell(source)
    result.raise_error()
    if result.result is None:
        return ""
    return str(shell.display_formatter.format(result.result)[0].get("text/markdown", ""))


def test_a_cell_says_it_of_every_place(shell: Any) -> None:
    text = run(shell, 'say("{{ place.label }}有 {{ n }} 个。", place=place, n=2)')
    assert text.startswith("\n\n`````````{elsewhere}\n全国有 2 个。\n%% E\n东部地区有 2 个。")
    assert "%% 44\n广东有 2 个。" in text and text.count("%% ") == len(all_places()) - 1


def test_places_that_say_the_same_are_written_once(shell: Any) -> None:
    text = run(shell, 'say("{{ place.level }}", place=place)')
    assert text.count("%% ") == 2 and "%% E C W NE\nregion" in text


def test_what_is_alike_everywhere_is_shown_as_it_is(shell: Any) -> None:
    assert run(shell, 'say("{{ place.members|length > 0 }}", place=place)') == "True"


def test_names_of_other_places_stay_apart(shell: Any) -> None:
    run(shell, "label = place.label")
    run(shell, "both = label + '！'")
    assert shell.user_ns["both"] == "全国！"
    text = run(shell, 'say("{{ both }}", both=both)')
    assert "%% 63\n青海！" in text
    assert shell.user_ns["place"].name == "全国" and shell.user_ns["label"] == "全国"


def test_what_the_place_does_not_touch_runs_once(shell: Any) -> None:
    run(shell, "told.append(1)\nname = place.name")
    assert shell.user_ns["told"] == [1]


def test_a_fault_elsewhere_is_a_fault_of_the_cell(shell: Any) -> None:
    with pytest.raises(ZeroDivisionError):
        run(shell, "share = 1 / (place.name != '青海')")
    with pytest.raises(ValueError, match="就地改动"):
        run(shell, "told += [place]")


def test_a_name_that_is_no_place_is_left_alone(shell: Any) -> None:
    assert run(shell, "place = 'x'\nsay('{{ p }}', p=place)") == "x"


def test_tables_of_all_places(shell: Any) -> None:
    run(shell, "import pandas as pd")
    text = run(shell, "pd.DataFrame({'地区': [place.label], '数': [1]})")
    assert "{elsewhere}" in text
    assert all(f'<td class="s" data-label="地区">{name}</td>' in text for name in ("全国", "宁夏"))
