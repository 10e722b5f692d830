"""Tables of Stata and Parquet as grids: their headings, then the rows."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping
from decimal import Decimal

import numpy as np
import pandas as pd

from synergy.files.grid import Grid
from synergy.files.limits import check_bytes, check_cells

_PLAIN = (str, int, float, Decimal, datetime.date, np.number)


def read_stata(file: str, content: bytes) -> Grid:
    """The one grid of a Stata file, values with labels as their labels."""
    with pd.read_stata(io.BytesIO(content), iterator=True) as reader:
        labels = dict(reader.variable_labels())
    try:
        table = pd.read_stata(io.BytesIO(content))
    except ValueError:  # several values have one label
        table = pd.read_stata(io.BytesIO(content), convert_categoricals=False)
    return _grid(file, table, labels)


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
