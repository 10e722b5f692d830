"""Arithmetic on named series: the formulas of a recipe, under the smaller shared grammar."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
import pandas as pd

from synergy import expressions
from synergy.expressions import ARITHMETIC, ExpressionError, parse_expression
from synergy.expressions import names_in as formula_names

__all__ = ["FormulaError", "evaluate", "formula_names", "parse_formula"]

FormulaError = ExpressionError


def parse_formula(text: str) -> ast.expr:
    """Syntax tree of a formula, refused if it holds anything but arithmetic on names.

    Raises
    ------
    FormulaError
        Naming the part that is not allowed.
    """
    return parse_expression(text, ARITHMETIC)


class _Series(expressions.Vocabulary):
    """Columns by name; a number stands for a constant column."""

    def __init__(self, series: pd.DataFrame) -> None:
        super().__init__({str(name): series[name] for name in series.columns})
        self.index = series.index

    def constant(self, value: Any) -> pd.Series[float]:
        return pd.Series(float(value), index=self.index)


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
        value: pd.Series = expressions.evaluate(tree, _Series(series))
    return value
