"""What a file is: its first bytes say it, whatever its name ends in."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pvar.delimited import other_format
from synergy.files.grid import Unreadable

Kind = Literal["text", "xlsx", "xls", "stata", "parquet"]

#: What the name of a file may end in, and which kind it then should be.
SUFFIXES = MappingProxyType(
    {
        ".csv": "text",
        ".tsv": "text",
        ".txt": "text",
        ".xlsx": "xlsx",
        ".xlsm": "xlsx",
        ".xls": "xls",
        ".dta": "stata",
        ".parquet": "parquet",
    }
)

CALLED = MappingProxyType(
    {
        "text": "文字表格",
        "xlsx": "Excel 工作簿",
        "xls": "旧式 Excel 工作簿",
        "stata": "Stata 数据",
        "parquet": "Parquet 数据",
    }
)

_READ: dict[str, Kind] = {"ole": "xls", "stata": "stata", "parquet": "parquet"}
_UNREAD = {
    "web": ("这是网页或 XML 文件，不是表格文件", "用 Excel 或 WPS 打开，另存为 .xlsx"),
    "pdf": ("这是 PDF，不是表格文件", "换成表格文件；从 PDF 转出的表请先核对"),
    "picture": ("这是图片，不是表格文件", "换成表格文件"),
    "gzip": ("这是压缩文件", "解压后再试"),
    "archive": ("这是压缩文件", "解压后再试"),
}
_ARCHIVES = (
    ("xl/workbook.xml", ""),
    ("xl/workbook.bin", "这是 Excel 二进制工作簿（.xlsb）"),
    ("word/document.xml", "这是 Word 文件，不是表格文件"),
    ("content.xml", "这是 OpenDocument 文件（.ods）"),
)


def kind_of(content: bytes, path: Path) -> Kind:
    """Kind of a file by its bytes; text needs a name that says so.

    Raises
    ------
    Unreadable
        It is something else.
    """
    form = other_format(content)
    if form == "zip":
        return _in_archive(content)
    if form in _UNREAD:
        problem, cure = _UNREAD[form]
        raise Unreadable(problem, path.suffix, "、".join(SUFFIXES), cure)
    if form is not None:
        return _READ[form]
    if path.suffix.lower() not in SUFFIXES:
        seen = path.suffix or path.name
        raise Unreadable("不认识的文件类型", seen, "、".join(SUFFIXES), "另存为其中一种")
    return "text"


def _in_archive(content: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OverflowError):
        raise damaged() from None
    for part, problem in _ARCHIVES:
        if part in names and not problem:
            return "xlsx"
        if part in names:
            raise Unreadable(problem, cure="用 Excel 或 WPS 打开，另存为 .xlsx")
    raise Unreadable("这是压缩文件", cure="解压后再试")


def damaged() -> Unreadable:
    """What to say where a library gives up."""
    return Unreadable("文件已损坏，读不出来", cure="重新下载，或用原软件打开后另存一份，再试")


def misnamed(kind: Kind, path: Path) -> str:
    """A note where a name promises another kind than the bytes are; else empty."""
    suffix = path.suffix.lower()
    if SUFFIXES.get(suffix) == kind:
        return ""
    return f"文件名以“{suffix}”结尾，内容却是“{CALLED[kind]}”；已按内容读入。"
