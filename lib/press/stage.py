"""Turn Jupytext chapters into notebooks that are ready for papermill, refusing what it ignores."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import papermill
from sphinx_external_toc.parsing import MalformedError, parse_toc_yaml


class StageError(ValueError):
    """A chapter or a parameter is not as the book needs it; the message is for its author."""

    exit_code = 2


@dataclass(frozen=True)
class StagedChapter:
    """A chapter as a notebook, before execution.

    Attributes
    ----------
    name : str
        Document name in the book, for instance `chapters/paper/data`.
    path : Path
        The Jupytext source.
    source : str
        The notebook as JSON text.
    parameters : frozenset of str
        Names that the cell tagged `parameters` assigns.
    """

    name: str
    path: Path
    source: str
    parameters: frozenset[str]

    def accepted(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values that this chapter declares."""
        return {name: value for name, value in values.items() if name in self.parameters}


def documents(toc: Path) -> list[str]:
    """Return the names of all documents in a `_toc.yml`, in reading order.

    Raises
    ------
    StageError
        Sphinx could not make a book of it.
    """
    try:
        return [str(name) for name in parse_toc_yaml(toc)]
    except MalformedError as error:
        raise StageError(f"目录 {toc} 不合格式：{error}。请改正后重新运行。") from error


def page_of(name: str) -> str:
    """Return where the pages hold a document."""
    return f"{name}.html"


def source_copy(name: str) -> str:
    """Return where the pages hold a document's source, as text that every browser shows."""
    return f"_sources/{name}.md.txt"


def copy_sources(root: Path, names: Iterable[str], pages: Path) -> None:
    """Put the source of each document beside the pages."""
    for name in names:
        target = pages / source_copy(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / f"{name}.md", target)


def stage_chapter(root: Path, name: str, *, own_data: bool) -> StagedChapter:
    """Read one chapter and check what papermill would let pass in silence.

    Parameters
    ----------
    root : Path
        The book's top folder.
    name : str
        Document name without suffix.
    own_data : bool
        Whether the reader's own panel leads. Cells tagged `builtin` are dropped then, cells
        tagged `own` otherwise. Code is open on the page in cells tagged `show-input`, folded
        in those tagged `teach`, and absent in all others.

    Raises
    ------
    StageError
        No kernel or language in the header, or no cell tagged `parameters`.
    """
    path = root / f"{name}.md"
    notebook = jupytext.read(path)
    _require_kernel(notebook, path)
    _require_parameters(notebook, path)
    dropped = "builtin" if own_data else "own"
    notebook.cells = [cell for cell in notebook.cells if dropped not in _tags(cell)]
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        if cell.cell_type == "code":
            cell.metadata.tags = _with_visibility(_tags(cell))
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    known = frozenset(papermill.inspect_notebook(notebook))
    return StagedChapter(name, path, nbformat.writes(notebook), known)


def require_known(parameters: Iterable[str], chapters: Iterable[StagedChapter]) -> None:
    """Refuse parameters that no chapter declares: papermill would only warn.

    Raises
    ------
    StageError
        Names the unknown parameters and lists the known ones.
    """
    known = frozenset[str]().union(*(chapter.parameters for chapter in chapters))
    unknown = sorted(set(parameters) - known)
    if unknown:
        raise StageError(
            f"未知参数：{'、'.join(unknown)}。各章声明的参数只有：{'、'.join(sorted(known))}。"
        )


def _tags(cell: nbformat.NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def _with_visibility(tags: list[str]) -> list[str]:
    """Fold code that teaches; code that no tag shows or folds does not go on the page."""
    if "teach" in tags:
        return [*tags, "hide-input"]
    return tags if "show-input" in tags else [*tags, "remove-input"]


def _require_kernel(notebook: nbformat.NotebookNode, path: Path) -> None:
    if notebook.metadata.get("kernelspec", {}).get("language") != "python":
        raise StageError(
            f"章节 {path} 的文件头缺少 kernelspec（name: python3，language: python）；"
            "请补上，否则无法执行。"
        )


def _require_parameters(notebook: nbformat.NotebookNode, path: Path) -> None:
    tagged = [cell for cell in notebook.cells if "parameters" in _tags(cell)]
    if len(tagged) != 1 or tagged[0].cell_type != "code":
        raise StageError(
            f"章节 {path} 需要恰好一个带 parameters 标签的代码单元，现有 {len(tagged)} 个；"
            "缺少它时，参数会被悄悄忽略，书里就会是默认值。"
        )
