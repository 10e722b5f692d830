"""Every headline number of the levers, by another route than the formula that prints it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from cases import UNIT, Point, drawn
from numpy.testing import assert_allclose
from scipy.integrate import quad, solve_ivp
from scipy.optimize import minimize_scalar

from synergy.policy import direction, insurance, levers, public_money, support
from synergy.policy.official import gdp_in_yuan, nation_in_yuan, official
from synergy.policy.outlook import simulate
from synergy.policy.parameters import bounds, defaults, evaluate
from synergy.policy.population import project_population

USUAL = defaults()


class TestTaxes:
    def test_labour_by_the_money_that_changes_hands(self) -> None:
        """One insured worker on 8 万元: what the employer pays, and what arrives."""
        pay, part = 8.0, USUAL["formal_compliance"]
        paid = pay + part * pay * USUAL["employer_rate"]
        taxable = pay - part * pay * USUAL["employee_rate"]
        arrives = taxable - USUAL["income_tax_rate"] * taxable
        goods = arrives - USUAL["vat_on_spending"] * arrives
        found = evaluate(levers.tax_balance)
        assert_allclose(
            [found.labour, found.labour_with_vat], [1 - arrives / paid, 1 - goods / paid]
        )

    def test_automation_by_discounting_the_allowances(self) -> None:
        """Rent that pays for one machine, with depreciation deducted in equal parts for T years."""
        years, rate, tax = (
            USUAL[s] for s in ("depreciation_years", "discount_rate", "corporate_tax_rate")
        )
        saved, _ = quad(lambda t: tax * np.exp(-rate * t) / years, 0, years)
        rent = (1 - saved) / (1 - tax)
        assert_allclose(evaluate(levers.tax_balance).automation, 1 - 1 / rent)

    def test_prices_erode_the_allowances(self) -> None:
        """A higher nominal rate makes the same machine bear more tax."""
        low, high = (evaluate(levers.tax_balance, discount_rate=r).automation for r in (0.02, 0.06))
        assert 0 < low < high

    def test_at_the_break_even_wage_both_bills_are_equal(self) -> None:
        automation = evaluate(levers.tax_balance).automation
        wage = float(evaluate(levers.replacing_wage, automation_tax=automation))
        worker = wage + USUAL["formal_compliance"] * USUAL["employer_rate"] * wage
        assert_allclose(worker, USUAL["machine_cost"] / (1 - automation))
        worth = evaluate(levers.machine_worth_buying, wage=wage, automation_tax=automation)
        assert_allclose(worth, USUAL["machine_cost"])

    def test_value_added_tax_is_no_part_of_the_firm_s_choice(self) -> None:
        plain, taxed = (evaluate(levers.tax_balance, vat_on_spending=v) for v in (0.03, 0.115))
        assert plain.bias == taxed.bias and plain.break_even_levy == taxed.break_even_levy
        assert plain.labour_with_vat < taxed.labour_with_vat


class TestLevy:
    @pytest.mark.parametrize("elasticity", [0.0, 0.5, 1.0, 2.0, 4.0])
    @pytest.mark.parametrize("rate", [0.01, 0.02, 0.3])
    def test_burden_is_the_area_under_demand(self, elasticity: float, rate: float) -> None:
        known = {"base": 3e4, "levy_rate": rate, "base_elasticity": elasticity}
        for levy, demand in (
            (levers.levy_on_equipment, lambda t: 3e4 * (1 + t) ** -elasticity),
            (levers.levy_on_profit, lambda t: 3e4 * (1 - t) ** elasticity),
        ):
            found = evaluate(levy, **known)
            surplus, _ = quad(demand, 0, rate)
            assert_allclose(found.revenue, rate * demand(rate))
            assert_allclose(found.lost_base, 3e4 - demand(rate), atol=1e-8)
            assert_allclose(found.excess_burden, surplus - rate * demand(rate), atol=1e-8)
            assert_allclose(found.burden_per_yuan, found.excess_burden / found.revenue, atol=1e-12)
            step = 1e-6
            more, less = (evaluate(levy, known, levy_rate=rate + s) for s in (step, -step))
            marginal = (more.excess_burden - less.excess_burden) / (more.revenue - less.revenue)
            past_the_peak = more.revenue <= less.revenue
            wanted = np.nan if past_the_peak else marginal
            assert_allclose(found.marginal_burden, wanted, rtol=1e-4, atol=1e-6)

    def test_a_yuan_of_lost_base_is_not_a_yuan_lost(self) -> None:
        found = evaluate(levers.levy_on_equipment, base=1.0)
        assert found.lost_base > found.revenue > 20 * found.excess_burden
        triangle = USUAL["base_elasticity"] * USUAL["levy_rate"] ** 2 / 2
        assert_allclose(found.excess_burden, triangle, rtol=0.05)

    def test_beyond_the_peak_there_is_no_next_yuan(self) -> None:
        past = evaluate(levers.levy_on_equipment, base=1.0, levy_rate=0.6, base_elasticity=4.0)
        assert np.isnan(past.marginal_burden)
        assert np.isnan(levers.peak_levy(base_elasticity=np.asarray(0.8)))

    @drawn(years=(0, 15), harm=(0.01, 0.037), elasticity=(0.2, 4))
    def test_the_best_levy_is_the_best(self, point: Point) -> None:
        """Welfare is searched over rates, with the area under demand integrated numerically."""
        years, harm, elasticity = point.values()
        still = float(evaluate(levers.exposed_still_at_work, years=years))

        def loss(rate: float) -> float:
            area, _ = quad(lambda t: (1 + t) ** -elasticity, 0, rate)
            kept = (1 + rate) ** -elasticity
            return area - rate * kept + harm * still * kept

        best = minimize_scalar(loss, bounds=(0, 0.2), method="bounded", options={"xatol": 1e-9})
        found = evaluate(levers.best_levy, years=years, robot_tax_now=harm)
        assert_allclose(best.x, found, atol=2e-4)

    def test_the_exposed_thin_out_as_simulated(self) -> None:
        rng, n = np.random.default_rng(12), 400_000
        last = USUAL["retirement_age"] + USUAL["retirement_age_rise"]
        ages = rng.uniform(USUAL["locked_in_age"], last, n)
        leaves = rng.exponential(1 / USUAL["relearning_rate"], n)
        for years in (0.0, 5.0, 10.0, 15.0, 19.0, 25.0):
            working = ((ages + years < last) & (leaves > years)).mean()
            found = evaluate(levers.exposed_still_at_work, years=years)
            assert_allclose(found, working, atol=3e-3)

    def test_even_ages_are_close_to_the_real_ones(self) -> None:
        """The same cohorts in the population of 2025, without anyone finding another way."""
        people = evaluate(project_population)
        last = int(USUAL["retirement_age"] + USUAL["retirement_age_rise"])
        first = int(USUAL["locked_in_age"])
        start = people.by_age[0, first:last].sum()
        for years in (5, 10, 15):
            real = people.by_age[years, first + years : last].sum() / start
            even = evaluate(levers.exposed_still_at_work, years=float(years), relearning_rate=0.0)
            assert abs(real - even) < 0.12


class TestYouth:
    def test_price_of_a_hire_by_counting_beginners(self) -> None:
        rng, n = np.random.default_rng(7), 1_000_000
        leaving = USUAL["promotion_rate"] + USUAL["junior_exit_rate"]
        stays = rng.exponential(1 / leaving, n)
        subsidised = np.minimum(stays, USUAL["subsidy_years"])
        relief = USUAL["hiring_subsidy"] * subsidised.sum() / stays.sum()
        more = (1 - relief) ** -USUAL["hiring_elasticity"]
        bill = USUAL["hiring_subsidy"] * subsidised.mean()
        found = evaluate(levers.learning_ladder, years=20.0)
        assert_allclose(evaluate(levers.subsidised_part), subsidised.sum() / stays.sum(), rtol=5e-3)
        assert_allclose(found.cost_per_extra_hire, bill * more / (more - 1), rtol=5e-3)
        per_year = found.cost_per_extra_hire / stays.mean()
        assert_allclose(found.cost_per_extra_year, per_year, rtol=5e-3)

    def test_full_pay_for_long_enough_restores(self) -> None:
        found = evaluate(levers.restoring_subsidy)
        assert found.subsidy > 1
        paid = {"hiring_subsidy": 0.999999999, "subsidy_years": float(found.years_at_full_rate)}
        assert_allclose(evaluate(levers.learning_ladder, paid, years=0.0).hires, 1, rtol=1e-6)

    @drawn(entry_automation=(0.01, 0.2), subsidy_years=(4, 10))
    def test_the_restoring_rate_restores(self, point: Point) -> None:
        rate = float(evaluate(levers.restoring_subsidy, point, hiring_elasticity=1.5).subsidy)
        after = evaluate(
            levers.learning_ladder,
            point,
            years=5.0,
            hiring_elasticity=1.5,
            hiring_subsidy=min(rate, 0.99),
        )
        assert_allclose(after.hires, 1, rtol=1e-9)


class TestFund:
    @pytest.mark.parametrize("extra", [-0.02, 0.0, 0.03, 0.04])
    def test_year_by_year(self, extra: float) -> None:
        put, out = USUAL["annual_injection"], USUAL["payout_rate"]
        solved = solve_ivp(
            lambda _, f: put + (extra - out) * f,
            (0, 60),
            [0.0],
            dense_output=True,
            rtol=1e-10,
            atol=1e-14,
        )
        for years in (10.0, 35.0, 60.0):
            found = evaluate(public_money.sovereign_fund, years=years, compute_return=extra)
            assert_allclose(found.stock, solved.sol(years)[0], rtol=1e-6)
            assert_allclose(found.net, out * solved.sol(years)[0] - put, rtol=1e-6, atol=1e-9)

    @pytest.mark.parametrize("extra", [-0.02, 0.0])
    def test_without_a_premium_it_never_gives_more_than_it_takes(self, extra: float) -> None:
        later = evaluate(public_money.sovereign_fund, years=2000.0, compute_return=extra)
        assert later.net <= 1e-12
        assert np.isnan(evaluate(public_money.years_until_paying, compute_return=extra))

    @pytest.mark.parametrize("extra", [0.005, 0.03, 0.04])
    def test_with_one_it_does_in_the_stated_year(self, extra: float) -> None:
        wait = float(evaluate(public_money.years_until_paying, compute_return=extra))
        then = evaluate(public_money.sovereign_fund, years=wait, compute_return=extra)
        assert_allclose(then.dividend, USUAL["annual_injection"], rtol=1e-9)

    def test_the_norwegian_rule_gives_the_same_verdict(self) -> None:
        """Pay-out equal to the real return: the stock tends to injection over growth."""
        growth = USUAL["productivity_growth"]
        for extra, sign in ((-0.01, -1), (0.0, 0), (0.01, 1)):
            far = evaluate(
                public_money.sovereign_fund,
                years=4000.0,
                compute_return=extra,
                payout_rate=growth + extra,
            )
            assert_allclose(far.stock, USUAL["annual_injection"] / growth, rtol=1e-9)
            assert np.sign(np.round(far.net, 12)) == sign

    def test_rent_by_keeping_a_hundred_machines(self) -> None:
        """Replace a fifth each year, add what growth asks for; the rest is the return over it."""
        machines, rent = 100.0, float(evaluate(public_money.required_rental, compute_return=0.01))
        spare = rent * machines - machines / USUAL["compute_life"]
        spare -= USUAL["productivity_growth"] * machines
        assert_allclose(spare / machines, 0.01)


class TestMix:
    def test_the_break_even_share_keeps_receipts_level(self) -> None:
        cover = evaluate(insurance.contribution_base).paid_share
        share = evaluate(public_money.insuring_rent_share, paid_share=cover)
        known = {"paid_share": cover, "ai_rent_share": float(share)}
        totals = [
            evaluate(insurance.finance_mix, known, labour_share_now=s).total
            for s in (0.5, 0.4, 0.3)
        ]
        assert_allclose(totals, totals[0])

    def test_the_gap_counts_the_subsidy_of_today(self) -> None:
        cover = {"labour_share_now": 0.5, "paid_share": 0.07}
        usual, none = (
            evaluate(insurance.finance_mix, cover, **change)
            for change in ({}, {"fiscal_subsidy": 0.0})
        )
        assert_allclose(none.gap - usual.gap, USUAL["fiscal_subsidy"])

    def test_what_each_instrument_closes_by_hand(self) -> None:
        table = public_money.first_payers()
        closed = table.groupby("symbol")["amount"].sum()
        high = {
            s: bounds([s])[s][1] for s in ("fiscal_subsidy", "vat_points", "excess_profit_rate")
        }
        path = simulate(USUAL)
        share = float(path["labour_share"][-1])
        spent = USUAL["worker_consumption"] * share + USUAL["owner_consumption"] * (1 - share)
        lost = USUAL["ai_rent_share"] * (USUAL["labour_share"] - share)
        by_hand = {
            "fiscal_subsidy": high["fiscal_subsidy"] - USUAL["fiscal_subsidy"],
            "vat_points": (high["vat_points"] - USUAL["vat_points"])
            * USUAL["vat_efficiency"]
            * spent,
            "excess_profit_rate": (high["excess_profit_rate"] - USUAL["excess_profit_rate"])
            * (USUAL["ai_profit"] + lost),
            "levy_rate": 3e4 * 0.03 / 1.03**2 / official("gdp").value,
        }
        for symbol, value in by_hand.items():
            assert_allclose(closed[symbol], value, rtol=1e-9, err_msg=symbol)
        more = USUAL | {
            "retirement_age_rise": bounds(["retirement_age_rise"])["retirement_age_rise"][1]
        }
        fewer = path["benefits"][-1] - simulate(more)["benefits"][-1]
        assert_allclose(closed["retirement_age_rise"], fewer)

    def test_everyone_who_pays_is_named_and_contributions_are_split_by_law(self) -> None:
        table = public_money.first_payers()
        assert set(table["payer"]) == set(public_money.PAYERS)
        rate = table[table["symbol"] == "contribution_rate"].set_index("payer")["amount"]
        assert_allclose(rate["企业与资本"] / rate["劳动者"], 16 / 8)
        totals = table.groupby("symbol", sort=False)["amount"].sum()
        assert totals.is_monotonic_decreasing and (totals > 0).all()


class TestNet:
    def test_support_by_drawing_people(self) -> None:
        rng, n = np.random.default_rng(3), 2_000_000
        sigma = float(insurance.lognormal_sigma(USUAL["income_gini"]))
        pay = rng.lognormal(-(sigma**2) / 2, sigma, n)
        top = USUAL["supplement_rate"] * USUAL["supplement_peak"]
        falling = np.clip(top - USUAL["phase_out_rate"] * (pay - USUAL["phase_out_start"]), 0, None)
        bonus = np.minimum(np.minimum(USUAL["supplement_rate"] * pay, top), falling)
        region, trained = (rng.random(n) < USUAL[s] for s in ("region_share", "retraining_reach"))
        hired = rng.random(n) < USUAL["public_job_places"]
        at_work = region * USUAL["basic_income"] + trained * bonus
        displaced = region * (USUAL["basic_income"] + hired * USUAL["public_job_wage"])
        found = evaluate(support.support_by_work)
        assert_allclose(found.at_work, at_work.mean(), rtol=5e-3)
        assert_allclose(found.displaced, displaced.mean(), rtol=5e-3)
        assert_allclose(found.insured, found.displaced - found.at_work)

    def test_unemployment_insurance_from_the_printed_figures(self) -> None:
        jobless = 47345 / (1 - 0.051) - 47345
        assert_allclose(support.insured_jobless(), 352 / jobless)
        assert_allclose(support.benefit_over_income(), 1814 * 12 / 41314)


class TestYuan:
    def test_shares_in_yuan(self) -> None:
        assert_allclose(gdp_in_yuan(0.01), 13490.84)
        assert_allclose(nation_in_yuan(1.0), 41314 * 1408.28e6 / 1e8)

    def test_every_figure_has_its_source(self) -> None:
        from synergy.policy.official import official_table

        table = official_table()
        assert table.index.is_unique and table.notna().all(axis=None)
        assert table["url"].str.match(r"https?://[^\s()]+$").all()
        assert table["looked_up"].str.fullmatch(r"20\d\d-[01]\d-[0-3]\d").all()
        assert table["quote"].str.contains(r"[\d]").all()
        with pytest.raises(KeyError):
            official("moonshine")


class TestDirection:
    def test_research_comes_to_rest_where_stated(self) -> None:
        low, middle, high = direction.resting_shares({})
        for start, end in ((middle - 0.01, low), (middle + 0.01, high)):
            share: Any = start
            for _ in range(400):
                share = evaluate(direction.next_share, replacing_share=share)
            assert_allclose(share, end, atol=1e-6)

    def test_one_place_of_rest_without_steep_response(self) -> None:
        assert len(direction.resting_shares({"choice_sensitivity": 5.0})) == 1

    @drawn(share=UNIT)
    def test_the_escape_wedge_halves(self, point: Point) -> None:
        wedge = evaluate(direction.escape_wedge, replacing_share=point["share"])
        known = {"replacing_share": point["share"], "policy_wedge": float(wedge)}
        assert_allclose(evaluate(direction.next_share, known), 0.5)
