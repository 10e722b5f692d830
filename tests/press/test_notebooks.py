"""Notebooks that live alone: what the book shows is in them, and they run again anywhere."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient

from press.build import Book, build
from press.by_place import home, joined
from press.cli import main
from press.edition import Edition
from press.lone import chosen, lone_notebook
from press.order import Order
from press.regions import code_of
from press.stage import StageError, documents, notebook_of
from small import CHAPTER, HEADER, PARAMETERS, different, write_book
from synergy.evidence import Request
from synergy.notebook.bundles import PICTURE, VEGA_LITE

ROOT = Path(__file__).parents[2]
CHAPTERS = [name for name in documents(ROOT / "_toc.yml") if name.startswith("chapters/")]
#: One page about a place stands for all: they are one template.
ALONE = [name for name in CHAPTERS if not code_of(name) or code_of(name) == "44"]

#: What MyST leaves in a text that no notebook reads.
RAW = re.compile(
    r"\{[\w:]+\}`|^ *(?:`{3,}|:{3,})\{|\]\{[.#]|^\([\w-]+\)=|^%% |<svg|<!--|^English: |^Nature: "
    r"|^Note: |\(eq-|<a (?!href=.http)",
    re.M,
)
#: A folder of this machine, as text of a notebook.
PLACE = re.compile(rf"{re.escape(str(ROOT))}|(?<![\w/.])/(?:tmp|home|root|work|Users)/|[A-Z]:\\\\")
EXHIBIT = re.compile(r"^\*\*((?:图|表) [\d.]+)\*\*", re.M)


def texts(notebook: Any) -> str:
    """All Markdown of a notebook, in order."""
    found = []
    for cell in notebook.cells:
        found += [cell.source] if cell.cell_type == "markdown" else []
        found += [o.data.get("text/markdown", "") for o in cell.get("outputs", ()) if "data" in o]
    return "\n\n".join(found)


def shown(notebook: Any) -> Iterable[Any]:
    """Outputs of a notebook that have data."""
    cells = (cell for cell in notebook.cells if cell.cell_type == "code")
    return [output for cell in cells for output in cell.outputs if "data" in output]


def figures(notebook: Any) -> list[str]:
    """Names of the figures that a notebook shows, as specification and as picture."""
    named = [output for output in shown(notebook) if output.metadata.get("figure")]
    assert all({VEGA_LITE, PICTURE} <= output.data.keys() for output in named)
    return [str(output.metadata["figure"]) for output in named]


# --- of the whole book ------------------------------------------------------------------------


def lone(book: Book, name: str) -> Any:
    assert book.html is not None
    return nbformat.read(book.html.parent / notebook_of(name), as_version=4)


@pytest.mark.book
def test_every_chapter_s_page_offers_its_notebook(
    whole_book: Book, soups: dict[str, BeautifulSoup]
) -> None:
    assert whole_book.html is not None
    pages = whole_book.html.parent
    for name, soup in soups.items():
        links = soup.select("a[download][href$='.ipynb']")
        assert len(links) == name.startswith("chapters/"), name
        for link in links:
            there = (pages / f"{name}.html").parent / str(link["href"])
            assert there.resolve() == (pages / notebook_of(name)).resolve() and there.is_file()
    assert len({notebook_of(name).lower() for name in CHAPTERS}) == len(CHAPTERS)


@pytest.mark.book
def test_notebooks_show_what_pages_show_under_the_same_numbers(
    whole_book: Book, soups: dict[str, BeautifulSoup]
) -> None:
    for name in different(CHAPTERS):
        notebook, soup = lone(whole_book, name), soups[name]
        numbers = [tag.get_text().strip() for tag in soup.select(".caption-number")]
        told = [m for text in [texts(notebook)] for m in EXHIBIT.findall(text)]
        assert told == numbers, name
        assert len(figures(notebook)) == sum(n.startswith("图") for n in numbers), name
        formulas = [tag.get_text().strip("()#") for tag in soup.select(".eqno")]
        assert re.findall(r"\\tag\{([\d.]+)\}", texts(notebook)) == formulas, name


@pytest.mark.book
def test_nothing_raw_nothing_empty_and_no_place_of_this_machine(whole_book: Book) -> None:
    for name in CHAPTERS:
        notebook = lone(whole_book, name)
        nbformat.validate(notebook)
        assert RAW.findall(texts(notebook)) == [], name
        assert all(cell.source.strip() for cell in notebook.cells), name
        assert all(any(output.data.values()) for output in shown(notebook)), name
        assert not PLACE.search(nbformat.writes(notebook)), name


@pytest.mark.book
def test_a_notebook_opens_with_what_it_is_and_its_parameters(whole_book: Book) -> None:
    """A few chapters depend on nothing."""
    given = 0
    for name in CHAPTERS:
        notebook = lone(whole_book, name)
        title, about, *_ = notebook.cells
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        tagged = [cell for cell in code if "parameters" in cell.metadata.get("tags", ())]
        assert tagged in (code[:1], []), name
        given += len(tagged)
        assert title.source.startswith("# ") and notebook.metadata.title in title.source
        assert "数据指纹" in about.source and "合成数据" in about.source
        assert notebook.metadata.kernelspec.name == "python3"
        open_ones = {"parameters", "teach", "show-input"}
        for cell in notebook.cells:
            if cell.cell_type == "code":
                folded = cell.metadata.get("jupyter", {}).get("source_hidden", False)
                assert folded != bool(open_ones & set(cell.metadata.get("tags", ())))
    assert given > len(CHAPTERS) - 10


@pytest.mark.book
def test_works_that_a_notebook_cites_are_named_as_on_its_page(
    whole_book: Book, soups: dict[str, BeautifulSoup]
) -> None:
    """The name in the text, and the work in the list at the end."""
    name = "chapters/paper/methods"
    text = texts(lone(whole_book, name))
    links = {a.get_text() for a in soups[name].select('a[href*="references.html#"]')}
    assert links and all(re.sub(r"[（）]", "", link) in text for link in links)
    assert "## 参考文献" in text


# --- of a small book --------------------------------------------------------------------------


TABLES = """

```{code-cell} python
from synergy.page import numbered
import pandas as pd
numbered("tab-a", pd.DataFrame({"省": [region]}), "一张表", source="本书。")
```
"""


def test_a_build_and_the_command_write_the_same_notebook_twice(
    tmp_path: Path, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    top = write_book(tmp_path / "小书 book", root, HEADER + PARAMETERS + CHAPTER + TABLES)
    book = build(Edition.load(), tmp_path / "out", root=top, pdf=False)
    assert book.html is not None
    made = (book.html.parent / "notebooks" / "data.ipynb").read_bytes()
    args = ["notebook", "小章", "--root", str(top), "--out", str(tmp_path / "单 独")]
    assert main(args) == 0
    again = tmp_path / "单 独" / "data.ipynb"
    assert again.read_bytes() == made and str(again) in capsys.readouterr().out
    again.write_text("学生写的", encoding="utf-8")
    assert main(args) == 2
    assert "--replace" in capsys.readouterr().err
    assert again.read_text(encoding="utf-8") == "学生写的"
    assert main([*args, "--replace"]) == 0 and again.read_bytes() == made


def test_parameters_are_the_edition_s_and_a_file_stands_beside(tmp_path: Path, root: Path) -> None:
    parameters = PARAMETERS.replace("alpha = 0.5", 'data = ""\nalpha = 0.5')
    top = write_book(tmp_path / "book", root, HEADER + parameters + CHAPTER)
    own = tmp_path / "我的 面板.csv"
    shutil.copyfile(root / "data" / "demo" / "panel.csv", own)
    asked = {"region": "sichuan", "data": str(own), "alpha": 0.4}
    _, text = lone_notebook(Order(asked, root=top), "data")
    notebook = nbformat.reads(text, as_version=4)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert first.source == 'region = "四川"\ndata = "我的 面板.csv"\nalpha = 0.4\ndraws = 10'
    assert "我的 面板.csv" in notebook.cells[1].source and str(tmp_path) not in text
    assert "只在自有数据出现" in text and "只在内置面板出现" not in text


def test_an_english_book_has_english_notebooks(tmp_path: Path, root: Path) -> None:
    top = write_book(tmp_path / "book", root)
    _, text = lone_notebook(Order(root=top, language="en"), "data")
    about = nbformat.reads(text, as_version=4).cells[1].source
    assert about.startswith("*Notebook of the chapter 小章") and "data fingerprint" in about
    assert "{" not in about and about.count("synthetic") == 1
    assert re.findall(r"[\u4e00-\u9fff]+", about) == ["小章", "全国", "合成数据"]


@pytest.mark.parametrize("wanted", ["耦", "cupling", "没有的章"])
def test_an_unknown_chapter_is_told_with_near_ones(
    wanted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["notebook", wanted]) == 2
    told = capsys.readouterr().err
    assert "coupling" in told and f"“{wanted}”" in told


def test_a_chapter_is_found_by_name_end_and_title() -> None:
    titles = {"chapters/paper/coupling": "耦合协调", "chapters/regions/51": "四川"}
    for wanted in ("chapters/paper/coupling", "coupling", "耦合协调", "coupling.md"):
        assert chosen(wanted, titles) == "chapters/paper/coupling"
    assert chosen("四川", titles) == chosen("51", titles) == "chapters/regions/51"
    with pytest.raises(StageError, match="耦合协调"):
        chosen("耦合", titles)


def test_what_a_text_says_at_home_is_what_was_joined() -> None:
    here = "甲。\n\n乙 {{x}}。\n\n:::{dropdown} 题\n丙\n:::"
    for there in ("甲。\n\n乙。\n\n:::{dropdown} 题\n丁\n:::", here):
        text = joined(here, {"44": there})
        assert [line for line in home(text).splitlines() if line] == [
            line for line in here.splitlines() if line
        ]
    chart = '```{chart} fig-a\n题\n\n{"x":1}\n```'
    assert home(joined(chart, {"44": chart.replace("1", "2")})).strip() == chart


# --- run again --------------------------------------------------------------------------------


def run(notebook: Any, folder: Path) -> Any:
    """A notebook after it ran in a fresh kernel that no press knows."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


def declared(name: str) -> Counter[str]:
    """Names of figures that a chapter's cells put on the page where built-in panels lead."""
    cells = jupytext.read(ROOT / f"{name}.md").cells
    kept = [
        c.source for c in cells if c.cell_type == "code" and "own" not in c.metadata.get("tags", ())
    ]
    calls = [n for source in kept for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Call)]
    named = [c.args[0] for c in calls if ast.unparse(c.func) == "figure"]
    return Counter(n.value for n in named if isinstance(n, ast.Constant))


def compare(ran: Any, wanted: Any) -> None:
    """The same figures and tables under the same numbers, and nothing raw in what ran."""
    outputs = [output.data.get("text/markdown", "") for output in shown(ran)]
    assert figures(ran) == figures(wanted)
    counted = [sum(text.count("来源：") for text in told) for told in (outputs, _outputs(wanted))]
    assert counted[0] == counted[1]
    assert RAW.findall("\n\n".join(outputs)) == []
    numbers = EXHIBIT.findall("\n\n".join(outputs))
    assert numbers in ([], EXHIBIT.findall("\n\n".join(_outputs(wanted))))


def _outputs(notebook: Any) -> list[str]:
    return [output.data.get("text/markdown", "") for output in shown(notebook)]


def in_text(name: str) -> Any:
    """A chapter's notebook as the command writes it."""
    return nbformat.reads(lone_notebook(Order(), name)[1], as_version=4)


def test_a_chapter_runs_from_its_folder_and_as_its_notebook(tmp_path: Path) -> None:
    name = "chapters/paper/methods"
    wanted, source = in_text(name), ROOT / f"{name}.md"
    compare(run(jupytext.read(source), source.parent), wanted)
    assert figures(wanted) == list(declared(name))
    folder = tmp_path / "下载 的"
    folder.mkdir()
    compare(run(in_text(name), folder), wanted)


@pytest.mark.long
@pytest.mark.parametrize("way", ["root", "folder", "notebook"])
@pytest.mark.parametrize("name", ALONE)
def test_every_chapter_runs_alone(name: str, way: str, tmp_path: Path) -> None:
    wanted = in_text(name)
    if way == "notebook":
        compare(run(in_text(name), tmp_path), wanted)
        return
    source = ROOT / f"{name.replace('/44', '/place')}.md"
    out = tmp_path / "out.ipynb"
    command = [sys.executable, "-m", "jupytext", "--to", "notebook", "--execute"]
    at = ROOT if way == "root" else source.parent
    given = source.relative_to(at) if way == "root" else source.name
    subprocess.run([*command, "--output", str(out), str(given)], cwd=at, check=True)
    ran = nbformat.read(out, as_version=4)
    if code_of(name):
        assert len(figures(ran)) == len(figures(wanted))
        return
    compare(ran, wanted)
    assert set(figures(ran)) == set(declared(name))


@pytest.mark.long
def test_a_region_s_notebook_is_of_the_region() -> None:
    name, text = lone_notebook(Order({"region": "四川"}), "coupling")
    assert name == "chapters/paper/coupling" and 'region = \\"四川\\"' in text
    notebook = nbformat.reads(text, as_version=4)
    assert RAW.findall(texts(notebook)) == [] and Request("四川").region in texts(notebook)
