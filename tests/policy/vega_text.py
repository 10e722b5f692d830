"""The arithmetic subset of the Vega expression language, evaluated with numpy."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "pow": np.power,
    "min": np.minimum,
    "max": np.maximum,
    "if_": np.where,
    "cumulativeNormal": ndtr,
    "quantileNormal": ndtri,
}

OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
}


def evaluate_vega(text: str, names: Mapping[str, Any]) -> Any:
    """Value of an expression; anything outside the subset is refused."""
    tree = ast.parse(re.sub(r"\bif\(", "if_(", text), mode="eval")
    with np.errstate(divide="ignore", invalid="ignore"):
        return _value(tree.body, names)


def _value(node: ast.AST, names: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=float() | int() as number):
            return np.float64(number)
        case ast.Name(id=name):
            return np.asarray(names[name], dtype=float)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, names)
        case ast.BinOp(left=left, op=op, right=right):
            return OPERATORS[type(op)](_value(left, names), _value(right, names))
        case ast.Compare(left=left, ops=[ast.Lt()], comparators=[right]):
            return _value(left, names) < _value(right, names)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return FUNCTIONS[name](*(_value(argument, names) for argument in arguments))
    raise ValueError(f"outside the subset: {ast.dump(node)}")
