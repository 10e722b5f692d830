"""Form of the essay's and the notes' chapters, and what each of them must hold."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from statistics import median

import jupytext
import pytest

from synergy.claims.ledger import load_ledger
from synergy.claims.prose import numbers_without_claim, unknown_claims

ROOT = Path(__file__).parents[2]
PAGES = {
    "essay": ("decoupling", "foundations", "path"),
    "notes": ("evidence", "insights", "toolbox", "gaps"),
}
CHAPTERS = [
    ROOT / "chapters" / part / f"{name}.md" for part, names in PAGES.items() for name in names
]
PARAMETERS = {"region", "data", "recipe", "years", "alpha"}
DRAWN = ("slider_figure(", "fund_figure(", "risk_explorer(")

chapters = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def cells(path: Path) -> list:
    return [cell for cell in jupytext.read(path).cells if cell.cell_type == "code"]


def tags(cell) -> list[str]:
    return cell.metadata.get("tags", [])


@chapters
def test_parameters_and_short_cells_without_definitions(path: Path) -> None:
    (first,) = [cell for cell in cells(path) if "parameters" in tags(cell)]
    assert {node.targets[0].id for node in ast.parse(first.source).body} == PARAMETERS
    rest = [cell.source for cell in cells(path) if "parameters" not in tags(cell)]
    sizes = [sum(bool(line.strip()) for line in source.splitlines()) for source in rest]
    assert median(sizes) <= 6 and max(sizes) <= 9
    assert max(len(line) for source in rest for line in source.splitlines()) <= 100
    for source in rest:
        kinds = ast.FunctionDef | ast.ClassDef | ast.Lambda
        assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]


@chapters
def test_numbers_of_the_documents_carry_their_claim(path: Path) -> None:
    text, ledger = path.read_text(encoding="utf-8"), load_ledger()
    assert numbers_without_claim(text, ledger) == ()
    assert unknown_claims(text, ledger) == ()


@chapters
def test_each_chapter_has_what_it_owes_the_reader(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    code = "\n".join(cell.source for cell in cells(path))
    assert re.search(r"\$\$ \(eq-[\w-]+\)", text), "a numbered equation"
    assert any(name in code for name in DRAWN), "a figure with sliders"
    assert "tornado_bars(" in code or "sobol_matrix(" in code, "a figure of what drives the answer"
    assert ":::{admonition} 什么会改变这个结论" in text
    assert "assumption_table(" in code and "{glue:md} table-assumptions" in text
    assert "程式化" in text or path.stem in {"toolbox", "gaps"}
    assert "evidence.region" in code, "follows the edition's region"


@chapters
def test_glued_keys_are_set_and_figures_captioned(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    code = "\n".join(cell.source for cell in cells(path))
    made = re.findall(r'glue\("([\w-]+)"', code)
    assert len(made) == len(set(made))
    stems = re.findall(r'glue\(f"([\w-]*)\{', code)
    ends = re.findall(r'glue\(f"\{\w+\}([\w-]+)"', code)
    used = re.findall(r"\{glue(?::\w+)?\}[` ]([\w-]+)", text)
    unset = {
        key
        for key in set(used) - set(made)
        if not any(stem and key.startswith(stem) for stem in stems)
        and not any(key.endswith(end) for end in ends)
    }
    assert not unset
    for key, body in re.findall(r"```\{glue:figure\} (\S+)\n(.*?)\n```", text, re.DOTALL):
        caption = [line for line in body.splitlines() if line and not line.startswith(":")]
        assert f":name: {key}" in body and caption, key


def test_equations_and_figures_are_named_once_in_the_book() -> None:
    names, labels = [], []
    for page in (ROOT / "chapters").rglob("*.md"):
        text = page.read_text(encoding="utf-8")
        names += re.findall(r"```\{glue:figure\} (\S+)", text)
        labels += re.findall(r"\$\$ \((eq-[\w-]+)\)", text)
    assert len(names) == len(set(names)) and len(labels) == len(set(labels))
    for path in CHAPTERS:
        used = re.findall(r"\{eq\}`(eq-[\w-]+)`", path.read_text(encoding="utf-8"))
        assert set(used) <= set(labels), path.stem


def test_citations_have_entries() -> None:
    entries = re.findall(r"@\w+\{(\w+),", (ROOT / "book/references.bib").read_text("utf-8"))
    assert len(entries) == len(set(entries))
    for path in CHAPTERS:
        for group in re.findall(r"\{cite:[pt]\}`([^`]+)`", path.read_text(encoding="utf-8")):
            assert set(group.split(",")) <= set(entries), (path.stem, group)


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
