r"""Places: which provinces meet AI with little to fall back on.

Input is the findings of a panel: MultiIndex (province, year), sub-indices in [0, 1]. What counts
as exposure, as a shortfall, and as evidence for either is data: ``data/place_profiles.toml``.

Limits: relative standing within one year and one panel, not a forecast of lost jobs; weights
are a judgement, which is why a reader can move them. A province is too large to be the town of
one trade that the notes have in mind.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from synergy.dictionary import DATA_DIR, indicators
from synergy.panel import enough
from synergy.policy.parameters import bounds, defaults, on_grid, parameter_table, quantity
from synergy.policy.sensitivity import latin_hypercube
from synergy.policy.symbols import Values
from synergy.policy.units import written

if TYPE_CHECKING:
    from synergy.dictionary import Place
    from synergy.evidence import Findings
    from synergy.panel import Coverage


class Component(NamedTuple):
    """Column of the findings, +1 if more of it is more risk, Chinese name, argument it becomes."""

    column: str
    sign: int
    name: str
    scaled: str


_PROFILES = tomllib.loads((DATA_DIR / "place_profiles.toml").read_text(encoding="utf-8"))

COMPONENTS = {key: Component(**entry) for key, entry in _PROFILES["components"].items()}
_SPEAKS_OF: dict[str, list[str]] = _PROFILES["speaks_of"]

#: Assumptions that a place's standing by a column of the findings moves.
PLACED: dict[str, str] = _PROFILES["standing"]


class RegionalRisk(NamedTuple):
    """Risk of each province in one year.

    `scaled` holds each component that the panel is evidence for, scaled to [0, 1] within the year,
    1 = most at risk, `parts` the weighted components; their sum is `risk`, in [0, 1] and highest
    first. `weights` sum to 1.
    """

    year: int
    scaled: pd.DataFrame
    parts: pd.DataFrame
    risk: pd.Series
    weights: pd.Series

    @property
    def exposed(self) -> bool:
        """Whether exposure to AI is among the components; a mere shortfall without."""
        return "exposure_weight" in self.weights.index


class LeftOut(NamedTuple):
    """A component that the panel is no evidence for.

    `name` of the component; `held` of the indicators that it speaks of are there, `absent` are
    the Chinese names of those that are not.
    """

    name: str
    held: int
    absent: list[str]


def evidenced(column: str, coverage: Coverage) -> bool:
    """Whether a panel with this coverage can order provinces by a column, see `enough`."""
    return enough(coverage.of(_SPEAKS_OF[column]))


def left_out(coverage: Coverage) -> list[LeftOut]:
    """Components of risk that a panel with this coverage is no evidence for, and why."""
    return [
        LeftOut(
            part.name,
            coverage.of(_SPEAKS_OF[part.column])[0],
            [str(indicators().at[c, "name_zh"]) for c in _absent(part.column, coverage)],
        )
        for part in COMPONENTS.values()
        if not evidenced(part.column, coverage)
    ]


def _absent(column: str, coverage: Coverage) -> list[str]:
    return [code for code in _SPEAKS_OF[column] if code not in coverage.present]


def _standing(coverage: Coverage) -> dict[str, Component]:
    """Components that a panel can order provinces by."""
    return {key: part for key, part in COMPONENTS.items() if evidenced(part.column, coverage)}


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


def regional_risk(findings: Findings, weights: Mapping[str, float] | None = None) -> RegionalRisk:
    r"""Weigh exposure to AI against what a province has to fall back on, in the last year.

    Parameters
    ----------
    findings : Findings
        A panel; what it is no evidence for (`evidenced`) is left out, whatever its weight.
    weights : mapping, optional
        Keys of `COMPONENTS`; not negative, any scale. The parameter table's when left out.

    Notes
    -----
    `weighted_risk` of the components scaled to [0, 1] across provinces of the year: exposure AI,
    vulnerability 1 - LQ and 1 - SS (the hazard-vulnerability reading of composite risk indices).
    Without evidence for exposure what remains is the vulnerability alone.

    Raises
    ------
    ValueError
        Unknown or negative weights, or all weights of what is evidenced zero.
    """
    held, now = _standing(findings.coverage), snapshot(findings.frame)
    scaled = pd.DataFrame(
        {key: scale_within(now[part.column], part.sign) for key, part in held.items()},
        index=now.index,
    )
    year = findings.years[1]
    if scaled.columns.empty:
        nothing = pd.Series(np.nan, index=now.index, name="risk")
        return RegionalRisk(year, scaled, scaled, nothing, pd.Series(dtype=float))
    chosen = _weights(weights, held)
    arguments: dict[str, Any] = {}
    for key, part in COMPONENTS.items():
        arguments |= {key: chosen.get(key, 0.0), part.scaled: scaled.get(key, 0.0)}
    risk = pd.Series(weighted_risk(**arguments), name="risk").sort_values(ascending=False)
    return RegionalRisk(year, scaled, scaled * chosen, risk, chosen)


def _weights(weights: Mapping[str, float] | None, held: Iterable[str]) -> pd.Series:
    given = defaults(COMPONENTS) if weights is None else dict(weights)
    unknown = sorted(given.keys() - COMPONENTS.keys())
    if unknown:
        raise ValueError(f"unknown weight {unknown[0]!r}; known: {', '.join(COMPONENTS)}")
    series = pd.Series({name: float(given.get(name, 0.0)) for name in held})
    if (series < 0).any() or not series.sum() > 0:
        raise ValueError(f"weights must not be negative nor all zero; got {dict(series)}")
    return series / series.sum()


class Profile(NamedTuple):
    """Where a place stands in relative risk, or in what it lacks to fall back on.

    Attributes
    ----------
    label : str
        The place in running text.
    is_unit : bool
        Whether the place is one province.
    year : int
    exposed : bool
        Whether exposure to AI is part of the order.
    risk : Series
        Of the provinces of the place, highest first; empty if sub-indices are missing.
    peers : int
        Provinces ranked.
    rank : int
        Of the place's first province among them, 1 = highest; 0 if there is none.
    ranks : dict
        Component to that province's rank in it, 1 = most at risk.
    """

    label: str
    is_unit: bool
    year: int
    exposed: bool
    risk: pd.Series
    peers: int
    rank: int
    ranks: dict[str, int]


def place_profile(place: Place, findings: Findings) -> Profile:
    """Where a place stands in the last year; see `regional_risk`.

    Parameters
    ----------
    place : Place
        A province, or a place that provinces lie in.
    findings : Findings
    """
    found = regional_risk(findings)
    ranked = found.risk.dropna()
    inside = ranked[ranked.index.isin(place.members)]
    shape = place.label, place.is_unit, found.year, found.exposed, inside, len(ranked)
    if inside.empty:
        return Profile(*shape, 0, {})
    places = found.scaled.loc[ranked.index].rank(ascending=False, method="min")
    first = str(inside.index[0])
    ranks = {COMPONENTS[str(key)].name: int(places[key][first]) for key in places}
    return Profile(*shape, int((ranked > ranked[first]).sum()) + 1, ranks)


def rank_ranges(findings: Findings, draws: int = 400) -> pd.DataFrame:
    """Range of each province's rank of risk over evenly drawn weights.

    Returns
    -------
    pandas.DataFrame
        Index province, columns ``region``, ``estimate`` (rank at the default weights),
        ``lower`` and ``upper`` (5 % and 95 % of the ranks over the draws); highest risk first.
        Empty where the panel is evidence for fewer than two components.
    """
    risk = regional_risk(findings)
    scaled = risk.scaled.dropna() if len(risk.weights) > 1 else risk.scaled.iloc[:0]
    weights = latin_hypercube(list(COMPONENTS), draws)[list(risk.weights.index)].to_numpy() + 1e-12
    scores = scaled.to_numpy() @ (weights / weights.sum(axis=1, keepdims=True)).T
    ranks = pd.DataFrame(scores, index=scaled.index).rank(ascending=False, method="min")
    low, high = ranks.quantile(0.05, axis=1), ranks.quantile(0.95, axis=1)
    estimate = risk.risk[scaled.index].rank(ascending=False, method="min")
    regions = findings.frame.groupby("province")["region"].first()[scaled.index]
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


def standing(place: Place, findings: Findings, column: str) -> float:
    """Where a place stands among the provinces by a column, in the last year.

    Returns
    -------
    float
        Mean rank of its provinces in the panel, scaled to [0, 1]: 0 for the lowest, 1/2 for the
        one in the middle and for all provinces together; NaN without evidence or provinces.
    """
    if not evidenced(column, findings.coverage):
        return float("nan")
    ranks = snapshot(findings.frame)[column].rank().dropna()
    here = ranks[ranks.index.isin(place.members)]
    return float((here.mean() - 1) / (len(ranks) - 1)) if len(ranks) > 1 else float("nan")


def regional_start(place: Place, findings: Findings) -> dict[str, float]:
    """Where an edition's sliders, and its sentences, start: by the standing of its place.

    Returns
    -------
    dict
        Symbol to a value on the slider's grid: straight lines from the low end of the range
        (`standing` 0) to the default (1/2) to the high end (1), so that a place below the middle
        starts below the nation and one above it above. An assumed mapping, not an estimate. What
        the panel cannot place, and all of the nation, stays at the default and is left out.
    """
    if not place.parent:
        return {}
    at = {symbol: standing(place, findings, column) for symbol, column in PLACED.items()}
    return {symbol: _placed(symbol, share) for symbol, share in at.items() if share == share}


def _placed(symbol: str, share: float) -> float:
    low, high = bounds([symbol])[symbol]
    middle = defaults([symbol])[symbol]
    return on_grid(symbol, float(np.interp(share, (0.0, 0.5, 1.0), (low, middle, high))))


class Lever(NamedTuple):
    """An instrument that a place's profile points to, and what it does there.

    Attributes
    ----------
    name : str
        Of the assumption that is moved; `component` that points to it, and the `standing` of the
        place in that, 1 = most at risk, a mean over provinces.
    moved : tuple of str
        From where the place starts to the high end of the range, in the reader's units.
    told : str
        What comes of it; `before` and `after`, shares.
    figure : str
        In which a reader moves it.
    """

    name: str
    component: str
    standing: float
    moved: tuple[str, str]
    told: str
    before: float
    after: float
    figure: str


def levers(place: Place, findings: Findings) -> list[Lever]:
    """Instruments for what a place lacks most first; none for what the panel is no evidence for."""
    start, ranks = regional_start(place, findings), _ranks_at_risk(place, findings)
    told = [entry for entry in _PROFILES["levers"] if entry["component"] in ranks]
    return [
        _lever(entry, start, ranks[entry["component"]])
        for entry in sorted(told, key=lambda entry: ranks[entry["component"]])
    ]


def _ranks_at_risk(place: Place, findings: Findings) -> dict[str, float]:
    """By component, 1 = most at risk; the mean over a place's provinces."""
    scaled = regional_risk(findings).scaled.dropna()
    ranks = scaled.rank(ascending=False, method="min")
    mean = ranks[ranks.index.isin(place.members)].mean()
    return {str(key): float(rank) for key, rank in mean.dropna().items()}


def _lever(entry: Mapping[str, Any], start: Mapping[str, float], rank: float) -> Lever:
    symbol, point = entry["symbol"], defaults() | dict(start)
    end = bounds([symbol])[symbol][1]
    before, after = (
        float(quantity(entry["outcome"], at, entry.get("bind")))
        for at in (point, point | {symbol: end})
    )
    return Lever(
        name=str(parameter_table().at[symbol, "name_zh"]),
        component=COMPONENTS[entry["component"]].name,
        standing=rank,
        moved=(written(symbol, point[symbol]), written(symbol, end)),
        told=entry["told"],
        before=before,
        after=after,
        figure=entry["figure"],
    )


def moved(start: Mapping[str, float], symbols: Iterable[str]) -> pd.DataFrame:
    """Those of some sliders that do not start at their default.

    Returns
    -------
    pandas.DataFrame
        Index symbol; ``name_zh``, ``default`` and ``value``, where the slider starts; ``usual``
        and ``told``, both in the reader's units.
    """
    table = parameter_table()[["name_zh", "default"]].assign(value=pd.Series(start, dtype=float))
    found = table.loc[[symbol for symbol in symbols if symbol in start]]
    for column, text in (("default", "usual"), ("value", "told")):
        found[text] = [written(str(symbol), value) for symbol, value in found[column].items()]
    return found


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
