"""What each chapter of the essay and the notes must hold, and the map of the documents."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import jupytext
import pytest

ROOT = Path(__file__).parents[2]
PAGES = {
    "essay": ("decoupling", "foundations", "path"),
    "notes": ("evidence", "insights", "toolbox", "gaps"),
}
CHAPTERS = [
    ROOT / "chapters" / part / f"{name}.md" for part, names in PAGES.items() for name in names
]
DRAWN = ("slider_figure(", "fund_figure(", "risk_explorer(")

chapters = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def cells(path: Path) -> list:
    return [cell for cell in jupytext.read(path).cells if cell.cell_type == "code"]


@chapters
def test_each_chapter_has_what_it_owes_the_reader(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    code = "\n".join(cell.source for cell in cells(path))
    assert re.search(r"\$\$ \(eq-[\w-]+\)", text), "a numbered equation"
    assert any(name in code for name in DRAWN), "a figure with sliders"
    assert "tornado_bars(" in code or "sobol_matrix(" in code, "a figure of what drives the answer"
    assert ":::{admonition} 什么会改变这个结论" in text
    last = cells(path)[-1].source
    assert ":::{dropdown} 参数表" in last and "assumption_list(" in last and "sourced(" in last
    assert "程式化" in text or path.stem in {"toolbox", "gaps"}
    assert "evidence.place" in code, "follows the edition's region"


@chapters
def test_each_chapter_opens_with_what_decides_its_claim(path: Path) -> None:
    """Four lines first, then every claim's threshold beside what was found, then the article.

    How far each foundation lowers the fund is the first picture of its chapter.
    """
    parts = jupytext.read(path).cells
    card = next(i for i, cell in enumerate(parts) if "claim_card(" in cell.source)
    drawn = next(i for i, cell in enumerate(parts) if "threshold_rows(claims)" in cell.source)
    assert f'claims = thresholds("{path.stem}", start)' in parts[card].source
    before, between = parts[:card], parts[card + 1 : drawn]
    assert [cell.source.split()[0] for cell in before if cell.cell_type == "markdown"] == ["#"]
    pictures = [cell for cell in between if "figure(" in cell.source]
    if path.stem == "foundations":
        assert ["foundation_bars(split)" in cell.source for cell in pictures] == [True]
    else:
        assert [cell.cell_type for cell in between] == ["markdown"]
        assert "## " not in between[0].source
    assert not any(name in cell.source for cell in parts[:drawn] for name in DRAWN)
    assert "claim_list(claims)" in parts[drawn + 1].source


@chapters
def test_figures_have_a_title_that_says_what_they_show(path: Path) -> None:
    """A caption opens in bold, with a number or a name that the cell computes."""
    calls = (node for cell in cells(path) for node in ast.walk(ast.parse(cell.source)))
    captions = {
        ast.literal_eval(call.args[0]): ast.literal_eval(call.args[2]).strip()
        for call in calls
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "figure"
    }
    assert len(captions) >= 4
    bold = r"\*\*(?:(?!\*\*).)*\{(?:(?!\*\*).)*\*\*"
    titled = re.compile(rf"(?s)({{% if [^%]*%}}\n)?{bold}|\{{\{{ (widest|claims_caption)\(")
    bare = {name for name, caption in captions.items() if not titled.match(caption)}
    assert bare <= {"fig-demo-risk"}


def test_what_holds_for_the_whole_book_is_said_once() -> None:
    pages = [*(ROOT / "chapters").rglob("*.md"), *(ROOT / "book").glob("*.md")]
    shared = (ROOT / "lib/synergy/sentences").glob("*")
    texts = {path: path.read_text(encoding="utf-8") for path in [*pages, *shared]}
    said = {path.name: text.count("不是预测") for path, text in texts.items()}
    assert {name: n for name, n in said.items() if n} == {"index.md": 1}
    assert not any("即重算" in text for text in texts.values())


def test_two_chapters_write_the_base_alike() -> None:
    """What the limits leave of declared pay holds the declaration: nothing is multiplied twice."""
    texts = [
        (ROOT / f"chapters/{c}.md").read_text("utf-8") for c in ("essay/foundations", "notes/gaps")
    ]
    base, part = r"s\,\bigl[", r"\epsilon="
    sums = [
        text.split(start)[1].split(end)[0].replace("\n", "")
        for text, start, end in zip(texts, (base, part), (r"\bigr]", "$$"), strict=True)
    ]
    assert sums[0] == sums[1] == r"(1-\gamma)\,v_f\,\kappa+\gamma\,v_g\,c_g"


def quoted_sections() -> list[tuple[str, str]]:
    """Page and section names of the tables that say where each part of the documents went."""
    text = (ROOT / "chapters/notes/gaps.md").read_text(encoding="utf-8")
    rows = [
        line for line in text.splitlines() if line.startswith("| ") and "原文的部分" not in line
    ]
    found = []
    for row in rows:
        place = row.strip("| ").split(" | ")[1]
        for part in re.split(r"；", place):
            page = re.search(r"<?(?:\.\./)?((?:essay|notes)/)?(\w+)>`", part)
            name = page[2] if page else "gaps"
            found += [(name, title) for title in re.findall(r"“((?:[^“”]|‘[^’]*’)+)”", part)]
    return found


def test_each_section_named_in_the_map_exists() -> None:
    pages = {path.stem: path.read_text(encoding="utf-8") for path in CHAPTERS}
    headings = {
        name: "\n".join(re.findall(r"^#+ .*", text, re.MULTILINE)) for name, text in pages.items()
    }
    sections = quoted_sections()
    assert len(sections) >= 30
    for name, title in sections:
        plain = title.replace("‘", "“").replace("’", "”")
        assert plain in headings[name], (name, title)


def test_the_map_names_every_numbered_item_of_the_notes() -> None:
    text = (ROOT / "chapters/notes/gaps.md").read_text(encoding="utf-8")
    counts = {"一": 4, "二": 3, "三": 4, "四": 5}
    for part, count in counts.items():
        for number in range(1, count + 1):
            assert f"| {part}之 {number}：" in text
