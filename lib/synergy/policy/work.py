r"""Work and pay: two sectors, tasks, AI as a cap on wages.

Every model is a function of numbers or arrays that broadcast. Names, units, intervals and sources
of the arguments stand in ``data/policy_parameters.csv``; `years` count from the start. Call models
through `synergy.policy.evaluate`, which checks what it is given. The models are stylised: they say
what follows from an assumption, not what will happen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from synergy.policy.parameters import evaluate, require
from synergy.policy.symbols import Values, integral


class WageTransmission(NamedTuple):
    """Wages, employment and profit of two sectors.

    In units of the progressive good: both wages, their mean, profit. `stagnant_wage` is also the
    price of services, whose productivity is constant and 1. Over their start and in workers' own
    basket, whose price is ``stagnant_wage ** workers_service_share``: both wages again, their
    mean, and output per worker of the whole economy. `employment` is the share of workers in the
    progressive sector, `labour_share` that of its output which they earn. Wages and profit add up
    to total spending.
    """

    employment: Values
    labour_share: Values
    progressive_wage: Values
    stagnant_wage: Values
    mean_wage: Values
    profit: Values
    real_progressive_wage: Values
    real_stagnant_wage: Values
    real_mean_wage: Values
    real_output: Values


def wage_transmission(
    *,
    output: Values,
    initial_labour_share: Values,
    labour_share: Values,
    displaced: Values,
    mobility: Values,
    rent_sharing: Values,
    workers_service_share: Values,
    owners_service_share: Values,
) -> WageTransmission:
    r"""Wages when the progressive sector grows and its demand for workers shrinks.

    Baumol (1967) has two sectors that share one labour market. Here the channel can be closed by
    degrees: workers whom the progressive sector no longer needs stay in the stagnant one, and what
    they earn depends on who spends the new income on services. Those who leave take their pay out
    of the wage bill; of the output per head that their leaving adds, those who stay get a part,
    the rest is profit. No saving or trade; constant spending shares; fixed hours; skills alike.

    Parameters
    ----------
    output, labour_share : array_like
        Of the progressive sector: over its start; were no one shut in.
    rent_sharing : array_like
        Elasticity of pay with respect to output per worker of the own sector (Card et al. 2018);
        with 1 the wage bill does not depend on how many share it.

    Notes
    -----
    Labour force 1. Both sectors pay the same wage where the progressive one employs
    :math:`\ell^{o}(s) = s(1-\beta)/[s + \beta_k(1-s)]`. Employment is
    :math:`\ell = \theta\,\ell^{o}(s) + (1-\theta)(1-d)\,\ell^{o}(s_0)`, and with
    :math:`\chi` for the sharing of rents

    .. math:: w_1 = \frac{sY}{\ell^{o}(s)}\Bigl(\frac{\ell^{o}(s)}{\ell}\Bigr)^{\chi},
        \qquad \tilde s = \frac{w_1\ell}{Y} .

    Spending on services clears their market,

    .. math:: w_2(1-\ell) = \beta\,[\tilde sY + w_2(1-\ell)] + \beta_k (1-\tilde s) Y
        \;\Rightarrow\;
        w_2 = \frac{Y[\beta \tilde s+\beta_k(1-\tilde s)]}{(1-\beta)(1-\ell)} .

    With :math:`\theta = 1` wages are equal; with :math:`\theta = 1, s = 1` they grow one for one
    with progressive productivity, the result of Baumol (1967).
    """
    beta, shares = workers_service_share, (workers_service_share, owners_service_share)
    level, first = (_open_employment(s, *shares) for s in (labour_share, initial_labour_share))
    jobs = mobility * level + (1 - mobility) * (1 - displaced) * first
    w1 = labour_share * output / level * (level / jobs) ** rent_sharing
    share, start = w1 * jobs / output, initial_labour_share / first
    services = beta * share + owners_service_share * (1 - share)
    w2 = output * services / ((1 - beta) * (1 - jobs))
    bill, price = jobs * w1 + (1 - jobs) * w2, (w2 / start) ** beta
    real = (w1 / start / price, w2 / start / price, bill / start / price)
    product = (output + (1 - jobs) * w2) / (1 + (1 - first) * start) / price
    profit = (1 - share) * output
    return WageTransmission(jobs, share, w1, w2, bill, profit, real[0], real[1], real[2], product)


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
    rent_sharing: Values,
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
        rent_sharing=rent_sharing,
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


class TaskLosses(NamedTuple):
    """Labour's tasks lost to the speed-up alone, and to what is never replaced; shares of all."""

    speed_up: Values
    shortfall: Values


def task_losses(
    years: Values,
    *,
    labour_share: Values,
    automation_rate: Values,
    previous_automation_rate: Values,
    reinstatement_ratio: Values,
    creation_lag: Values,
) -> TaskLosses:
    r"""Split the fall of labour's tasks into the lag of new ones and their shortfall.

    Notes
    -----
    With :math:`\Gamma^1` the path of `task_path` at :math:`\rho = 1`, the speed-up takes
    :math:`\Gamma_0 - \Gamma^1`, which settles (`lag_gap`), and the shortfall
    :math:`\Gamma^1 - \Gamma`, which does not as long as :math:`\rho < 1`.
    """
    full, usual = (
        task_path(
            years,
            labour_share=labour_share,
            automation_rate=automation_rate,
            previous_automation_rate=previous_automation_rate,
            reinstatement_ratio=ratio,
            creation_lag=creation_lag,
        ).labour_tasks
        for ratio in (np.asarray(1.0), reinstatement_ratio)
    )
    return TaskLosses(labour_share - full, full - usual)


def overtaking_year(values: Mapping[str, float], horizon: float = 500.0) -> float:
    """Years until the shortfall costs more tasks than the speed-up at `values`; NaN if never."""
    from scipy.optimize import brentq

    def lead(years: float) -> float:
        losses = evaluate(task_losses, values, years=years)
        return float(losses.shortfall - losses.speed_up)

    if lead(horizon) <= 0:
        return float("nan")
    return 0.0 if lead(1e-6) >= 0 else float(brentq(lead, 1e-6, horizon))


class TaskWage(NamedTuple):
    """Relative change of the wage: capital as it was, and capital at its old rent."""

    short_run: Values
    long_run: Values


def task_wage_effect(
    *,
    labour_share: Values,
    tasks_automated: Values,
    tasks_created: Values,
    cost_saving: Values,
    new_task_gain: Values,
) -> TaskWage:
    r"""Change of the wage when some tasks are automated and others added.

    Notes
    -----
    Machines save the part :math:`1-e^{-c}` of the labour cost of a task, new tasks are better by
    :math:`e^{c_N}-1`. With capital and labour given, to first order (Acemoglu and Restrepo 2019,
    JEP 33(2), for a unit elasticity across tasks),

    .. math::
        \Delta\ln w = \underbrace{c\,d + c_N n}_{\text{productivity}}
        + \underbrace{\ln\frac{\Gamma-d}{\Gamma}}_{\text{displacement}}
        + \underbrace{\ln\frac{\Gamma-d+n}{\Gamma-d}}_{\text{reinstatement}} .

    A machine that is only a little cheaper, a "so-so" technology, lowers the wage. In the long run
    capital comes at its old rent until profit is gone; the cost of a unit of output cannot change,
    so wages take up all that is saved (Acemoglu and Restrepo 2018, AER 108(6)):

    .. math:: (\Gamma - d + n)\,\Delta\ln w = c\,d + c_N n .
    """
    require(tasks_automated < labour_share, "tasks_automated 须小于 labour_share")
    gain = tasks_created * np.log1p(new_task_gain) - tasks_automated * np.log1p(-cost_saving)
    left = labour_share - tasks_automated + tasks_created
    return TaskWage(np.exp(gain) * left / labour_share - 1, np.expm1(gain / left))


def break_even_saving(*, labour_share: Values, tasks_automated: Values) -> Values:
    r"""Part of the labour cost that machines must save, or automation alone lowers the wage.

    With capital given; in the long run any saving raises the wage.

    Notes
    -----
    :math:`1 - e^{-c^*}` with :math:`c^* = -\ln(1-d/\Gamma)/d`, about :math:`1/\Gamma` for small
    :math:`d`.
    """
    require(tasks_automated > 0, "tasks_automated 须大于 0")
    require(tasks_automated < labour_share, "tasks_automated 须小于 labour_share")
    saving: Values = -np.expm1(np.log1p(-tasks_automated / labour_share) / tasks_automated)
    return saving


class WageCap(NamedTuple):
    """Hourly wage for work that AI can also do, in yuan, its cap, and the workers who stay.

    `staying` is the share of the workers who still do it; the others earn their reservation wage
    elsewhere.
    """

    wage: Values
    cap: Values
    staying: Values


#: Steps of Newton's method after which the log wage is within 1e-4 of the root.
_STEPS = 3


def wage_cap(
    *,
    ai_hour_cost: Values,
    ai_output: Values,
    human_output: Values,
    substitution_elasticity: Values,
    product_demand_elasticity: Values,
    exposed_share: Values,
    task_value: Values,
    reservation_wage: Values,
) -> WageCap:
    r"""Wage of workers whose work AI can do as well, as AI gets cheaper.

    The essay's cap, a wage that no productivity can lift above the price of AI, is a corner: people
    and machines are perfect substitutes (:math:`\sigma\to\infty`), or demand does not answer to the
    price (:math:`\eta\to 0`), and worker and machine become more productive in step. The cap is a
    price per unit of work done. Partial equilibrium: `human_output` is one worker's, the others'
    stays.

    Notes
    -----
    Unit cost of what is made is CES in the price of human work :math:`\omega` and of AI work
    :math:`k = c/\varphi`, normalised where both are as dear as human work without AI
    (:math:`\omega = k = v`): there AI does the share :math:`x`, whatever :math:`\sigma`,

    .. math:: P^{1-\sigma} = (1-x)\,\omega^{1-\sigma} + x\,k^{1-\sigma} ;

    demand is :math:`(P/v)^{-\eta}`. All workers are employed where
    :math:`\omega^{\sigma} = v^{\eta}P^{\sigma-\eta}`. With :math:`u = \ln(\omega/k)` and
    :math:`K = \ln(v/k)`,

    .. math:: K = u + \frac{\sigma-\eta}{\eta}\,S(u), \qquad
        S(u) = \frac{\ln[1 + x(e^{(\sigma-1)u}-1)]}{\sigma-1} ,

    solved by Newton's method from the nearer of two asymptotes, from where it cannot overshoot.
    An hour pays :math:`a\omega`. AI dearer than people (:math:`k > v`) is not used. Where the hour
    would pay less than the reservation wage :math:`b`, workers leave until it pays :math:`b`; the
    share :math:`e^{-\eta y}e^{-(\sigma-\eta)S}` at :math:`y = \ln(b/av)` stays. The elasticity of
    the wage with respect to :math:`k` is `bundled_wage_elasticity`.
    """
    eta, gap = product_demand_elasticity, substitution_elasticity - 1
    rest = substitution_elasticity / eta - 1
    value, cap = human_output * task_value, human_output * ai_hour_cost / ai_output
    cheaper = np.maximum(np.log(value / cap), 0)
    lead = _pay_over_ai(cheaper, gap, rest, exposed_share)
    offer = value * np.exp(lead - cheaper)
    least = np.log(reservation_wage / value)
    needed = least + rest * _pay_over_cost(least + cheaper, gap, exposed_share)
    return WageCap(
        wage=np.maximum(offer, reservation_wage),
        cap=np.minimum(value, cap),
        staying=np.minimum(np.exp(-eta * needed), 1),
    )


def _pay_over_cost(lead: Values, gap: Values, share: Values) -> Values:
    """Log of human pay over unit cost, given its log over the price of AI's work."""
    flat = np.abs(gap) < 1e-6
    apart = np.where(flat, 1.0, gap)
    above: Values = np.where(flat, share * lead, np.log1p(share * np.expm1(apart * lead)) / apart)
    return above


def _pay_over_ai(cheaper: Values, gap: Values, rest: Values, share: Values) -> Values:
    """Log of human pay over the price of AI's work: root of ``u + rest * _pay_over_cost(u)``."""
    apart = np.where(np.abs(gap) < 1e-6, 1e-6, gap)
    edge = np.where(apart > 0, np.log(share), np.log1p(-share)) / apart
    far = (cheaper - rest * edge) / (1 + np.where(apart > 0, rest, 0.0))
    near, convex = cheaper / (1 + rest * share), rest * apart > 0
    lead: Values = np.where(convex, np.minimum(near, far), np.maximum(near, far))
    for _ in range(_STEPS):
        mixed = 1 + share * np.expm1(apart * lead)
        missed = lead + rest * np.log(mixed) / apart - cheaper
        lead = lead - missed / (1 + rest - rest * (1 - share) / mixed)
    return lead


def ai_cost_path(
    years: Values,
    *,
    ai_hour_cost: Values,
    ai_cost_decline: Values,
    energy_use: Values,
    power_price: Values,
) -> Values:
    r"""Cost of an AI hour of the same ability over time, down to the cost of its energy.

    Notes
    -----
    :math:`c(t) = e + (c_0 - e)\,e^{-\delta t}`, :math:`e` = energy used per hour times its price.
    """
    floor = energy_use * power_price
    cost: Values = floor + (ai_hour_cost - floor) * np.exp(-ai_cost_decline * years)
    return cost


def bundled_wage_elasticity(
    *, exposed_share: Values, substitution_elasticity: Values, product_demand_elasticity: Values
) -> Values:
    r"""Elasticity of the wage of a whole job with respect to the cost of AI.

    Positive: cheaper AI lowers the wage. Negative: it raises it.

    Notes
    -----
    Unit cost is CES in wage and AI cost with cost share :math:`x` of AI, demand
    :math:`p^{-\eta}`, labour supply fixed (Hicks 1932; Allen 1938):

    .. math:: \frac{d\ln w}{d\ln k} = \frac{(\sigma-\eta)\,x}{\sigma x+\eta(1-x)} .

    The sign turns at :math:`\eta = \sigma`: where demand answers more to the price than firms do to
    the relative price, cheaper AI raises the wage. The law firm of the essay, whose clients do not
    divorce more often because drafting is cheap, has a low :math:`\eta`.
    """
    sigma, eta = substitution_elasticity, product_demand_elasticity
    return (sigma - eta) * exposed_share / (sigma * exposed_share + eta * (1 - exposed_share))
