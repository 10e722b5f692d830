"""The table of assumptions: what each symbol is, its value, its range, and where it comes from.

``data/policy_parameters.csv`` has one row per symbol. The symbol is at once the keyword argument
of the model functions, the key in a scenario file and the name of a slider. ``source`` is a
citation or the word ``assumed``; ``low`` and ``high`` bound sliders and sensitivity analysis.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from synergy.dictionary import DATA_DIR
from synergy.faults import DataError

T = TypeVar("T")

ASSUMED = "assumed"

#: Units in use, and the values that make sense in them.
UNITS: dict[str, tuple[float, float]] = {
    "份额": (0.0, 1.0),
    "年率": (-0.5, 0.5),
    "年": (0.0, 200.0),
    "岁": (0.0, 110.0),
    "倍": (0.0, np.inf),
    "弹性": (0.0, np.inf),
    "无量纲": (-np.inf, np.inf),
    "元/小时": (0.0, np.inf),
    "万元": (0.0, np.inf),
    "万元/年": (0.0, np.inf),
    "亿元": (0.0, np.inf),
    "GDP份额": (0.0, 1.0),
    "占人均收入": (0.0, np.inf),
    "千瓦时/小时": (0.0, np.inf),
    "元/千瓦时": (0.0, np.inf),
    "人": (1.0, np.inf),
    "百万": (0.0, np.inf),
}


class ParameterError(DataError):
    """A symbol or value that the models do not know; the message is Chinese."""


@cache
def _table() -> pd.DataFrame:
    return pd.read_csv(DATA_DIR / "policy_parameters.csv", index_col="symbol", dtype=_DTYPES)


@cache
def _column(name: str) -> dict[str, float]:
    column = _table()[name]
    return dict(zip(map(str, column.index), column.to_list(), strict=True))


_DTYPES = {"default": float, "low": float, "high": float}


def parameter_table(model: str | None = None) -> pd.DataFrame:
    """Assumptions, one row per symbol.

    Parameters
    ----------
    model : str, optional
        Name of a module of `synergy.policy`; all of them when left out.

    Returns
    -------
    pandas.DataFrame
        Index ``symbol``; columns ``model, name_zh, tex, unit, default, low, high, source, note``.

    Raises
    ------
    ParameterError
        If no symbol belongs to `model`.
    """
    table = _table()
    if model is None:
        return table.copy()
    if model not in set(table["model"]):
        known = "、".join(dict.fromkeys(table["model"]))
        raise ParameterError(f"没有名为“{model}”的模型；可用：{known}。")
    return table[table["model"] == model].copy()


def defaults(symbols: Iterable[str] | None = None) -> dict[str, float]:
    """Default value of each symbol (all of them when left out)."""
    column = _column("default")
    names = list(column) if symbols is None else list(symbols)
    return {name: column[_known(name)] for name in names}


def bounds(symbols: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Low and high end of each symbol's range."""
    low, high = _column("low"), _column("high")
    return {name: (low[_known(name)], high[name]) for name in symbols}


def assumed(symbols: Iterable[str] | None = None) -> list[str]:
    """Those symbols whose value is assumed rather than sourced."""
    table = _table()
    names = list(table.index) if symbols is None else list(symbols)
    return [name for name in names if table.at[_known(name), "source"] == ASSUMED]


def check_value(name: str, value: object) -> float:
    """Return `value` as a float if the symbol exists and its unit allows the value.

    Raises
    ------
    ParameterError
        Unknown symbol, not a number, or outside the unit's domain.
    """
    name_zh, unit = (str(_table().at[_known(name), column]) for column in ("name_zh", "unit"))
    low, high = UNITS[unit]
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        raise ParameterError(f"参数 {name}（{name_zh}）须为数字，读到“{value}”。")
    if not low <= value <= high:
        raise ParameterError(
            f"参数 {name}（{name_zh}）读到 {value:g}，"
            f"单位“{unit}”允许 {low:g} 至 {high:g}；请改到这一范围内。"
        )
    return float(value)


def symbols_in(function: Callable[..., Any]) -> list[str]:
    """Arguments of a model function that stand in the table."""
    return [name for name in inspect.signature(function).parameters if name in _table().index]


def evaluate(function: Callable[..., T], /, **given: Any) -> T:
    """Call a model function, filling from the table every argument not given.

    Parameters
    ----------
    function : callable
        Any function of `synergy.policy` that takes symbols as keyword arguments.
    **given
        Arguments that replace defaults; numbers or arrays that broadcast.
    """
    return function(**(defaults(set(symbols_in(function)) - given.keys()) | given))


def _known(name: str) -> str:
    index = _table().index
    if name not in index:
        close = get_close_matches(name, index, n=5, cutoff=0.4)
        hint = f"相近的有：{'、'.join(close)}；" if close else ""
        raise ParameterError(
            f"没有名为“{name}”的参数；{hint}已知的 {len(index)} 个参数是：{'、'.join(index)}。"
        )
    return name
