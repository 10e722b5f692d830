"""Form of every chapter of the book: headers, parameters, cells, figures, words, references."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median

import jupytext
import pytest
import yaml

from press.regions import written_in
from press.stage import documents
from synergy.captions import declared_captions

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted((ROOT / "chapters").rglob("*.md"))
PARAMETERS = ["region", "data", "recipe", "years", "alpha"]

#: Imports and parameters in a hundred lines of code.
CEREMONY = 35
#: A reader's plan has two parameters more, and pages of its own.
PLANNED = [path for path in CHAPTERS if path.parent.name == "plan"]
#: Decks are read like chapters and are no pages.
DECKS = [path for path in CHAPTERS if path.parent.name == "slides"]
REPORT = [path for path in CHAPTERS if path not in (*PLANNED, *DECKS)]


def label(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


PAPER = [path for path in CHAPTERS if path.parent.name == "paper"]

chapters = pytest.mark.parametrize("path", CHAPTERS, ids=label)


# --- reading a chapter ------------------------------------------------------------------------


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def cells(path: Path) -> list:
    return list(jupytext.read(path).cells)


def code_cells(path: Path) -> list:
    return [cell for cell in cells(path) if cell.cell_type == "code"]


def tags(cell) -> set[str]:
    return set(cell.metadata.get("tags", []))


def code_lines(source: str) -> list[str]:
    """Lines of code; the lines inside a template are text, not code."""
    inside: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            inside |= set(range(node.lineno + 1, node.end_lineno))
    lines = enumerate(source.splitlines(), start=1)
    return [line for number, line in lines if line.strip() and number not in inside]


def called(node: ast.AST) -> str:
    """Name of the function that a call or a statement calls, or nothing."""
    node = node.value if isinstance(node, ast.Expr) else node
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def ceremony(path: Path) -> tuple[int, int]:
    """Lines of imports and parameters, and all lines of code."""
    spent, everything = 0, 0
    for cell in code_cells(path):
        everything += len(code_lines(cell.source))
        for node in ast.parse(cell.source).body:
            idle = isinstance(node, ast.Import | ast.ImportFrom)
            if idle or "parameters" in tags(cell):
                spent += node.end_lineno - node.lineno + 1
    return spent, everything


def parameters(path: Path) -> list[str]:
    """Names that the cell of parameters assigns; no chapter needs less than these and an import."""
    (cell,) = [cell for cell in code_cells(path) if "parameters" in tags(cell)]
    return [node.targets[0].id for node in ast.parse(cell.source).body]


def figures(cell) -> list[tuple[str, str]]:
    """Name of the figures that a cell puts on the page, and that of their words."""
    if cell.cell_type != "code":
        return []
    nodes = ast.walk(ast.parse(cell.source))
    calls = [node for node in nodes if isinstance(node, ast.Call) and called(node) == "figure"]
    names = [literal(call.args[0], {}) for call in calls]
    others = [{k.arg: literal(k.value, {}) for k in c.keywords if k.arg == "words"} for c in calls]
    return [(name, other.get("words", name)) for name, other in zip(names, others, strict=True)]


def literal(node: ast.expr, texts: dict[str, ast.expr]) -> str:
    """The text that is written in the cell, in the call or under a name."""
    node = texts.get(node.id, node) if isinstance(node, ast.Name) else node
    assert isinstance(node, ast.Constant), f"write {ast.unparse(node)} out in its cell"
    return node.value.strip()


def all_figures(path: Path) -> list[tuple[str, str]]:
    return [pair for cell in cells(path) if cell.cell_type != "raw" for pair in figures(cell)]


# --- the book ---------------------------------------------------------------------------------


def test_every_chapter_is_in_the_table_of_contents() -> None:
    for order, pages in (("_toc.yml", REPORT), ("_toc_plan.yml", PLANNED)):
        named = {written_in(name) for name in documents(ROOT / order)}
        named = {name for name in named if name.startswith("chapters/")}
        assert named == {str(path.relative_to(ROOT).with_suffix("")) for path in pages}


@chapters
def test_no_chapter_glues_and_few_lines_are_ceremony(path: Path) -> None:
    spent, everything = ceremony(path)
    assert "glue" not in text_of(path)
    assert spent <= max(len(parameters(path)) + 1, everything * CEREMONY / 100)


@pytest.mark.parametrize(
    ("book", "dropped"),
    [(REPORT, "own"), (REPORT, "builtin"), (PLANNED, "builtin")],
    ids=["built-in", "own", "plan"],
)
def test_figures_are_named_once(book: list[Path], dropped: str) -> None:
    kept = [cell for path in book for cell in cells(path) if dropped not in tags(cell)]
    names = Counter(name for cell in kept for name, _ in figures(cell))
    assert [name for name, count in names.items() if count > 1] == []


def test_equations_are_named_once_and_references_find_them() -> None:
    named = [name for p in CHAPTERS for name in re.findall(r"\$\$ \((eq-[\w-]+)\)", text_of(p))]
    assert len(named) == len(set(named))
    for path in CHAPTERS:
        assert set(re.findall(r"\{eq\}`(eq-[\w-]+)`", text_of(path))) <= set(named), label(path)


def test_every_citation_has_an_entry() -> None:
    entries = re.findall(r"@\w+\{(\w+),", text_of(ROOT / "book" / "references.bib"))
    assert len(entries) == len(set(entries))
    for path in [*CHAPTERS, *(ROOT / "book").glob("*.md")]:
        for group in re.findall(r"\{cite:[pt]\}`([^`]+)`", text_of(path)):
            assert set(group.split(",")) <= set(entries), (path.name, group)


# --- each chapter -----------------------------------------------------------------------------


@chapters
def test_header_names_kernel_and_language(path: Path) -> None:
    header = yaml.safe_load(text_of(path).split("---")[1])
    assert header["kernelspec"]["name"] == "python3"
    assert header["kernelspec"]["language"] == "python"


@chapters
def test_one_parameters_cell_with_the_book_s_parameters(path: Path) -> None:
    """A chapter that depends on nothing has an empty one."""
    names = parameters(path)
    assert names[: len(PARAMETERS)] == PARAMETERS or not names
    assert names or "load_evidence(" not in text_of(path)


@chapters
def test_cells_define_nothing(path: Path) -> None:
    kinds = ast.FunctionDef | ast.ClassDef | ast.Lambda
    for cell in code_cells(path):
        assert not [n for n in ast.walk(ast.parse(cell.source)) if isinstance(n, kinds)]


@chapters
def test_cells_are_short(path: Path) -> None:
    rest = [cell.source for cell in code_cells(path) if "parameters" not in tags(cell)]
    sizes = [len(code_lines(source)) for source in rest]
    assert median(sizes) <= 5 and max(sizes) <= 8
    assert max(len(line) for source in rest for line in source.splitlines()) <= 100


@chapters
def test_one_preamble_and_no_other_import(path: Path) -> None:
    """Cells that teach may show where a function comes from."""
    preambles = 0
    for cell in code_cells(path):
        nodes = ast.walk(ast.parse(cell.source))
        imports = [ast.unparse(n) for n in nodes if isinstance(n, ast.Import | ast.ImportFrom)]
        assert imports in ([], ["from synergy import *"]) or "show-input" in tags(cell)
        preambles += imports.count("from synergy import *")
    assert preambles == 1


@chapters
def test_templates_are_written_out(path: Path) -> None:
    """A template put together from values would read a label as part of the template."""
    trees = [ast.parse(cell.source) for cell in code_cells(path)]
    statements = [node for tree in trees for node in tree.body if isinstance(node, ast.Assign)]
    texts = {ast.unparse(node.targets[0]): node.value for node in statements}
    for node in (node for tree in trees for node in ast.walk(tree)):
        if called(node) in ("say", "phrase") and isinstance(node, ast.Call):
            literal(node.args[0], texts)


@chapters
def test_templates_say_what_is_written(path: Path) -> None:
    r"""A formula such as $\alpha$ needs a raw string: Python reads the beginning as a control."""
    for cell in code_cells(path):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not re.search(r"[\x00-\x09\x0b-\x1f]", node.value), node.value


@chapters
def test_every_figure_has_a_name_and_words(path: Path) -> None:
    for name, words in all_figures(path):
        assert re.fullmatch(r"fig-[a-z0-9-]+", name), name
        assert words in declared_captions(), name


@chapters
def test_synthetic_figures_say_so_in_their_title(path: Path) -> None:
    for name, words in all_figures(path):
        title = declared_captions()[words]["title"] if name.startswith("fig-demo") else "合成数据"
        assert "合成数据" in title, name


@chapters
def test_synthetic_matches_are_never_called_reproductions(path: Path) -> None:
    assert "复现" not in text_of(path)


@chapters
def test_demo_appears_only_where_the_builtin_panels_lead(path: Path) -> None:
    for cell in code_cells(path):
        nodes = list(ast.walk(ast.parse(cell.source)))
        demo = [n for n in nodes if isinstance(n, ast.Attribute) and ast.unparse(n.value) == "demo"]
        if demo or any(called(node).startswith("real_") for node in nodes):
            assert "builtin" in tags(cell), cell.source


@chapters
def test_a_paragraph_is_one_line(path: Path) -> None:
    """A line break inside a Chinese paragraph would become a blank in the page."""
    prose = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef{$]")
    for cell in cells(path):
        if cell.cell_type == "markdown":
            for first, second in pairwise(cell.source.splitlines()):
                wrapped = prose.search(first[-1:]) and prose.match(second)
                assert not wrapped or first.startswith("`"), second


def test_the_seven_chapters_of_the_paper_are_there() -> None:
    wanted = {"data", "introduction", "indicators", "methods", "indices", "coupling", "robustness"}
    assert {path.stem for path in PAPER} >= wanted


@pytest.mark.parametrize("path", PAPER, ids=label)
def test_result_chapters_cite_the_paper(path: Path) -> None:
    assert "gan2025synergy" in text_of(path) or path.stem == "methods"


@pytest.mark.parametrize("stem", ["indices", "coupling"])
def test_result_chapters_end_with_the_contrast(stem: str) -> None:
    text = text_of(ROOT / "chapters" / "paper" / f"{stem}.md")
    assert text.rindex("\n## ") == text.index("\n## 对照")
    headings = ("# 论文说了什么", "# 数据怎么说", "## 演示面板", "## 对照")
    order = [text.index(heading) for heading in headings]
    assert order == sorted(order)
