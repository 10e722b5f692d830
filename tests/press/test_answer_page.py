"""The page that marks offline: holds no answers, marks as `press check` does, from a file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from classroom import MINUS, POINTS, SPELLED, key_rows, mistaken
from press.answer_files import read_answers
from press.answer_page import check_page
from press.class_list import Student
from press.edition import Edition
from press.handout_sheets import Sheet, sheets_of
from press.marked_class import mark_answers
from synergy.dictionary import find_place
from synergy.evidence import Evidence
from synergy.exercises.checking import posed_for
from synergy.exercises.declared import TOLERANCE
from synergy.exercises.marking import mark
from synergy.sessions import sessions
from synergy.source import source_folder

LI = Student("2026001", "李雷", find_place("四川"))
LOOK = source_folder() / "book" / "check"


@pytest.fixture(scope="module")
def sheets(evidence: Evidence) -> list[Sheet]:
    return sheets_of([LI], sessions(), evidence)[LI]


@pytest.fixture(scope="module")
def sheet(sheets: list[Sheet]) -> Sheet:
    return sheets[0]


@pytest.fixture(scope="module")
def page(evidence: Evidence, edition: Edition) -> str:
    return check_page([LI], sessions(), evidence, edition, LOOK)


def test_it_holds_no_answer_no_number_and_no_name(page: str, sheet: Sheet) -> None:
    data = json.loads(page.split('id="data">')[1].split("</script>")[0].replace("<\\/", "</"))
    for told in ("2026001", "李雷", sheet.code):
        assert told not in page
    text = json.dumps(data["owners"], ensure_ascii=False)
    for _, _, key, value in key_rows([sheet]):
        if re.fullmatch(r"0\.\d{4}", value):
            assert value not in text, key
    assert len(data["owners"]) == 2 and len(data["codes"]) == len(sessions())


def test_it_loads_and_sends_nothing(page: str) -> None:
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert "default-src &#39;none&#39;" in policy and "unsafe" not in policy
    assert not re.search(r"https?://|\bsrc=|url\((?!data:)", page)


def test_it_is_the_same_when_made_again(page: str, evidence: Evidence, edition: Edition) -> None:
    assert check_page([LI], sessions(), evidence, edition, LOOK) == page


# --- in a browser -----------------------------------------------------------------------------


@pytest.fixture
def opened(browser: Chrome, page: str, tmp_path: Path) -> Chrome:
    path = tmp_path / "核 对.html"
    path.write_text(page, encoding="utf-8")
    browser.get_log("browser")  # type: ignore[no-untyped-call]
    browser.get(path.as_uri())
    return browser


def mine(browser: Chrome, number: str) -> str:
    """Say who one is; what the page answers."""
    field = browser.find_element(By.ID, "number")
    field.clear()
    field.send_keys(number)
    browser.execute_script("document.getElementById('said').textContent = ''")  # type: ignore[no-untyped-call]
    browser.find_element(By.CSS_SELECTOR, "#who button").click()
    said = browser.find_element(By.ID, "said")
    WebDriverWait(browser, 20).until(lambda _: said.text)
    return said.text


def told(browser: Chrome, answers: Mapping[str, str]) -> dict[str, str]:
    """Give answers by ``E3.D``; what the page says of each."""
    for name, text in answers.items():
        field = browser.find_element(By.ID, name)
        browser.execute_script("arguments[0].value = arguments[1]", field, text)  # type: ignore[no-untyped-call]
    browser.find_element(By.CSS_SELECTOR, "#answers button").click()
    score = browser.find_element(By.ID, "score")
    WebDriverWait(browser, 60).until(lambda _: score.text.startswith("填了"))
    return {name: browser.find_element(By.ID, f"{name}.told").text for name in answers}


@pytest.mark.browser
@pytest.mark.parametrize("typed", ["２０２６ ００１", ""], ids=["number", "code"])
def test_the_key_has_full_marks_and_hands_in_what_press_check_reads(
    opened: Chrome, sheets: list[Sheet], evidence: Evidence, tmp_path: Path, typed: str
) -> None:
    """Own numbers, exercises that all have alike, and those of no session."""
    assert "已换成你那份讲义的题" in mine(opened, typed or f" {sheets[1].code.lower()} 李雷")
    key = {f"{code}.{part}": text for _, code, part, text in key_rows(sheets)}
    other = posed_for("E20", evidence)
    key |= {f"E20.{part.key}": part.shown(other.answers[part.key]) for part in other.parts}
    found = told(opened, key)
    assert set(found.values()) == {"✓ 对。"}
    handed = opened.find_element(By.ID, "table").get_attribute("value") or ""
    path = tmp_path / "答卷.csv"
    path.write_text(handed, encoding="utf-8")
    marked = mark_answers(read_answers(path), [LI], evidence)
    assert len(marked) == len(key) and all(each.mark.right for each in marked)
    assert opened.get_log("browser") == []  # type: ignore[no-untyped-call]


@pytest.mark.browser
def test_mistakes_are_told_as_press_check_tells_them(opened: Chrome, sheet: Sheet) -> None:
    assert "已换成" in mine(opened, sheet.code)
    by_code = {posed.code: posed for posed in sheet.exercises}
    for code, key in (("E3", "lost"), ("E4", "swapped"), ("E1", "raw")):
        wrong = mistaken(by_code[code], key)
        (mistake,) = [m for m, _ in by_code[code].mistakes if m.key == key]
        found = told(opened, {f"{code}.{part}": text for part, text in wrong.items()})
        assert set(found.values()) == {f"✗ {mistake.feedback}"}


@pytest.mark.browser
def test_it_reads_numbers_as_press_check_does(opened: Chrome, evidence: Evidence) -> None:
    assert "名单里没有" in mine(opened, "404") and "没有填学号" in mine(opened, "")
    for form in (*SPELLED, "0,5886", "０．５８８６"):
        assert told(opened, {"E3.D": form.format(0.5886)}) == {"E3.D": "✓ 对。"}, form
    low, gap = (posed_for(code, evidence).answers for code in ("E12", "E22"))
    asked = [{"E12.elastic": f"{sign}{-low['elastic']:.4f}"} for sign in MINUS]  # type: ignore[operator]
    asked += [{"E22.bias": form.format(gap["bias"])} for form in POINTS]
    assert [each for each in asked if set(told(opened, each).values()) != {"✓ 对。"}] == []
    assert "读不懂" in told(opened, {"E3.D": "十"})["E3.D"]
    assert "四舍五入得太早" in told(opened, {"E3.D": "0.59"})["E3.D"]


@pytest.mark.browser
def test_page_and_marking_agree_at_the_edge_of_the_tolerance(
    opened: Chrome, evidence: Evidence
) -> None:
    """A tolerance off is right, a tolerance and a quarter never is; between, both say the same."""
    posed = posed_for("E3", evidence)
    value = float(posed.answers["D"])  # type: ignore[arg-type]
    for off in (-1.26, -1.1, -1, -0.5, 1, 1.1, 1.26):
        near = value + off * TOLERANCE
        right = mark(posed, {"D": near})["D"].right
        assert right or abs(off) > 1, off
        assert not (right and abs(off) > 1.25), off
        assert told(opened, {"E3.D": f"{near:.17g}"})["E3.D"].startswith("✓") == right, off
