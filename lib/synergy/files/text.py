"""Delimited text as a grid; `pvar.delimited` parses it, for both commands alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil, isfinite

from pvar.cells import number_in
from pvar.delimited import DelimitedError, decoded, delimiter_of, rows_of
from synergy.files.grid import Grid, Unreadable
from synergy.files.limits import check_cells

_LINE_END = re.compile("[\\r\\n]")
_SAVE = "另存为 UTF-8 编码的 CSV"
_FAULTS = {
    "encoding": ("文字编码无法识别", "UTF-8、UTF-16、GB18030（GBK）", _SAVE),
    "cut": ("文件没有写完：末尾的字只有一半", "完整的文件", "重新导出或下载"),
    "null": ("含有空字节（NUL）", "文字", f"用原软件打开，{_SAVE}"),
    "long": ("一格超过 13 万字，不像表格", "每格一个数或一个名称", "换成表格文件"),
    "quotes": ("引号不配对", "每格的引号成对出现", "检查这一行起的引号"),
}


def read_text(file: str, content: bytes) -> Grid:
    """The one grid of a text file.

    Raises
    ------
    Unreadable
        It is no delimited text, or too large a table.
    """
    try:
        text = decoded(content)
        _check_size(text)
        rows = rows_of(text)
        return Grid(file, "", rows, notes=_cut(text, rows))
    except DelimitedError as error:
        problem, allowed, cure = _FAULTS[error.fault]
        place = f"第 {error.line} 行：" if error.line else ""
        raise Unreadable(f"{place}{problem}", "", allowed, cure) from None


def _cut(text: str, rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Say that a number at the very end, with no line end behind it, may lack digits."""
    last = rows[-1][-1] if rows and len(rows[-1]) > 1 else ""
    number = number_in(last)
    if text.endswith(("\n", "\r")) or number is None or not isfinite(number):
        return ()
    return (f"文件的最后没有换行：若它没有写完，末尾的“{last.strip()}”可能不全，请核对。",)


def _check_size(text: str) -> None:
    """Count delimiters, which takes no memory; those inside quotation marks count too."""
    mark = delimiter_of(text)
    end = _LINE_END.search(text)
    check_cells(1, text.count(mark, 0, end.start() if end else len(text)) + 1)
    lines = max(text.count("\n"), text.count("\r")) + 1
    check_cells(lines, ceil(text.count(mark) / lines) + 1)
