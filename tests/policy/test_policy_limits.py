"""Limiting cases, identities and signs of the models without a population."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.integrate import quad, solve_ivp
from scipy.stats import lognorm

from synergy.policy import defaults, evaluate, insurance, levers, net, work
from synergy.policy.parameters import ParameterError

T = np.linspace(0, 35, 36)

quick = settings(deadline=None, max_examples=40, derandomize=True)

rate = st.floats(-0.05, 0.08)
part = st.floats(0.02, 0.98)


class TestGrowth:
    @quick
    @given(rate, rate, rate, rate, part)
    def test_sources_add_up(self, y: float, h: float, k: float, s: float, a: float) -> None:
        found = work.growth_accounting(
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
        found = evaluate(work.growth_accounting, output_growth=0.0, hours_growth=-0.02)
        assert found.productivity == found.fewer_hours == 0.02

    def test_pay_keeps_pace_when_nothing_lies_between(self) -> None:
        still = dict.fromkeys(
            ("labour_share_growth", "price_wedge_growth", "median_to_mean_growth"), 0.0
        )
        assert work.median_pay_growth(productivity_growth=0.03, **still) == 0.03

    @quick
    @given(rate, rate, rate, rate)
    def test_gap_is_what_lies_between(self, g: float, s: float, p: float, m: float) -> None:
        pay = work.median_pay_growth(
            productivity_growth=g,
            labour_share_growth=s,
            price_wedge_growth=p,
            median_to_mean_growth=m,
        )
        assert_allclose(g - pay, -(s + p + m), atol=1e-15)

    def test_jobs_have_the_unit_they_claim(self) -> None:
        """1 亿元 with labour content 0.5 at 10 万元 a job-year is 500 job-years."""
        jobs = work.investment_jobs(
            investment=1,
            compute_share=0,
            construction_labour_content=0.5,
            compute_labour_content=0.1,
            annual_labour_cost=10,
        )
        assert_allclose(jobs * 1000, 1e8 * 0.5 / 1e5)


class TestBaumol:
    def test_open_channel_pays_one_wage(self) -> None:
        path = evaluate(work.transmission_path, years=T, mobility=1.0)
        assert_allclose(path.progressive_wage, path.stagnant_wage, rtol=1e-13)

    def test_labour_only_and_open_is_baumol(self) -> None:
        path = evaluate(
            work.transmission_path,
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
            work.transmission_path,
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
        found = work.wage_transmission(
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
        gaps = [evaluate(work.transmission_path, years=20.0, mobility=m) for m in (0.0, 0.5, 1.0)]
        ratios = [gap.stagnant_wage / gap.progressive_wage for gap in gaps]
        assert ratios[0] < ratios[1] < ratios[2]


START = {"labour_share": 0.53, "previous_automation_rate": 0.02}


class TestTasks:
    @quick
    @given(st.floats(0, 0.1), st.floats(0, 1.1), st.floats(0.5, 20))
    def test_closed_form_solves_the_equations(self, a: float, rho: float, tau: float) -> None:
        path = work.task_path(
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
        path = work.task_path(
            T, automation_rate=a, reinstatement_ratio=rho, creation_lag=tau, **START
        )
        started = path.pipeline[0] + rho * path.displaced
        assert_allclose(path.pipeline + path.created, started, atol=1e-9)
        assert_allclose(path.labour_tasks, 0.53 - path.displaced + path.created, atol=1e-9)

    def test_equal_roots_are_no_obstacle(self) -> None:
        path = work.task_path(
            T, automation_rate=0.125, reinstatement_ratio=0.0, creation_lag=8, **START
        )
        assert_allclose(path.labour_tasks, 0.53 * np.exp(-0.125 * T), rtol=1e-6)

    def test_steady_automation_fully_replaced_changes_nothing(self) -> None:
        path = evaluate(
            work.task_path,
            years=T,
            automation_rate=0.02,
            previous_automation_rate=0.02,
            reinstatement_ratio=1.0,
        )
        assert_allclose(path.labour_tasks, path.labour_tasks[0], rtol=1e-6)

    def test_without_lag_only_the_unreplaced_part_is_lost(self) -> None:
        path = work.task_path(
            T, automation_rate=0.05, reinstatement_ratio=0.6, creation_lag=1e-3, **START
        )
        assert_allclose(path.labour_tasks, 0.53 * np.exp(-0.05 * 0.4 * T), rtol=1e-3)

    def test_lag_alone_leaves_the_stated_gap(self) -> None:
        given_lag = {"automation_rate": 0.06, "previous_automation_rate": 0.02, "creation_lag": 6.0}
        late = evaluate(work.task_path, years=2000.0, reinstatement_ratio=1.0, **given_lag)
        start = defaults()["labour_share"]
        assert_allclose(1 - late.labour_tasks / start, work.lag_gap(**given_lag), rtol=1e-5)
        assert work.lag_gap(**given_lag | {"creation_lag": 0.0}) == 0

    def test_so_so_technology_lowers_the_wage_up_to_break_even(self) -> None:
        shock = {"labour_share": 0.5, "tasks_automated": 0.1}
        even = work.break_even_saving(**shock)
        for saving, sign in ((0.5 * even, -1), (even, 0), (2 * even, 1)):
            effect = work.task_wage_effect(
                **shock, tasks_created=0.0, new_task_gain=0.0, cost_saving=saving
            )
            assert np.sign(np.round(effect, 12)) == sign

    def test_more_tasks_than_labour_has_cannot_go(self) -> None:
        with pytest.raises(ParameterError, match="tasks_automated 须小于 labour_share"):
            work.break_even_saving(labour_share=0.3, tasks_automated=0.3)
        with pytest.raises(ParameterError, match="tasks_automated 须小于 labour_share"):
            evaluate(work.task_wage_effect, labour_share=0.3, tasks_automated=0.4)


class TestWageCap:
    def test_perfect_substitution_gives_the_essays_cap(self) -> None:
        """AI at 5 an hour, a single task, equal output: the wage is 5 whatever the supply."""
        found = work.wage_cap(
            ai_hour_cost=5.0,
            ai_output=1.0,
            human_output=1.0,
            substitution_elasticity=1e6,
            human_task_share=np.array([0.05, 0.5, 0.95]),
            task_value=80.0,
        )
        assert_allclose(found.wage, 5.0, rtol=1e-4)
        assert_allclose(found.cap, 5.0)
        assert np.all(found.wage < 80.0)

    def test_cap_is_per_unit_of_work_not_per_hour(self) -> None:
        """The worker who alone becomes twice as productive earns twice the cap."""
        pay = [evaluate(work.wage_cap, human_output=a).cap for a in (1.0, 2.0)]
        assert_allclose(pay[1], 2 * pay[0])
        both = evaluate(work.wage_cap, human_output=2.0, ai_output=2.0).cap
        assert_allclose(both, pay[0])

    def test_dear_ai_does_not_bind(self) -> None:
        found = evaluate(work.wage_cap, ai_hour_cost=1e4)
        assert found.wage == found.cap == defaults()["human_output"] * defaults()["task_value"]

    @quick
    @given(st.floats(1.05, 60), part)
    def test_cost_minimising_mix(self, sigma: float, h: float) -> None:
        """The wage makes firms want just the human work on offer."""
        found = evaluate(
            work.wage_cap,
            substitution_elasticity=sigma,
            human_task_share=h,
            ai_hour_cost=1.0,
            task_value=1e30,
        )
        rho = (sigma - 1) / sigma
        machines = (1 - h**rho) ** (1 / rho)
        assert_allclose(found.wage, (machines / h) ** (1 / sigma), rtol=1e-6)

    def test_cost_falls_to_its_energy(self) -> None:
        floor = evaluate(work.ai_cost_path, years=1e4)
        assert_allclose(floor, defaults()["energy_use"] * defaults()["power_price"])

    @quick
    @given(st.floats(0.05, 0.9), st.floats(0.05, 0.95), st.floats(1.05, 5))
    def test_sign_of_the_bundle_turns_at_unit_demand(
        self, x: float, low: float, high: float
    ) -> None:
        assert work.bundled_wage_elasticity(exposed_share=x, product_demand_elasticity=low) > 0
        assert work.bundled_wage_elasticity(exposed_share=x, product_demand_elasticity=high) < 0
        assert work.bundled_wage_elasticity(exposed_share=x, product_demand_elasticity=1.0) == 0


class TestFirmBoundary:
    @staticmethod
    def managers_per_worker(span: int) -> float:
        """Count them in a hierarchy of twelve layers."""
        layers = [float(span) ** k for k in range(12)]
        return sum(layers[:-1]) / layers[-1]

    def test_equal_costs_split_tasks_evenly(self) -> None:
        found = evaluate(insurance.outsourced_share, years=0, coordination_cost=0.25)
        assert_allclose(found, 0.5)

    def test_both_costs_gone_is_half_not_all(self) -> None:
        assert_allclose(evaluate(insurance.outsourced_share, years=1e5), 0.5)

    def test_cheaper_markets_alone_draw_tasks_out(self) -> None:
        path = evaluate(insurance.outsourced_share, years=T, coordination_cost_decline=0.0)
        assert np.all(np.diff(path) > 0)

    def test_half_the_managers_takes_the_stated_span(self) -> None:
        span = insurance.span_after_cut(span_of_control=8.0, management_cut=0.5)
        assert span == 15
        before, after = (self.managers_per_worker(int(s)) for s in (8, span))
        assert_allclose(after, before / 2, rtol=1e-6)
        assert insurance.span_after_cut(span_of_control=8.0, management_cut=0.0) == 8


class TestPayAsYouGo:
    @quick
    @given(rate, rate, st.floats(20, 45), st.floats(10, 30))
    def test_return_is_zero_against_saving_at_n_plus_g(
        self, n: float, g: float, work: float, rest: float
    ) -> None:
        found = insurance.pay_as_you_go(
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
            insurance.pay_as_you_go, contributor_growth=n, wage_growth=g, interest_rate=r
        )
        if abs(n + g - r) > 1e-6:
            assert (found.money_worth > 1) == (found.generation_gain > 0) == (n + g > r)

    def test_the_first_gift_is_what_later_members_lose(self) -> None:
        ledger = insurance.generation_ledger(400, growth_factor=1.2, interest_factor=1.5)
        assert ledger[0] == 1 and np.all(ledger[1:] < 0)
        assert_allclose(ledger.sum(), 0, atol=1e-12)


class TestContributionBase:
    @quick
    @given(st.floats(0.2, 0.6), st.floats(0.1, 5))
    def test_limited_mean_is_the_integral(self, gini: float, limit: float) -> None:
        sigma = float(insurance.lognormal_sigma(gini))
        law = lognorm(s=sigma, scale=np.exp(-(sigma**2) / 2))
        area, _ = quad(law.sf, 0, limit, limit=200)
        assert_allclose(insurance.limited_mean(limit, sigma), area, rtol=1e-6)

    def test_sigma_gives_back_the_gini(self) -> None:
        sigma = float(insurance.lognormal_sigma(0.465))
        pay = np.sort(lognorm(s=sigma).ppf((np.arange(200000) + 0.5) / 200000))
        ranks = np.arange(1, pay.size + 1)
        gini = 2 * (ranks * pay).sum() / (pay.size * pay.sum()) - (pay.size + 1) / pay.size
        assert_allclose(gini, 0.465, atol=2e-3)

    def test_no_floor_no_ceiling_counts_all_pay(self) -> None:
        found = evaluate(
            insurance.contribution_base, base_floor=1e-9, base_ceiling=1e9, gig_share=0.0
        )
        assert_allclose(found.capped_share, 1, rtol=1e-8)

    def test_full_coverage_of_all_pay_is_the_labour_share(self) -> None:
        full = dict.fromkeys(
            ("formal_coverage", "formal_compliance", "gig_coverage", "gig_compliance"), 1.0
        )
        found = evaluate(insurance.contribution_base, base_floor=1e-9, base_ceiling=1e9, **full)
        assert_allclose(found.base, defaults()["labour_share"], rtol=1e-8)
        assert_allclose(found.revenue, defaults()["contribution_rate"] * found.base)

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
            evaluate(insurance.contribution_base, **{symbol: value * (1 + s)}).base
            for s in (step, -step)
        )
        numeric = np.log(up / down) / (2 * step)
        found = evaluate(insurance.contribution_base)
        assert_allclose(getattr(found, attribute), numeric, rtol=1e-5)

    def test_pay_above_the_ceiling_adds_nothing(self) -> None:
        """More unequal pay with the same mean shrinks the capped base at a low floor."""
        flat, steep = (
            evaluate(insurance.contribution_base, wage_gini=g, base_floor=1e-6) for g in (0.3, 0.48)
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
            levers.tax_balance,
            corporate_tax_rate=u,
            depreciation_years=0,
            investment_credit=0,
            automation_levy=0,
        )
        assert_allclose(found.automation, 0, atol=1e-12)

    def test_credit_on_top_of_expensing_is_a_subsidy(self) -> None:
        found = evaluate(
            levers.tax_balance, depreciation_years=0, investment_credit=0.05, automation_levy=0
        )
        assert found.automation < 0

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
        tax = {"replacing_levy": levy, "augmenting_credit": credit}
        wedge = levers.steering_wedge(misclassification=m, **tax)
        assert_allclose(wedge, (1 - 2 * m) * (levy + credit), atol=1e-15)
        assert levers.steering_wedge(misclassification=0.5, **tax) == 0


class TestDirection:
    def test_level_field_stays_level(self) -> None:
        found = evaluate(
            levers.next_share, replacing_share=0.5, replacement_pull=0.0, policy_wedge=0.0
        )
        assert found == 0.5

    def test_the_escape_wedge_is_the_threshold(self) -> None:
        wedge = evaluate(levers.escape_wedge, replacing_share=0.7)
        for extra, side in ((-1e-3, 1), (1e-3, -1)):
            found = evaluate(levers.next_share, replacing_share=0.7, policy_wedge=wedge + extra)
            assert np.sign(found - 0.5) == side

    def test_waiting_can_lock_the_path(self) -> None:
        """The same wedge turns the path early and fails late."""
        ends = []
        for delay in (0, 20):
            share = 0.55
            for period in range(60):
                wedge = 0.1 if period >= delay else 0.0
                setting = {"path_dependence": 0.2, "policy_wedge": wedge}
                share = evaluate(levers.next_share, replacing_share=share, **setting)
            ends.append(share)
        assert ends[0] < 0.5 < ends[1]


class TestFinance:
    coverage = 0.3

    def mix(self, now: float, **changes: float) -> insurance.FinanceMix:
        return evaluate(
            insurance.finance_mix,
            labour_share_now=now,
            effective_coverage=self.coverage,
            **changes,
        )

    def test_sources_sum_to_the_total(self) -> None:
        mix = self.mix(0.45)
        parts = mix.contributions, mix.value_added_tax, mix.excess_profit_tax, mix.compute_dividend
        assert_allclose(sum(parts), mix.total, rtol=1e-14)
        assert_allclose(mix.gap, defaults()["spending_ratio"] - mix.total, rtol=1e-14)

    @quick
    @given(st.floats(0.2, 0.5))
    def test_contributions_alone_fall_one_for_one(self, now: float) -> None:
        none = {"vat_points": 0.0, "excess_profit_rate": 0.0, "payout_rate": 0.0}
        up, down = (self.mix(now * (1 + s), **none).total for s in (1e-6, -1e-6))
        assert_allclose(np.log(up / down) / 2e-6, 1, rtol=1e-6)

    def test_other_sources_cushion_the_fall_by_what_they_gain(self) -> None:
        """Of what labour loses, only the tax on excess profit gives something back."""
        value, (now, less) = defaults(), (self.mix(0.5), self.mix(0.49))
        back = value["excess_profit_rate"] * value["ai_rent_share"] * 0.01
        spent = value["worker_consumption"] - value["owner_consumption"]
        vat = value["vat_points"] * value["vat_efficiency"] * spent * 0.01
        lost = value["contribution_rate"] * self.coverage * 0.01
        assert_allclose(less.total - now.total, back - vat - lost, rtol=1e-10)

    def test_sovereign_fund_grows_as_its_equation(self) -> None:
        solved = solve_ivp(
            lambda _, f: 0.002 + (0.04 - 0.03) * f, (0, 35), [0.0], t_eval=T, rtol=1e-9
        )
        path = insurance.sovereign_fund_path(
            T, annual_injection=0.002, compute_return=0.04, payout_rate=0.03
        )
        assert_allclose(path, solved.y[0], rtol=1e-6)
        level = insurance.sovereign_fund_path(
            T, annual_injection=0.002, compute_return=0.03, payout_rate=0.03
        )
        assert_allclose(level, 0.002 * T)


class TestTransitionFund:
    def test_no_levy_no_fund(self) -> None:
        found = evaluate(levers.transition_fund, base=3e4, levy_rate=0.0)
        assert found.revenue == found.lost_base == found.students == found.firms == 0

    def test_uses_add_up(self) -> None:
        found = evaluate(levers.transition_fund, base=3e4, years=T)
        assert_allclose(found.partnership + found.scholarships + found.informal, found.revenue)

    def test_receipts_peak_where_stated(self) -> None:
        levy = np.linspace(0, 0.99, 9901)
        found = evaluate(levers.transition_fund, base=1.0, levy_rate=levy, base_elasticity=2.0)
        peak = levers.peak_levy(base_elasticity=2.0)
        assert_allclose(levy[np.argmax(found.revenue)], peak, atol=2e-4)

    def test_units_of_those_reached(self) -> None:
        """1 亿元 all for scholarships of 1 万元 is ten thousand students."""
        found = evaluate(
            levers.transition_fund,
            base=100.0,
            levy_rate=0.01,
            base_elasticity=0.0,
            partnership_share=0.0,
            scholarship_share=1.0,
            scholarship_cost=1.0,
        )
        assert_allclose(found.students * 1000, 1e8 / 1e4)

    def test_the_two_bases_differ_by_orders_of_magnitude(self) -> None:
        assert defaults()["equipment_investment"] / evaluate(levers.profit_base) > 10

    def test_uses_beyond_the_receipts_are_refused(self) -> None:
        shares = {"partnership_share": 0.7, "scholarship_share": 0.4}
        with pytest.raises(ParameterError, match="scholarship_share 之和须不大于 1"):
            evaluate(levers.transition_fund, base=1.0, **shares)
        evaluate(levers.transition_fund, base=1.0, partnership_share=0.9, scholarship_share=0.1)


class TestSkills:
    @quick
    @given(st.floats(1, 20), st.floats(1, 40), st.floats(0, 0.06))
    def test_worth_is_the_discounted_stream(self, half: float, years: float, r: float) -> None:
        found = evaluate(
            net.retraining_value, skill_half_life=half, career_years=years, interest_rate=r
        )
        value = defaults()
        area, _ = quad(lambda t: np.exp(-r * t) * 0.5 ** (t / half), 0, years)
        success = value["completion_rate"] * value["placement_rate"]
        worth = found.net_value + value["course_cost"]
        assert_allclose(worth, success * value["wage_gain"] * area, rtol=1e-6)

    def test_break_even_gain_breaks_even(self) -> None:
        gain = evaluate(net.retraining_value).break_even_gain
        even = evaluate(net.retraining_value, wage_gain=gain)
        assert_allclose(even.net_value, 0, atol=1e-12)

    def test_reach_of_34_per_cent_rescues_fewer(self) -> None:
        found = evaluate(net.displaced_backlog, years=T)
        assert found.rescued_share < 0.34
        assert found.waiting[0] == 0 and np.all(np.diff(found.waiting) > 0)
        late = evaluate(net.displaced_backlog, years=1e6).waiting
        assert np.all(found.waiting < late)
        full = dict.fromkeys(("retraining_reach", "completion_rate", "placement_rate"), 1.0)
        assert np.all(evaluate(net.displaced_backlog, years=T, **full).waiting == 0)

    @quick
    @given(st.floats(0, 200), st.floats(0, 200), st.floats(0, 1))
    def test_net_jobs_hide_stranded_workers(self, new: float, old: float, fit: float) -> None:
        found = net.job_mismatch(jobs_created=new, jobs_displaced=old, transferable_share=fit)
        assert_allclose(found.net, found.vacant - found.stranded, atol=1e-9)
        assert_allclose(found.moved + found.stranded, old, atol=1e-9)
        assert min(found.moved, found.stranded, found.vacant) >= 0

    def test_account_without_interest_is_a_sum(self) -> None:
        found = net.skill_account(
            10.0, account_grant=1.0, own_contribution=0.2, employer_match=0.5, interest_rate=0.0
        )
        assert_allclose(found, 1 + 10 * 0.2 * 1.5)

    @quick
    @given(part, st.floats(0, 1), st.floats(0, 10), st.floats(0, 10))
    def test_information_never_hurts(self, fit: float, a: float, gain: float, loss: float) -> None:
        found = net.certificate_value(
            fit_share=fit, certificate_accuracy=a, match_gain=gain, mismatch_loss=loss
        )
        assert found.value >= -1e-12

    def test_worthless_and_perfect_certificates(self) -> None:
        noise = evaluate(net.certificate_value, certificate_accuracy=0.5)
        assert noise.value == 0
        assert_allclose(noise.posterior, defaults()["fit_share"])
        truth = evaluate(net.certificate_value, certificate_accuracy=1.0)
        assert truth.posterior == 1
        value = defaults()
        unaided = value["fit_share"] * value["match_gain"]
        blind = max(unaided - (1 - value["fit_share"]) * value["mismatch_loss"], 0)
        assert_allclose(truth.value, unaided - blind)

    def test_linear_learning_loses_to_exponential_technology(self) -> None:
        race = net.skill_race(
            np.array([0.0, 5.0, 400.0]), technology_growth=0.05, learning_growth=0.1
        )
        assert race[0] == 1 and race[1] > 1 and race[2] < 1e-3


class TestYouth:
    @quick
    @given(st.floats(0, 0.8), st.floats(0, 0.6), st.floats(0.02, 0.3), st.floats(0.02, 0.3))
    def test_closed_form_solves_the_equations(self, x: float, s: float, p: float, q: float) -> None:
        found = levers.learning_ladder(
            T,
            entry_automation=x,
            hiring_subsidy=s,
            hiring_elasticity=0.5,
            promotion_rate=p,
            junior_exit_rate=0.0,
            senior_exit_rate=q,
        )
        m = float(found.hires)
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
        found = evaluate(levers.learning_ladder, years=T, entry_automation=0, hiring_subsidy=0)
        for path in (found.hires, found.juniors, found.seniors):
            assert_allclose(path, 1)
        assert np.all(found.subsidy_cost == 0) and np.all(np.isnan(found.cost_per_extra_hire))

    def test_the_restoring_subsidy_restores(self) -> None:
        subsidy = evaluate(levers.restoring_subsidy)
        found = evaluate(levers.learning_ladder, years=T, hiring_subsidy=subsidy)
        assert_allclose(found.seniors, 1, atol=1e-12)

    def test_seniors_thin_out_after_juniors(self) -> None:
        found = evaluate(levers.learning_ladder, years=T, hiring_subsidy=0.0)
        assert np.all(found.seniors[1:] > found.juniors[1:])
        assert np.all(np.diff(found.seniors) < 0)


@pytest.mark.parametrize(
    ("function", "bad", "message"),
    [
        (
            insurance.contribution_base,
            {"gig_share": 1.2},
            "gig_share（零工.*读到 1.2，允许 0 至 1；请",
        ),
        (work.wage_cap, {"substitution_elasticity": 1.0}, "读到 1，允许大于 1；请改到"),
        (levers.learning_ladder, {"years": 1, "hiring_subsidy": 1.0}, "允许不小于 0、小于 1"),
        (levers.learning_ladder, {"years": -1}, "years（年数.*读到 -1，允许不小于 0"),
        (levers.tax_balance, {"employer_rate": np.nan}, "employer_rate.*须为数字，读到“nan”"),
        (levers.tax_balance, {"investment_credit": 0.9}, "investment_credit.*须小于 1"),
        (
            insurance.contribution_base,
            {"base_floor": 4.0},
            "base_floor 须小于 base_ceiling；请调整",
        ),
        (levers.restoring_subsidy, {"hiring_elasticity": 0.0}, "hiring_elasticity 须大于 0"),
        (net.static_costs, {"phase_out_rate": 0.0}, "phase_out_rate 须大于 0"),
    ],
)
def test_values_without_meaning_are_refused(function, bad, message) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ParameterError, match=message):
        evaluate(function, **bad)


@pytest.mark.parametrize(
    ("function", "symbol", "field"),
    [
        (insurance.contribution_base, "gig_share", "base"),
        (work.wage_cap, "ai_hour_cost", "wage"),
        (levers.tax_balance, "automation_levy", "automation"),
    ],
)
def test_results_are_frozen_and_broadcast(function, symbol, field) -> None:  # type: ignore[no-untyped-def]
    grid = np.array([[0.1], [0.2]]) + np.array([0.0, 0.05, 0.1])
    found = evaluate(function, **{symbol: grid})
    assert getattr(found, field).shape == (2, 3)
    with pytest.raises(AttributeError):
        setattr(found, field, 1)
