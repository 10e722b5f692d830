"""What the essay says in words of the models at their defaults is what the models give.

The numbers beside these words are computed in the chapters; the words stand there as text, so
each is held here.
"""

from __future__ import annotations

import numpy as np
import pytest

from synergy.figures.sliders import declared
from synergy.policy import direction, foundations, fund, growth, insurance, levers, record, work
from synergy.policy.official import official
from synergy.policy.parameters import bounds, defaults, evaluate, parameter_table
from synergy.policy.population import dependency_path
from synergy.policy.sensitivity import tornado


class TestDecoupling:
    def test_the_job_ratio_is_that_of_the_labour_contents(self) -> None:
        compute, ordinary = (evaluate(growth.investment_jobs, compute_share=x) for x in (1.0, 0.0))
        content = defaults(["compute_labour_content", "construction_labour_content"])
        assert compute / ordinary == pytest.approx(
            content["compute_labour_content"] / content["construction_labour_content"]
        )

    def test_the_example_is_a_hundred_billion_yuan(self) -> None:
        assert defaults()["investment"] == 1000, "一千亿元 in words, 亿元 in the table"

    def test_seniors_become_scarce_much_later_than_juniors(self) -> None:
        years = np.array([5.0, 20.0])
        after = evaluate(levers.learning_ladder, years=years, hiring_subsidy=0.0)
        lost_juniors, lost_seniors = 1 - after.juniors, 1 - after.seniors
        assert lost_seniors[0] < lost_juniors[0] / 4
        assert lost_seniors[1] > 4 * lost_seniors[0]

    def test_a_shut_channel_changes_who_is_paid_and_how_much(self) -> None:
        shut, free = (
            evaluate(work.transmission_path, years=35, mobility=mobility) for mobility in (0.0, 1.0)
        )
        assert shut.real_progressive_wage > free.real_progressive_wage
        assert shut.real_stagnant_wage < free.real_stagnant_wage
        assert shut.real_stagnant_wage > 1, "it has not stood still"
        assert shut.real_mean_wage < 0.95 * free.real_mean_wage
        per_worker = np.exp(35 * defaults()["progressive_growth"]) / shut.employment
        begin = evaluate(work.transmission_path, years=0, mobility=0.0)
        grown = shut.progressive_wage / begin.progressive_wage
        assert grown < per_worker * begin.employment, "pay lags behind the own sector"

    def test_sharing_all_rents_turns_both_verdicts(self) -> None:
        shut, free = (
            evaluate(work.transmission_path, years=35, mobility=m, rent_sharing=1.0)
            for m in (0.0, 1.0)
        )
        begin = evaluate(work.transmission_path, years=0, mobility=0.0)
        assert shut.real_mean_wage >= free.real_mean_wage
        per_worker = np.exp(35 * defaults()["progressive_growth"]) * begin.employment
        grown = shut.progressive_wage / begin.progressive_wage
        assert grown == pytest.approx(per_worker / shut.employment)

    def test_a_stagnant_wage_needs_more_than_owners_who_buy_no_services(self) -> None:
        shares, rates = np.linspace(0, 0.5, 11), np.linspace(0, 0.1, 11)
        shut = {"years": 35, "mobility": 0.0}
        real = evaluate(work.transmission_path, owners_service_share=shares, **shut)
        assert (np.diff(real.real_stagnant_wage) > 0).all() and real.real_stagnant_wage[0] > 1.2
        lost = evaluate(
            work.transmission_path, owners_service_share=0.0, displacement_rate=rates, **shut
        ).real_stagnant_wage
        assert (np.diff(lost) < 0).all() and lost[2] > 1 > lost[-1]

    def test_demand_below_substitution_lets_cheaper_machines_lower_pay(self) -> None:
        cheap = {"ai_hour_cost": np.array([60.0, 30.0, 10.0]), "reservation_wage": 0.01}
        low, high = (
            evaluate(work.wage_cap, cheap, product_demand_elasticity=eta).wage for eta in (0.5, 3.0)
        )
        assert (np.diff(low) < 0).all() and (np.diff(high) > 0).all()

    def test_a_task_machines_can_do_loses_its_people_and_not_its_pay(self) -> None:
        years = np.linspace(0, 6, 25)
        path = evaluate(work.wage_cap, ai_hour_cost=evaluate(work.ai_cost_path, years=years))
        assert path.wage.min() == defaults()["reservation_wage"]
        assert path.staying[0] == 1 and (np.diff(path.staying) <= 0).all()
        still = evaluate(work.ai_cost_path, years=years, ai_cost_decline=0.0)
        assert np.ptp(still) == 0


class TestFoundations:
    def test_more_pensioners_a_worker_and_fewer_with_later_retirement(self) -> None:
        usual = evaluate(dependency_path).ratio
        rise = defaults()["retirement_age_rise"] + 4
        late = evaluate(dependency_path, retirement_age_rise=rise).ratio
        assert usual[-1] > usual[0] and late[-1] < usual[-1]

    def test_outsourcing_dips_and_recovers_slowly_when_the_rates_change_places(self) -> None:
        market, firm = "transaction_cost_decline", "coordination_cost_decline"
        usual = defaults([market, firm])
        turned = {market: usual[firm], firm: usual[market]}
        years = np.array([0.0, 5.0, 35.0])
        one, other = (evaluate(insurance.outsourced_share, v, years=years) for v in (usual, turned))
        assert one[0] < one[1] < one[2]
        assert other[0] - 0.02 < other[1] < other[0] < other[2] < one[2] / 2
        outward = evaluate(
            insurance.outsourced_share, {market: 0.0, firm: usual[market]}, years=years
        )
        assert outward[2] < outward[1] < outward[0]

    def test_half_of_the_managers_leave(self) -> None:
        assert defaults()["management_cut"] == 0.5

    def test_the_base_is_far_below_the_labour_share_and_the_ceiling_matters_little(self) -> None:
        base = evaluate(insurance.contribution_base)
        assert base.base < defaults()["labour_share"] / 2
        assert base.above_ceiling < 0.05 and abs(base.ceiling_elasticity) < 0.1
        other = min(abs(base.coverage_elasticity), abs(base.gig_elasticity))
        assert abs(base.ceiling_elasticity) < other
        wide = evaluate(insurance.contribution_base, wage_gini=0.6)
        assert wide.ceiling_elasticity > base.ceiling_elasticity

    def test_the_base_follows_the_labour_share_in_proportion(self) -> None:
        share = defaults()["labour_share"]
        one, other = (
            evaluate(insurance.contribution_base, labour_share=s).base for s in (share, share / 2)
        )
        assert other == pytest.approx(one / 2)

    def test_pensions_that_follow_wages_narrow_the_gap(self) -> None:
        frozen, following = (
            fund.fund_of({"wage_indexation": iota}).balance[-1] for iota in (0.0, 1.0)
        )
        assert frozen < following < 0

    def test_prices_alone_spare_the_fund_most_and_leave_pensioners_poorest(self) -> None:
        ways = [
            fund.fund_of({"wage_indexation": iota, "price_indexation": psi})
            for iota, psi in ((0.0, 0.0), (1.0, 0.0), (0.5, 1.0))
        ]
        assert ways[0].balance[-1] < ways[1].balance[-1] < ways[2].balance[-1]
        assert ways[0].adequacy[-1] > ways[1].adequacy[-1] > ways[2].adequacy[-1]
        kept = [way.kept_balance[-1] for way in ways]
        assert kept == pytest.approx([kept[0]] * 3)

    def test_what_is_unknown_of_today_and_of_later(self) -> None:
        machines = {"automation_rate", "reinstatement_ratio", "creation_lag", "gig_share_2060"}
        policies = {"price_indexation", "wage_indexation", "retirement_age_rise"}
        rest = {"fertility_multiplier", "pensioner_coverage_2060", "productivity_growth"}
        assert set(foundations.later()) == machines | policies | rest | {"previous_automation_rate"}
        people = {"employment_rate", "retirement_age", "work_start_age", "pensioner_coverage"}
        paying = {"formal_coverage", "declared_pay", "gig_coverage", "gig_compliance"}
        rates = {"contribution_rate", "gig_contribution_rate", "base_floor", "base_ceiling"}
        pay = {"gig_share", "wage_gini", "replacement_rate"}
        assert set(foundations.today()) == people | paying | rates | pay

    @pytest.mark.parametrize("name", ["fig-fund-flows", "fig-fund-stock"])
    def test_sliders_of_the_fund_reach_what_drives_it(self, name: str) -> None:
        sliders = {*declared(name).sliders, "retirement_age_rise"}  # the latter as a menu
        ranking = foundations.later_drivers(draws=128)
        assert set(ranking.index[:2]) <= sliders
        assert {"declared_pay", "pensioner_coverage_2060", "replacement_rate"} <= sliders
        present = tornado(foundations.ratio_in(2025), foundations.today())
        assert present.index[0] in sliders

    def test_at_the_defaults_what_ai_moves_weighs_little(self) -> None:
        parts = foundations.foundations({})
        falls = [min(float(part[-1]), 0.0) for part in parts]
        assert float(parts.employment[-1] + parts.wages[-1]) / sum(falls) < 0.25

    def test_the_drift_of_pensions_is_chosen_by_the_record(self) -> None:
        past = record.backcast()
        spent = past.official.at[2024, "spending"]
        assert abs(past.model.at[2024, "spending"] / spent - 1) < 0.02
        assert past.model.at[2024, "held"] / spent - 1 > 0.1

    def test_pensions_today_go_to_those_who_may_have_paid(self) -> None:
        """No draw of 2060 has more pensioners than paid in 2025, but for late-comers."""
        table = record.official_record()
        payers = table.at[2025, "retirees"] * table.at[2025, "payers_per_pensioner"] / 100
        people = evaluate(dependency_path, employment_rate=1.0)
        share = payers / people.workers[0]
        low, high = bounds(["pensioner_coverage_2060"])["pensioner_coverage_2060"]
        assert low < share < high < share + 0.05
        assert low > defaults()["pensioner_coverage"]


class TestPath:
    def test_at_once_written_off_a_machine_bears_no_tax_at_any_rate(self) -> None:
        for rate in bounds(["corporate_tax_rate"])["corporate_tax_rate"]:
            found = evaluate(
                levers.tax_balance, depreciation_years=0.0, corporate_tax_rate=rate
            ).automation
            assert found == pytest.approx(0, abs=1e-12)
        slow, fast = (
            evaluate(levers.tax_balance, depreciation_years=y).automation for y in (10.0, 1.0)
        )
        assert slow > fast > 0

    def test_the_range_of_income_tax_ends_with_its_second_bracket(self) -> None:
        assert bounds(["income_tax_rate"])["income_tax_rate"] == (0.0, 0.10)
        assert "至 144000 元 10%" in parameter_table().at["income_tax_rate", "says"]

    def test_untaxed_the_threshold_is_the_machine_s_cost(self) -> None:
        found = evaluate(levers.replacing_wage, automation_tax=0.0, employer_rate=0.0)
        assert found == pytest.approx(defaults()["machine_cost"])

    def test_waiting_has_a_price(self) -> None:
        wedges = [evaluate(direction.escape_wedge, replacing_share=y) for y in (0.5, 0.6, 0.9)]
        assert 0 < wedges[0] < wedges[1] < wedges[2]

    def test_when_the_labour_share_falls_only_the_excess_profit_tax_rises(self) -> None:
        paid = evaluate(insurance.contribution_base).paid_share
        before, after = (
            evaluate(insurance.finance_mix, labour_share_now=share, paid_share=paid)
            for share in (0.50, 0.40)
        )
        lost, consumed = (
            before.contributions - after.contributions,
            before.value_added_tax - after.value_added_tax,
        )
        assert lost > consumed > 0
        assert after.excess_profit_tax > before.excess_profit_tax
        assert after.fiscal_subsidy == before.fiscal_subsidy
        assert after.compute_dividend == before.compute_dividend < 0.001, "too small to draw"

    def test_the_best_levy_falls_from_the_first_year_and_ends(self) -> None:
        levies = evaluate(levers.best_levy, years=np.linspace(0, 40, 81))
        last = (levies > 0).sum()
        assert (np.diff(levies[: last + 1]) < 0).all() and (levies[last:] == 0).all()
        low, high = (official(f"robot_tax_{end}").value for end in ("low", "high"))
        assert bounds(["robot_tax_now"])["robot_tax_now"] == (low, high)
        assert low < levies[0] < high, "the caption says the middle of the range"
