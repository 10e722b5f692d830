"""The built pages in a real browser: what the sliders compute equals the Python functions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from selenium.webdriver import Chrome

from press.build import Book
from synergy.figures.fund import RISES, fund_figure, fund_paths
from synergy.figures.slider_figures import slider_figure
from synergy.figures.sliders import SliderFigure, declared, declared_figures, slider_step
from synergy.policy.parameters import bounds
from tour import open_folds, open_page, pages

pytestmark = [pytest.mark.browser, pytest.mark.book]

SETTINGS = {"curves": 2, "plane": 1, "bars": 40, "fund": 3}

# Move the sliders of a figure to each setting in turn; return all its data sets every time.
READ = """
const [figure, settings, done] = [arguments[0], arguments[1], arguments[arguments.length - 1]];
(async () => {
  await figure.wake();
  const found = [];
  for (const setting of settings) {
    for (const [name, value] of Object.entries(setting)) figure.view.signal(name, value);
    await figure.view.runAsync();
    const names = Object.keys(figure.view._runtime.data);
    const tables = names.map(name => figure.view.data(name) || []);
    found.push(tables.filter(rows => rows.length && "value" in rows[0]).map(rows =>
      rows.map(r => ({x: r.x, y: r.y, years: r.years, name: r.name, value: r.value}))));
  }
  done(found);
})();
"""


def by_description() -> dict[str, SliderFigure]:
    """Every declared figure by the text alternative that it carries in the page."""
    found = {}
    for spec in map(declared, declared_figures()):
        draw = fund_figure if spec.kind == "fund" else slider_figure
        found[str(draw(spec.id).to_dict()["description"])] = spec
    return found


def settings_of(spec: SliderFigure, rng: np.random.Generator) -> list[dict[str, float]]:
    """Random positions on the sliders' own grids."""
    found = []
    for _ in range(SETTINGS[spec.kind]):
        setting = {}
        for symbol in spec.sliders:
            low, high = bounds([symbol])[symbol]
            steps = round((high - low) / slider_step(symbol))
            step = int(rng.integers(0, steps, endpoint=True))
            setting[symbol] = round(low + step * slider_step(symbol), 10)
        if spec.kind == "fund":
            setting["rise"] = int(rng.choice(RISES))
        found.append(setting)
    return found


def truth(spec: SliderFigure, setting: dict[str, float], rows: list[dict[str, Any]]) -> np.ndarray:
    """What the library says for the rows of a data set."""
    point: dict[str, Any] = dict(setting)
    if spec.kind == "fund":
        point["retirement_age_rise"] = point.pop("rise")
        paths = fund_paths(spec, point)
        return np.array([paths[row["name"]][int(row["years"])] for row in rows])
    axes = [side.along for side in spec.sides] or [spec.along] * (spec.kind == "curves")
    for symbol, field in zip(axes, "xy", strict=False):
        point[symbol] = np.array([row[field] for row in rows], dtype=float)
    if spec.kind == "plane":
        return np.broadcast_to(spec.quantities[0].at(point), len(rows))
    values = {q.name: np.broadcast_to(q.at(point), len(rows)) for q in spec.quantities}
    return np.array([values[row["name"]][i] for i, row in enumerate(rows)])


def difference(
    spec: SliderFigure, setting: dict[str, float], tables: list[Any]
) -> tuple[float, int]:
    """Worst difference of the data set that follows the sliders, and its number of points."""
    worst, most = [], max(map(len, tables))
    for rows in tables:
        if len(rows) == most:  # the others are labels at the end of a curve
            wanted = truth(spec, setting, rows)
            gap = np.abs(np.array([row["value"] for row in rows], dtype=float) - wanted)
            floor = 1.0 if spec.kind == "fund" else 1e-3
            worst.append((float(np.max(gap / np.maximum(np.abs(wanted), floor))), len(rows)))
    return min(worst)


def test_sliders_in_the_pages_compute_what_the_library_computes(
    browser: Chrome, whole_book: Book, root: Path
) -> None:
    drawn, rng = by_description(), np.random.default_rng(8)
    report: dict[str, tuple[float, int]] = {}
    for page in pages(whole_book, root):
        if page.parent.name not in {"essay", "notes"}:
            continue
        open_page(browser, page)
        open_folds(browser)
        for figure in browser.find_elements("css selector", ".vega-figure"):
            label = str(figure.get_attribute("aria-label"))
            if label not in drawn:
                continue
            spec = drawn[label]
            settings = settings_of(spec, rng)
            found = browser.execute_async_script(READ, figure, settings)
            gaps = [difference(spec, s, t) for s, t in zip(settings, found, strict=True)]
            report[label] = (max(gap for gap, _ in gaps), sum(count for _, count in gaps))
    assert set(report) == set(drawn), "a declared figure is on no page"
    for kind in SETTINGS:
        gaps = [gap for label, (gap, _) in report.items() if drawn[label].kind == kind]
        print(f"{kind}: {len(gaps)} figures, worst difference {max(gaps):.1e}")
        # The population of the fund travels with eight decimals.
        assert max(gaps) < (1e-7 if kind == "fund" else 1e-9)
    assert min(points for _, points in report.values()) >= 100
