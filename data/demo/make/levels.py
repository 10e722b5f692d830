"""What the composite indices of the demo panel must reach, before any indicator exists.

A hand-set profile of the provinces is scaled so that the regional values of
``data/calibration_targets.csv`` hold; what the paper leaves open is set in the settings or solved
from the two national values of D.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from settings import FIRST, LAST, SETTINGS, YEARS, by_year, membership, profile
from synergy.claims.calibration import calibration_targets
from synergy.dictionary import units
from synergy.index import Floats

AI, EQ = SETTINGS["ai"], SETTINGS["eq"]
NATION_AI = by_year(AI["nation"])
CENTRAL_BELOW_WEST = by_year(EQ["central_below_west"])
NORTHEAST_GAP = by_year(EQ["northeast_gap"])


@dataclass(frozen=True)
class Levels:
    """Targets for the two composite indices, provinces in dictionary order.

    Attributes
    ----------
    ai : ndarray, shape (30, 2)
        U1 in the first and the last year.
    eq : ndarray, shape (30, 2)
        U2 in the first and the last year.
    eq_2019 : ndarray, shape (30,)
        U2 in 2019; NaN outside the West.
    ai_nation : ndarray, shape (13,)
        National mean of U1 before shocks.
    eq_regions : ndarray, shape (4, 13)
        Regional means of U2, in the order of ``REGIONS``.
    eq_nation : ndarray, shape (13,)
        National mean of U2.
    """

    ai: Floats
    eq: Floats
    eq_2019: Floats
    ai_nation: Floats
    eq_regions: Floats
    eq_nation: Floats


def levels(wobble: Floats) -> Levels:
    """Scale the profile to the calibration targets.

    Parameters
    ----------
    wobble : ndarray, shape (3, 13)
        Small irregularity of U2 in East, Central and West; zero in the years of a target.
    """
    aim = calibration_targets()["value"]
    ai_first, ai_last_means = _ai_means(aim)
    ai_last, eq_last = _last_year(aim, ai_last_means)
    west_2019 = _means(eq_last)[2] + EQ["west_dip"]
    eq_first = _first_year(aim, ai_first, west_2019 / (1 + aim["eq_west_increase_2019"]))
    eq_2019 = profile()["eq_2019"].to_numpy(float)
    return Levels(
        np.column_stack([ai_first, ai_last]),
        np.column_stack([eq_first, eq_last]),
        eq_2019 * west_2019 / np.nanmean(eq_2019),
        np.interp(
            YEARS,
            [FIRST, *NATION_AI, LAST],
            [ai_first.mean(), *NATION_AI.values(), ai_last.mean()],
        ),
        *_eq_paths(_means(eq_first), _means(eq_last), west_2019, wobble),
    )


def _ai_means(aim: pd.Series[float]) -> tuple[Floats, Floats]:
    """U1 of the provinces in the first year, and of the regions in the last."""
    areas = ["central", "west", "northeast"]
    first, last = ([aim[f"ai_{area}_{year}"] for area in areas] for year in (FIRST, LAST))
    nation = aim["ai_national_2022"] / (1 + AI["increase"])
    size = _sizes()
    east = (nation * size.sum() - size[1:] @ first) / size[0]
    start = _scaled(profile()["ai_2010"].to_numpy(float), np.array([east, *first]))
    return start, np.array([aim["ai_east_ratio_2022"] * aim["ai_national_2022"], *last])


def _last_year(aim: pd.Series[float], ai_means: Floats) -> tuple[Floats, Floats]:
    """U1 and U2 of the provinces in 2022; the West's U2 is solved from the nation's D."""

    def at(west: float) -> tuple[Floats, Floats]:
        size, gap, ratio = _sizes(), NORTHEAST_GAP[LAST], aim["eq_east_ratio_2022"]
        known = size[1] * aim["eq_central_2022"] + size[2] * west + size[3] * gap
        nation = known / (size[:3].sum() - size[0] * ratio)
        means = np.array([ratio * nation, aim["eq_central_2022"], west, nation + gap])
        eq = _scaled(profile()["eq_2022"].to_numpy(float), means)
        return _with_guangdong(ai_means, eq, aim["d_guangdong_2022"]), eq

    west = brentq(lambda mean: _mean_d(*at(mean)) - aim["d_national_2022"], 0.15, 0.3)
    return at(west)


def _with_guangdong(means: Floats, eq: Floats, d: float) -> Floats:
    """U1 in 2022: Guangdong from its D and U2, the rest of the East from the East's mean."""
    ai = _scaled(profile()["ai_2022"].to_numpy(float), means)
    names = profile().index
    guangdong = names == "广东"
    others = (units()["region"] == "东部").to_numpy() & ~guangdong
    ai[guangdong] = d**4 / eq[guangdong]
    ai[others] *= (_sizes()[0] * means[0] - ai[guangdong].sum()) / ai[others].sum()
    return ai


def _first_year(aim: pd.Series[float], ai: Floats, west: float) -> Floats:
    """U2 of the provinces in 2010; the East's mean is solved from the nation's D."""

    def at(east: float) -> Floats:
        central, gap = west - CENTRAL_BELOW_WEST[FIRST], NORTHEAST_GAP[FIRST]
        nation = _nation(np.array([east, central, west]), gap)
        means = np.array([east, central, west, nation + gap])
        return _scaled(profile()["eq_2010"].to_numpy(float), means)

    east = brentq(lambda mean: _mean_d(ai, at(mean)) - aim["d_national_2010"], 0.08, 0.4)
    return at(east)


def _eq_paths(
    first: Floats, last: Floats, west_2019: float, wobble: Floats
) -> tuple[Floats, Floats]:
    """U2 of regions and nation by year; the Northeast follows the nation at a set gap."""
    knots = np.array(
        [
            [first[0], EQ["east_2016"], EQ["east_2019_share"] * last[0], last[0]],
            [first[1], EQ["west_2016"] - CENTRAL_BELOW_WEST[2016], EQ["central_2019"], last[1]],
            [first[2], EQ["west_2016"], west_2019, last[2]],
        ]
    )
    paths = np.array([np.interp(YEARS, [FIRST, 2016, 2019, LAST], row) for row in knots]) + wobble
    gap = np.interp(YEARS, list(NORTHEAST_GAP), list(NORTHEAST_GAP.values()))
    nation = _nation(paths, gap)
    return np.vstack([paths, nation + gap]), nation


def _nation(three: Floats, gap: Floats | float) -> Floats:
    """National mean from three regions and the Northeast's distance from the nation."""
    size = _sizes()
    mean: Floats = (size[:3] @ three + size[3] * gap) / size[:3].sum()
    return mean


def _sizes() -> Floats:
    """Number of provinces per region."""
    sizes: Floats = (membership() > 0).sum(axis=1).astype(float)
    return sizes


def _means(values: Floats) -> Floats:
    return membership() @ values


def _scaled(values: Floats, means: Floats) -> Floats:
    """Multiply each region's provinces so that the regional means are as given."""
    return values * ((membership() > 0).T @ (means / _means(values)))


def _mean_d(ai: Floats, eq: Floats) -> float:
    return float(((ai * eq) ** 0.25).mean())
