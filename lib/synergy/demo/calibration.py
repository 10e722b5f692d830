"""Does a panel, through the full pipeline, land on the values the demo panel is made for?

``data/calibration_targets.csv`` says what is asked; this module measures what is reached.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from synergy.coupling import coupling_coordination, regional_means
from synergy.dictionary import DATA_DIR, NATION, REGIONS, indicators, provinces
from synergy.index import composite_index

if TYPE_CHECKING:
    from synergy.panel import Panel

EAST, CENTRAL, WEST, NORTHEAST = REGIONS
EARLY = range(2010, 2017)


@cache
def calibration_targets() -> pd.DataFrame:
    """Targets of the demo panel.

    Returns
    -------
    DataFrame
        Indexed by ``id``; ``index`` (AI, EQ or D), ``statement`` and ``quantity`` (Chinese),
        ``value``, ``tolerance``, ``kind`` and ``note`` (Chinese: where we had to give a vague
        word a number). Kinds, for a quantity x: "equal" \\|x - value\\| <= tolerance; "band"
        value - tolerance < x <= value + tolerance, as the grades of table 3; "above" x > value;
        "below" x < value. Do not modify: the frame is cached.
    """
    return pd.read_csv(DATA_DIR / "calibration_targets.csv", index_col="id", na_values=[""])


@dataclass(frozen=True)
class Outcome:
    """One index by area (provinces, regions, nation) and year.

    Attributes
    ----------
    table : DataFrame
        Rows = provinces, then regions and 全国; columns = years.
    """

    table: pd.DataFrame

    def at(self, area: str, year: int) -> float:
        """Value of a province, a region or the nation."""
        return float(self.table[year][area])

    def ratio(self, area: str, years: tuple[int, int] = (2010, 2022)) -> float:
        """Last value over first."""
        return self.at(area, years[1]) / self.at(area, years[0])

    def rise(self, years: tuple[int, int] = (2010, 2022)) -> pd.Series[float]:
        """Last value minus first, for every area."""
        change: pd.Series[float] = self.table[years[1]] - self.table[years[0]]
        return change

    def path(self, area: str, years: range) -> pd.Series[float]:
        """Values of one area in the years."""
        return pd.Series([self.at(area, year) for year in years], index=list(years))

    def gap(self, area: str, other: str, years: range) -> pd.Series[float]:
        """Difference of two areas in each of the years."""
        return self.path(area, years) - self.path(other, years)

    def pace(self, first: int, last: int) -> float:
        """National change per year."""
        return (self.at(NATION, last) - self.at(NATION, first)) / (last - first)


Quantity = Callable[[Outcome], float]


def _lead(values: pd.Series[float], ahead: tuple[str, ...], field: list[str]) -> float:
    """Lowest of those ahead minus the highest of the rest of the field."""
    return float(values[list(ahead)].min() - values[field].drop(list(ahead)).max())


def _provinces(region: str | None = None) -> list[str]:
    table = provinces()
    return list(table.index if region is None else table.index[table["region"] == region])


def _falls(index: Outcome) -> pd.Series[float]:
    return -index.rise((2019, 2022))[_provinces(WEST)]


def _shares(index: Outcome) -> pd.Series[float]:
    """Ratio of last to first year of the four regions."""
    return (index.table[2022] / index.table[2010])[list(REGIONS)]


def _far_ahead(index: Outcome) -> float:
    values, leaders = index.table[2022], ["北京", "上海"]
    return float(values[leaders].min() / values[_provinces()].drop(leaders).max())


_AI: dict[str, Quantity] = {
    "ai_central_2022": lambda u: u.at(CENTRAL, 2022),
    "ai_west_2022": lambda u: u.at(WEST, 2022),
    "ai_northeast_2022": lambda u: u.at(NORTHEAST, 2022),
    "ai_west_2010": lambda u: u.at(WEST, 2010),
    "ai_northeast_2010": lambda u: u.at(NORTHEAST, 2010),
    "ai_central_2010": lambda u: u.at(CENTRAL, 2010),
    "ai_central_lowest_2010": lambda u: _lead(-u.table[2010], (CENTRAL,), list(REGIONS)),
    "ai_east_ratio_2022": lambda u: u.at(EAST, 2022) / u.at(NATION, 2022),
    "ai_national_2022": lambda u: u.at(NATION, 2022),
    "ai_national_increase": lambda u: u.ratio(NATION) - 1,
    "ai_east_increase": lambda u: u.ratio(EAST) - 1,
    "ai_central_fastest": lambda u: _lead(_shares(u), (CENTRAL,), list(REGIONS)),
    "ai_top_three_2022": lambda u: _lead(u.table[2022], ("广东", "北京", "上海"), _provinces()),
    "ai_qinghai_rise": lambda u: _lead(u.rise(), ("青海",), _provinces(WEST)),
    "ai_yunnan_xinjiang_rise": lambda u: _lead(-u.rise(), ("云南", "新疆"), _provinces(WEST)),
}
_EQ: dict[str, Quantity] = {
    "eq_east_ratio_2022": lambda u: u.at(EAST, 2022) / u.at(NATION, 2022),
    "eq_central_2022": lambda u: u.at(CENTRAL, 2022),
    "eq_west_increase_2019": lambda u: u.ratio(WEST, (2010, 2019)) - 1,
    "eq_west_dip": lambda u: u.at(WEST, 2019) - u.at(WEST, 2022),
    "eq_west_fallers": lambda u: float((_falls(u) > 0).sum()),
    "eq_guizhou_yunnan_fall": lambda u: float(_falls(u)[["贵州", "云南"]].min()),
    "eq_west_gainers": lambda u: _lead(u.rise(), ("重庆", "宁夏", "青海"), _provinces(WEST)),
    "eq_northeast_near": lambda u: float(u.gap(NORTHEAST, NATION, EARLY).abs().max()),
    "eq_northeast_below": lambda u: float(u.gap(NORTHEAST, NATION, range(2020, 2023)).max()),
    "eq_northeast_closer": lambda u: (
        -float(u.gap(NORTHEAST, NATION, range(2021, 2023)).abs().diff().iloc[-1])
    ),
    "eq_west_above_central": lambda u: float(u.gap(WEST, CENTRAL, EARLY).min()),
    "eq_west_slightly_above": lambda u: float(u.gap(WEST, CENTRAL, EARLY).max()),
    "eq_steady_to_2016": lambda u: float(u.path(NATION, EARLY).diff().min()),
    "eq_faster_to_2019": lambda u: u.pace(2016, 2019) / u.pace(2010, 2016),
    "eq_flat_after_2019": lambda u: abs(u.pace(2019, 2022)) / u.pace(2010, 2016),
    "eq_beijing_shanghai_2022": _far_ahead,
    "eq_hebei_2022": lambda u: u.at("河北", 2022) / u.at("北京", 2022),
}
_D: dict[str, Quantity] = {
    "d_national_2010": lambda d: d.at(NATION, 2010),
    "d_national_2022": lambda d: d.at(NATION, 2022),
    "d_national_to_2019": lambda d: float(d.path(NATION, range(2010, 2020)).max()),
    "d_east_highest": lambda d: min(
        _lead(d.table[year], (EAST,), list(REGIONS)) for year in d.table.columns
    ),
    "d_east_2022": lambda d: d.at(EAST, 2022),
    "d_northeast_2019": lambda d: d.at(NORTHEAST, 2019),
    "d_northeast_2022": lambda d: d.at(NORTHEAST, 2022),
    "d_northeast_above_2022": lambda d: _lead(
        d.table[2022], (NORTHEAST,), [CENTRAL, WEST, NORTHEAST]
    ),
    "d_central_2022": lambda d: d.at(CENTRAL, 2022),
    "d_west_2022": lambda d: d.at(WEST, 2022),
    "d_guangdong_2022": lambda d: d.at("广东", 2022),
    "d_above_six_2022": lambda d: float((d.table[2022][_provinces()] > 0.6).sum()),
    "d_beijing_2022": lambda d: d.at("北京", 2022),
    "d_shanghai_2022": lambda d: d.at("上海", 2022),
}
QUANTITIES: Mapping[str, Mapping[str, Quantity]] = MappingProxyType({"AI": _AI, "EQ": _EQ, "D": _D})


def calibration_report(panel: Panel) -> pd.DataFrame:
    """Measure every calibration target on a panel.

    Parameters
    ----------
    panel : Panel
        30 provinces, 2010-2022, all 31 indicators; usually ``demo_panel()``.

    Returns
    -------
    DataFrame
        :func:`calibration_targets` with the columns ``reached`` (float) and ``met`` (bool).

    Raises
    ------
    ValueError
        If the panel has other years or lacks an indicator.

    Notes
    -----
    For the demo panel every match is by construction; it confirms nothing about the paper.
    """
    _check(panel)
    outcomes, report = _outcomes(panel), calibration_targets().copy()
    report["reached"] = [
        QUANTITIES[index][str(target)](outcomes[index]) for target, index in report["index"].items()
    ]
    report["met"] = _met(report)
    return report


def _outcomes(panel: Panel) -> dict[str, Outcome]:
    u = composite_index(panel.values, indicators()).scores[["U1", "U2"]]
    frame = u.join(coupling_coordination(u["U1"], u["U2"])["D"])
    areas = regional_means(frame, provinces()["region"]).set_index(["region", "year"])
    both = pd.concat([frame, areas.rename_axis(["province", "year"])]).reset_index()
    names = {"AI": "U1", "EQ": "U2", "D": "D"}
    return {
        index: Outcome(both.pivot(index="province", columns="year", values=column))
        for index, column in names.items()
    }


def _check(panel: Panel) -> None:
    if panel.years != tuple(range(2010, 2023)):
        raise ValueError(
            f"panel covers {panel.years[0]}-{panel.years[-1]}; the targets need 2010-2022"
        )
    absent = panel.coverage().absent
    if absent:
        raise ValueError(f"panel lacks {', '.join(absent)}; the targets need all 31 indicators")


def _met(report: pd.DataFrame) -> pd.Series[bool]:
    x, value, tolerance = report["reached"], report["value"], report["tolerance"]
    by_kind = {
        "equal": (x - value).abs() <= tolerance,
        "band": (x > value - tolerance) & (x <= value + tolerance),
        "above": x > value,
        "below": x < value,
    }
    met = pd.Series(False, index=report.index)
    for kind, holds in by_kind.items():
        met |= (report["kind"] == kind) & holds
    return met
