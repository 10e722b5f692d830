"""The policy models a second time, from the data files alone: quadrature, steps of time, bisection.

Nothing here imports the library. A number that a page prints and that comes out here as well has
been reached by two routes that share the parameter table, the census and the equations in prose.
"""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from itertools import pairwise
from math import erf, exp, floor, log, pi, sqrt
from pathlib import Path
from typing import Any

import numpy as np
from scipy.integrate import quad, solve_ivp
from scipy.optimize import bisect

DATA = Path(__file__).parents[2] / "data"
YEARS = np.arange(36)
AGES = np.arange(101)

Values = dict[str, float]


def table(name: str) -> list[dict[str, str]]:
    """Rows of a CSV file below ``data``."""
    with (DATA / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@cache
def usual() -> Values:
    return {row["symbol"]: float(row["default"]) for row in table("policy_parameters.csv")}


@cache
def low(symbol: str) -> float:
    return _end(symbol, "low")


@cache
def high(symbol: str) -> float:
    return _end(symbol, "high")


def _end(symbol: str, end: str) -> float:
    (row,) = [row for row in table("policy_parameters.csv") if row["symbol"] == symbol]
    return float(row[end])


@cache
def figure(name: str) -> float:
    """A row of the official figures."""
    (row,) = [row for row in table("official_figures.csv") if row["figure"] == name]
    return float(row["value"])


def scenario(name: str) -> Values:
    text = (DATA / "scenarios" / f"{name}.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["parameters"])


# --- people -------------------------------------------------------------------------------------


def _death_rates(year: int) -> np.ndarray:
    rows = table("demography/mortality.csv")
    periods = sorted(int(name) for name in rows[0] if name != "age")
    column = str(max(period for period in periods if period <= max(year, periods[0])))
    starts = [int(row["age"]) for row in rows]
    return np.array([float(rows[sum(s <= age for s in starts) - 1][column]) for age in AGES])


@cache
def heads(fertility: float) -> np.ndarray:
    """Millions by age at the end of 2025 to 2060, one cohort at a time."""
    census = [float(row["population"]) / 1e6 for row in table("demography/population_2020.csv")]
    persons = [count / 5 for count in census[:-1] for _ in range(5)] + [census[-1]]
    births = {
        int(r["year"]): float(r["total_fertility_rate"]) for r in table("demography/fertility.csv")
    }
    pattern = table("demography/fertility_pattern.csv")
    kept = []
    for year in range(2021, 2061):
        rates = _death_rates(2020 + (year - 2020) // 5 * 5)
        period = min(2020 + (year - 2018) // 5 * 5, max(int(n) for n in pattern[0] if n != "age"))
        weights = [float(row[str(period)]) for row in pattern]
        women = sum(
            weight / sum(weights) * sum(persons[int(row["age"]) + k] for k in range(5)) / 5
            for weight, row in zip(weights, pattern, strict=True)
        )
        born = 0.48 * women * births[year] * (fertility if year >= 2025 else 1.0)
        left = [count * exp(-rate) for count, rate in zip(persons, rates, strict=True)]
        persons = [born * exp(-rates[0] / 2), *left[:-2], left[-2] + left[-1]]
        if year >= 2025:
            kept.append(persons)
    return np.array(kept)


def people(v: Values) -> tuple[np.ndarray, np.ndarray]:
    """Workers and persons past retirement age, counted age by age."""
    workers, retired = np.zeros(36), np.zeros(36)
    for t, persons in enumerate(heads(v["fertility_multiplier"])):
        age = v["retirement_age"] + v["retirement_age_rise"] * min(t / 15, 1)
        for x, count in enumerate(persons):
            past = min(max(x + 1 - age, 0), 1)
            begun = min(max(x + 1 - v["work_start_age"], 0), 1)
            retired[t] += count * past
            workers[t] += count * (1 - past) * begun * v["employment_rate"]
    return workers, retired


@cache
def age_at_death(age: float) -> float:
    """Mean over those who reach an age, at the death rates of 2040."""
    rates = _death_rates(2040)

    def left(start: int) -> float:
        alive, years = 1.0, 0.0
        for rate in rates[start:-1]:
            years += alive * (1 - exp(-rate)) / rate
            alive *= exp(-rate)
        return years + alive / rates[-1]

    whole, part = floor(age), age - floor(age)
    return age + (1 - part) * left(whole) + part * left(whole + 1)


def lives(v: Values) -> tuple[float, float]:
    """Years of work and of rest."""
    usual_age = usual()["retirement_age"] + usual()["retirement_age_rise"]
    age = v["retirement_age"] + v["retirement_age_rise"]
    return age - v["work_start_age"], age_at_death(usual_age) - age


# --- tasks, base, fund --------------------------------------------------------------------------


def tasks(v: Values, years: Any = YEARS) -> np.ndarray:
    """Labour's share of tasks, by integrating the two equations of motion."""
    a, rho, tau = v["automation_rate"], v["reinstatement_ratio"], v["creation_lag"]
    start = [v["labour_share"], rho * v["previous_automation_rate"] * v["labour_share"] * tau]
    at = np.atleast_1d(np.asarray(years, dtype=float))
    path = solve_ivp(
        lambda _, x: [-a * x[0] + x[1] / tau, rho * a * x[0] - x[1] / tau],
        (0, max(at[-1], 1e-9)),
        start,
        t_eval=at,
        rtol=1e-10,
        atol=1e-13,
    )
    return np.asarray(path.y[0])


@cache
def pay_clipped(declared: float, least: float, most: float, gini: float) -> float:
    """Mean of ``min(max(declared * w, least), most)`` over lognormal pay of mean 1."""
    sigma = spread(gini)

    def weighed(z: float) -> float:
        pay = exp(sigma * z - sigma**2 / 2)
        return min(max(declared * pay, least), most) * exp(-z * z / 2) / sqrt(2 * pi)

    kinks = sorted((log(end / declared) + sigma**2 / 2) / sigma for end in (least, most) if end > 0)
    inner = [k for k in kinks if -9 < k < 9]
    ends = [-9.0, *inner, 9.0]
    return sum(quad(weighed, *pair)[0] for pair in pairwise(ends))


@cache
def spread(gini: float) -> float:
    """Standard deviation of logs that has a Gini coefficient: ``gini = erf(sigma / 2)``."""
    return float(bisect(lambda s: erf(s / 2) - gini, 1e-6, 5, xtol=1e-14))


def base(v: Values) -> tuple[float, float]:
    """Base and contributions over labour income."""
    clipped = pay_clipped(v["declared_pay"], v["base_floor"], v["base_ceiling"], v["wage_gini"])
    formal = (1 - v["gig_share"]) * v["formal_coverage"] * clipped
    gig = v["gig_share"] * v["gig_coverage"] * v["gig_compliance"]
    return formal + gig, formal * v["contribution_rate"] + gig * v["gig_contribution_rate"]


class Fund:
    """The fund from 2025 to 2060, and what is left of its benefits to finance, year by year."""

    def __init__(self, **changes: float) -> None:
        self.v = v = usual() | changes
        self.workers, self.retired = people(v)
        self.share = tasks(v)
        gigs = v["gig_share"] + (v["gig_share_2060"] - v["gig_share"]) * YEARS / 35
        self.paid = np.array([base(v | {"gig_share": gig})[1] for gig in gigs])
        self.covered = (
            v["pensioner_coverage"]
            + (v["pensioner_coverage_2060"] - v["pensioner_coverage"]) * YEARS / 35
        )
        self.drift = np.array([self._drift(t) for t in YEARS])
        self.contributions = self.share * self.paid
        follows = (self.share / self.share[0]) ** v["wage_indexation"]
        self.adequacy = self.drift * follows
        heads_each = self.covered * self.retired / self.workers
        self.kept = v["replacement_rate"] * heads_each * self.share[0]
        self.benefits = self.kept * self.adequacy
        self.ratio = self.contributions / self.benefits
        income = self.contributions + v["fiscal_subsidy"]
        self.balance, self.kept_balance = income - self.benefits, income - self.kept
        self.stock = self._stock()
        self.gap = self.benefits - self._financed()
        self.kept_gap = self.gap + self.kept - self.benefits

    def _drift(self, t: float) -> float:
        """Mean over vintages of pensioners, those of the last `t` years raised since they began."""
        rest, lag = lives(self.v)[1], self.v["price_indexation"] * self.v["productivity_growth"]
        young = quad(lambda a: exp(-lag * a), 0, min(t, rest))[0]
        return (young + (rest - min(t, rest)) * exp(-lag * t)) / rest

    def _stock(self) -> np.ndarray:
        level, found = self.v["initial_fund"], []
        output = np.exp(self.v["productivity_growth"] * YEARS) * self.workers / self.workers[0]
        for t in YEARS:
            grown = output[t] / output[t - 1] if t else exp(self.v["productivity_growth"])
            level = level * exp(self.v["interest_rate"]) / grown + self.balance[t]
            found.append(level)
        self.output = output
        return np.array(found)

    def _financed(self) -> np.ndarray:
        return sources(self.v, self.share, self.contributions)

    @property
    def exhausted(self) -> int:
        return int(2025 + np.argmax(self.stock < 0))

    def split(self) -> Values:
        """What moves the log of contributions over benefits."""
        since = lambda path: float(np.log(path[-1] / path[0]))  # noqa: E731
        return {
            "人口": -since(self.retired / self.workers),
            "领取面": -since(self.covered),
            "雇佣与征缴": since(self.paid),
            "工资": (1 - self.v["wage_indexation"]) * since(self.share),
            "待遇少调": -since(self.drift),
        }


def sources(v: Values, share: Any, contributions: Any) -> Any:
    """Contributions, subsidy, value added tax, tax on excess profit, dividend; over GDP."""
    consumed = v["worker_consumption"] * share + v["owner_consumption"] * (1 - share)
    lost = np.maximum(v["labour_share"] - share, 0)
    return (
        contributions
        + v["fiscal_subsidy"]
        + v["vat_points"] * v["vat_efficiency"] * consumed
        + v["excess_profit_rate"] * (v["ai_profit"] + v["ai_rent_share"] * lost)
        + v["compute_capital"] * v["state_stake"] * v["payout_rate"]
    )


@cache
def fund(*changes: tuple[str, float]) -> Fund:
    return Fund(**dict(changes))


def falling(name: str) -> tuple[Values, float]:
    """Of what lowers the ratio of a scenario, each part; and what lifts it back."""
    parts = fund(*scenario(name).items()).split()
    lowered = {cause: min(part, 0.0) for cause, part in parts.items()}
    total = sum(lowered.values())
    return {cause: part / total for cause, part in lowered.items()}, parts["待遇少调"] / -total


# --- work and pay -------------------------------------------------------------------------------


def sectors(t: float, share: float | None = None, **changes: float) -> Values:
    """Two sectors; the price of services by letting their market clear step by step."""
    v = usual() | changes
    beta, owners, s = (
        v["workers_service_share"],
        v["owners_service_share"],
        v["progressive_labour_share"],
    )
    level = lambda x: x * (1 - beta) / (x + owners * (1 - x))  # noqa: E731
    now = s * exp(-v["labour_share_decline"] * t) if share is None else min(s * share, 1.0)
    output = exp(v["progressive_growth"] * t)
    kept = exp(-v["displacement_rate"] * t) * level(s)
    jobs = v["mobility"] * level(now) + (1 - v["mobility"]) * kept
    pay = now * output / level(now) * (level(now) / jobs) ** v["rent_sharing"]
    paid, price = pay * jobs / output, 1.0
    for _ in range(400):
        workers_spend = paid * output + price * (1 - jobs)
        price = (beta * workers_spend + owners * (1 - paid) * output) / (1 - jobs)
    return {"jobs": jobs, "share": paid, "pay": pay, "price": price, "output": output}


def services(v: Values, share: float) -> float:
    """Price of services in 2060 over 2025, with a labour share that moved by a factor."""
    return sectors(35.0, share, **v)["price"] / sectors(0.0, 1.0, **v)["price"]


def real(t: float, **changes: float) -> Values:
    """Wages and output over their start in the basket of workers."""
    now, then = sectors(t, **changes), sectors(0.0, **changes)
    basket = (now["price"] / then["price"]) ** (usual() | changes)["workers_service_share"]
    bill = lambda x: x["jobs"] * x["pay"] + (1 - x["jobs"]) * x["price"]  # noqa: E731
    made = lambda x: x["output"] + (1 - x["jobs"]) * x["price"]  # noqa: E731
    return {
        "progressive": now["pay"] / then["pay"] / basket,
        "stagnant": now["price"] / then["price"] / basket,
        "mean": bill(now) / bill(then) / basket,
        "output": made(now) / made(then) / basket,
        "nominal": now["price"] / then["price"],
        "kept": now["pay"] / then["pay"],
        "per_head": now["output"] / now["jobs"] * then["jobs"],
        "share": now["share"],
        "share_before": then["share"],
    }


def hour(cost: float, values: Values | None = None) -> tuple[float, float]:
    """Wage of work that AI does as well, and who stays, by bisection on the market for work."""
    v = usual() | (values or {})
    sigma, eta, least = (
        v["substitution_elasticity"],
        v["product_demand_elasticity"],
        v["reservation_wage"],
    )
    x, value, made = v["exposed_share"], v["task_value"], v["human_output"]
    ai = min(cost / v["ai_output"], value)

    def wanted(pay: float) -> float:
        """Log of the work that is asked for, over the work that there was."""
        unit = ((1 - x) * pay ** (1 - sigma) + x * ai ** (1 - sigma)) ** (1 / (1 - sigma))
        return -sigma * log(pay) + eta * log(value) + (sigma - eta) * log(unit)

    pay = made * float(bisect(wanted, 1e-6, 1e4, xtol=1e-10))
    return max(pay, least), exp(min(wanted(least / made), 0.0)) if pay < least else 1.0


def hour_cost(years: float, values: Values | None = None) -> float:
    v = usual() | (values or {})
    energy = v["energy_use"] * v["power_price"]
    return energy + (v["ai_hour_cost"] - energy) * exp(-v["ai_cost_decline"] * years)


def ladder(hires: float, years: float, values: Values | None = None) -> tuple[float, float]:
    """Juniors and seniors after a change of hires, by integrating both stocks."""
    v = usual() | (values or {})
    up, out = v["promotion_rate"] + v["junior_exit_rate"], v["senior_exit_rate"]
    path = solve_ivp(
        lambda _, s: [up * (hires - s[0]), out * (s[0] - s[1])],
        (0, years),
        [1.0, 1.0],
        rtol=1e-10,
        atol=1e-12,
    )
    return float(path.y[0, -1]), float(path.y[1, -1])


def subsidised(eta: float, values: Values | None = None) -> Values:
    """Hires with the subsidy of the first years, its price for one more, by adding up the stays."""
    v = usual() | (values or {})
    up, years = v["promotion_rate"] + v["junior_exit_rate"], v["subsidy_years"]
    paid = quad(lambda t: exp(-up * t), 0, years)[0]  # years subsidised of a stay
    relief = v["hiring_subsidy"] * paid * up
    without = 1 - v["entry_automation"]
    hires = without * (1 - relief) ** -eta
    price = v["hiring_subsidy"] * paid * hires / (hires - without)
    return {"hires": hires, "relief": relief, "price": price, "per_year": price * up}


# --- taxes and the net --------------------------------------------------------------------------


def taxes(**changes: float) -> tuple[float, float]:
    """Tax on a worker's pay and on a machine, both over what the employer spends."""
    v = usual() | changes
    pay, part = 100.0, v["formal_compliance"]
    spent = pay + part * v["employer_rate"] * pay
    taxed = pay - part * v["employee_rate"] * pay
    labour = 1 - taxed * (1 - v["income_tax_rate"]) / spent
    years, tax = v["depreciation_years"], v["corporate_tax_rate"]
    saved = quad(lambda t: tax * exp(-v["discount_rate"] * t) / years, 0, years)[0]
    rent = (1 - v["investment_credit"] - saved) / (1 - tax) * (1 + v["automation_levy"])
    return labour, 1 - 1 / rent


def levied(rate: float, volume: float, profit: bool = False) -> tuple[float, float]:
    """Receipts of a levy, and what is lost beyond them, by the area under demand."""
    eta = usual()["base_elasticity"]

    def demand(t: float) -> float:
        return volume * ((1 - t) ** eta if profit else (1 + t) ** -eta)

    receipts = rate * demand(rate)
    return receipts, quad(demand, 0, rate)[0] - receipts


@cache
def net(loss: float) -> Values:
    """The three layers, person by person: earnings on a fine grid, every state by itself."""
    v, n = usual(), 20_000
    sigma = spread(v["income_gini"])
    z = np.linspace(-8, 8, n + 1)
    weight = np.exp(-(z**2) / 2)
    weight /= weight.sum()
    pay = np.exp(sigma * z - sigma**2 / 2)
    top = v["supplement_rate"] * v["supplement_peak"]
    bonus = np.minimum(
        np.minimum(v["supplement_rate"] * pay, top),
        np.maximum(top - v["phase_out_rate"] * (pay - v["phase_out_start"]), 0),
    )
    people_, cost, market = [], 0.0, 0.0
    for region, a in ((True, v["region_share"]), (False, 1 - v["region_share"])):
        for trained, b in ((True, v["retraining_reach"]), (False, 1 - v["retraining_reach"])):
            ready = np.full_like(pay, v["base_employment"])
            if trained:
                ready = ready * (1 + bonus / pay) ** v["participation_elasticity"]
            if region:
                ready = ready * (1 - v["income_effect"] * v["basic_income"])
            works = (1 - loss) * np.minimum(ready, 1)
            grant = v["basic_income"] if region else 0.0
            hired = v["public_job_places"] if region else 0.0
            states = (
                (works, pay, grant + (bonus if trained else 0)),
                ((1 - works) * hired, 0 * pay, grant + v["public_job_wage"]),
                ((1 - works) * (1 - hired), 0 * pay, grant + 0 * pay),
            )
            for chance, earned, given in states:
                people_.append((a * b * weight * chance, earned, given))
    for mass, earned, given in people_:
        cost += float((mass * given).sum())
        market += float((mass * earned).sum())
    rate, line = cost / market, v["poverty_line"] * exp(-(sigma**2) / 2)
    poor = sum(float(m[(e * (1 - rate) + g) < line].sum()) for m, e, g in people_)
    before = v["base_employment"] * (1 - loss)
    alone = before * float(weight[pay < line].sum()) + 1 - before
    working = sum(float(m.sum()) for m, e, _ in people_ if e.any())
    return {
        "cost": cost,
        "rate": rate,
        "poverty": alone - poor,
        "employment": working - before,
        "bonus": float((weight * bonus).sum()),
    }
