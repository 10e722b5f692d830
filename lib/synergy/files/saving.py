"""Write a file whole or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synergy.faults import DataFileError, Fault

#: Names that Windows keeps for devices, whatever stands behind a first dot.
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d) *(\.|$)", re.IGNORECASE)


def is_device(name: str) -> bool:
    """Whether Windows takes a file's name for that of a device."""
    return _DEVICE.match(name) is not None


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a place to write to that takes the name of `path` when all is written.

    Raises
    ------
    DataFileError
        If the folder is absent, or the system refuses the file (another program holds it open).
    """
    made = path.with_name(f".press-{os.getpid()}{path.suffix}")
    try:
        yield made
        made.replace(path)
    except FileNotFoundError:
        fault = Fault("没有这个文件夹", seen=str(path.parent), cure="先建好文件夹，或换一个位置")
        raise DataFileError(path.name, [fault]) from None
    except OSError as trouble:
        cure = "关闭正打开着它的程序（如 Excel），检查权限和磁盘空间，或换一个位置"
        raise DataFileError(path.name, [Fault("写不了这个文件", cure=cure)]) from trouble
    finally:
        made.unlink(missing_ok=True)
