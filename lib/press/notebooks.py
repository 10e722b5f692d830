"""Notebooks that live alone: each chapter with its results, for JupyterLab and whatever else.

They are made of what the book's chapters gave; nothing is executed for them. Text is plain
Markdown with the book's own numbers (`synergy.notebook`), the first cell of code holds the
edition's values, and the cell before it says where the notebook comes from and how to run it.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from press import english
from press.by_place import home
from press.digest import digest
from press.draw import drawer
from press.execute import markdown_of
from press.figures import script_json
from press.kept import remembered
from press.regions import filled, written_in
from press.stage import StagedChapter, notebook_of
from synergy import __version__
from synergy.files.address import split_sheet
from synergy.notebook import WIDTH
from synergy.notebook.bundles import Draw, Output, outputs
from synergy.notebook.contents import Contents, contents, order
from synergy.notebook.plain import alone, plain_text
from synergy.works import order_key, works

if TYPE_CHECKING:
    from press.edition import Edition

#: Of cells whose code a reader sees at first; all other code is folded.
OPEN = {"parameters", "show-input", "teach"}
#: Tags that are a notebook's own; all others are the book's.
KEPT = OPEN | {"raises-exception", "skip-execution"}

_CITED = re.compile(r"\{cite:[pt]\}`([^`]+)`")

#: What the first cell says, and on a reader's own files; English is in ``book/english.toml``.
INTRODUCTION = """*《{title}》一章的笔记本，出自《{book}》。{imprint}。*

- **数据**：{banner}{synthetic}
- **不必运行**：文字、图和表是生成本书时算出的，断网也能看。{failed}{files}
- **重新运行**：在本书的源文件夹里照 README 的“两条命令”安装（Python 3.11 或更新的版本），\
在同一个环境里用 JupyterLab 或 VS Code 打开本文件，从头依次运行。第一格代码是这一版的参数，\
改了以后，句子、图和表随之重算。折叠着的格子是取数和排版的代码，点开可以看。"""
SYNTHETIC = "“合成数据”由程序生成，不是统计，不能证明任何事。"
FAILED = "数后带 ✗ 的，文献里那个数不成立。"
FILES = "\n- **您的文件**：{files}不在笔记本里；重新运行前，请放在笔记本旁边。"

Shown = Mapping[str, Any]

#: Of texts and programs; data have their own.
LICENCE = "MIT"


class Shelf:
    """The notebooks of a book's chapters.

    Parameters
    ----------
    edition : Edition
    chapters : iterable of StagedChapter
    executed : mapping
        What chapters gave, as JSON text by their names. Numbers are those of the book where all
        are there; those of a numbered chapter need only itself.
    toc : Path
        The order of documents, beside their texts.
    draw : callable
        From a specification to a picture, as SVG.
    """

    def __init__(
        self,
        edition: Edition,
        chapters: Iterable[StagedChapter],
        executed: Mapping[str, str],
        toc: Path,
        draw: Draw,
    ) -> None:
        self.edition, self.toc, self.draw = edition, toc, draw
        self.chapters = {chapter.name: chapter for chapter in chapters}
        self.texts = executed
        self.executed = {name: _at_home(json.loads(text)) for name, text in executed.items()}

    @cached_property
    def contents(self) -> Contents:
        """What the texts refer to."""
        listed = order(self.toc)
        texts = {name: source_text(self.toc.parent, name) for name, _ in listed}
        texts |= {name: "\n\n".join(markdown_of(told)) for name, told in self.executed.items()}
        book = contents(listed, texts, self.edition.language, shown=self.executed)
        return replace(book, solutions=not self.edition.student)

    def write(self, pages: Path, cache: Path, made_by: str) -> None:
        """Write all of them below a folder of pages; `made_by` is a digest of what makes them."""
        kept = remembered(lone, cache, ignore=["shelf"])
        key = digest([made_by, repr(self.contents), repr(self.edition)])
        for name, text in self.texts.items():
            target = pages / notebook_of(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(kept(name, text, key, self), encoding="utf-8", newline="\n")

    def notebook(self, name: str) -> str:
        """One of them, as JSON text."""
        told = self.executed[name]["cells"]
        code = [cell for cell in told if cell["cell_type"] == "code"]
        numbers = {cell["id"]: number for number, cell in enumerate(code, start=1)}
        cells = [self._cell(cell, name, numbers.get(cell["id"], 0)) for cell in told]
        cells.insert(1, _text("about", self._introduction(name)))
        cells.append(_text("works", _list_of_works(markdown_of(self.executed[name]))))
        whole = {
            "cells": [cell for cell in cells if cell["source"]],
            "metadata": self._metadata(name),
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        return json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1) + "\n"

    def _cell(self, cell: Mapping[str, Any], name: str, number: int) -> dict[str, Any]:
        source = "".join(cell["source"])
        if cell["cell_type"] != "code":
            return _text(cell["id"], plain_text(source, self.contents))
        tags = KEPT & set(cell["metadata"].get("tags", ()))
        folded = {} if tags & OPEN else {"jupyter": {"source_hidden": True}}
        return {
            "cell_type": "code",
            "id": cell["id"],
            "source": self._parameters(source, name) if "parameters" in tags else source,
            "metadata": {**({"tags": sorted(tags)} if tags else {}), **folded},
            "execution_count": number,
            "outputs": [*self._outputs(cell["outputs"], number)],
        }

    def _parameters(self, source: str, name: str) -> str:
        """The cell of parameters with this edition's values; a file stands beside the notebook."""
        accepted = self.chapters[name].accepted(self.edition.parameters)
        lines = []
        for given in ast.parse(source).body:
            key, _, value = ast.unparse(given).partition(" = ")
            value = _written(_beside(accepted[key])) if key in accepted else value
            lines.append(f"{key} = {value}")
        return "\n".join(lines) or source

    def _outputs(self, given: Iterable[Shown], number: int) -> Iterator[Shown]:
        """Outputs as any notebook shows them; warnings name files of the machine, and go."""
        for output in given:
            data = output.get("data", {})
            if "text/markdown" in data:
                text = "".join(data["text/markdown"])
                yield from map(_display, outputs(text, self.contents, self.draw))
            elif data:
                told = {k: alone(v) if k == "text/html" else v for k, v in data.items()}
                yield {**output, "data": told, "execution_count": number}
            elif output.get("name") != "stderr":
                yield output

    def _introduction(self, name: str) -> str:
        edition, words = self.edition, self._words
        files = "、".join(path.name for path in edition.inputs.values())
        return words["introduction"].format(
            title=self.contents.titles[name],
            book=edition.book_title,
            imprint=self._imprint(),
            banner=edition.banner_en if self._english else edition.banner,
            failed="" if edition.planned else words["failed"],
            synthetic="" if edition.own_data else words["synthetic"],
            files=words["files"].format(files=files) if files else "",
        )

    def _imprint(self) -> str:
        told = self.edition.sphinx_config()
        named = f"{told['press_place']}, {told['press_version']}, {told['press_date']}"
        return named if self._english else self.edition.imprint

    @property
    def _english(self) -> bool:
        return self.edition.language == english.ENGLISH

    @property
    def _words(self) -> Mapping[str, str]:
        if self._english:
            said: Mapping[str, str] = english.declared()["notebook"]
            return said
        return {
            "introduction": INTRODUCTION,
            "synthetic": SYNTHETIC,
            "failed": FAILED,
            "files": FILES,
        }

    def _metadata(self, name: str) -> dict[str, Any]:
        return {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python", "file_extension": ".py"},
            "license": {"name": LICENCE},
            "synergy": {
                "document": name,
                "data_fingerprint": self.edition.data_fingerprint,
                "version": __version__,
            },
            "title": self.contents.titles[name],
        }


def lone(name: str, told: str, key: str, shelf: Shelf) -> str:
    """The notebook of a chapter; its name, what it gave and a digest of the rest decide it."""
    return shelf.notebook(name)


# --- what is read -----------------------------------------------------------------------------


def _at_home(notebook: dict[str, Any]) -> dict[str, Any]:
    """An executed notebook without what its outputs say of other places."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            if "text/markdown" in (data := output.get("data", {})):
                data["text/markdown"] = home("".join(data["text/markdown"]))
    return notebook


def source_text(root: Path, name: str) -> str:
    """Text of a document that was not executed."""
    path = root / f"{written_in(name)}.md"
    return filled(path.read_text(encoding="utf-8"), name) if path.is_file() else ""


# --- what is written --------------------------------------------------------------------------


def drawn_as(cache: Path) -> Draw:
    """Return what draws a chart as the pages have it: what was drawn is kept."""
    drawn = drawer(cache)
    return lambda spec: drawn(script_json(spec), WIDTH)


def _text(name: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text.strip()}


def _display(shown: Output) -> Mapping[str, Any]:
    return {"output_type": "display_data", "data": shown.data, "metadata": shown.metadata}


def _written(value: Any) -> str:
    """A value as Python code, in double quotes as the chapters have it."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _beside(value: Any) -> Any:
    """A file of this machine by its name alone, which a notebook finds beside it."""
    if not (isinstance(value, str) and Path(split_sheet(value)[0]).is_absolute()):
        return value
    path, sheet = split_sheet(value)
    return Path(path).name + (f"|{sheet}" if sheet else "")


def _list_of_works(texts: Iterable[str]) -> str:
    """The works that texts cite, as the book lists them."""
    from press.references import reference

    groups = chain.from_iterable(_CITED.findall(text) for text in texts)
    keys = {key.strip() for group in groups for key in group.split(",")}
    entries = sorted((works()[key] for key in keys if key in works()), key=order_key)
    listed = "\n".join(f"- {reference(entry)}" for entry in entries)
    return f"## 参考文献\n\n{listed}" if listed else ""
