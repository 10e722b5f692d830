"""Checks on panels: small panels whose answers are known, both ways."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from claims_samples import bare_claim, by_region, toy_view

from synergy.claims import PANEL_CHECKS, Ledger, PanelView, Verdict
from synergy.claims.auditing import check_panel
from synergy.claims.panel_view import view_findings
from synergy.dictionary import provinces
from synergy.evidence import real_findings

YES, NO, OPEN = Verdict.REPRODUCED, Verdict.NOT_REPRODUCED, Verdict.NOT_CHECKABLE
REGIONS = ("东部", "中部", "西部", "东北")


def paths(**given: list[float]) -> dict[str, list[float]]:
    names = {"east": "东部", "central": "中部", "west": "西部", "northeast": "东北"}
    return {names[key]: value for key, value in given.items()}


def run(
    ledger: Ledger, check: str, view: PanelView, printed: str = "", width: float = 0.0, **a: Any
) -> Verdict:
    claim = bare_claim(ledger, printed=printed, half_width=width, panel_arguments=a)
    return PANEL_CHECKS[check](claim, view).verdict


FOUR = (2010, 2016, 2019, 2022)
RISING = by_region(
    "AI",
    paths(
        east=[0.10, 0.20, 0.40, 0.50],
        central=[0.02, 0.05, 0.12, 0.14],
        west=[0.04, 0.06, 0.11, 0.10],
        northeast=[0.03, 0.05, 0.10, 0.12],
    ),
    FOUR,
)
VIEW = toy_view(RISING)
PARTIAL = toy_view(RISING, nature="real-subset", n_indicators=16)


@pytest.mark.parametrize(
    ("check", "arguments", "expected"),
    [
        ("leads_always", {"region": "东部"}, YES),
        ("leads_always", {"region": "西部"}, NO),
        ("grows_fastest", {"region": "中部"}, YES),
        ("grows_fastest", {"region": "东部"}, NO),
        ("first_in_year", {"year": 2010, "order": [["东部", "西部", "东北"], ["中部"]]}, YES),
        ("first_in_year", {"year": "last", "order": [["西部"], ["中部"]]}, NO),
        ("first_in_year", {"year": 2011, "order": [["西部"], ["中部"]]}, OPEN),
        ("rises_throughout", {"region": "全国"}, YES),
        ("rises_throughout", {"region": "西部"}, NO),
        ("rises_throughout", {"region": "西部", "end": 2019}, YES),
        ("rises_throughout", {"region": "西部", "start": 2011, "end": 2016}, OPEN),
        ("falls_between", {"region": "西部", "start": 2019, "end": 2022}, YES),
        ("falls_between", {"region": "中部", "start": 2019, "end": 2022}, NO),
        ("falls_between", {"region": "中部", "start": 2018, "end": 2022}, OPEN),
        ("growth_phases", {"breaks": [2016, 2019]}, NO),
        ("gap_to_nation_narrows", {"regions": ["中部"], "start": 2010, "measure": "relative"}, YES),
        ("gap_to_nation_narrows", {"regions": ["中部"], "start": 2010, "measure": "absolute"}, NO),
        ("regions_converge", {"regions": ["西部", "中部"], "start": 2010, "end": 2016}, YES),
        ("regions_converge", {"regions": ["东部", "中部"], "start": 2010, "end": 2016}, NO),
        ("regions_converge", {"regions": ["东部", "中部"], "start": 2010, "end": 2017}, OPEN),
        ("regions_close", {"regions": ["中部", "西部"], "within": 1.1}, YES),
        ("regions_close", {"regions": ["中部", "西部"], "within": 0.2}, NO),
        ("below_nation", {"region": "西部", "start": 2010}, YES),
        ("below_nation", {"region": "东部", "start": 2010}, NO),
        ("below_nation", {"region": "东部", "start": 2022}, OPEN),
        ("above_region", {"region": "西部", "other": "中部", "end": 2016}, YES),
        ("above_region", {"region": "西部", "other": "中部"}, NO),
        ("above_region", {"region": "西部", "other": "中部", "start": 2011, "end": 2015}, OPEN),
    ],
)
def test_regions(ledger: Ledger, check: str, arguments: dict[str, Any], expected: Verdict) -> None:
    assert run(ledger, check, VIEW, column="AI", **arguments) is expected


def test_growth_in_three_phases(ledger: Ledger) -> None:
    path = [0.10, 0.16, 0.28, 0.285]
    view = toy_view(by_region("U2", dict.fromkeys(REGIONS, path), FOUR))
    assert run(ledger, "growth_phases", view, column="U2", breaks=[2016, 2019]) is YES
    assert run(ledger, "growth_phases", view, column="U2", breaks=[2016, 2022]) is OPEN


@pytest.mark.parametrize(("printed", "expected"), [("0.1400", YES), ("0.1300", NO)])
def test_levels_need_all_indicators(ledger: Ledger, printed: str, expected: Verdict) -> None:
    where = {"column": "AI", "region": "中部", "year": 2022}
    assert run(ledger, "level", VIEW, printed, 5e-5, **where) is expected
    assert run(ledger, "level", PARTIAL, printed, 5e-5, **where) is OPEN
    assert run(ledger, "level", VIEW, printed, **{**where, "year": 2012}) is OPEN


@pytest.mark.parametrize(("printed", "expected"), [("4", YES), ("3", NO)])
def test_growth_reads_an_increase(ledger: Ledger, printed: str, expected: Verdict) -> None:
    where = {"column": "AI", "region": "东部", "start": 2010, "end": 2022, "tolerance": 0.1}
    assert run(ledger, "growth_between", VIEW, printed, **where) is expected
    assert run(ledger, "growth_between", PARTIAL, printed, **where) is OPEN
    least = {"column": "AI", "region": "东部", "start": 2010, "end": 2022, "at_least": True}
    assert run(ledger, "growth_between", VIEW, "3.9", **least) is YES
    assert run(ledger, "growth_between", VIEW, "4.9", **least, as_ratio=True) is YES
    assert run(ledger, "growth_between", VIEW, "4.1", **least) is NO


def test_ratio_to_the_nation(ledger: Ledger) -> None:
    # (10 * .5 + 6 * .14 + 11 * .1 + 3 * .12) / 30 = .24333; .5 / .24333 = 2.055
    where = {"column": "AI", "year": 2022, "top": "东部", "bottom": "全国"}
    equal = {**where, "relation": "equal", "tolerance": 0.01}
    assert run(ledger, "ratio_of_values", VIEW, "2.055", **equal) is YES
    assert run(ledger, "ratio_of_values", VIEW, "1.5", **equal) is NO
    percent = {**equal, "scale": 100, "shift": 1}
    assert run(ledger, "ratio_of_values", VIEW, "105.5", **percent) is YES
    assert run(ledger, "ratio_of_values", VIEW, "2", **where, relation="below") is NO
    assert run(ledger, "ratio_of_values", PARTIAL, "2.055", **equal) is OPEN


def test_near_nation_is_a_level(ledger: Ledger) -> None:
    where = {"column": "AI", "region": "东北", "start": 2010, "end": 2016}
    assert run(ledger, "near_nation", VIEW, "0.2", **where) is YES
    assert run(ledger, "near_nation", VIEW, "0.008", **where) is NO
    assert run(ledger, "near_nation", PARTIAL, "0.2", **where) is OPEN


@pytest.fixture(scope="module")
def provincial() -> PanelView:
    """D from .2 to .5 rising with the province code; Guangdong reaches .65 in 2022."""
    names = list(provinces().index)
    start = pd.Series(np.linspace(0.2, 0.45, 30), index=names)
    end = start + 0.05
    end["广东"] = 0.65
    end[["贵州", "云南"]] -= 0.1
    frame = pd.concat({2019: start, 2022: end}, names=["year", "province"]).swaplevel().sort_index()
    return toy_view(frame.to_frame("D"))


@pytest.mark.parametrize(
    ("check", "printed", "arguments", "expected"),
    [
        ("top_provinces", "", {"year": 2022, "provinces": ["广东"]}, YES),
        ("top_provinces", "", {"year": 2022, "provinces": ["广东"], "lead": 1.5}, NO),
        ("top_provinces", "", {"year": 2022, "provinces": ["北京"]}, NO),
        ("top_provinces", "", {"year": 2010, "provinces": ["北京"]}, OPEN),
        ("always_in_top", "", {"provinces": ["新疆"], "places": 2}, YES),
        ("always_in_top", "", {"provinces": ["广东"], "places": 2}, NO),
        ("lowest_in_region", "", {"region": "东部", "province": "北京"}, YES),
        ("lowest_in_region", "", {"region": "东部", "province": "河北"}, NO),
        ("among_risers", "", {"region": "东部", "provinces": ["广东"], "top": 1}, YES),
        ("among_risers", "", {"region": "西部", "provinces": ["贵州", "云南"], "bottom": 2}, YES),
        ("among_risers", "", {"region": "西部", "provinces": ["贵州"], "top": 3}, NO),
        ("falling_provinces", "2", _west := {"region": "西部", "start": 2019, "end": 2022,
                                             "provinces": ["贵州", "云南"]}, YES),
        ("falling_provinces", "6", _west, NO),
        ("falling_provinces", "2", {**_west, "provinces": ["青海"]}, NO),
        ("falling_provinces", "2", {**_west, "start": 2018}, OPEN),
        ("wide_spread", "", {"region": "西部", "at_least": 1.5}, YES),
        ("wide_spread", "", {"region": "东北", "at_least": 1.5}, NO),
        ("similar_paths", "", {"region": "东北", "at_least": 0.9}, YES),
        ("similar_paths", "", {"region": "西部", "at_least": 0.9}, NO),
        ("province_above", "0.6", {"provinces": ["广东"], "year": 2022}, YES),
        ("province_above", "0.6", {"provinces": ["广东", "北京"], "year": 2022}, NO),
        ("province_above", "0.6", {"provinces": ["广东"], "year": 2020}, OPEN),
        ("province_has_label", "", {"provinces": ["广东"], "label": "初级协调", "year": 2022,
                                    "only": True}, YES),
        ("province_has_label", "", {"provinces": ["广东"], "label": "勉强协调", "year": 2022}, NO),
        ("province_has_label", "", {"provinces": ["北京"], "label": "中度失调", "year": 2022,
                                    "only": True}, NO),
        ("province_has_label", "", {"provinces": ["广东"], "label": "初级协调",
                                    "year": 2020}, OPEN),
    ],
)  # fmt: skip
def test_provinces(
    ledger: Ledger,
    provincial: PanelView,
    check: str,
    printed: str,
    arguments: dict[str, Any],
    expected: Verdict,
) -> None:
    assert run(ledger, check, provincial, printed, column="D", **arguments) is expected


GRADED = toy_view(
    by_region(
        "D",
        paths(east=[0.35, 0.55], central=[0.25, 0.38], west=[0.25, 0.39], northeast=[0.31, 0.45]),
        (2018, 2022),
    )
)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"regions": ["东部"], "year": 2022, "labels": ["勉强协调"]}, YES),
        ({"regions": ["东部"], "year": 2022, "labels": ["初级协调"]}, NO),
        ({"regions": ["东部"], "year": 2010, "labels": ["勉强协调"]}, OPEN),
        ({"regions": ["中部", "西部"], "labels": ["中度失调", "轻度失调"]}, YES),
        ({"regions": ["中部", "西部"], "labels": ["中度失调"]}, NO),
        ({"regions": ["东北"], "labels": ["轻度失调"], "most": True}, NO),
        ({"regions": ["全国"], "end": 2018, "labels": ["失调衰退阶段"], "scale": "stage"}, YES),
    ],
)
def test_labels_of_means(ledger: Ledger, arguments: dict[str, Any], expected: Verdict) -> None:
    assert run(ledger, "mean_has_label", GRADED, **arguments) is expected


def test_every_panel_check_of_regions_and_provinces_is_tried_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    tried = {name for name in PANEL_CHECKS if f'"{name}"' in source}
    dynamics = {"cell_on_panel", "links_on_panel", "set_on_panel", "stable_on_panel"}
    assert set(PANEL_CHECKS) == tried | dynamics


def simulated(matrix: np.ndarray, seed: int = 3) -> PanelView:
    """Thirty provinces over 60 years from a known first-order system in AI, LR, EQ, SS, LQ."""
    rng = np.random.default_rng(seed)
    names, years = list(provinces().index), range(1963, 2023)
    state = rng.normal(0.0, 0.02, (30, 5))
    rows = []
    for _ in years:
        state = state @ matrix.T + rng.normal(0.0, 0.02, (30, 5))
        rows.append(state + 0.4)
    values = np.stack(rows, axis=1).reshape(-1, 5)
    index = pd.MultiIndex.from_product([names, years], names=["province", "year"])
    frame = pd.DataFrame(values, index=index, columns=["AI", "LR", "EQ", "SS", "LQ"])
    return toy_view(frame)


def test_links_and_stars_on_a_known_system(ledger: Ledger) -> None:
    matrix = np.diag([0.5, 0.4, 0.5, 0.4, 0.5])
    matrix[2, 4] = 0.4  # labour quality moves the environment
    view = simulated(matrix)
    assert run(ledger, "links_on_panel", view, links=[["LQ", "EQ"]]) is YES
    assert run(ledger, "links_on_panel", view, links=[["LQ", "EQ"], ["LR", "LQ"]]) is NO
    assert run(ledger, "cell_on_panel", view, "2", equation="EQ", regressor="LQ") is YES
    assert run(ledger, "cell_on_panel", view, "2", equation="LR", regressor="AI") is NO
    assert run(ledger, "cell_on_panel", view, "0", equation="EQ", regressor="LQ") is NO
    assert run(ledger, "set_on_panel", view, equation="EQ", regressors=["EQ", "LQ"]) is YES
    assert run(ledger, "set_on_panel", view, equation="EQ", regressors=["AI", "EQ", "LQ"]) is NO
    assert run(ledger, "stable_on_panel", view) is YES


def test_short_panel_is_not_estimated(ledger: Ledger) -> None:
    short = toy_view(by_region("AI", {name: [0.1, 0.2] for name in REGIONS}, (2021, 2022)))
    assert run(ledger, "stable_on_panel", short) is OPEN
    assert run(ledger, "links_on_panel", short, links=[["LQ", "EQ"]]) is OPEN
    assert run(ledger, "cell_on_panel", short, "1", equation="EQ", regressor="LQ") is OPEN
    assert run(ledger, "set_on_panel", short, equation="EQ", regressors=["EQ"]) is OPEN


def test_missing_star_under_weak_instruments_says_nothing(ledger: Ledger) -> None:
    view = view_findings(real_findings())
    assert run(ledger, "cell_on_panel", view, "0", equation="LQ", regressor="AI") is OPEN


@pytest.mark.parametrize("span", [(2013, 2014), (2016, 2019), (2021, 2022)])
def test_any_span_of_years_can_be_audited(ledger: Ledger, span: tuple[int, int]) -> None:
    whole = view_findings(real_findings())
    year = whole.frame.index.get_level_values("year")
    cut = PanelView(
        whole.name,
        "own",
        whole.frame[(year >= span[0]) & (year <= span[1])],
        whole.regional[whole.regional["year"].between(*span)],
        whole.n_indicators,
    )
    findings = [check_panel(claim, cut) for claim in ledger if claim.panel_check]
    assert not any("nan" in finding.detail for finding in findings)


def test_view_of_the_real_subset() -> None:
    view = view_findings(real_findings())
    assert (view.nature, view.n_indicators, view.complete) == ("real-subset", 16, False)
    assert view.years == tuple(range(2013, 2023))
    assert view.start(2010) == 2013
