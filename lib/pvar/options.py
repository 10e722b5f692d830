"""Options as users give them: a wrong one is an error that names it, the value and what is allowed.

Nothing is guessed from the truth of a value: `collapse="no"` is refused, not read as true.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from numbers import Integral, Real
from typing import SupportsInt, TypeGuard

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pvar.errors import PanelVARError
from pvar.linalg import Array
from pvar.messages import message

LONGEST_SHOWN = 60


def shown(value: object) -> str:
    """A value as it may stand in a sentence: one short line, with its type if that is not plain."""
    text = " ".join(repr(value).split())
    if len(text) > LONGEST_SHOWN:
        text = f"{text[:LONGEST_SHOWN]}..."
    plain = value is None or isinstance(value, (bool, int, float, str))
    return text if plain else f"{text} ({type(value).__name__})"


def listed(values: Iterable[object]) -> str:
    """Values one after another, as the language spoken lists them."""
    return message(", ").join(map(str, values))


def check_choice(option: str, value: object, allowed: Sequence[str]) -> None:
    """Refuse an unknown name, listing the known ones."""
    if not (isinstance(value, str) and value in allowed):
        raise PanelVARError(
            message(
                "{option} must be one of {allowed}; read {value}.",
                option=option,
                allowed=listed(allowed),
                value=shown(value),
            )
        )


def flag(option: str, value: object) -> bool:
    """A truth value; text and numbers are none."""
    if not isinstance(value, (bool, np.bool_)):
        raise PanelVARError(
            message(
                "{option} must be True or False; read {value}.", option=option, value=shown(value)
            )
        )
    return bool(value)


def is_whole(value: object) -> TypeGuard[SupportsInt]:
    """Whether a value counts something: 2, numpy's 2 and 2.0, but neither True nor "2"."""
    if isinstance(value, (bool, np.bool_)):
        return False
    return isinstance(value, Integral) or (isinstance(value, float) and value.is_integer())


def whole_number(option: str, value: object, *, least: int, most: int | None = None) -> int:
    """A number of something, between bounds."""
    number = int(value) if is_whole(value) else None
    if number is None or number < least:
        raise PanelVARError(
            message(
                "{option} must be a whole number of at least {least}; read {value}.",
                option=option,
                least=least,
                value=shown(value),
            )
        )
    if most is not None and number > most:
        raise PanelVARError(
            message(
                "{option} must be at most {most}; read {value}.",
                option=option,
                most=most,
                value=shown(value),
            )
        )
    return number


def check_draws(draws: object, seed: object) -> tuple[int, int]:
    """The number of draws, of which a band needs two, and their seed."""
    return whole_number("draws", draws, least=2), whole_number("seed", seed, least=0)


def check_level(level: object) -> None:
    """A level is a share: 0.95, not 95."""
    number = isinstance(level, Real) and not isinstance(level, (bool, np.bool_))
    if not (number and 0.0 < float(level) < 1.0):  # type: ignore[arg-type]
        raise PanelVARError(
            message("level must be between 0 and 1; read {level}.", level=shown(level))
        )


def numbers(option: str, value: ArrayLike, *, finite: bool = True) -> Array:
    """One or more numbers as an array of floats."""
    try:
        found = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as fault:
        raise PanelVARError(
            message(
                "{option} must hold numbers only; read {value}.", option=option, value=shown(value)
            )
        ) from fault
    if finite and not np.isfinite(found).all():
        raise PanelVARError(
            message(
                "{option} must hold finite numbers; read {value}.",
                option=option,
                value=shown(value),
            )
        )
    return found


def is_list(value: object) -> TypeGuard[Collection[object]]:
    """Whether a value is an ordered collection, text apart."""
    if isinstance(value, np.ndarray):
        return value.ndim == 1
    return isinstance(value, (Sequence, pd.Index)) and not isinstance(value, (str, bytes))


def column_names(option: str, value: object) -> tuple[str, ...]:
    """Names of columns; one string is refused, because it would be taken letter by letter."""
    if isinstance(value, str):
        raise PanelVARError(
            message(
                "{option} must be a list of column names; read the text {value}. Write {cure}.",
                option=option,
                value=shown(value),
                cure=value.replace(",", " ").split() or "['name']",
            )
        )
    if not is_list(value):
        raise PanelVARError(
            message(
                "{option} must be a list of column names; read {value}.",
                option=option,
                value=shown(value),
            )
        )
    return tuple(column_name(option, name) for name in value)


def column_name(option: str, name: object) -> str:
    """The name of a column, which must be text."""
    if not isinstance(name, str):
        raise PanelVARError(
            message(
                "{option} must name its columns as text; read {value}. "
                "Rename them first: frame.rename(columns=str).",
                option=option,
                value=shown(name),
            )
        )
    return str(name)


def variable_names(value: object) -> tuple[str, ...]:
    """Names of the variables of a system: at least one, and none twice."""
    names = column_names("variables", value)
    if not names:
        raise PanelVARError(message("At least one variable is needed; read none."))
    if len(set(names)) < len(names):
        raise PanelVARError(
            message("A variable may be named once only; read {names}.", names=listed(names))
        )
    return names
