"""Every formula a page can recompute is the Python function: Vega computes it on 128 points."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from vega import evaluate_in_vega

from synergy.figures.sliders import declared, declared_figures
from synergy.policy import fund, growth, insurance, levers, net, outlook, places, population, work
from synergy.policy.parameters import evaluate, input_table, parameter_table, quantity, resolve
from synergy.policy.symbols import Symbol, expression, integral, steps

MODULES = (growth, work, insurance, levers, net, fund, places)
POINTS = 128

#: Inputs of a single number or symbol; only functions of these reach a page.
RANGES = {
    str(symbol): (row["low"], row["high"])
    for table in (parameter_table(), input_table())
    for symbol, row in table.iterrows()
}

#: Corners where a closed form has a removable singularity or a kink.
EDGES = (
    "interest_rate", "contributor_growth", "depreciation_years", "wage_growth", "years",
    "hiring_subsidy",
)  # fmt: skip


def functions(module: ModuleType) -> list[Callable[..., Any]]:
    """Models of a module whose every argument is a number in the tables, or None if left out."""
    return [
        function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and all(
            argument in RANGES or taken.default is None
            for argument, taken in inspect.signature(function).parameters.items()
        )
    ]


def fields(result: Any, name: str) -> dict[str, Any]:
    """A result, or each field of it, by name."""
    if not hasattr(result, "_asdict"):
        return {name: result}
    return {
        k: v
        for key, part in result._asdict().items()
        for k, v in fields(part, f"{name}.{key}").items()
    }


def grid() -> dict[str, np.ndarray]:
    """Points inside the ranges, with the awkward corners among them."""
    rng = np.random.default_rng(3)
    points = {symbol: rng.uniform(low, high, POINTS) for symbol, (low, high) in RANGES.items()}
    for row, symbol in enumerate(EDGES):
        points[symbol][row] = 0.0
    points["junior_exit_rate"][-1] = 0.03
    points["promotion_rate"][-1] = points["senior_exit_rate"][-1] - 0.03 + 1e-8
    return points


@pytest.fixture(scope="module")
def compared() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """For each quantity, what Vega computes from the traced text, and what Python computes."""
    points, texts, truth = grid(), {}, {}
    names = {symbol: Symbol(f"datum.{symbol}") for symbol in points}
    for module in MODULES:
        for function in functions(module):
            name = f"{module.__name__.rpartition('.')[2]}.{function.__name__}"
            traced = fields(evaluate(function, names), name)
            texts |= steps(traced, f"{function.__name__}_")
            truth |= fields(evaluate(function, points), name)
    found = evaluate_in_vega(texts, points)
    return {key: (found[key], np.broadcast_to(value, POINTS)) for key, value in truth.items()}


def test_vega_computes_what_the_function_computes(
    compared: dict[str, tuple[np.ndarray, np.ndarray]],
) -> None:
    assert len(compared) > 90
    worst = {}
    for name, (found, wanted) in compared.items():
        known = np.isfinite(wanted)
        assert known.sum() >= 100 and np.array_equal(known, np.isfinite(found)), name
        scale = np.maximum(np.abs(wanted[known]), 1e-3)
        worst[name] = float(np.max(np.abs(found[known] - wanted[known]) / scale))
    assert max(worst.values()) < 1e-9, {k: v for k, v in worst.items() if v >= 1e-9}


def test_what_pages_draw_is_among_the_compared(
    compared: dict[str, tuple[np.ndarray, np.ndarray]],
) -> None:
    drawn = {"places.weighted_risk"}
    for spec in map(declared, declared_figures()):
        drawn |= {of.of for of in spec.quantities} | ({spec.sum} - {""})
        bound = {value for of in spec.quantities for value in of.bind.values()}
        drawn |= {value for value in bound if isinstance(value, str) and "." in value}
    assert len(drawn) > 40
    assert drawn <= compared.keys()


TOGETHER = [function for module in MODULES for function in functions(module)]
TOGETHER += [net.safety_net, population.dependency_path]


@pytest.mark.parametrize("function", TOGETHER, ids=lambda function: function.__name__)
def test_draws_run_together_as_alone(function: Callable[..., Any]) -> None:
    points = {symbol: values[-2:] for symbol, values in grid().items()}
    both = fields(evaluate(function, points), "")
    for place in range(2):
        one = fields(evaluate(function, {s: v[place] for s, v in points.items()}), "")
        for name, value in one.items():
            shared = np.shape(both[name]) == np.shape(value)  # the years of a path
            assert_allclose(both[name] if shared else both[name][place], value, rtol=1e-12)


def test_the_outlook_runs_together_as_alone() -> None:
    points = {symbol: grid()[symbol][-2:] for symbol in outlook.SYMBOLS}
    both = outlook.simulate(points)
    alone = outlook.simulate({symbol: values[1] for symbol, values in points.items()})
    assert both["fund"].shape == (2, 36)
    for name in alone.keys() - {"years"}:
        assert_allclose(both[name][1], alone[name], rtol=1e-10)


A, X = Symbol("a"), Symbol("datum.x")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (A + 2 * X, "a + 2*datum.x"),
        (A - (X - 1), "a - (datum.x - 1)"),
        (A / (X * 2), "a/(datum.x*2)"),
        (-(A * X), "-(a*datum.x)"),
        (A * -2.0, "a*(-2)"),
        (np.float64(3) ** A, "pow(3, a)"),
        (np.asarray(1.0) - np.exp(A), "1 - exp(a)"),
        (A * (np.asarray(2.0) ** 3), "a*8"),
        (A * 1.0 + 0.0, "a"),
        (np.where(A < 0, X, np.nan), "if(a < 0, datum.x, NaN)"),
        (np.where(A < 0, -np.inf, A * np.inf), "if(a < 0, -Infinity, a*Infinity)"),
        (np.where(np.asarray(1.0) < 2, A, X), "a"),
        (integral(A, 1.0), "if(abs(a) < 1e-09, 1, (exp(a) - 1)/a)"),
        (np.float64(0.25), "0.25"),
    ],
)
def test_text_has_the_brackets_it_needs_and_no_dead_branch(value: Any, text: str) -> None:
    assert expression(value) == text


def test_parts_of_a_long_formula_are_computed_once_and_before_it() -> None:
    def grown(value: Any, by: Any) -> Any:
        for _ in range(9):
            value = np.sqrt(value * by + value)
        return value

    value, short = grown(Symbol("datum.v"), X), A + X
    texts = steps({"long": value, "short": short}, "part")
    assert texts["short"] == expression(short) and list(texts)[-2:] == ["long", "short"]
    assert len(expression(value)) > 20 * sum(map(len, texts.values()))
    found = evaluate_in_vega({k: v for k, v in texts.items() if k != "short"}, {"v": 2, "x": 0.9})
    assert found["long"] == pytest.approx(grown(2.0, 0.9), rel=1e-12)
    assert steps({"short": short}) == {"short": expression(short)}


def test_what_cannot_be_traced_says_so() -> None:
    with pytest.raises(TypeError, match=r"numpy\.sin has no form"):
        np.sin(A)
    with pytest.raises(TypeError, match=r"numpy\.cumsum cannot be traced"):
        np.cumsum(A)
    with pytest.raises(TypeError, match=r"use numpy\.where"):
        bool(A < 1)
    with pytest.raises(TypeError, match="no array"):
        np.asarray(A)


def test_arguments_are_bound_to_numbers_symbols_and_other_quantities() -> None:
    names = {"years": Symbol("t"), "gig_share": Symbol("g")}
    bound = quantity("growth.index_path", names, {"growth": "gig_share"})
    assert expression(bound) == "100*exp(g*t)"
    nested = {"growth": "growth.median_pay_growth", "labour_share_growth": 0.01}
    slower = quantity("growth.index_path", {"years": 1.0}, nested)
    pay = evaluate(growth.median_pay_growth, labour_share_growth=0.01)
    assert slower == pytest.approx(100 * np.exp(pay))


@pytest.mark.parametrize("name", ["work.wages", "nowhere.wage_cap"])
def test_unknown_references_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        resolve(name)
