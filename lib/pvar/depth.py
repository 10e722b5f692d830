"""How deep instruments may go when the caller does not say.

Moments that are many beside the units bias two-step GMM towards least squares and break its
standard errors and Hansen's test (Roodman 2009), moments that are as few as the coefficients
identify weakly and leave nothing to test. In between, the automatic depth is the largest with
at most half as many moments as units.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import lru_cache

from pvar.design import Design, Specification
from pvar.rows import instrument_layout, own_columns

#: Largest ratio of moments to units that the automatic depth allows.
MOMENTS_PER_UNIT = 0.5


@lru_cache(maxsize=256)
def resolved(specification: Specification, n_units: int, n_periods: int) -> Specification:
    """The specification with its automatic depth replaced by a number of distances.

    The moments m L are counted from the length of the calendar: columns that no row of
    the data can fill are counted too.

    Parameters
    ----------
    n_units : int
        Units, or clusters of units, that the weight will be summed over.
    n_periods : int
        Length of the calendar.

    Returns
    -------
    Specification
        Unchanged if its depth was given; with "just" where no larger depth is allowed and no
        number says the same, because variables differ in their lags.
    """
    if specification.depth is not None:
        return specification
    least, limit = max(map(len, specification.lag_sets)), MOMENTS_PER_UNIT * n_units

    def allowed(depth: int) -> bool:
        return n_moments(replace(specification, depth=depth), n_periods) <= limit

    if not allowed(least):
        just, same = (replace(specification, depth=depth) for depth in ("just", least))
        return same if same.design() == just.design() else just
    low, high = least, max(longest(specification, n_periods), least)
    if allowed(high):
        return replace(specification, depth=high)
    while high - low > 1:  # moments grow with depth, so halving finds the largest allowed
        middle = (low + high) // 2
        low, high = (middle, high) if allowed(middle) else (low, middle)
    return replace(specification, depth=low)


def longest(specification: Specification, n_periods: int) -> int:
    """Most distances that any variable has within a calendar of this length."""
    layout = instrument_layout(replace(specification, depth="all").design(), n_periods)
    return max(Counter(term.column for term in layout.levels.terms).values(), default=0)


def n_moments(specification: Specification, n_periods: int) -> int:
    """Moments over all equations that a calendar of this length allows."""
    design = specification.design()
    return len(design.outcomes) * n_columns(design, n_periods)


def n_columns(design: Design, n_periods: int) -> int:
    """Instruments of each equation."""
    layout, own = instrument_layout(design, n_periods), own_columns(design, n_periods)
    n_own = int(own.stop - own.start)
    return layout.levels.width + layout.differences.width + n_own + design.system
