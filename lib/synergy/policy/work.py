r"""Work and pay: growth and jobs, two sectors, tasks, AI as a cap on wages.

Every model is a function of numbers or arrays that broadcast. Names, units, intervals and sources
of the arguments stand in ``data/policy_parameters.csv``; `years` count from the start. Call models
through `synergy.policy.evaluate`, which checks what it is given. The models are stylised: they say
what follows from an assumption, not what will happen.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from synergy.policy.parameters import require
from synergy.policy.symbols import Values, integral


class GrowthAccounting(NamedTuple):
    """Growth of output per hour, the three sources that add up to it, and the denominator's part.

    Log points per year.
    """

    productivity: Values
    capital_deepening: Values
    human_capital: Values
    tfp: Values
    fewer_hours: Values


def growth_accounting(
    *,
    output_growth: Values,
    hours_growth: Values,
    capital_growth: Values,
    human_capital_growth: Values,
    capital_share: Values,
) -> GrowthAccounting:
    r"""Split the growth of output per hour into its sources.

    Growth accounting is an identity: it apportions growth, it does not explain it, and the
    residual carries every error of measurement.

    Notes
    -----
    With :math:`Y = A K^{\alpha}(hL)^{1-\alpha}` (Solow 1957; human capital as in Jorgenson and
    Griliches 1967),

    .. math:: g_{Y} - g_{L} = \alpha (g_K - g_L) + (1-\alpha) g_h + g_A .
    """
    productivity = output_growth - hours_growth
    deepening = capital_share * (capital_growth - hours_growth)
    skill = (1 - capital_share) * human_capital_growth
    tfp = productivity - deepening - skill
    return GrowthAccounting(productivity, deepening, skill, tfp, -hours_growth)


def median_pay_growth(
    *,
    productivity_growth: Values,
    labour_share_growth: Values,
    price_wedge_growth: Values,
    median_to_mean_growth: Values,
) -> Values:
    r"""Growth of the median worker's real pay per hour, log points per year.

    Notes
    -----
    Mean pay is :math:`w = s\,(Y/L)\,(P_Y/P_C)`, hence, with :math:`m` the ratio of median to mean,

    .. math:: g_{median} = g_{Y/L} + g_s + g_{P_Y/P_C} + g_m ,

    the decomposition of Bivens and Mishel (2015) and Stansbury and Summers (2018).
    """
    return productivity_growth + labour_share_growth + price_wedge_growth + median_to_mean_growth


def index_path(years: Values, growth: Values) -> Values:
    """Index that starts at 100 in year 0 and grows at a constant log rate."""
    path: Values = 100 * np.exp(growth * years)
    return path


def investment_jobs(
    *,
    investment: Values,
    compute_share: Values,
    construction_labour_content: Values,
    compute_labour_content: Values,
    annual_labour_cost: Values,
) -> Values:
    r"""Thousand job-years that an outlay on fixed investment pays for at home.

    Notes
    -----
    .. math:: J = I\,[(1-x)\,\ell_c + x\,\ell_k]/w ,

    with :math:`\ell` the domestic labour cost, direct and indirect, per yuan of outlay. Supplier
    links are inside the labour content; spending by the newly employed is not.
    """
    ordinary = (1 - compute_share) * construction_labour_content
    content = ordinary + compute_share * compute_labour_content
    return investment * content * 10 / annual_labour_cost


class WageTransmission(NamedTuple):
    """Wages, employment and profit of two sectors, in units of the progressive good.

    `employment` is the share of workers in the progressive sector; `stagnant_wage` is also the
    price of services, whose productivity is constant and 1; `real_stagnant_wage` is deflated by
    workers' own basket. Wages and profit add up to total spending.
    """

    employment: Values
    progressive_wage: Values
    stagnant_wage: Values
    mean_wage: Values
    real_stagnant_wage: Values
    profit: Values


def wage_transmission(
    *,
    output: Values,
    initial_labour_share: Values,
    labour_share: Values,
    displaced: Values,
    mobility: Values,
    workers_service_share: Values,
    owners_service_share: Values,
) -> WageTransmission:
    r"""Wages when the progressive sector grows and its demand for workers shrinks.

    Baumol (1967) has a progressive and a stagnant sector that share one labour market. Here the
    channel can be closed by degrees: workers whom the progressive sector no longer needs stay in
    the stagnant one, and what they earn depends on who spends the new income on services. No
    saving or trade; spending shares are constant; hours are fixed; skills are alike.

    Notes
    -----
    Labour force 1. Progressive wage bill :math:`sY`, profit :math:`(1-s)Y`. Spending on services
    clears their market,

    .. math:: w_2(1-\ell) = \beta\,[sY + w_2(1-\ell)] + \beta_k (1-s) Y
        \;\Rightarrow\; w_2 = \frac{Y[\beta s+\beta_k(1-s)]}{(1-\beta)(1-\ell)},
        \qquad w_1 = \frac{sY}{\ell},

    and :math:`\ell = \theta\,\ell^{o}(s) + (1-\theta)(1-d)\,\ell^{o}(s_0)`, where both sectors pay
    the same wage at :math:`\ell^{o}(s) = s(1-\beta)/[s + \beta_k(1-s)]`. With :math:`\theta = 1`
    wages are equal; with :math:`\theta = 1, s = 1` they grow one for one with progressive
    productivity, the result of Baumol (1967).
    """
    shares = workers_service_share, owners_service_share
    kept = (1 - displaced) * _open_employment(initial_labour_share, *shares)
    jobs = mobility * _open_employment(labour_share, *shares) + (1 - mobility) * kept
    w1 = labour_share * output / jobs
    services = workers_service_share * labour_share + owners_service_share * (1 - labour_share)
    w2 = output * services / ((1 - workers_service_share) * (1 - jobs))
    mean, real = jobs * w1 + (1 - jobs) * w2, w2 ** (1 - workers_service_share)
    return WageTransmission(jobs, w1, w2, mean, real, (1 - labour_share) * output)


def _open_employment(share: Values, workers: Values, owners: Values) -> Values:
    """Progressive employment at which both sectors pay the same wage."""
    return share * (1 - workers) / (share + owners * (1 - share))


def transmission_path(
    years: Values,
    relative_share: Values | None = None,
    *,
    progressive_growth: Values,
    progressive_labour_share: Values,
    labour_share_decline: Values,
    displacement_rate: Values,
    mobility: Values,
    workers_service_share: Values,
    owners_service_share: Values,
) -> WageTransmission:
    r"""Both sectors over time: :math:`Y = e^{gt}, s = s_0e^{-\lambda t}, d = 1-e^{-\delta t}`.

    Where `relative_share` is given, the labour share moves as it does, up to 1.
    """
    if relative_share is None:
        labour_share = progressive_labour_share * np.exp(-labour_share_decline * years)
    else:
        labour_share = np.minimum(progressive_labour_share * relative_share, 1.0)
    return wage_transmission(
        output=np.exp(progressive_growth * years),
        initial_labour_share=progressive_labour_share,
        labour_share=labour_share,
        displaced=1 - np.exp(-displacement_rate * years),
        mobility=mobility,
        workers_service_share=workers_service_share,
        owners_service_share=owners_service_share,
    )


#: Keeps the two roots apart where they would coincide (no reinstatement and a = 1/tau).
_SPLIT = 1e-16


class TaskPath(NamedTuple):
    """Tasks in labour's hands, and what moved since year 0.

    Shares of all tasks; ``labour_tasks = start - displaced + created``.
    """

    labour_tasks: Values
    displaced: Values
    created: Values


def task_path(
    years: Values,
    *,
    labour_share: Values,
    automation_rate: Values,
    previous_automation_rate: Values,
    reinstatement_ratio: Values,
    creation_lag: Values,
) -> TaskPath:
    r"""Labour's share of tasks when automation speeds up and new tasks lag behind.

    After Acemoglu and Restrepo (2018, 2019): labour performs a set of tasks; automation takes
    tasks from it and new tasks are added. What is ours is the lag: a new task leaves a pipeline
    of mean length :math:`\tau` years after the displacement that calls for it. Tasks weigh alike
    (Cobb-Douglas), so labour's share of tasks is its share of income.

    Notes
    -----
    With :math:`q` the pipeline, started at the steady state of the earlier rate,

    .. math::
        \dot\Gamma = -a\Gamma + q/\tau, \qquad \dot q = \rho a\Gamma - q/\tau, \qquad
        q_0 = \rho a_0 \Gamma_0 \tau ,

    a linear system with real roots
    :math:`\lambda_\pm = \tfrac12\bigl[-(a+1/\tau) \pm \sqrt{(a-1/\tau)^2 + 4a\rho/\tau}\bigr]`.
    If :math:`a = a_0` and :math:`\rho = 1` nothing changes; as :math:`\tau \to 0`,
    :math:`\Gamma \to \Gamma_0 e^{-(1-\rho)at}`.
    """
    a, out = automation_rate, 1 / creation_lag
    waiting = reinstatement_ratio * previous_automation_rate * labour_share * creation_lag
    gap = np.sqrt((a - out) ** 2 + 4 * a * reinstatement_ratio * out + _SPLIT)
    slow, fast = (gap - a - out) / 2, (-gap - a - out) / 2
    weight_slow = (out * waiting - (a + fast) * labour_share) / gap
    weight_fast = labour_share - weight_slow
    tasks = weight_slow * np.exp(slow * years) + weight_fast * np.exp(fast * years)
    done = weight_slow * integral(slow, years) + weight_fast * integral(fast, years)
    created = tasks - labour_share + a * done
    return TaskPath(tasks, a * done, created)


def lag_gap(
    *, automation_rate: Values, previous_automation_rate: Values, creation_lag: Values
) -> Values:
    r"""Part of labour's tasks that is missing for good although every task is replaced.

    Notes
    -----
    With :math:`\rho = 1` the path settles at
    :math:`\Gamma_\infty = \Gamma_0 (1 + a_0\tau)/(1 + a\tau)`; the gap is one minus that ratio:
    tasks that are for ever on their way. It vanishes when automation does not speed up.
    """
    before, now = previous_automation_rate * creation_lag, automation_rate * creation_lag
    return 1 - (1 + before) / (1 + now)


def task_wage_effect(
    *,
    labour_share: Values,
    tasks_automated: Values,
    tasks_created: Values,
    cost_saving: Values,
    new_task_gain: Values,
) -> Values:
    r"""Log change of the wage when some tasks are automated and others added.

    Notes
    -----
    .. math::
        \Delta\ln w = \underbrace{c\,d + c_N n}_{\text{productivity}}
        + \underbrace{\ln\frac{\Gamma-d}{\Gamma}}_{\text{displacement}}
        + \underbrace{\ln\frac{\Gamma-d+n}{\Gamma-d}}_{\text{reinstatement}}

    (Acemoglu and Restrepo 2019, JEP 33(2), for a unit elasticity across tasks). A
    machine that is only a little cheaper, a "so-so" technology, lowers the wage.
    """
    require(tasks_automated < labour_share, "tasks_automated 须小于 labour_share")
    gain = cost_saving * tasks_automated + new_task_gain * tasks_created
    displacement = np.log1p(-tasks_automated / labour_share)
    effect: Values = (
        gain + displacement + np.log1p(tasks_created / (labour_share - tasks_automated))
    )
    return effect


def break_even_saving(*, labour_share: Values, tasks_automated: Values) -> Values:
    r"""Cost saving at which automation alone leaves the wage unchanged.

    Notes
    -----
    :math:`c^* = -\ln(1-d/\Gamma)/d`, about :math:`1/\Gamma` for small :math:`d`.
    """
    require(tasks_automated > 0, "tasks_automated 须大于 0")
    require(tasks_automated < labour_share, "tasks_automated 须小于 labour_share")
    saving: Values = -np.log1p(-tasks_automated / labour_share) / tasks_automated
    return saving


class WageCap(NamedTuple):
    """Hourly wage for a task that AI can also do, in yuan: as it is, and at its cap."""

    wage: Values
    cap: Values


def wage_cap(
    *,
    ai_hour_cost: Values,
    ai_output: Values,
    human_output: Values,
    substitution_elasticity: Values,
    human_task_share: Values,
    task_value: Values,
) -> WageCap:
    r"""Wage of a worker whose single task AI can do as well.

    The cap is a price per unit of *work done*, so it moves with whatever changes the work that an
    hour of either kind delivers. A cap per clock hour that no productivity can lift, the essay's
    form, is the corner where people and machines are perfect substitutes, the worker has that
    single task, and worker and machine become more productive in step. Partial equilibrium.

    Notes
    -----
    The task is :math:`X = (H^{\rho} + M^{\rho})^{1/\rho}`, :math:`\rho = (\sigma-1)/\sigma`, in
    efficiency units, with demand :math:`X` and human work :math:`H = hX` given. Cost minimisation
    gives :math:`w/k = (M/H)^{1/\sigma}`, with :math:`k = c/\varphi` the cost of AI work, hence

    .. math:: w = \min\Bigl\{ a v,\; a\,\frac{c}{\varphi}\,
        \bigl(h^{-\rho} - 1\bigr)^{1/(\sigma-1)} \Bigr\} .

    As :math:`\sigma\to\infty` the last factor tends to 1 and :math:`w` to
    :math:`\min\{av,\ ac/\varphi\}`: the cap, whatever :math:`h`.
    """
    above = substitution_elasticity - 1
    value, cap = human_output * task_value, human_output * ai_hour_cost / ai_output
    premium = (human_task_share ** (-above / substitution_elasticity) - 1) ** (1 / above)
    return WageCap(np.minimum(value, cap * premium), np.minimum(value, cap))


def ai_cost_path(
    years: Values,
    *,
    ai_hour_cost: Values,
    ai_cost_decline: Values,
    energy_use: Values,
    power_price: Values,
) -> Values:
    r"""Cost of an AI hour over time, down to the cost of its energy.

    Notes
    -----
    :math:`c(t) = e + (c_0 - e)\,e^{-\delta t}`, :math:`e` = energy used per hour times its price.
    """
    floor = energy_use * power_price
    cost: Values = floor + (ai_hour_cost - floor) * np.exp(-ai_cost_decline * years)
    return cost


def bundled_wage_elasticity(*, exposed_share: Values, product_demand_elasticity: Values) -> Values:
    r"""Elasticity of the wage of a whole job with respect to the cost of AI.

    Positive: cheaper AI lowers the wage. Negative: it raises it.

    Notes
    -----
    Unit cost :math:`p = k^{x}w^{1-x}`, demand :math:`p^{-\eta}`, labour supply fixed:
    :math:`w \propto p^{1-\eta}`, hence

    .. math:: \frac{d\ln w}{d\ln k} = \frac{(1-\eta)x}{x+\eta(1-x)} .

    The sign turns at :math:`\eta = 1`: the law firm of the essay, whose clients do not divorce
    more often because drafting is cheap, has :math:`\eta < 1`.
    """
    spared = exposed_share + product_demand_elasticity * (1 - exposed_share)
    return (1 - product_demand_elasticity) * exposed_share / spared
