"""Sentences whose words turn with the numbers: Jinja2 templates and the filters they use.

A sentence stands in the chapter, where it is read; the library hands over facts. A second
language is a second template beside the first. Chinese words of direction, order and quantity
are chosen here and nowhere else, so that the same numbers are always put the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import jinja2
import numpy as np
import pandas as pd
from markupsafe import Markup

from synergy.dictionary import in_english, sub_indices
from synergy.grid import table_html

#: Differences below this (in index points) are not worth a direction.
TOLERANCE = 5e-4

#: Sentences that several chapters use: template in ``sentences/`` and its macros.
SHARED = {
    "audit.md": ("counted", "findings", "marked", "on_panel", "overall"),
    "panel.md": ("doubted",),
    "places.md": ("dashed", "spotlight", "standing"),
    "policy.md": ("ranges", "sourced", "start_here", "driver", "change"),
    "policy_cards.md": (*("claim_list", "claimed", "holds_where", "sides", "where_found"),),
    "policy_levers.md": (
        *("burden", "coverage", "existing_layers", "existing_sources", "levy_pays", "levy_peak"),
        *("mix", "more_or_less", "net_insures", "reached", "replacing", "sovereign", "strongest"),
        *("subsidy", "tax_gap"),
    ),
    "policy_places.md": ("measure", "panel_ends", "profile", "unseen"),
    "policy_scenarios.md": (
        "beside_the_firm",
        "finance_order",
        "scenario_reading",
        "where_level",
    ),
    "portrait.md": (
        *("extremes", "graded", "lever_list", "lifted_by", "next_to", "pointed_to", "weighed"),
    ),
    "price_base.md": ("price_finding",),
    "system.md": ("joint", "persistent", "rank_range", "surviving"),
}

#: What the lines of cards use by a short name, and the English summary.
MODULES = {"c": "cards.md", "en": "english.md", "f": "figures.md"}

_DIGITS = "零一二三四五六七八九"

# What MyST would read as markup.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>$|#~&])")

# A line break inside a Chinese paragraph would become a blank in the page: none follows a line
# that opens a block, none precedes a list item.
_CHINESE = "\u2014\u2018-\u201d\u2026\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
_PAUSE = "，。；：、！？）”』」》】…"
_BREAK = re.compile(
    r"(?m)^(?! *(?:```|:::|#|\|))(.*)(?:"
    rf"(?<=[{_CHINESE}`$])\n(?=[{_CHINESE}])"
    rf"|(?<=[{_CHINESE}])\n(?=\{{[a-z:]+\}}`)"
    rf"|(?<=[{_PAUSE}])\n(?=[^\s`:#|>*+-])(?!\d+\. ))"
)


class Said(str):
    """A rendered sentence or block of MyST Markdown; a notebook shows it as such."""

    def _repr_markdown_(self) -> str:
        return str(self) or "<!-- -->"  # of nothing a notebook would show the Python form


def say(template: str, **facts: Any) -> Said:
    """Render a template of MyST Markdown; as the last line of a cell it is shown in its place.

    Parameters
    ----------
    template : str
        Jinja2 over MyST: roles, citations, references, formulas and directives work inside.
        A data frame becomes a table, a figure of :func:`synergy.page.figure` a figure.
    **facts
        Every name that the template uses. Text among them is escaped: a label from a reader's
        file is never markup.

    Raises
    ------
    jinja2.UndefinedError
        The template uses a name that was not given.

    Examples
    --------
    >>> say("{{ year }} 年{{ a|compare(b) }}全国均值。", year=2022, a=0.6, b=0.5)
    '2022 年高于全国均值。'
    """
    text = _compiled(_markdown, template).render(facts)
    return Said(_BREAK.sub(r"\1", text).strip())


def phrase(template: str, **facts: Any) -> str:
    """Render a template of plain text: a text alternative, a table's cell, a message.

    Raises
    ------
    jinja2.UndefinedError
        The template uses a name that was not given.
    """
    return _BREAK.sub(r"\1", _compiled(_plain, template).render(facts)).strip()


@cache
def _compiled(environment: Callable[[], jinja2.Environment], template: str) -> jinja2.Template:
    """Compile a template once, however many places it is rendered for."""
    return environment().from_string(template)


@cache
def _markdown() -> jinja2.Environment:
    return _environment(autoescape=True, finalize=_shown)


@cache
def _plain() -> jinja2.Environment:
    return _environment(autoescape=False)


def bare_environment(**options: Any) -> jinja2.Environment:
    """Where templates of ``sentences/`` are found, without filters and macros of sentences."""
    return jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.PackageLoader("synergy", "sentences"),
        **options,
    )


def _environment(**options: Any) -> jinja2.Environment:
    environment = bare_environment(**options)
    environment.filters |= FILTERS
    for template, names in SHARED.items():
        macros = environment.get_template(template).module
        environment.globals |= {name: getattr(macros, name) for name in names}
    for name, template in MODULES.items():
        environment.globals[name] = environment.get_template(template).module
    return environment


def _shown(value: Any) -> Any:
    """Escape text, lay out tables and figures; what is marked as safe passes."""
    if isinstance(value, pd.DataFrame):
        return Markup(f"\n\n{table_html(value)}\n\n")
    if hasattr(value, "_repr_markdown_"):
        return Markup(value._repr_markdown_())
    if isinstance(value, str) and not isinstance(value, Markup):
        return Markup(_MARKUP.sub(r"\\\1", value))
    return value


# --- filters: words ---------------------------------------------------------------------------


def compare(a: float, b: float, tolerance: float = TOLERANCE) -> str:
    """Say whether `a` lies above, below or level with `b` (``高于``, ``低于``, ``持平于``)."""
    if not (np.isfinite(a) and np.isfinite(b)):
        return "无法比较于"
    if abs(a - b) <= tolerance:
        return "持平于"
    return "高于" if a > b else "低于"


def direction(change: float, tolerance: float = TOLERANCE) -> str:
    """Say which way a change points (``上升``, ``下降``, ``持平``)."""
    if not np.isfinite(change):
        return "无从判断"
    if abs(change) <= tolerance:
        return "持平"
    return "上升" if change > 0 else "下降"


def trend(series: pd.Series, tolerance: float = TOLERANCE) -> str:
    """Describe a yearly path: every year the same way, mostly so, or level."""
    values = series.dropna().to_numpy(dtype=float)
    if len(values) < 2:
        return "期数不足，无从判断"
    steps, overall = np.diff(values), direction(values[-1] - values[0], tolerance=tolerance)
    if overall == "持平":
        return "首尾持平"
    against = int((steps <= 0).sum() if overall == "上升" else (steps >= 0).sum())
    if not against:
        return f"逐年{overall}"
    return f"{'只' if against == 1 else '其中'}有{numeral(against)}年没有{overall}"


def led_to(first: float, last: float, spec: str = ".3f") -> str:
    """A path from end to end: ``从 0.084 升至 0.183，增长 117%``; shares of what is positive."""
    change = direction(last - first)
    verb = {"上升": "升至", "下降": "降至"}.get(change, "变为")
    ends = f"从 {first:{spec}} {verb} {last:{spec}}"
    if verb == "变为" or first <= 0:
        return ends
    word = "增长" if change == "上升" else "下降"
    return f"{ends}，{word} {abs(last / first - 1):.0%}"


def numeral(count: int) -> str:
    """Write a small count as it stands before a measure word (``两``, ``九``, ``二十二``).

    Raises
    ------
    ValueError
        The count is not from 0 to 99.
    """
    if not 0 <= count <= 99:
        raise ValueError(f"count is {count}; from 100 on, write digits")
    if count == 2:
        return "两"
    tens, ones = divmod(int(count), 10)
    head = f"{_DIGITS[tens] if tens > 1 else ''}十" if tens else ""
    return head + (_DIGITS[ones] if ones or not tens else "")


def each(records: Any, words: str) -> list[str]:
    """Put every record (a mapping, a tuple or a row of a frame) into a Python format string."""
    if isinstance(records, pd.DataFrame):
        records = records.reset_index().to_dict("records")
    return [
        words.format_map(record) if isinstance(record, dict) else words.format(*record)
        for record in records
    ]


def listed(names: Iterable[Any], none: str = "无") -> str:
    """Join names with the Chinese enumeration comma."""
    return "、".join(str(name) for name in names) or none


def named(code: str) -> str:
    """Chinese name of a sub-index; a code that is none stands for itself."""
    return str(sub_indices()["name_zh"].get(code, code))


def quoted(names: Iterable[Any], none: str = "无") -> str:
    """Join names, each in quotation marks."""
    return listed((f"“{name}”" for name in names), none)


def bullets(texts: Iterable[Any], none: str = "无。") -> Markup:
    """List texts as Markdown; each text may hold markup of its own."""
    return Markup("\n".join(f"- {text}" for text in texts) or f"- {none}")


# --- facts of a series ------------------------------------------------------------------------


def top(series: pd.Series, count: int = 3) -> list[str]:
    """Names of the `count` highest values, highest first."""
    return [str(name) for name in series.dropna().sort_values(ascending=False).index[:count]]


def bottom(series: pd.Series, count: int = 3) -> list[str]:
    """Names of the `count` lowest values, lowest first."""
    return [str(name) for name in series.dropna().sort_values().index[:count]]


def rank_of(series: pd.Series, name: str) -> int:
    """Place of a name in a series, 1 = highest; ties share the better place."""
    return int(series.rank(ascending=False, method="min")[name])


# --- filters: numbers -------------------------------------------------------------------------


def fmt(value: Any, spec: str) -> str:
    """Format a number by a Python format specification; a missing one is a dash."""
    return "—" if pd.isna(value) else format(value, spec)


def spaced(text: str) -> str:
    """A number with its unit, to stand behind a Chinese word: a blank before digits alone."""
    return text if text[:1] > "\u3000" else f" {text}"


def _formatter(spec: str) -> Callable[[Any], str]:
    return lambda value: fmt(value, spec)


FILTERS: dict[str, Callable[..., Any]] = {
    "compare": compare,
    "direction": direction,
    "trend": trend,
    "led_to": led_to,
    "numeral": numeral,
    "each": each,
    "listed": listed,
    "named": named,
    "quoted": quoted,
    "in_english": in_english,
    "bullets": bullets,
    "top": top,
    "bottom": bottom,
    "fmt": fmt,
    "spaced": spaced,
    "d0": _formatter(",.0f"),
    "d1": _formatter(".1f"),
    "d2": _formatter(".2f"),
    "d3": _formatter(".3f"),
    "d4": _formatter(".4f"),
    "pct": _formatter(".0%"),
    "pct1": _formatter(".1%"),
}
