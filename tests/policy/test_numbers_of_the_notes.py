"""What the chapters on the notes print, digit for digit, is what another route gives.

Each case is a piece of a page as a reader sees it, with its numbers put in by `by_hand`, which
knows the data files and not the library. Thresholds, rankings and what a page copies from a data
file are held elsewhere.
"""

from __future__ import annotations

import re
from math import exp, log, log1p

import numpy as np
import pytest
from by_hand import (
    base,
    figure,
    fund,
    high,
    hour,
    hour_cost,
    ladder,
    levied,
    low,
    net,
    scenario,
    services,
    subsidised,
    tasks,
    usual,
)
from editions import flat, text_of
from scipy.integrate import quad
from scipy.optimize import bisect

V = usual()
GDP = figure("gdp")


def evidence() -> list[str]:
    new, gone = V["jobs_created"], V["jobs_displaced"]
    left = [100 * (gone - min(part * gone, new)) for part in (0.3, 0.7)]
    slope = [
        (s - e) * V["exposed_share"] / (s * V["exposed_share"] + e * (1 - V["exposed_share"]))
        for s, e in ((V["substitution_elasticity"], 0.5), (V["substitution_elasticity"], 3), (6, 3))
    ]
    ageing = V["interest_rate"] + log(2) / V["skill_half_life"]
    lasting = quad(lambda t: exp(-ageing * t), 0, V["career_years"])[0]
    success = V["completion_rate"] * V["placement_rate"]
    worth = success * V["wage_gain"] * lasting - V["course_cost"]
    caught = success * V["retraining_reach"]
    waits = quad(lambda t: exp(-V["exit_rate"] * t), 0, 10)[0] * V["layoff_rate"]
    return [
        f"净增总是 {100 * (new - gone):,.0f} 万",
        f"没有着落的是 {left[0]:,.0f} 万人，若有七成，是 {left[1]:,.0f} 万人",
        f"每差一个百分点就是 {gone:.0f} 万人",
        f"0.5 时工资降 {slope[0]:.2f}%，需求弹性为 3 时工资升 {-slope[1]:.2f}%",
        f"工资也降 {slope[2]:.2f}%",
        f"每人亏 {-worth:.1f} 万元",
        f"有 {success:.0%} 最后进入更好的岗位",
        f"年工资增益须达到 {V['course_cost'] / (success * lasting):.2f} 万元",
        f"占劳动力 {waits * (1 - caught):.1%}；一个人都上不了课时是 {waits:.1%}",
        f"只有 {caught:.0%}：",
        f"平均等 {12 / V['exit_rate']:.0f} 个月，{3 / V['exit_rate']:.0f} 年左右",
    ]


def insights() -> list[str]:
    share = V["labour_share"]
    whole, usual_path = (
        tasks(V | {"reinstatement_ratio": r})[-1] for r in (1.0, V["reinstatement_ratio"])
    )

    def ahead(years: float, ratio: float) -> float:
        full = tasks(V | {"reinstatement_ratio": 1.0}, years)[-1]
        return 2 * full - share - tasks(V | {"reinstatement_ratio": ratio}, years)[-1]

    turn, sooner = (
        bisect(lambda t, r=r: ahead(t, r), 2, 300) for r in (V["reinstatement_ratio"], 0.7)
    )
    still = tasks(V | {"reinstatement_ratio": 1.0}, 3000.0)[-1]
    d, n = V["tasks_automated"], V["tasks_created"]
    saved, gained = -d * log1p(-V["cost_saving"]), n * log1p(V["new_task_gain"])
    short = exp(saved + gained) * (share - d + n) / share - 1
    long_ = exp((saved + gained) / (share - d + n)) - 1
    alone = exp(saved) * (share - d) / share - 1
    even = bisect(lambda s: -d * log1p(-s) + log((share - d) / share), 0.01, 0.999)
    fit, right = V["fit_share"], V["certificate_accuracy"]
    gain, loss = fit * V["match_gain"], (1 - fit) * V["mismatch_loss"]
    told = [
        max(a * gain - (1 - a) * loss, 0) + max((1 - a) * gain - a * loss, 0) - max(gain - loss, 0)
        for a in (right, *np.linspace(0.5, 1, 5001))
    ]
    need = 0.5 + next(i for i, worth in enumerate(told[1:]) if worth > 1e-9) / 1e4
    return [
        f"由 {share:.1%} 变为 {usual_path:.1%}",
        f"要到第 {turn:.0f} 年才多过提速拿走的",
        f"提速拿走 {100 * (share - whole):.1f} 个百分点，",
        f"补偿不足拿走 {100 * (whole - usual_path):.1f} 个",
        f"比原来少 {1 - still / share:.1%} 处",
        f"到第 {turn:.0f} 年反超；补偿若只有七成，第 {sooner:.0f} 年就反超",
        f"短期下降 {-short:.1%}，长期上升 {long_:.1%}",
        f"同样的机器使工资下降 {-alone:.1%}",
        f"要便宜 {even:.0%}，也就是人工贵到机器的 {1 / (1 - even):.1f} 倍",
        f"准确度不到 {need:.0%} 的证书一文不值",
        f"合格的概率升到 {right * fit / (right * fit + (1 - right) * (1 - fit)):.0%}",
        f"每年多得 {told[0]:.1f} 万元",
    ]


def toolbox() -> list[str]:
    names = ("baseline", "ageing", "augmenting_ai", "fast_ai", "gig_economy")
    titles = ("基准", "深度老龄化", "增强型人工智能", "快速人工智能", "高零工占比")
    runs = [fund(*scenario(name).items()) for name in names]
    first, fast = runs[0], runs[3]
    rows = [
        f"{title} {f.gap[-1]:.1%} {f.kept_gap[-1]:.1%} {f.kept[-1]:.1%}"
        f" {f.kept[-1] - f.benefits[-1]:.1%} {f.contributions[-1]:.1%}"
        for title, f in zip(titles, runs, strict=True)
    ]
    level = bisect(
        lambda i: (
            fund(*(scenario("fast_ai") | {"wage_indexation": i}).items()).balance[-1]
            - fund(("wage_indexation", i)).balance[-1]
        ),
        0.0,
        1.0,
        xtol=1e-5,
    )
    edge = [
        1
        / (
            1
            + exp(
                (
                    V["transaction_cost"] * exp(-V["transaction_cost_decline"] * t)
                    - V["coordination_cost"] * exp(-V["coordination_cost_decline"] * t)
                    + V["firm_advantage"]
                )
                / V["cost_dispersion"]
            )
        )
        for t in (0, 35)
    ]
    share, d, n = V["labour_share"], V["tasks_automated"], V["tasks_created"]
    fall = -d * log1p(-V["cost_saving"]) + n * log1p(V["new_task_gain"])
    left = log((share - d + n) / share)
    saved = (
        V["account_grant"] * exp(10 * V["interest_rate"])
        + V["own_contribution"]
        * (1 + V["employer_match"])
        * quad(lambda t: exp(V["interest_rate"] * (10 - t)), 0, 10)[0]
    )
    usual_net, none, many = (
        net(loss) for loss in (V["job_loss"], low("job_loss"), high("job_loss"))
    )
    grant = V["region_share"] * V["basic_income"]
    bonus = V["retraining_reach"] * usual_net["bonus"]
    hired = V["region_share"] * V["public_job_places"] * V["public_job_wage"]
    working = (1 - V["job_loss"]) * V["base_employment"]
    still = grant + bonus * working + hired * (1 - working)
    nation = figure("mean_income") * figure("population")
    jobless = (
        figure("urban_employed") * figure("urban_unemployment") / (1 - figure("urban_unemployment"))
    )
    drawn = figure("unemployment_recipients") / jobless
    benefit = 12 * figure("unemployment_benefit") / 1e4 / figure("mean_income")
    profit = V["ai_revenue"] * V["profit_margin"]
    bases = (V["equipment_investment"], V["robot_industry"], profit)
    got = [levied(0.02, volume, profit=volume == profit)[0] for volume in bases]
    whole = usual_net["cost"] * nation
    kinds = dict(zip(("智能制造装备", "机器人", "人工智能企业利润"), bases, strict=True))
    levies = {
        name: [levied(rate, volume, profit=volume == profit)[0] for rate in (0.01, 0.02, 0.03)]
        for name, volume in kinds.items()
    }
    end = V["phase_out_start"] + V["supplement_rate"] * V["supplement_peak"] / V["phase_out_rate"]
    return [
        *rows,
        f"比基准小 {100 * (first.gap[-1] - fast.gap[-1]):.1f} 个百分点",
        f"缴费少收 {100 * (first.contributions - fast.contributions)[-1]:.1f} 个百分点",
        f"调到 {level:.0%} 两者持平",
        f"是今天的 {edge[1] / edge[0]:.1f} 倍；",
        f"零工占比若同样增长，会到 {V['gig_share'] * edge[1] / edge[0]:.0%}",
        f"岗位减少 {-(left + (V['product_demand_elasticity'] - 1) * fall):.1%}",
        f"需求弹性要到 {1 - left / fall:.1f} 以上",
        f"存十年有 {saved:.2f} 万元",
        f"失去工作的人平均得到人均收入的 {grant + hired:.1%}，",
        f"保住工作的人也得到 {grant + bonus:.1%}",
        f"只差 {hired - bonus:.1%}",
        f"从 {none['cost']:.2%} 变到 {many['cost']:.2%}",
        f"给一名失业者 {drawn * benefit:.1%}",
        f"占城镇失业者的 {drawn:.0%}，领到的人一年约得人均收入的 {benefit:.0%}",
        f"收入到人均的 {end:.0%} 就领不到补充了",
        f"合计占人均收入的 {still:.1%}，按全国人口折算约 {still * nation / 1e4:.1f} 万亿元",
        f"其中区域性基本收入占 {grant / still:.0%}",
        f"就业率变动 {100 * usual_net['employment']:+.1f} 个百分点",
        f"对收入征税 {usual_net['rate']:.1%}",
        f"低于贫困线的人少 {100 * usual_net['poverty']:.1f} 个百分点",
        f"利润约 {profit:,.0f} 亿元",
        f"是利润的 {bases[1] / profit:.1f} 倍",
        f"是利润的 {bases[0] / profit:.0f} 倍",
        f"一年收 {got[2]:.0f} 亿元到 {got[0]:.0f} 亿元",
        f"一年收 {got[0]:.0f} 亿元，够付这张网的 {got[0] / whole:.1%}",
        f"一年收 {got[1]:.0f} 亿元，够付这张网的 {got[1] / whole:.2%}",
        f"一年收 {got[2]:.0f} 亿元，够付这张网的 {got[2] / whole:.2%}",
        f"补贴 {V['partnership_share'] * got[0] / V['partnership_grant']:.1f} 万家企业",
        f"{V['scholarship_share'] * got[0] / V['scholarship_cost']:.0f} 万名学员",
        *(
            f"{name} {one:.0f} {two:.0f} {three:.0f} {two / whole:.2%}"
            for name, (one, two, three) in levies.items()
        ),
        f"收入的顶点在征收率 {1 / (V['base_elasticity'] - 1):.0%}",
        f"课程成本的 {saved / V['course_cost']:.0%}",
        f"由人均收入的 {hired - bonus:.1%} 升到 {grant + hired - bonus:.1%}",
        f"窄口径的 {bases[0] / bases[1]:.0f} 倍",
    ]


def scenarios() -> list[str]:
    """Headlines and readings of the five scenarios."""
    names = ("baseline", "ageing", "augmenting_ai", "fast_ai", "gig_economy")
    values = [V | scenario(name) for name in names]
    runs = [fund(*scenario(name).items()) for name in names]
    pay = [100 * exp(35 * f.v["productivity_growth"]) * f.share[-1] / f.share[0] for f in runs]
    stagnant = [
        100 * services(v, f.share[-1] / f.share[0]) for v, f in zip(values, runs, strict=True)
    ]
    hours = [[hour(hour_cost(t, v), v) for t in (1, 2)] for v in values]
    waiting = [
        v["layoff_rate"]
        * (1 - v["retraining_reach"] * v["completion_rate"] * v["placement_rate"])
        * quad(lambda t, v=v: exp(-v["exit_rate"] * t), 0, 10)[0]
        for v in values
    ]
    seniors = [ladder(subsidised(v["hiring_elasticity"], v)["hires"], 20, v)[1] for v in values]
    rows: dict[str, list[str]] = {
        "劳动份额": [f"{f.share[-1]:.1%}" for f in runs],
        "社保缴费基数": [
            f"{f.share[-1] * base(f.v | {'gig_share': f.v['gig_share_2060']})[0]:.1%}" for f in runs
        ],
        "养老基金缴费与支付之比": [f"{f.ratio[-1]:.2f}" for f in runs],
        "养老金相对人均产出（2025 年为 1）": [f"{f.adequacy[-1]:.2f}" for f in runs],
        "养老基金当年收支差额": [f"{f.balance[-1]:.1%}" for f in runs],
        "养老基金当年收支差额，待遇不变时": [f"{f.kept_balance[-1]:.1%}" for f in runs],
        "组合筹资缺口": [f"{f.gap[-1]:.1%}" for f in runs],
        "组合筹资缺口，待遇不变时": [f"{f.kept_gap[-1]:.1%}" for f in runs],
        "养老基金结存耗尽年份": [str(f.exhausted) for f in runs],
        "平均工资指数（2025 年为 100）": [f"{index:.0f}" for index in pay],
        "停滞部门工资指数（2025 年为 100）": [f"{index:.0f}" for index in stagnant],
        "2026 年单一任务工资": [f"{one[0]:.0f}" for one, _ in hours],
        "2027 年仍做这项任务的人": [f"{two[1]:.1%}" for _, two in hours],
        "十年后待业存量": [f"{part:.1%}" for part in waiting],
        "二十年后高级人才存量（冲击前为 1）": [f"{stock:.2f}" for stock in seniors],
    }
    first, changes = runs[0], []
    for f, index in zip(runs[1:], pay[1:], strict=True):
        gap, kept = f.gap[-1] - first.gap[-1], f.kept_gap[-1] - first.kept_gap[-1]
        share = f.share[-1] - first.share[-1]
        told = [f"缺口比基准{'大' if gap > 0 else '小'} {100 * abs(gap):.1f} 个百分点"]
        if abs(share) > 5e-4:
            told += [
                f"劳动份额{'高' if share > 0 else '低'} {100 * abs(share):.1f} 个百分点",
                f"2025 年的 {f.adequacy[-1]:.2f} 倍（基准 {first.adequacy[-1]:.2f}）",
                f"平均工资{'高' if index > pay[0] else '低'} {abs(index / pay[0] - 1):.0%}",
            ]
        elif abs(kept) > 5e-4 and abs(kept - gap) > 1e-3:
            told += [f"待遇不变时大 {100 * kept:.1f} 个百分点"]
        changes += told
    ends = [[f.gap[-1] for f in runs], [f.kept_gap[-1] for f in runs]]
    return [
        *(f"{name} {' '.join(cells)}" for name, cells in rows.items()),
        *changes,
        f"在 {min(ends[0]):.1%} 与 {max(ends[0]):.1%} 之间；"
        f"待遇不变时在 {min(ends[1]):.1%} 与 {max(ends[1]):.1%} 之间",
    ]


def gaps() -> list[str]:
    steps = [
        base(V | change)
        for change in ({}, {"gig_coverage": 1.0}, {"gig_coverage": 1.0, "gig_compliance": 1.0})
    ]
    more = [V["labour_share"] * (paid - steps[0][1]) * GDP for _, paid in steps[1:]]
    got, lost = levied(V["levy_rate"], 1.0)
    ahead = levied(V["levy_rate"] + 1e-6, 1.0)
    return [
        f"缴费每年多 {more[0]:,.0f} 亿元；申报也做实，多 {more[1]:,.0f} 亿元",
        f"由 {steps[0][0]:.1%} 升到 {steps[1][0]:.1%}",
        f"升到 {steps[2][0]:.1%}，多 {more[1]:,.0f} 亿元",
        f"财政补助的 {more[0] / (V['fiscal_subsidy'] * GDP):.0%}",
        f"损失 {100 * lost / got:.1f} 分；",
        f"再多征 1 元，损失 {100 * (ahead[1] - lost) / (ahead[0] - got):.1f} 分",
        f"）的 {figure('injury_insured') / figure('platform_workers'):.0%}。",
    ]


PRINTED = {
    "notes/evidence": (evidence,),
    "notes/insights": (insights,),
    "notes/toolbox": (toolbox, scenarios),
    "notes/gaps": (gaps,),
}


@pytest.mark.parametrize("chapter", PRINTED)
def test_every_number_is_reached_by_another_route(chapter: str) -> None:
    text = flat(text_of(chapter))
    pieces = [flat(piece) for tell in PRINTED[chapter] for piece in tell()]
    assert [piece for piece in pieces if piece not in text] == []
    assert all(re.search(r"\d", piece) for piece in pieces)
