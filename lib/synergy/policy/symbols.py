r"""Run a model on symbols, and read off as Vega expression text what it computes.

numpy hands every operation on an object with ``__array_ufunc__`` (NEP 13) and
``__array_function__`` (NEP 18) back to that object. A model written with numpy's own operations
therefore runs unchanged on `Symbol` instead of numbers, and what comes out is the formula that
a slider recomputes in the page. It is written nowhere else.

Numbers among the symbols are worked out on the way, so only what can move reaches the page. A
branch taken on a symbol has to be `numpy.where`; loops over numbers are unrolled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

#: What models take and return: numbers or arrays that broadcast, or symbols in their place.
Values: TypeAlias = NDArray[np.float64]


def integral(rate: Values, years: Values) -> Values:
    r"""What a stream that grows at `rate` adds up to: :math:`\int_0^t e^{ks}\,ds`."""
    grown = rate * years
    flat = np.abs(grown) < 1e-9
    total: Values = np.where(flat, years, np.expm1(grown) / np.where(flat, 1.0, rate))
    return total


class _Form(NamedTuple):
    """How an operation is written: text, how firmly it binds, what its operands need to be."""

    text: str
    binds: int
    needs: tuple[int, ...]


_TEST, _SUM, _PRODUCT, _SIGN, _CALL = range(5)


def _call(name: str, operands: int) -> _Form:
    return _Form(f"{name}({', '.join(['{}'] * operands)})", _CALL, (_TEST,) * operands)


_FORMS: dict[np.ufunc, _Form] = {
    np.add: _Form("{} + {}", _SUM, (_SUM, _PRODUCT)),
    np.subtract: _Form("{} - {}", _SUM, (_SUM, _PRODUCT)),
    np.multiply: _Form("{}*{}", _PRODUCT, (_PRODUCT, _SIGN)),
    np.true_divide: _Form("{}/{}", _PRODUCT, (_PRODUCT, _SIGN)),
    np.negative: _Form("-{}", _SIGN, (_CALL,)),
    np.less: _Form("{} < {}", _TEST, (_SUM, _SUM)),
    np.greater: _Form("{} > {}", _TEST, (_SUM, _SUM)),
    np.expm1: _Form("exp({}) - 1", _SUM, (_TEST,)),
    np.log1p: _Form("log(1 + {})", _CALL, (_PRODUCT,)),
    np.exp: _call("exp", 1),
    np.log: _call("log", 1),
    np.sqrt: _call("sqrt", 1),
    np.absolute: _call("abs", 1),
    np.power: _call("pow", 2),
    np.minimum: _call("min", 2),
    np.maximum: _call("max", 2),
    ndtr: _call("cumulativeNormal", 1),
    ndtri: _call("quantileNormal", 1),
}
_WHERE = _call("if", 3)

#: Operands that leave the other one as it is, on the left and on the right.
_NEUTRAL: dict[np.ufunc, tuple[float | None, float]] = {
    np.add: (0.0, 0.0),
    np.subtract: (None, 0.0),
    np.multiply: (1.0, 1.0),
    np.true_divide: (None, 1.0),
    np.power: (None, 1.0),
}


class Symbol(np.lib.mixins.NDArrayOperatorsMixin):
    """A name standing for a number, or what has been done to such names.

    Parameters
    ----------
    text : str
        How the page calls it: a signal, or ``datum.field``.
    """

    def __init__(self, text: str) -> None:
        self._form = _Form(text, _CALL, ())
        self._operands: tuple[Any, ...] = ()

    @classmethod
    def _made(cls, form: _Form, operands: tuple[Any, ...]) -> Symbol:
        made = cls("")
        made._form, made._operands = form, operands
        return made

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__" or options or ufunc not in _FORMS:
            raise TypeError(f"numpy.{ufunc.__name__} has no form in the Vega expression language")
        if ufunc in _NEUTRAL:
            for neutral, operand, other in zip(_NEUTRAL[ufunc], inputs, inputs[::-1], strict=True):
                if not isinstance(operand, Symbol) and neutral is not None and operand == neutral:
                    return other
        return self._made(_FORMS[ufunc], inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        if function is np.where and len(args) == 3:
            test, yes, no = args
            return self._made(_WHERE, args) if isinstance(test, Symbol) else (yes if test else no)
        if function is np.all:  # a model's own constraints hold wherever the sliders reach
            return True
        raise TypeError(f"numpy.{function.__name__} cannot be traced")

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TypeError("a symbol is no array; leave out the conversion")

    def __bool__(self) -> bool:
        raise TypeError("a symbol is neither true nor false; use numpy.where")


def expression(value: Any) -> str:
    """Vega expression text of what a model made of symbols.

    Parameters
    ----------
    value : Symbol or number

    Returns
    -------
    str
        Text for ``transform_calculate`` or a parameter's ``expr``.
    """
    return _written(value, _TEST, {}, {})


#: Length of a text, and of a part that occurs in it more than once, from which parts are computed
#: beforehand.
_LONG, _PART = 2000, 30


def steps(values: Mapping[str, Any], part: str = "step") -> dict[str, str]:
    """Vega expressions of several values, to be computed one after the other.

    Parameters
    ----------
    values : mapping
        Field to Symbol or number.
    part : str
        How fields that come before are called, with a number.

    Returns
    -------
    dict of str to str
        Field to text, in order. Where a text would be long, parts that occur more than once
        become fields of their own before it: ``step1``, ``step2``; it calls them
        ``datum.step1``.
    """
    shared: dict[int, str] = {}
    fields: dict[str, str] = {}
    counted = {id(node): node for value in values.values() for node in _twice(value)}
    for node in counted.values():
        text = _written(node, _TEST, {}, shared)
        if len(text) > _PART:
            shared[id(node)] = name = f"{part}{len(fields) + 1}"
            fields[name] = text
    return fields | {name: _written(value, _TEST, {}, shared) for name, value in values.items()}


def _twice(value: Any) -> list[Symbol]:
    """Parts of a long formula that occur in it more than once, inner before outer."""
    met: dict[int, int] = {}
    length: dict[int, int] = {}
    order: list[Symbol] = []

    def meet(part: Any) -> int:
        if not isinstance(part, Symbol):
            return 3
        met[id(part)] = met.get(id(part), 0) + 1
        if met[id(part)] == 1:
            inner = sum(meet(operand) for operand in part._operands)
            length[id(part)] = len(part._form.text) + inner
            order.append(part)
        return length[id(part)]

    return [part for part in order if met[id(part)] > 1] if meet(value) > _LONG else []


def _written(value: Any, least: int, known: Mapping[str, bool], shared: Mapping[int, str]) -> str:
    """Text of a value, in brackets if it binds less than its place needs.

    `known` holds tests already decided further out, so that a guard inside a guarded branch
    (``where(flat, 1, rate)``) is written as the branch it takes; `shared` names what is computed
    beforehand.
    """
    if not isinstance(value, Symbol):
        return _number(value, least)
    if id(value) in shared:
        return f"datum.{shared[id(value)]}"
    form, operands = value._form, value._operands
    if form is _WHERE:
        test = _written(operands[0], _TEST, known, shared)
        if test in known:
            return _written(operands[1 if known[test] else 2], least, known, shared)
        branches = zip(operands[1:], (True, False), strict=True)
        decided = [_written(part, _TEST, {**known, test: on}, shared) for part, on in branches]
        parts = [test, *decided]
    else:
        pairs = zip(operands, form.needs, strict=True)
        parts = [_written(*pair, known, shared) for pair in pairs]
    text = form.text.format(*parts) if parts else form.text
    return f"({text})" if form.binds < least else text


def _number(value: Any, least: int) -> str:
    if np.isnan(value):
        return "NaN"
    text = repr(float(value)).removesuffix(".0").replace("inf", "Infinity")
    return f"({text})" if text.startswith("-") and least > _SUM else text
