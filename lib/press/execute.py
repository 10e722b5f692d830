"""Execute the staged chapters, several at a time, and keep what their code gave."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from press.kept import remembered
from press.stage import StagedChapter


class ChapterError(RuntimeError):
    """A cell of a chapter raised; the message names chapter, cell and cause (in Chinese)."""

    exit_code = 1


def execute_code(code: str, parameters: Mapping[str, Any], key: str, folder: Path) -> str:
    """Execute a chapter's code cells and return what they gave, all as JSON text.

    With the first two arguments, `key` is the key of the kept result: it stands for whatever else
    the result depends on. The text between the cells does not enter, so that a chapter with a new
    sentence finds its results kept.

    Parameters
    ----------
    code : str
        A notebook of code cells.
    parameters : mapping
        Values injected after the cell tagged `parameters`.
    key : str
        Digest of the modules and data that the code stands on.
    folder : Path
        For the kernel's own files; decides nothing.
    """
    from press.engine import run

    return run(code, parameters, folder)


def execute_chapters(
    chapters: Iterable[StagedChapter],
    parameters: Mapping[str, Any],
    keys: Mapping[str, str],
    cache: Path,
    folder: Path,
) -> Iterator[tuple[str, str]]:
    """Execute chapters concurrently and yield the name and notebook of each as it is done.

    Each chapter takes those of the edition's parameters that it declares.

    Parameters
    ----------
    chapters : iterable of StagedChapter
        What to execute.
    parameters : mapping
        The edition's values.
    keys : mapping of str to str
        From a chapter's name to a digest of what its code stands on.
    cache, folder : Path
        Where results are kept, and where kernels have their own files.

    Raises
    ------
    ChapterError
        A cell raised. The other chapters are abandoned.
    """
    run = remembered(execute_code, cache, ignore=["folder"])
    # One worker more than processors: a chapter spends a third of its time on messages.
    with ThreadPoolExecutor((os.cpu_count() or 1) + 1) as pool, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        jobs = {}
        for chapter in chapters:
            values = chapter.accepted(parameters)
            jobs[pool.submit(run, chapter.code, values, keys[chapter.name], folder)] = chapter
        try:
            for job in as_completed(jobs):
                yield jobs[job].name, with_outputs(jobs[job].source, _result(jobs[job], job.result))
        except BaseException:
            from press.kernel import end_all

            pool.shutdown(wait=False, cancel_futures=True)
            end_all()
            raise


def with_outputs(source: str, given: str) -> str:
    """Put what the code gave into a staged notebook, both as JSON text.

    The cell of parameters does not go on the page, nor does what was injected after it.
    """
    notebook, ran = json.loads(source), json.loads(given)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for cell, result in zip(code, ran["results"], strict=True):
        cell |= result
        if "parameters" in cell["metadata"].get("tags", []):
            cell["metadata"]["tags"].append("remove-cell")
    notebook["metadata"] |= {name: ran[name] for name in ("language_info", "ran")}
    return json.dumps(notebook, ensure_ascii=False, sort_keys=True, indent=1)


def _result(chapter: StagedChapter, result: Callable[[], str]) -> str:
    try:
        return result()
    except Exception as error:
        from press.engine import CellError

        if not isinstance(error, CellError):
            raise
        raise ChapterError(_explained(chapter, error.source, error.cause)) from error


def _explained(chapter: StagedChapter, source: str, cause: str) -> str:
    """Name the chapter, the cell where one is known, and the cause."""
    place = f"的第 {chapter.cells.index(source) + 1} 个代码单元" if source in chapter.cells else ""
    code = "\n".join(f"    {line}" for line in source.strip().splitlines())
    shown = f"单元代码：\n{code}\n" if code else ""
    return (
        f"章节 {chapter.path} {place}执行失败。\n{shown}原因：{cause}\n"
        "上一次成功生成的书没有改动；请修正该单元或数据后重新运行。"
    )


def markdown_of(notebook: Mapping[str, Any]) -> Iterator[str]:
    """Yield all Markdown of an executed notebook in order: its texts, and what its cells gave."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            yield "".join(cell["source"])
        for output in cell.get("outputs", ()):
            yield "".join(output.get("data", {}).get("text/markdown", ""))
