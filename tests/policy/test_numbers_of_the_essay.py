"""What the chapters on the essay print, digit for digit, is what another route gives.

Each case is a piece of a page as a reader sees it, with its numbers put in by `by_hand`, which
knows the data files and not the library. Thresholds, rankings and what a page copies from a data
file are held elsewhere.
"""

from __future__ import annotations

import re
from functools import cache
from math import exp, log

import numpy as np
import pytest
from by_hand import (
    base,
    falling,
    figure,
    fund,
    high,
    hour,
    hour_cost,
    ladder,
    lives,
    low,
    pay_clipped,
    real,
    sources,
    spread,
    subsidised,
    table,
    taxes,
    usual,
)
from editions import flat, text_of
from scipy.integrate import quad
from scipy.optimize import bisect
from scipy.stats import norm

V = usual()
GDP = figure("gdp")


def decoupling() -> list[str]:
    own = {(r["country"], int(r["year"])): r for r in table("labour_history.csv")}
    made, jobs = (
        {year: float(own["中国", year][name]) for year in range(1990, 2024)}
        for name in ("output", "employment")
    )
    top = max(jobs, key=lambda year: jobs[year])
    answer = [
        log(jobs[b] / jobs[a]) / log(made[b] / made[a])
        for a, b in ((1990, 2000), (2000, 2010), (2010, 2023))
    ]
    product = V["output_growth"] - V["hours_growth"]
    deep = V["capital_share"] * (V["capital_growth"] - V["hours_growth"]) / product
    skill = (1 - V["capital_share"]) * V["human_capital_growth"] / product
    per_job = V["annual_labour_cost"]
    build, compute = (
        V["investment"] * V[f"{kind}_labour_content"] / per_job
        for kind in ("construction", "compute")
    )
    g, h = V["technology_growth"], V["learning_growth"]
    soon, late = (ladder(1 - V["entry_automation"], years) for years in (5, 20))
    pay = V["labour_share_growth"] + V["price_wedge_growth"] + V["median_to_mean_growth"]
    open_, shut, half = (real(35, mobility=m) for m in (1.0, 0.0, V["mobility"]))
    bare = real(35, mobility=0.0, owners_service_share=0.0)["stagnant"]
    stop = bisect(
        lambda d: (
            real(35, mobility=0.0, owners_service_share=0.0, displacement_rate=d)["stagnant"] - 1
        ),
        0.001,
        0.4,
    )
    apart = {name: shut[name] / open_[name] - 1 for name in ("stagnant", "progressive", "mean")}
    now, still, many = (
        hour(hour_cost(0), {"product_demand_elasticity": eta})[0]
        for eta in (V["product_demand_elasticity"], 0.01, 2.0)
    )
    months = [hour(hour_cost(m / 12))[1] for m in range(73)]
    leaves = next(m for m, stay in enumerate(months) if stay < 1) / 12
    end, nowhere = hour(hour_cost(6)), hour(hour_cost(6), {"reservation_wage": 1e-3})[0]
    return [
        f"产出增到 {made[2023] / made[1990]:.1f} 倍，就业增到 {jobs[2023] / jobs[1990]:.2f} 倍",
        "1990—2000 年是 {:+.2f}%，2000—2010 年是 {:+.2f}%，2010—2023 年是 {:+.2f}%".format(*answer),
        f"在 {top} 年到顶，2023 年比那时少 {1 - jobs[2023] / jobs[top]:.1%}",
        f"年增 {product:.1%}：资本深化占 {deep:.0%}，人力资本占 {skill:.0%}",
        f"工时减少眼下只贡献了 {-V['hours_growth'] / product:.0%}",
        f"能支付 {build:.0f} 万人工作一年；全部投向算力，能支付 {compute:.0f} 万人",
        f"只有前者的 {compute / build:.0%}",
        f"十年后之比是 {(1 + 10 * h) / exp(10 * g):.2f}",
        f"是 {exp(10 * (h - g)):.2f}。",
        f"初级人员少 {1 - soon[0]:.0%}、高级人员少 {1 - soon[1]:.0%}",
        f"分别少 {1 - late[0]:.0%} 和 {1 - late[1]:.0%}",
        f"生产率升到 {exp(35 * V['productivity_growth']):.1f} 倍",
        f"实际工资升到 {exp(35 * (V['productivity_growth'] + pay)):.1f} 倍",
        f"进步部门的实际工资是期初的 {half['progressive']:.1f} 倍",
        f"停滞部门是 {half['stagnant']:.1f} 倍",
        f"全经济的人均产出是 {half['output']:.1f} 倍",
        f"停滞部门的实际工资低 {-apart['stagnant']:.0%}",
        f"进步部门高 {apart['progressive']:.0%}，平均工资低 {-apart['mean']:.0%}",
        f"劳动份额由 {shut['share_before']:.0%} 降到 {shut['share']:.0%}",
        f"工资涨到 {shut['kept']:.1f} 倍，他们的人均产出涨到 {shut['per_head']:.1f} 倍",
        f"期初的 {shut['stagnant']:.1f} 倍，合每年 {shut['stagnant'] ** (1 / 35) - 1:.1%}",
        f"产品来计是 {shut['nominal']:.1f} 倍",
        f"它仍是 {bare:.1f} 倍，还要进步部门的岗位每年流失 {stop:.1%} 以上",
        f"时薪是 {now:.0f} 元；弹性越大，越接近 {hour_cost(0):.0f} 元的上限",
        f"接近零时时薪是 {still:.0f} 元，取 2 时是 {many:.0f} 元",
        f"每年降为上一年的 {exp(-V['ai_cost_decline']):.0%}，",
        f"时薪由 {now:.0f} 元降到 {end[0]:.0f} 元",
        f"{leaves:.1f} 年以后开始有人离开，六年后还做这项工作的只剩 {end[1]:.0%}",
        f"六年后时薪会是 {nowhere:.0f} 元",
    ]


def foundations() -> list[str]:
    usual_fund, late = fund(), fund(("retirement_age_rise", V["retirement_age_rise"] + 4))
    part, back = falling("baseline")
    machines = {
        name: falling(name)[0]["雇佣与征缴"] + falling(name)[0]["工资"]
        for name in ("baseline", "fast_ai", "gig_economy")
    }
    work, rest = lives(V)
    growth = V["productivity_growth"] + log(usual_fund.share[-1] / usual_fund.share[0]) / 35
    losses = sum((1.35 / 2) ** j * (1.35 / 2 - 1) for j in range(8))
    ratio, later = (f.retired / f.workers for f in (usual_fund, late))
    lean = [
        1 / (1 + exp(h / V["cost_dispersion"]))
        for h in (high("firm_advantage"), low("firm_advantage"))
    ]
    of_income, paid = base(V)
    tall, honest, both = (
        base(V | change)[0]
        for change in (
            {"base_ceiling": 5.0},
            {"declared_pay": 1.0},
            {"declared_pay": 1.0, "base_ceiling": 5.0},
        )
    )
    slopes = [
        log(base(V | {name: V[name] * 1.0001})[0] / base(V | {name: V[name] / 1.0001})[0])
        / (2 * log(1.0001))
        for name in ("formal_coverage", "gig_share", "base_ceiling")
    ]
    clip = pay_clipped(V["declared_pay"], V["base_floor"], V["base_ceiling"], V["wage_gini"])
    sigma = spread(V["wage_gini"])
    beyond = norm.sf(log(V["base_ceiling"]) / sigma + sigma / 2)
    above = 1 - pay_clipped(1.0, 1e-12, V["base_ceiling"], V["wage_gini"])
    ways = {
        "默认": usual_fund,
        "随人均产出": fund(("wage_indexation", 0.0), ("price_indexation", 0.0)),
        "随工资": fund(("wage_indexation", 1.0), ("price_indexation", 0.0)),
        "在发的只随物价": fund(("wage_indexation", 0.5), ("price_indexation", 1.0)),
    }
    rows = [
        f"| {name} | {f.balance[-1]:.1%} | {f.ratio[-1]:.2f} "
        f"| {f.adequacy[-1]:.2f} | {f.exhausted} |"
        for name, f in ways.items()
    ]
    turns = {
        "变为 {:.2f}。\n- **雇佣**": {"retirement_age_rise": V["retirement_age_rise"] + 4},
        "零工占比停在 2025 年，变为 {:.2f}": {"gig_share_2060": V["gig_share"]},
        "劳动份额不变，变为 {:.2f}": {
            "automation_rate": V["previous_automation_rate"],
            "reinstatement_ratio": 1.0,
        },
        "只随物价，变为 {:.2f}": {"price_indexation": 1.0},
        "人人据实申报，变为 {:.2f}": {"declared_pay": 1.0},
    }
    once = [text.format(fund(*change.items()).ratio[-1]) for text, change in turns.items()]
    tau, own = V["contribution_rate"], V["account_rate"]
    pensions = []
    for years in (15, 20, 30, work):
        saved = quad(lambda t: exp(V["account_return_gap"] * t), 0, years)[0]
        base_pension = (1 + V["formal_compliance"]) / 2 * years / 100
        account = own * V["formal_compliance"] * saved * 12 / V["account_months"]
        pensions.append(
            f"| {base_pension:.0%} | {account:.0%} | {base_pension + account:.0%} |",
        )
    return [
        f"2025 年有 {usual_fund.ratio[0]:.2f} 元缴费，到 2060 年只有 {usual_fund.ratio[-1]:.2f} 元",
        f"人口占 {part['人口']:.0%}，领取面扩大占 {part['领取面']:.0%}",
        f"雇佣与征缴占 {part['雇佣与征缴']:.0%}，工资落后于生产率占 {part['工资']:.0%}",
        f"抵回 {back:.0%}",
        f"在基准里合计占 {machines['baseline']:.0%}",
        f"在“快速人工智能”里占 {machines['fast_ai']:.0%}",
        f"在“高零工占比”里占 {machines['gig_economy']:.0%}",
        f"工作 {work:.1f} 年、领取 {rest:.1f} 年",
        f"平均工资每年 {growth:+.1%}",
        f"第一代得 1.00，其后八代合计 {losses:.2f}",
        f"2025 年是 {ratio[0]:.2f}，退休年龄按法律提高以后，2060 年是 {ratio[-1]:.2f}",
        f"2060 年降到 {later[-1]:.2f}",
        f"工资每年要增长 {V['interest_rate'] - V['contributor_growth']:.1%}",
        f"支付是 GDP 的 {usual_fund.benefits[-1]:.1%}，缴费是 {usual_fund.contributions[-1]:.1%}",
        f"结存 {usual_fund.exhausted} 年耗尽，到 2060 年累计的缺口连同利息是 GDP 的 "
        f"{-usual_fund.stock[-1]:.0%}",
        f"时是 {lean[0]:.0%}，偏向市场 10% 时是 {lean[1]:.0%}",
        f"缴费是 GDP 的 {V['labour_share'] * paid:.1%}，",
        f"缴费基数是 {V['labour_share'] * of_income:.0%}：",
        f"不到一半，是 {of_income:.0%}。",
        f"由 GDP 的 {V['labour_share'] * of_income:.0%} 升到 {V['labour_share'] * honest:.0%}",
        f"基数平均是实际工资的 {clip:.0%}",
        f"参保覆盖每提高 1%，基数多 {slopes[0]:.2f}%；零工占比每提高 1%，少 {-slopes[1]:.2f}%；",
        f"封顶线每抬高 1%，{'几乎不变' if abs(slopes[2]) < 0.005 else slopes[2]}",
        f"封顶线以上的工资占 {above:.1%}，属于 {beyond:.1%} 的人",
        f"照现在的申报，基数多 {tall / of_income - 1:.2%}，",
        f"人人据实申报时多 {both / honest - 1:.1%}",
        f"据实申报本身使基数多 {honest / of_income - 1:.0%}",
        f"职工与单位合缴 {tau:.0%}，其中 {own:.0%} 记入个人账户",
        f"全部缴费的 {own * of_income / paid:.0%} 记在个人账户上",
        *pensions,
        *rows,
        f"年的差额是同一个数，{usual_fund.kept_balance[-1]:.1%}",
        f"相差的 {usual_fund.balance[-1] - usual_fund.kept_balance[-1]:.1%} 由退休者负担",
        *once,
    ]


@cache
def past() -> dict[str, np.ndarray]:
    """The model over the heads of 2011 to 2024, year by year."""
    rows = {int(r["year"]): r for r in table("pensions/official.csv")}
    span = np.arange(2011, 2025)

    def told(column: str) -> np.ndarray:
        return np.array([float(rows[y][column] or "nan") for y in span])

    def filled(values: np.ndarray) -> np.ndarray:
        known = ~np.isnan(values)
        return np.exp(np.interp(span, span[known], np.log(values[known])))

    each = told("payers_per_pensioner")
    both = ~np.isnan(told("payers")) & ~np.isnan(told("retirees"))
    each[both] = (told("payers") / told("retirees"))[both]
    retired = np.where(np.isnan(told("retirees")), told("members") / (1 + each), told("retirees"))
    payers = np.where(np.isnan(told("payers")), retired * each, told("payers"))
    gdp, employed = filled(told("gdp")), filled(told("employed"))
    payers, retired = filled(payers) / employed, filled(retired) / employed
    rate = np.where(span < 2019, V["contribution_rate"] + 0.04, V["contribution_rate"])
    rate[span == 2019] = (4 * (V["contribution_rate"] + 0.04) + 8 * V["contribution_rate"]) / 12
    paid = rate * V["labour_share"] * base(V)[0] * payers / payers[-1]
    output = {
        int(r["year"]): float(r["output"])
        for r in table("labour_history.csv")
        if r["country"] == "中国"
    }
    grown = log(output[2023] / output[2011]) / 12 - log(employed[-1] / employed[0]) / 13
    rest, lag = lives(V)[1], V["price_indexation"] * grown
    drift = [
        (quad(lambda a: exp(-lag * a), 0, t)[0] + (rest - t) * exp(-lag * t)) / rest
        for t in range(14)
    ]
    held = told("spending")[0] / gdp[0] * retired / retired[0]
    spent = held * np.array(drift)
    given = told("subsidy") / gdp
    known = ~np.isnan(given)
    given = np.interp(span, span[known], given[known])
    level = [told("fund")[0] / gdp[0]]
    for t in range(1, 14):
        carried = (1 + figure("bond_yield") / 100) / (gdp[t] / gdp[t - 1])
        level.append(level[-1] * carried + paid[t] + given[t] - spent[t])
    return {
        "paid": paid / (told("contributions") / gdp) - 1,
        "spent": spent / (told("spending") / gdp) - 1,
        "held": held / (told("spending") / gdp) - 1,
        "fund": np.array(level),
        "official": told("fund") / gdp,
    }


def record() -> list[str]:
    found = past()
    paid = np.abs(found["paid"][~np.isnan(found["paid"])])
    worst = 2011 + int(np.nanargmax(np.abs(found["spent"])))
    return [
        f"{paid.min():.0%} 到 {paid.max():.0%}（2016 年以后公报不再单列）",
        f"{worst} 年差得最多，为 {found['spent'][worst - 2011]:+.0%}，",
        f"2024 年为 {found['spent'][-1]:+.0%}",
        f"2024 年会多算 {found['held'][-1]:.0%}",
        f"2024 年官方占 GDP {found['official'][-1]:.1%}，模型 {found['fund'][-1]:.1%}",
        f"结存高 {found['fund'][-1] / found['official'][-1] - 1:.0%}",
    ]


def path() -> list[str]:
    rises = {rise: fund(("retirement_age_rise", float(rise))) for rise in (0, 4, 8)}
    steps = [rises[b].balance[-1] - rises[a].balance[-1] for a, b in ((0, 4), (4, 8))]
    beta, h = V["choice_sensitivity"], V["path_dependence"]
    pull = V["replacement_pull"] - V["policy_wedge"]

    def moved(y: float) -> float:
        return 1 / (1 + exp(-beta * (pull + h * (2 * y - 1)))) - y

    grid = np.linspace(0, 1, 2001)
    signs = np.sign([moved(y) for y in grid])
    rests = [
        bisect(moved, grid[i], grid[i + 1]) for i in np.flatnonzero(signs[:-1] * signs[1:] < 0)
    ]
    wedges = [V["replacement_pull"] + h * (2 * y - 1) for y in (0.5, 0.6, 0.9)]
    labour, machine = taxes()
    job = 1 + V["formal_compliance"] * V["employer_rate"]
    wages = [figure(f"wage_{kind}") for kind in ("private", "sizeable", "non_private")]
    worth = [wage * job * (1 - machine) for wage in wages]
    full = taxes(formal_compliance=1.0, income_tax_rate=0.1)
    bare = taxes(employer_rate=0.0, employee_rate=0.0)
    level, full_level = (
        bisect(
            lambda t, v=v: taxes(**v, automation_levy=t)[0] - taxes(**v, automation_levy=t)[1], 0, 2
        )
        for v in ({}, {"formal_compliance": 1.0, "income_tax_rate": 0.1})
    )
    last = V["retirement_age"] + V["retirement_age_rise"] - V["locked_in_age"]
    best = V["robot_tax_now"] * exp(-10 * V["relearning_rate"]) * (1 - 10 / last)
    share = np.array([0.50, 0.40])
    fees = base(V)[1] * share
    one, ten = sources(V, share, fees)
    consumed = V["vat_points"] * V["vat_efficiency"]
    consumed *= V["worker_consumption"] - V["owner_consumption"]
    profit = V["excess_profit_rate"] * V["ai_rent_share"]
    lost = base(V)[1] + consumed
    put, out = V["annual_injection"], V["payout_rate"]
    stock = quad(lambda t: put * exp((V["compute_return"] - out) * t), 0, 35)[0]
    wait = bisect(
        lambda t: out * quad(lambda s: put * exp((0.04 - out) * s), 0, t)[0] - put, 1.0, 100.0
    )
    rent = 1 / V["compute_life"] + V["productivity_growth"]
    young, eager = subsidised(V["hiring_elasticity"]), subsidised(high("hiring_elasticity"))
    seniors = [ladder(hires, 20)[1] for hires in (1 - V["entry_automation"], young["hires"])]
    up = V["promotion_rate"] + V["junior_exit_rate"]
    whole = bisect(
        lambda n: (1 - V["entry_automation"]) * exp(-up * n) ** -V["hiring_elasticity"] - 1, 0.1, 30
    )
    first = fund()
    later = fund(("retirement_age_rise", high("retirement_age_rise")))
    stake = (high("state_stake") - V["state_stake"]) * V["compute_capital"] * V["payout_rate"]
    american = figure("wage_us") * figure("yuan_per_dollar") / 1e4
    capital = figure("state_capital") / GDP
    apart, wrong = V["replacing_levy"] + V["augmenting_credit"], V["misclassification"]
    grant = figure("youth_grant") / V["annual_labour_cost"]
    little = (1 - grant * (1 - exp(-up * V["subsidy_years"]))) ** -V["hiring_elasticity"] - 1
    return [
        *(f"| {rise} 岁 | {f.balance[-1]:.1%} | {f.ratio[-1]:.2f} |" for rise, f in rises.items()),
        f"先后缩小 {steps[0]:.1%} 和 {steps[1]:.1%}",
        f"从 {rests[1]:.0%} 以下出发会退到 {rests[0]:.0%}，从以上出发会锁在 {rests[2]:.0%}",
        "| 所需的政策差额（占成本） | {:.0%} | {:.0%} | {:.0%} |".format(*wedges),
        f"临界工资是每年 {V['machine_cost'] / (job * (1 - machine)):.1f} 万元",
        f"低于 {worth[0]:.1f} 万元，三种工资的岗位换机器都合算",
        f"高于 {worth[2]:.1f} 万元，都不合算",
        f"按汇率合 {american:.0f} 万元，是中国非私营单位的 {american / wages[2]:.1f} 倍",
        f"参保职工的劳动税是 {labour:.0%}，机器税是 {machine:.1%}",
        f"差额 {100 * (labour - machine):.0f} 元主要来自社会保险缴费",
        f"去掉缴费，只差 {100 * (bare[0] - bare[1]):.1f} 元",
        f"按工资足额缴费的人差 {100 * (full[0] - full[1]):.0f} 元",
        f"机器多缴 {100 * machine:.1f} 元",
        f"按实缴是 {level:.0%}，足额缴费、个税又在 10% 一档的人是 {full_level:.0%}",
        f"劳动的税是 {1 - (1 - labour) * (1 - V['vat_on_spending']):.0%}，机器的不变",
        f"由 {V['robot_tax_now']:.1%} 起步，十年后剩 {best:.1%}，第 {last:.0f} 年归零",
        f"相差 {apart:.0%}；错分 {wrong:.0%}，就剩 {(1 - 2 * wrong) * apart:.0%}",
        f"缴费少 {0.1 * base(V)[1]:.2%}，增值税少 {0.1 * consumed:.2%}",
        f"超额利润税多 {0.1 * profit:.2%}，合计少 {one - ten:.2%}",
        f"少收 GDP 的 {0.01 * lost:.3%}，超额利润税多收 {0.01 * profit:.3%}",
        f"须有 {lost / V['excess_profit_rate']:.0%} 变成**征得到的**超额利润",
        f"红利比注资少 {put - out * stock:.2%}",
        f"35 年后基金是 GDP 的 {stock:.1%}，每年分红 {out * stock:.2%}",
        f"收租 {100 * rent:.0f} 元",
        f"须收 {100 * (rent + 0.04):.0f} 元，那时红利要到第 {wait:.0f} 年才超过注资",
        f"是 GDP 的 {capital:.1%}",
        f"一年是 GDP 的 {out * capital:.2%}；而职工养老一年要支付约 {V['spending_ratio']:.1%}",
        f"高级人员由 {seniors[0]:.2f} 变为 {seniors[1]:.2f}",
        f"降低 {young['relief']:.1%}，招聘因此多 {young['hires'] / 0.7 - 1:.1%}",
        f"每多招一人要花 {young['price']:.1f} 倍年薪，合每多一个人年 {young['per_year']:.1f} 倍",
        f"领到补贴的人里有 {0.7 / young['hires']:.0%} 不补也会被雇",
        f"全额补贴要连补 {whole:.1f} 年",
        f"一年用工成本的 {grant:.2%}，按同一弹性使招聘多 {little:.2%}",
        f"补得最多的是退休年龄（GDP 的 {first.gap[-1] - later.gap[-1]:.1%}，",
        f"最少的是国有算力份额（{stake:.2%}）",
        f"由 {young['price']:.1f} 倍年薪降到 {eager['price']:.1f} 倍",
    ]


PRINTED = {
    "essay/decoupling": (decoupling,),
    "essay/foundations": (foundations, record),
    "essay/path": (path,),
}


@pytest.mark.parametrize("chapter", PRINTED)
def test_every_number_is_reached_by_another_route(chapter: str) -> None:
    text = flat(text_of(chapter))
    pieces = [flat(piece) for tell in PRINTED[chapter] for piece in tell()]
    assert [piece for piece in pieces if piece not in text] == []
    assert all(re.search(r"\d", piece) for piece in pieces)
