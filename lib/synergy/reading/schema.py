"""Which headings mean what: lists that every reader shares, and the schema of one kind of file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from synergy.dictionary import DATA_DIR, tidy_name


@cache
def _known() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((DATA_DIR / "headings.toml").read_text(encoding="utf-8"))


def word(heading: object) -> str:
    """A heading as the lists of known headings write it."""
    return tidy_name(heading).lower().rstrip(":：")


def headings_of(role: str, *lists: str) -> tuple[str, ...]:
    """Known headings of a role, as :func:`word` writes them, in order of preference.

    Parameters
    ----------
    role : str
        A section of ``data/headings.toml``.
    lists : str
        Which of its lists; ``headings`` if none is named.
    """
    named = _known()[role]
    return tuple(word(text) for kind in lists or ("headings",) for text in named.get(kind, ()))


@dataclass(frozen=True)
class Schema:
    """By which headings the columns of a file are known, as :func:`word` writes them.

    Attributes
    ----------
    unit, time : tuple of str
        Where (names, then codes) and when; a cross-section has no time.
    name, value, measure : tuple of str
        Of a long table: indicator, value, and the unit that it is measured in.
    remark : tuple of str
        What is passed over.
    group : tuple of str
        Group of the unit.
    values : tuple of str or None
        Columns of indicators in a wide table; None: all that are nothing else.
    unit_name, time_name : str
        What a message calls the columns of units and of time.
    cure : str
        What helps where one of them is missing; by default another heading.
    anonymous : bool
        Whether a row may name no unit.
    """

    unit: tuple[str, ...]
    time: tuple[str, ...]
    name: tuple[str, ...]
    value: tuple[str, ...]
    measure: tuple[str, ...]
    remark: tuple[str, ...]
    group: tuple[str, ...] = ()
    values: tuple[str, ...] | None = None
    unit_name: str = "省份"
    time_name: str = "年份"
    cure: str = ""
    anonymous: bool = False

    @property
    def keys(self) -> set[str]:
        """Headings of what names a row."""
        return {*self.unit, *self.time}


#: Panels of provinces, as the report's own indicators and recipes take them.
PROVINCES = Schema(
    unit=(*headings_of("province"), *headings_of("code")),
    time=headings_of("time"),
    name=headings_of("name"),
    value=headings_of("value"),
    measure=headings_of("unit"),
    remark=(*headings_of("remark"), *headings_of("unit")),
)
