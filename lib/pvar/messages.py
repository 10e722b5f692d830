"""What the package says: English, or another language for which `locale/` has a catalogue.

A message is written once, in English, where it is raised: `message("{n} units", n=3)`. The
catalogue (gettext) holds the sentence in other languages, with the same names in braces.
"""

from __future__ import annotations

import gettext
import os
import re
import warnings
from pathlib import Path

from pvar.errors import PanelVARWarning

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "pvar"

_spoken: gettext.NullTranslations | None = None
_language = ""


def languages() -> tuple[str, ...]:
    """Codes that `use_language` takes."""
    return ("en", *sorted(folder.name for folder in LOCALE.iterdir() if folder.is_dir()))


def use_language(code: str) -> None:
    """Speak a language from now on, in this process; "en" unless PVAR_LANGUAGE names another.

    A region or an encoding makes no difference: "zh_CN.UTF-8" is "zh".

    Raises
    ------
    ValueError
        If there is no catalogue for it.
    """
    global _spoken, _language
    named = re.split("[-_.]", code)[0].lower()
    if named not in languages():
        raise ValueError(f"No catalogue for {code!r}; there are {', '.join(languages())}.")
    english = gettext.NullTranslations()
    _spoken = english if named == "en" else gettext.translation(DOMAIN, LOCALE, [named])
    _language = named


def use_environment() -> None:
    """Speak what PVAR_LANGUAGE names; a wrong name must not hide what is to be said."""
    try:
        use_language(os.environ.get("PVAR_LANGUAGE") or "en")
    except ValueError as fault:
        use_language("en")
        warnings.warn(f"PVAR_LANGUAGE: {fault}", PanelVARWarning, stacklevel=3)


def language() -> str:
    """Code of the language spoken."""
    if not _language:
        use_environment()
    return _language


def message(text: str, **values: object) -> str:
    """A sentence in the language spoken, with values in its braces."""
    if _spoken is None:
        use_environment()
    assert _spoken is not None
    return _spoken.gettext(text).format(**values)
