"""Delimited text as people save it: its encoding, its delimiter, one list of cells for each line.

Nothing is guessed about what the cells mean, and no line is bent to fit. What is no such text
is a `DelimitedError` that says what it is instead.
"""

from __future__ import annotations

import csv
import io
import re

DELIMITERS = (",", "\t", ";", "|")
LINES_LOOKED_AT = 40
LONGEST_CELL = 131_072

_MARKED = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SIGNATURES = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "ole",
    b"PAR1": "parquet",
    b"<stata_dta>": "stata",
    b"%PDF": "pdf",
    b"\x1f\x8b": "gzip",
    b"Rar!": "archive",
    b"7z\xbc\xaf": "archive",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
}
_OLD_STATA = re.compile(rb"[\x66-\x73][\x01\x02]\x01", re.DOTALL)
_WEB = re.compile(
    rb"\s*(<(!doctype|html|head|body|table|meta|style|div|\?xml)\b|mime-version:)", re.I
)
_QUOTED = re.compile(r'"[^"]*"')


class DelimitedError(ValueError):
    """Bytes or text that are no delimited table.

    Attributes
    ----------
    fault : str
        "encoding"; "cut" (ends within a character); "null" (holds a zero byte); "quotes" (a
        quotation mark has no partner); "long" (a cell is no cell: over 131,072 characters).
    line : int
        Where, counted from 1; 0 if everywhere.
    """

    def __init__(self, fault: str, line: int = 0) -> None:
        super().__init__(f"{fault} in line {line}" if line else fault)
        self.fault, self.line = fault, line


def other_format(content: bytes) -> str | None:
    """What a file is by its first bytes where it is no delimited text, else None.

    Returns
    -------
    str or None
        "zip" (Excel workbooks are such archives), "ole" (old Office files), "stata", "parquet",
        "web" (a page saved under another name), "pdf", "picture", "gzip" or "archive".
    """
    for signature, name in _SIGNATURES.items():
        if content.startswith(signature):
            return name
    if _OLD_STATA.match(content):
        return "stata"
    start = content[:400].removeprefix(b"\xef\xbb\xbf")
    return "web" if _WEB.match(start.replace(b"\0", b"").removeprefix(b"\xff\xfe")) else None


def decoded(content: bytes) -> str:
    """Text of bytes in UTF-8, UTF-16 with its mark, or the Chinese national encoding.

    Raises
    ------
    DelimitedError
        "encoding", "cut" or "null".
    """
    text = _text_of(content)
    if "\0" in text:
        raise DelimitedError("null", len(text[: text.index("\0")].splitlines()))
    return text


def _text_of(content: bytes) -> str:
    for mark, encoding in _MARKED:
        if content.startswith(mark):
            return _strictly(content, encoding).removeprefix("\ufeff")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and not content[: error.start].isascii():
            raise DelimitedError("cut", content.count(b"\n") + 1) from None
    text = _strictly(content, "gb18030")
    if not _is_usual(text):
        raise DelimitedError("encoding")
    return text


def _is_usual(text: str) -> bool:
    """Whether text of the Chinese encoding is what people write: half of it at least is in GB 2312.

    Bytes of western Europe, Taiwan and Japan can be read as Chinese too, but as rare characters.
    """
    wide = "".join(character for character in text if not character.isascii())
    return len(wide.encode("gb2312", errors="ignore")) >= len(wide)


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise DelimitedError("encoding") from None


def delimiter_of(text: str) -> str:
    """The delimiter that parts a line of the first lines most often; a comma if none does."""
    lines = _QUOTED.sub("", text[:100_000]).splitlines()[:LINES_LOOKED_AT]
    return max(DELIMITERS, key=lambda mark: max((line.count(mark) for line in lines), default=0))


def rows_of(text: str) -> list[list[str]]:
    """Cells of every line, blank lines included, so that the n-th row is a spreadsheet's n-th.

    Raises
    ------
    DelimitedError
        "quotes" or "long", with the line at which the cell begins that does not end.
    """
    mark = delimiter_of(text)
    lines = csv.reader(
        io.StringIO(text, newline=""), delimiter=mark, skipinitialspace=True, strict=True
    )
    rows: list[list[str]] = []
    try:
        for row in lines:  # the limit of `csv` is one for the whole process: others may lift it
            if max(map(len, row), default=0) > LONGEST_CELL:
                raise DelimitedError("long", len(rows) + 1)
            rows.append(row)
    except csv.Error as error:
        fault = "long" if "field limit" in str(error) else "quotes"
        raise DelimitedError(fault, len(rows) + 1) from None
    return rows
