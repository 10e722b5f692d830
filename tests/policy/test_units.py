"""Numbers as readers write them: every unit has its words, steps can be told apart."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest

from synergy.policy.official import official
from synergy.policy.outlook import HEADLINES
from synergy.policy.parameters import bounds, defaults, input_table, parameter_table, slider_step
from synergy.policy.units import page_unit, unit, unit_of, written

SYMBOLS = list(parameter_table().index)


def test_every_unit_of_the_tables_has_its_words() -> None:
    used = [*parameter_table()["unit"], *input_table()["unit"]]
    used += [headline["unit"] for headline in HEADLINES["headlines"].values()]
    for name in set(used):
        assert unit(name).scale > 0, name
    with pytest.raises(KeyError):
        unit("furlong")


@pytest.mark.parametrize(
    ("symbol", "value", "text"),
    [
        ("automation_rate", 0.025, "每年 2.5%"),
        ("fiscal_subsidy", 0.0105, "GDP 的 1.05%"),
        ("basic_income", 0.15, "人均收入的 15%"),
        ("ai_hour_cost", 36, "36 元/小时"),
        ("annual_labour_cost", 12, "12 万元/年"),
        ("jobs_created", 97, "9700 万"),
        ("substitution_elasticity", 1.7, "1.7"),
        ("retirement_age_rise", 4, "4 岁"),
        ("hours_growth", -0.005, "每年 -0.5%"),
        ("ai_cost_decline", 1.6, "一年后剩 20%"),
        ("formal_coverage", 0.62873, "62.9%"),
    ],
)
def test_values_are_written_as_the_reader_writes_them(symbol: str, value: float, text: str) -> None:
    assert written(symbol, value) == text


def test_ranges_have_one_unit_and_count_upwards() -> None:
    assert unit("年率").span(0.005, 0.04) == "每年 0.5%—4%"
    assert unit("元/小时").span(1, 100) == "1—100 元/小时"
    assert unit("元/小时").ends(1, 100) == "1—100"
    assert unit("份额").span(0.3, 0.3) == "30%"
    low, high = re.findall(r"(\d+)%", unit("对数年率").span(0.0, 2.4))
    assert (int(low), int(high)) == (round(100 * math.exp(-2.4)), 100)


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_neighbouring_steps_of_a_slider_can_be_told_apart(symbol: str) -> None:
    told, step = page_unit(symbol), slider_step(symbol)
    low, high = bounds([symbol])[symbol]

    def shown(value: float) -> str:
        amount = math.exp(-value) if told.get("decay") else value
        return f"{told['scale'] * amount:.{told['digits']}f}"

    count = round((high - low) / step)
    texts = [shown(low + i * step) for i in range(count + 1)]
    apart = sum(one != other for one, other in pairwise(texts))
    assert apart == count if not told.get("decay") else apart > 0.6 * count
    start = defaults([symbol])[symbol]
    if not told.get("decay"):
        assert float(shown(start)) == pytest.approx(told["scale"] * start)
    assert (told["before"], told["after"]) == (unit_of(symbol).before, unit_of(symbol).after)


def test_the_essays_price_is_told_in_dollars_too() -> None:
    also = page_unit("ai_hour_cost")["also"]
    assert 36 * also["scale"] == pytest.approx(36 / official("yuan_per_dollar").value)
    assert [s for s in SYMBOLS if "also" in page_unit(s)] == ["ai_hour_cost"]
