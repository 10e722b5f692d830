"""Entropy weights and composite indices."""

from dataclasses import replace
from math import log

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from synergy.dictionary import indicators
from synergy.index import (
    WEIGHT_VARIANTS,
    EntropyRangeError,
    composite_index,
    entropy,
    entropy_weights,
    normalise,
    out_of_range,
    score_names,
)

CODES = ["ai_cable", "ai_patents", "lr_wage", "eq_unemployed", "lq_disease"]
PROVINCES, YEARS = 4, 3
few = settings(max_examples=30, deadline=None)
LEGITIMATE = [name for name in WEIGHT_VARIANTS if name != "log_years"]


def frame(numbers, codes=CODES, years=YEARS):
    index = pd.MultiIndex.from_product(
        [[f"p{i}" for i in range(len(numbers) // years)], range(2010, 2010 + years)],
        names=["province", "year"],
    )
    return pd.DataFrame(np.asarray(numbers, dtype=float), index=index, columns=codes)


@st.composite
def panels(draw):
    """Whole numbers; in every year the first two provinces differ, so every scope has a range."""
    shape = (PROVINCES, YEARS, len(CODES))
    block = draw(arrays(np.int64, shape, elements=st.integers(-1000, 1000), fill=st.nothing()))
    step = draw(arrays(np.int64, shape[1:], elements=st.integers(1, 1000), fill=st.nothing()))
    block[0] = block[1] + step
    return frame(block.reshape(-1, len(CODES)))


@pytest.fixture
def example():
    return frame(np.random.default_rng(1).lognormal(size=(PROVINCES * YEARS, len(CODES))))


def test_three_by_two_by_hand():
    """Two AI indicators, three provinces, one year, worked out on paper.

    ai_cable (+): 10, 20, 30 -> z = 0, 1/2, 1, sum 3/2, p = 0, 1/3, 2/3
    ai_patents, read as (-): 8, 4, 2 -> z = 0, 2/3, 1, sum 5/3, p = 0, 2/5, 3/5
    e_1 = (1/3 ln 3 + 2/3 ln 3/2) / ln 3     = .6365142 / 1.0986123 = .5793802
    e_2 = (2/5 ln 5/2 + 3/5 ln 5/3) / ln 3   = .6730117 / 1.0986123 = .6126016
    w_1 = .4206198 / (.4206198 + .3873984)   = .5205574, w_2 = .4794426
    U   = 0; .5205574 / 2 + .4794426 * 2/3 = .5799071; 1
    """
    values = frame([[10, 8], [20, 4], [30, 2]], CODES[:2], years=1)
    dictionary = indicators().copy()
    dictionary.loc["ai_patents", "direction"] = -1
    result = composite_index(values, dictionary)

    np.testing.assert_allclose(result.normalised, [[0, 0], [1 / 2, 2 / 3], [1, 1]], atol=1e-15)
    e_1 = (log(3) / 3 + 2 / 3 * log(3 / 2)) / log(3)
    e_2 = (2 / 5 * log(5 / 2) + 3 / 5 * log(5 / 3)) / log(3)
    np.testing.assert_allclose(result.weights["entropy"], [e_1, e_2], rtol=1e-14)
    np.testing.assert_allclose(result.weights["weight"], [0.5205574, 0.4794426], atol=1e-7)
    np.testing.assert_allclose(result.scores["U1"], [0, 0.5799071, 1], atol=1e-7)
    np.testing.assert_allclose(result.scores["BS"], [0, 1 / 2, 1], atol=1e-15)
    np.testing.assert_allclose(result.scores["TI"], [0, 2 / 3, 1], atol=1e-15)
    assert result.scores[["AD", "U2", "LR"]].isna().all(axis=None)


@few
@given(panels(), st.sampled_from(LEGITIMATE))
def test_weights_sum_to_one_and_entropy_stays_in_unit_interval(values, variant):
    result = composite_index(values, indicators(), variant=variant)
    by_system = result.weights.groupby("system")["weight"].sum()
    np.testing.assert_allclose(by_system, 1, rtol=1e-12)
    assert (result.weights["weight"] >= 0).all()
    assert result.weights["entropy"].between(0, 1 + 1e-12).all()
    inside = result.weights.groupby(["system", "dimension"])["weight_in_dimension"].sum()
    np.testing.assert_allclose(inside, 1, rtol=1e-12)


@few
@given(panels())
def test_scores_are_shares_of_the_best_and_add_up(values):
    result = composite_index(values, indicators())
    present = result.scores[["AI", "LR", "EQ", "LQ", "U1", "U2", "BS", "TI"]]
    assert ((present >= 0) & (present <= 1 + 1e-12)).all(axis=None)
    of_dimension = result.weights.groupby("dimension")["dimension_weight"].first()
    parts = result.scores[["LR", "EQ", "LQ"]] @ of_dimension[["LR", "EQ", "LQ"]]
    np.testing.assert_allclose(parts, result.scores["U2"], atol=1e-12)


@few
@given(
    panels(),
    arrays(np.float64, len(CODES), elements=st.floats(0.01, 100)),
    arrays(np.float64, len(CODES), elements=st.floats(-1000, 1000)),
)
def test_units_do_not_matter(values, factor, offset):
    before = composite_index(values, indicators())
    after = composite_index(values * factor + offset, indicators())
    np.testing.assert_allclose(after.weights["weight"], before.weights["weight"], atol=1e-8)
    np.testing.assert_allclose(after.scores, before.scores, atol=1e-8)


@few
@given(panels(), st.integers(0, len(CODES) - 1))
def test_flipping_sign_and_direction_changes_nothing(values, column):
    code = CODES[column]
    dictionary = indicators().copy()
    dictionary.loc[code, "direction"] *= -1
    flipped = composite_index(values.assign(**{code: -values[code]}), dictionary)
    pd.testing.assert_frame_equal(flipped.scores, composite_index(values, indicators()).scores)


@few
@given(panels())
def test_order_of_rows_and_columns_does_not_matter(values):
    before = composite_index(values, indicators()).scores
    after = composite_index(values.iloc[::-1, ::-1], indicators()).scores
    pd.testing.assert_frame_equal(after.sort_index(), before.sort_index())


@few
@given(panels())
def test_logarithm_of_years_is_detected_and_reverses_the_weights(values):
    """ln(rows) / ln(years) > 1: the entropy of an even indicator passes 1."""
    z = normalise(values, indicators()["direction"])[CODES[2:]]
    right = entropy_weights(z)
    wrong = entropy_weights(z, variant="log_years", strict=False)
    np.testing.assert_allclose(wrong.entropy, right.entropy * log(12) / log(3), rtol=1e-12)
    assume((wrong.entropy > 1.001).all() and right.weights.is_unique)
    assert out_of_range(wrong.entropy) == CODES[2:]
    assert list(wrong.weights.sort_values().index) == list(right.weights.sort_values().index)[::-1]
    with pytest.raises(EntropyRangeError, match=r"largest .*divides by ln\(years\)"):
        entropy_weights(z, variant="log_years")
    with pytest.raises(EntropyRangeError):
        composite_index(values[CODES[2:]], indicators(), variant="log_years")


def test_zero_times_log_zero_is_zero():
    z = np.array([[0.0], [1.0], [1.0]])
    np.testing.assert_allclose(entropy(z), log(2) / log(3), rtol=1e-15)


def test_entropy_of_even_and_of_concentrated_columns():
    z = np.array([[1.0, 1.0], [1.0, 0.0], [1.0, 0.0], [1.0, 0.0]])
    np.testing.assert_allclose(entropy(z), [1.0, 0.0], atol=1e-15)


# Matrices and weights that four papers print; they take shares of the raw columns.
PUBLISHED = {
    "Xu (2004), 10.1016/S0377-2217(03)00146-2": (
        [[30, 30, 38, 29], [19, 54, 86, 29], [19, 15, 85, 28.9], [68, 70, 60, 29]],
        [0.4630, 0.3992, 0.1378, 0.0000],
    ),
    "Zavadskas and Podvezko (2016), 10.1142/S0219622016500036": (
        [[3, 100, 10, 7], [2.5, 80, 8, 5], [1.8, 50, 20, 11], [2.2, 70, 12, 9]],
        [0.1146, 0.1981, 0.4185, 0.2689],
    ),
    "Ersoy (2021), 10.17270/J.LOG.2021.603": (
        [
            [256, 8, 41, 1.6, 1.77, 7347.16],
            [256, 8, 32, 1.0, 1.8, 6919.99],
            [256, 8, 53, 1.6, 1.9, 8400],
            [256, 8, 41, 1.0, 1.75, 6808.9],
            [512, 8, 35, 1.6, 1.7, 8479.99],
            [256, 4, 35, 1.6, 1.7, 7499.99],
        ],
        [0.405, 0.221, 0.134, 0.199, 0.007, 0.034],
    ),
    "Lee and Chang (2018), 10.1016/j.rser.2018.05.007": (
        [
            [4550, 30, 6.74, 20, 15, 5, 85, 150, 0.87, 4.76],
            [3005, 60.86, 2.4, 35, 27, 4, 26, 200, 0.17, 4.51],
            [2040, 14.85, 1.7, 90, 25, 5, 26, 500, 0.27, 4.19],
            [3370, 99.4, 3.25, 25.3, 54, 3, 45, 222, 0.21, 3.78],
            [3920, 112.6, 4.93, 11.4, 71.7, 2, 50, 100, 0.25, 4.11],
        ],
        [0.026, 0.154, 0.089, 0.199, 0.115, 0.04, 0.08, 0.123, 0.172, 0.002],
    ),
}


@pytest.mark.parametrize("paper", PUBLISHED)
def test_published_weights(paper):
    matrix, printed = PUBLISHED[paper]
    spread = 1 - entropy(np.array(matrix, dtype=float))
    digits = max(len(f"{weight}".partition(".")[2]) for weight in printed)
    np.testing.assert_array_equal((spread / spread.sum()).round(digits), printed)


def test_a_small_shift_tends_to_the_standard(example):
    standard = composite_index(example, indicators()).weights["weight"]
    gap = [
        float(
            (composite_index(example, indicators(), variant=variant).weights["weight"] - standard)
            .abs()
            .max()
        )
        for shift in (1e-2, 1e-4, 1e-12)
        for variant in [replace(WEIGHT_VARIANTS["shifted"], shift=shift)]
    ]
    assert gap[0] > gap[1] > gap[2]
    assert gap[2] < 1e-9


def test_spssau_shifts_by_a_hundredth(example):
    z = normalise(example, indicators()["direction"])[CODES[:2]]
    p = (z + 0.01) / (z + 0.01).sum()
    e = -(p * np.log(p)).sum() / log(len(z))
    np.testing.assert_allclose(entropy_weights(z, variant="spssau").entropy, e, rtol=1e-13)


def test_yearly_scaling_erases_a_common_trend():
    level = np.array([1.0, 2.0, 4.0, 8.0])
    values = frame([[a + 10 * t] for a in level for t in range(YEARS)], CODES[:1])
    z = normalise(values, indicators()["direction"], scope="yearly")[CODES[0]].unstack()
    np.testing.assert_allclose(z.to_numpy(), np.tile(((level - 1) / 7)[:, None], YEARS))
    pooled = normalise(values, indicators()["direction"])[CODES[0]].unstack()
    assert (pooled.diff(axis=1).iloc[:, 1:] > 0.3).all(axis=None)


def test_equal_weights(example):
    weights = composite_index(example, indicators(), variant="equal").weights["weight"]
    np.testing.assert_allclose(weights, [1 / 2, 1 / 2, 1 / 3, 1 / 3, 1 / 3])


def test_layout(example):
    result = composite_index(example, indicators())
    assert tuple(result.scores.columns) == score_names(indicators())
    assert list(result.weights.columns) == [
        "system",
        "dimension",
        "entropy",
        "weight",
        "dimension_weight",
        "weight_in_dimension",
    ]
    assert result.scores.index.equals(example.index)
    pd.testing.assert_series_equal(result.scores["U1"], result.scores["AI"], check_names=False)


def test_constant_indicator_is_named(example):
    with pytest.raises(ValueError, match="constant indicator: lr_wage"):
        composite_index(example.assign(lr_wage=3.0), indicators())
    still = example["lr_wage"].where(example.index.get_level_values("year") != 2011, 3.0)
    with pytest.raises(ValueError, match="constant indicator in 2011: lr_wage"):
        composite_index(example.assign(lr_wage=still), indicators(), variant="yearly")


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_missing_or_infinite_cell_is_named(example, bad):
    example.iloc[4, 2] = bad
    with pytest.raises(ValueError, match=r"\('p1', (np\.int64\()?2011\)?\), indicator 'lr_wage'"):
        composite_index(example, indicators())


def test_other_refusals(example):
    z = normalise(example, indicators()["direction"])
    with pytest.raises(ValueError, match=r"unknown weight variant 'entropie'.*standard"):
        composite_index(example, indicators(), variant="entropie")
    with pytest.raises(ValueError, match="'gdp' is not in the dictionary"):
        composite_index(example.assign(gdp=1.0), indicators())
    with pytest.raises(ValueError, match="scope is 'monthly'"):
        normalise(example, indicators()["direction"], scope="monthly")
    with pytest.raises(ValueError, match="direction of 'ai_cable' is 0"):
        normalise(example, indicators()["direction"] * 0)
    with pytest.raises(ValueError, match="negative value -1 in ai_patents"):
        entropy_weights(z.assign(ai_patents=-1.0))
    with pytest.raises(ValueError, match="every value is zero in ai_patents"):
        entropy_weights(z.assign(ai_patents=0.0))
    with pytest.raises(ValueError, match="at least 2 rows, got 1"):
        entropy_weights(z.iloc[:1])
    with pytest.raises(ValueError, match="no indicator varies"):
        entropy_weights(z * 0 + 1)


# ------------------------------------------------------------------ any systems, any units


THREE = pd.DataFrame(
    {
        "system": ["旅游", "旅游", "礁海", "岛民", "岛民"],
        "dimension": ["客流", "收入", "礁海", "生计", "健康"],
        "direction": [1, 1, -1, 1, -1],
    },
    index=["guests", "income", "bleached", "jobs", "illness"],
)


def test_systems_are_those_of_the_dictionary(example):
    """Three systems; one without dimensions is its own, and the column is the same index."""
    values = example.set_axis(THREE.index, axis=1)
    result = composite_index(values, THREE)
    names = ["旅游", "礁海", "岛民", "客流", "收入", "生计", "健康", "U1", "U2", "U3"]
    assert sorted(result.scores.columns) == sorted(names)
    assert list(result.systems) == ["U1", "U2", "U3"]
    np.testing.assert_array_equal(result.scores["礁海"], result.scores["U2"])
    np.testing.assert_array_equal(result.scores["岛民"], result.scores["U3"])
    shares = result.weights.groupby("system")["weight"].sum()
    np.testing.assert_allclose(shares, 1, rtol=1e-12)


def test_a_dimension_lies_in_one_system(example):
    values = example.set_axis(THREE.index, axis=1)
    with pytest.raises(ValueError, match="'收入' lies in two systems; give it two names"):
        composite_index(values, THREE.assign(dimension=["收入", "收入", "礁海", "收入", "健康"]))


def test_units_need_not_share_their_years_and_levels_any_name(example):
    values = example.set_axis(THREE.index, axis=1).iloc[[0, 1, 4, 5, 6, 8, 11]]
    renamed = values.rename_axis(index=["岛", "年份"])
    for variant in ("standard", "log_years"):
        one, other = (
            composite_index(v, THREE, variant=variant, strict=False) for v in (values, renamed)
        )
        np.testing.assert_array_equal(one.scores, other.scores)
