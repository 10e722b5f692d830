"""Work and pay by another route: root finders, markets and tasks written out, steps of time."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest
from cases import PART, UNIT, Point, T, drawn
from numpy.testing import assert_allclose
from scipy.optimize import brentq, fsolve

from synergy.policy import net, work
from synergy.policy.parameters import bounds, defaults, evaluate

USUAL = defaults()


class TestTwoSectors:
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

    @drawn(
        labour_share=PART,
        workers_service_share=PART,
        owners_service_share=PART,
        displaced=(0, 0.9),
        mobility=UNIT,
        rent_sharing=UNIT,
    )
    def test_markets_clear(self, point: Point) -> None:
        """Spending on services equals the stagnant wage bill; wages and profit are all income."""
        found = work.wage_transmission(output=2.0, initial_labour_share=0.6, **point)
        beta, owners = point["workers_service_share"], point["owners_service_share"]
        services = found.stagnant_wage * (1 - found.employment)
        bill = found.employment * found.progressive_wage
        assert_allclose(bill, found.labour_share * 2.0, rtol=1e-10)
        assert_allclose(beta * (bill + services) + owners * found.profit, services, rtol=1e-10)
        assert_allclose(bill + services + found.profit, 2.0 + services, rtol=1e-10)
        assert_allclose(found.mean_wage, bill + services, rtol=1e-12)

    @drawn(displaced=(0.05, 0.8), rent_sharing=UNIT)
    def test_pay_answers_to_output_per_worker_with_the_stated_elasticity(
        self, point: Point
    ) -> None:
        """A few more workers shut in elsewhere, output given: d ln w / d ln(Y/l) is the symbol."""
        more = point | {"displaced": point["displaced"] + 1e-5}
        given = {"output": 3.0, "initial_labour_share": 0.55, "labour_share": 0.5, "mobility": 0.2}
        one, other = (evaluate(work.wage_transmission, p, **given) for p in (point, more))
        pay = np.log(other.progressive_wage / one.progressive_wage)
        assert pay / np.log(one.employment / other.employment) == pytest.approx(
            point["rent_sharing"], abs=1e-6
        )

    def test_sharing_all_rents_keeps_the_wage_bill_and_sharing_none_lets_it_go(self) -> None:
        """With 1 the bill is the same however many are shut in: the model of fixed shares."""
        whole, none = (
            evaluate(work.transmission_path, years=T, mobility=0.0, rent_sharing=chi)
            for chi in (1.0, 0.0)
        )
        assert_allclose(whole.labour_share, USUAL["progressive_labour_share"])
        kept = np.exp(-USUAL["displacement_rate"] * T)
        assert_allclose(none.labour_share, USUAL["progressive_labour_share"] * kept)

    def test_real_wages_are_deflated_by_what_workers_buy(self) -> None:
        """Cobb-Douglas basket: its cost index from budget shares, by quadrature over time."""
        fine, bought = np.linspace(0, 35, 3501), {"workers_service_share": 0.4}
        path = evaluate(work.transmission_path, bought, years=fine, mobility=0.0)
        price = path.stagnant_wage / path.stagnant_wage[0]
        start = evaluate(work.transmission_path, bought, years=0.0, mobility=1.0).stagnant_wage
        inflation = 0.4 * np.gradient(np.log(price), fine)
        index = np.exp(np.concatenate([[0], np.cumsum((inflation[1:] + inflation[:-1]) / 2)]) / 100)
        assert path.stagnant_wage[0] == pytest.approx(start)
        real = path.stagnant_wage / path.stagnant_wage[0] / index
        assert_allclose(path.real_stagnant_wage, real, rtol=1e-5)
        assert path.real_stagnant_wage[-1] < 0.7 * path.stagnant_wage[-1] / start

    def test_closing_the_channel_parts_the_wages(self) -> None:
        gaps = [evaluate(work.transmission_path, years=20.0, mobility=m) for m in (0.0, 0.5, 1.0)]
        ratios = [gap.stagnant_wage / gap.progressive_wage for gap in gaps]
        assert ratios[0] < ratios[1] < ratios[2]


class TestTaskLosses:
    def test_parts_add_up_and_are_those_of_hand_made_steps(self) -> None:
        """Euler's method in steps of a hundredth of a year, with and without full replacement."""
        names = ["automation_rate", "previous_automation_rate", "creation_lag"]
        a, before, lag = (USUAL[name] for name in names)
        ends = []
        for ratio in (1.0, USUAL["reinstatement_ratio"]):
            tasks = USUAL["labour_share"]
            waiting = ratio * before * tasks * lag
            for _ in range(3500):
                back = waiting / lag
                waiting += 0.01 * (ratio * a * tasks - back)
                tasks += 0.01 * (back - a * tasks)
            ends.append(tasks)
        found = evaluate(work.task_losses, years=35.0)
        assert found.speed_up == pytest.approx(USUAL["labour_share"] - ends[0], rel=2e-3)
        assert found.shortfall == pytest.approx(ends[0] - ends[1], rel=2e-3)
        whole = USUAL["labour_share"] - evaluate(work.task_path, years=35.0).labour_tasks
        assert found.speed_up + found.shortfall == pytest.approx(whole)

    def test_the_year_of_overtaking_is_where_the_parts_meet(self) -> None:
        years = np.arange(0.5, 300, 0.01)
        losses = evaluate(work.task_losses, years=years)
        first = years[np.argmax(losses.shortfall > losses.speed_up)]
        assert work.overtaking_year({}) == pytest.approx(first, abs=0.02)
        assert np.isnan(work.overtaking_year({"reinstatement_ratio": 1.0}))
        steady = {"automation_rate": 0.01, "previous_automation_rate": 0.01}
        assert work.overtaking_year(steady) == 0


class TestTaskWage:
    @staticmethod
    def economy(
        tasks: np.ndarray, labour: float, capital: float | None, rent: float
    ) -> tuple[float, float]:
        """Wage and rent where labour does the tasks that have no productivity of a machine.

        Output is the geometric mean over the tasks; each factor is spread evenly over its own.
        `tasks` has a row per task: productivity of labour, of the machine (NaN: labour's task).
        """
        by_hand = np.isnan(tasks[:, 1])
        n = len(tasks)

        def outcome(machines: float) -> tuple[float, float]:
            each = np.where(
                by_hand,
                tasks[:, 0] * labour / by_hand.sum(),
                tasks[:, 1] * machines / (~by_hand).sum(),
            )
            output = n * np.exp(np.log(each).mean())
            share = by_hand.mean()
            return share * output / labour, (1 - share) * output / machines

        if capital is not None:
            return outcome(capital)
        found = brentq(lambda k: outcome(np.exp(k))[1] - rent, -20, 40, xtol=1e-13)
        return outcome(np.exp(found))

    def test_both_runs_from_a_list_of_a_thousand_tasks(self) -> None:
        """Some of 500 tasks move to machines that do them at 1/1.6 of what labour's cost was."""
        tasks = np.full((1000, 2), np.nan)
        tasks[:, 0] = 1.0
        tasks[:500, 1] = 1.3
        wage, rent = self.economy(tasks, 1.0, 3.0, np.nan)
        missed = []
        for moved in (25, 50):
            after = tasks.copy()
            after[500 : 500 + moved, 1] = 1.6 * rent / wage  # cost: rent/productivity = wage/1.6
            short, _ = self.economy(after, 1.0, 3.0, np.nan)
            long, same = self.economy(after, 1.0, None, rent)
            found = evaluate(
                work.task_wage_effect,
                labour_share=0.5,
                tasks_automated=moved / 1000,
                tasks_created=0.0,
                cost_saving=1 - 1 / 1.6,
            )
            assert same == pytest.approx(rent)
            assert found.long_run == pytest.approx(long / wage - 1, abs=1e-9)
            missed.append(abs(found.short_run - (short / wage - 1)))
        assert missed[1] < 6e-3 and missed[0] < 0.3 * missed[1], "right to first order"

    def test_so_so_technology_lowers_the_wage_up_to_break_even(self) -> None:
        shock = {"labour_share": 0.5, "tasks_automated": 0.1}
        even = work.break_even_saving(**shock)
        for saving, sign in ((0.9 * even, -1), (even, 0), (1 - 0.9 * (1 - even), 1)):
            effect = work.task_wage_effect(
                **shock, tasks_created=0.0, new_task_gain=0.0, cost_saving=saving
            )
            assert np.sign(np.round(effect.short_run, 12)) == sign
            assert effect.long_run > 0


class TestWageCap:
    POINTS: ClassVar = {
        "substitution_elasticity": (0.2, 30),
        "product_demand_elasticity": (0.1, 4),
        "exposed_share": (0.05, 0.9),
        "ai_hour_cost": (1, 79),
    }
    FREE: ClassVar = {"reservation_wage": 1e-6}

    @drawn(**POINTS)
    def test_the_wage_clears_the_market(self, point: Point) -> None:
        """Demand for human work, from cost shares and demand for the product, is all there is."""
        sigma, eta, share, cost = point.values()
        found = evaluate(work.wage_cap, point | self.FREE)
        pay, machine = found.wage / 80, cost / 80
        if abs(sigma - 1) < 1e-3:
            return
        unit = ((1 - share) * pay ** (1 - sigma) + share * machine ** (1 - sigma)) ** (
            1 / (1 - sigma)
        )
        assert (pay / unit) ** -sigma * unit**-eta == pytest.approx(1, rel=3e-3)

    @drawn(**POINTS)
    def test_newton_finds_what_a_root_finder_finds(self, point: Point) -> None:
        sigma, eta, share, cost = point.values()
        cheaper = np.log(80 / cost)

        def excess(lead: float) -> float:
            mixed = share * lead
            if abs(sigma - 1) > 1e-6:
                mixed = np.log1p(share * np.expm1((sigma - 1) * lead)) / (sigma - 1)
            return float(lead + (sigma / eta - 1) * mixed - cheaper)

        root = brentq(excess, 0, 200 / max(sigma, 1.0), xtol=1e-13)
        found = np.log(evaluate(work.wage_cap, point | self.FREE).wage / 80) + cheaper
        assert found == pytest.approx(root, abs=2e-4)

    @pytest.mark.parametrize("corner", ["substitution_elasticity", "product_demand_elasticity"])
    def test_both_corners_give_the_essays_cap(self, corner: str) -> None:
        """AI at 5 an hour: the wage is 5 where it substitutes perfectly or demand does not move."""
        end = {"substitution_elasticity": 1e6, "product_demand_elasticity": 1e-6}[corner]
        found = evaluate(
            work.wage_cap,
            self.FREE,
            ai_hour_cost=5.0,
            exposed_share=np.array([0.1, 0.5, 0.9]),
            **{corner: end},
        )
        assert_allclose(found.wage, 5.0, rtol=1e-4)
        assert_allclose(found.cap, 5.0)

    def test_cobb_douglas_is_the_power_of_the_closed_form(self) -> None:
        found = evaluate(
            work.wage_cap, self.FREE, substitution_elasticity=1.0, product_demand_elasticity=0.5
        )
        share, eta = USUAL["exposed_share"], 0.5
        power = (1 - eta) * share / (share + eta * (1 - share))
        ratio = USUAL["ai_hour_cost"] / USUAL["task_value"]
        assert found.wage == pytest.approx(USUAL["task_value"] * ratio**power, rel=1e-6)

    def test_equal_elasticities_leave_the_wage_alone_and_parity_does_for_all(self) -> None:
        same = {"substitution_elasticity": 1.7, "product_demand_elasticity": 1.7}
        assert evaluate(work.wage_cap, self.FREE, ai_hour_cost=3.0, **same).wage == pytest.approx(
            USUAL["task_value"]
        )
        sigma = np.array([0.3, 1.0, 1.7, 10.0])
        level = evaluate(
            work.wage_cap,
            self.FREE,
            ai_hour_cost=USUAL["task_value"],
            substitution_elasticity=sigma,
        )
        assert_allclose(level.wage, USUAL["task_value"])

    def test_cap_is_per_unit_of_work_not_per_hour(self) -> None:
        """The worker who alone becomes twice as productive earns twice as much."""
        one, two = (evaluate(work.wage_cap, human_output=a) for a in (1.0, 2.0))
        assert_allclose(two.cap, 2 * one.cap)
        assert_allclose(two.wage, 2 * one.wage)
        both = evaluate(work.wage_cap, human_output=2.0, ai_output=2.0)
        assert_allclose(both.cap, one.cap)

    @drawn(**POINTS)
    def test_the_slope_is_that_of_the_bundled_job(self, point: Point) -> None:
        """At the cost share that AI has there, the elasticity is the closed form."""
        sigma, eta, share, cost = point.values()
        ends = [
            evaluate(work.wage_cap, point | self.FREE, ai_hour_cost=cost * f).wage
            for f in (1 - 1e-4, 1 + 1e-4)
        ]
        slope = np.log(ends[1] / ends[0]) / np.log((1 + 1e-4) / (1 - 1e-4))
        pay = evaluate(work.wage_cap, point | self.FREE).wage
        machine = share * (cost / pay) ** (1 - sigma)
        there = machine / (machine + 1 - share)
        closed = work.bundled_wage_elasticity(
            exposed_share=there, substitution_elasticity=sigma, product_demand_elasticity=eta
        )
        assert slope == pytest.approx(closed, abs=0.02)

    def test_who_stays_is_where_the_last_one_is_indifferent(self) -> None:
        """Cut the supply of people until their wage is the reservation wage: two equations."""
        point = {"ai_hour_cost": 0.6, "reservation_wage": 20.0}
        sigma, eta, share = (
            USUAL[n]
            for n in (
                "substitution_elasticity", "product_demand_elasticity", "exposed_share",
            )
        )  # fmt: skip
        pay, machine = 20 / 80, 0.6 / 80

        def clears(logs: np.ndarray) -> list[float]:
            people, output = np.exp(logs)
            unit = ((1 - share) * pay ** (1 - sigma) + share * machine ** (1 - sigma)) ** (
                1 / (1 - sigma)
            )
            return [output - unit**-eta, people - output * (pay / unit) ** -sigma]

        people = np.exp(fsolve(clears, np.log([0.5, 1.0]))[0])
        found = evaluate(work.wage_cap, point)
        assert found.wage == 20 and found.staying == pytest.approx(people, rel=1e-8)
        assert evaluate(work.wage_cap, ai_hour_cost=36.0).staying == 1

    @drawn(exposed_share=(0.05, 0.9), sigma=(0.3, 8), less=(0.1, 0.95), more=(1.05, 5))
    def test_the_sign_of_the_bundle_turns_where_the_elasticities_meet(self, point: Point) -> None:
        for factor, sign in ((point["less"], 1), (point["more"], -1), (1.0, 0)):
            pay = work.bundled_wage_elasticity(
                exposed_share=point["exposed_share"],
                substitution_elasticity=point["sigma"],
                product_demand_elasticity=factor * point["sigma"],
            )
            assert np.sign(pay) == sign


class TestCertificates:
    @drawn(fit_share=PART, match_gain=(0.5, 10), mismatch_loss=(0.5, 10))
    def test_the_flat_stretch_ends_at_the_stated_accuracy(self, point: Point) -> None:
        """Scan the accuracy: no worth up to the threshold, some beyond it."""
        found = net.certificate_value(certificate_accuracy=np.linspace(0.5, 1, 2001), **point)
        paid = np.linspace(0.5, 1, 2001)[found.value > 1e-9]
        edge = float(np.ravel(found.threshold)[0])
        assert edge >= 0.5
        if edge < 0.999:
            assert paid[0] == pytest.approx(edge, abs=6e-4)

    def test_no_stretch_is_flat_where_firms_are_undecided(self) -> None:
        found = evaluate(
            net.certificate_value, fit_share=0.5, match_gain=6.0, mismatch_loss=6.0,
            certificate_accuracy=0.55,
        )  # fmt: skip
        assert found.threshold == pytest.approx(0.5) and found.value == pytest.approx(0.3)


def test_what_the_drivers_of_the_wage_are_told_of_costs() -> None:
    """Cost and output of AI enter as a ratio and in no other way."""
    one = evaluate(work.wage_cap, ai_hour_cost=24.0, ai_output=0.8)
    other = evaluate(work.wage_cap, ai_hour_cost=60.0, ai_output=2.0)
    assert_allclose(one, other)
    assert bounds(["ai_hour_cost"])["ai_hour_cost"][0] > 0
