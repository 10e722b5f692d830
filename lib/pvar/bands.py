"""Intervals from draws, and bands of responses: pointwise, or for a whole path at once."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from pvar.errors import PanelVARWarning
from pvar.linalg import Array
from pvar.messages import message
from pvar.options import check_choice, check_level
from pvar.responses import ResponseKind, drawn_by_kind, impulse_responses, long_responses

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from pvar.bootstrap import Draws

IntervalMethod = Literal["percentile", "bias-corrected"]
BandMethod = Literal["percentile", "bias-corrected", "sup-t"]
BAND_METHODS: tuple[BandMethod, ...] = get_args(BandMethod)
Explosive = Literal["keep", "drop"]
Over = Literal["horizons", "all"]


@dataclass(frozen=True, eq=False)
class ResponseBands:
    """Point responses with a band.

    Attributes
    ----------
    point, lower, upper : array (horizon + 1, response, impulse)
    kind, method : str
        Of the responses and of the band.
    level : float
        Nominal coverage of whatever `simultaneous` says.
    simultaneous : {"no", "horizons", "all"}
        Whether the level holds at each point by itself, along each pair's whole path, or for
        all pairs and horizons together.
    n_used : int
        Draws behind the band.
    draws : Draws
    """

    point: Array
    lower: Array
    upper: Array
    kind: str
    method: str
    level: float
    simultaneous: str
    n_used: int
    draws: Draws = field(repr=False)

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of responses and impulses."""
        return self.draws.results.variables

    @property
    def n_failed(self) -> int:
        """Draws without an estimate."""
        return self.draws.n_failed

    @property
    def n_explosive(self) -> int:
        """Draws whose system is not stable, whether kept or not."""
        return self.draws.n_explosive

    @property
    def sentence(self) -> str:
        """What the band covers, in one sentence."""
        percent = f"{100 * self.level:g}"
        if self.simultaneous == "horizons":
            return message(
                "{percent} % bands, simultaneous over the horizons of each pair (sup-t).",
                percent=percent,
            )
        if self.simultaneous == "all":
            return message(
                "{percent} % bands, simultaneous over all pairs and horizons (sup-t).",
                percent=percent,
            )
        return message(
            "{percent} % bands, pointwise: at each horizon by itself ({method}).",
            percent=percent,
            method=self.method,
        )

    def to_frame(self) -> pd.DataFrame:
        """Long form: impulse, response, horizon, value, lower, upper."""
        bounds = {"lower": self.lower, "upper": self.upper}
        return long_responses(self.variables, value=self.point, **bounds)

    def plot(self) -> Figure:
        """Draw them with `plots.plot_fevd` or `plots.plot_irf`; needs matplotlib."""
        return drawn_by_kind(self)


def response_bands(
    draws: Draws,
    kind: ResponseKind,
    *,
    horizon: int,
    level: float,
    method: BandMethod,
    over: Over,
    order: Sequence[str] | None,
    cumulative: bool,
    explosive: Explosive,
) -> ResponseBands:
    """Bands of responses; see `Draws.bands`."""
    check_choice("explosive", explosive, ("keep", "drop"))
    check_choice("method", method, BAND_METHODS)
    check_choice("over", over, ("horizons", "all"))
    results, kept = draws.results, draws.usable(explosive)
    point = results.responses(kind, horizon=horizon, order=order, cumulative=cumulative).values
    values = impulse_responses(
        results.specification.dynamics_of(draws.coefficients[kept]),
        draws.sigma[kept],
        kind=kind,
        horizon=horizon,
        order=results.positions(order),
        cumulative=cumulative,
    )
    if method == "sup-t":
        lower, upper = sup_t(values, point, level, 0 if over == "horizons" else None)
        if kind == "fevd":
            lower, upper = np.maximum(lower, 0.0), np.minimum(upper, 1.0)
    else:
        lower, upper = interval(values, point, level, method)
    simultaneous = over if method == "sup-t" else "no"
    return ResponseBands(
        point, lower, upper, kind, method, level, simultaneous, int(kept.sum()), draws
    )


def interval(
    draws: Array, point: Array, level: float, method: IntervalMethod
) -> tuple[Array, Array]:
    """Bounds at a nominal level from draws along the first axis.

    The bias-corrected levels are ndtr(2 z0 -+ z), z0 the normal quantile of the share of
    draws below the point (Efron 1981).
    """
    check_choice("method", method, get_args(IntervalMethod))
    check_level(level)
    warn_of_few(len(draws), level)
    ordered = np.sort(draws, axis=0)
    z = float(ndtri(0.5 + level / 2.0))
    shift: Array = np.zeros_like(point)
    if method == "bias-corrected":
        below = (draws < point).mean(axis=0) + 0.5 * (draws == point).mean(axis=0)
        shift = 2.0 * ndtri(np.clip(below, 0.5 / len(draws), 1.0 - 0.5 / len(draws)))
    return quantile(ordered, ndtr(shift - z)), quantile(ordered, ndtr(shift + z))


def warn_of_few(n_draws: int, level: float) -> None:
    """Warn where no draw can lie outside the interval on either side."""
    least = round(2.0 / (1.0 - level))
    if n_draws < least:
        warnings.warn(
            message(
                "{draws} draws are too few for a level of {level}: the interval ends at or near "
                "the farthest draws. Take {least} at the least, better 1000.",
                draws=n_draws,
                level=level,
                least=least,
            ),
            PanelVARWarning,
            stacklevel=2,
        )


def sup_t(draws: Array, point: Array, level: float, axis: int | None) -> tuple[Array, Array]:
    """point -+ c s, where c is the level's quantile over draws of max |draw - point| / s.

    The plug-in band of Montiel Olea and Plagborg-Møller (2019), with the maximum along `axis`
    of the point's axes, None for all. The scale s of a cell is half the width of its pointwise
    percentile interval over the normal quantile: a standard deviation where draws are normal,
    and unmoved by the few draws that explode, which a standard deviation would follow.
    """
    lower, upper = interval(draws, point, level, "percentile")
    scale = (upper - lower) / (2.0 * float(ndtri(0.5 + level / 2.0)))
    distance = np.abs(draws - point)
    ratio = np.divide(distance, scale, out=np.zeros_like(distance), where=scale > 0.0)
    axes = None if axis is None else axis + 1
    largest = ratio.reshape(len(draws), -1).max(axis=1) if axes is None else ratio.max(axis=axes)
    critical = np.quantile(largest, level, axis=0)
    return point - critical * scale, point + critical * scale


def quantile(ordered: Array, probability: Array) -> Array:
    """Linear interpolation between order statistics, a probability for each cell."""
    place = probability * (len(ordered) - 1)
    low = np.clip(np.floor(place).astype(np.int64), 0, len(ordered) - 2)
    first = np.take_along_axis(ordered, low[None], axis=0)[0]
    second = np.take_along_axis(ordered, low[None] + 1, axis=0)[0]
    return np.asarray(first + (place - low) * (second - first))
