"""What must hold whatever the data: identities, invariances, hand calculations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panels import LABELS, long_frame, var_panel
from pvar import PanelData, Specification, fit, linalg, moments, panel_var, transforms
from pvar.gmm import one_step
from pvar.moments import Sample, accumulate
from reference_cases import KEYS, NAMES

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")


def slopes(seed: int) -> np.ndarray:
    """A stable system of two variables."""
    return 0.4 * np.eye(2) + 0.1 * np.random.default_rng([seed, 2]).uniform(-1, 1, size=(2, 2))


def panel(seed: int, n: int = 60, periods: int = 7) -> PanelData:
    """A panel of that system."""
    return var_panel(np.random.default_rng(seed), n, periods, slopes(seed))


def assert_same(ours: object, theirs: object, **tolerances: float) -> None:
    """Compare two objects attribute by attribute, each to its relative tolerance."""
    for name, tolerance in tolerances.items():
        values = getattr(ours, name), getattr(theirs, name)
        np.testing.assert_allclose(*values, rtol=tolerance, atol=1e-14, err_msg=name)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), lags=st.integers(1, 2), periods=st.integers(5, 8))
def test_differences_equal_deviations_with_all_instruments(
    seed: int, lags: int, periods: int
) -> None:
    """Arellano and Bover (1995): on balanced panels, by period, one step."""
    data = panel(seed, periods=periods)
    fd, fod = (
        fit(data, Specification(data.variables, lags, t, "all", collapse=False), steps="one")
        for t in ("fd", "fod")
    )
    np.testing.assert_allclose(fd.coefficients, fod.coefficients, rtol=1e-7, atol=1e-9)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    powers=st.tuples(st.integers(-6, 6), st.integers(-6, 6)),
    steps=st.sampled_from(["one", "two"]),
    system=st.booleans(),
)
def test_units_of_measurement(seed: int, powers: tuple[int, int], steps: str, system: bool) -> None:
    """In other units coefficients change by the ratio of units, tests not at all."""
    data = panel(seed)
    scale = 10.0 ** np.array(powers)
    cube = data.values.reshape(data.n_units, -1, 2) * scale
    specification = Specification(data.variables, depth=2, system=system)
    first, other = (fit(d, specification, steps=steps) for d in (data, PanelData.from_array(cube)))
    ratio = scale[:, None] / np.append(scale, 1.0)[: first.coefficients.shape[1]]
    np.testing.assert_allclose(other.coefficients, first.coefficients * ratio, rtol=1e-6)
    assert_same(other, first, z_values=1e-5, eigenvalue_moduli=1e-6)
    assert_same(other.hansen, first.hansen, statistic=1e-5)
    shares = [r.responses("fevd").values for r in (first, other)]
    np.testing.assert_allclose(shares[1], shares[0], rtol=1e-5, atol=1e-9)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_order_of_rows_and_names_of_units_do_not_matter(seed: int) -> None:
    data, rng = panel(seed), np.random.default_rng(seed)
    frame = long_frame(data.dense(0, data.n_units))
    relabelled = frame.assign(u=rng.permutation(data.n_units)[frame["u"]])
    mixed = relabelled.sample(frac=1.0, random_state=seed)
    first, other = (panel_var(f, data.variables, **LABELS, depth=2) for f in (frame, mixed))
    assert_same(other, first, coefficients=1e-9, covariance=1e-8)


def test_rows_out_of_order_with_unequal_units() -> None:
    """One unit ends in the year in which the next begins; rows by year, by unit, and mixed."""
    years = {3: range(7), 1: range(6, 12), 2: range(11, 14), 0: range(7)}
    places = [(unit, year) for unit, span in years.items() for year in span]
    values = np.random.default_rng(9).normal(size=(len(places), 1))
    frame = pd.DataFrame(values, columns=["y1"])
    frame[["u", "t"]] = np.array(places)
    first = PanelData.from_frame(frame.sort_values(["u", "t"]), ["y1"], unit="u", time="t")
    assert list(first.units) == [0, 1, 2, 3]
    for other in (frame, frame.sort_values("t"), frame.sample(frac=1.0, random_state=1)):
        again = PanelData.from_frame(other, ["y1"], unit="u", time="t")
        for name in ("values", "period", "start", "units"):
            np.testing.assert_array_equal(getattr(again, name), getattr(first, name))


def test_units_that_go_down_while_time_goes_up() -> None:
    values = np.arange(16.0).reshape(8, 2) ** 0.5
    frame = pd.DataFrame(values, columns=["y1", "y2"]).assign(u=[2] * 4 + [1] * 4, t=range(8))
    data = PanelData.from_frame(frame, ["y1", "y2"], unit="u", time="t")
    assert list(data.units) == [1, 2]
    np.testing.assert_array_equal(data.period, [4, 5, 6, 7, 0, 1, 2, 3])
    np.testing.assert_array_equal(data.values, values[[4, 5, 6, 7, 0, 1, 2, 3]])


def test_order_of_variables_changes_only_what_it_should(large: pd.DataFrame) -> None:
    order = [3, 0, 4, 1, 2]
    first = panel_var(large, NAMES, steps="two", depth=3, **KEYS)
    other = panel_var(large, [NAMES[j] for j in order], steps="two", depth=3, **KEYS)
    both = np.ix_(order, order)
    np.testing.assert_allclose(other.coefficients, first.coefficients[both], rtol=1e-8)
    np.testing.assert_allclose(other.standard_errors, first.standard_errors[both], rtol=1e-8)
    np.testing.assert_allclose(other.sigma, first.sigma[both], rtol=1e-9)
    assert other.hansen.statistic == pytest.approx(first.hansen.statistic)
    for kind in ("simple", "generalised"):
        values = first.responses(kind).values[:, order][:, :, order]
        np.testing.assert_allclose(other.responses(kind).values, values, rtol=1e-8, atol=1e-12)
    moved = other.responses("orthogonal").values
    stayed = first.responses("orthogonal").values[:, order][:, :, order]
    assert np.abs(moved - stayed).max() > 1e-3
    asked = first.responses("orthogonal", order=[NAMES[j] for j in order]).values
    np.testing.assert_allclose(asked[:, order][:, :, order], moved, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("transform", ["fod", "fd"])
@pytest.mark.parametrize("lags", [1, 2])
def test_just_identified(uneven: pd.DataFrame, transform: str, lags: int) -> None:
    one, two = (
        panel_var(uneven, NAMES[:3], lags=lags, transform=transform, depth="just", steps=s, **KEYS)
        for s in ("one", "two")
    )
    assert one.hansen.statistic == 0.0
    assert one.hansen.df == 0
    assert np.isnan(one.hansen.p)
    assert one.n_instruments == len(one.regressors)
    np.testing.assert_array_equal(one.coefficients, two.coefficients)
    np.testing.assert_allclose(one.standard_errors, two.standard_errors, rtol=1e-12)
    score = one.moments.zy - one.moments.zx @ one.coefficients.T
    assert np.abs(score).max() < 1e-8 * np.abs(one.moments.zy).max()


def test_older_helmert_by_hand() -> None:
    """y: Helmert y; x: its own lag; z: lagged level; the asymmetric one adds last periods."""
    data = panel(5, n=25, periods=6)
    y = data.values.reshape(25, 6, 2)
    h = np.full_like(y, np.nan)
    for t in range(5):
        n = 5 - t
        h[:, t] = np.sqrt(n / (n + 1)) * (y[:, t] - y[:, t + 1 :].mean(axis=1))
    zx, zy, extra = np.zeros((2, 2)), np.zeros((2, 2)), y[:, 4].T @ h[:, 4]
    for t in range(1, 5):
        zx += y[:, t - 1].T @ h[:, t - 1]
        zy += y[:, t - 1].T @ h[:, t]
    for name, matrix in (("pvar2", zx), ("pvar2-asymmetric", zx + extra)):
        older = Specification(data.variables, transform=name, depth="just")
        ours = fit(data, older, covariance="robust")
        np.testing.assert_allclose(ours.coefficients, np.linalg.solve(matrix, zy).T, rtol=1e-10)
        residual = h[:, 1:5] - h[:, :4] @ ours.coefficients.T
        u = residual.reshape(-1, 2)
        assert ours.n_obs == len(u)
        np.testing.assert_allclose(ours.sigma, u.T @ u / len(u), rtol=1e-10)
        scores = (u[:, :, None] * y[:, :4].reshape(-1, 1, 2)).reshape(-1, 4)
        bread = np.kron(np.eye(2), np.linalg.inv(matrix))
        by_hand = bread @ scores.T @ scores @ bread.T
        np.testing.assert_allclose(ours.covariance, by_hand, rtol=1e-9, atol=1e-15)


def test_deviations_by_hand_with_a_gap() -> None:
    """The mean runs over later usable rows only, and lags and y go through together."""
    years = np.array([0, 1, 2, 3, 5, 6, 7])
    values = np.sin(3.0 * np.arange(12)[:, None] + years**2)
    frame = long_frame(values[..., None], years)
    ours = panel_var(frame, ["y1"], depth="just", **LABELS)
    y = frame.pivot(index="u", columns="t", values="y1")
    rows, zx, zy = [1, 2, 3, 6, 7], 0.0, 0.0  # 5 has no lag, 0 has none either
    for place, t in enumerate(rows[:-1]):
        later = rows[place + 1 :]
        c = np.sqrt(len(later) / (len(later) + 1))
        dy = c * (y[t] - sum(y[s] for s in later) / len(later))
        dx = c * (y[t - 1] - sum(y[s - 1] for s in later) / len(later))
        zx, zy = zx + y[t - 1] @ dx, zy + y[t - 1] @ dy
    assert ours.coefficients[0, 0] == pytest.approx(zy / zx)


def test_chunks_do_not_change_the_answer(
    uneven: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = panel_var(uneven, NAMES, steps="two", depth=2, **KEYS)
    monkeypatch.setattr(moments, "CHUNK_BYTES", 20_000)
    monkeypatch.setattr(moments, "CACHE_BYTES", 0)
    chunked = panel_var(uneven, NAMES, steps="two", depth=2, **KEYS)
    assert chunked.moments.unit_cross is None
    assert len(chunked.moments.sample.ranges) > 5
    assert_same(chunked, whole, coefficients=1e-9, standard_errors=1e-9)


def test_system_gmm_recovers_the_truth() -> None:
    data = panel(11, n=3000, periods=6)
    choices = ({}, {"depth": "just"}, {"system": True}, {"transform": "fd", "depth": "all"})
    for options in choices:
        ours = fit(data, Specification(data.variables, **options))
        assert np.abs(ours.dynamics - slopes(11)).max() < 5 * ours.standard_errors[:, :2].max()


def test_instruments_by_period_are_a_refinement_of_collapsed_ones(uneven: pd.DataFrame) -> None:
    data = PanelData.from_frame(uneven, NAMES[:2], **KEYS)
    fine, coarse = (
        accumulate(Sample.of(data, Specification(data.variables, depth=2, collapse=c).design()))
        for c in (False, True)
    )
    assert fine.n_instruments > coarse.n_instruments
    for name in ("zx", "zy"):
        columns = getattr(fine, name).sum(axis=0), getattr(coarse, name).sum(axis=0)
        np.testing.assert_allclose(*columns, rtol=1e-9, atol=1e-9)
    assert np.isfinite(one_step(fine).coefficients).all()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), lags=st.integers(1, 2), share=st.sampled_from([0.0, 0.1]))
def test_deviations_and_unit_means_leave_the_same_cross_products(
    seed: int, lags: int, share: float
) -> None:
    """Forward deviations are an orthonormal basis of what unit means leave, gaps or none."""
    data, rng = panel(seed, n=30, periods=9), np.random.default_rng(seed)
    cube = data.dense(0, 30)
    cube = np.where(rng.random(cube.shape[:2])[..., None] < share, np.nan, cube)
    grams = [
        fit(PanelData.from_array(cube), Specification(data.variables, lags, t, "just")).moments.gram
        for t in ("fod", "within")
    ]
    np.testing.assert_allclose(*grams, rtol=1e-9)


def test_matrix_and_running_sum_give_the_same_deviations(noise: np.random.Generator) -> None:
    rows = noise.normal(size=(40, 9, 3))
    whole = np.ones((40, 9), dtype=bool)
    (matrix, kept), (running, seen) = (
        function(rows, whole)
        for function in (
            transforms.forward_orthogonal_deviations,
            transforms.deviations_with_gaps,
        )
    )
    np.testing.assert_allclose(matrix, running, rtol=1e-12, atol=1e-14)
    np.testing.assert_array_equal(kept, seen)
    assert not transforms.helmert_matrix(9).flags.writeable


@pytest.mark.parametrize("rows", [0, 10, 2499, 2500, 12_345])
def test_cross_products_in_pieces(noise: np.random.Generator, rows: int) -> None:
    left, right = noise.normal(size=(rows, 10)), noise.normal(size=(rows, 10))
    for a, b in ((left, right), (left, left)):
        np.testing.assert_allclose(linalg.cross_product(a, b), a.T @ b, rtol=1e-9, atol=1e-9)


def test_inverse_of_what_is_determined() -> None:
    """Of a matrix with a redundant last unknown: the first ones as without it, or no number."""
    x = np.random.default_rng(6).normal(size=(50, 4))
    x = np.column_stack([x, x[:, 3], np.zeros(50)])
    square = x.T @ x
    inverse = linalg.symmetric_inverse(square[None], 3)[0]
    plain = np.linalg.inv(square[:4, :4])
    np.testing.assert_allclose(inverse[:3, :3], plain[:3, :3], rtol=1e-9)
    assert np.isnan(linalg.symmetric_inverse(square[None], 4)).all()
