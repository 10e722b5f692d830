"""What a specification means: regressors, instruments, the depth chosen, what it refuses."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panels import LABELS, long_frame, var_panel
from pvar import PanelData, PanelVARError, Specification, fit, panel_var
from pvar.design import LagInstruments, Term
from reference_cases import KEYS, NAMES

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")


# --- lags of dependent variables ----------------------------------------------------------------


@pytest.mark.parametrize("option", ["exogenous", "predetermined"])
def test_a_dependent_variable_is_no_further_regressor(small: pd.DataFrame, option: str) -> None:
    call = {"variables": NAMES[:2], **KEYS}
    way = r"L3.y1 is a lag of the dependent variable y1, .*lags=\{'y1': \[1, 3\], 'y2': \[1\]\}"
    with pytest.raises(PanelVARError, match=f"{option}: {way}"):
        panel_var(small, **call, **{option: ["L3.y1"]})
    for name in ("y1", "L0.y1"):
        with pytest.raises(PanelVARError, match=f"{option}: {name} is a dependent variable"):
            panel_var(small, **call, **{option: [name]})
    advised = panel_var(small, **call, lags={"y1": [1, 3], "y2": [1]}, depth="just")
    assert advised.regressors == ("lag1_y1", "lag1_y2", "lag3_y1")


def test_why_a_lag_as_exogenous_is_refused() -> None:
    """Truth (.4, .1, .2): the lag set finds it, which the forbidden term did not."""
    slopes = [[0.4, 0.1, 0.2, 0.0], [0.0, 0.4, 0.0, 0.0]]
    data = var_panel(np.random.default_rng(3), 4000, 8, slopes)
    results = fit(data, Specification(data.variables, {"y1": 2, "y2": 1}))
    assert np.abs(results.coefficients[0] - [0.4, 0.1, 0.2]).max() < 0.03


@pytest.mark.parametrize(
    "terms",
    [
        {"exogenous": ["y3", "y3"]},
        {"exogenous": ["y3", "L0.y3"]},
        {"predetermined": ["L1.y3"], "exogenous": ["y4", "L1.y3"]},
        {"predetermined": ["y3", "y4", "y3"]},
    ],
)
def test_no_term_twice(terms: dict[str, Any]) -> None:
    with pytest.raises(PanelVARError, match=r"y3 is given twice .* predetermined or as exogenous"):
        Specification(("y1",), **terms)


def test_a_variable_may_be_predetermined_at_one_lag_and_exogenous_at_another() -> None:
    found = Specification(("y1",), predetermined=("y3",), exogenous=("L1.y3", "L2.y3"))
    assert found.columns == ("y1", "y3")
    assert found.regressors == ("lag1_y1", "y3", "L1.y3", "L2.y3")


def test_lags_of_one_predetermined_variable_share_their_instruments(large: pd.DataFrame) -> None:
    """Each term used to bring its own distances, and the overlap made Z'HZ singular."""
    results = panel_var(large, NAMES[:1], **KEYS, predetermined=["y3", "L1.y3"], depth=3)
    layout = results.moments.sample.layout
    assert [t.lag for t in layout.levels.terms if t.column == 1] == [0, 1, 2]
    assert [t.lag for t in layout.levels.terms if t.column == 0] == [1, 2, 3]


# --- instruments --------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    lags=st.sets(st.integers(1, 6), min_size=1, max_size=3),
    extra=st.integers(0, 4),
    nearest=st.sampled_from([1, 2]),
    stop=st.integers(8, 14),
)
def test_distances_hold_the_own_lags_and_then_the_nearest(
    lags: set[int], extra: int, nearest: int, stop: int
) -> None:
    block = LagInstruments(0, 2, len(lags) + extra, tuple(sorted(lags)))
    found = block.distances(nearest, stop)
    own = {lag + nearest - 1 for lag in lags}
    assert own <= set(found) and found == sorted(set(found))
    assert len(found) == min(len(lags) + extra, stop - nearest)
    others = [k for k in range(nearest, stop) if k not in own]
    assert [k for k in found if k not in own] == others[: len(found) - len(own)]
    everything = replace(block, depth=None).distances(nearest, stop)
    assert everything == list(range(nearest, stop))


def test_terms_and_instruments_of_a_design() -> None:
    specification = Specification(
        ("a", "b"), {"a": [1, 4], "b": 1}, depth="just", predetermined=("L1.c",), exogenous=("d",)
    )
    design = specification.design()
    terms = [(0, 1), (1, 1), (0, 4), (2, 1), (3, 0)]
    assert design.regressors == tuple(Term(*term) for term in terms)
    assert design.lags == 4 and specification.longest_lag == 4
    blocks = [(0, 2, 2, (1, 4)), (1, 2, 1, (1,)), (2, 2, 1, (1,))]
    assert design.lag_instruments == tuple(LagInstruments(*block) for block in blocks)
    assert specification.lag_places(0) == [0, 2] and specification.lag_places(1) == [1]
    assert pickle.loads(pickle.dumps(specification)) == specification


# --- the automatic depth ------------------------------------------------------------------------


@pytest.mark.parametrize("lags", [1, 2, [1, 3], {"y1": 1, "y2": [2]}])
def test_automatic_depth_is_two_distances_more_than_lags(lags: Any) -> None:
    asked = Specification(("y1", "y2"), lags)
    for found, own in zip(asked.design().lag_instruments, asked.lag_sets, strict=True):
        assert len(found.distances(1, 20)) == len(own) + 2
        assert set(own) <= set(found.distances(1, 20))


def test_the_results_say_which_depth_was_used(small: pd.DataFrame, large: pd.DataFrame) -> None:
    results = panel_var(small, NAMES, **KEYS)
    assert (results.specification.distances, results.n_moments) == (3, 75)
    assert "depth 3, collapsed" in results.summary()
    for depth, distances in (("just", 1), ("all", None), (2, 2)):
        specification = panel_var(large, NAMES, depth=depth, **KEYS).specification
        assert (specification.depth, specification.distances) == (depth, distances)


def test_automatic_depth_ends_with_the_calendar(small: pd.DataFrame) -> None:
    short = small[small["year"] < small["year"].min() + 4]
    every, ours = (panel_var(short, NAMES[:1], depth=d, **KEYS) for d in ("all", None))
    np.testing.assert_array_equal(ours.coefficients, every.coefficients)


# --- steps and clusters -------------------------------------------------------------------------


def test_automatic_steps(small: pd.DataFrame) -> None:
    def chosen(variables: list[str], **options: Any) -> tuple[str, str]:
        results = panel_var(small, variables, **KEYS, **options)
        return results.steps, results.covariance_name

    assert chosen(NAMES) == ("one", "clustered")  # 75 moments, 30 units
    assert chosen(NAMES, depth="just") == ("one", "clustered")
    assert chosen(NAMES[:2]) == ("two", "windmeijer")
    assert chosen(NAMES[:2], covariance="clustered") == ("two", "clustered")
    assert chosen(NAMES, depth="just", covariance="windmeijer") == ("two", "windmeijer")
    assert chosen(NAMES[:2], depth=4) == ("one", "clustered")  # 16 of 30
    assert chosen(NAMES[:2], steps="one") == ("one", "clustered")
    with pytest.raises(PanelVARError):
        chosen(NAMES[:2], steps="one", covariance="windmeijer")


def test_options_of_the_estimation_are_kept(small: pd.DataFrame) -> None:
    frame = small.assign(region=small["id"] % 15)
    results = panel_var(
        frame,
        NAMES[:1],
        **KEYS,
        depth=2,
        steps="one",
        weight="row",
        initial_weight="identity",
        cluster="region",
        use_t=np.True_,
        missing_instruments="drop",
    )
    kept = (results.weight, results.initial_weight, results.cluster, results.use_t)
    assert kept == ("row", "identity", "region", True)
    assert results.specification.missing_instruments == "drop"
    assert results.moments.sample.design.missing_instruments == "drop"


def test_clusters_hold_whole_units(small: pd.DataFrame) -> None:
    regions = np.array(["north", "south", "west"])[small["id"] % 3]
    frame = small.assign(region=regions).sample(frac=1.0, random_state=1)
    data = PanelData.from_frame(frame, NAMES, **KEYS, cluster="region")
    assert data.clusters is not None and data.clusters.shape == (30,)
    codes = {"north": 0, "south": 1, "west": 2}
    by_unit = small.assign(region=regions).groupby("id")["region"].first()
    np.testing.assert_array_equal(data.clusters, by_unit.map(codes))
    assert (data.n_clusters, data.cluster) == (3, "region")
    assert PanelData.from_frame(small, NAMES, **KEYS).n_clusters == 30
    moved = frame.copy()
    moved.loc[moved.index[0], "region"] = "east"
    with pytest.raises(PanelVARError, match="1 units change their cluster 'region' over time"):
        panel_var(moved, NAMES, **KEYS, cluster="region")
    with pytest.raises(PanelVARError, match="data hold no clusters 'region'"):
        fit(
            PanelData.from_frame(small, NAMES, **KEYS),
            Specification(tuple(NAMES)),
            cluster="region",
        )


def test_lists_serve_where_tuples_are_kept() -> None:
    frame = long_frame(np.random.default_rng(0).normal(size=(20, 6, 3)))
    ours = panel_var(frame, ["y1"], **LABELS, exogenous=["y2"], predetermined=("y3",))
    assert ours.specification.exogenous == ("y2",)
    assert Specification(["y1"], exogenous=["y2"]) == Specification(("y1",), exogenous=("y2",))  # type: ignore[arg-type]
