"""The built pages in a real browser: what the sliders compute equals the Python functions."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from selenium.webdriver import Chrome

from press.build import Book
from synergy.charts.policy_fund import FUND_FLOWS, FUND_STOCK, RISES, FundPath, describe_fund
from synergy.charts.slider_figures import describe_bars, describe_curves, describe_plane
from synergy.charts.sliders import Bars, Curves, Plane, slider_step
from synergy.policy.parameters import bounds
from test_browser import browser, draw_all, open_page, pages

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.book]

MODULES = ("policy_work", "policy_levers", "policy_net", "policy_insurance")
SETTINGS = {Curves: 2, Plane: 1, Bars: 100, FundPath: 3}
DESCRIBE: dict[type, Any] = {
    Curves: describe_curves,
    Bars: describe_bars,
    Plane: describe_plane,
    FundPath: describe_fund,
}

# Move the sliders of a figure to each setting in turn; return all its data sets every time.
READ = """
const [figure, settings, done] = [arguments[0], arguments[1], arguments[arguments.length - 1]];
(async () => {
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


def by_description() -> dict[str, Any]:
    """Every declared figure by the text alternative that it carries in the page."""
    specs: list[Any] = [FUND_FLOWS, FUND_STOCK]
    for name in MODULES:
        module = import_module(f"synergy.charts.{name}")
        specs += [s for s in vars(module).values() if isinstance(s, Curves | Bars | Plane)]
    return {DESCRIBE[type(spec)](spec): spec for spec in specs}


def settings_of(spec: Any, rng: np.random.Generator) -> list[dict[str, float]]:
    """Random positions on the sliders' own grids."""
    found = []
    for _ in range(SETTINGS[type(spec)]):
        setting = {}
        for symbol in spec.sliders:
            low, high = bounds([symbol])[symbol]
            steps = round((high - low) / slider_step(symbol))
            step = int(rng.integers(0, steps, endpoint=True))
            setting[symbol] = round(low + step * slider_step(symbol), 10)
        if isinstance(spec, FundPath):
            setting["rise"] = int(rng.choice(RISES))
        found.append(setting)
    return found


def truth(spec: Any, setting: dict[str, float], rows: list[dict[str, Any]]) -> np.ndarray:
    """What the library says for the rows of a data set."""
    known = [spec.quantity] if isinstance(spec, Plane) else spec.quantities
    quantities = {q.label: q for q in known}
    point: dict[str, Any] = {**setting, **spec.fixed}
    if isinstance(spec, FundPath):
        point["retirement_age_rise"] = point.pop("rise")
        paths = {label: q.of(point) for label, q in quantities.items()}
        return np.array([paths[row["name"]][int(row["years"])] for row in rows])
    if isinstance(spec, Curves):
        point[spec.along] = np.array([row["x"] for row in rows], dtype=float)
    if isinstance(spec, Plane):
        point[spec.sides[0][0]] = np.array([row["x"] for row in rows], dtype=float)
        point[spec.sides[1][0]] = np.array([row["y"] for row in rows], dtype=float)
        return np.broadcast_to(spec.quantity.of(point), len(rows))
    values = {k: np.broadcast_to(q.of(point), len(rows)) for k, q in quantities.items()}
    return np.array([values[row["name"]][i] for i, row in enumerate(rows)])


def difference(spec: Any, setting: dict[str, float], tables: list[Any]) -> tuple[float, int]:
    """Worst difference of the data set that follows the sliders, and its number of points."""
    worst, most = [], max(map(len, tables))
    for rows in tables:
        if len(rows) == most:  # the others are labels at the end of a curve
            wanted = truth(spec, setting, rows)
            gap = np.abs(np.array([row["value"] for row in rows], dtype=float) - wanted)
            floor = 1.0 if isinstance(spec, FundPath) else 1e-3
            worst.append((float(np.max(gap / np.maximum(np.abs(wanted), floor))), len(rows)))
    return min(worst)


def test_sliders_in_the_pages_compute_what_the_library_computes(
    browser: Chrome, whole_book: Book, root: Path
) -> None:
    declared, rng = by_description(), np.random.default_rng(8)
    report: dict[str, tuple[float, int]] = {}
    for page in pages(whole_book, root):
        if page.parent.name not in {"essay", "notes"}:
            continue
        open_page(browser, page)
        draw_all(browser)
        for figure in browser.find_elements("css selector", ".vega-figure"):
            label = str(figure.get_attribute("aria-label"))
            if label not in declared:
                continue
            spec = declared[label]
            settings = settings_of(spec, rng)
            found = browser.execute_async_script(READ, figure, settings)
            gaps = [difference(spec, s, t) for s, t in zip(settings, found, strict=True)]
            report[label] = (max(gap for gap, _ in gaps), sum(count for _, count in gaps))
    assert set(report) == set(declared), "a declared figure is on no page"
    for kind in (Curves, Plane, Bars, FundPath):
        gaps = [gap for label, (gap, _) in report.items() if isinstance(declared[label], kind)]
        print(f"{kind.__name__}: {len(gaps)} figures, worst difference {max(gaps):.1e}")
        # The population of the fund travels with eight decimals.
        assert max(gaps) < (1e-7 if kind is FundPath else 1e-9)
    assert min(points for _, points in report.values()) >= 100
