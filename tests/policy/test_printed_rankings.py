"""Rankings and draws that pages print, by another estimator on points of another generator."""

from __future__ import annotations

import re
from math import log
from typing import Any

import numpy as np
import pytest
from by_hand import Values, high, low, usual
from editions import flat

from chapter_cells import shown_by
from synergy.dictionary import find_place
from synergy.evidence import load_evidence
from synergy.figures.fund import foundation_table
from synergy.policy import foundations, parameters
from synergy.policy.levers import tax_balance
from synergy.policy.net import certificate_value, displaced_backlog, retraining_value
from synergy.policy.outlook import SYMBOLS, outcome
from synergy.policy.parameters import evaluate
from synergy.policy.sensitivity import answer
from synergy.policy.work import ai_cost_path, task_path, transmission_path, wage_cap


def drawn(symbol: str, u: np.ndarray) -> np.ndarray:
    """A symbol's value at shares of its range, which is one of ratios or not."""
    ends = low(symbol), high(symbol)
    if parameters.by_ratio(symbol):
        return np.asarray(np.exp(log(ends[0]) + u * log(ends[1] / ends[0])))
    return ends[0] + u * (ends[1] - ends[0])


def totals(model: Any, symbols: list[str]) -> Values:
    """Total indices by Jansen's estimator, on points of another generator than the library's."""
    rng, n = np.random.default_rng(5), 8192 if len(symbols) < 20 else 1024
    one, other = ({s: drawn(s, rng.random(n)) for s in symbols} for _ in range(2))
    point = {s: np.full(n, value) for s, value in usual().items()} | one
    before = model(point)
    moved = {s: before - model(point | {s: other[s]}) for s in symbols}
    return {s: float(np.mean(by**2) / 2 / np.var(before)) for s, by in moved.items()}


#: Chapter and outcome, the cells that print the ranking, and what is ranked over what.
RANKED: dict[str, tuple[tuple[str, ...], Any]] = {
    "essay/decoupling 停滞部门": (
        ("wage = drivers(", "driver(wage"),
        lambda: answer(transmission_path, "real_stagnant_wage", years=20.0),
    ),
    "essay/decoupling 还做这项工作": (
        ("cheap = evaluate(ai_cost_path, years=2)", "driver(left"),
        lambda: answer(wage_cap, "staying", ai_hour_cost=evaluate(ai_cost_path, years=2)),
    ),
    "essay/foundations 偿付比": (
        ("named = {", "split = foundation_table", "ranking = spread_of", "driver(ranking"),
        lambda: (foundations.ratio_in(2060), foundations.later()),
    ),
    "essay/path 附加税": (
        ("levy = drivers(", "driver(levy"),
        lambda: answer(tax_balance, "break_even_levy"),
    ),
    "essay/path 筹资缺口": (
        ("gap = outlook_drivers(", "driver(gap"),
        lambda: (outcome("finance_gap"), list(SYMBOLS)),
    ),
    "notes/evidence 再培训": (
        ("ranking = drivers(retraining_value", "driver(ranking"),
        lambda: answer(retraining_value, "net_value"),
    ),
    "notes/evidence 待业": (
        ("waiting = drivers(", "driver(waiting"),
        lambda: answer(displaced_backlog, "waiting", years=10.0),
    ),
    "notes/insights 任务": (
        ("ranking, share = drivers(", "driver(ranking"),
        lambda: answer(task_path, "labour_tasks", years=35.0),
    ),
    "notes/insights 证书": (
        ("signal = drivers(", "driver(signal"),
        lambda: answer(certificate_value, "value"),
    ),
}


def said(name: str) -> str:
    marks, _ = RANKED[name]
    evidence, place = load_evidence(), find_place("全国")
    names = {"foundation_table": foundation_table, "start": {}}
    shown = shown_by(
        name.split()[0], *marks, evidence=evidence, place=place, lead=evidence.lead, **names
    )
    return flat("\n".join(shown))


@pytest.mark.parametrize("name", RANKED)
def test_which_assumption_drives(name: str) -> None:
    """Who is named first, next, or level is so by another estimator, within its scatter."""
    text, (_, asked) = said(name), RANKED[name]
    found = totals(*asked())
    symbols = {zh: symbol for symbol, zh in parameters.parameter_table()["name_zh"].items()}
    listed = "((?:“[^”]+”[、与]?)+)"
    told = [re.search(f"{words}{listed}", text) for words in ("最取决于", "，其次是")]
    ahead, after = (
        [found[symbols[zh]] for zh in re.findall("“(.+?)”", match[1] if match else "")]
        for match in told
    )
    rest = sorted(set(found.values()) - {*ahead, *after})
    assert max(ahead) == max(found.values())
    assert max(ahead) - min(ahead) < 0.08 and (len(ahead) > 1) == (not after)
    if after:
        assert min(ahead) - max(after) > 0.02 and max(after) - min(after) < 0.08
    assert min(after or ahead) > max(rest, default=0.0) - 0.02


def test_draws_of_the_ratio_and_whose_share_of_them() -> None:
    """Median and nine draws in ten, of plain draws; indices added up by where they come from."""
    text, (_, asked) = said("essay/foundations 偿付比"), RANKED["essay/foundations 偿付比"]
    model, symbols = asked()
    rng, n = np.random.default_rng(8), 20_000
    point = {s: np.full(n, value) for s, value in usual().items()}
    ratio = model(point | {s: drawn(s, rng.random(n)) for s in symbols})
    told = re.search(r"中位数是 ([\d.]+)，九成的抽样落在 ([\d.]+) 与 ([\d.]+) 之间", text)
    assert told is not None
    wanted = np.quantile(ratio, [0.5, 0.05, 0.95])
    assert [float(part) for part in told.groups()] == pytest.approx(list(wanted), abs=0.015)
    found = totals(model, symbols)
    machines = {"automation_rate", "reinstatement_ratio", "creation_lag", "gig_share_2060"}
    share = sum(found[s] for s in machines) / sum(found.values())
    part = re.search(r"人工智能占 (\d+)%", text)
    assert part is not None and float(part[1]) / 100 == pytest.approx(share, abs=0.04)


def test_draws_with_the_present_held() -> None:
    """Ends of nine draws in ten, of plain draws, with everything moving and with some held."""
    evidence, place = load_evidence(), find_place("全国")
    marks = "known, subjects = settled()", "counts = known.settled_by"
    names = {"evidence": evidence, "place": place, "lead": evidence.lead, "start": {}}
    text = flat("\n".join(shown_by("notes/gaps", *marks, **names)))
    rng, n = np.random.default_rng(9), 8000
    for title, path in (("偿付比", "funding_ratio"), ("筹资缺口", "finance_gap")):
        number = r"(-?[\d.]+%?)"
        told = re.search(
            rf"{title}(?:（占 GDP）)?九成的抽样由 {number} 至 {number} 收窄到 {number} 至 {number}",
            text,
        )
        assert told is not None, title
        ends = [float(end.rstrip("%")) / (100 if "%" in end else 1) for end in told.groups()]
        wanted: list[float] = []
        for held in (set(), set(parameters.settled().index)):
            point = {s: np.full(n, value) for s, value in usual().items()}
            point |= {s: drawn(s, rng.random(n)) for s in SYMBOLS if s not in held}
            wanted += list(np.quantile(outcome(path)(point), [0.05, 0.95]))
        assert ends == pytest.approx(wanted, abs=0.05 * (max(wanted) - min(wanted)))
