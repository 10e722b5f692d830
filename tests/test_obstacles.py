"""Obstacle degree, against a loop over rows and indicators."""

import numpy as np
import pandas as pd
import pytest

from synergy.coupling import couple_systems
from synergy.index import composite_index
from synergy.obstacles import main_obstacles, obstacle_degrees

PLAN = pd.DataFrame(
    {"system": list("aabbb"), "dimension": list("aabbb"), "direction": [1, -1, 1, 1, -1]},
    index=list("vwxyz"),
)


@pytest.fixture
def index():
    rows = pd.MultiIndex.from_product([["甲", "乙", "丙"], [2020, 2021]], names=["岛", "年份"])
    numbers = np.random.default_rng(3).lognormal(size=(6, 5))
    return composite_index(pd.DataFrame(numbers, rows, list("vwxyz")), PLAN)


def test_the_long_way(index):
    shares = {"a": 0.3, "b": 0.7}
    degrees = obstacle_degrees(index, alpha=0.3)
    own = obstacle_degrees(index, within_systems=True)
    for row in range(6):
        lack = {
            code: shares[PLAN.at[code, "system"]]
            * index.weights.at[code, "weight"]
            * (1 - index.normalised[code].iloc[row])
            for code in PLAN.index
        }
        for code, part in lack.items():
            assert degrees[code].iloc[row] == pytest.approx(part / sum(lack.values()))
            system = PLAN.index[PLAN["system"] == PLAN.at[code, "system"]]
            peers = sum(lack[other] for other in system)
            assert own[code].iloc[row] == pytest.approx(
                part / peers if peers else np.nan, nan_ok=True
            )


def test_the_denominator_is_what_t_lacks_to_one(index):
    t = couple_systems(index.systems, alpha=0.3)["T"]
    weight = index.weights["weight"] * PLAN["system"].map({"a": 0.3, "b": 0.7})
    lack = weight * (1 - index.normalised)
    np.testing.assert_allclose(lack.sum(axis=1), 1 - t, rtol=1e-12)
    np.testing.assert_allclose(obstacle_degrees(index, alpha=0.3).mul(1 - t, axis=0), lack)


def test_who_lacks_nothing_has_no_obstacle():
    rows = pd.MultiIndex.from_product([["甲", "乙"], [2020]], names=["岛", "年份"])
    best = composite_index(
        pd.DataFrame({"v": [1.0, 2.0], "x": [3.0, 5.0]}, rows), PLAN.loc[["v", "x"]]
    )
    degrees = obstacle_degrees(best)
    assert degrees.loc["乙"].isna().all(axis=None) and degrees.loc["甲"].sum(axis=1).iloc[0] == 1
    ends = main_obstacles(degrees, 2)
    assert ends["岛"].tolist() == ["甲", "甲"] and ends["place"].tolist() == [1, 2]


def test_the_heaviest_come_first(index):
    degrees = obstacle_degrees(index)
    found = main_obstacles(degrees, 3)
    assert len(found) == 18
    first = found[found["place"] == 1].set_index(["岛", "年份"])["indicator"]
    pd.testing.assert_series_equal(first, degrees.idxmax(axis=1), check_names=False)
