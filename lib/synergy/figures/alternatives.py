"""Text alternatives: Jinja2 templates that stand beside the figure they describe.

A template names facts and, as ``rows``, the records of the drawn table; an unknown name is an
error. Filters besides Jinja2's: ``fmt`` (a Python format), ``each`` (a Python format string over
records or tuples), ``listed``, ``top``, ``bottom``, ``trend``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined

from synergy.narration import bottom, listed, top, trend


def _each(records: Any, words: str) -> list[str]:
    if isinstance(records, pd.DataFrame):
        records = records.reset_index().to_dict("records")
    return [
        words.format_map(record) if isinstance(record, dict) else words.format(*record)
        for record in records
    ]


_TEMPLATES = Environment(undefined=StrictUndefined)
_TEMPLATES.filters |= {
    "fmt": format,
    "each": _each,
    "listed": listed,
    "top": top,
    "bottom": bottom,
    "trend": trend,
}


def filled(template: str, facts: Mapping[str, Any]) -> str:
    """Fill a template.

    Raises
    ------
    jinja2.UndefinedError
        If it names what is not among the facts.
    """
    return _TEMPLATES.from_string(template).render(facts)
