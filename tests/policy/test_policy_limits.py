"""Limiting cases, identities and signs of the models without a population."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.integrate import quad, solve_ivp
from scipy.stats import lognorm

from synergy.policy import (
    baumol,
    contribution_base,
    defaults,
    direction,
    evaluate,
    finance_mix,
    firm_boundary,
    growth,
    levers,
    pay_as_you_go,
    skills,
    tasks,
    transition_fund,
    wage_cap,
    youth,
)

T = np.linspace(0, 35, 36)

quick = settings(deadline=None, max_examples=40, derandomize=True)

rate = st.floats(-0.05, 0.08)
part = st.floats(0.02, 0.98)


class TestGrowth:
    @quick
    @given(rate, rate, rate, rate, part)
    def test_sources_add_up(self, y: float, h: float, k: float, s: float, a: float) -> None:
        found = growth.growth_accounting(
            output_growth=y,
            hours_growth=h,
            capital_growth=k,
            human_capital_growth=s,
            capital_share=a,
        )
        assert_allclose(
            found.capital_deepening + found.human_capital + found.tfp,
            found.productivity,
            atol=1e-15,
        )

    def test_productivity_from_the_denominator_alone(self) -> None:
        found = evaluate(growth.growth_accounting, output_growth=0.0, hours_growth=-0.02)
        assert found.productivity == found.fewer_hours == 0.02
        assert np.isnan(found.employment_elasticity)

    def test_pay_keeps_pace_when_nothing_lies_between(self) -> None:
        still = dict.fromkeys(
            ("labour_share_growth", "price_wedge_growth", "median_to_mean_growth"), 0.0
        )
        assert growth.wage_decoupling(productivity_growth=0.03, **still).gap == 0

    @quick
    @given(rate, rate, rate, rate)
    def test_gap_is_what_lies_between(self, g: float, s: float, p: float, m: float) -> None:
        found = growth.wage_decoupling(
            productivity_growth=g,
            labour_share_growth=s,
            price_wedge_growth=p,
            median_to_mean_growth=m,
        )
        assert_allclose(found.gap, -(s + p + m), atol=1e-15)

    def test_jobs_have_the_unit_they_claim(self) -> None:
        """1 亿元 with labour content 0.5 at 10 万元 a job-year is 500 job-years."""
        jobs = growth.investment_jobs(
            investment=1,
            compute_share=0,
            construction_labour_content=0.5,
            compute_labour_content=0.1,
            annual_labour_cost=10,
        )
        assert_allclose(jobs * 1000, 1e8 * 0.5 / 1e5)


class TestBaumol:
    def test_open_channel_pays_one_wage(self) -> None:
        path = evaluate(baumol.transmission_path, years=T, mobility=1.0)
        assert_allclose(path.progressive_wage, path.stagnant_wage, rtol=1e-13)

    def test_labour_only_and_open_is_baumol(self) -> None:
        path = evaluate(
            baumol.transmission_path,
            years=T,
            mobility=1.0,
            progressive_labour_share=1.0,
            labour_share_decline=0.0,
            progressive_growth=0.03,
        )
        assert_allclose(path.stagnant_wage / path.stagnant_wage[0], np.exp(0.03 * T), rtol=1e-13)
        assert_allclose(path.employment, path.employment[0])

    def test_no_shock_leaves_both_wages_in_step_even_when_closed(self) -> None:
        path = evaluate(
            baumol.transmission_path,
            years=T,
            mobility=0.0,
            labour_share_decline=0.0,
            displacement_rate=0.0,
        )
        assert_allclose(path.progressive_wage, path.stagnant_wage, rtol=1e-13)

    @quick
    @given(part, part, part, st.floats(0, 0.9), st.floats(0, 1))
    def test_markets_clear(self, s: float, beta: float, owners: float, d: float, m: float) -> None:
        """Spending on services equals the stagnant wage bill; wages and profit are all income."""
        found = baumol.wage_transmission(
            output=2.0,
            initial_labour_share=0.6,
            labour_share=s,
            displaced=d,
            mobility=m,
            workers_service_share=beta,
            owners_service_share=owners,
        )
        services = found.stagnant_wage * (1 - found.employment)
        wages = found.employment * found.progressive_wage + services
        assert_allclose(beta * wages + owners * found.profit, services, rtol=1e-10)
        assert_allclose(wages + found.profit, 2.0 + services, rtol=1e-10)
        assert_allclose(found.mean_wage, wages, rtol=1e-12)

    def test_closing_the_channel_parts_the_wages(self) -> None:
        gaps = [evaluate(baumol.transmission_path, years=20.0, mobility=m) for m in (0.0, 0.5, 1.0)]
        ratios = [gap.stagnant_wage / gap.progressive_wage for gap in gaps]
        assert ratios[0] < ratios[1] < ratios[2]


START = {"labour_share": 0.53, "previous_automation_rate": 0.02}


class TestTasks:
    @quick
    @given(st.floats(0, 0.1), st.floats(0, 1.1), st.floats(0.5, 20))
    def test_closed_form_solves_the_equations(self, a: float, rho: float, tau: float) -> None:
        path = tasks.task_path(
            T, automation_rate=a, reinstatement_ratio=rho, creation_lag=tau, **START
        )
        start = [0.53, rho * 0.02 * 0.53 * tau]
        solved = solve_ivp(
            lambda _, x: [-a * x[0] + x[1] / tau, rho * a * x[0] - x[1] / tau],
            (0, 35),
            start,
            t_eval=T,
            rtol=1e-9,
            atol=1e-12,
        )
        assert_allclose(path.labour_tasks, solved.y[0], rtol=1e-6)
        assert_allclose(path.pipeline, solved.y[1], rtol=1e-5, atol=1e-8)

    @quick
    @given(st.floats(0, 0.1), st.floats(0, 1.1), st.floats(0.5, 20))
    def test_tasks_are_conserved(self, a: float, rho: float, tau: float) -> None:
        path = tasks.task_path(
            T, automation_rate=a, reinstatement_ratio=rho, creation_lag=tau, **START
        )
        started = path.pipeline[0] + rho * path.displaced
        assert_allclose(path.pipeline + path.created, started, atol=1e-9)
        assert_allclose(path.labour_tasks, 0.53 - path.displaced + path.created, atol=1e-9)

    def test_equal_roots_are_no_obstacle(self) -> None:
        path = tasks.task_path(
            T, automation_rate=0.125, reinstatement_ratio=0.0, creation_lag=8, **START
        )
        assert_allclose(path.labour_tasks, 0.53 * np.exp(-0.125 * T), rtol=1e-6)

    def test_steady_automation_fully_replaced_changes_nothing(self) -> None:
        path = evaluate(
            tasks.task_path,
            years=T,
            automation_rate=0.02,
            previous_automation_rate=0.02,
            reinstatement_ratio=1.0,
        )
        assert_allclose(path.labour_tasks, path.labour_tasks[0], rtol=1e-6)

    def test_without_lag_only_the_unreplaced_part_is_lost(self) -> None:
        path = tasks.task_path(
            T, automation_rate=0.05, reinstatement_ratio=0.6, creation_lag=1e-3, **START
        )
        assert_allclose(path.labour_tasks, 0.53 * np.exp(-0.05 * 0.4 * T), rtol=1e-3)

    def test_lag_alone_leaves_the_stated_gap(self) -> None:
        given_lag = {"automation_rate": 0.06, "previous_automation_rate": 0.02, "creation_lag": 6.0}
        late = evaluate(tasks.task_path, years=2000.0, reinstatement_ratio=1.0, **given_lag)
        start = defaults()["labour_share"]
        assert_allclose(1 - late.labour_tasks / start, tasks.lag_gap(**given_lag), rtol=1e-5)
        assert tasks.lag_gap(**given_lag | {"creation_lag": 0.0}) == 0

    def test_so_so_technology_lowers_the_wage_up_to_break_even(self) -> None:
        shock = {"labour_share": 0.5, "tasks_automated": 0.1}
        even = tasks.break_even_saving(**shock)
        for saving, sign in ((0.5 * even, -1), (even, 0), (2 * even, 1)):
            effect = tasks.task_wage_effect(
                **shock, tasks_created=0.0, new_task_gain=0.0, cost_saving=saving
            )
            assert np.sign(np.round(effect.total, 12)) == sign

    def test_more_tasks_than_labour_has_cannot_go(self) -> None:
        with pytest.raises(ValueError, match="less than labour_share"):
            tasks.break_even_saving(labour_share=0.3, tasks_automated=0.3)


class TestWageCap:
    def test_perfect_substitution_gives_the_essays_cap(self) -> None:
        """AI at 5 an hour, a single task, equal output: the wage is 5 whatever the supply."""
        found = wage_cap.wage_cap(
            ai_hour_cost=5.0,
            ai_output=1.0,
            human_output=1.0,
            substitution_elasticity=1e6,
            human_task_share=np.array([0.05, 0.5, 0.95]),
            task_value=80.0,
        )
        assert_allclose(found.wage, 5.0, rtol=1e-4)
        assert_allclose(found.cap, 5.0)
        assert found.binding.all()

    def test_cap_is_per_unit_of_work_not_per_hour(self) -> None:
        """The worker who alone becomes twice as productive earns twice the cap."""
        pay = [evaluate(wage_cap.wage_cap, human_output=a).cap for a in (1.0, 2.0)]
        assert_allclose(pay[1], 2 * pay[0])
        both = evaluate(wage_cap.wage_cap, human_output=2.0, ai_output=2.0).cap
        assert_allclose(both, pay[0])

    def test_dear_ai_does_not_bind(self) -> None:
        found = evaluate(wage_cap.wage_cap, ai_hour_cost=1e4)
        assert found.wage == found.value and not found.binding

    @quick
    @given(st.floats(1.05, 60), part)
    def test_cost_minimising_mix(self, sigma: float, h: float) -> None:
        """The wage makes firms want just the human work on offer."""
        found = evaluate(
            wage_cap.wage_cap,
            substitution_elasticity=sigma,
            human_task_share=h,
            ai_hour_cost=1.0,
            task_value=1e30,
        )
        rho = (sigma - 1) / sigma
        machines = (1 - h**rho) ** (1 / rho)
        assert_allclose(found.wage, (machines / h) ** (1 / sigma), rtol=1e-6)

    def test_cost_falls_to_its_energy(self) -> None:
        floor = evaluate(wage_cap.ai_cost_path, years=1e4)
        assert_allclose(floor, defaults()["energy_use"] * defaults()["power_price"])

    def test_years_until_cost_inverts_the_path(self) -> None:
        years = evaluate(wage_cap.years_until_cost, target=np.array([50.0, 12.0, 0.6]))
        assert years[0] == 0 and np.isinf(years[2])
        assert_allclose(evaluate(wage_cap.ai_cost_path, years=years[1]), 12.0)

    @quick
    @given(st.floats(0.05, 0.9), st.floats(0.05, 0.95), st.floats(1.05, 5))
    def test_sign_of_the_bundle_turns_at_unit_demand(
        self, x: float, low: float, high: float
    ) -> None:
        assert wage_cap.bundled_wage_elasticity(exposed_share=x, product_demand_elasticity=low) > 0
        assert wage_cap.bundled_wage_elasticity(exposed_share=x, product_demand_elasticity=high) < 0
        assert wage_cap.bundled_wage_elasticity(exposed_share=x, product_demand_elasticity=1.0) == 0


class TestFirmBoundary:
    def test_equal_costs_split_tasks_evenly(self) -> None:
        found = evaluate(firm_boundary.outsourced_share, years=0, coordination_cost=0.25)
        assert_allclose(found, 0.5)

    def test_both_costs_gone_is_half_not_all(self) -> None:
        assert_allclose(evaluate(firm_boundary.outsourced_share, years=1e5), 0.5)

    def test_cheaper_markets_alone_draw_tasks_out(self) -> None:
        path = evaluate(firm_boundary.outsourced_share, years=T, coordination_cost_decline=0.0)
        assert np.all(np.diff(path) > 0)

    def test_half_the_managers_takes_the_stated_span(self) -> None:
        span = firm_boundary.span_after_cut(span_of_control=8.0, management_cut=0.5)
        assert span == 15
        before, after = (1 / (s - 1) for s in (8.0, float(span)))
        assert_allclose(after, before / 2)
        assert firm_boundary.span_after_cut(span_of_control=8.0, management_cut=0.0) == 8

    def test_share_of_managers_matches_a_built_hierarchy(self) -> None:
        layers = [4.0**k for k in range(12)]
        assert_allclose(
            sum(layers[:-1]) / sum(layers),
            firm_boundary.manager_share(span_of_control=4),
            rtol=1e-6,
        )


class TestPayAsYouGo:
    @quick
    @given(rate, rate, st.floats(20, 45), st.floats(10, 30))
    def test_return_is_zero_against_saving_at_n_plus_g(
        self, n: float, g: float, work: float, rest: float
    ) -> None:
        found = pay_as_you_go.pay_as_you_go(
            contributor_growth=n,
            wage_growth=g,
            interest_rate=n + g,
            generation_years=30,
            working_years=work,
            retirement_years=rest,
        )
        assert_allclose(found.advantage, 0, atol=1e-15)
        assert_allclose(found.generation_gain, 0, atol=1e-12)
        assert_allclose(found.money_worth, 1, rtol=1e-6)

    @quick
    @given(rate, rate, rate)
    def test_both_measures_agree_on_the_sign(self, n: float, g: float, r: float) -> None:
        found = evaluate(
            pay_as_you_go.pay_as_you_go, contributor_growth=n, wage_growth=g, interest_rate=r
        )
        if abs(n + g - r) > 1e-6:
            assert (found.money_worth > 1) == (found.generation_gain > 0) == (n + g > r)

    def test_the_first_gift_is_what_later_members_lose(self) -> None:
        ledger = pay_as_you_go.generation_ledger(400, growth_factor=1.2, interest_factor=1.5)
        assert ledger[0] == 1 and np.all(ledger[1:] < 0)
        assert_allclose(ledger.sum(), 0, atol=1e-12)

    def test_decoupling_comes_off_the_return(self) -> None:
        slower = pay_as_you_go.wage_growth_after_decoupling(
            productivity_growth=0.04, labour_share_growth=-0.01
        )
        assert_allclose(slower, 0.03)


class TestContributionBase:
    @quick
    @given(st.floats(0.2, 0.6), st.floats(0.1, 5))
    def test_limited_mean_is_the_integral(self, gini: float, limit: float) -> None:
        sigma = float(contribution_base.lognormal_sigma(gini))
        law = lognorm(s=sigma, scale=np.exp(-(sigma**2) / 2))
        area, _ = quad(law.sf, 0, limit, limit=200)
        assert_allclose(contribution_base.limited_mean(limit, sigma), area, rtol=1e-6)

    def test_sigma_gives_back_the_gini(self) -> None:
        sigma = float(contribution_base.lognormal_sigma(0.465))
        pay = np.sort(lognorm(s=sigma).ppf((np.arange(200000) + 0.5) / 200000))
        ranks = np.arange(1, pay.size + 1)
        gini = 2 * (ranks * pay).sum() / (pay.size * pay.sum()) - (pay.size + 1) / pay.size
        assert_allclose(gini, 0.465, atol=2e-3)

    def test_no_floor_no_ceiling_counts_all_pay(self) -> None:
        found = evaluate(
            contribution_base.contribution_base, base_floor=1e-9, base_ceiling=1e9, gig_share=0.0
        )
        assert_allclose(found.capped_share, 1, rtol=1e-8)

    def test_full_coverage_of_all_pay_is_the_labour_share(self) -> None:
        full = dict.fromkeys(
            ("formal_coverage", "formal_compliance", "gig_coverage", "gig_compliance"), 1.0
        )
        found = evaluate(
            contribution_base.contribution_base, base_floor=1e-9, base_ceiling=1e9, **full
        )
        assert_allclose(found.base, found.labour_share, rtol=1e-8)

    @pytest.mark.parametrize(
        ("symbol", "attribute"),
        [
            ("formal_coverage", "coverage_elasticity"),
            ("gig_share", "gig_elasticity"),
            ("base_ceiling", "ceiling_elasticity"),
        ],
    )
    def test_elasticities_are_those_of_the_base(self, symbol: str, attribute: str) -> None:
        value, step = defaults()[symbol], 1e-5
        up, down = (
            evaluate(contribution_base.contribution_base, **{symbol: value * (1 + s)}).base
            for s in (step, -step)
        )
        numeric = np.log(up / down) / (2 * step)
        found = evaluate(contribution_base.contribution_base)
        assert_allclose(getattr(found, attribute), numeric, rtol=1e-5)

    def test_pay_above_the_ceiling_adds_nothing(self) -> None:
        """More unequal pay with the same mean shrinks the capped base at a low floor."""
        flat, steep = (
            evaluate(contribution_base.contribution_base, wage_gini=g, base_floor=1e-6)
            for g in (0.3, 0.48)
        )
        assert steep.base < flat.base and steep.above_ceiling > flat.above_ceiling


class TestLevers:
    def test_no_taxes_no_wedges(self) -> None:
        free = evaluate(
            levers.tax_balance,
            employer_rate=0,
            employee_rate=0,
            income_tax_rate=0,
            corporate_tax_rate=0,
            investment_credit=0,
            automation_levy=0,
        )
        assert free.labour == free.automation == free.bias == free.break_even_levy == 0

    @quick
    @given(st.floats(0, 0.6))
    def test_expensing_makes_any_profit_tax_neutral(self, u: float) -> None:
        found = evaluate(
            levers.automation_wedge,
            corporate_tax_rate=u,
            depreciation_years=0,
            investment_credit=0,
            automation_levy=0,
        )
        assert_allclose(found, 0, atol=1e-12)

    def test_credit_on_top_of_expensing_is_a_subsidy(self) -> None:
        found = evaluate(
            levers.automation_wedge, depreciation_years=0, investment_credit=0.05, automation_levy=0
        )
        assert found < 0

    def test_the_break_even_levy_breaks_even(self) -> None:
        levy = evaluate(levers.tax_balance).break_even_levy
        assert_allclose(evaluate(levers.tax_balance, automation_levy=levy).bias, 0, atol=1e-14)

    def test_equal_wedges_leave_the_choice_alone(self) -> None:
        assert_allclose(
            levers.automation_threshold(machine_cost=9.0, labour_tax=0.3, automation_tax=0.3), 9.0
        )

    @quick
    @given(st.floats(0, 0.3), st.floats(0, 0.3), st.floats(0, 1))
    def test_coin_toss_labels_steer_nothing(self, levy: float, credit: float, m: float) -> None:
        tax = levers.differentiated_tax(
            replacing_levy=levy, augmenting_credit=credit, misclassification=m
        )
        assert_allclose(tax.wedge, (1 - 2 * m) * (levy + credit), atol=1e-15)
        assert_allclose(tax.replacing + tax.augmenting, levy - credit, atol=1e-15)


class TestDirection:
    def test_level_field_stays_level(self) -> None:
        found = evaluate(
            direction.next_share, replacing_share=0.5, replacement_pull=0.0, policy_wedge=0.0
        )
        assert found == 0.5

    def test_the_escape_wedge_is_the_threshold(self) -> None:
        wedge = evaluate(direction.escape_wedge, replacing_share=0.7)
        for extra, side in ((-1e-3, 1), (1e-3, -1)):
            found = evaluate(direction.next_share, replacing_share=0.7, policy_wedge=wedge + extra)
            assert np.sign(found - 0.5) == side

    def test_waiting_can_lock_the_path(self) -> None:
        """The same wedge turns the path early and fails late."""
        setting = {"replacing_share": 0.55, "path_dependence": 0.2, "policy_wedge": 0.1}
        early, late = (
            evaluate(direction.share_path, periods=60, delay=delay, **setting)[-1]
            for delay in (0, 20)
        )
        assert early < 0.5 < late


class TestFinance:
    coverage = 0.3

    def mix(self, now: float, **changes: float) -> finance_mix.FinanceMix:
        return evaluate(
            finance_mix.finance_mix,
            labour_share_now=now,
            effective_coverage=self.coverage,
            **changes,
        )

    def test_sources_sum_to_the_total_and_shares_to_one(self) -> None:
        mix = self.mix(0.45)
        parts = [getattr(mix, name) for name in finance_mix.SOURCES]
        assert_allclose(sum(parts), mix.total, rtol=1e-14)
        assert_allclose(sum(mix.shares().values()), 1, rtol=1e-14)

    def test_contributions_alone_fall_one_for_one(self) -> None:
        none = {"vat_points": 0.0, "excess_profit_rate": 0.0, "payout_rate": 0.0}
        assert_allclose(self.mix(0.45, **none).labour_share_elasticity, 1)

    @quick
    @given(st.floats(0.2, 0.5))
    def test_elasticity_is_that_of_the_total(self, now: float) -> None:
        up, down = (self.mix(now * (1 + s)).total for s in (1e-6, -1e-6))
        assert_allclose(
            self.mix(now).labour_share_elasticity, np.log(up / down) / 2e-6, rtol=1e-4, atol=1e-6
        )

    def test_vat_points_close_the_gap(self) -> None:
        gap = self.mix(0.45).gap
        extra = evaluate(finance_mix.vat_points_to_balance, gap=gap, labour_share_now=0.45)
        balanced = self.mix(0.45, vat_points=defaults()["vat_points"] + float(extra))
        assert_allclose(balanced.gap, 0, atol=1e-15)

    def test_sovereign_fund_grows_as_its_equation(self) -> None:
        solved = solve_ivp(
            lambda _, f: 0.002 + (0.04 - 0.03) * f, (0, 35), [0.0], t_eval=T, rtol=1e-9
        )
        path = finance_mix.sovereign_fund_path(
            T, annual_injection=0.002, compute_return=0.04, payout_rate=0.03
        )
        assert_allclose(path, solved.y[0], rtol=1e-6)
        level = finance_mix.sovereign_fund_path(
            T, annual_injection=0.002, compute_return=0.03, payout_rate=0.03
        )
        assert_allclose(level, 0.002 * T)


class TestTransitionFund:
    def test_no_levy_no_fund(self) -> None:
        found = evaluate(transition_fund.transition_fund, base=3e4, levy_rate=0.0)
        assert found.revenue == found.lost_base == found.students == found.firms == 0

    def test_uses_add_up(self) -> None:
        found = evaluate(transition_fund.transition_fund, base=3e4, years=T)
        assert_allclose(found.partnership + found.scholarships + found.informal, found.revenue)

    def test_receipts_peak_where_stated(self) -> None:
        levy = np.linspace(0, 0.99, 9901)
        found = evaluate(
            transition_fund.transition_fund, base=1.0, levy_rate=levy, base_elasticity=2.0
        )
        peak = transition_fund.peak_levy(base_elasticity=2.0)
        assert_allclose(levy[np.argmax(found.revenue)], peak, atol=2e-4)

    def test_units_of_those_reached(self) -> None:
        """1 亿元 all for scholarships of 1 万元 is ten thousand students."""
        found = evaluate(
            transition_fund.transition_fund,
            base=100.0,
            levy_rate=0.01,
            base_elasticity=0.0,
            partnership_share=0.0,
            scholarship_share=1.0,
            scholarship_cost=1.0,
        )
        assert_allclose(found.students * 1000, 1e8 / 1e4)

    def test_only_two_bases_are_known(self) -> None:
        with pytest.raises(ValueError, match="profit, equipment"):
            evaluate(transition_fund.levy_base, kind="robots")
        bases = transition_fund.base_values(defaults())
        assert bases["equipment"] / bases["profit"] > 10


class TestSkills:
    @quick
    @given(st.floats(1, 20), st.floats(1, 40), st.floats(0, 0.06))
    def test_worth_is_the_discounted_stream(self, half: float, years: float, r: float) -> None:
        found = evaluate(
            skills.retraining_value, skill_half_life=half, career_years=years, interest_rate=r
        )
        value = defaults()
        area, _ = quad(lambda t: np.exp(-r * t) * 0.5 ** (t / half), 0, years)
        success = value["completion_rate"] * value["placement_rate"]
        assert_allclose(found.benefit, success * value["wage_gain"] * area, rtol=1e-6)

    def test_break_even_gain_breaks_even(self) -> None:
        gain = evaluate(skills.retraining_value).break_even_gain
        even = evaluate(skills.retraining_value, wage_gain=gain)
        assert_allclose(even.net_value, 0, atol=1e-12)

    def test_reach_of_34_per_cent_rescues_fewer(self) -> None:
        found = evaluate(skills.displaced_backlog, years=T)
        assert found.rescued_share < 0.34
        assert found.waiting[0] == 0 and np.all(np.diff(found.waiting) > 0)
        assert np.all(found.waiting < found.long_run)
        full = dict.fromkeys(("retraining_reach", "completion_rate", "placement_rate"), 1.0)
        assert np.all(evaluate(skills.displaced_backlog, years=T, **full).waiting == 0)

    @quick
    @given(st.floats(0, 200), st.floats(0, 200), st.floats(0, 1))
    def test_net_jobs_hide_stranded_workers(self, new: float, old: float, fit: float) -> None:
        found = skills.job_mismatch(jobs_created=new, jobs_displaced=old, transferable_share=fit)
        assert_allclose(found.net, found.vacant - found.stranded, atol=1e-9)
        assert_allclose(found.moved + found.stranded, old, atol=1e-9)
        assert min(found.moved, found.stranded, found.vacant) >= 0

    def test_account_without_interest_is_a_sum(self) -> None:
        found = skills.skill_account(
            10.0, account_grant=1.0, own_contribution=0.2, employer_match=0.5, interest_rate=0.0
        )
        assert_allclose(found, 1 + 10 * 0.2 * 1.5)

    @quick
    @given(part, st.floats(0, 1), st.floats(0, 10), st.floats(0, 10))
    def test_information_never_hurts(self, fit: float, a: float, gain: float, loss: float) -> None:
        found = skills.certificate_value(
            fit_share=fit, certificate_accuracy=a, match_gain=gain, mismatch_loss=loss
        )
        assert found.value >= -1e-12

    def test_worthless_and_perfect_certificates(self) -> None:
        noise = evaluate(skills.certificate_value, certificate_accuracy=0.5)
        assert noise.value == 0
        assert_allclose(noise.posterior, defaults()["fit_share"])
        truth = evaluate(skills.certificate_value, certificate_accuracy=1.0)
        assert truth.posterior == 1
        assert_allclose(truth.with_certificate, defaults()["fit_share"] * defaults()["match_gain"])

    def test_linear_learning_loses_to_exponential_technology(self) -> None:
        race = skills.skill_race(
            np.array([0.0, 5.0, 400.0]), technology_growth=0.05, learning_growth=0.1
        )
        assert race[0] == 1 and race[1] > 1 and race[2] < 1e-3


class TestYouth:
    @quick
    @given(st.floats(0, 0.8), st.floats(0, 0.6), st.floats(0.02, 0.3), st.floats(0.02, 0.3))
    def test_closed_form_solves_the_equations(self, x: float, s: float, p: float, q: float) -> None:
        found = youth.learning_ladder(
            T,
            entry_automation=x,
            hiring_subsidy=s,
            hiring_elasticity=0.5,
            promotion_rate=p,
            junior_exit_rate=0.0,
            senior_exit_rate=q,
        )
        m = float(found.hires[0])
        solved = solve_ivp(
            lambda _, y: [p * (m - y[0]), q * (y[0] - y[1])],
            (0, 35),
            [1.0, 1.0],
            t_eval=T,
            rtol=1e-10,
            atol=1e-12,
        )
        assert_allclose(found.juniors, solved.y[0], rtol=1e-6)
        assert_allclose(found.seniors, solved.y[1], rtol=1e-6)

    def test_no_shock_no_change_and_no_subsidy_no_bill(self) -> None:
        found = evaluate(youth.learning_ladder, years=T, entry_automation=0, hiring_subsidy=0)
        for path in (found.hires, found.juniors, found.seniors):
            assert_allclose(path, 1)
        assert np.all(found.subsidy_cost == 0) and np.all(np.isnan(found.cost_per_extra_hire))

    def test_the_restoring_subsidy_restores(self) -> None:
        subsidy = evaluate(youth.restoring_subsidy)
        found = evaluate(youth.learning_ladder, years=T, hiring_subsidy=subsidy)
        assert_allclose(found.seniors, 1, atol=1e-12)

    def test_seniors_thin_out_after_juniors(self) -> None:
        found = evaluate(youth.learning_ladder, years=T, hiring_subsidy=0.0)
        assert np.all(found.seniors[1:] > found.juniors[1:])
        assert np.all(np.diff(found.seniors) < 0)


@pytest.mark.parametrize(
    ("function", "bad", "message"),
    [
        (contribution_base.contribution_base, {"gig_share": 1.2}, r"gig_share .*\[0, 1\]; got 1.2"),
        (wage_cap.wage_cap, {"substitution_elasticity": 1.0}, "greater than 1; got 1"),
        (youth.learning_ladder, {"years": 1, "hiring_subsidy": 1.0}, "less than 1; got 1"),
        (levers.tax_balance, {"employer_rate": np.nan}, "employer_rate must be finite"),
        (contribution_base.contribution_base, {"base_floor": 4.0}, "less than base_ceiling"),
    ],
)
def test_values_without_meaning_are_refused(function, bad, message) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        evaluate(function, **bad)


@pytest.mark.parametrize(
    "function", [contribution_base.contribution_base, wage_cap.wage_cap, levers.tax_balance]
)
def test_results_are_frozen_and_broadcast(function) -> None:  # type: ignore[no-untyped-def]
    symbol = {
        "contribution_base": "gig_share",
        "wage_cap": "ai_hour_cost",
        "tax_balance": "automation_levy",
    }[function.__name__]
    grid = np.array([[0.1], [0.2]]) + np.array([0.0, 0.05, 0.1])
    found = evaluate(function, **{symbol: grid})
    field = {"contribution_base": "base", "wage_cap": "wage", "tax_balance": "automation"}
    assert getattr(found, field[function.__name__]).shape == (2, 3)
    with pytest.raises(AttributeError):
        found.anything = 1
