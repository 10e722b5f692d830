"""The maker of the demo panel (``data/demo/make``): byte for byte, on target, by its own rules."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import dynamics as drawing
import generator
from dynamics import (
    Conditions,
    accumulate,
    condition_shocks,
    correlated_shocks,
    fixed_effects_estimate,
    kinship,
)
from samples import panel_of
from settings import FOLDER, profile, shapes
from synergy.claims.calibration import calibration_report
from synergy.demo import Dynamics, true_dynamics
from synergy.dictionary import SUB_INDICES, indicators, units
from synergy.index import composite_index
from synergy.panel import demo_panel

generated, render = cache(generator.generate), generator.render


@cache
def rendered() -> dict[str, bytes]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(generator, "generate", generated)
        return render()


@pytest.mark.parametrize("name", ["panel.csv", "estimated_dynamics.csv"])
def test_regenerating_gives_the_committed_bytes(name: str) -> None:
    assert rendered()[name] == (FOLDER / name).read_bytes()


def test_command_writes_then_agrees_then_notices_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generator, "render", rendered)
    assert generator.main(["--out", str(tmp_path)]) == 0
    assert generator.main(["--check", "--out", str(tmp_path)]) == 0
    path = tmp_path / "panel.csv"
    path.write_bytes(path.read_bytes().replace(b"92", b"93", 1))
    assert generator.main(["--check", "--out", str(tmp_path)]) == 1
    assert "panel.csv" in capsys.readouterr().out.splitlines()[-1]


def test_another_seed_differs_and_is_on_target_too() -> None:
    values = generated(3).values
    assert not values.equals(generated(generator.SEED).values)
    assert calibration_report(panel_of(values, "synthetic"))["met"].all()


def test_values_have_the_stated_digits() -> None:
    text = pd.read_csv(FOLDER / "panel.csv", dtype=str, keep_default_na=False)
    for code, digits in shapes()["digits"].items():
        decimals = text.loc[text[code] != "", code].str.partition(".")[2].str.len()
        assert (decimals == digits).all(), code


def test_long_panel_gives_the_true_matrix_back() -> None:
    """Without conditions and with many years, nothing is left between estimate and truth."""
    dynamics, related = true_dynamics(), kinship(units()["region"])
    normal = np.random.default_rng(1).normal(size=(30, 800, 5))
    path = accumulate(dynamics, correlated_shocks(normal, dynamics, related))
    index = pd.MultiIndex.from_product(
        [units().index, range(path.shape[1])], names=["province", "year"]
    )
    scores = pd.DataFrame(path.reshape(len(index), -1), index, list(SUB_INDICES))
    assert np.abs(fixed_effects_estimate(scores) - dynamics.matrix).max(axis=None) < 0.03
    by_region = fixed_effects_estimate(scores, units()["region"])
    assert np.abs(by_region - dynamics.matrix).max(axis=None) < 0.03


def test_convergence_obeys_the_equation_and_meets_both_ends() -> None:
    dynamics = true_dynamics()
    first, last = np.random.default_rng(0).normal(size=(2, 4, 5))
    path = drawing.convergence(dynamics, first, last, 12)
    assert path[:, 0] == pytest.approx(first)
    assert path[:, -1] == pytest.approx(last)
    intercept = path[:, 1:] - path[:, :-1] @ dynamics.matrix.T
    assert intercept == pytest.approx(np.broadcast_to(intercept[:, :1], intercept.shape))


@hypothesis_settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_conditioned_shocks_meet_their_conditions(seed: int) -> None:
    rng = np.random.default_rng(seed)
    dynamics = Dynamics(rng.uniform(-0.3, 0.3, (3, 3)), rng.uniform(0.1, 2, 3))
    related = np.eye(4) + 0.5
    wanted = Conditions(
        rng.normal(size=(5, 4)), rng.integers(1, 7, 5), rng.normal(size=(5, 3)), rng.normal(size=5)
    )
    drawn = correlated_shocks(rng.normal(size=(4, 6, 3)), dynamics, related)
    shocks = condition_shocks(drawn, dynamics, related, wanted)
    path = accumulate(dynamics, shocks)
    reached = np.einsum("mi,mid,md->m", wanted.provinces, path[:, wanted.steps].swapaxes(0, 1),
                        wanted.variables)  # fmt: skip
    assert reached == pytest.approx(wanted.values, abs=1e-8)
    again = condition_shocks(shocks, dynamics, related, wanted)
    assert again == pytest.approx(shocks, abs=1e-8)


def test_sub_indices_of_the_file_are_those_drawn() -> None:
    drawn = generated(generator.SEED).states
    scores = composite_index(demo_panel().values, indicators()).scores
    assert np.abs(scores[list(SUB_INDICES)] - drawn).max(axis=None) < 1e-3


def test_profile_covers_the_provinces_in_order() -> None:
    assert list(profile().index) == list(units().index)
    west = units()["region"] == "西部"
    assert profile()["eq_2019"].notna().tolist() == west.tolist()
