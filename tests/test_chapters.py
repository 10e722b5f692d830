"""The chapters' form: headers, parameters, short cells, captions, keys, citations, sources."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from pathlib import Path
from statistics import median

import jupytext
import pytest
import yaml

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted((ROOT / "chapters" / "paper").glob("*.md"))
PARAMETERS = {"region", "data", "recipe", "years", "alpha"}

chapters = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def code_cells(path: Path) -> list:
    return [cell for cell in jupytext.read(path).cells if cell.cell_type == "code"]


def tags(cell) -> set[str]:
    return set(cell.metadata.get("tags", []))


def lines(cell) -> list[str]:
    return [line for line in cell.source.splitlines() if line.strip()]


def directives(path: Path) -> list[tuple[str, str]]:
    """Key and body of every glue:figure directive."""
    pattern = r"```\{glue:figure\} (\S+)\n(.*?)\n```"
    return re.findall(pattern, path.read_text(encoding="utf-8"), re.DOTALL)


def test_the_seven_chapters_of_the_paper_are_there() -> None:
    wanted = {"data", "introduction", "indicators", "methods", "indices", "coupling", "robustness"}
    assert {path.stem for path in CHAPTERS} >= wanted


@chapters
def test_header_names_kernel_and_language(path: Path) -> None:
    header = yaml.safe_load(path.read_text(encoding="utf-8").split("---")[1])
    assert header["kernelspec"]["name"] == "python3"
    assert header["kernelspec"]["language"] == "python"


@chapters
def test_one_hidden_parameters_cell_with_the_book_s_parameters(path: Path) -> None:
    (cell,) = [cell for cell in code_cells(path) if "parameters" in tags(cell)]
    assert "hide-input" in tags(cell)
    names = {node.targets[0].id for node in ast.parse(cell.source).body}
    assert names >= PARAMETERS


@chapters
def test_cells_define_nothing(path: Path) -> None:
    for cell in code_cells(path):
        defined = [
            node
            for node in ast.walk(ast.parse(cell.source))
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda)
        ]
        assert not defined, cell.source


@chapters
def test_cells_are_short(path: Path) -> None:
    sizes = [len(lines(cell)) for cell in code_cells(path) if "parameters" not in tags(cell)]
    assert median(sizes) <= 5
    assert max(sizes) <= 8
    widest = max(len(line) for cell in code_cells(path) for line in lines(cell))
    assert widest <= 100


@chapters
def test_every_figure_has_a_name_like_its_key_and_a_caption(path: Path) -> None:
    for key, body in directives(path):
        assert f":name: {key}" in body, key
        caption = [line for line in body.splitlines() if line and not line.startswith(":")]
        assert caption, key


@chapters
def test_glue_keys_are_set_once_and_every_use_is_set(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    computed = re.findall(r'glue\(f"([\w-]+)-\{', text)
    code = "\n".join(cell.source for cell in code_cells(path))
    made = re.findall(r'glue\("([\w-]+)"', code)
    assert len(made) == len(set(made))
    used = set(re.findall(r"\{glue(?::\w+)?\}`([\w-]+)", text))
    used |= set(re.findall(r"\{glue(?::\w+)?\} ([\w-]+)", text))
    unset = {k for k in used - set(made) if not k.startswith(tuple(f"{c}-" for c in computed))}
    assert not unset


def test_figure_names_are_unique_in_the_book() -> None:
    names = [key for path in CHAPTERS for key, _ in directives(path)]
    assert len(names) == len(set(names))


@chapters
def test_demo_appears_only_where_the_builtin_panels_lead(path: Path) -> None:
    for cell in code_cells(path):
        uses = {node.attr for node in ast.walk(ast.parse(cell.source)) if _is_demo_attribute(node)}
        if uses or re.search(r"\breal_\w+\(", cell.source):
            assert "builtin" in tags(cell), cell.source


def _is_demo_attribute(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "demo"
    )


@chapters
def test_synthetic_figures_say_so_in_their_caption(path: Path) -> None:
    for key, body in directives(path):
        if key.startswith("fig-demo"):
            assert "合成数据" in body, key


@chapters
def test_synthetic_matches_are_never_called_reproductions(path: Path) -> None:
    assert "复现" not in path.read_text(encoding="utf-8")


def test_every_citation_has_an_entry() -> None:
    entries = set(
        re.findall(r"@\w+\{(\w+),", (ROOT / "book" / "references.bib").read_text(encoding="utf-8"))
    )
    pages = [*CHAPTERS, *(ROOT / "book").glob("*.md")]
    for path in pages:
        for group in re.findall(r"\{cite:[pt]\}`([^`]+)`", path.read_text(encoding="utf-8")):
            assert set(group.split(",")) <= entries, (path.name, group)


@chapters
def test_result_chapters_cite_the_paper(path: Path) -> None:
    if path.stem != "methods":
        assert "gan2025synergy" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("stem", ["indices", "coupling"])
def test_result_chapters_end_with_the_contrast(stem: str) -> None:
    text = (ROOT / "chapters" / "paper" / f"{stem}.md").read_text(encoding="utf-8")
    assert text.rindex("\n## ") == text.index("\n## 对照")
    headings = ("# 论文说了什么", "# 手头的面板", "## 演示面板", "## 对照")
    order = [text.index(heading) for heading in headings]
    assert order == sorted(order)


@chapters
def test_a_paragraph_is_one_line(path: Path) -> None:
    """A line break inside a Chinese paragraph would become a blank in the page."""
    prose = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef{$]")
    for cell in jupytext.read(path).cells:
        if cell.cell_type == "markdown":
            for first, second in pairwise(cell.source.splitlines()):
                wrapped = prose.search(first[-1:]) and prose.match(second)
                assert not wrapped or first.startswith("`"), second
