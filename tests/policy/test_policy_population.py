"""The projection, the pension fund and its record: nobody lost, no yuan lost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from synergy.dictionary import DATA_DIR
from synergy.policy import (
    defaults,
    evaluate,
    foundations,
    fund,
    insurance,
    outlook,
    population,
    record,
)
from synergy.policy.population import Dependency, Population
from synergy.policy.scenarios import builtin_scenarios, load_scenario

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
    rate = changes.pop("contribution_rate", defaults()["contribution_rate"])
    base = evaluate(insurance.contribution_base, contribution_rate=rate, gig_contribution_rate=rate)
    paths = {"labour_share_now": share, "paid_share": base.paid_share + 0 * elapsed}
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
        wages, output = (
            run(people, wage_indexation=follow, price_indexation=0.0) for follow in (1.0, 0.0)
        )
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
        share, paid = np.full(36, defaults()["labour_share"]), np.full(36, 0.07)
        last, step = YEARS == 2060, 1e-6
        found = {}
        for name in ("people", "paid", "share"):
            ratio = []
            for sign in (1, -1):
                lift = 1 + sign * step * last
                more = (
                    people._replace(workers=people.workers * lift) if name == "people" else people
                )
                paths = {
                    "labour_share_now": share * lift if name == "share" else share,
                    "paid_share": paid * lift if name == "paid" else paid,
                }
                ratio.append(run(more, wage_indexation=follow, **paths).funding_ratio[-1])
            found[name] = np.log(ratio[0] / ratio[1]) / (2 * step)
        assert_allclose(list(found.values()), [1, 1, 1 - follow], rtol=1e-6)

    def test_pages_and_scenarios_have_one_fund(self) -> None:
        """What a page draws is what the outlook reports, for every scenario, to the last digit."""
        for name in builtin_scenarios():
            values = load_scenario(name).values
            account, paths = fund.fund_of(values), outlook.simulate(values)
            assert np.array_equal(account.stock, paths["fund"])
            assert np.array_equal(account.funding_ratio, paths["funding_ratio"])

    def test_kept_pensions_lay_the_loss_open(self, people: Dependency) -> None:
        """Balance with pensions raised, year by year, to their first relation to output."""
        value, flows = defaults(), run(people)
        raised = flows.benefits / flows.adequacy
        paid = flows.contributions + value["fiscal_subsidy"]
        assert_allclose(flows.kept_balance, paid - raised)
        kept = run(people, wage_indexation=0.0, price_indexation=0.0)
        assert_allclose(kept.balance, flows.kept_balance)
        assert_allclose(kept.adequacy, 1)
        assert flows.kept_balance[-1] < flows.balance[-1]

    @pytest.mark.parametrize("forgone", [0.0, 0.25, 1.0])
    def test_pensions_in_payment_fall_behind_vintage_by_vintage(self, forgone: float) -> None:
        """A crowd of vintages, each raised by its own rate, against the closed form."""
        growth, stay, steps = 0.04, 25.0, 50
        width = 1 / steps
        born = np.arange(-stay, 40, width) + width / 2
        for years in (0.0, 5.0, 25.0, 35.0):
            alive = (born > years - stay) & (born < years)
            entered = np.exp(growth * np.maximum(born[alive], 0))
            since = years - np.maximum(born[alive], 0)
            pension = entered * np.exp((1 - forgone) * growth * since)
            found = fund.price_drift(
                np.asarray(years),
                price_indexation=np.asarray(forgone),
                productivity_growth=np.asarray(growth),
                retirement_years=np.asarray(stay),
            )
            assert_allclose(found, pension.mean() / np.exp(growth * years), rtol=1e-3)


class TestFoundations:
    @pytest.mark.parametrize("name", builtin_scenarios())
    @pytest.mark.parametrize("start", [{}, {"formal_coverage": 0.45}, {"automation_rate": 0.08}])
    def test_nothing_is_left_over(self, name: str, start: dict[str, float]) -> None:
        values = load_scenario(name).values | start
        account = fund.fund_of(values)
        change = np.log(account.funding_ratio / account.funding_ratio[0])
        assert_allclose(foundations.foundations(values).total, change, atol=1e-12)

    @pytest.mark.parametrize(
        ("still", "part"),
        [
            ({"pensioner_coverage_2060": "pensioner_coverage"}, "coverage"),
            ({"gig_share_2060": "gig_share"}, "employment"),
            ({"wage_indexation": 1.0}, "wages"),
            ({"price_indexation": 0.0}, "prices"),
        ],
    )
    def test_what_stands_still_adds_nothing(self, still: dict[str, Any], part: str) -> None:
        """Each cause switched off by itself: its part vanishes, the other parts stay."""
        (symbol, to), usual = *still.items(), defaults()
        changed = foundations.foundations({symbol: usual.get(to, to)})._asdict()
        before = foundations.foundations({})._asdict()
        assert_allclose(changed.pop(part), 0, atol=1e-12)
        assert np.max(np.abs(before.pop(part))) > 0.01
        for name, path in before.items():
            assert_allclose(changed[name], path, atol=1e-12)

    def test_population_is_that_of_the_projection(self, people: Dependency) -> None:
        part = foundations.foundations({}).population[-1]
        heads = people.workers[-1] / people.workers[0] * people.retired[0] / people.retired[-1]
        assert_allclose(part, np.log(heads))

    def test_draws_split_together_as_alone(self) -> None:
        both = foundations.foundations({"automation_rate": np.array([0.02, 0.07])})
        alone = foundations.foundations({"automation_rate": 0.07})
        for found, wanted in zip(both, alone, strict=True):
            assert_allclose(found[1], wanted, atol=1e-12)


class TestLifeCourse:
    def test_ages_at_death_are_those_of_people_who_die(self) -> None:
        """A crowd that dies year by year at the rates of the projection."""
        rates = population._inputs()[1][4]
        for age in (55, 60):
            alive, total = 1.0, 0.0
            for year in range(age, 400):
                rate = rates[min(year, 100)]
                for month in range(120):
                    dead = alive * -np.expm1(-rate / 120)
                    total += dead * (year + (month + 0.5) / 120)
                    alive -= dead
            assert_allclose(population.mean_age_at_death(float(age)), total, rtol=1e-4)

    def test_one_year_more_of_work_is_one_year_less_of_rest(self) -> None:
        usual = evaluate(insurance.life_course)
        later = evaluate(insurance.life_course, retirement_age=56.5)
        assert_allclose(later.working_years - usual.working_years, 1)
        assert_allclose(later.retirement_years - usual.retirement_years, -1)
        reached = defaults()["retirement_age"] + defaults()["retirement_age_rise"]
        assert_allclose(usual.working_years, reached - defaults()["work_start_age"])
        for age in (reached - 4, reached + 4):
            known = population.mean_age_at_death(age) - age
            near = evaluate(insurance.life_course, retirement_age_rise=0.0, retirement_age=age)
            assert abs(float(near.retirement_years) - known) < 0.6

    def test_wages_grow_with_productivity_and_the_labour_share(self) -> None:
        paths = outlook.simulate(defaults())
        pay = np.log(paths["pay_index"][-1] / paths["pay_index"][0]) / 35
        assert_allclose(evaluate(fund.mean_wage_growth), pay)


class TestRecord:
    def test_the_record_adds_up(self) -> None:
        table = record.official_record()
        both = table.dropna(subset=["payers", "retirees"])
        assert_allclose(both["payers"] + both["retirees"], both["members"], atol=1.5)
        told = both.dropna(subset=["payers_per_pensioner"])
        assert_allclose(told["payers"] / told["retirees"], told["payers_per_pensioner"], atol=0.006)
        left = (
            table["fund"] - table["fund"].shift() - table["income"] + table["spending"]
        ).dropna()
        assert len(left) >= 3 and left.abs().max() < 350, "the stock follows income and spending"
        assert table["url"].dropna().str.match(r"https?://[^\s()]+$").all()
        assert table["says"].notna().all()

    def test_values_of_the_table_are_those_quoted(self) -> None:
        """Every number cell of a row with figures of its own stands in the quotation."""
        for year in (2011, 2012, 2015, 2016, 2021):
            row = record.official_record().loc[year]
            for column in ("spending", "fund"):
                assert f"{row[column]:.0f}" in row["says"], (year, column)

    def test_the_run_over_the_past_is_its_equations(self) -> None:
        table, value, found = record.official_record(), defaults(), record.backcast()
        base = float(evaluate(insurance.contribution_base).effective_coverage)
        now, then = table.loc[2024], table.loc[2016]
        per_payer = base / (now["payers"] / now["employed"])
        paid = 0.28 * value["labour_share"] * per_payer * then["payers"] / then["employed"]
        assert_allclose(found.model.at[2016, "contributions"], paid)
        first, last = table.loc[2011], table.loc[2024]
        heads = (last["retirees"] / last["employed"]) / (first["retirees"] / first["employed"])
        held = first["spending"] / first["gdp"] * heads
        assert_allclose(found.model.at[2024, "held"], held)
        assert found.model.at[2024, "spending"] < held
        assert_allclose(found.official.at[2024, "spending"], 67656 / 1349084)

    def test_the_first_year_of_the_fund_is_near_the_last_on_record(self) -> None:
        account, last = fund.fund_of({}), record.backcast().official.loc[2024]
        assert_allclose(account.benefits[0], last["spending"], rtol=0.06)
        assert_allclose(defaults()["initial_fund"], last["fund"], atol=5e-4)
        people = evaluate(population.dependency_path)
        drawing = defaults()["pensioner_coverage"] * people.retired[0] * 100
        assert_allclose(drawing, record.official_record().at[2025, "retirees"], rtol=5e-3)
