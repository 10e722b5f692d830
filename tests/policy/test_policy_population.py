"""The projection and the pension fund: nobody lost, no yuan lost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from synergy.dictionary import DATA_DIR
from synergy.policy import defaults, evaluate, fund, insurance, outlook, population
from synergy.policy.population import Dependency, Population

YEARS = np.arange(2025, 2061)


@pytest.fixture(scope="module")
def persons() -> Population:
    return evaluate(population.project_population)


@pytest.fixture(scope="module")
def people() -> Dependency:
    return evaluate(population.dependency_path)


def run(people: Dependency, **changes: Any) -> fund.FundBalance:
    """The fund with a labour share that falls by 0.3 % a year."""
    elapsed = people.years - 2025
    share = defaults()["labour_share"] * np.exp(-0.003 * elapsed)
    coverage = evaluate(insurance.contribution_base).effective_coverage
    paths = {"labour_share_now": share, "effective_coverage": coverage + 0 * elapsed}
    paths |= {name: changes.pop(name) for name in paths.keys() & changes.keys()}
    return fund.fund_balance(people, **paths, values=changes)


class TestPopulation:
    def test_census_adds_up_to_what_was_published(self) -> None:
        census = pd.read_csv(DATA_DIR / "demography" / "population_2020.csv", index_col="age")
        assert int(census["population"].sum()) == 1_409_778_724
        assert int(census["population"].loc[:10].sum()) == 253_383_938

    def test_total_changes_by_births_and_deaths_only(self, persons: Population) -> None:
        change = np.diff(persons.total)
        assert_allclose(change, (persons.births - persons.deaths)[1:], rtol=1e-9)
        assert np.all(persons.by_age > 0) and np.all(persons.deaths > 0)

    def test_cohorts_shrink_as_they_age(self, persons: Population) -> None:
        assert np.all(persons.by_age[1:, 1:100] < persons.by_age[:-1, :99])

    def test_total_stays_close_to_the_united_nations(self, persons: Population) -> None:
        path = pd.read_csv(DATA_DIR / "demography" / "fertility.csv", index_col="year")
        un = path["wpp_population_thousand"].loc[2025:2060].to_numpy() / 1000
        assert np.max(np.abs(persons.total / un - 1)) < 0.02

    def test_fertility_moves_births_at_once_and_workers_later(self) -> None:
        low, high = (
            evaluate(population.dependency_path, fertility_multiplier=k) for k in (0.7, 1.3)
        )
        late = defaults()["work_start_age"] <= YEARS - 2025
        assert_allclose(low.workers[~late], high.workers[~late], rtol=1e-12)
        assert np.all(low.workers[late] < high.workers[late])

    def test_ages_split_at_a_boundary(self) -> None:
        weights = population.working_weights(60.25, 20.5)
        assert weights[20] == 0.5 and weights[21] == 1 and weights[59] == 1
        assert weights[60] == 0.25 and weights[61] == 0
        assert_allclose(weights.sum(), 60.25 - 20.5)

    def test_everybody_past_start_is_at_work_or_retired(self, persons: Population) -> None:
        found = evaluate(population.dependency_path, employment_rate=1.0, work_start_age=20)
        assert_allclose(found.workers + found.retired, persons.by_age[:, 20:].sum(1), rtol=1e-12)

    @pytest.mark.parametrize("factor", [0.55, 1.0, 1.37])
    def test_short_cut_equals_the_projection(self, factor: float) -> None:
        """Workers and retired as a quadratic in fertility against counting heads by age."""
        heads = population.project_population(fertility_multiplier=factor).by_age
        found = evaluate(
            population.dependency_path, fertility_multiplier=factor, employment_rate=1.0
        )
        value = defaults()
        age = population.retirement_age_path(
            YEARS,
            retirement_age=value["retirement_age"],
            retirement_age_rise=value["retirement_age_rise"],
        )
        weights = population.working_weights(age, value["work_start_age"])
        assert_allclose(found.workers, (heads * weights).sum(1), rtol=1e-12)
        past = np.clip(np.arange(101) + 1 - age[:, None], 0, 1)
        assert_allclose(found.retired, (heads * past).sum(1), rtol=1e-12)

    def test_later_retirement_lowers_dependency(self) -> None:
        rises = [
            evaluate(population.dependency_path, retirement_age_rise=k) for k in (0.0, 4.0, 8.0)
        ]
        assert rises[0].ratio[-1] > rises[1].ratio[-1] > rises[2].ratio[-1]
        assert_allclose(rises[0].ratio[0], rises[2].ratio[0])

    def test_assumed_growth_of_contributors_is_the_projections(self, people: Dependency) -> None:
        """The default of the pay-as-you-go model is the rate that the projection implies."""
        implied = np.log(people.workers[-1] / people.workers[0]) / 35
        assert_allclose(defaults()["contributor_growth"], implied, atol=1e-3)


class TestFund:
    def test_flows_add_up_and_stock_follows_flows(self, people: Dependency) -> None:
        flows, value = run(people), defaults()
        paid = flows.contributions + value["fiscal_subsidy"]
        assert_allclose(flows.balance, paid - flows.benefits)
        level = value["initial_fund"] * np.exp(-value["productivity_growth"])
        for t, gdp in enumerate(flows.gdp_index):
            level = level * np.exp(value["interest_rate"]) + flows.balance[t] * gdp
            assert_allclose(flows.stock[t], level / gdp, rtol=1e-10)

    def test_no_rate_no_contributions_no_promise_no_benefits(self, people: Dependency) -> None:
        none = run(people, contribution_rate=0.0, replacement_rate=0.0, fiscal_subsidy=0.0)
        assert np.all(none.balance == 0)
        nothing = run(
            people,
            contribution_rate=0.0,
            replacement_rate=0.0,
            fiscal_subsidy=0.0,
            initial_fund=0.0,
        )
        assert np.all(nothing.stock == 0)

    def test_wage_indexed_pensions_spare_the_fund_not_the_pensioner(
        self, people: Dependency
    ) -> None:
        wages, output = run(people, wage_indexation=1.0), run(people, wage_indexation=0.0)
        assert wages.funding_ratio[-1] > output.funding_ratio[-1]
        assert_allclose(output.adequacy, 1)
        assert_allclose(wages.adequacy, np.exp(-0.003 * (YEARS - 2025)))

    def test_cohorts_share_out_every_yuan(self, people: Dependency, persons: Population) -> None:
        flows = run(people)
        ledger = evaluate(fund.cohort_ledger, account=flows, population=persons)
        weight = flows.gdp_index * np.exp(-defaults()["interest_rate"] * (YEARS - 2025))
        assert_allclose(ledger["contributions"].sum(), (flows.contributions * weight).sum())
        assert_allclose(ledger["benefits"].sum(), (flows.benefits * weight).sum())
        assert ledger.loc[1950, "contributions"] == 0 < ledger.loc[1950, "benefits"]
        assert ledger.loc[2030, "benefits"] == 0 < ledger.loc[2030, "contributions"]

    def test_exhaustion_year_is_the_first_below_zero(self, people: Dependency) -> None:
        flows = run(people)
        first = outlook.fund_exhausted({"years": flows.years, "fund": flows.stock}, {})
        assert flows.stock[int(first) - 2025] < 0 <= flows.stock[int(first) - 2026]
        lasting = run(people, replacement_rate=0.0).stock
        assert np.isnan(outlook.fund_exhausted({"years": flows.years, "fund": lasting}, {}))

    @pytest.mark.parametrize("follow", [0.0, 0.5, 0.9])
    def test_the_funding_ratio_hangs_on_the_foundations_as_the_chapter_says(
        self, people: Dependency, follow: float
    ) -> None:
        """Elasticities 1 for people and coverage, and 1 - iota for the labour share of 2060."""
        share, coverage = np.full(36, defaults()["labour_share"]), np.full(36, 0.3)
        last, step = YEARS == 2060, 1e-6
        found = {}
        for name in ("people", "coverage", "share"):
            ratio = []
            for sign in (1, -1):
                lift = 1 + sign * step * last
                more = (
                    people._replace(workers=people.workers * lift) if name == "people" else people
                )
                paths = {
                    "labour_share_now": share * lift if name == "share" else share,
                    "effective_coverage": coverage * lift if name == "coverage" else coverage,
                }
                ratio.append(run(more, wage_indexation=follow, **paths).funding_ratio[-1])
            found[name] = np.log(ratio[0] / ratio[1]) / (2 * step)
        assert_allclose(list(found.values()), [1, 1, 1 - follow], rtol=1e-6)

    def test_the_page_draws_the_fund_of_a_steady_path(self, people: Dependency) -> None:
        """`fund_of` is `fund_balance` with the labour share of its own steady path."""
        found = fund.fund_of({"labour_share_growth": -0.003, "contribution_rate": 0.2})
        assert_allclose(found.stock, run(people, contribution_rate=0.2).stock)
