"""Sixteen sentences that compare: as their chapter prints them, against the raw inequality.

Each is read in five editions, and with the assumptions of each scenario file as the table's
defaults; where all of these lie on one side, some assumptions from the other side are added.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from math import exp
from typing import Any

import numpy as np
import pytest
from by_hand import Values, base, fund, high, low, scenario, subsidised, tasks, taxes, usual
from editions import EDITIONS, drawn_small, flat

from chapter_cells import shown_by
from synergy.dictionary import find_place
from synergy.evidence import Findings, load_evidence
from synergy.policy import foundations, parameters
from synergy.policy.places import regional_start
from synergy.policy.scenarios import builtin_scenarios

#: Assumptions on the other side of comparisons that editions and scenarios leave on one.
ELSEWHERE: dict[str, Values] = {
    "little replaced": {"reinstatement_ratio": 0.6},
    "few gigs": {"gig_share": 0.1, "gig_coverage": 0.5},
    "elastic demand": {"product_demand_elasticity": 3.0, "hiring_elasticity": 1.5},
    "long subsidy": {"subsidy_years": 10.0, "hiring_subsidy": 0.6, "hiring_elasticity": 1.5},
    "much profit": {"ai_rent_share": 0.8},
    "little profit": {"ai_rent_share": 0.1},
    "undecided firms": {"fit_share": 0.5},
    "elastic base": {"base_elasticity": 8.5},
    "high income tax": {"income_tax_rate": 0.4, "employee_rate": 0.02, "employer_rate": 0.02},
    "levied machines": {"automation_levy": 0.5},
    "wide reach": {"retraining_reach": 0.8, "completion_rate": 0.95, "placement_rate": 0.9},
}

WORLDS: dict[str, tuple[str, Values]] = {
    **{
        f"{place} {name}": (place, scenario(name))
        for place, name in product(EDITIONS, builtin_scenarios())
    },
    **{name: ("全国", changes) for name, changes in ELSEWHERE.items()},
}


class World:
    """An edition whose table of assumptions has other defaults."""

    def __init__(self, place: str, changes: Values) -> None:
        self.place, self.evidence = find_place(place), load_evidence()
        self.start = regional_start(self.place, self.lead)
        self.v = usual() | changes | self.start
        self.table = usual() | changes

    @property
    def lead(self) -> Findings:
        return self.evidence.lead

    def says(self, chapter: str, *marks: str) -> str:
        """What the cells with these marks show."""
        shown = shown_by(
            chapter,
            *marks,
            evidence=self.evidence,
            place=self.place,
            lead=self.lead,
            region=self.place.name,
            start=self.start,
            **drawn_small(),
        )
        assert len(shown) >= 1, marks
        return flat("\n".join(shown))


@pytest.fixture(scope="module", params=WORLDS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    place, changes = WORLDS[request.param]
    table = parameters.parameter_table()
    table.loc[list(changes), "default"] = list(changes.values())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parameters, "_table", lambda: table)
        forget()
        yield World(place, changes)
    forget()


def forget() -> None:
    parameters._column.cache_clear()
    foundations._swings.cache_clear()


def holds(text: str, words: str, inequality: Any) -> None:
    """Words stand in a text if and only if an inequality is true."""
    assert (words in text) == bool(inequality), (words, text)


def test_a_speed_against_shortfall(world: World) -> None:
    text = world.says(
        "notes/insights", "span, begin = ", "parts = evaluate(task_losses", "笔记强调“速度”"
    )
    v = world.v
    full, here = tasks(v | {"reinstatement_ratio": 1.0})[-1], tasks(v)[-1]
    ahead = v["labour_share"] - full > full - here
    holds(text, "笔记说得对，速度更要紧", ahead)
    holds(text, "更要紧的已经是“最终补不补得上”", not ahead)


def test_b_coverage_against_the_subsidy(world: World) -> None:
    text = world.says("notes/gaps", "now, covered, honest", "coverage(*parts")
    now, covered, honest = (
        base(world.v | change)
        for change in ({}, {"gig_coverage": 1.0}, {"gig_coverage": 1.0, "gig_compliance": 1.0})
    )
    more = world.v["labour_share"] * (covered[1] - now[1])
    holds(text, "不是小数", more > 0.5 * world.table["fiscal_subsidy"])
    holds(text, "两件事并举", covered[0] - now[0] < 0.5 * (honest[0] - now[0]))
    assert "收不到多少" not in text


def test_c_which_elasticity_decides(world: World) -> None:
    text = world.says("notes/evidence", "sigma = defaults()", "etas = 0.5, 3")
    sigma = world.table["substitution_elasticity"]
    assert f"需求弹性小于 {sigma:g}，AI 降价压低工资；大于 {sigma:g}，抬高工资" in text
    for eta in (0.5, 3):
        holds(text, f"需求弹性为 {eta:g} 时工资降", sigma > eta)
    holds(text, "后一种情形的工资也降", 6 > 3)


def test_f_n_bases_and_the_peak_of_the_levy(world: World) -> None:
    text = world.says(
        "notes/toolbox",
        *("usual, still = evaluate", "bases = levy_bases()"),
        *("receipts = levy_receipts", "levy_pays(rows)"),
    )
    widest = world.table["equipment_investment"]
    ratio = widest / world.table["ai_revenue"] / world.table["profit_margin"]
    assert f"智能制造装备约 {widest / 1e4:.1f} 万亿元，是利润的 {ratio:.0f} 倍" in text
    assert "数量级" not in text
    peak = 1 / (world.table["base_elasticity"] - 1)
    holds(text, "建议的范围离它很远，要紧的是税基选哪一个", peak > 5 * 0.03)
    holds(text, "离它不远", peak <= 5 * 0.03)
    part = re.search(r"一年收 [\d,]+ 亿元，够付这张网的 ([\d.]+)%", text)
    assert part is not None
    holds(text, "只够零头", float(part[1]) < 10)


def test_g_the_base_where_the_figure_starts(world: World) -> None:
    text = world.says(
        "essay/foundations",
        *("lives, here = ", "base, high = (evaluate(contribution_base", "在图的起点，缴费是"),
    )
    part, paid = base(world.v)
    share = world.v["labour_share"]
    assert f"缴费是 GDP 的 {share * paid:.1%}，缴费基数是 {share * part:.0%}" in text
    assert f"劳动份额（{share:.0%}）里进了基数的" in text
    holds(text, f"不到一半，是 {part:.0%}", part < 0.5)


def test_h_whom_retraining_catches(world: World) -> None:
    text = world.says("notes/evidence", "after = evaluate(displaced_backlog", "真正被培训接住的")
    caught = _caught(world.v)
    assert f"有 {caught:.0%}：够得着" in text
    holds(text, "真正被培训接住的只有", caught < 0.5)
    holds(text, "培训的可及率改变不了多少待业的人数", caught < 0.5 * (1 - caught))


def test_i_the_tasks_where_the_figure_starts(world: World) -> None:
    text = world.says("notes/insights", 'figure("fig-tasks"')
    left = tasks(world.v)[-1]
    assert f"由 {world.table['labour_share']:.1%} 变为 {left:.1%}" in text


def test_j_the_table_of_retirement_ages_says_whose_numbers_it_has(world: World) -> None:
    text = world.says("essay/path", "| 到 2040 年退休年龄提高 |", "paths = {rise: fund_of")
    for rise in (0, 4, 8):
        account = fund(*(world.v | {"retirement_age_rise": float(rise)}).items())
        row = re.search(rf"\| {rise} 岁 \| (-?[\d.]+)% \| ([\d.]+) \|", text)
        assert row, rise
        assert float(row[1]) / 100 == pytest.approx(account.balance[-1], abs=2e-3)
        assert float(row[2]) == pytest.approx(account.ratio[-1], abs=0.015)
    moved = {"formal_coverage", "gig_share", "gig_coverage"} & world.start.keys()
    holds(text, "不是本地基金的账", moved)


def test_k_whether_the_mix_insures(world: World) -> None:
    text = world.says("essay/path", "wages, paid = wage_test()", "limits = parameter_table()")
    v = world.v
    lost = base(v)[1] + v["vat_points"] * v["vat_efficiency"] * (
        v["worker_consumption"] - v["owner_consumption"]
    )
    gained = v["excess_profit_rate"] * v["ai_rent_share"]
    near = abs(gained - lost) < 0.1 * lost
    holds(text, "就在这条线附近", near)
    holds(text, "混合抵得住；", gained > lost and not near)
    holds(text, "混合抵不住；", gained < lost and not near)
    inside = low("ai_rent_share") < lost / v["excess_profit_rate"] < high("ai_rent_share")
    holds(text, "两种结论都在范围之内", inside)


def test_l_who_would_be_hired_anyway(world: World) -> None:
    text = world.says(
        "essay/path",
        "wages, paid = wage_test()",
        "without = evaluate(learning_ladder",
        "grant, pay = official",
    )
    v = world.table
    found = subsidised(v["hiring_elasticity"], v)
    anyway = (1 - v["entry_automation"]) / found["hires"]
    holds(text, f"因为领到补贴的人里有 {anyway:.0%} 不补也会被雇", anyway > 0.5)
    holds(text, f"虽然领到补贴的人里只有 {anyway:.0%} 不补也会被雇", anyway <= 0.5)
    up = v["promotion_rate"] + v["junior_exit_rate"]
    enough = 1 - (1 - v["entry_automation"]) ** (1 / v["hiring_elasticity"])
    holds(text, "即使全额也不够", enough > 1 - exp(-up * v["subsidy_years"]))


def test_m_where_the_certificate_is_flat(world: World) -> None:
    text = world.says("notes/insights", "paper = evaluate(certificate_value)", "准确度取")
    v = world.table
    gain, loss = v["fit_share"] * v["match_gain"], (1 - v["fit_share"]) * v["mismatch_loss"]
    blind = max(gain - loss, 0)
    slightly = max(0.505 * gain - 0.495 * loss, 0) + max(0.495 * gain - 0.505 * loss, 0) - blind
    holds(text, "曲线因此有一段平地", slightly < 1e-12)
    holds(text, "曲线没有平地", slightly >= 1e-12)


def turned(findings: Findings, columns: list[str]) -> Findings:
    """A panel in which some columns run from the last year back to the first."""
    frame = findings.frame.copy()
    for column in columns:
        path = frame.groupby("province")[column]
        frame[column] = path.transform(lambda values: values.to_numpy()[::-1])
    return replace(findings, frame=frame)


@pytest.mark.parametrize(
    ("columns", "verdict"), [([], "都不支持"), (["U2"], "都支持"), (["U1", "U2"], "只支持一半")]
)
def test_o_gaps_between_provinces(columns: list[str], verdict: str) -> None:
    evidence = load_evidence()
    lead = turned(evidence.lead, columns)
    text = flat(
        "\n".join(
            shown_by(
                "notes/insights",
                *("gaps = theil_decomposition", "moves = divergence", "省际差距末年有"),
                evidence=evidence,
                place=find_place("全国"),
                lead=lead,
                start={},
            )
        )
    )
    frame = lead.frame.reset_index()
    spread = []
    for year in (frame["year"].min(), frame["year"].max()):
        values = frame.loc[frame["year"] == year, "U2"].dropna().to_numpy()
        share = values / values.mean()
        spread.append(float(np.mean(share * np.log(share))))
    first, last = spread
    wide = frame.pivot(index="province", columns="year", values=["U1", "U2"])
    moved = {key: wide[key].iloc[:, -1] - wide[key].iloc[:, 0] for key in ("U1", "U2")}
    back = ((moved["U1"] > 0) & (moved["U2"] < 0)).sum()
    assert f"由 {first:.3f} {'升' if last > first else '降'}到 {last:.3f}" in text
    holds(text, "没有一个省份是人工智能上升而就业质量下降", back == 0)
    holds(text, f"人工智能上升而就业质量下降的省份有 {back} 个", back > 0)
    sides = {2: "都支持", 1: "只支持一半", 0: "都不支持"}
    assert sides[int(last > first) + int(back > 0)] == verdict
    assert f"这几个数{verdict}它" in text


def test_p_what_the_tax_gap_is_made_of(world: World) -> None:
    text = world.says("essay/path", "wages, paid = wage_test()", "tax_gap(paid, full, uninsured")
    rates = {name: world.table[name] for name in usual()}
    (labour, machine), bare = (
        taxes(**rates),
        taxes(**rates | {"employer_rate": 0.0, "employee_rate": 0.0}),
    )
    gap, without = labour - machine, bare[0] - bare[1]
    holds(text, "税并不偏向机器", gap <= 0)
    holds(text, "主要来自社会保险缴费", gap > 0 and without < 0.5 * gap)
    holds(text, "主要不是社会保险缴费造成的", gap > 0 and without >= 0.5 * gap)


def test_each_comparison_has_two_sides_among_the_worlds() -> None:
    """Scenarios, editions and the added assumptions reach both outcomes of what can turn."""
    values = [usual() | changes for _, changes in WORLDS.values()]
    sides: dict[str, Callable[[Values], float]] = {
        "speed": lambda v: 2 * _full(v) - v["labour_share"] - tasks(v)[-1],
        "hired": lambda v: (1 - v["entry_automation"]) / _hired(v) - 0.5,
        "mix": lambda v: v["excess_profit_rate"] * v["ai_rent_share"] - base(v)[1],
        "peak": lambda v: 1 / (v["base_elasticity"] - 1) - 0.15,
        "caught": lambda v: (
            v["retraining_reach"] * v["completion_rate"] * v["placement_rate"] - 0.5
        ),
        "gap": lambda v: taxes(**v)[0] - taxes(**v)[1],
        "fit": lambda v: v["fit_share"] - 0.499,
    }
    for name, side in sides.items():
        assert min(map(side, values)) < 0 < max(map(side, values)), name


def _caught(v: Values) -> float:
    return v["retraining_reach"] * v["completion_rate"] * v["placement_rate"]


def _full(v: Values) -> float:
    return float(tasks(v | {"reinstatement_ratio": 1.0})[-1])


def _hired(v: Values) -> float:
    return subsidised(v["hiring_elasticity"], v)["hires"]
