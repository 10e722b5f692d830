"""What the pages say of levers turns with the numbers: both sides of each comparison.

Where a sentence compares, its words are held against the raw inequality, for every scenario file
and for the nation and four provinces or regions.
"""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from synergy.dictionary import find_place
from synergy.evidence import Findings
from synergy.policy import insurance, levers, net, public_money, support
from synergy.policy.official import gdp_in_yuan, official
from synergy.policy.parameters import bounds, defaults, evaluate, parameter_table
from synergy.policy.places import regional_start
from synergy.policy.scenarios import builtin_scenarios, load_scenario
from synergy.policy_tables import levy_receipts, wage_test
from synergy.words import say

PLACES = ("全国", "广东", "青海", "北京", "东北")
PAGES = ("essay/path", "notes/toolbox", "notes/gaps")
ROOT = Path(__file__).parents[2]


@pytest.fixture(params=list(product(builtin_scenarios(), PLACES)), ids="-".join)
def point(request: pytest.FixtureRequest, lead: Findings) -> dict[str, float]:
    """A scenario's changes on top of where an edition starts."""
    name, place = request.param
    return regional_start(find_place(place), lead) | load_scenario(name).changes


class TestReplacing:
    @pytest.mark.parametrize(
        ("replaced", "words"),
        [
            ((True, True), "三种工资都高于它"),
            ((False, False), "三种工资都低于它"),
            ((False, True), "甲低于它，换机器不合算，文章的说法成立；乙高于它"),
        ],
    )
    def test_words(self, replaced: tuple[bool, bool], words: str) -> None:
        wages = [{"name": n, "replaced": r} for n, r in zip("甲乙", replaced, strict=True)]
        assert words in say("{{ replacing(wages, 10, 8.76) }}", wages=wages)

    def test_the_table_compares_the_wage_with_the_threshold(self) -> None:
        facts = wage_test()
        automation = evaluate(levers.tax_balance).automation
        threshold = evaluate(levers.replacing_wage, automation_tax=automation)
        assert (facts["replaced"] == (facts["wage"] > threshold)).all()
        assert facts["wage"].is_monotonic_increasing


def taxes(**change: float) -> str:
    none = {"employer_rate": 0.0, "employee_rate": 0.0}
    facts = {
        "paid": evaluate(levers.tax_balance, **change),
        "full": evaluate(levers.tax_balance, change, formal_compliance=1.0),
        "uninsured": evaluate(levers.tax_balance, **change | none | {"income_tax_rate": 0.0}),
        "without": evaluate(levers.tax_balance, **change | none),
    }
    return say("{{ tax_gap(paid, full, uninsured, without) }}", **facts)


class TestTaxGap:
    def test_what_the_gap_is_made_of(self) -> None:
        assert "主要来自社会保险缴费" in taxes()
        assert "主要不是社会保险缴费造成的" in taxes(income_tax_rate=0.45)
        assert "税并不偏向机器" in taxes(automation_levy=0.5)

    def test_the_uninsured(self) -> None:
        assert "反过来，机器多缴 1.7 元" in taxes()
        assert "没有参保的人差" in taxes(investment_credit=0.1)


class TestMix:
    @staticmethod
    def said(values: dict[str, float]) -> tuple[str, float, float, float]:
        cover = evaluate(insurance.contribution_base, values).paid_share
        needed = evaluate(public_money.insuring_rent_share, values, paid_share=cover)
        one, other = (
            evaluate(insurance.finance_mix, values, labour_share_now=s, paid_share=cover)
            for s in (0.50, 0.49)
        )
        gained = float(other.excess_profit_tax - one.excess_profit_tax)
        lost = float(one.total - other.total) + gained
        limits = parameter_table().loc["ai_rent_share", ["default", "low", "high"]].tolist()
        text = say(
            "{{ mix(lost, gained, needed, *limits) }}",
            lost=lost,
            gained=gained,
            needed=needed,
            limits=limits,
        )
        return text, float(needed), lost, gained

    def test_words_follow_the_inequality_everywhere(self, point: dict[str, float]) -> None:
        text, needed, lost, gained = self.said(point)
        near = abs(gained - lost) < 0.1 * lost
        assert ("就在这条线附近" in text) == near
        assert ("混合抵得住" in text) == (gained > lost and not near)
        assert ("混合抵不住" in text) == (gained < lost and not near)
        low, high = bounds(["ai_rent_share"])["ai_rent_share"]
        assert ("两种结论都在范围之内" in text) == (low < needed < high)

    @pytest.mark.parametrize(
        ("rate", "words"), [(0.5, "抵得住"), (0.05, "抵不住"), (0.0206, "全在线下")]
    )
    def test_the_rate_of_the_tax_turns_it(self, rate: float, words: str) -> None:
        assert words in self.said({"excess_profit_rate": rate})[0]

    def test_the_break_even_is_where_the_total_turns(self) -> None:
        _, needed, lost, gained = self.said({})
        assert gained / lost == pytest.approx(defaults()["ai_rent_share"] / needed)


class TestSovereign:
    @pytest.mark.parametrize(
        ("extra", "words"),
        [
            (0.0, ("等于经济增长率", "仍比注资少", "永远追不上")),
            (-0.02, ("低于经济增长率 2 个百分点", "永远追不上")),
            (0.04, ("高于经济增长率 4 个百分点", "已比注资多", "第 29 年超过注资")),
        ],
    )
    def test_words(self, extra: float, words: tuple[str, ...]) -> None:
        fund = evaluate(public_money.sovereign_fund, years=35.0, compute_return=extra)
        wait = evaluate(public_money.years_until_paying, compute_return=extra)
        text = say("{{ sovereign(f, 35, 0.002, e, w) }}", f=fund, e=extra, w=wait)
        assert all(word in text for word in words)


class TestSubsidy:
    @staticmethod
    def said(**change: float) -> str:
        ladder = evaluate(levers.learning_ladder, years=20.0, **change)
        without = evaluate(levers.learning_ladder, change, years=20.0, hiring_subsidy=0.0).hires
        return say(
            "{{ subsidy(ladder, without, s, n, covered, restoring) }}",
            ladder=ladder,
            without=without,
            s=change.get("hiring_subsidy", defaults()["hiring_subsidy"]),
            n=change.get("subsidy_years", defaults()["subsidy_years"]),
            covered=evaluate(levers.subsidised_part, change),
            restoring=evaluate(levers.restoring_subsidy, change),
        )

    def test_most_would_be_hired_anyway_or_not(self) -> None:
        usual = self.said()
        assert "因为领到补贴的人里有 97% 不补也会被雇" in usual and "即使全额也不够" in usual
        eager = {"hiring_elasticity": 1.5, "hiring_subsidy": 0.6, "subsidy_years": 10.0}
        turned = self.said(**eager)
        assert "虽然领到补贴的人里只有 30% 不补也会被雇" in turned
        assert "补贴率须到" in turned and "只补前 10 年" in turned

    def test_a_first_year_costs_as_much_per_year_worked_as_a_whole_stay(self) -> None:
        one, all_ = (
            evaluate(levers.learning_ladder, years=20.0, subsidy_years=n) for n in (1.0, 50.0)
        )
        assert all_.cost_per_extra_year == pytest.approx(2.11, abs=0.01)
        assert one.cost_per_extra_hire > 4 * all_.cost_per_extra_year


class TestLevies:
    def test_what_a_levy_pays_of_the_net(self) -> None:
        receipts = levy_receipts([0.02], float(evaluate(net.safety_net).total_cost))
        text = say("{{ levy_pays(rows) }}", rows=receipts.to_dict("records"))
        assert text.startswith("征 2%，") and text.count("一年收 ") == 3 and text.endswith("。")
        assert "577 亿元，够付这张网的 1.9%" in text

    @pytest.mark.parametrize(
        ("elasticity", "words"), [(0.5, "没有顶点"), (2.0, "很远"), (8.5, "不远")]
    )
    def test_the_peak(self, elasticity: float, words: str) -> None:
        peak = levers.peak_levy(base_elasticity=np.asarray(elasticity))
        assert words in say("{{ levy_peak(peak, 0.03) }}", peak=peak)

    @pytest.mark.parametrize(
        ("rate", "words"), [(0.005, "以内"), (0.02, "落在中间"), (0.05, "超出上端")]
    )
    def test_where_the_rate_lies_among_the_estimates(self, rate: float, words: str) -> None:
        levy = evaluate(levers.levy_on_equipment, base=1.0, levy_rate=rate)
        low, high = (official(f"robot_tax_{end}").value for end in ("low", "high"))
        text = say("{{ burden(levy, rate, low, high) }}", levy=levy, rate=rate, low=low, high=high)
        assert words in text and "1 元设备给别人造成的损失" in text


class TestNet:
    @staticmethod
    def said(now: float = 0.07, high: float = 0.0541, **change: float) -> str:
        found = evaluate(support.support_by_work, **change)
        return say(
            "{{ net_insures(s, now, low, high) }}",
            s=found,
            now=now,
            low=(0.02, 0.0530),
            high=(0.12, high),
        )

    def test_words(self) -> None:
        usual = self.said()
        assert "并不保险" in usual and "几乎不多付也不少付" in usual and "比这三层还多" in usual
        turned = self.said(now=0.001, high=0.08, public_job_places=1.0)
        assert "反过来" in self.said(retraining_reach=0.7)
        assert "反而付得少" in self.said(high=0.04)
        assert "有一部分是保险" in turned and "也付得多" in turned and "比这三层少" in turned

    def test_displacement_hardly_moves_the_cost(self) -> None:
        ends = bounds(["job_loss"])["job_loss"]
        costs = [float(evaluate(net.safety_net, job_loss=loss).total_cost) for loss in ends]
        assert max(costs) / min(costs) < 1.1


def test_a_change_has_a_direction() -> None:
    assert [say("{{ more_or_less(x) }}", x=x) for x in (0.008, -0.008)] == ["多 0.80%", "少 0.80%"]


class TestCoverage:
    @staticmethod
    def said(values: dict[str, float]) -> tuple[str, list[float], list[float]]:
        steps: tuple[dict[str, float], ...] = (
            {},
            {"gig_coverage": 1.0},
            {"gig_coverage": 1.0, "gig_compliance": 1.0},
        )
        found = [evaluate(insurance.contribution_base, values, **step) for step in steps]
        yuan = [gdp_in_yuan(other.revenue - found[0].revenue) for other in found[1:]]
        parts = [float(one.effective_coverage) for one in found]
        text = say(
            "{{ coverage(parts[0], parts[1], parts[2], yuan, subsidy) }}",
            parts=parts,
            yuan=yuan,
            subsidy=gdp_in_yuan(defaults()["fiscal_subsidy"]),
        )
        return text, parts, yuan

    def test_words_follow_the_inequality_everywhere(self, point: dict[str, float]) -> None:
        text, parts, yuan = self.said(point)
        subsidy = gdp_in_yuan(defaults()["fiscal_subsidy"])
        assert ("不是小数" in text) == (yuan[0] > 0.5 * subsidy)
        assert ("两件事并举" in text) == (parts[1] - parts[0] < 0.5 * (parts[2] - parts[0]))

    def test_the_yuan_by_hand(self) -> None:
        _, _, yuan = self.said({})
        usual = defaults()
        more = usual["gig_share"] * (1 - usual["gig_coverage"]) * usual["gig_compliance"]
        by_hand = more * usual["labour_share"] * usual["gig_contribution_rate"] * 1349084
        assert yuan[0] == pytest.approx(by_hand)
        assert "不是小数" not in self.said({"gig_share": 0.1})[0]


def test_the_strongest_instrument_is_named_with_who_pays() -> None:
    parts = [("甲", "劳动者", 0.01), ("甲", "企业与资本", 0.02), ("乙", "领取者", 0.0001)]
    table = pd.DataFrame(parts, columns=["name", "payer", "amount"])
    text = say("{{ strongest(t) }}", t=table)
    assert "补得最多的是甲（GDP 的 3.0%，先付的是劳动者、企业与资本），最少的是乙（0.01%）" in text


@pytest.mark.parametrize("page", PAGES)
def test_a_symbol_stands_for_one_thing_on_a_page(page: str) -> None:
    text = (ROOT / "chapters" / f"{page}.md").read_text(encoding="utf-8")
    (listed,) = re.findall(r"^models = (.*)$", text, re.M)
    table = parameter_table()
    tex = table[table["model"].isin(re.findall(r'"(\w+)"', listed))]["tex"]
    assert tex.is_unique, sorted(tex[tex.duplicated()])
