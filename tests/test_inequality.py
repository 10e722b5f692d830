"""Dagum's Gini ratio and its decomposition, against a double loop over all pairs."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergy.inequality import dagum_gini, gini_by_year


def by_all_pairs(values, groups):
    """Dagum (1997) word by word: every unit against every unit."""
    mean, n = np.mean(values), len(values)
    total = sum(abs(x - y) for x in values for y in values) / (2 * n**2 * mean)
    parts = {g: [v for v, name in zip(values, groups, strict=True) if name == g] for g in groups}
    names = sorted(parts, key=lambda g: -np.mean(parts[g]))
    p = {g: len(parts[g]) / n for g in names}
    s = {g: sum(parts[g]) / (n * mean) for g in names}
    within = between = overlap = 0.0
    for a, j in enumerate(names):
        for h in names[a:]:
            pairs = [(x, y) for x in parts[j] for y in parts[h]]
            delta = sum(abs(x - y) for x, y in pairs) / len(pairs)
            level = np.mean(parts[j]) + np.mean(parts[h])
            gini = delta / level if level else np.nan
            if j == h:
                within += gini * p[j] * s[j]
                continue
            d = sum(x - y for x, y in pairs if x > y) / len(pairs)
            q = sum(y - x for x, y in pairs if y > x) / len(pairs)
            affluence = (d - q) / (d + q) if d + q else 0.0
            weight = p[j] * s[h] + p[h] * s[j]
            between += gini * affluence * weight
            overlap += gini * (1 - affluence) * weight
    return total, within, between, overlap


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 40), st.sampled_from("甲乙丙丁")), min_size=2, max_size=25)
)
def test_parts_are_those_of_the_long_way_and_add_up(cells):
    values = pd.Series([float(value) for value, _ in cells])
    groups = pd.Series([name for _, name in cells])
    found = dagum_gini(values, groups)
    parts = (found.total, found.within, found.between, found.transvariation)
    np.testing.assert_allclose(parts, by_all_pairs(values, groups), rtol=1e-10, atol=1e-13)
    assert sum(parts[1:]) == pytest.approx(found.total, abs=1e-12)


def test_two_groups_by_hand():
    """南 1, 3 and 北 2, 6: mean 3, six pairs.

    All differences: 1-3 2, 1-2 1, 1-6 5, 3-2 1, 3-6 3, 2-6 4 -> 2 * 16 / (2 * 16 * 3) = 1/3
    G 南 = (4 / 4) / 4 = 1/4, G 北 = (8 / 4) / 8 = 1/4; p = 1/2, s = 1/3 and 2/3
    within = 1/4 * 1/2 * 1/3 + 1/4 * 1/2 * 2/3 = 1/8
    between them: d = (1 + 5 + 3) / 4, p = 1/4, delta = 10/4, D = 8/10, G = 10/24
    weight = 1/2 * 2/3 + 1/2 * 1/3 = 1/2: between 10/24 * 8/10 / 2 = 1/6, overlap 1/24
    """
    found = dagum_gini(pd.Series([1.0, 3, 2, 6]), pd.Series(["南", "南", "北", "北"]))
    assert found.total == pytest.approx(1 / 3)
    assert found.within == pytest.approx(1 / 8)
    assert found.between == pytest.approx(1 / 6)
    assert found.transvariation == pytest.approx(1 / 24)
    assert found.groups.to_dict() == pytest.approx({"南": 0.25, "北": 0.25})
    assert found.pairs.loc[("南", "北")].tolist() == pytest.approx([10 / 24, 0.8])


def test_groups_that_do_not_overlap_have_no_transvariation():
    found = dagum_gini(pd.Series([1.0, 2, 7, 9]), pd.Series(list("aabb")))
    assert found.transvariation == 0
    assert found.pairs["affluence"].tolist() == [1]


def test_years_stand_alone_and_unbalanced():
    index = pd.MultiIndex.from_tuples([("a", 1), ("b", 1), ("a", 2), ("b", 2), ("c", 2)])
    values = pd.Series([0.2, 0.2, 0.1, 0.3, 0.8], index)
    table = gini_by_year(values, pd.Series({"a": "南", "b": "南", "c": "北"}))
    assert table.index.tolist() == [1, 2]
    assert table.loc[1, "total"] == 0 and np.isnan(table.loc[1, "between"])
    assert table.loc[2].drop("total").sum() == pytest.approx(table.loc[2, "total"])
    alone = gini_by_year(values, pd.Series(dtype=str))
    assert alone["total"].tolist() == table["total"].tolist() and alone["within"].isna().all()


@pytest.mark.parametrize("values", [[1.0, -1.0], [1.0, np.nan]])
def test_refusals(values):
    with pytest.raises(ValueError, match="from 0 upwards"):
        dagum_gini(pd.Series(values), pd.Series(["a", "b"]))
    with pytest.raises(ValueError, match="1 has no group"):
        dagum_gini(pd.Series([1.0, 2.0]), pd.Series(["a"]))
