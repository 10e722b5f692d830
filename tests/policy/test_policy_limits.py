"""Limiting cases, identities and signs of the models without a population."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from cases import PART, RATE, UNIT, Point, T, drawn
from numpy.testing import assert_allclose
from scipy.integrate import quad, solve_ivp
from scipy.stats import lognorm

from synergy.policy import defaults, direction, evaluate, growth, insurance, levers, net, work
from synergy.policy.parameters import ParameterError, resolve

USUAL = defaults()


def every(value: float, symbols: str) -> Point:
    """The same value for several symbols."""
    return dict.fromkeys(symbols.split(), value)


NO_LIMITS = {"base_floor": 1e-9, "base_ceiling": 1e9}
COVERED = every(1.0, "formal_coverage declared_pay gig_coverage gig_compliance") | NO_LIMITS
UNTAXED = every(
    0.0,
    "employer_rate employee_rate income_tax_rate corporate_tax_rate investment_credit "
    "automation_levy vat_on_spending",
)
PAY_IN_STEP = every(0.0, "labour_share_growth price_wedge_growth median_to_mean_growth")
RESCUED = every(1.0, "retraining_reach completion_rate placement_rate")
NO_SHOCK = {"years": T, "entry_automation": 0.0, "hiring_subsidy": 0.0}
UNSTEERED = {"replacing_share": 0.5, "replacement_pull": 0.0, "policy_wedge": 0.0}
UNLEVIED = {"base": 3e4, "levy_rate": 0.0}

#: What a model gives at a limit, to the last digit: quantity, setting, value.
EXACT: list[tuple[str, dict[str, Any], Any]] = [
    # Productivity from the denominator alone.
    ("growth.growth_accounting.productivity", {"output_growth": 0.0, "hours_growth": -0.02}, 0.02),
    ("growth.growth_accounting.fewer_hours", {"output_growth": 0.0, "hours_growth": -0.02}, 0.02),
    ("growth.median_pay_growth", {"productivity_growth": 0.03} | PAY_IN_STEP, 0.03),
    # Dear AI does not bind.
    ("work.wage_cap.wage", {"ai_hour_cost": 1e4}, USUAL["human_output"] * USUAL["task_value"]),
    ("work.wage_cap.cap", {"ai_hour_cost": 1e4}, USUAL["human_output"] * USUAL["task_value"]),
    # Half the managers of a span of 8 have 15.
    ("insurance.span_after_cut", {"span_of_control": 8.0, "management_cut": 0.5}, 15),
    ("insurance.span_after_cut", {"span_of_control": 8.0, "management_cut": 0.0}, 8),
    # No taxes, no wedges.
    ("levers.tax_balance.labour", UNTAXED, 0),
    ("levers.tax_balance.labour_with_vat", UNTAXED, 0),
    ("levers.tax_balance.automation", UNTAXED, 0),
    ("levers.tax_balance.bias", UNTAXED, 0),
    ("levers.tax_balance.break_even_levy", UNTAXED, 0),
    # A level field stays level.
    ("direction.next_share", UNSTEERED, 0.5),
    # No levy, no fund.
    ("levers.levy_on_equipment.revenue", UNLEVIED, 0),
    ("levers.levy_on_equipment.lost_base", UNLEVIED, 0),
    ("levers.levy_on_equipment.marginal_burden", UNLEVIED, 0),
    ("levers.levy_on_profit.excess_burden", UNLEVIED, 0),
    ("levers.transition_fund.students", {"levy_revenue": 0.0}, 0),
    ("levers.transition_fund.firms", {"levy_revenue": 0.0}, 0),
    # Nobody retires at once; nobody is left after the last has.
    ("levers.exposed_still_at_work", {"years": 0.0}, 1),
    ("levers.best_levy", {"years": 60.0}, 0),
    # No subsidy, no bill.
    ("levers.learning_ladder.cost_per_extra_hire", NO_SHOCK, np.nan),
    ("net.displaced_backlog.waiting", {"years": T} | RESCUED, 0),
    ("net.displaced_backlog.waiting", {"years": 0.0}, 0),
    # A worthless certificate and a perfect one.
    ("net.certificate_value.value", {"certificate_accuracy": 0.5}, 0),
    ("net.certificate_value.posterior", {"certificate_accuracy": 1.0}, 1),
]

#: The same, to eight digits.
CLOSE: list[tuple[str, dict[str, Any], Any]] = [
    # 1 亿元 with labour content 0.5 at 10 万元 a job-year is 500 job-years.
    (
        "growth.investment_jobs",
        {"investment": 1.0, "compute_share": 0.0, "annual_labour_cost": 10.0}
        | {"construction_labour_content": 0.5},
        0.5,
    ),
    ("work.ai_cost_path", {"years": 1e4}, USUAL["energy_use"] * USUAL["power_price"]),
    # Equal costs split tasks evenly; both costs gone is half, not all.
    ("insurance.outsourced_share", {"years": 0.0, "coordination_cost": 0.25}, 0.5),
    ("insurance.outsourced_share", {"years": 1e5}, 0.5),
    # Without limits the base is what is declared; a floor lifts it, whatever is declared.
    ("insurance.contribution_base.declared_share", NO_LIMITS, USUAL["declared_pay"]),
    ("insurance.contribution_base.declared_share", {"declared_pay": 1e-3}, 0.6),
    # Full coverage of all pay is the labour share.
    ("insurance.contribution_base.base", COVERED, USUAL["labour_share"]),
    (
        "insurance.contribution_base.revenue",
        COVERED | {"gig_contribution_rate": USUAL["contribution_rate"]},
        USUAL["contribution_rate"] * USUAL["labour_share"],
    ),
    # What is paid in just adds up where the return only pays the dividend.
    (
        "public_money.sovereign_fund.stock",
        {"years": T, "annual_injection": 0.002, "compute_return": 0.03, "payout_rate": 0.03},
        0.002 * T,
    ),
    ("levers.learning_ladder.hires", NO_SHOCK, 1),
    ("levers.learning_ladder.juniors", NO_SHOCK, 1),
    ("levers.learning_ladder.seniors", NO_SHOCK, 1),
    # 1 亿元 all for scholarships of 1 万元 is ten thousand students.
    (
        "levers.transition_fund.students",
        {"levy_revenue": 1.0}
        | {"partnership_share": 0.0, "scholarship_share": 1.0, "scholarship_cost": 1.0},
        10,
    ),
    (
        "net.skill_account",
        {"years": 10.0, "account_grant": 1.0, "own_contribution": 0.2}
        | {"employer_match": 0.5, "interest_rate": 0.0},
        1 + 10 * 0.2 * 1.5,
    ),
    ("net.certificate_value.posterior", {"certificate_accuracy": 0.5}, USUAL["fit_share"]),
]


@pytest.mark.parametrize(
    ("reference", "setting", "wanted", "tolerance"),
    [(*case, 0) for case in EXACT] + [(*case, 1e-8) for case in CLOSE],
)
def test_limiting_cases(
    reference: str, setting: dict[str, Any], wanted: Any, tolerance: float
) -> None:
    function, field = resolve(reference)
    found = evaluate(function, **setting)
    assert_allclose(getattr(found, field) if field else found, wanted, rtol=tolerance)


class TestGrowth:
    @drawn(
        output_growth=RATE,
        hours_growth=RATE,
        capital_growth=RATE,
        human_capital_growth=RATE,
        capital_share=PART,
    )
    def test_sources_add_up(self, point: Point) -> None:
        found = evaluate(growth.growth_accounting, point)
        sources = found.capital_deepening + found.human_capital + found.tfp
        assert_allclose(sources, found.productivity, atol=1e-15)

    @drawn(
        productivity_growth=RATE,
        labour_share_growth=RATE,
        price_wedge_growth=RATE,
        median_to_mean_growth=RATE,
    )
    def test_gap_is_what_lies_between(self, point: Point) -> None:
        pay = evaluate(growth.median_pay_growth, point)
        assert_allclose(pay, sum(point.values()), atol=1e-15)


START = {"labour_share": 0.53, "previous_automation_rate": 0.02}
TASKS = {"automation_rate": (0, 0.1), "reinstatement_ratio": (0, 1.1), "creation_lag": (0.5, 20)}


class TestTasks:
    @drawn(**TASKS)
    def test_closed_form_solves_the_equations(self, point: Point) -> None:
        a, rho, tau = point.values()
        path = work.task_path(T, **START, **point)
        solved = solve_ivp(
            lambda _, x: [-a * x[0] + x[1] / tau, rho * a * x[0] - x[1] / tau],
            (0, 35),
            [0.53, rho * 0.02 * 0.53 * tau],
            t_eval=T,
            rtol=1e-9,
            atol=1e-12,
        )
        assert_allclose(path.labour_tasks, solved.y[0], rtol=1e-6)
        waiting = rho * (0.02 * 0.53 * tau + path.displaced) - path.created
        assert_allclose(waiting, solved.y[1], rtol=1e-5, atol=1e-8)

    @drawn(**TASKS)
    def test_tasks_are_conserved(self, point: Point) -> None:
        path = work.task_path(T, **START, **point)
        assert_allclose(path.labour_tasks, 0.53 - path.displaced + path.created, atol=1e-9)

    @pytest.mark.parametrize(
        ("a", "rho", "tau", "lost", "tolerance"),
        [(0.125, 0.0, 8.0, 0.125, 1e-6), (0.05, 0.6, 1e-3, 0.05 * 0.4, 1e-3)],
        ids=["equal roots are no obstacle", "without lag only the unreplaced part is lost"],
    )
    def test_limits_of_the_path(
        self, a: float, rho: float, tau: float, lost: float, tolerance: float
    ) -> None:
        path = work.task_path(
            T, automation_rate=a, reinstatement_ratio=rho, creation_lag=tau, **START
        )
        assert_allclose(path.labour_tasks, 0.53 * np.exp(-lost * T), rtol=tolerance)

    def test_steady_automation_fully_replaced_changes_nothing(self) -> None:
        path = evaluate(
            work.task_path,
            years=T,
            automation_rate=0.02,
            previous_automation_rate=0.02,
            reinstatement_ratio=1.0,
        )
        assert_allclose(path.labour_tasks, path.labour_tasks[0], rtol=1e-6)

    def test_lag_alone_leaves_the_stated_gap(self) -> None:
        given_lag = {"automation_rate": 0.06, "previous_automation_rate": 0.02, "creation_lag": 6.0}
        late = evaluate(work.task_path, years=2000.0, reinstatement_ratio=1.0, **given_lag)
        start = USUAL["labour_share"]
        assert_allclose(1 - late.labour_tasks / start, work.lag_gap(**given_lag), rtol=1e-5)
        assert work.lag_gap(**given_lag | {"creation_lag": 0.0}) == 0

    def test_more_tasks_than_labour_has_cannot_go(self) -> None:
        with pytest.raises(ParameterError, match="tasks_automated 须小于 labour_share"):
            work.break_even_saving(labour_share=0.3, tasks_automated=0.3)
        with pytest.raises(ParameterError, match="tasks_automated 须小于 labour_share"):
            evaluate(work.task_wage_effect, labour_share=0.3, tasks_automated=0.4)


class TestFirmBoundary:
    @staticmethod
    def managers_per_worker(span: int) -> float:
        """Count them in a hierarchy of twelve layers."""
        layers = [float(span) ** k for k in range(12)]
        return sum(layers[:-1]) / layers[-1]

    def test_cheaper_markets_alone_draw_tasks_out(self) -> None:
        path = evaluate(insurance.outsourced_share, years=T, coordination_cost_decline=0.0)
        assert np.all(np.diff(path) > 0)

    def test_half_the_managers_takes_the_stated_span(self) -> None:
        before, after = (self.managers_per_worker(span) for span in (8, 15))
        assert_allclose(after, before / 2, rtol=1e-6)


class TestPayAsYouGo:
    @drawn(
        contributor_growth=RATE,
        wage_growth=RATE,
        working_years=(20, 45),
        retirement_years=(10, 30),
    )
    def test_return_is_zero_against_saving_at_n_plus_g(self, point: Point) -> None:
        r = point["contributor_growth"] + point["wage_growth"]
        found = insurance.pay_as_you_go(interest_rate=r, generation_years=30, **point)
        assert_allclose(found.advantage, 0, atol=1e-15)
        assert_allclose(found.generation_gain, 0, atol=1e-12)
        assert_allclose(found.money_worth, 1, rtol=1e-6)

    @drawn(contributor_growth=RATE, wage_growth=RATE, interest_rate=RATE)
    def test_both_measures_agree_on_the_sign(self, point: Point) -> None:
        n, g, r = point.values()
        lives = evaluate(insurance.life_course)._asdict()
        found = evaluate(insurance.pay_as_you_go, point | lives)
        if abs(n + g - r) > 1e-6:
            assert (found.money_worth > 1) == (found.generation_gain > 0) == (n + g > r)

    def test_the_first_gift_is_what_later_members_lose(self) -> None:
        ledger = insurance.generation_ledger(400, growth_factor=1.2, interest_factor=1.5)
        assert ledger[0] == 1 and np.all(ledger[1:] < 0)
        assert_allclose(ledger.sum(), 0, atol=1e-12)


class TestFirmLeaning:
    @drawn(firm_advantage=(-0.1, 0.1), cost_dispersion=(0.02, 0.15))
    def test_without_costs_the_share_is_what_tasks_lean_to(self, point: Point) -> None:
        """Half only where tasks lean to neither side; each draw of a task decides by itself."""
        h, s = point.values()
        found = evaluate(insurance.outsourced_share, point, years=1e5)
        draws = np.random.default_rng(2).logistic(h, s, 200_000)
        assert_allclose(found, np.mean(draws < 0), atol=5e-3)
        if abs(h) > 1e-6:
            assert (found > 0.5) == (h < 0)


class TestFirstPension:
    @pytest.mark.parametrize("years", [15, 20, 40])
    @pytest.mark.parametrize("gap", [-0.02, 0.0, 0.01])
    def test_months_one_by_one_give_the_formula(self, years: int, gap: float) -> None:
        """Wages rise, the account is credited, both month by month; then the first pension."""
        base, growth, month = 0.66, 0.05, 1 / 12
        wage, account = 1.0, 0.0
        for _ in range(12 * years):
            account = account * np.exp((growth + gap) * month) + 0.08 * base * wage * month
            wage *= np.exp(growth * month)
        found = insurance.first_pension(
            contribution_years=years,
            formal_compliance=base,
            account_rate=0.08,
            account_return_gap=gap,
            account_months=139,
        )
        assert_allclose(found.account, account * 12 / 139 / wage, rtol=6e-3)
        assert_allclose(found.pooled, 0.5 * (1 + base) * years * 0.01)

    def test_the_base_over_true_pay_is_one_number(self) -> None:
        """What the declaration makes of it, and what the table gives those who need no limits."""
        found = evaluate(insurance.contribution_base).declared_share
        assert_allclose(found, USUAL["formal_compliance"], atol=5e-3)

    def test_a_third_of_the_formal_rate_goes_to_the_account(self) -> None:
        formal = evaluate(insurance.contribution_base, gig_share=0.0)
        gig = evaluate(insurance.contribution_base, gig_share=1.0)
        for found, share in ((formal, 8 / 24), (gig, 8 / 20)):
            paid = (found.effective_coverage, found.paid_share)
            assert_allclose(
                evaluate(
                    insurance.account_share,
                    None,
                    **dict(zip(("effective_coverage", "paid_share"), paid, strict=True)),
                ),
                share,
            )


class TestContributionBase:
    @drawn(declared_pay=(0.3, 1.0), wage_gini=(0.3, 0.48), base_ceiling=(1.5, 6.0))
    def test_limits_bind_what_is_declared(self, point: Point) -> None:
        """The mean of the clipped declaration over a million wages, none of them averaged first."""
        compliance, gini, ceiling = point.values()
        sigma = float(insurance.lognormal_sigma(gini))
        ranks = (np.arange(100_000) + 0.5) / 100_000
        pay = lognorm(s=sigma, scale=np.exp(-(sigma**2) / 2)).ppf(ranks)
        declared = np.clip(compliance * pay, USUAL["base_floor"], ceiling)
        found = evaluate(insurance.contribution_base, point)
        assert_allclose(found.declared_share, declared.mean(), rtol=2e-3)
        assert_allclose(found.pay_above, np.maximum(pay - ceiling, 0).mean(), atol=2e-3)

    @drawn(gini=(0.2, 0.6), limit=(0.1, 5))
    def test_limited_mean_is_the_integral(self, point: Point) -> None:
        gini, limit = point.values()
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

    @pytest.mark.parametrize(
        ("symbol", "attribute"),
        [
            ("formal_coverage", "coverage_elasticity"),
            ("gig_share", "gig_elasticity"),
            ("base_ceiling", "ceiling_elasticity"),
        ],
    )
    def test_elasticities_are_those_of_the_base(self, symbol: str, attribute: str) -> None:
        value, step = USUAL[symbol], 1e-5
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
    @drawn(corporate_tax_rate=(0, 0.6))
    def test_expensing_makes_any_profit_tax_neutral(self, point: Point) -> None:
        found = evaluate(levers.tax_balance, UNTAXED | point, depreciation_years=0)
        assert_allclose(found.automation, 0, atol=1e-12)

    def test_credit_on_top_of_expensing_is_a_subsidy(self) -> None:
        found = evaluate(
            levers.tax_balance, depreciation_years=0, investment_credit=0.05, automation_levy=0
        )
        assert found.automation < 0

    def test_the_break_even_levy_breaks_even(self) -> None:
        levy = evaluate(levers.tax_balance).break_even_levy
        assert_allclose(evaluate(levers.tax_balance, automation_levy=levy).bias, 0, atol=1e-14)

    @drawn(replacing_levy=(0, 0.3), augmenting_credit=(0, 0.3), misclassification=UNIT)
    def test_coin_toss_labels_steer_nothing(self, point: Point) -> None:
        levy, credit, m = point.values()
        wedge = evaluate(levers.steering_wedge, point)
        assert_allclose(wedge, (1 - 2 * m) * (levy + credit), atol=1e-15)
        assert evaluate(levers.steering_wedge, point, misclassification=0.5) == 0


class TestDirection:
    def test_the_escape_wedge_is_the_threshold(self) -> None:
        wedge = evaluate(direction.escape_wedge, replacing_share=0.7)
        for extra, side in ((-1e-3, 1), (1e-3, -1)):
            found = evaluate(direction.next_share, replacing_share=0.7, policy_wedge=wedge + extra)
            assert np.sign(found - 0.5) == side

    def test_waiting_can_lock_the_path(self) -> None:
        """The same wedge turns the path early and fails late."""
        ends = []
        for delay in (0, 20):
            share = 0.55
            for period in range(60):
                wedge = 0.1 if period >= delay else 0.0
                setting = {"path_dependence": 0.2, "policy_wedge": wedge}
                share = evaluate(direction.next_share, replacing_share=share, **setting)
            ends.append(share)
        assert ends[0] < 0.5 < ends[1]


class TestFinance:
    paid = 0.07

    def mix(self, now: float, **changes: float) -> insurance.FinanceMix:
        known = {"labour_share_now": now, "paid_share": self.paid}
        return evaluate(insurance.finance_mix, known, **changes)

    def test_sources_sum_to_the_total(self) -> None:
        mix = self.mix(0.45)
        assert_allclose(sum(mix[:-2]), mix.total, rtol=1e-14)
        assert_allclose(mix.gap, USUAL["spending_ratio"] - mix.total, rtol=1e-14)

    @drawn(now=(0.2, 0.5))
    def test_contributions_alone_fall_one_for_one(self, point: Point) -> None:
        now = point["now"]
        none = every(0.0, "vat_points excess_profit_rate payout_rate fiscal_subsidy")
        up, down = (self.mix(now * (1 + s), **none).total for s in (1e-6, -1e-6))
        assert_allclose(np.log(up / down) / 2e-6, 1, rtol=1e-6)

    def test_other_sources_cushion_the_fall_by_what_they_gain(self) -> None:
        """Of what labour loses, only the tax on excess profit gives something back."""
        now, less = self.mix(0.5), self.mix(0.49)
        back = USUAL["excess_profit_rate"] * USUAL["ai_rent_share"] * 0.01
        spent = USUAL["worker_consumption"] - USUAL["owner_consumption"]
        vat = USUAL["vat_points"] * USUAL["vat_efficiency"] * spent * 0.01
        lost = self.paid * 0.01
        assert_allclose(less.total - now.total, back - vat - lost, rtol=1e-10)


class TestTransitionFund:
    def test_uses_add_up(self) -> None:
        found = evaluate(levers.transition_fund, levy_revenue=600.0)
        spent = [
            found.firms * USUAL["partnership_grant"],
            found.students * USUAL["scholarship_cost"],
            found.informal_workers * USUAL["informal_cost"],
        ]
        assert_allclose(sum(spent) / 10, 600)

    @pytest.mark.parametrize("elasticity", [2.0, 3.0])
    def test_receipts_peak_where_stated(self, elasticity: float) -> None:
        setting = {"levy_rate": np.linspace(0, 0.99, 9901), "base_elasticity": elasticity}
        equipment = evaluate(levers.levy_on_equipment, setting, base=1.0).revenue
        profit = evaluate(levers.levy_on_profit, setting, base=1.0).revenue
        peak = min(levers.peak_levy(base_elasticity=elasticity), 0.99)
        assert_allclose(setting["levy_rate"][np.argmax(equipment)], peak, atol=2e-4)
        assert_allclose(setting["levy_rate"][np.argmax(profit)], 1 / (1 + elasticity), atol=2e-4)

    def test_uses_beyond_the_receipts_are_refused(self) -> None:
        shares = {"partnership_share": 0.7, "scholarship_share": 0.4}
        with pytest.raises(ParameterError, match="scholarship_share 之和须不大于 1"):
            evaluate(levers.transition_fund, levy_revenue=1.0, **shares)
        whole = {"partnership_share": 0.9, "scholarship_share": 0.1}
        evaluate(levers.transition_fund, levy_revenue=1.0, **whole)


class TestSkills:
    @drawn(skill_half_life=(1, 20), career_years=(1, 40), interest_rate=(0, 0.06))
    def test_worth_is_the_discounted_stream(self, point: Point) -> None:
        half, years, r = point.values()
        found = evaluate(net.retraining_value, point)
        area, _ = quad(lambda t: np.exp(-r * t) * 0.5 ** (t / half), 0, years)
        success = USUAL["completion_rate"] * USUAL["placement_rate"]
        worth = found.net_value + USUAL["course_cost"]
        assert_allclose(worth, success * USUAL["wage_gain"] * area, rtol=1e-6)

    def test_break_even_gain_breaks_even(self) -> None:
        gain = evaluate(net.retraining_value).break_even_gain
        even = evaluate(net.retraining_value, wage_gain=gain)
        assert_allclose(even.net_value, 0, atol=1e-12)

    def test_reach_of_34_per_cent_rescues_fewer(self) -> None:
        found = evaluate(net.displaced_backlog, years=T)
        late = evaluate(net.displaced_backlog, years=1e6).waiting
        assert found.rescued_share < 0.34
        assert np.all(np.diff(found.waiting) > 0) and np.all(found.waiting < late)

    @drawn(jobs_created=(0, 200), jobs_displaced=(0, 200), transferable_share=UNIT)
    def test_net_jobs_hide_stranded_workers(self, point: Point) -> None:
        found = evaluate(net.job_mismatch, point)
        vacant = point["jobs_created"] - found.moved
        assert_allclose(found.net, vacant - found.stranded, atol=1e-9)
        assert_allclose(found.moved + found.stranded, point["jobs_displaced"], atol=1e-9)
        assert min(found.moved, found.stranded, vacant) >= 0

    @drawn(fit_share=PART, certificate_accuracy=UNIT, match_gain=(0, 10), mismatch_loss=(0, 10))
    def test_information_never_hurts(self, point: Point) -> None:
        assert net.certificate_value(**point).value >= -1e-12

    def test_a_perfect_certificate_spares_every_mismatch(self) -> None:
        truth = evaluate(net.certificate_value, certificate_accuracy=1.0)
        unaided = USUAL["fit_share"] * USUAL["match_gain"]
        blind = max(unaided - (1 - USUAL["fit_share"]) * USUAL["mismatch_loss"], 0)
        assert_allclose(truth.value, unaided - blind)

    def test_linear_learning_loses_to_exponential_technology(self) -> None:
        race = net.skill_race(
            np.array([0.0, 5.0, 400.0]), technology_growth=0.05, learning_growth=0.1
        )
        assert race[0] == 1 and race[1] > 1 and race[2] < 1e-3


class TestYouth:
    @drawn(
        entry_automation=(0, 0.8),
        hiring_subsidy=(0, 0.6),
        promotion_rate=(0.02, 0.3),
        senior_exit_rate=(0.02, 0.3),
    )
    def test_closed_form_solves_the_equations(self, point: Point) -> None:
        p, q = point["promotion_rate"], point["senior_exit_rate"]
        found = levers.learning_ladder(
            T, hiring_elasticity=0.5, junior_exit_rate=0.0, subsidy_years=2.0, **point
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
        (work.wage_cap, {"substitution_elasticity": 0.0}, "读到 0，允许大于 0；请改到"),
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
