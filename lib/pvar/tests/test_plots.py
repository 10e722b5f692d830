"""Figures: the right numbers in the right panels, told in words and shapes, not colour alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pvar import (
    PanelVARError,
    PanelVARResults,
    implied_system,
    panel_var,
    plot_fevd,
    plot_irf,
    plot_roots,
)
from pvar.plots import CHINESE_FONTS, COLOURS, REACH, palette
from reference_cases import KEYS, NAMES

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")
PAIR = NAMES[:2]


@pytest.fixture(scope="module")
def results(large: pd.DataFrame) -> PanelVARResults:
    return panel_var(large, PAIR, **KEYS)


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Close what was drawn."""
    yield
    pyplot.close("all")


def panels(figure: Any) -> dict[str, Any]:
    """Axes by title."""
    return {axis.get_title(): axis for axis in figure.axes}


def test_each_response_is_in_its_panel(results: PanelVARResults) -> None:
    table = results.responses(horizon=6)
    found = panels(table.plot())
    assert list(found) == ["y1 → y1", "y2 → y1", "y1 → y2", "y2 → y2"]
    line = found["y2 → y1"].lines[-1]
    np.testing.assert_array_equal(line.get_ydata(), table.values[:, 0, 1])
    np.testing.assert_array_equal(line.get_xdata(), np.arange(7))
    assert found["y1 → y2"].get_ylabel() == "y2"
    assert found["y1 → y2"].get_ylim() == found["y2 → y2"].get_ylim()


def test_bands_are_shaded_and_told(results: PanelVARResults) -> None:
    bands = results.bootstrap(50).bands(horizon=4, level=0.9)
    figure = plot_irf(bands)
    (shade,) = panels(figure)["y1 → y2"].collections
    edge = shade.get_paths()[0].vertices
    assert edge[:, 1].max() == pytest.approx(bands.upper[:, 1, 0].max())
    assert edge[:, 1].min() == pytest.approx(bands.lower[:, 1, 0].min())
    told = figure.get_suptitle()
    assert "one standard deviation" in told and "90% band (pointwise, percentile)" in told
    assert "cut" not in told
    assert "band" not in plot_irf(results.responses()).get_suptitle()


def test_some_responses_of_many(small: pd.DataFrame) -> None:
    table = panel_var(small, NAMES, **KEYS).responses()
    figure = plot_irf(table, impulses=["y5"], variables=["y2", "y1"])
    assert list(panels(figure)) == ["y5 → y2", "y5 → y1"]
    assert len(panels(plot_irf(table))) == 25
    with pytest.raises(PanelVARError, match="no variable y9 to draw; there are y1, y2"):
        plot_irf(table, impulses=["y9"])
    with pytest.raises(PanelVARError, match=r"impulses must be a list .* Write \['y1'\]"):
        plot_irf(table, impulses="y1")


def test_what_cannot_be_drawn_is_told_with_what_can(results: PanelVARResults) -> None:
    draws: Any = results.bootstrap(2)
    for call, given in ((plot_irf, results), (plot_irf, draws), (plot_fevd, draws)):
        cure = r"cannot draw .*; give one of results\.responses\(.*\.bands\(\.\.\.\)"
        with pytest.raises(PanelVARError, match=f"{call.__name__} {cure}"):
            call(given)
    with pytest.raises(PanelVARError, match=r"cannot draw .*DataFrame.* give one of panel_var"):
        plot_roots(results.params)


def test_chinese_names_have_a_font(large: pd.DataFrame) -> None:
    """Behind the usual one, if there is one on this computer, and only where it is needed."""
    name = "\u8865\u52a9"
    renamed = panel_var(large.rename(columns={"y1": name}), [name, "y2"], **KEYS)
    figure = renamed.responses("fevd", horizon=2).plot()
    usual = pyplot.rcParams["font.family"]
    installed = set(matplotlib.font_manager.get_font_names())
    extra = [font for font in CHINESE_FONTS if font in installed]
    (legend,) = figure.legends
    families = [text.get_fontfamily() for text in legend.get_texts()]
    assert families == [[*usual, *extra], usual]
    assert figure.axes[0].title.get_fontfamily() == [*usual, *extra]


def test_bands_that_explode_do_not_hide_the_response(results: PanelVARResults) -> None:
    bands = results.bootstrap(20).bands(horizon=4)
    bands.upper[-1, 0, 1] = 1e13
    figure = plot_irf(bands)
    low, high = panels(figure)["y2 → y1"].get_ylim()
    limit, least = REACH * np.abs(bands.point[:, 0]).max(), bands.lower[:, 0].min()
    assert high == pytest.approx(limit + 0.05 * (limit - least))
    assert low == pytest.approx(least - 0.05 * (limit - least))
    assert "cut at the frame" in figure.get_suptitle()
    assert panels(figure)["y1 → y2"].get_ylim()[1] < high


def test_the_kind_is_told(results: PanelVARResults) -> None:
    simple = plot_irf(results.responses("simple", cumulative=True)).get_suptitle()
    assert "shock of one unit, summed over periods" in simple
    assert "Generalised" in plot_irf(results.responses("generalised")).get_suptitle()


def test_shares_are_stacked_to_one(results: PanelVARResults) -> None:
    table = results.responses("fevd", horizon=5)
    figure = table.plot()
    axis = panels(figure)["y2"]
    assert len(axis.patches) == 2 * 6
    first, last = axis.patches[0], axis.patches[-1]
    assert first.get_height() == pytest.approx(table.values[0, 1, 0])
    assert (first.get_x() + first.get_width() / 2, last.get_y() + last.get_height()) == (
        pytest.approx((1.0, 1.0))
    )
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == PAIR
    with pytest.raises(PanelVARError, match="kind 'orthogonal'"):
        plot_fevd(results.responses())


def test_shares_with_bands_are_lines(results: PanelVARResults) -> None:
    bands = results.bootstrap(20).bands("fevd", horizon=3)
    figure = bands.plot()
    assert list(figure.axes[0].lines[-1].get_xdata()) == [1, 2, 3, 4]
    assert figure.get_supxlabel() == "Forecast horizon in periods"
    assert len(figure.axes) == 4 and len(figure.axes[0].collections) == 1
    assert "Share of the forecast error variance" in figure.get_suptitle()


def test_roots_inside_and_outside_differ_in_shape() -> None:
    table = [[1.2, 0.0, 0.0], [0.0, 0.3, -0.4], [0.0, 0.4, 0.3]]
    system = implied_system(table, decimals=[[2, 3, 3]] * 3)
    figure = plot_roots(system)
    (axis,) = figure.axes
    inside, outside, ring = axis.collections
    np.testing.assert_allclose(inside.get_offsets(), [[0.3, 0.4], [0.3, -0.4]])
    np.testing.assert_allclose(outside.get_offsets(), [[1.2, 0.0]])
    np.testing.assert_allclose(ring.get_offsets(), [[1.2, 0.0]])
    assert len(inside.get_paths()[0].vertices) != len(outside.get_paths()[0].vertices)
    (legend,) = figure.legends
    assert legend.get_texts()[-1].get_text() == (
        "largest modulus, 1.200; rounding allows 1.195 to 1.205"
    )
    circle = axis.lines[0].get_xydata()
    np.testing.assert_allclose(np.linalg.norm(circle, axis=1), 1.0)
    assert axis.get_aspect() == 1.0
    assert axis.get_xlim() == axis.get_ylim() == pytest.approx((-1.38, 1.38))


def test_roots_of_an_estimate(results: PanelVARResults) -> None:
    figure = results.plot_roots()
    inside, _ = figure.axes[0].collections
    assert len(inside.get_offsets()) == 2
    modulus = f"largest modulus, {results.eigenvalue_moduli[0]:.3f}"
    assert figure.legends[0].get_texts()[-1].get_text() == modulus


def test_both_of_a_pair_are_ringed() -> None:
    ring = plot_roots(implied_system([[0.3, -0.8], [0.8, 0.3]])).axes[0].collections[-1]
    assert len(ring.get_offsets()) == 2


@pytest.mark.parametrize("count", [2, 8, 12])
def test_colours_differ(count: int) -> None:
    found = palette(count)
    assert len({str(colour) for colour in found}) == count
    assert count > len(COLOURS) or found == list(COLOURS[:count])


@pytest.mark.parametrize("count", [2, 5])
def test_figures_of_two_and_five_variables_can_be_drawn(small: pd.DataFrame, count: int) -> None:
    results = panel_var(small, NAMES[:count], **KEYS)
    bands = results.bootstrap(20).bands(horizon=3)
    for figure in (plot_irf(bands), results.responses("fevd").plot(), results.plot_roots()):
        figure.canvas.draw()
