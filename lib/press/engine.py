"""One chapter's code through papermill on a forked kernel. Imported when a chapter must run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import nbformat
import papermill
from nbclient.exceptions import CellExecutionError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines

from press.kernel import PreloadedKernelManager

ENGINE = "press-preloaded"
CELL_TIMEOUT_SECONDS = 600
STARTUP_TIMEOUT_SECONDS = 120


class CellError(RuntimeError):
    """A cell raised: its code and the cause."""

    def __init__(self, source: str, cause: str) -> None:
        super().__init__(source, cause)
        self.source, self.cause = source, cause


class PreloadedEngine(Engine):  # type: ignore[misc]
    """papermill's own client on a kernel that is forked with its imports loaded."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, *, folder: Path, **kwargs: Any
    ) -> None:
        """Execute the managed notebook, then end the kernel; those installed play no part."""
        manager = PreloadedKernelManager(connection_file=str(folder / f"{uuid4().hex}.json"))
        client = PapermillNotebookClient(
            nb_man,
            km=manager,
            timeout=kwargs.get("execution_timeout", CELL_TIMEOUT_SECONDS),
            startup_timeout=STARTUP_TIMEOUT_SECONDS,
            shutdown_kernel="immediate",
        )
        client.execute(cwd=str(Path.cwd()), cleanup_kc=True)


def register() -> None:
    """Make the engine known to papermill."""
    papermill_engines.register(ENGINE, PreloadedEngine)


def run(code: str, parameters: Mapping[str, Any], folder: Path) -> str:
    """Execute a notebook of code cells and return the results of its own cells, as JSON.

    When it ran, and for how long, is for the status page alone.

    Raises
    ------
    CellError
        A cell raised.
    """
    register()
    try:
        done = _started(code, dict(parameters), folder)
    except papermill.PapermillExecutionError as error:
        raise CellError(error.source, f"{error.ename}: {error.evalue}") from error
    except (CellExecutionError, DeadKernelError) as error:
        raise CellError("", str(error)) from error
    except RuntimeError as error:
        raise CellError("", f"内核没有启动：{error}") from error
    cells = [cell for cell in done.cells if "injected-parameters" not in cell.metadata.tags]
    return json.dumps(
        {
            "results": [
                {"outputs": cell.outputs, "execution_count": cell.execution_count} for cell in cells
            ],
            "language_info": done.metadata["language_info"],
            "ran": {
                "started": f"{done.metadata.papermill.start_time[:19]}Z",
                "seconds": round(done.metadata.papermill.duration, 2),
            },
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def _started(code: str, parameters: dict[str, Any], folder: Path) -> Any:
    """Execute; where the kernel did not start, once more: another process may have its port."""
    notebook = nbformat.reads(code, as_version=4)
    options = {"engine_name": ENGINE, "progress_bar": False, "folder": folder}
    try:
        return papermill.execute.execute_notebook(notebook, None, parameters, **options)
    except RuntimeError as error:
        if isinstance(error, DeadKernelError) or "before replying" not in str(error):
            raise
    notebook = nbformat.reads(code, as_version=4)
    return papermill.execute.execute_notebook(notebook, None, parameters, **options)
