"""What the package says: English, or another language for which `locale/` has a catalogue.

A message is written once, in English, where it is raised: `message("{n} units", n=3)`. The
catalogue (gettext) holds the sentence in other languages, with the same names in braces.
"""

from __future__ import annotations

import gettext
import os
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "pvar"

_spoken: gettext.NullTranslations | None = None
_language = ""


def languages() -> tuple[str, ...]:
    """Codes that `use_language` takes."""
    return ("en", *sorted(folder.name for folder in LOCALE.iterdir() if folder.is_dir()))


def use_language(code: str) -> None:
    """Speak a language from now on, in this process; "en" unless PVAR_LANGUAGE names another.

    Raises
    ------
    ValueError
        If there is no catalogue for it.
    """
    global _spoken, _language
    if code not in languages():
        raise ValueError(f"No catalogue for {code!r}; there are {', '.join(languages())}.")
    english = gettext.NullTranslations()
    _spoken = english if code == "en" else gettext.translation(DOMAIN, LOCALE, [code])
    _language = code


def language() -> str:
    """Code of the language spoken."""
    return _language or os.environ.get("PVAR_LANGUAGE", "en")


def message(text: str, **values: object) -> str:
    """A sentence in the language spoken, with values in its braces."""
    if _spoken is None:
        use_language(language())
    assert _spoken is not None
    return _spoken.gettext(text).format(**values)
