"""Turn Jupytext chapters into notebooks that are ready for papermill, refusing what it ignores."""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from sphinx_external_toc.parsing import MalformedError, parse_toc_yaml

from press.regions import code_of, filled, own_values, written_in

if TYPE_CHECKING:
    import nbformat


# Tags that change what a cell gives; all others change how the page shows it.
_DECIDING = {"parameters", "raises-exception", "skip-execution"}

Staged = tuple[str, frozenset[str]]


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
    own : mapping
        Values that this chapter gets whatever the edition's are.
    """

    name: str
    path: Path
    source: str
    parameters: frozenset[str]
    own: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def code(self) -> str:
        """The code cells alone, as a notebook: all of the chapter that decides its results."""
        notebook = json.loads(self.source)
        notebook["cells"] = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        for number, cell in enumerate(notebook["cells"]):
            kept = _DECIDING & set(cell["metadata"].get("tags", []))
            cell |= {"id": f"cell-{number}", "metadata": {"tags": sorted(kept)}}
        return json.dumps(notebook, ensure_ascii=False, sort_keys=True)

    @cached_property
    def cells(self) -> list[str]:
        """The code, cell by cell."""
        return [str(cell["source"]) for cell in json.loads(self.code)["cells"]]

    def accepted(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values that this chapter declares."""
        given = {**values, **self.own}
        return {name: value for name, value in given.items() if name in self.parameters}


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


def contents_of(toc: Path, keeps: Callable[[str], bool]) -> str:
    """Return a `_toc.yml` with the chapters that a book keeps; a part left with none goes too.

    Pages below a chapter stay or go with it; what is no document of the book stays.
    """
    said = yaml.safe_load(toc.read_text(encoding="utf-8"))
    for part in (said, *said.get("parts", ())):
        if "chapters" in part:
            part["chapters"] = [each for each in part["chapters"] if keeps(each.get("file", ""))]
    if "parts" in said:
        said["parts"] = [part for part in said["parts"] if part.get("chapters", True)]
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False)


def part_names(toc: Path) -> list[str]:
    """Return what the parts of a book are called, in order; empty where one has no name."""
    return [str(part.caption or "") for part in parse_toc_yaml(toc).root.subtrees]


def extensions(settings: Path) -> list[str]:
    """Return the extensions that a book's `_config.yml` has Sphinx load."""
    said = yaml.safe_load(settings.read_text(encoding="utf-8"))
    return list(said.get("sphinx", {}).get("config", {}).get("extensions", ()))


def page_of(name: str) -> str:
    """Return where the pages hold a document."""
    return f"{name}.html"


def source_copy(name: str) -> str:
    """Return where the pages hold a document's source, as text that every browser shows."""
    return f"_sources/{written_in(name)}.md.txt"


def notebook_of(name: str) -> str:
    """Return where the pages hold the notebook of a chapter: by its own name, unique in a book."""
    code = code_of(name)
    *_, folder, last = name.split("/")
    return f"notebooks/{f'region-{code}' if code else folder if last == 'index' else last}.ipynb"


def copy_sources(root: Path, names: Iterable[str], pages: Path) -> None:
    """Put the source of each document beside the pages."""
    for name in names:
        target = pages / source_copy(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / f"{written_in(name)}.md", target)


def stage_chapter(
    root: Path, name: str, *, own_data: bool, read: Callable[[str, str, bool], Staged] | None = None
) -> StagedChapter:
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
    read : callable, optional
        `read_chapter`, or what remembers its results.

    Raises
    ------
    StageError
        No kernel or language in the header, or no cell tagged `parameters`.
    """
    path = root / f"{written_in(name)}.md"
    text = filled(path.read_text(encoding="utf-8"), name)
    staged = (read or read_chapter)(text, str(path), own_data)
    return StagedChapter(name, path, *staged, own_values(name))


def read_chapter(text: str, path: str, own_data: bool) -> Staged:
    """Turn a chapter's text into a notebook, as JSON, and the names of its parameters."""
    import jupytext
    import nbformat

    notebook = jupytext.reads(text, fmt={"extension": Path(path).suffix})
    _require_kernel(notebook, path)
    _require_parameters(notebook, path)
    dropped = "builtin" if own_data else "own"
    notebook.cells = [cell for cell in notebook.cells if dropped not in _tags(cell)]
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        if cell.cell_type == "code":
            cell.metadata.tags = _with_visibility(_tags(cell))
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return nbformat.writes(notebook, split_lines=False), _parameters(notebook)


def _parameters(notebook: nbformat.NotebookNode) -> frozenset[str]:
    """Return the names that the cell tagged `parameters` assigns."""
    code = next(cell.source for cell in notebook.cells if "parameters" in _tags(cell))
    assigned = (node for node in ast.parse(code).body if isinstance(node, ast.Assign))
    return frozenset(ast.unparse(target) for node in assigned for target in node.targets)


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


def _require_kernel(notebook: nbformat.NotebookNode, path: str) -> None:
    if notebook.metadata.get("kernelspec", {}).get("language") != "python":
        raise StageError(
            f"章节 {path} 的文件头缺少 kernelspec（name: python3，language: python）；"
            "请补上，否则无法执行。"
        )


def _require_parameters(notebook: nbformat.NotebookNode, path: str) -> None:
    tagged = [cell for cell in notebook.cells if "parameters" in _tags(cell)]
    if len(tagged) != 1 or tagged[0].cell_type != "code":
        raise StageError(
            f"章节 {path} 需要恰好一个带 parameters 标签的代码单元，现有 {len(tagged)} 个；"
            "缺少它时，参数会被悄悄忽略，书里就会是默认值。"
        )
