"""Closed forms as Vega expression text, for figures whose sliders recompute in the page.

Each model module keeps an ``EXPRESSIONS`` dictionary beside its functions: name of a quantity
to expression text in which every argument stands in braces, ``{gig_share}``. A figure binds
the braces to its signals and data fields; what it does not bind keeps the argument's own name,
which is then the name the figure's parameter must have.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from string import Formatter

MODULES = (
    "growth",
    "baumol",
    "tasks",
    "wage_cap",
    "firm_boundary",
    "pay_as_you_go",
    "contribution_base",
    "fund",
    "levers",
    "direction",
    "finance_mix",
    "transition_fund",
    "safety_net",
    "skills",
    "youth",
    "exposure",
)

_NAME = re.compile(r"[A-Za-z_][\w.]*")


@cache
def catalogue() -> Mapping[str, str]:
    """All expressions, as ``module.quantity`` to text with symbols in braces."""
    found: dict[str, str] = {}
    for module in MODULES:
        expressions = import_module(f"synergy.policy.{module}").EXPRESSIONS
        found |= {f"{module}.{name}": text for name, text in expressions.items()}
    return found


def symbols_of(name: str) -> tuple[str, ...]:
    """Symbols that an expression needs, in order of first use."""
    return _symbols(_lookup(name))


def vega_expression(name: str, /, **bindings: str | float) -> str:
    """Write a closed form in the Vega expression language.

    Parameters
    ----------
    name : str
        ``module.quantity``, for instance ``"wage_cap.wage"``.
    **bindings : str or float
        What to put for a symbol: a signal name, ``datum.field``, another expression, a number.

    Returns
    -------
    str
        Text for ``transform_calculate`` or a parameter's ``expr``.

    Raises
    ------
    ValueError
        If the name, or a symbol bound, does not exist.
    """
    text = _lookup(name)
    symbols = _symbols(text)
    unknown = sorted(bindings.keys() - set(symbols))
    if unknown:
        raise ValueError(f"{name} has no symbol {unknown[0]!r}; it has {', '.join(symbols)}")
    return text.format(**{symbol: _bind(bindings.get(symbol, symbol)) for symbol in symbols})


def _bind(value: str | float) -> str:
    text = value if isinstance(value, str) else repr(float(value))
    return text if _NAME.fullmatch(text) else f"({text})"


def _symbols(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(field for _, field, _, _ in Formatter().parse(text) if field))


def _lookup(name: str) -> str:
    known = catalogue()
    if name not in known:
        close = get_close_matches(name, known, n=5, cutoff=0.3)
        raise ValueError(f"no expression named {name!r}; nearest: {', '.join(close)}")
    return known[name]
