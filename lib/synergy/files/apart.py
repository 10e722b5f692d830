"""A sheet by calamine, in a process of its own: a damaged file can make the library abort.

The scan of the sheet's XML (`sheet_scan`) turns down what reaches too far, but the two read a
damaged tag in different ways, and calamine then asks for more memory than there is and takes its
process with it. Only the standard library is imported here, so that the process starts at once.
"""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

SECONDS = 120
#: Address space; five million cells take a quarter of it.
MEMORY = 3 * 2**30

Sheet = tuple[list[list[Any]], list[tuple[tuple[int, int], tuple[int, int]]]]


def read_apart(content: bytes, sheet: str) -> Sheet | None:
    """Cells and merged ranges of a sheet as calamine gives them; None where it gives up.

    Parameters
    ----------
    content : bytes
        Of an .xlsx.
    sheet : str
    """
    places = (str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", ""))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "synergy.files.apart"],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, places))},
            input=pickle.dumps((content, sheet)),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        return None
    cells: Sheet = pickle.loads(done.stdout)
    return cells


def main() -> None:
    """Answer one request on standard input."""
    _limit_memory()
    from python_calamine import load_workbook

    content, name = pickle.load(sys.stdin.buffer)
    sheet = load_workbook(io.BytesIO(content)).get_sheet_by_name(name)
    rows = sheet.to_python(skip_empty_area=False)
    pickle.dump((rows, list(sheet.merged_cell_ranges or ())), sys.stdout.buffer)


def _limit_memory() -> None:
    """Where the system can; elsewhere an absurd request fails by itself."""
    try:
        import resource
    except ImportError:
        return
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, most))


if __name__ == "__main__":
    main()
