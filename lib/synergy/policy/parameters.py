"""The table of assumptions: what each symbol is, which values it can take, where they come from.

``data/policy_parameters.csv`` has one row per symbol. The symbol is at once the keyword argument
of the model functions, the key in a scenario file and the name of a slider. ``interval`` holds
every value with a meaning, ``low`` and ``high`` bound sliders and sensitivity analysis. ``label``
is one of three: what was looked up (`SOURCED`) has a source, the year of the value, how far to
trust it, the day and what was read; a choice of the reader or the legislator (`CHOICE`) shows
what the law says today, where it says something; the rest is assumed (`ASSUMED`) and ``note``
says why. ``data/policy_inputs.csv`` describes arguments that are no assumptions, years for
instance.

`evaluate` is the door to the models: what it is given is checked there, once, and the models
hold nothing but equations.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from math import isfinite
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pandas as pd

from synergy.dictionary import DATA_DIR
from synergy.faults import DataError
from synergy.policy.symbols import Symbol, Values

T = TypeVar("T")

SOURCED, CHOICE, ASSUMED = LABELS = ("出处", "政策选择", "设定")

#: Units of what enters models as a ratio or a price: twice as much is as far as half as much.
RATIOS = (
    *("倍", "弹性", "项", "人", "元/小时", "元/小时（美元）", "元/千瓦时", "千瓦时/小时"),
    *("万元", "万元/年", "亿元"),
)

_TYPES: dict[str, Any] = {"default": float, "low": float, "high": float, "year": "Int64"}
_STEPS = tuple(n * 10.0**k for k in range(3, -5, -1) for n in (5, 2, 1))
_INTERVAL = re.compile(r"([\[(])(\S+), (\S+)([\])])")


class ParameterError(DataError):
    """A symbol or value that the models do not know; the message is Chinese."""


class Interval(NamedTuple):
    """Values that make sense; an open end is not one of them."""

    low: float
    high: float
    open_low: bool
    open_high: bool

    @classmethod
    def read(cls, text: str) -> Interval:
        """Interval as mathematics writes it: ``[0, 1)``, ``(0, inf)``."""
        found = _INTERVAL.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is no interval such as [0, 1) or (0, inf)")
        return cls(float(found[2]), float(found[3]), found[1] == "(", found[4] == ")")

    def holds(self, values: Values | float) -> Any:
        """Whether each value lies inside."""
        above = values > self.low if self.open_low else values >= self.low
        return above & (values < self.high if self.open_high else values <= self.high)

    def __str__(self) -> str:
        """The interval in Chinese, to stand behind a Chinese word."""
        if not (self.open_low or self.open_high):
            return f" {self.low:g} 至 {self.high:g}"
        low = f"{'大于' if self.open_low else '不小于'} {self.low:g}"
        high = f"{'小于' if self.open_high else '不大于'} {self.high:g}"
        ends = zip((self.low, self.high), (low, high), strict=True)
        return "、".join(text for end, text in ends if np.isfinite(end)) or "任何有限的数"


@cache
def _table() -> pd.DataFrame:
    return pd.read_csv(DATA_DIR / "policy_parameters.csv", index_col="symbol", dtype=_TYPES)


@cache
def input_table() -> pd.DataFrame:
    """Arguments that are no assumptions: index ``symbol``, columns as in `parameter_table`."""
    return pd.read_csv(DATA_DIR / "policy_inputs.csv", index_col="symbol", dtype=_TYPES)


@cache
def _column(name: str) -> dict[str, float]:
    return {str(symbol): float(value) for symbol, value in _table()[name].items()}


@cache
def _domain(name: str) -> tuple[str, Interval] | None:
    """Description and interval of a symbol; None for arguments that are not numbers."""
    for table in (_table(), input_table()):
        if name in table.index:
            row = table.loc[name]
            meaning = f"参数 {name}（{row['name_zh']}，单位：{row['unit']}）"
            return meaning, Interval.read(str(row["interval"]))
    return None


def parameter_table(model: str | None = None) -> pd.DataFrame:
    """Assumptions, one row per symbol.

    Parameters
    ----------
    model : str, optional
        Model of `synergy.policy` as the column ``model`` names it; all when left out.

    Returns
    -------
    pandas.DataFrame
        Index ``symbol``; columns ``model, name_zh, name_en, tex, unit, interval, default, low,
        high, label, source, year, confidence, looked_up, url, says, statutory, note``; what a
        label does not ask for is missing.

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


def by_ratio(symbol: str) -> bool:
    """Whether a range is drawn from by ratio, evenly in the logarithm, instead of evenly.

    Where two symbols enter as c/φ alone, even draws would rank the one whose range reaches
    nearer to zero first, for no reason in the world. A range that starts at zero has no ratio.
    """
    row = _table().loc[_known(symbol)]
    return bool(row["unit"] in RATIOS and row["low"] > 0)


@cache
def settled() -> pd.DataFrame:
    """Symbols whose value of today is published, laid down or chosen: no question for research.

    Returns
    -------
    pandas.DataFrame
        Index ``symbol``; ``settled_by`` (``统计``, ``规定``, or ``选择`` for what the table
        labels a choice) and the name of the ``statistic`` or rule.
    """
    named = pd.read_csv(DATA_DIR / "policy_statistics.csv", index_col="symbol")
    chosen = _table().index[_table()["label"] == CHOICE].difference(named.index)
    return pd.concat([named, pd.DataFrame({"settled_by": "选择"}, index=chosen)])


def on_grid(symbol: str, value: float) -> float:
    """The step of a slider nearest to a value; beyond the ends, the end."""
    low, high = bounds([symbol])[symbol]
    step = slider_step(symbol)
    return float(round(min(max(low + step * round((value - low) / step), low), high), 10))


def slider_step(symbol: str) -> float:
    """Largest round step that meets both ends and the default, at least 16 steps wide.

    A browser moves a slider's value to the nearest step from its lower end, so a default off
    the grid would show one number and compute with another.
    """
    low, high = bounds([symbol])[symbol]
    spans = np.array([high - low, defaults([symbol])[symbol] - low])
    for step in _STEPS:
        steps = spans / step
        if steps[0] >= 15.5 and np.allclose(steps, np.round(steps), atol=1e-6):
            return step
    raise ValueError(f"no round step fits the range of {symbol}: {low:g} to {high:g}")


def check_value(name: str, value: object) -> float:
    """Return `value` as a float if the symbol exists and its interval holds the value.

    Raises
    ------
    ParameterError
        Unknown symbol, not a number, or outside the interval.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ParameterError(f"参数 {_known(name)} 须为数字，读到“{value}”。")
    return float(admissible(_known(name), value))


def admissible(name: str, value: Any) -> Any:
    """Return the value of an argument as an array once its interval holds every number in it.

    Symbols, and arguments that stand in neither table, come back as they are.

    Raises
    ------
    ParameterError
        Not finite, or outside the interval; the message names parameter, value, interval, cure.
    """
    domain = _domain(name)
    if domain is None or isinstance(value, Symbol):
        return value
    meaning, interval = domain
    if isinstance(value, float) and isfinite(value) and interval.holds(value):
        return np.asarray(value)  # as below, at a tenth of the cost
    values = np.asarray(value, dtype=np.float64)
    finite = np.isfinite(values)
    if not finite.all():
        raise ParameterError(f"{meaning}须为数字，读到“{values[~finite].flat[0]}”。")
    inside = interval.holds(values)
    if not inside.all():
        raise ParameterError(
            f"{meaning}读到 {values[~inside].flat[0]:g}，允许{interval}；请改到这一范围内。"
        )
    return values


def require(holds: Any, rule: str) -> None:
    """Refuse values that are each allowed but do not go together.

    Parameters
    ----------
    holds : array_like of bool
    rule : str
        What has to hold, in Chinese, with the symbols' names.
    """
    if not np.all(holds):
        raise ParameterError(f"{rule}；请调整其中的参数。")


def symbols_in(function: Callable[..., Any]) -> list[str]:
    """Arguments of a model function that stand in the table."""
    return list(_symbols(function))


@cache
def _symbols(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(name for name in _arguments(function) if name in _table().index)


@cache
def _arguments(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


def evaluate(
    function: Callable[..., T], values: Mapping[str, Any] | None = None, /, **given: Any
) -> T:
    """Call a model function with checked arguments, filled from the table where not given.

    Parameters
    ----------
    function : callable
        Any function of `synergy.policy` that takes symbols as keyword arguments.
    values : mapping, optional
        A scenario or a draw: symbols that replace defaults where the function has them.
    **given
        Arguments that replace both; numbers or arrays that broadcast, or `Symbol`.

    Raises
    ------
    ParameterError
        If a number is outside its interval, or numbers do not go together.
    """
    known = values or {}
    named = {name: known[name] for name in _arguments(function) if name in known}
    usual = defaults(set(_symbols(function)) - named.keys() - given.keys())
    arguments = usual | named | given
    return function(**{name: admissible(name, value) for name, value in arguments.items()})


def resolve(reference: str) -> tuple[Callable[..., Any], str]:
    """Function and field that a data file names: ``module.function`` or ``module.function.field``.

    Raises
    ------
    ValueError
        If `synergy.policy` has no such module or function.
    """
    module, function, field = ([*reference.split("."), ""])[:3]
    try:
        return getattr(import_module(f"synergy.policy.{module}"), function), field
    except (ImportError, AttributeError) as error:
        raise ValueError(f"synergy.policy has no {reference!r}") from error


def quantity(
    reference: str, values: Mapping[str, Any], bind: Mapping[str, str | float] | None = None
) -> Any:
    """What a reference names, at a point.

    Parameters
    ----------
    reference : str
        See `resolve`.
    values : mapping
        Symbols and inputs to numbers, arrays or `Symbol`; defaults stand for the rest.
    bind : mapping, optional
        What stands for an argument instead: a number, another symbol, or another reference,
        whose own arguments are bound alike. A function of ``values`` gets the whole point.
    """
    function, field = resolve(reference)
    names = {*_arguments(function)}
    given: dict[str, Any] = {"values": values} if "values" in names else {}
    for name in names & (bind or {}).keys():
        rest = dict(bind or {})
        target = rest.pop(name)
        if isinstance(target, str):
            nested = "." in target
            given[name] = quantity(target, values, rest) if nested else _at(values, target)
        else:
            given[name] = target
    result = evaluate(function, values, **given)
    return getattr(result, field) if field else result


def _at(values: Mapping[str, Any], symbol: str) -> Any:
    return values[symbol] if symbol in values else defaults([symbol])[symbol]


def _known(name: str) -> str:
    index = _table().index
    if name not in index:
        close = get_close_matches(name, index, n=5, cutoff=0.4)
        hint = f"相近的有：{'、'.join(close)}；" if close else ""
        raise ParameterError(
            f"没有名为“{name}”的参数；{hint}已知的 {len(index)} 个参数是：{'、'.join(index)}。"
        )
    return name
