"""Cluster bootstrap over provinces, comparison of variants, influence of single indicators."""

from math import log

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from synergy.coupling import (
    COUPLING_VARIANTS,
    coupling_coordination,
    grade,
    grades,
    regional_means,
)
from synergy.dictionary import indicators
from synergy.index import composite_index
from synergy.robustness import compare_couplings, compare_weights, leave_one_out
from synergy.uncertainty import cluster_bootstrap, drawn_units, replicate

CODES = ["ai_cable", "ai_patents", "ai_firms", "lr_wage", "eq_unemployed", "ss_union", "lq_disease"]
SYSTEMS = {"AI": CODES[:3], "EQ": CODES[3:]}
PROVINCES = [f"p{i}" for i in range(8)]
YEARS = range(2015, 2020)
ALPHA = 0.3
REGIONS = pd.Series(dict(zip(PROVINCES, "aabbbccc", strict=True)))


@pytest.fixture(scope="module")
def values():
    """Positive, persistent within a province, trending."""
    rng = np.random.default_rng(7)
    shape = (len(PROVINCES), len(YEARS), len(CODES))
    level, steps = rng.normal(size=(shape[0], 1, shape[2])), rng.normal(0.1, 0.1, shape)
    index = pd.MultiIndex.from_product([PROVINCES, YEARS], names=["province", "year"])
    numbers = np.exp(level + steps.cumsum(axis=1)).reshape(-1, shape[2])
    return pd.DataFrame(numbers, index=index, columns=CODES)


@pytest.fixture(scope="module")
def result(values):
    return cluster_bootstrap(values, indicators(), REGIONS, draws=200, seed=3, alpha=ALPHA)


def naive_draw(values, chosen):
    """One draw the long way: stack the drawn provinces, weigh, then score every province."""
    oriented = values * indicators().loc[CODES, "direction"]
    stacked = pd.concat([oriented.loc[PROVINCES[i]] for i in chosen])
    low, high = oriented.min(), oriented.max()
    weights, indices = {}, {}
    for system, codes in SYSTEMS.items():
        divergence = {}
        for code in codes:
            z = (stacked[code] - low[code]) / (high[code] - low[code])
            p = z / z.sum()
            divergence[code] = 1 + sum(q * log(q) for q in p if q > 0) / log(len(p))
        total = sum(divergence.values())
        weights |= {code: d / total for code, d in divergence.items()}
        z = (oriented[codes] - low[codes]) / (high[codes] - low[codes])
        indices[system] = sum(weights[code] * z[code] for code in codes)
    u1, u2 = indices["AI"], indices["EQ"]
    c, t = 2 * (u1 * u2) ** 0.5 / (u1 + u2), ALPHA * u1 + (1 - ALPHA) * u2
    return pd.Series(weights)[CODES], u1, u2, (c * t) ** 0.5


def test_vectorised_draws_equal_the_long_way(values):
    draws = 40
    fast = replicate(values, indicators(), draws=draws, seed=11, alpha=ALPHA)
    for b, chosen in enumerate(drawn_units(len(PROVINCES), draws, 11)):
        weights, u1, u2, d = naive_draw(values, chosen)
        np.testing.assert_allclose(fast.weights[b], weights, rtol=1e-11)
        np.testing.assert_allclose(fast.systems[0][b], u1, rtol=1e-11, atol=1e-14)
        np.testing.assert_allclose(fast.systems[1][b], u2, rtol=1e-11, atol=1e-14)
        np.testing.assert_allclose(fast.d[b], d, rtol=1e-11, atol=1e-14)


def three(values):
    """The same panel, unbalanced, as three systems of two, two and three indicators."""
    dictionary = indicators().loc[CODES].assign(system=list("aabbccc"), dimension=list("aabbccc"))
    return values.drop(values.index[[3, 4, 17, 30]]).iloc[::-1], dictionary


def test_three_systems_and_units_of_unequal_length_the_long_way(values):
    """Stack the drawn units with their own years, weigh, score, and couple by the n-th root."""
    panel, dictionary = three(values)
    fast = replicate(panel, dictionary, draws=20, seed=4, alpha=[0.5, 0.3, 0.2])
    oriented = panel * dictionary["direction"]
    z = (oriented - oriented.min()) / (oriented.max() - oriented.min())
    names = panel.index.unique("province")
    for b, chosen in enumerate(drawn_units(len(names), 20, 4)):
        stacked = pd.concat([z.loc[[names[i]]] for i in chosen])
        p = stacked / stacked.sum()
        e = -(p * np.log(p.where(p > 0, 1))).sum() / log(len(stacked))
        weights = (1 - e) / (1 - e).groupby(dictionary["system"]).transform("sum")
        u = (z * weights).T.groupby(dictionary["system"]).sum().T
        d = (u.prod(axis=1) ** (1 / 3) / u.mean(axis=1) * (u @ [0.5, 0.3, 0.2])) ** 0.5
        np.testing.assert_allclose(fast.weights[b], weights, rtol=1e-10)
        np.testing.assert_allclose(fast.systems[:, b], u.T, rtol=1e-10, atol=1e-14)
        np.testing.assert_allclose(fast.d[b], d, rtol=1e-10, atol=1e-14)


def test_an_unbalanced_panel_keeps_its_rows_and_ranks_within_years(values):
    panel, dictionary = three(values)
    nobody = pd.Series(dtype=str)
    found = cluster_bootstrap(panel, dictionary, nobody, draws=50, alpha=None, whole="全部")
    assert found.scores.index.equals(panel.index) and found.grades.index.equals(panel.index)
    assert set(found.means["region"]) == {"全部"}
    d = found.scores["D"]
    np.testing.assert_array_equal(
        found.scores["rank"], d.groupby(level="year").rank(ascending=False)
    )
    assert found.scores["rank_upper"].groupby(level="year").max().tolist() == [
        panel.index.get_level_values("year").tolist().count(y) for y in YEARS
    ]
    np.testing.assert_allclose(found.means["D"], d.groupby(level="year").mean())


def test_each_province_once_gives_the_estimate(values, monkeypatch):
    once = np.tile(np.arange(len(PROVINCES)), (2, 1))
    monkeypatch.setattr("synergy.uncertainty.drawn_units", lambda *_: once)
    estimate = composite_index(values, indicators())
    draw = replicate(values, indicators(), draws=2, seed=0)
    np.testing.assert_allclose(draw.weights[0], estimate.weights["weight"], rtol=1e-12)
    np.testing.assert_allclose(draw.systems[1][1], estimate.scores["U2"], rtol=1e-12)


def test_seed_decides(values):
    def run(seed):
        return cluster_bootstrap(values, indicators(), REGIONS, draws=50, seed=seed)

    first, again, other = run(5), run(5), run(6)
    for name in ("weights", "dimension_weights", "scores", "grades", "means"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(again, name))
    assert not first.weights["weight_lower"].equals(other.weights["weight_lower"])


def test_estimates_are_those_of_the_full_sample(values, result):
    index = composite_index(values, indicators())
    coupled = coupling_coordination(index.scores["U1"], index.scores["U2"], alpha=ALPHA)
    pd.testing.assert_series_equal(result.weights["weight"], index.weights["weight"])
    pd.testing.assert_series_equal(result.scores["D"], coupled["D"])
    ranks = coupled["D"].groupby(level="year").rank(ascending=False)
    np.testing.assert_array_equal(result.scores["rank"], ranks)
    expected = regional_means(index.scores[["U1", "U2"]].join(coupled["D"]), REGIONS)
    pd.testing.assert_frame_equal(result.means[expected.columns.tolist()], expected)


def test_intervals_are_percentiles_of_the_draws(values, result):
    raw = replicate(values, indicators(), draws=200, seed=3, alpha=ALPHA)
    np.testing.assert_allclose(
        result.weights["weight_upper"], np.quantile(raw.weights, 0.975, axis=0), rtol=1e-12
    )
    np.testing.assert_allclose(
        result.scores["U1_lower"], np.quantile(raw.systems[0], 0.025, axis=0), rtol=1e-12
    )
    d = pd.DataFrame(raw.d.T, index=values.index)
    in_b = d[d.index.get_level_values("province").isin(["p2", "p3", "p4"])]
    of_2017 = in_b.groupby(level="year").mean().loc[2017]
    row = result.means.query("region == 'b' and year == 2017").iloc[0]
    assert row["D_lower"] == pytest.approx(np.quantile(of_2017, 0.025), rel=1e-12)
    assert row["D_upper"] == pytest.approx(np.quantile(of_2017, 0.975), rel=1e-12)
    nation = result.means.query("region == '全国' and year == 2019").iloc[0]
    of_2019 = d.groupby(level="year").mean().loc[2019]
    assert nation["D_upper"] == pytest.approx(np.quantile(of_2019, 0.975), rel=1e-12)


def test_grades_and_ranks_follow_the_draws(values, result):
    raw = replicate(values, indicators(), draws=200, seed=3, alpha=ALPHA)
    d = pd.DataFrame(raw.d.T, index=values.index)
    labels = d.apply(lambda column: grade(column))
    for row in (0, 17, 39):
        share = labels.iloc[row].value_counts(normalize=True)
        expected = share.reindex(grades()["grade"], fill_value=0.0)
        np.testing.assert_allclose(result.grades.iloc[row], expected, rtol=1e-12)
        own = grade(float(result.scores["D"].iloc[row]))
        assert result.scores["grade_probability"].iloc[row] == pytest.approx(expected[own])
    np.testing.assert_allclose(result.grades.sum(axis=1), 1, rtol=1e-12)
    ranks = d.groupby(level="year").rank(ascending=False)
    lower = np.quantile(ranks, 0.025, axis=1, method="inverted_cdf")
    np.testing.assert_array_equal(result.scores["rank_lower"], lower)


def test_intervals_have_order_and_width(result):
    for table, names in (
        (result.weights, ["weight"]),
        (result.dimension_weights, ["weight"]),
        (result.scores, ["U1", "U2", "D", "rank"]),
        (result.means, ["U1", "U2", "D"]),
    ):
        for name in names:
            assert (table[f"{name}_lower"] <= table[f"{name}_upper"]).all()
    assert (result.weights["weight_upper"] - result.weights["weight_lower"] > 0.01).all()
    assert result.scores["rank"].between(1, len(PROVINCES)).all()


def test_dimension_weights_sum_to_one(result):
    by_system = result.dimension_weights["weight"].groupby(level="system").sum()
    np.testing.assert_allclose(by_system, 1, rtol=1e-12)


def test_units_do_not_matter_to_the_bootstrap(values, result):
    rescaled = values * [1, 2, 1e4, 1e-3, 5, 7, 1e6] + [0, 3, -5, 0, 1e3, 0, 2]
    again = cluster_bootstrap(rescaled, indicators(), REGIONS, draws=200, seed=3, alpha=ALPHA)
    np.testing.assert_allclose(again.scores["D_lower"], result.scores["D_lower"], atol=1e-9)


def test_an_indicator_absent_from_a_draw_weighs_nothing(values):
    """Only p0 has any patents: draws without p0 see a constant, and say so with weight 0."""
    only = (values.index.get_level_values("province") == "p0").astype(float)
    sparse = values.assign(ai_patents=only * values["ai_patents"])
    draws = replicate(sparse, indicators(), draws=100, seed=1)
    without = ~(drawn_units(len(PROVINCES), 100, 1) == 0).any(axis=1)
    assert 10 < without.sum() < 60
    column = CODES.index("ai_patents")
    assert (draws.weights[without, column] == 0).all()
    assert (draws.weights[~without, column] > 0).all()
    np.testing.assert_allclose(draws.weights[:, :3].sum(axis=1), 1, rtol=1e-12)


def test_bootstrap_refusals(values):
    def run(panel=values, **options):
        return cluster_bootstrap(panel, indicators(), REGIONS, **{"draws": 10, **options})

    with pytest.raises(ValueError, match="indicators of AI only; D needs every system"):
        run(values[CODES[:3]])
    with pytest.raises(ValueError, match="one unit alone"):
        run(values.loc[["p1"]])
    with pytest.raises(ValueError, match="draws is 1"):
        run(draws=1)
    with pytest.raises(ValueError, match="level is 95"):
        run(level=95)


def test_leaving_one_out_equals_a_refit(values):
    table = leave_one_out(values, indicators(), alpha=0.4)

    def d(panel):
        scores = composite_index(panel, indicators()).scores
        return coupling_coordination(scores["U1"], scores["U2"], alpha=0.4)["D"]

    for code in CODES:
        shift = d(values.drop(columns=code)) - d(values)
        assert table.at[code, "mean_shift"] == pytest.approx(shift.mean(), abs=1e-12)
        assert table.at[code, "mean_abs_shift"] == pytest.approx(shift.abs().mean(), abs=1e-12)
        biggest = shift.iloc[shift.abs().argmax()]
        assert table.at[code, "largest_shift"] == pytest.approx(biggest, abs=1e-12)
    assert table["mean_abs_shift"].is_monotonic_decreasing


def test_the_only_indicator_of_a_system_cannot_be_left_out(values):
    table = leave_one_out(values[["ai_cable", *CODES[3:]]], indicators())
    assert table.loc["ai_cable"].drop(["system", "dimension", "weight"]).isna().all()
    assert table.drop(index="ai_cable").notna().all(axis=None)
    assert table.index[-1] == "ai_cable"


def test_weight_variants_against_the_standard(values):
    comparison = compare_weights(values, indicators())
    assert comparison.erroneous == ("log_years",)
    standard = comparison.summary.loc["standard"]
    assert standard["mean_abs_shift"] == standard["largest_rank_move"] == 0
    assert standard["rank_correlation"] == pytest.approx(1)
    scores = composite_index(values, indicators(), variant="equal").scores
    d = coupling_coordination(scores["U1"], scores["U2"])["D"]
    pd.testing.assert_series_equal(comparison.d["equal"], d, check_names=False)
    np.testing.assert_allclose(comparison.national["equal"], d.groupby(level="year").mean())
    by_year = [
        spearmanr(d.xs(year, level="year"), comparison.d["standard"].xs(year, level="year"))[0]
        for year in YEARS
    ]
    row = comparison.summary.loc["equal"]
    assert row["rank_correlation"] == pytest.approx(np.mean(by_year), abs=1e-12)
    bounds = grades()["upper"].to_numpy()
    moved = np.searchsorted(bounds, d) - np.searchsorted(bounds, comparison.d["standard"])
    assert row["grade_up"] == pytest.approx((moved > 0).mean())
    assert row["grade_down"] == pytest.approx((moved < 0).mean())


def test_reversed_weights_that_leave_the_scale_are_missing_not_drawn(values):
    """Entropies on both sides of 1 give negative weights; D is then NaN, not a number."""
    lone = np.zeros(len(values))
    lone[[3, 22]] = [1.0, 0.6]
    comparison = compare_weights(values.assign(ai_patents=lone), indicators())
    wrong = composite_index(
        values.assign(ai_patents=lone), indicators(), variant="log_years", strict=False
    )
    outside = ~wrong.scores["U1"].between(0, 1)
    assert outside.any() and (wrong.weights["weight"] < 0).any()
    np.testing.assert_array_equal(comparison.d["log_years"].isna(), outside)
    assert comparison.d.drop(columns=["log_years", "yearly"]).notna().all(axis=None)
    assert comparison.refused.keys() == {"yearly"}
    assert "constant indicator in 2015: ai_patents" in comparison.refused["yearly"]
    assert comparison.d["yearly"].isna().all()
    assert comparison.summary.loc["yearly"].drop("title_zh").isna().all()


def test_coupling_variants_against_the_standard(values):
    scores = composite_index(values, indicators()).scores
    comparison = compare_couplings(scores[["U1", "U2"]])
    np.testing.assert_allclose(
        comparison.d["lost_coefficient"], comparison.d["standard"] / 2**0.5, rtol=1e-12
    )
    lost = comparison.summary.loc["lost_coefficient"]
    assert lost["rank_correlation"] == pytest.approx(1)
    assert lost["grade_down"] > 0.9 and lost["grade_up"] == 0
    assert comparison.d.columns.tolist() == list(COUPLING_VARIANTS)
