"""Run the staged chapters through papermill, several at a time, and keep what is unchanged."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import joblib
import nbformat
import papermill
from nbclient.exceptions import CellExecutionError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines

from press.kernel import PreloadedKernelManager, warm_up
from press.stage import StagedChapter

ENGINE = "press-preloaded"
CELL_TIMEOUT_SECONDS = 600

P = ParamSpec("P")
R = TypeVar("R")


class ChapterError(RuntimeError):
    """A cell of a chapter raised; the message names chapter, cell and cause (in Chinese)."""

    exit_code = 1


class PreloadedEngine(Engine):  # type: ignore[misc]
    """papermill's own client on a kernel that is forked with its imports loaded."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, **kwargs: Any
    ) -> None:
        """Execute the managed notebook; the installed kernels play no part."""
        options = {"timeout": CELL_TIMEOUT_SECONDS, "startup_timeout": 120}
        if "execution_timeout" in kwargs:
            options["timeout"] = kwargs["execution_timeout"]
        client = PapermillNotebookClient(nb_man, km=PreloadedKernelManager(), **options)
        client.execute(cwd=str(Path.cwd()))


def register() -> None:
    """Make the engine known to papermill."""
    papermill_engines.register(ENGINE, PreloadedEngine)


def execute_source(source: str, parameters: Mapping[str, Any], fingerprint: str) -> str:
    """Execute a staged notebook, all as JSON text.

    `fingerprint` stands for what the result depends on besides the other arguments; with them it
    is the key of the kept result.
    """
    register()
    notebook = nbformat.reads(source, as_version=4)
    executed = papermill.execute.execute_notebook(
        notebook, None, dict(parameters), engine_name=ENGINE, progress_bar=False
    )
    return _canonical(executed)


def _canonical(notebook: nbformat.NotebookNode) -> str:
    """Drop what changes from run to run (times, widget state), so that builds are reproducible.

    When the chapter ran and for how long stays, as `ran`, for the status page alone. Parameters,
    the chapter's own and those injected, do not go on the page.
    """
    run = notebook.metadata.pop("papermill")
    notebook.metadata["ran"] = {
        "started": f"{run['start_time'][:19]}Z",
        "seconds": round(run["duration"], 2),
    }
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        tags = cell.metadata.get("tags", [])
        if {"parameters", "injected-parameters"} & set(tags):
            tags.append("remove-cell")
        if "injected-parameters" in tags:
            cell.id = "injected-parameters"
    stream = io.StringIO()
    nbformat.write(notebook, stream)
    return stream.getvalue()


def execute_chapters(
    chapters: Iterable[StagedChapter],
    parameters: Mapping[str, Any],
    fingerprint: str,
    cache: Path,
) -> Iterator[tuple[str, str]]:
    """Execute chapters concurrently and yield the name and notebook of each as it is done.

    Each chapter takes those of the edition's parameters that it declares.

    Raises
    ------
    ChapterError
        A cell raised. The other chapters are abandoned.
    """
    warm_up()
    run = remembered(execute_source, cache)
    with ThreadPoolExecutor(os.cpu_count()) as pool, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        jobs = {
            pool.submit(run, chapter.source, chapter.accepted(parameters), fingerprint): chapter
            for chapter in chapters
        }
        try:
            for job in as_completed(jobs):
                yield jobs[job].name, _result(jobs[job], job.result)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _result(chapter: StagedChapter, result: Any) -> str:
    try:
        text: str = result()
    except papermill.PapermillExecutionError as error:
        raise ChapterError(
            f"章节 {chapter.path} 的第 {error.cell_index + 1} 个单元执行失败。\n"
            f"单元代码：\n{_indent(error.source)}\n"
            f"原因：{error.ename}: {error.evalue}\n"
            "上一次成功生成的书没有改动；请修正该单元或数据后重新运行。"
        ) from error
    except CellExecutionError as error:
        raise ChapterError(f"章节 {chapter.path} 执行失败：{error}") from error
    return text


def _indent(text: str) -> str:
    return "\n".join("    " + line for line in text.strip().splitlines())


def remembered(function: Callable[P, R], folder: Path) -> Callable[P, R]:
    """Return `function` with its results kept in `folder`, by its code and its arguments."""
    # Chapters and charts are large arguments on purpose; the second it may take is well spent.
    warnings.filterwarnings("ignore", message="Persisting input arguments")
    kept: Callable[P, R] = joblib.Memory(folder, verbose=0).cache(function)
    return kept
