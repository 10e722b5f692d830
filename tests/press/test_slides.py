"""Decks from notebooks: what they show of chapters, what is refused, charts in their room."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from press.edition import Edition
from press.order import Order
from press.slides.deck import Slide, slides
from press.slides.making import decks, read_decks
from press.slides.ordered import make_slides
from press.slides.page import Look, jobs, page
from press.slides.paper import paper_jobs, set_on_paper
from press.slides.prose import line_to_html, to_html
from press.slides.shown import Exhibits, SlideError, exhibits
from press.slides.sized import BESIDE, UNIT, WHOLE, sized
from synergy.blocks import BARS
from synergy.exercises.posing import pose
from synergy.exercises.slides import exercise_slide
from synergy.page import Figure
from synergy.sessions import Session, Step, sessions

CHART = {
    "mark": "point",
    "encoding": {"x": {"field": "a", "type": "quantitative"}},
    "datasets": {"table": [{"a": 1}]},
    "data": {"name": "table"},
    "width": "container",
    "height": 300,
    "description": "一个点",
}


class Chart:
    """Stands for an Altair chart."""

    def to_dict(self) -> dict[str, Any]:
        return CHART


def notebook(*shown: str) -> str:
    """An executed notebook whose cells gave Markdown."""
    outputs = [{"data": {"text/markdown": text}} for text in shown]
    cells = [{"cell_type": "code", "source": "", "outputs": [each]} for each in outputs]
    return json.dumps({"cells": cells})


def chapter(value: str = "0.491", key: str = "real-subset 真实统计") -> str:
    """A chapter with a figure, a table and a card that say a number."""
    beside = (f"Nature: {key}", "Note: 看最右边。来源：年鉴，本书计算。")
    drawn = Figure(Chart(), "fig-one", f"**D 升至 {value}** 单位：1。", beside)
    cells = f"| D |\n|---|\n| {value} |"
    table = f"{BARS}{{numbered}} tab-one\n:source: 年鉴\n\n各省的 D\n\n{cells}\n{BARS}"
    card = f":::{{div}} claim-card tested is-yes\n说法\n: 一句。\n\n判定\n: 到 {value}。\n:::"
    return notebook("# 小章", drawn._repr_markdown_(), table, card)


@pytest.fixture
def known() -> Exhibits:
    """What the chapter shows."""
    return exhibits({"chapters/paper/small": chapter()})


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, root: Path, tmp_path: Path) -> Look:
    """The real look, with a square for every chart and fonts without letters."""
    square = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    for room in ("page", "paper"):
        monkeypatch.setattr(f"press.slides.{room}.drawer", lambda cache: lambda spec, wide: square)
    monkeypatch.setattr("press.slides.page.subset", lambda font, letters: b"")
    return Look(root / "book" / "slides", root / "book" / "look", tmp_path)


DECK = """# 一课

第 1 次课。

:::{notes} 0
先说
: 你好。
:::

## {finding}`fig-one`

:::{exhibit} fig-one
:::

:::{notes} 5–10
点
: 滑块。

会看到
: 变化。
:::

## 表

:::{exhibit} tab-one
:::

## {finding}`card-small`

:::{exhibit} card-small
:::

## 投票

:::{poll}
- 甲
- 乙 & 丙
:::

:::{later}
是甲。
:::
"""


def test_slides_take_title_nature_and_source_from_the_chapter(known: Exhibits) -> None:
    opening, figure, table, card, poll = slides(notebook(DECK), known)
    assert (opening.title, opening.opens, opening.minutes) == ("一课", True, "0")
    assert figure.title == "D 升至 0.491" and figure.minutes == "5–10"
    assert figure.figure is not None and figure.figure.source == "年鉴，本书计算"
    assert figure.figure.nature == "real-subset 真实统计" and figure.text == ""
    assert BeautifulSoup(figure.notes, "html.parser").select("dt, dd").__len__() == 4
    assert "0.491" in table.shown[0].body and card.title == "到 0.491"
    choices = BeautifulSoup(poll.body, "html.parser")
    assert [c.get_text() for c in choices.select(".choice")] == ["甲", "乙 & 丙"]
    assert choices.select_one(".fragment") and not choices.select(".notes")


def test_a_changed_number_changes_every_slide_that_says_it() -> None:
    told = {"chapters/teaching/slides/1": notebook(DECK)}
    old, new = (
        read_decks(told, {"chapters/paper/small": chapter(value)})["1"]
        for value in ("0.491", "0.512")
    )
    changed = [n for n, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    assert changed == [1, 2, 3]
    assert "0.512" in new[1].title and "0.512" in new[2].shown[0].body


def test_an_unknown_label_stops_with_what_is_near(known: Exhibits) -> None:
    deck = notebook("# 一课\n\n## 甲\n\n:::{exhibit} fig-ones\n:::\n")
    with pytest.raises(SlideError, match=r"fig-ones，各章里没有.*fig-one、") as caught:
        slides(deck, known)
    assert caught.value.exit_code == 2


def test_a_figure_stands_once_and_has_few_controls(known: Exhibits, tmp_path: Path) -> None:
    look = Look(tmp_path, tmp_path, tmp_path)
    one = Slide("甲", shown=[known["fig-one"]])
    with pytest.raises(SlideError, match="fig-one 只能用在一张上"):
        page([one, one], look, "")
    moving = {**CHART, "params": [{"name": n, "bind": {"input": "range"}} for n in "abcdef"]}
    many = Exhibits({"fig-six": type(known["fig-one"])("fig-six", "章", spec=moving)})
    with pytest.raises(SlideError, match="6 个滑块"):
        page([Slide("乙", shown=[many["fig-six"]])], look, "")


def test_made_up_data_say_so_on_slide_and_paper(
    quick: Look, tmp_path: Path, edition: Edition
) -> None:
    known = exhibits({"chapters/paper/small": chapter(key="synthetic 合成数据")})
    deck = slides(notebook(DECK), known)
    soup = BeautifulSoup(page(deck, quick, edition.banner), "html.parser")
    (made,) = soup.select("section.made-up")
    assert made.select_one(".nature-synthetic").get_text() == "合成数据"  # type: ignore[union-attr]
    shop = tmp_path / "shop"
    shop.mkdir()
    made_pdf = set_on_paper(deck, edition, quick, shop, tmp_path / "1.pdf")
    assert made_pdf.read_bytes()[:5] == b"%PDF-"
    assert (shop / "deck.typ").read_text(encoding="utf-8").count("is-made: true") == 1


def test_labels_of_data_are_text(known: Exhibits, quick: Look) -> None:
    evil = {**CHART, "datasets": {"table": [{"a": "</script><script>alert(1)</script>"}]}}
    shown = type(known["fig-one"])("fig-evil", "章", "甲", spec=evil)
    text = page([Slide("甲", opens=True), Slide("乙", shown=[shown])], quick, "<i>数据</i>")
    assert "alert(1)</script>" not in text and "&lt;i&gt;数据" in text


@pytest.mark.parametrize("room", [WHOLE, BESIDE])
def test_a_chart_is_laid_out_for_its_room(room: Any) -> None:
    made = sized(CHART, room)
    assert made["width"] == round(room.width / UNIT) and made["height"] == round(room.height / UNIT)
    assert made["autosize"] == {"type": "fit", "contains": "padding"}
    assert made["datasets"] == CHART["datasets"] and CHART["width"] == "container"
    assert UNIT * 12 >= 20


def test_words_stay_off_the_point_that_they_name() -> None:
    text = {"mark": {"type": "text", "dy": -8}, "encoding": {}}
    spec = {"layer": [text, {"mark": {"type": "text", "dy": 40}}], "height": 700}
    near, far = sized(spec, WHOLE)["layer"]
    assert near["mark"]["dy"] == -6.2 and 7 < far["mark"]["dy"] < 40


def test_every_figure_is_drawn_ahead(known: Exhibits) -> None:
    deck = slides(notebook(DECK), known)
    assert len(list(jobs(deck))) == len(list(paper_jobs(deck))) == 1


def test_roles_become_words() -> None:
    assert line_to_html("论文的 {claim}`P-D-2022`，{claim}`只有广东 <P-D-GD-ONLY>`{cite:p}`a`") == (
        '论文的 <span class="claim">0.4367</span>，<span class="claim">只有广东</span>'
    )
    assert line_to_html("见{doc}`方法 </paper/methods>`的 $U_1$").startswith("见方法的 ")
    assert "<math" in line_to_html("$U_1$")
    held = to_html("取 $D$。再取 $C$ 和 $T$，", {})
    assert held.count('class="held"') == 2 and held.count("</math></span>。</span>") == 1
    assert line_to_html("[✓ 支持]{.yes}") == '<span class="yes">✓ 支持</span>'
    text = "`````````{elsewhere}\n这里\n%% 44 11\n别处\n`````````"
    assert "这里" in to_html(text) and "别处" not in to_html(text)


def test_an_exercise_is_two_slides_with_the_answers_that_it_has() -> None:
    question, answer = slides(notebook(exercise_slide("E3", minutes=("1–2", "2–3"))), Exhibits())
    posed = pose("E3")
    assert question.minutes == "1–2" and "0.2" in question.text
    cells = [
        c.get_text() for c in BeautifulSoup(answer.body, "html.parser").select("td:last-child")
    ]
    assert cells == [part.shown(posed.answers[part.key]) for part in posed.parts]
    assert all(mistake.name in question.notes for mistake, _ in posed.mistakes)


def test_a_session_that_is_not_there_is_told(root: Path, tmp_path: Path) -> None:
    with pytest.raises(SlideError, match="没有第 9 次课的幻灯片；现有 1、2、3"):
        make_slides(Order(root=root, out=tmp_path / "out"), ["9"], paper=False)
    assert not (tmp_path / "out").exists()
    assert len(decks(root)) == 3


# --- the plan of a session and its deck -------------------------------------------------------

#: What the source of a deck says in order: an exercise, a figure, when a slide is shown.
_SAID = re.compile(
    r'exercise_slide\("(?P<code>E\d+)".*?minutes=\("(?P<asked>[^"]+)", "(?P<told>[^"]+)"\)'
    r"|^:::\{exhibit\} (?P<figure>fig-\S+)|^:::\{notes\} (?P<span>\d+–\d+)",
    re.M | re.S,
)
Timed = tuple[int, int, list[str]]


def timed(source: str) -> Iterator[Timed]:
    """Slides of a deck after its title: from which minute to which, and what they show."""
    shown: list[str] = []
    for said in _SAID.finditer(source):
        if said["figure"]:
            shown.append(said["figure"])
        for span in filter(None, (said["asked"], said["told"], said["span"])):
            begin, end = map(int, span.split("–"))
            yield begin, end, [said["code"]] if span == said["asked"] else shown
            shown = []


def deck_of(root: Path, lesson: Session) -> str:
    """Source of a session's deck."""
    return (root / f"chapters/teaching/slides/{lesson.number}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("lesson", sessions(), ids=lambda lesson: lesson.title)
def test_a_deck_keeps_to_the_plan_of_its_session(root: Path, lesson: Session) -> None:
    told = list(timed(deck_of(root, lesson)))
    ends = [0, *(end for _, end, _ in told)]
    assert [begin for begin, _, _ in told] == ends[:-1] and ends[-1] == lesson.minutes
    assert {step.end for step in lesson.steps} <= set(ends)
    for step in lesson.steps:
        shown = [x for begin, _, each in told if step.start <= begin < step.end for x in each]
        assert [x for x in shown if x[0] == "E"] == list(step.exercises), step.name
        assert {x for x in shown if x[0] != "E"} == set(step.figures), step.name
    last = re.findall(r"^## (.+)$", deck_of(root, lesson), re.M)[-1]
    assert lesson.steps[-1].name in last


def test_leaders_are_not_told_before_their_step(root: Path) -> None:
    lesson = sessions()[0]
    step = next(step for step in lesson.steps if step.name == "揭晓名次")
    source = deck_of(root, lesson)
    before = source[: source.index(f"{{notes}} {step.start}–")]
    assert before.count("ahead|listed") == 2  # both heads of the slide itself
    assert "ahead|listed" not in before[: before.index("exercise_slide")]


@pytest.mark.parametrize("lesson", sessions(), ids=lambda lesson: lesson.title)
def test_a_slide_names_its_step(lesson: Session) -> None:
    step: Step = lesson.steps[1]
    deck = f"# 一课\n\n## 甲\n\n:::{{notes}} {step.start}–{step.end}\n做\n: 看。\n:::\n"
    name = f"chapters/teaching/slides/{lesson.number}"
    opening, slide = read_decks({name: notebook(deck)}, {})[str(lesson.number)]
    assert (opening.step, slide.step) == ("", step.name)
