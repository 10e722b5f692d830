"""How far estimation gets where the truth is known: the simulation study and the demo panel.

`benchmarks/pvar_monte_carlo.py` writes data/monte_carlo at the size of the paper's panel; nothing
is simulated here. The functions return facts; the chapters say them.
"""

from __future__ import annotations

import tomllib
import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pvar import least_squares
from pvar.responses import eigenvalue_moduli
from synergy.demo import REGIONAL, true_dynamics
from synergy.dictionary import DATA_DIR, published_table, units
from synergy.links import link_names
from synergy.system import OPTIONS, VARIABLES, Interaction, System, published_frame

FOLDER = DATA_DIR / "monte_carlo"
#: The size of the paper's panel.
UNITS = len(units())
#: Titles by transform and time effects.
ESTIMATORS = {(option.transform, option.time_effects): option.title for option in OPTIONS.values()}
ESTIMATORS |= {("pvar2-asymmetric", "none"): f"{OPTIONS['pvar2'].title}，两边样本不一"}
#: What counts as "most estimates" and as "next to none".
MOST, HARDLY = 0.5, 0.05


# --- the simulation study ---------------------------------------------------------------------


@cache
def _study() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "study.toml").read_text(encoding="utf-8"))


@cache
def systems_study() -> pd.DataFrame:
    """One row per truth, size and estimator; see data/monte_carlo/README.md for the columns."""
    return _titled(pd.read_csv(FOLDER / "systems.csv"))


@cache
def coefficients_study() -> pd.DataFrame:
    """One row per truth, size, estimator and coefficient; `link` names the coefficient."""
    study = _titled(pd.read_csv(FOLDER / "coefficients.csv"))
    return study.assign(link=link_names(study["regressor"], study["equation"]))


def _titled(study: pd.DataFrame) -> pd.DataFrame:
    """Add the columns `title` (with the modulus where several are studied) and `estimator`."""
    several = study.groupby("scenario")["radius"].transform("nunique") > 1
    titles = study["scenario"].map({name: t["title"] for name, t in _study()["truths"].items()})
    moduli = study["radius"].map("，模 {:g}".format)
    pairs = zip(study["transform"], study["time_effects"], strict=True)
    return study.assign(
        title=titles + moduli.where(several, ""), estimator=[ESTIMATORS[pair] for pair in pairs]
    )


def truths() -> pd.DataFrame:
    """The true processes of the study; index = name, columns `title` and `setting`."""
    radius = systems_study().groupby("scenario")["radius"].first()
    facts = {
        name: (
            truth["title"],
            truth["setting"].format(periods=_study()["periods"], radius=radius[name], **truth),
        )
        for name, truth in _study()["truths"].items()
    }
    return pd.DataFrame.from_dict(facts, orient="index", columns=["title", "setting"])


class Design(NamedTuple):
    """Size of the study: replications of each truth at the paper's size, runs in all."""

    truths: int
    estimators: int
    units: int
    periods: int
    variables: int
    replications: list[int]
    runs: int


def design() -> Design:
    """Size of the study."""
    rows = systems_study()
    each = rows.drop_duplicates(["scenario", "radius", "units"])
    return Design(
        each["scenario"].nunique(),
        rows["estimator"].nunique(),
        UNITS,
        _study()["periods"],
        len(VARIABLES),
        sorted(each.loc[each["units"] == UNITS, "replications"].unique()),
        int(each["replications"].sum()),
    )


def select(
    study: pd.DataFrame, transform: str = "fod", effects: str = "none", units: int = UNITS
) -> pd.DataFrame:
    """Rows of one estimator at one size, in the order of the study."""
    kept = (study["transform"] == transform) & (study["time_effects"] == effects)
    return study[kept & (study["units"] == units)]


def base_case(study: pd.DataFrame) -> pd.DataFrame:
    """Rows of the truth shaped like table 4 with largest modulus .8."""
    return study[(study["scenario"] == "near-table-4") & (study["radius"] == 0.8)]


def printed_stars() -> int:
    """Stars on effects of one variable on another in the paper's table 4."""
    cells = published_table(4)
    return int(((cells["stars"] > 0) & (cells["equation"] != cells["regressor"])).sum())


def printed_modulus() -> float:
    """Largest modulus of an eigenvalue of the paper's table 4."""
    return float(eigenvalue_moduli(published_frame("coefficient").to_numpy())[0])


def compared(study: pd.DataFrame) -> pd.DataFrame:
    """Every truth at the paper's size, estimated plainly and with year means taken out.

    Returns
    -------
    DataFrame
        The rows of the plain estimate with `demeaned`, the share explosive without year means;
        `hurt` where most plain estimates are explosive, `cured` where year means mend that.
    """
    plain, demeaned = select(study), select(study, effects="demean")["share_explosive"].to_numpy()
    hurt = plain["share_explosive"] > MOST
    return plain.assign(demeaned=demeaned, hurt=hurt, cured=hurt & (demeaned < HARDLY))


def nearest(study: pd.DataFrame, here: Interaction) -> pd.Series | None:
    """The truth whose instruments are about as weak as those of the panel at hand.

    Returns
    -------
    Series or None
        Its row of the study, with the panel's own `strength` and `spread`: how many times as far
        its coefficients scatter as in the base case (median of the interquartile ranges). None
        where the panel has no such system.
    """
    if "fod" not in here.estimates or here.absent:
        return None
    plain, rows = select(study), select(coefficients_study())
    strength = here.estimates["fod"].strength
    row: pd.Series = plain.loc[
        np.log(plain["median_cragg_donald_f"] / strength).abs().idxmin()
    ].copy()
    alike = rows[(rows["scenario"] == row["scenario"]) & (rows["radius"] == row["radius"])]
    ranges = [part["interquartile_range"].to_numpy() for part in (alike, base_case(rows))]
    row["strength"], row["spread"] = strength, float(np.median(ranges[0] / ranges[1]))
    return row


# --- the demo panel ---------------------------------------------------------------------------


def true_system() -> System:
    """The dynamic built into the demo panel.

    The shock of a province is its own plus its region's, so its variance is 1 + REGIONAL
    times the tabulated one.
    """
    truth = true_dynamics(VARIABLES)
    sigma = np.diag((1.0 + REGIONAL) * truth.shock_sd**2)
    return System("真值", VARIABLES, truth.matrix, sigma)


def within_system(frame: pd.DataFrame) -> System:
    """Least squares after removing province and year means.

    Biased by about -(1 + a)/T (Nickell 1981), but not weakly identified.

    Parameters
    ----------
    frame : DataFrame
        Balanced, with all five sub-indices.
    """
    with warnings.catch_warnings(action="ignore"):  # about intervals, which are not used
        found = least_squares(frame, VARIABLES, time_effects="demean")
    return System("最小二乘（去省、年均值）", VARIABLES, found.dynamics, found.sigma)


def recovery(truth: System, here: Interaction, others: Sequence[System]) -> pd.DataFrame:
    """How near each estimate of the demo panel comes to the dynamic built into it.

    Returns
    -------
    DataFrame
        By title: `mean` and `largest` absolute error, how many of the true effects (`real`) have
        the wrong sign (`flipped`), `modulus`, and how many of the `size` bootstrap intervals
        hold the truth (`covers`, NaN without a bootstrap).
    """
    systems = [*here.estimates.values(), *others]
    facts = {system.title: _errors(system, truth) for system in systems}
    return pd.DataFrame.from_dict(facts, orient="index")


def _errors(system: System, truth: System) -> dict[str, float]:
    gap, real = np.abs(system.dynamics - truth.dynamics), truth.dynamics != 0
    flipped = (np.sign(system.dynamics) != np.sign(truth.dynamics)) & real
    low, high = system.intervals()
    covers = ((low <= truth.dynamics) & (truth.dynamics <= high)).sum()
    return {
        "mean": gap.mean(),
        "largest": gap.max(),
        "flipped": flipped.sum(),
        "real": real.sum(),
        "size": real.size,
        "modulus": system.modulus,
        "covers": np.nan if system.draws is None else covers,
    }
