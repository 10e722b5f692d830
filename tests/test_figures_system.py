"""Figures of the panel VAR: Vega itself must recompute what Python computes."""

from __future__ import annotations

import json
from itertools import product
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pvar import implied_system
from pvar.responses import impulse_responses, moving_average
from synergy.arrows import DRAWN, least_squares_of
from synergy.dictionary import report_plan
from synergy.figures import system as system_figures
from synergy.figures.responses import (
    FAR,
    GENERALISED,
    impact_matrices,
    response_explorer,
    share_explorer,
    significant,
)
from synergy.figures.system import (
    CLASSES,
    arrow_places,
    coefficient_ranges,
    granger_graph,
    modulus_ranges,
    node_places,
    root_plane,
)
from synergy.figures.theme import ALARM
from synergy.links import HORIZON, granger_frame
from synergy.simulation import true_system
from synergy.system import (
    VARIABLES,
    Interaction,
    System,
    estimate_interaction,
    orderings,
    published_system,
    systems_of,
)
from vega_replay import assert_suits_a_page, replay


def make_interaction(variables: tuple[str, ...] = VARIABLES) -> Interaction:
    """Estimates on a stable, strongly identified panel that has the variables alone."""
    rng = np.random.default_rng(11)
    slopes = 0.4 * np.eye(5) + 0.05 * rng.standard_normal((5, 5))
    state, states = rng.standard_normal((30, 5)), []
    for _ in range(13):
        state = state @ slopes.T + 0.1 * rng.standard_normal((30, 5))
        states.append(state)
    places = [[f"省{i:02d}" for i in range(30)], range(2010, 2023)]
    index = pd.MultiIndex.from_product(places, names=["province", "year"])
    values = np.stack(states, axis=1).reshape(-1, 5)
    frame = pd.DataFrame(values, index, list(VARIABLES))
    frame.loc[:, [name for name in VARIABLES if name not in variables]] = np.nan
    return estimate_interaction(
        SimpleNamespace(name="面板", frame=frame, plan=report_plan()), draws=60
    )


@pytest.fixture(scope="module")
def here() -> Interaction:
    return make_interaction()


@pytest.fixture(scope="module")
def systems(here: Interaction) -> tuple[System, ...]:
    return systems_of(here)


@pytest.fixture(scope="module")
def spec(systems: tuple[System, ...]) -> dict:
    return response_explorer(systems).to_dict()


def first_of(spec: dict, mark: str) -> int:
    """Place of the first layer with a mark."""
    return next(k for k, layer in enumerate(spec["layer"]) if layer["mark"]["type"] == mark)


def expected(system: System, label: str, kind: str = "orthogonal") -> np.ndarray:
    """Responses (horizon, response, impulse) from the estimator's own functions."""
    kind = "generalised" if label == GENERALISED else kind
    places = [system.variables.index(name) for name in orderings(VARIABLES).get(label, VARIABLES)]
    return impulse_responses(
        system.dynamics, system.sigma, kind=kind, horizon=HORIZON, order=places
    )


def rounding_reach(system: System, label: str, i: int, j: int) -> np.ndarray:
    """How far rounding of the embedded numbers may move a response."""
    impact = impact_matrices(system)[label]
    phi = moving_average(system.dynamics, HORIZON)
    return 2e-4 * (np.abs(phi) @ np.abs(impact))[:, i, j] + 1e-9


LABELS = [*orderings(VARIABLES), GENERALISED]
GRID = list(product(range(len(LABELS)), [("LQ", "AI"), ("AI", "LR")], [(1.0, False), (-2.5, True)]))


@pytest.mark.parametrize(("ordering", "pair", "shock"), GRID)
def test_vega_recomputes_every_response(
    spec: dict,
    systems: tuple[System, ...],
    ordering: int,
    pair: tuple[str, str],
    shock: tuple[float, bool],
) -> None:
    (impulse, response), (size, cumulative) = pair, shock
    chosen = {
        "ordering": ordering,
        "impulse": impulse,
        "response": response,
        "size": size,
        "cumulative": cumulative,
    }
    found = replay(spec, ["s", "h", "shown"], chosen)
    assert len(found) == len(systems) * (HORIZON + 1)
    for s, system in enumerate(systems):
        i, j = system.variables.index(response), system.variables.index(impulse)
        wanted = size * expected(system, LABELS[ordering])[:, i, j]
        slack = abs(size) * rounding_reach(system, LABELS[ordering], i, j)
        if cumulative:
            wanted, slack = np.cumsum(wanted), np.cumsum(slack)
        shown = found[found["s"] == s].sort_values("h")["shown"].to_numpy()
        assert (np.abs(shown - wanted) <= slack).all()


@pytest.mark.parametrize("size", [1.0, -2.0])
def test_bands_scale_with_the_shock_and_stay_ordered(
    spec: dict, systems: tuple[System, ...], size: float
) -> None:
    chosen = {"ordering": 1, "impulse": "SS", "response": "EQ", "size": size}
    found = replay(spec, ["h", "lower", "upper"], chosen, first_of(spec, "area")).sort_values("h")
    order = orderings(VARIABLES)[LABELS[1]]
    bands = systems[0].draws.bands(horizon=HORIZON, order=order)
    i, j = VARIABLES.index("EQ"), VARIABLES.index("SS")
    ends = np.sort(size * np.stack([bands.lower[:, i, j], bands.upper[:, i, j]]), axis=0)
    shown = found[["lower", "upper"]].to_numpy().T
    assert (shown[0] <= shown[1]).all()
    assert np.allclose(shown, ends.clip(-FAR, FAR), rtol=6e-3, atol=1e-6)


def test_controls_change_the_picture(spec: dict) -> None:
    base = {"impulse": "LQ", "response": "AI", "size": 1, "cumulative": False}
    pictures = [
        replay(spec, ["s", "h", "shown"], base | change)["shown"].to_numpy()
        for change in ({}, {"size": 2}, {"ordering": 1}, {"impulse": "SS"}, {"cumulative": True})
    ]
    first = pictures[0]
    assert all(np.abs(first - other).max() > 1e-5 for other in pictures[1:])


@pytest.mark.parametrize(("ordering", "horizon", "which"), [(0, 6, 0), (1, 0, 0), (2, 3, 1)])
def test_vega_recomputes_the_variance_decomposition(
    systems: tuple[System, ...], ordering: int, horizon: int, which: int
) -> None:
    chosen = {"ordering": ordering, "horizon": horizon, "which": which}
    found = replay(share_explorer(systems).to_dict(), ["i", "j", "share"], chosen)
    wanted = expected(systems[which], LABELS[ordering], "fevd")[horizon]
    codes = list(VARIABLES)
    matrix = found.pivot(index="i", columns="j", values="share").loc[codes, codes]
    assert np.abs(matrix.to_numpy() - wanted).max() < 2e-4
    assert np.allclose(matrix.sum(axis=1), 1.0)


def test_cumulative_responses_have_no_band(spec: dict) -> None:
    chosen = {"impulse": "LQ", "response": "AI", "cumulative": True}
    assert replay(spec, ["h", "lower", "upper"], chosen, first_of(spec, "area")).empty


def test_system_without_draws_has_a_line_and_no_band(here: Interaction) -> None:
    drawn = response_explorer([true_system(), *systems_of(here, ["fod-year"])]).to_dict()
    marks = [layer["mark"]["type"] for layer in drawn["layer"]]
    assert marks.count("area") == 1 and marks.count("line") == 1
    found = replay(drawn, ["s", "h", "shown"], {"impulse": "LQ", "response": "AI"})
    assert set(found["s"]) == {0.0, 1.0}


def all_charts(here: Interaction) -> dict[str, dict]:
    systems, linear = systems_of(here), least_squares_of(here)
    drawn = [linear[key] for key in DRAWN]
    charts = {
        "responses": response_explorer(systems),
        "shares": share_explorer(systems),
        "granger": granger_graph(granger_frame(here)),
        "roots": root_plane({s.title: s.dynamics for s in systems}, published_system()),
        "moduli": modulus_ranges(here.estimates, {"稳定界": 1.0}),
        "coefficients": coefficient_ranges(list(here.main.values())),
        "least squares": coefficient_ranges(drawn, reach=1.5, what="区间"),
    }
    return {name: chart.to_dict() for name, chart in charts.items()}


#: Bytes of JSON; the explorer carries bands for every ordering and pair.
BOUNDS = {"responses": 45_000, "shares": 14_000, "granger": 12_000, "least squares": 12_000}


@pytest.mark.parametrize("variables", [VARIABLES, ("LR", "EQ", "AI"), ("EQ", "LQ")])
def test_every_figure_suits_a_page(variables: tuple[str, ...]) -> None:
    for name, drawn in all_charts(make_interaction(variables)).items():
        assert_suits_a_page(name, drawn, BOUNDS.get(name, 10_000))


@pytest.mark.parametrize("variables", [("LR", "EQ", "AI"), ("EQ", "SS")])
def test_controls_start_at_variables_that_exist(variables: tuple[str, ...]) -> None:
    drawn = response_explorer(systems_of(make_interaction(variables))).to_dict()
    for parameter in drawn["params"]:
        if parameter["bind"]["input"] == "select":
            assert parameter["value"] in parameter["bind"]["options"]
    found = replay(drawn, ["s", "h", "shown"])
    assert len(found) == 2 * (HORIZON + 1)


def test_figures_without_estimates_say_why() -> None:
    for draw in (response_explorer, share_explorer):
        assert draw([], fault="面板太短。").to_dict()["description"] == "面板太短。"
    empty = {
        "响应": response_explorer([]),
        "方差分解": share_explorer([]),
        "箭头": granger_graph(pd.DataFrame()),
        "特征值": modulus_ranges({}, {}),
        "系数": coefficient_ranges([]),
    }
    for what, chart in empty.items():
        assert f"没有{what}可画" in chart.to_dict()["description"]


def test_two_drawings_are_identical(here: Interaction) -> None:
    assert json.dumps(all_charts(make_interaction())) == json.dumps(all_charts(here))


def test_arrows_stop_short_of_nodes_and_part_from_their_reverse(here: Interaction) -> None:
    links = granger_frame(here)
    nodes = node_places(list(VARIABLES))
    arrows = arrow_places(links, nodes)
    assert len(arrows) == 2 * 20
    starts = nodes.loc[links["cause"], ["x", "y"]].to_numpy()
    ends = nodes.loc[links["effect"], ["x", "y"]].to_numpy()
    reach = np.hypot(system_figures.NODE, system_figures.APART)
    for there, columns in ((starts, ["x", "y"]), (ends, ["x2", "y2"])):
        assert np.allclose(np.linalg.norm(arrows[columns].to_numpy() - there, axis=1), reach)
    one = arrows[links["option"].to_numpy() == "fod"]
    middle = (one[["x", "y"]].to_numpy() + one[["x2", "y2"]].to_numpy()) / 2
    gaps = np.linalg.norm(middle[:, None] - middle[None], axis=2) + np.eye(len(one))
    assert gaps.min() > system_figures.APART


@pytest.mark.parametrize(
    ("p", "level"), [(0.0, 0), (0.0099, 0), (0.01, 1), (0.049, 1), (0.05, 2), (0.1, 3), (1.0, 3)]
)
def test_arrows_are_classed_by_p(p: float, level: int) -> None:
    link = {"option": "fod", "cause": "LQ", "effect": "AI", "link": "", "coefficient": 1.0}
    links = pd.DataFrame([link | {"p": p}])
    arrow = arrow_places(links, node_places(list(VARIABLES))).iloc[0]
    assert (
        arrow[["level", "shade", "head"]] == CLASSES.loc[level, ["level", "shade", "head"]]
    ).all()
    assert (CLASSES[["width", "shade", "head"]].diff().iloc[1:] < 0).all(axis=None)


def test_roots_are_the_eigenvalues(systems: tuple[System, ...]) -> None:
    drawn = root_plane({s.title: s.dynamics for s in systems}).to_dict()
    (text,) = [t for t in drawn["datasets"].values() if isinstance(t, str) and "modulus" in t]
    shown = pd.read_csv(pd.io.common.StringIO(text))
    for system in systems:
        wanted = np.sort(np.abs(np.linalg.eigvals(system.dynamics)))
        mine = np.sort(shown.loc[shown["system"] == system.title, "modulus"])
        assert np.allclose(mine, wanted, atol=1e-4)


def test_explosive_roots_are_counted_in_the_alt_text() -> None:
    text = root_plane({"甲": np.diag([1.2, 0.5]), "乙": np.diag([0.3, 0.2])}).to_dict()
    assert "甲有 1 个在圆上或圆外" in text["description"]
    assert "乙有 0 个在圆上或圆外" in text["description"]


def alarming(drawn: dict, mark: str) -> list[dict]:
    """Rows of the layers that must be noticed."""
    layers = [layer for layer in drawn["layer"] if layer["mark"].get("color") == ALARM]
    names = [layer["data"]["name"] for layer in layers if layer["mark"]["type"] == mark]
    return [row for name in names for row in drawn["datasets"][name]]


def test_the_decisive_root_is_named_with_its_ranges() -> None:
    system = published_system()
    drawn = root_plane({"论文表 4": system.coefficients}, system).to_dict()
    words = [layer["mark"].get("text") for layer in drawn["layer"]]
    assert "1.512" in words and "舍入 1.493—1.530" in words
    assert [(row["re"], row["x2"]) for row in alarming(drawn, "rule")] == [
        pytest.approx(system.modulus_interval()),
        pytest.approx((system.rounding_low[0], system.rounding_high[0])),
    ]
    assert "95% 区间 0.56 至 2.47" in drawn["description"]


def test_the_decisive_root_may_be_complex_and_without_errors() -> None:
    turning = 1.2 * np.array([[0.6, -0.8], [0.8, 0.6]])
    system = implied_system(turning, draws=50)
    drawn = root_plane({"甲": turning}, system).to_dict()
    assert len(alarming(drawn, "rule")) == 1
    (row,) = alarming(drawn, "point")
    assert abs(complex(row["re"], row["im"])) == pytest.approx(1.2)
    assert "细线" not in drawn["description"]


def test_intervals_of_least_squares_are_drawn(here: Interaction) -> None:
    system = least_squares_of(here)["within-year"]
    drawn = coefficient_ranges([system], what="区间").to_dict()
    assert f"有 {system.clear.sum()} 个的区间不含 0" in drawn["description"]
    assert "自助" not in drawn["description"]


def test_significant_digits_keep_small_and_large_numbers() -> None:
    values = np.array([0.0, 0.00123456, -98765.4, 1.0])
    assert np.allclose(significant(values, 3), [0.0, 0.00123, -98800.0, 1.0], rtol=1e-12)
