"""Tables of Stata and Parquet as grids: their headings, then the rows."""

from __future__ import annotations

import datetime
import io
import re
import warnings
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from synergy.files.grid import Grid
from synergy.files.limits import check_bytes, check_cells

_UNICODE = re.compile(rb"<stata_dta><header><release>11[89]")
_PLAIN = (str, int, float, Decimal, datetime.date, np.number)


def read_stata(file: str, content: bytes) -> Grid:
    """The one grid of a Stata file, values with labels as their labels."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", UnicodeWarning)  # else read as Latin, whatever it is
        with pd.read_stata(io.BytesIO(content), iterator=True) as reader:
            labels = dict(reader.variable_labels())
        table = _stata_table(content)
    if not _UNICODE.match(content):
        table = table.rename(columns=_chinese).map(_chinese)
        labels = {_chinese(name): _chinese(text) for name, text in labels.items()}
    return _grid(file, table, labels)


def _stata_table(content: bytes) -> pd.DataFrame:
    try:
        return pd.read_stata(io.BytesIO(content)).astype(object)
    except ValueError:  # several values have one label
        return pd.read_stata(io.BytesIO(content), convert_categoricals=False).astype(object)


def _chinese(cell: Any) -> Any:
    """Text of Stata before version 14, which is in the machine's encoding: in China, GB18030."""
    if not isinstance(cell, str) or cell.isascii():
        return cell
    try:
        return cell.encode("latin-1").decode("gb18030")
    except UnicodeError:
        return cell


def read_parquet(file: str, content: bytes) -> Grid:
    """The one grid of a Parquet file; what its index holds is a column."""
    from pyarrow.parquet import read_metadata

    about = read_metadata(io.BytesIO(content))
    check_cells(about.num_rows, about.num_columns)
    groups = map(about.row_group, range(about.num_row_groups))
    check_bytes(sum(group.total_byte_size for group in groups), "解开后 ")
    table = pd.read_parquet(io.BytesIO(content))
    named = any(name is not None for name in table.index.names)
    return _grid(file, table.reset_index() if named else table, {})


def _grid(file: str, table: pd.DataFrame, labels: Mapping[str, str]) -> Grid:
    check_cells(*table.shape)
    headings: list[object] = [str(name) for name in table.columns]
    columns = [_cells(table.iloc[:, place]) for place in range(table.shape[1])]
    rows = [headings, *map(list, zip(*columns, strict=True))]
    texts = {str(name): text for name, text in labels.items() if text}
    return Grid(file, "", rows, first=0, labels=texts)


def _cells(column: pd.Series) -> list[object]:
    cells: list[object] = column.astype(object).where(column.notna(), None).tolist()
    return [_cell(value) for value in cells]


def _cell(value: object) -> object:
    if isinstance(value, bool | np.bool_):
        return str(value).upper()
    return value if value is None or isinstance(value, _PLAIN) else str(value)
