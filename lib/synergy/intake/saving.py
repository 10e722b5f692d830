"""Write a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synergy.faults import DataFileError, Fault


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a place to write to that takes the name of `path` when all is written.

    Raises
    ------
    DataFileError
        If the folder is absent, or the system refuses the file (another program holds it open).
    """
    try:
        handle, name = tempfile.mkstemp(prefix=".press-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
    except OSError as trouble:
        raise _refused(path, trouble) from None
    made = Path(name)
    try:
        yield made
        made.chmod(0o666 & ~_umask())
        made.replace(path)
    except OSError as trouble:
        raise _refused(path, trouble) from None
    finally:
        made.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _refused(path: Path, trouble: OSError) -> DataFileError:
    if isinstance(trouble, FileNotFoundError):
        fault = Fault("没有这个文件夹", seen=str(path.parent), cure="先建好文件夹，或改 -o")
    else:
        cure = "关闭正打开着它的程序（如 Excel），或换一个位置"
        fault = Fault("写不了这个文件", seen=type(trouble).__name__, cure=cure)
    return DataFileError(path.name, [fault])
