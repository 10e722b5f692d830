"""Arithmetic on named series, read from text without ever running text as code.

The grammar is Python's, cut down to names, numbers, ``+ - * /``, a leading minus and brackets.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

import numpy as np
import pandas as pd

_BINARY: dict[type[ast.operator], Callable[[pd.Series, pd.Series], pd.Series]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}

MAX_LENGTH = 500


class FormulaError(ValueError):
    """A formula that cannot be read; the message is Chinese."""


def parse_formula(text: str) -> ast.expr:
    """Syntax tree of a formula, refused if it holds anything but arithmetic on names.

    Raises
    ------
    FormulaError
        Naming the part that is not allowed.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"算式有 {len(text)} 个字符，最多 {MAX_LENGTH} 个")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError(f"算式“{text}”不完整或括号不配对") from None
    _refuse_foreign(tree, text)
    return tree


def _refuse_foreign(node: ast.expr, text: str) -> None:
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            _refuse_foreign(left, text)
            _refuse_foreign(right, text)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            _refuse_foreign(operand, text)
        case ast.Name():
            return
        case ast.Constant(value=value) if type(value) in (int, float):
            return
        case _:
            part = ast.unparse(node)
            raise FormulaError(
                f"算式“{text}”里的“{part}”不允许；只能用序列名、数字、+ - * / 和括号"
            )


def formula_names(tree: ast.expr) -> tuple[str, ...]:
    """Series that a formula uses, in order of first appearance."""
    names = (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return tuple(dict.fromkeys(names))


def evaluate(tree: ast.expr, series: pd.DataFrame) -> pd.Series:
    """Value of a formula in every row; NaN where a series it uses is missing.

    A division by zero gives an infinite value, which the caller must refuse.

    Parameters
    ----------
    tree : ast.expr
        From `parse_formula`.
    series : DataFrame
        One column per series.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return _evaluate(tree, series)


def _evaluate(node: ast.expr, series: pd.DataFrame) -> pd.Series:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](_evaluate(left, series), _evaluate(right, series))
        case ast.UnaryOp(operand=operand):
            return -_evaluate(operand, series)
        case ast.Name(id=name):
            return series[name]
        case ast.Constant(value=int() | float() as value):
            return pd.Series(float(value), index=series.index)
        case _:
            raise TypeError(f"not arithmetic: {ast.dump(node)}; parse it with parse_formula")
