r"""Places: which provinces meet AI with little to fall back on, and what might help there.

Input is the findings frame of a panel: MultiIndex (province, year), sub-indices in [0, 1].
Components, instruments and their mapping are data: ``data/place_profiles.toml``.

Limits: relative standing within one year and one panel, not a forecast of lost jobs; weights
are a judgement, which is why a reader can move them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from synergy.dictionary import DATA_DIR, indicators
from synergy.policy.parameters import bounds, defaults, parameter_table
from synergy.policy.sensitivity import latin_hypercube
from synergy.policy.symbols import Values

if TYPE_CHECKING:
    from synergy.dictionary import Place
    from synergy.evidence import Findings


class Component(NamedTuple):
    """Column of the findings, +1 if more of it is more risk, Chinese name, argument it becomes."""

    column: str
    sign: int
    name: str
    scaled: str


class Lever(NamedTuple):
    """Instrument: Chinese name, and the gaps (-1) or strengths (+1) it answers."""

    name: str
    answers: dict[str, int]


_PROFILES = tomllib.loads((DATA_DIR / "place_profiles.toml").read_text(encoding="utf-8"))

COMPONENTS = {key: Component(**entry) for key, entry in _PROFILES["components"].items()}
LEVERS = {key: Lever(**entry) for key, entry in _PROFILES["levers"].items()}

#: Chinese names of the columns that components and instruments look at.
SUB_INDICES = {"AI": "人工智能指数"} | {
    str(column): str(name)
    for column, name in indicators().set_index("dimension")["dimension_zh"].items()
}


class RegionalRisk(NamedTuple):
    """Risk of each province in one year.

    `scaled` holds each component scaled to [0, 1] within the year, 1 = most at risk, `parts` the
    weighted components; their sum is `risk`, in [0, 1] and highest first. `weights` sum to 1.
    """

    year: int
    scaled: pd.DataFrame
    parts: pd.DataFrame
    risk: pd.Series
    weights: pd.Series


def snapshot(frame: pd.DataFrame, *, first: bool = False) -> pd.DataFrame:
    """Findings of the last year, or of the first, index province."""
    years = frame.index.get_level_values("year")
    year = years.min() if first else years.max()
    now: pd.DataFrame = frame[years == year].droplevel("year")
    if now.index.has_duplicates:
        raise ValueError(f"{now.index[now.index.duplicated()][0]} occurs twice in {year}")
    return now


def scale_within(column: pd.Series, direction: int = 1) -> pd.Series:
    """Min-max scaling to [0, 1]; direction -1 turns it round; a constant gives 0.5."""
    span = column.max() - column.min()
    if not span > 0:
        return pd.Series(0.5, index=column.index).where(column.notna())
    scaled: pd.Series = (column - column.min()) / span
    return scaled if direction > 0 else 1 - scaled


def weighted_risk(
    *,
    exposure_weight: Values,
    skill_weight: Values,
    security_weight: Values,
    scaled_exposure: Values,
    scaled_skill_gap: Values,
    scaled_security_gap: Values,
) -> Values:
    r"""Relative risk, :math:`\sum_k w_k x_k / \sum_k w_k`, components scaled to [0, 1]."""
    exposed = exposure_weight * scaled_exposure
    gaps = skill_weight * scaled_skill_gap + security_weight * scaled_security_gap
    return (exposed + gaps) / (exposure_weight + skill_weight + security_weight)


def regional_risk(frame: pd.DataFrame, weights: Mapping[str, float] | None = None) -> RegionalRisk:
    r"""Weigh exposure to AI against what a province has to fall back on, in the last year.

    Parameters
    ----------
    frame : pandas.DataFrame
        MultiIndex (province, year); the columns of `COMPONENTS` at least.
    weights : mapping, optional
        Keys of `COMPONENTS`; not negative, any scale. The parameter table's when left out.

    Notes
    -----
    `weighted_risk` of the components scaled to [0, 1] across provinces of the year: exposure AI,
    vulnerability 1 - LQ and 1 - SS (the hazard-vulnerability reading of composite risk indices).

    Raises
    ------
    ValueError
        Unknown or negative weights, all weights zero, or a missing column.
    """
    chosen = _weights(weights)
    now = snapshot(frame)
    missing = {part.column for part in COMPONENTS.values()} - set(now.columns)
    if missing:
        raise ValueError(f"frame lacks the columns {', '.join(sorted(missing))}")
    scaled = pd.DataFrame(
        {key: scale_within(now[part.column], part.sign) for key, part in COMPONENTS.items()}
    )
    arguments: dict[str, Any] = {part.scaled: scaled[key] for key, part in COMPONENTS.items()}
    arguments |= {str(key): weight for key, weight in chosen.items()}
    risk = pd.Series(weighted_risk(**arguments), name="risk").sort_values(ascending=False)
    when = int(frame.index.get_level_values("year").max())
    return RegionalRisk(when, scaled, scaled * chosen, risk, chosen)


def _weights(weights: Mapping[str, float] | None) -> pd.Series:
    given = defaults(COMPONENTS) if weights is None else dict(weights)
    unknown = sorted(given.keys() - COMPONENTS.keys())
    if unknown:
        raise ValueError(f"unknown weight {unknown[0]!r}; known: {', '.join(COMPONENTS)}")
    series = pd.Series({name: float(given.get(name, 0.0)) for name in COMPONENTS})
    if (series < 0).any() or not series.sum() > 0:
        raise ValueError(f"weights must not be negative nor all zero; got {dict(series)}")
    return series / series.sum()


def lever_fit(frame: pd.DataFrame) -> pd.DataFrame:
    """How well each instrument answers a province's profile in the last year.

    Returns
    -------
    pandas.DataFrame
        Index province, one column per instrument of `LEVERS`, in [0, 1]: the mean of the ranks,
        scaled to [0, 1], of the gaps and strengths it answers. Ranks, since a few provinces far
        ahead would make all others look alike. Standing within the year, not an effect.
    """
    now = snapshot(frame)
    return pd.DataFrame(
        {
            key: sum(scale_within(now[c].rank(), sign) for c, sign in lever.answers.items())
            / len(lever.answers)
            for key, lever in LEVERS.items()
        }
    )


class Answer(NamedTuple):
    """An instrument that answers a province's profile.

    `fit` in [0, 1]; `ranks` holds, for each sub-index it answers, its Chinese name, -1 if a low
    one is answered or +1 if a high one, and the province's rank counted from that end.
    """

    name: str
    fit: float
    ranks: list[tuple[str, int, int]]


class Profile(NamedTuple):
    """Where a place stands in relative risk, and which instruments answer that.

    Attributes
    ----------
    label : str
        The place in running text.
    is_unit : bool
        Whether the place is one province.
    year : int
    risk : Series
        Of the provinces of the place, highest first; empty if sub-indices are missing.
    peers : int
        Provinces ranked.
    rank : int
        Of the place's riskiest province among them, 1 = highest; 0 if there is none.
    driver : str
        The component that adds most to that province's risk.
    answers : list of Answer
        Instruments that fit that province best.
    levers : Series
        How many provinces of the place each instrument fits best, most frequent first.
    """

    label: str
    is_unit: bool
    year: int
    risk: pd.Series
    peers: int
    rank: int
    driver: str
    answers: list[Answer]
    levers: pd.Series


def place_profile(place: Place, frame: pd.DataFrame) -> Profile:
    """Where a place stands in the last year, and what answers that; see `regional_risk`.

    Parameters
    ----------
    place : Place
        A province, or a place that provinces lie in.
    frame : pandas.DataFrame
        MultiIndex (province, year); indices and sub-indices.
    """
    found = regional_risk(frame)
    ranked = found.risk.dropna()
    inside = ranked[ranked.index.isin(place.members)]
    fit = lever_fit(frame).loc[inside.index].dropna(how="all")
    best = fit.idxmax(axis=1).map({key: lever.name for key, lever in LEVERS.items()})
    shape = place.label, place.is_unit, found.year, inside, len(ranked)
    if inside.empty:
        return Profile(*shape, 0, "", [], best.value_counts())
    first = str(inside.index[0])
    rank = int((ranked > ranked[first]).sum()) + 1
    driver = COMPONENTS[str(found.parts.loc[first].idxmax())].name
    fitting = fit.T[first].dropna().nlargest(2)
    chosen = [_answer(frame, first, str(key), float(value)) for key, value in fitting.items()]
    return Profile(*shape, rank, driver, chosen, best.value_counts())


def _answer(frame: pd.DataFrame, province: str, lever: str, fit: float) -> Answer:
    now, (name, answers) = snapshot(frame), LEVERS[lever]
    ranks = [
        (SUB_INDICES[column], sign, int(now[column].rank(ascending=sign < 0)[province]))
        for column, sign in answers.items()
    ]
    return Answer(name, fit, ranks)


def rank_ranges(frame: pd.DataFrame, draws: int = 400) -> pd.DataFrame:
    """Range of each province's rank of risk over evenly drawn weights.

    Returns
    -------
    pandas.DataFrame
        Index province, columns ``region``, ``estimate`` (rank at the default weights),
        ``lower`` and ``upper`` (5 % and 95 % of the ranks over the draws); highest risk first.
    """
    risk = regional_risk(frame)
    scaled = risk.scaled.dropna()
    weights = latin_hypercube(list(scaled.columns), draws).to_numpy() + 1e-12
    scores = scaled.to_numpy() @ (weights / weights.sum(axis=1, keepdims=True)).T
    ranks = pd.DataFrame(scores, index=scaled.index).rank(ascending=False, method="min")
    low, high = ranks.quantile(0.05, axis=1), ranks.quantile(0.95, axis=1)
    estimate = risk.risk[scaled.index].rank(ascending=False, method="min")
    regions = frame.groupby("province")["region"].first()[scaled.index]
    table = pd.DataFrame({"region": regions, "estimate": estimate, "lower": low, "upper": high})
    return table.sort_values("estimate")


class RankFreedom(NamedTuple):
    """How far the weights move the ranks: widths in places, and provinces that keep their third.

    `firm` counts those that stay in the first or the last third over nearly all weights.
    """

    provinces: int
    median: float
    widest: float
    firm: int


def rank_freedom(ranges: pd.DataFrame) -> RankFreedom:
    """Sum up `rank_ranges`; widths are NaN without provinces."""
    width, third = ranges["upper"] - ranges["lower"], len(ranges) / 3
    firm = int(((ranges["upper"] <= third) | (ranges["lower"] > 2 * third)).sum())
    return RankFreedom(len(ranges), float(width.median()), float(width.max()), firm)


def regional_defaults(frame: pd.DataFrame) -> pd.DataFrame:
    """Place each province within the ranges of some assumptions by its standing.

    Returns
    -------
    pandas.DataFrame
        Index province, columns symbols: low end of its range for the last province of the last
        year, high end for the first. An assumed mapping of ranks, not an estimate.
    """
    now, columns = snapshot(frame), _PROFILES["standing"]
    standing = {symbol: scale_within(now[column].rank()) for symbol, column in columns.items()}
    return pd.DataFrame(
        {s: low + standing[s] * (high - low) for s, (low, high) in bounds(columns).items()}
    )


def regional_start(place: Place, findings: Findings) -> dict[str, float]:
    """Where an edition's sliders start: by the standing of its place, or of the units in it.

    Returns
    -------
    dict
        Empty for the nation, whose sliders start at the defaults, and without what the panel
        cannot place. For a place of several units, the mean over those in the panel.
    """
    if not place.parent:
        return {}
    placed = regional_defaults(findings.frame)
    here = placed[placed.index.isin(place.members)].mean().dropna()
    return {str(symbol): float(value) for symbol, value in here.items()}


def moved(start: Mapping[str, float], symbols: Iterable[str]) -> pd.DataFrame:
    """Those of some sliders that do not start at their default.

    Returns
    -------
    pandas.DataFrame
        Index symbol; ``name_zh``, ``default`` and ``value``, where the slider starts.
    """
    table = parameter_table()[["name_zh", "default"]].assign(value=pd.Series(start, dtype=float))
    return table.loc[[symbol for symbol in symbols if symbol in start]]


def theil_decomposition(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    r"""Inequality among provinces, between and within the four regions, per year.

    Parameters
    ----------
    frame : pandas.DataFrame
        MultiIndex (province, year) with ``region`` and `column`; positive values.
    column : str
        For instance ``"U2"``.

    Returns
    -------
    pandas.DataFrame
        Index year; ``between``, ``within``, ``total`` (= between + within).

    Notes
    -----
    Theil's T with equal weights per province:
    :math:`T = \frac1N\sum_i \frac{x_i}{\mu}\ln\frac{x_i}{\mu}
    = \sum_g \frac{N_g\mu_g}{N\mu}\ln\frac{\mu_g}{\mu}
    + \sum_g \frac{N_g\mu_g}{N\mu}T_g` (Theil 1967; Shorrocks 1980).
    """
    data = frame[[column, "region"]].dropna().reset_index()
    year = data["year"]
    mean = data.groupby(year)[column].transform("mean")
    regional = data.groupby([year, data["region"]])[column].transform("mean")
    share = data[column] / mean
    between = share * np.log(regional / mean)
    within = share * np.log(data[column] / regional)
    table = pd.DataFrame({"between": between, "within": within}).groupby(year).mean()
    return table.assign(total=table["between"] + table["within"])


def divergence(frame: pd.DataFrame) -> pd.DataFrame:
    """How both indices of each province moved from the first year to the last.

    Returns
    -------
    pandas.DataFrame
        Index province; ``ai_change``, ``quality_change`` and ``trap``: AI up, quality down.
        The notes' "geographic trap" would be many provinces with ``trap`` true.
    """
    before, after = snapshot(frame, first=True), snapshot(frame)
    ai, quality = after["U1"] - before["U1"], after["U2"] - before["U2"]
    return pd.DataFrame(
        {"ai_change": ai, "quality_change": quality, "trap": (ai > 0) & (quality < 0)}
    )
