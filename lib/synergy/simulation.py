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
from synergy.arrows import LINEAR
from synergy.demo import REGIONAL, true_dynamics
from synergy.dictionary import DATA_DIR, published_table, units
from synergy.links import link_names
from synergy.system import OPTIONS, VARIABLES, Interaction, System, published_frame

FOLDER = DATA_DIR / "monte_carlo"
#: The size of the paper's panel.
UNITS = len(units())
#: Titles by transform and time effects.
ESTIMATORS: dict[tuple[str, str], str] = {
    (option.transform, option.time_effects): option.title for option in OPTIONS.values()
}
ESTIMATORS |= {("pvar2-asymmetric", "none"): f"{OPTIONS['pvar2'].title}，两边样本不一"}
#: Transform of the study by correction of least squares.
_WITHIN = {None: "within", "half-panel-jackknife": "within-jackknife"}
ESTIMATORS |= {(_WITHIN[o.correction], o.time_effects): o.title for o in LINEAR.values()}
#: Transforms estimated with instruments.
GMM = ("fod", "pvar2", "pvar2-asymmetric")
#: Truths without effects of one variable on another.
UNRELATED = ("no-cross-effects", "unequal-growth-alone", "trends-alone")
#: By what a panel is compared with the truths; what is smaller than TINY is nothing.
MATCHED = {
    "median_cragg_donald_f": "工具强度 F",
    "spread": "省均值的离散",
    "common_trend": "全国共同的趋势",
    "own_trend": "各省趋势的离散",
}
TINY = 1e-3
#: What counts as "most estimates" and as "next to none".
MOST, HARDLY = 0.5, 0.05
#: Observations that leave a degree of freedom around a unit's own line.
LEAST_PERIODS = 3


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
    """Size of the study: replications by number of units, runs in all."""

    truths: int
    estimators: int
    units: int
    periods: int
    variables: int
    replications: dict[int, list[int]]
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
        {
            int(n): sorted(map(int, each.loc[each["units"] == n, "replications"].unique()))
            for n in each["units"].unique()
        },
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


def printed_precision(study: pd.DataFrame) -> pd.Series:
    """The truth whose standard errors are those of table 4, estimated plainly."""
    rows = select(study)
    row: pd.Series = rows[rows["scenario"] == "printed-precision"].iloc[0]
    return row


def by_chance(study: pd.DataFrame) -> pd.DataFrame:
    """What least squares finds at 10 % in panels that trend by unit as the real one does.

    Returns
    -------
    DataFrame
        By the keys of `arrows.LINEAR`: mean number of effects between variables where there are
        none (`unrelated`) and of own lags where nothing lasts (`fleeting`), and what 95 % do not
        exceed (`unrelated_most`, `fleeting_most`).
    """
    facts = {}
    for key, option in LINEAR.items():
        rows = select(study, _WITHIN[option.correction], option.time_effects)
        rows = rows.set_index("scenario")
        facts[key] = [
            rows.loc[scenario, f"{kind}_stars_wild{end}"]
            for scenario, kind in (
                ("unequal-growth-alone", "off_diagonal"),
                ("trends-alone", "own"),
            )
            for end in ("", "_p95")
        ]
    columns = ["unrelated", "unrelated_most", "fleeting", "fleeting_most"]
    return pd.DataFrame.from_dict(facts, orient="index", columns=columns)


class FalseRejections(NamedTuple):
    """How often Anderson and Rubin's test at 10 % finds effects where there are none, at worst.

    Shares of equations: plain, under the truth `title`, and with year means taken out.
    """

    title: str
    plain: float
    demeaned: float


def false_rejections(study: pd.DataFrame) -> FalseRejections:
    """The worst truths without effects of one variable on another."""
    rows = [select(study, effects=effects) for effects in ("none", "demean")]
    plain, demeaned = (
        part[part["scenario"].isin(UNRELATED)].set_index("title")["anderson_rubin_rejected"]
        for part in rows
    )
    return FalseRejections(str(plain.idxmax()), float(plain.max()), float(demeaned.max()))


def linear_study(study: pd.DataFrame) -> pd.DataFrame:
    """Coverage of 95 % intervals with year means taken out: forward deviations, least squares.

    Returns
    -------
    DataFrame
        By title of the truth: `fod`, `within`, `jackknife`.
    """
    methods = {"fod": "fod", "within": "within", "jackknife": "within-jackknife"}
    facts = {
        name: select(study, method, "demean").set_index("title")["coverage_clustered"]
        for name, method in methods.items()
    }
    return pd.DataFrame(facts)


def most_by_chance(study: pd.DataFrame) -> float:
    """Most stars between variables, on average, of a GMM estimate where nothing is related.

    Over the truths without effects and the estimates of the paper's kind.
    """
    rows = pd.concat([select(study), select(study, "pvar2")])
    unrelated = rows["scenario"].isin(UNRELATED)
    return float(rows.loc[unrelated, "off_diagonal_stars_clustered"].max())


class Match(NamedTuple):
    """The truth that is most like a panel.

    Attributes
    ----------
    row : Series
        Of the study, the plain estimate.
    facts : DataFrame
        By `MATCHED`: `panel` and `truth`.
    width : float
        How many times as far the estimates scatter as in the base case (median of the
        interquartile ranges).
    periods : int
        Years of the panel.
    """

    row: pd.Series
    facts: pd.DataFrame
    width: float
    periods: int


def nearest(study: pd.DataFrame, here: Interaction) -> Match | None:
    """The truth most like the panel at hand in strength of instruments, spread and trends.

    The least sum of squared logarithms of ratios over `MATCHED`. None where the panel has no
    such system.
    """
    if "fod" not in here.estimates or here.absent:
        return None
    plain, rows = select(study), select(coefficients_study())
    wide = here.frame[list(VARIABLES)].unstack("year").to_numpy()
    cube = wide.reshape(len(wide), len(VARIABLES), -1).swapaxes(1, 2)
    strength = here.estimates["fod"].strength
    facts = pd.Series({"median_cragg_donald_f": strength, **panel_shape(cube)})[list(MATCHED)]
    gaps = np.log(plain[list(MATCHED)].clip(lower=TINY) / facts.clip(lower=TINY))
    row = plain.loc[(gaps**2).sum(axis=1).idxmin()]
    alike = rows[(rows["scenario"] == row["scenario"]) & (rows["radius"] == row["radius"])]
    ranges = [part["interquartile_range"].to_numpy() for part in (alike, base_case(rows))]
    both = pd.DataFrame({"panel": facts, "truth": row[list(MATCHED)]})
    return Match(row, both, float(np.median(ranges[0] / ranges[1])), cube.shape[1])


def panel_shape(values: np.ndarray) -> dict[str, float]:
    """How far apart units are and how they trend, in standard deviations around their own lines.

    Parameters
    ----------
    values : array (units, periods, variables)
        NaN where missing; units with fewer than three periods are left out.

    Returns
    -------
    dict
        Medians over variables of `spread` (standard deviation of unit means), `common_trend` (size
        of the mean change from the first to the last period along fitted lines) and `own_trend`
        (standard deviation of these changes).
    """
    level, change = _own_lines(values)
    return {
        "spread": float(np.median(np.nanstd(level, axis=0, ddof=1))),
        "common_trend": float(np.median(np.abs(np.nanmean(change, axis=0)))),
        "own_trend": float(np.median(np.nanstd(change, axis=0, ddof=1))),
    }


def _own_lines(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and change of every unit along its own line (units, variables); NaN where too short.

    In standard deviations of what is left around the lines, pooled over units.
    """
    seen = np.isfinite(values)
    count = seen.sum(axis=1)
    used = count >= LEAST_PERIODS
    periods = np.where(seen, np.arange(values.shape[1])[:, None], np.nan)
    mean, middle = (np.nansum(part, axis=1) / np.maximum(count, 1) for part in (values, periods))
    away, turn = values - mean[:, None], periods - middle[:, None]
    slope = np.nansum(away * turn, axis=1) / np.where(used, np.nansum(turn**2, axis=1), np.nan)
    around = np.nansum((away - slope[:, None] * turn) ** 2, axis=(0, 1))
    scale = np.sqrt(around / np.where(used, count - 2, 0).sum(axis=0))
    return np.where(used, mean, np.nan) / scale, slope * (values.shape[1] - 1) / scale


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
