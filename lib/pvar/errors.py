"""What can go wrong, told to the person at the keyboard: fault, number seen, cure.

The text is in the language of `messages.use_language`, English unless told otherwise.
"""

from __future__ import annotations


class PanelVARError(ValueError):
    """Data or a specification from which a panel VAR cannot be estimated."""


class SingularMatrixError(PanelVARError):
    """A matrix that estimation must invert has no inverse; nothing is pseudo-inverted."""


class PanelVARWarning(UserWarning):
    """An estimate that exists but should not be read without a caution."""
