"""Coupling degree, coordination, grades and regional means."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from synergy.coupling import (
    COUPLING_VARIANTS,
    coordination_index,
    couple,
    couple_systems,
    coupling_coordination,
    coupling_degree,
    grade,
    grade_number,
    grades,
    regional_means,
    rescale,
    stage,
    system_shares,
)

PER_ROW = [name for name, variant in COUPLING_VARIANTS.items() if not variant.rescaled]

unit = st.floats(0, 1)
positive = st.floats(1e-6, 1)
rows = arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(2, 5)), elements=unit)
positive_rows = arrays(
    np.float64, st.tuples(st.integers(1, 6), st.integers(2, 5)), elements=positive
)


def test_values_at_one_fifth_and_three_fifths():
    """Those that the docstring of `coupling_degree` gives."""
    values = [coupling_degree((0.2, 0.6), variant=variant) for variant in PER_ROW]
    exact = [3**0.5 / 2, 3**0.5 / 4, 3 / 4, 9 / 16, 0.2**0.5, 0.6]
    assert values == pytest.approx(exact, rel=1e-14)


@given(rows, st.sampled_from(PER_ROW))
def test_degree_is_symmetric_and_bounded(u, variant):
    c = coupling_degree(u, variant=variant)
    assert c.shape == u.shape[:-1]
    assert ((c >= 0) & (c <= 1)).all()
    np.testing.assert_allclose(coupling_degree(u[:, ::-1], variant=variant), c, atol=1e-7)


@given(positive, st.integers(2, 6), st.sampled_from(["standard", "no_root", "liao", "wang", "fan"]))
def test_degree_measures_balance_not_level(level, n, variant):
    assert coupling_degree([level] * n, variant=variant) == pytest.approx(1, abs=1e-7)


@given(positive_rows, st.floats(0.01, 1))
def test_ratio_forms_ignore_the_scale(u, factor):
    for variant in ("standard", "no_root", "liao", "lost_coefficient"):
        before = coupling_degree(u, variant=variant)
        np.testing.assert_allclose(coupling_degree(u * factor, variant=variant), before, atol=1e-12)


@given(positive, positive)
def test_general_forms_reduce_to_the_printed_two_system_forms(a, b):
    printed = {
        "standard": 2 * (a * b) ** 0.5 / (a + b),
        "lost_coefficient": (a * b) ** 0.5 / (a + b),
        "no_root": 4 * a * b / (a + b) ** 2,
        "liao": (4 * a * b / (a + b) ** 2) ** 2,
        "wang": ((1 - abs(a - b)) * min(a, b) / max(a, b)) ** 0.5,
        "fan": 1 - abs(a - b),
    }
    assert set(printed) == set(PER_ROW)
    for variant, value in printed.items():
        assert coupling_degree((a, b), variant=variant) == pytest.approx(value, abs=1e-7)


def test_three_systems_by_hand():
    """U = (.1, .2, .4): product .008, root .2, sum .7, gaps .1 .2 .3, variance .0466667 / 3."""
    u = (0.1, 0.2, 0.4)
    assert coupling_degree(u) == pytest.approx(0.2 / (0.7 / 3))
    assert coupling_degree(u, variant="lost_coefficient") == pytest.approx(0.2 / 0.7)
    assert coupling_degree(u, variant="no_root") == pytest.approx(0.008 / (0.7 / 3) ** 3)
    assert coupling_degree(u, variant="wang") == pytest.approx((0.8 * (1 / 8) ** 0.5) ** 0.5)
    assert coupling_degree(u, variant="fan") == pytest.approx(1 - 2 * (0.14 / 9) ** 0.5)


@given(positive, positive)
def test_d_is_the_fourth_root_of_the_product_at_equal_weights(a, b):
    np.testing.assert_allclose(couple((a, b)).D, (a * b) ** 0.25, rtol=1e-12)
    frame = coupling_coordination([a], [b])
    assert frame["D"].iloc[0] == pytest.approx((a * b) ** 0.25, rel=1e-12)


@given(positive_rows)
def test_d_of_n_systems_is_the_root_of_the_geometric_mean(u):
    n = u.shape[1]
    np.testing.assert_allclose(couple(u).D, u.prod(axis=1) ** (1 / (2 * n)), rtol=1e-10)


@given(rows, st.sampled_from(PER_ROW), st.data())
def test_d_within_bounds(u, variant, data):
    n = u.shape[1]
    raw = data.draw(arrays(np.float64, n, elements=st.floats(0.1, 1)))
    result = couple(u, weights=raw / raw.sum(), variant=variant)
    assert ((result.D >= 0) & (result.D <= 1 + 1e-9)).all()
    assert (u.max(axis=1) - result.T > -1e-9).all()
    np.testing.assert_allclose(result.D**2, result.C * result.T, atol=1e-12)


@pytest.mark.parametrize("variant", PER_ROW)
def test_nothing_developed_gives_zero_not_nan(variant):
    result = couple([[0.0, 0.0], [0.0, 0.5]], variant=variant)
    assert result.C[0] == result.T[0] == result.D[0] == 0
    if variant != "fan":
        assert result.D[1] == 0


def test_missing_stays_missing():
    result = couple([[np.nan, 0.5], [0.5, 0.5]])
    assert np.isnan(result.D[0]) and result.D[1] == pytest.approx(0.5**0.5)
    assert list(grade(result.D)) == [None, "中级协调"]


def test_spssau_rescales_the_sample_and_lifts_low_levels():
    u = np.array([[0.02, 0.10], [0.05, 0.14], [0.08, 0.30]])
    stretched = rescale(u)
    np.testing.assert_allclose(stretched.min(axis=0), 0.01)
    np.testing.assert_allclose(stretched.max(axis=0), 0.99)
    np.testing.assert_allclose(stretched[1], [0.5, 0.01 + 0.98 * 0.04 / 0.20])
    result = couple(u, variant="spssau")
    np.testing.assert_allclose(result.D, couple(stretched).D)
    assert result.D[2] > 0.98 > 0.5 > couple(u).D[2]
    with pytest.raises(ValueError, match="constant over the sample"):
        couple(u[:1], variant="spssau")


def test_alpha_weights_the_first_system():
    frame = coupling_coordination([0.2], [0.6], alpha=0.25)
    assert frame["T"].iloc[0] == pytest.approx(0.25 * 0.2 + 0.75 * 0.6)
    assert coordination_index((0.2, 0.6, 0.1), (0.5, 0.3, 0.2)) == pytest.approx(0.3)


def test_index_is_kept():
    index = pd.MultiIndex.from_tuples([("北京", 2010), ("北京", 2011)], names=["province", "year"])
    u1, u2 = pd.Series([0.2, 0.3], index), pd.Series([0.6, 0.5], index)
    frame = coupling_coordination(u1, u2)
    assert frame.index.equals(index) and list(frame.columns) == ["C", "T", "D"]
    with pytest.raises(ValueError, match="different indexes"):
        coupling_coordination(u1, u2[::-1])


@pytest.mark.parametrize(
    ("told", "call"),
    [
        (r"U is 1\.2", lambda: coupling_degree((1.2, 0.4))),
        (r"U is -0\.1", lambda: coupling_degree((-0.1, 0.4))),
        ("at least two systems", lambda: coupling_degree([[0.5], [0.4]])),
        ("variant 'wong'.*wang", lambda: coupling_degree((0.2, 0.4), variant="wong")),
        (r"alpha is 1\.5", lambda: coupling_coordination([0.2], [0.4], alpha=1.5)),
        ("sum to 1", lambda: coordination_index((0.2, 0.4), (0.5, 0.6))),
        ("2 systems need .*, got 3", lambda: coordination_index((0.2, 0.4), (0.5, 0.3, 0.2))),
        (r"D is 43\.67", lambda: grade(43.67)),
    ],
)
def test_refusals(told, call):
    with pytest.raises(ValueError, match=told):
        call()


def test_grades_are_right_closed():
    table = grades()
    assert list(grade(table["upper"].to_numpy())) == list(table["grade"])
    above = np.nextafter(table["upper"].to_numpy()[:-1], 2)
    assert list(grade(above)) == list(table["grade"][1:])
    assert list(stage([0.4, 0.41, 0.6, 0.61, 0.8, 0.81])) == list(
        np.repeat(table["stage"].unique(), [1, 2, 2, 1])
    )


def test_grades_of_the_published_values():
    """Section 4.2 of the paper: national 2010 and 2022, Guangdong 2022."""
    assert list(grade([0.2404, 0.4367, 0.6741])) == ["中度失调", "濒临失调", "初级协调"]


def test_grades_at_the_ends_and_in_a_series():
    assert grade(0.0) == "极度失调"
    assert grade(1 + 1e-12) == "优质协调"
    assert grade_number([np.nan, 0.95]).tolist() == [-1, 9]
    series = grade(pd.Series([0.45, 0.15], index=["a", "b"]))
    assert series.to_dict() == {"a": "濒临失调", "b": "严重失调"} and series.name == "grade"


def test_regional_means_are_unweighted_and_ordered():
    index = pd.MultiIndex.from_product([["a", "b", "c"], [2010, 2011]], names=["province", "year"])
    frame = pd.DataFrame({"D": [0.1, 0.2, 0.3, 0.4, 0.8, 0.9], "grade": "x"}, index=index)
    regions = pd.Series({"c": "西部", "a": "东部", "b": "东部", "z": "东北"})
    means = regional_means(frame, regions)
    assert list(means.columns) == ["region", "year", "D"]
    assert means["region"].tolist() == ["全国", "全国", "西部", "西部", "东部", "东部"]
    np.testing.assert_allclose(means["D"], [0.4, 0.5, 0.8, 0.9, 0.2, 0.3])
    with pytest.raises(ValueError, match="'b' has no region"):
        regional_means(frame, regions.drop("b"))


def test_shares_of_two_systems_and_of_more():
    np.testing.assert_array_equal(system_shares(0.3, 2), [0.3, 0.7])
    np.testing.assert_array_equal(system_shares(None, 4), [0.25] * 4)
    np.testing.assert_array_equal(system_shares((0.2, 0.3, 0.5), 3), [0.2, 0.3, 0.5])
    for wrong, systems in ((0.5, 3), ((0.5, 0.5), 3), ((0.5, 0.6), 2), (1.2, 2), ((-1, 2), 2)):
        with pytest.raises(ValueError, match="shares"):
            system_shares(wrong, systems)


def test_three_systems_couple_by_their_shares():
    u = pd.DataFrame({"U1": [0.2, 0.5], "U2": [0.4, 0.5], "U3": [0.6, 0.5]})
    found = couple_systems(u, alpha=[0.5, 0.3, 0.2])
    assert found["C"].tolist() == pytest.approx([(0.2 * 0.4 * 0.6) ** (1 / 3) / 0.4, 1.0])
    assert found["T"].tolist() == pytest.approx([0.34, 0.5])
    assert found["D"].tolist() == pytest.approx((found["C"] * found["T"]) ** 0.5)


def test_means_without_regions_are_of_all_alone():
    index = pd.MultiIndex.from_product([["甲", "乙"], [2020]], names=["岛", "年份"])
    means = regional_means(pd.DataFrame({"D": [0.1, 0.3]}, index), pd.Series(dtype=str), "全部海岛")
    assert means.to_dict("records") == [{"region": "全部海岛", "year": 2020, "D": 0.2}]
