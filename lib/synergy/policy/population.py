r"""A cohort-component projection of the mainland population, 2020-2060.

Start: the 2020 census by five-year age group, spread evenly over the ages within a group. The
groups add up to the published 1 409 778 724 (without armed forces), those under 15 to the
253 383 938 of the census bulletin; between 0-4 and 5-9 only the sum was checked. Then one year
at a time with the mortality, fertility and age pattern of births of the United Nations' *World
Population Prospects 2024*, medium variant (``data/demography``; CC BY 3.0 IGO).

Limits: no migration; both sexes together, women an assumed 48 % of each age; death rates apply
to both sexes alike. Total population stays within about 2 % of the United Nations' own path.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from synergy.dictionary import DATA_DIR
from synergy.policy.symbols import Values

FIRST_YEAR, LAST_YEAR = 2025, 2060

#: Year in which the rise of the retirement age is complete.
REFORMED = FIRST_YEAR + 15
CENSUS_YEAR = 2020
AGES = np.arange(101)

#: Women per person at ages 15 to 49; assumed (women are 48.8 % of the 2020 census).
WOMEN_SHARE = 0.48


class Population(NamedTuple):
    """Persons by age at the end of each year, in millions, shape (T, 101); 100 means 100 and over.

    Births and deaths are those of the year: ``total[t] = total[t-1] + births[t] - deaths[t]``.
    """

    years: Values
    by_age: Values
    births: Values
    deaths: Values

    @property
    def total(self) -> Values:
        """All persons, in millions, shape (T,)."""
        return np.asarray(self.by_age.sum(axis=1))


class Dependency(NamedTuple):
    """Workers and persons past retirement age, in millions, shape (..., T)."""

    years: Values
    workers: Values
    retired: Values

    @property
    def ratio(self) -> Values:
        """Persons past retirement age per worker, with or without a pension."""
        return self.retired / self.workers

    @property
    def employment_index(self) -> Values:
        """Workers relative to the first year."""
        return self.workers / self.workers[..., :1]


@cache
def _inputs() -> tuple[Values, Values, Values, Values]:
    folder = DATA_DIR / "demography"
    census = pd.read_csv(folder / "population_2020.csv", index_col="age")["population"] / 1e6
    start = np.repeat(census.to_numpy()[:-1] / 5, 5)
    deaths = pd.read_csv(folder / "mortality.csv", index_col="age")
    groups = np.searchsorted(deaths.index.to_numpy(), AGES, side="right") - 1
    fertility = pd.read_csv(folder / "fertility.csv", index_col="year")["total_fertility_rate"]
    pattern = pd.read_csv(folder / "fertility_pattern.csv", index_col="age")
    by_age = np.zeros((pattern.shape[1], AGES.size))
    by_age[:, 15:50] = np.repeat((pattern / pattern.sum()).to_numpy().T / 5, 5, axis=1)
    return (
        np.append(start, census.iloc[-1]),
        deaths.to_numpy().T[:, groups],
        fertility.to_numpy(),
        by_age,
    )


def _years(fertility_multiplier: float) -> Iterator[tuple[int, Values, float, float]]:
    """Yield year, persons by age, births and deaths."""
    persons, mortality, fertility, pattern = _inputs()
    for step, year in enumerate(range(CENSUS_YEAR + 1, LAST_YEAR + 1), start=1):
        death_rate = mortality[min(step // 5, len(mortality) - 1)]
        births_by_age = pattern[min((step + 2) // 5, len(pattern) - 1)]
        factor = fertility_multiplier if year >= FIRST_YEAR else 1.0
        births = float(WOMEN_SHARE * (persons @ births_by_age) * fertility[step] * factor)
        before, persons = persons.sum(), _age_one_year(persons, births, death_rate)
        yield year, persons, births, float(before + births - persons.sum())


@cache
def mean_age_at_death(age: float, year: int = REFORMED) -> float:
    """Age at which those who reach `age` die on average, at the death rates of a year.

    The period life table of the projection's own rates; ages between birthdays interpolated.
    """
    _, mortality, _, _ = _inputs()
    rates = mortality[(year - CENSUS_YEAR) // 5]
    alive = np.exp(-np.concatenate([[0.0], np.cumsum(rates[:-1])]))
    lived = alive * -np.expm1(-rates) / rates
    lived[-1] = alive[-1] / rates[-1]
    left = np.cumsum(lived[::-1])[::-1] / alive
    return float(age + np.interp(age, AGES, left))


def _age_one_year(persons: Values, births: float, death_rate: Values) -> Values:
    survivors = persons * np.exp(-death_rate)
    aged = np.concatenate([[births * np.exp(-death_rate[0] / 2)], survivors[:-1]])
    aged[-1] += survivors[-1]
    return aged


def project_population(*, fertility_multiplier: float = 1.0) -> Population:
    """Population by single year of age at the end of 2025 to 2060.

    Parameters
    ----------
    fertility_multiplier : float
        Factor on the fertility rate from 2025 on.
    """
    rows = [row for row in _years(float(fertility_multiplier)) if row[0] >= FIRST_YEAR]
    years, persons, births, deaths = zip(*rows, strict=True)
    return Population(
        np.array(years, dtype=float), np.stack(persons), np.array(births), np.array(deaths)
    )


@cache
def _by_power_of_fertility() -> Values:
    """Persons at younger ages, as coefficients of a quadratic in the fertility multiplier.

    Shape (3, T, 102): entry [j, t, x] counts those younger than x at the end of year t. Exact at
    ages 6 and over: the first who were born after 2025 have children from 2040 on, their
    children from 2055 on.
    """
    none, one, two = (
        project_population(fertility_multiplier=k).by_age.cumsum(axis=1) for k in (0.0, 1.0, 2.0)
    )
    powers = np.stack([none, (4 * one - 3 * none - two) / 2, (none - 2 * one + two) / 2])
    return np.concatenate([np.zeros((*powers.shape[:2], 1)), powers], axis=-1)


def _younger_than(age: Values, fertility_multiplier: Values) -> Values:
    """Persons younger than `age` (years on the last axis), ages split evenly."""
    powers, time = _by_power_of_fertility(), np.arange(LAST_YEAR - FIRST_YEAR + 1)
    whole = np.clip(np.floor(age), 0, AGES.size - 1).astype(int)
    part = np.clip(age - whole, 0, 1)
    total = np.zeros(())
    for exponent, younger in enumerate(powers):
        counted = younger[time, whole] * (1 - part) + younger[time, whole + 1] * part
        total = total + counted * fertility_multiplier**exponent
    return total


def working_weights(retirement_age: Values, work_start_age: Values) -> Values:
    """Part of each age that is of working age, shape (..., 101); ages split at the boundary."""
    stop, begin = _over_time(retirement_age), _over_time(work_start_age)
    return np.asarray(np.clip(stop - AGES, 0, 1) * np.clip(AGES + 1 - begin, 0, 1))


def retirement_age_path(
    years: Values, *, retirement_age: Values, retirement_age_rise: Values
) -> Values:
    """Mean retirement age, rising evenly from 2025 over fifteen years and level afterwards."""
    risen = np.clip((years - FIRST_YEAR) / (REFORMED - FIRST_YEAR), 0, 1)
    return retirement_age + retirement_age_rise * risen


def dependency_path(
    *,
    retirement_age: Values,
    retirement_age_rise: Values,
    work_start_age: Values,
    employment_rate: Values,
    fertility_multiplier: Values,
) -> Dependency:
    """Workers and retired persons, 2025 to 2060; arguments broadcast, years form the last axis."""
    years = np.arange(FIRST_YEAR, LAST_YEAR + 1, dtype=float)
    births = _over_time(fertility_multiplier)
    stop = retirement_age_path(
        years,
        retirement_age=_over_time(retirement_age),
        retirement_age_rise=_over_time(retirement_age_rise),
    )
    grown = _younger_than(stop, births)
    working = grown - _younger_than(_over_time(work_start_age) + 0 * years, births)
    everyone = _younger_than(np.full(years.shape, float(AGES.size)), births)
    return Dependency(years, _over_time(employment_rate) * working, everyone - grown)


def _over_time(values: Values) -> Values:
    """Add the axis along which years, or ages, run."""
    return np.asarray(values)[..., None]
