"""One text for all places: what a cell shows for one, and where that differs what for others.

Where blocks differ, a directive holds them all; `press.places` takes the others out of the page
again and puts them into a file beside it. A chart is followed by what changes it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from synergy.blocks import BARS

#: Around a directive whose text may hold fences of its own.
FENCE = "`" * 9

#: Opens a text of other places, followed by their codes.
OTHERS = "%% "

CHART = re.compile(r"^```\{chart\} (\S+)\n(.*?)\n\n([^\n]*)\n```$", re.M | re.S)
TABLE = re.compile(
    rf"^{BARS}\{{numbered\}} (\S+)\n:source: ([^\n]*)\n\n([^\n]*)\n\n(.*?)\n{BARS}$", re.M | re.S
)
_FOLD = re.compile(r"^(:::.*)$", re.M)
_SWAP = re.compile(
    rf"^{FENCE}\{{elsewhere\}}(?P<name>[^\n]*)\n(?P<here>.*?)(?:^{OTHERS}.*?)?^{FENCE}$\n?",
    re.M | re.S,
)
_CHANGES = re.compile(r"^```\{chart-elsewhere\} .*?^```$\n?", re.M | re.S)
_BLANK = re.compile(r"(\n\s*\n)")


class PlaceError(ValueError):
    """A text cannot be written for all places at once."""


def joined(here: str, there: Mapping[str, str]) -> str:
    """Write the text of one place so that it also holds those of others.

    Parameters
    ----------
    here : str
        MyST Markdown.
    there : mapping of str to str
        The same by code of other places.

    Raises
    ------
    PlaceError
        A figure or a fold comes and goes with the place.
    """
    return _pieces(CHART, here, there, _with_tables, _chart)


def home(text: str) -> str:
    """What a text that also holds those of other places says of its own: undoes `joined`."""
    text = _CHANGES.sub("", text)
    return _SWAP.sub(lambda found: "" if found["name"].strip() else found["here"], text)


def difference(here: Any, there: Any) -> Any:
    """Say what turns one JSON value into another.

    Returns
    -------
    dict or list
        Changes by key, or by position in lists of the same length; ``[value]`` puts a value in
        the place of another, ``[]`` takes it away, ``{}`` leaves all as it is.
    """
    if isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        here, there = (dict(enumerate(value)) for value in (here, there))
    if not (isinstance(here, dict) and isinstance(there, dict)):
        return {} if here == there else [there]
    gone: dict[Any, Any] = {key: [] for key in here.keys() - there.keys()}
    new = {key: [there[key]] for key in there.keys() - here.keys()}
    both = {key: difference(here[key], there[key]) for key in here.keys() & there.keys()}
    return gone | new | {key: change for key, change in both.items() if change != {}}


def changed(here: Any, change: Any) -> Any:
    """Apply what `difference` says and return the other value; the first stays as it is."""
    if isinstance(change, list):
        return change[0]
    if not change:
        return here
    if isinstance(here, list):
        return [changed(value, change.get(str(at), {})) for at, value in enumerate(here)]
    made = {key: value for key, value in here.items() if change.get(key) != []}
    return made | {key: changed(made.get(key, {}), new) for key, new in change.items() if new != []}


def _pieces(
    edge: re.Pattern[str],
    here: str,
    there: Mapping[str, str],
    between: Callable[[str, Mapping[str, str]], str],
    at: Callable[[list[str], Mapping[str, list[str]]], str],
) -> str:
    """Join texts piece by piece: `at` the edges, and `between` them."""
    width = 1 + edge.groups
    mine, others = edge.split(here), {code: edge.split(text) for code, text in there.items()}
    if any(len(split) != len(mine) for split in others.values()):
        raise PlaceError("图和折叠块不能只在一些地区出现：" + here.strip()[:60])
    written = []
    for first in range(0, len(mine), width):
        written.append(between(mine[first], {code: s[first] for code, s in others.items()}))
        inside = slice(first + 1, first + width)
        if mine[inside]:
            written.append(at(mine[inside], {code: s[inside] for code, s in others.items()}))
    return "".join(written)


def _with_tables(here: str, there: Mapping[str, str]) -> str:
    return _pieces(TABLE, here, there, _text, _table)


def _table(here: list[str], there: Mapping[str, list[str]]) -> str:
    name, source, caption, body = here
    if any(other[:2] != here[:2] for other in there.values()):
        raise PlaceError(f"表 {name} 在别的地区是另一张表，或出自别处。")
    bodies = _swapped(body, {code: other[3] for code, other in there.items()}).strip()
    written = [f"{BARS}{{numbered}} {name}\n:source: {source}\n\n{caption}\n\n{bodies}\n{BARS}"]
    captions = _groups(caption, {code: other[2] for code, other in there.items()})
    if captions:
        written.append(_directive(f"{{elsewhere}} {name}", "", captions))
    return "\n\n".join(written)


def _text(here: str, there: Mapping[str, str]) -> str:
    def fold(mine: list[str], others: Mapping[str, list[str]]) -> str:
        if any(split != mine for split in others.values()):
            raise PlaceError(f"折叠块的标题不能随地区而变：{mine[0]}")
        return mine[0]

    return _pieces(_FOLD, here, there, _blocks, fold)


def _blocks(here: str, there: Mapping[str, str]) -> str:
    """Join block by block; where their number differs, as a whole."""
    counts = {len(_BLANK.split(text)) for text in (here, *there.values())}
    if len(counts) > 1:
        return _swapped(here, there)
    return _pieces(_BLANK, here, there, _swapped, lambda mine, _: mine[0])


def _swapped(here: str, there: Mapping[str, str]) -> str:
    groups = _groups(here, there)
    return "\n\n" + _directive("{elsewhere}", here, groups) + "\n\n" if groups else here


def _chart(here: list[str], there: Mapping[str, list[str]]) -> str:
    name, caption, spec = here
    written = [f"```{{chart}} {name}\n{caption}\n\n{spec}\n```"]
    if any(other[0] != name for other in there.values()):
        raise PlaceError(f"图 {name} 在别的地区是另一张图。")
    captions = _groups(caption, {code: other[1] for code, other in there.items()})
    if captions:
        written.append(_directive(f"{{elsewhere}} {name}", caption, captions))
    specs = _groups(spec, {code: other[2] for code, other in there.items()})
    if specs:
        mine = json.loads(spec)
        changes = {codes: difference(mine, json.loads(text)) for text, codes in specs.items()}
        text = json.dumps(changes, ensure_ascii=False, separators=(",", ":"))
        written.append(f"```{{chart-elsewhere}} {name}\n{text}\n```")
    return "\n\n".join(written)


def _groups(here: str, there: Mapping[str, str]) -> dict[str, str]:
    """Codes of the places, in one string, by each text that differs from the one here."""
    groups: dict[str, list[str]] = {}
    for code, text in there.items():
        if text != here:
            groups.setdefault(text, []).append(code)
    return {text: " ".join(codes) for text, codes in groups.items()}


def _directive(name: str, here: str, groups: Mapping[str, str]) -> str:
    others = "".join(f"\n{OTHERS}{codes}\n{text.strip()}" for text, codes in groups.items())
    return f"{FENCE}{name}\n{here.strip()}{others}\n{FENCE}"
