"""Figures under a reader's hand: units, a held setting beside the present one, the address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.support.ui import WebDriverWait

from press.build import build
from press.edition import Edition
from small import HEADER, PARAMETERS, write_book
from synergy.figures.fund import DEFAULT_RISE, fund_paths
from synergy.figures.sliders import declared, starting_values
from synergy.policy.parameters import bounds, parameter_table
from synergy.policy.units import unit_of, written
from test_browser import draw_all
from tour import complaints, open_page

pytestmark = [pytest.mark.browser, pytest.mark.book]

PAY, FUND, TAX, PLANE, AI = (
    "fig-pay-gap",
    "fig-fund-stock",
    "fig-tax",
    "fig-payg-plane",
    "fig-cheaper-ai",
)

CELL = """
```{{code-cell}} python
figure("{0}", {1}("{0}"), "{0}")
```
"""

# What a reader sees of a figure: values, comparison, buttons that may be pressed, the held path.
SEE = """
const around = document.getElementById(arguments[0]), done = arguments[arguments.length - 1];
const figure = around.querySelector(".vega-figure"), text = e => e.textContent;
const all = (query, read) => Array.from(around.querySelectorAll(query), read);
Promise.resolve(figure.drawing).then(() => figure.view.runAsync()).then(() => done({
  values: Object.fromEntries(all(".figure-control", line =>
    [text(line.firstChild), text(line.querySelector("output, option:checked"))])),
  spoken: all("input[type=range]", input => input.getAttribute("aria-valuetext")),
  turned: all(".figure-compared p", text).join(),
  head: all(".figure-compared thead th", text),
  rows: all(".figure-compared tbody tr", row => Array.from(row.children, text)),
  open: all(".figure-buttons button:enabled", text),
  paths: all(".vega-target .mark-line path", path => path.getAttribute("d")),
  top: around.getBoundingClientRect().top,
}));
"""

# Move a control by its place, as a reader does; press a button by its text.
TURN = """
const controls = document.getElementById(arguments[0]).querySelectorAll(".figure-control");
const input = controls[arguments[1]].querySelector("input, select");
input.value = arguments[2];
input.dispatchEvent(new Event("input", {bubbles: true}));
"""
PRESS = """
const buttons = document.getElementById(arguments[0]).querySelectorAll(".figure-buttons button");
Array.from(buttons).find(button => button.textContent === arguments[1]).click();
"""
TICKS = """
const ticks = document.querySelectorAll(".figure-start");
return Array.from(ticks, tick => tick.style.getPropertyValue("--at"));
"""
HOLD, RESET = "记住这一组", "复位"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, root: Path, edition: Edition) -> Path:
    """A small book of five figures with sliders, one of every kind."""
    cells = [CELL.format(name, "slider_figure") for name in (PAY, TAX, PLANE, AI)]
    text = "# 图\n\n```{code-cell} python\nfrom synergy import *\n```\n" + "\n".join(cells)
    text += CELL.format(FUND, "fund_figure")
    top = write_book(tmp_path_factory.mktemp("compare") / "书", root, HEADER + PARAMETERS + text)
    book = build(edition, top / "out", root=top, pdf=False)
    assert book.html is not None
    return book.html.parent / "chapters/paper/data.html"


@pytest.fixture
def opened(browser: Chrome, page: Path) -> Iterator[Chrome]:
    """The page with everything drawn and nothing moved; nothing may go wrong on it."""
    visit(browser, page)
    yield browser
    assert complaints(browser) == []


def visit(browser: Chrome, page: Path, address: str = "") -> None:
    open_page(browser, page.with_name("nowhere.html"))
    open_page(browser, page, address)
    draw_all(browser)


def see(browser: Chrome, name: str) -> dict[str, Any]:
    found: dict[str, Any] = browser.execute_async_script(SEE, name)
    return found


def turn(browser: Chrome, name: str, symbol: str, value: float) -> None:
    browser.execute_script(TURN, name, [*declared(name).sliders, "rise"].index(symbol), str(value))


def press(browser: Chrome, name: str, button: str) -> None:
    browser.execute_script(PRESS, name, button)


def address(browser: Chrome) -> str:
    return str(browser.execute_script("return location.hash"))


def zh(symbol: str) -> str:
    return str(parameter_table().at[symbol, "name_zh"])


def pay(**moved: float) -> list[float]:
    """What the library says for the ends of the curves of the pay gap."""
    spec = declared(PAY)
    point = starting_values(spec.sliders) | moved | {"years": spec.span[1]}
    return [float(quantity.at(point)) for quantity in spec.quantities]


def number(text: str) -> float:
    return float(text.replace("−", "-").rstrip("% 个百分点"))


@pytest.mark.parametrize("name", [PAY, TAX, PLANE, AI, FUND])
def test_values_are_in_the_readers_units(opened: Chrome, name: str) -> None:
    seen = see(opened, name)
    for symbol, value in starting_values(declared(name).sliders).items():
        text, unit = seen["values"][zh(symbol)], unit_of(symbol)
        assert text.startswith(unit.before) and text.endswith(unit.after)
        plain = text.removeprefix(unit.before).removesuffix(unit.after).replace("−", "-")
        assert float(plain) == pytest.approx(float(unit.number(value)))
    assert all(text in seen["values"].values() for text in seen["spoken"])
    assert "年率" not in str(seen["values"]) and "份额）" not in str(seen["values"])


def test_the_tick_stands_where_the_slider_starts(opened: Chrome) -> None:
    symbols = [s for name in (PAY, TAX, PLANE, AI, FUND) for s in declared(name).sliders]
    for text, symbol in zip(opened.execute_script(TICKS), symbols, strict=True):
        low, high = bounds([symbol])[symbol]
        assert float(text) == pytest.approx(
            (starting_values([symbol])[symbol] - low) / (high - low)
        )


def test_a_held_setting_stands_beside_the_present_one(opened: Chrome) -> None:
    first = see(opened, PAY)
    assert first["rows"] == [] and first["open"] == []
    turn(opened, PAY, "productivity_growth", 0.05)
    moved = see(opened, PAY)
    assert moved["open"] == [HOLD, RESET] and moved["head"][1:] == ["起点", "现在", "相差"]
    press(opened, PAY, HOLD)
    held = see(opened, PAY)
    assert held["rows"] == [] and held["open"] == [RESET]
    assert set(held["paths"][:2]) != set(first["paths"][:2]), "the held lines did not move"
    turn(opened, PAY, "labour_share_growth", 0.005)
    seen = see(opened, PAY)
    assert seen["head"][1:] == ["记住的", "现在", "相差"]
    before, after = written("labour_share_growth", -0.003), written("labour_share_growth", 0.005)
    assert seen["turned"] == f"{zh('labour_share_growth')}：{before} → {after}".replace("-", "−")
    were = pay(productivity_growth=0.05)
    now = pay(productivity_growth=0.05, labour_share_growth=0.005)
    for row, old, new in zip(seen["rows"], were, now, strict=True):
        assert [number(text) for text in row[1:]] == pytest.approx([old, new, new - old], abs=0.051)


def test_every_kind_of_figure_reads_out_what_the_library_says(opened: Chrome) -> None:
    turn(opened, TAX, "employer_rate", 0.2)
    point = starting_values(declared(TAX).sliders)
    for row, quantity in zip(see(opened, TAX)["rows"], declared(TAX).quantities, strict=True):
        ends = [100 * float(quantity.at(point | {"employer_rate": rate})) for rate in (0.26, 0.2)]
        wanted = [*ends, ends[1] - ends[0]]
        assert [number(text) for text in row[1:]] == pytest.approx(wanted, abs=0.0051)
    turn(opened, PLANE, "interest_rate", 0.05)
    (row,) = see(opened, PLANE)["rows"]
    assert number(row[2]) < number(row[1]) and number(row[3]) < 0
    turn(opened, FUND, "rise", 4)  # the place in the menu: eight years
    (row,) = see(opened, FUND)["rows"]
    start = starting_values(declared(FUND).sliders)
    stocks = [
        100 * fund_paths(declared(FUND), start | {"retirement_age_rise": rise})["基金结存"][-1]
        for rise in (DEFAULT_RISE, 8)
    ]
    assert [number(text) for text in row[1:3]] == pytest.approx(stocks, abs=0.051)


def test_the_address_brings_everything_back(browser: Chrome, page: Path) -> None:
    visit(browser, page)
    turn(browser, AI, "ai_cost_decline", 0.8)
    turn(browser, PAY, "productivity_growth", 0.05)
    press(browser, PAY, HOLD)
    turn(browser, PAY, "labour_share_growth", 0.005)
    sent = address(browser)
    assert sent.startswith(f"#{PAY}?productivity_growth=0.05&labour_share_growth=0.005&held.")
    assert sent.endswith(f";{AI}?ai_cost_decline=0.8")
    before = {name: see(browser, name) for name in (PAY, AI)}
    for way in ("reload", "send"):
        browser.refresh() if way == "reload" else visit(browser, page, sent)
        draw_all(browser)
        for name, wanted in before.items():
            seen = see(browser, name)
            assert {**seen, "top": 0} == {**wanted, "top": 0}, (way, name)
        assert address(browser) == sent
    assert complaints(browser) == []


def test_an_address_leads_to_its_figure(browser: Chrome, page: Path) -> None:
    open_page(browser, page.with_name("nowhere.html"))
    open_page(browser, page, f"#{AI}?ai_cost_decline=0.8")
    WebDriverWait(browser, 20, 0.05).until(lambda b: abs(see(b, AI)["top"]) < 150)


def test_a_setting_outlives_theme_and_print(opened: Chrome) -> None:
    turn(opened, PAY, "productivity_growth", 0.05)
    press(opened, PAY, HOLD)
    turn(opened, PAY, "labour_share_growth", 0.005)
    before = see(opened, PAY)
    opened.execute_script("document.documentElement.dataset.theme = 'dark'")
    assert see(opened, PAY)["paths"] == before["paths"]
    opened.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    after = see(opened, PAY)
    assert after["rows"] == before["rows"] and after["paths"] == before["paths"]
    opened.execute_script("document.documentElement.dataset.theme = 'light'")


def test_reset_forgets_everything(opened: Chrome) -> None:
    first = see(opened, PAY)
    turn(opened, PAY, "productivity_growth", 0.05)
    press(opened, PAY, HOLD)
    turn(opened, PAY, "labour_share_growth", 0.005)
    press(opened, PAY, RESET)
    assert {**see(opened, PAY), "top": 0} == {**first, "top": 0}
    assert address(opened) == ""


@pytest.mark.parametrize(
    ("asked", "value"),
    [
        *(("0.9", 0.01), ("-5", -0.012), ("0.0063", 0.006)),
        *((nonsense, -0.003) for nonsense in ("alert(1)", "NaN", "", "1e999", "%22")),
    ],
)
def test_an_address_sets_only_what_a_slider_can(
    browser: Chrome, page: Path, asked: str, value: float
) -> None:
    visit(browser, page, f"#{PAY}?labour_share_growth={asked}&nothing=1;fig-none?x=1;{AI}?rise=3")
    shown = see(browser, PAY)["values"][zh("labour_share_growth")]
    assert number(shown.removeprefix("每年 ")) == pytest.approx(100 * value)
    assert complaints(browser) == []
