"""Tests on panels: expressions on small panels whose answers are known, and when a panel counts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from claims_samples import ALL, bare_claim, by_region, holding, indicators, toy_view

from synergy.claims import significance
from synergy.claims.auditing import check_panel, lacking
from synergy.claims.ledger import NEEDS, Finding, Ledger, LedgerError, Verdict
from synergy.claims.panels import years_held
from synergy.claims.significance import weakest_instruments
from synergy.dictionary import paper_indicators, published_table, units
from synergy.evidence import Findings, Request, demo_findings, load_evidence, real_findings
from synergy.panel import coverage_of, within

YES, NO, OPEN = Verdict.REPRODUCED, Verdict.NOT_REPRODUCED, Verdict.NOT_CHECKABLE
DOUBT = Verdict.DOUBTFUL
REGIONS = ("东部", "中部", "西部", "东北")


def paths(**given: list[float]) -> dict[str, list[float]]:
    names = {"east": "东部", "central": "中部", "west": "西部", "northeast": "东北"}
    return {names[key]: value for key, value in given.items()}


def run(
    ledger: Ledger,
    expression: str,
    view: Findings,
    printed: str = "",
    tolerance: float = float("nan"),
    needs: str = "enough",
    shows: str = "{span}",
) -> Finding:
    """Verdict that a row with this panel test would get."""
    claim = bare_claim(
        ledger,
        panel=expression,
        panel_shows=shows,
        printed=printed,
        half_width=5e-5,
        tolerance=tolerance,
        needs=tuple(needs.split()),
        calibrated=(),
    )
    return check_panel(claim, view)


FOUR = (2010, 2016, 2019, 2022)
RISING = by_region(
    "U1",
    paths(
        east=[0.10, 0.20, 0.40, 0.50],
        central=[0.02, 0.05, 0.12, 0.14],
        west=[0.04, 0.06, 0.11, 0.10],
        northeast=[0.03, 0.05, 0.10, 0.12],
    ),
    FOUR,
)
VIEW = toy_view(RISING)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("all(AI.东部 > AI.rest('东部'))", YES),
        ("all(AI.西部 > AI.rest('西部'))", NO),
        ("top(AI.regions[last] / AI.regions[first], 1) == ['中部']", YES),
        ("top(AI.regions[last] / AI.regions[first], 1) == ['东部']", NO),
        ("min(AI.东部[2010], AI.西部[2010], AI.东北[2010]) > AI.中部[2010]", YES),
        ("AI.西部[last] > AI.中部[last]", NO),
        ("AI.西部[2011] > AI.中部[2011]", OPEN),
        ("AI.regions[2011] == 0", OPEN),
        ("AI.东部[2022] > AI.中部[2022] > max(AI.西部[2022], AI.东北[2022])", YES),
        ("rises(AI.全国)", YES),
        ("rises(AI.西部)", NO),
        ("rises(AI.西部[:2019])", YES),
        ("rises(AI.西部[2011:2016])", OPEN),
        ("AI.西部[2022] < AI.西部[2019]", YES),
        ("AI.中部[2022] < AI.中部[2019]", NO),
        ("AI.中部[2022] < AI.中部[2018]", OPEN),
        ("0 < pace(AI.全国, first, 2016) < pace(AI.全国, 2016, 2019)", YES),
        ("abs(pace(AI.全国, 2019, last)) < pace(AI.全国, first, 2016) / 2", NO),
        ("pace(AI.全国, 2019, 2016) > 0", OPEN),
        ("abs(AI.中部 / AI.全国 - 1)[last] < abs(AI.中部 / AI.全国 - 1)[since(2010)]", YES),
        ("abs(AI.中部 - AI.全国)[last] < abs(AI.中部 - AI.全国)[since(2011)]", NO),
        ("abs(AI.西部 - AI.中部)[2016] < abs(AI.西部 - AI.中部)[2010]", YES),
        ("abs(AI.东部 - AI.中部)[2016] < abs(AI.东部 - AI.中部)[2010]", NO),
        ("max(excess(AI.中部, AI.西部)) <= 1.1", YES),
        ("max(excess(AI.中部, AI.西部)) <= 0.2", NO),
        ("all((AI.西部 - AI.全国)[2011:] < 0)", YES),
        ("all((AI.东部 - AI.全国)[2011:] < 0)", NO),
        ("all((AI.东部 - AI.全国)[2023:] < 0)", OPEN),
        ("all((AI.西部 - AI.中部)[2010:2016] > 0)", YES),
        ("all((AI.西部 - AI.中部)[2010:] > 0)", NO),
        ("all((AI.西部 - AI.中部)[2011:2015] > 0)", OPEN),
        ("margin(AI.regions[2022], '东部') > 0.3", YES),
        ("min(steps(AI.西部)) < 0", YES),
    ],
)
def test_regions(ledger: Ledger, expression: str, expected: Verdict) -> None:
    assert run(ledger, expression, VIEW).verdict is expected


def test_one_change_makes_no_pace(ledger: Ledger) -> None:
    years = (2014, 2015, 2016, 2019)
    steady = {name: [0.1, 0.2, 0.3, 0.4] for name in REGIONS}
    view = toy_view(by_region("U1", steady, years))
    assert run(ledger, "pace(AI.全国, 2014, 2016) > 0", view).verdict is YES
    found = run(ledger, "0 < pace(AI.全国, 2015, 2016) < 1", view)
    assert found.verdict is OPEN and "只有一次变动" in found.detail


@pytest.mark.parametrize(
    ("expression", "printed", "tolerance", "expected"),
    [
        ("AI.中部[2022]", "0.1400", float("nan"), YES),
        ("AI.中部[2022]", "0.1401", float("nan"), NO),
        ("AI.中部[2022]", "0.1401", 5e-4, YES),
        ("AI.中部[2012]", "0.1400", 5e-4, OPEN),
        ("AI.东部[2022] / AI.东部[2010] - 1", "4.05", 0.1, YES),
        ("AI.东部[2022] / AI.东部[2010] - 1", "3.8", 0.1, NO),
        ("AI.东部[2022] / AI.东部[2010] - 1 > value", "3.9", 0.1, YES),
        ("AI.东部[2022] / AI.东部[2010] - 1 > value", "4.1", 0.1, NO),
        # (10 * .5 + 6 * .14 + 11 * .1 + 3 * .12) / 30 = .24333; .5 / .24333 = 2.055
        ("AI.东部[2022] / AI.全国[2022]", "2.055", 0.01, YES),
        ("100 * (AI.东部[2022] / AI.全国[2022] - 1)", "105.5", 1.0, YES),
        ("AI.东部[2022] / AI.全国[2022] < value / 100", "200", 1.0, NO),
        ("max(abs(AI.东北 - AI.全国)[2010:2016]) < value", "0.2", 1.0, YES),
        ("max(abs(AI.东北 - AI.全国)[2010:2016]) < value", "0.008", 1.0, NO),
    ],
)
def test_numbers_are_compared_with_the_printed_one(
    ledger: Ledger, expression: str, printed: str, tolerance: float, expected: Verdict
) -> None:
    assert run(ledger, expression, VIEW, printed, tolerance).verdict is expected


@pytest.fixture(scope="module")
def provincial() -> Findings:
    """D from .2 to .5 rising with the province code; Guangdong reaches .65 in 2022."""
    names = list(units().index)
    start = pd.Series(np.linspace(0.2, 0.45, 30), index=names)
    end = start + 0.05
    end["广东"] = 0.65
    end[["贵州", "云南"]] -= 0.1
    frame = pd.concat({2019: start, 2022: end}, names=["year", "province"]).swaplevel().sort_index()
    return toy_view(frame.to_frame("D"))


WEST = "D.of('西部')[2022] < D.of('西部')[2019]"


@pytest.mark.parametrize(
    ("expression", "printed", "expected"),
    [
        ("ahead(D.provinces[2022], '广东') > 1", "", YES),
        ("ahead(D.provinces[2022], '广东') > 1.5", "", NO),
        ("ahead(D.provinces[2010], '广东') > 1", "", OPEN),
        ("max(D.place('新疆')) <= 2", "", YES),
        ("max(D.place('广东')) <= 2", "", NO),
        ("share(D.lowest('东部') == '北京') > 0.5", "", YES),
        ("share(D.lowest('东部') == '河北') > 0.5", "", NO),
        ("count(D.lowest('东部') == '北京') == 2", "", YES),
        ("{'广东'} <= set(top(D.of('东部')[last] - D.of('东部')[first], 1))", "", YES),
        ("{'贵州', '云南'} <= set(bottom(D.of('西部')[last] - D.of('西部')[first], 2))", "", YES),
        ("{'贵州'} <= set(top(D.of('西部')[last] - D.of('西部')[first], 3))", "", NO),
        (f"len(where({WEST})) == value and {{'贵州', '云南'}} <= set(where({WEST}))", "2", YES),
        (f"len(where({WEST})) == value", "6", NO),
        (f"{{'青海'}} <= set(where({WEST}))", "", NO),
        ("max(D.of('西部')[last]) / min(D.of('西部')[last]) >= 1.5", "", YES),
        ("max(D.of('东北')[last]) / min(D.of('东北')[last]) >= 1.5", "", NO),
        ("correlation(D.of('东北')) >= 0.9", "", YES),
        ("correlation(D.of('西部')) >= 0.9", "", NO),
        ("D.广东[2022] > value", "0.6", YES),
        ("D.广东[2022] > value and D.北京[2022] > value", "0.6", NO),
        ("D.广东[2020] > value", "0.6", OPEN),
        ("grade(D.广东[2022]) == '初级协调'", "", YES),
        ("grade(D.广东[2022]) == '勉强协调'", "", NO),
        ("where(grade(D.provinces[2022]) == '初级协调') == ['广东']", "", YES),
        ("where(grade(D.provinces[2022]) == '中度失调') == ['北京']", "", NO),
        ("where(D.provinces[2022] > number(value)) == ['广东']", "0.6", YES),
    ],
)
def test_provinces(
    ledger: Ledger, provincial: Findings, expression: str, printed: str, expected: Verdict
) -> None:
    assert run(ledger, expression, provincial, printed).verdict is expected


GRADED = toy_view(
    by_region(
        "D",
        paths(east=[0.35, 0.55], central=[0.25, 0.38], west=[0.25, 0.39], northeast=[0.31, 0.45]),
        (2018, 2022),
    )
)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("grade(D.东部[2022]) == '勉强协调'", YES),
        ("grade(D.东部[2022]) == '初级协调'", NO),
        ("grade(D.东部[2010]) == '勉强协调'", OPEN),
        ("all(among(grade(D.中部), '中度失调', '轻度失调'))", YES),
        ("all(among(grade(D.中部), '中度失调'))", NO),
        ("share(among(grade(D.东北), '轻度失调')) > 0.5", NO),
        ("all(stage(D.全国[:2018]) == '失调衰退阶段')", YES),
        ("stage(D.东部[2022]) == '拮抗磨合阶段'", YES),
    ],
)
def test_labels_of_means(ledger: Ledger, expression: str, expected: Verdict) -> None:
    assert run(ledger, expression, GRADED).verdict is expected


@pytest.mark.parametrize(
    ("shows", "expected"),
    [
        ("{course(AI.西部)}", "2010—2022 年由 0.0400 到 0.1000，2022 年下降"),
        ("{course(AI.东部)}", "2010—2022 年由 0.1000 到 0.5000，逐年上升"),
        ("{listing(AI.regions[2022], '.2f')}", "东部 0.50，中部 0.14，西部 0.10，东北 0.12"),
        ("{listing(AI.regions[2022], '.2f', 2)}", "东部 0.50，中部 0.14"),
        ("{years_of(AI.全国[2011:2019])}、{span}", "2016—2019、2010—2022"),
        ("{graded(D.全国, grade(D.全国))}", "2010 年 0.300（中度失调）→2022 年 0.300（中度失调）"),
        ("{where(AI.regions[2022] > 0.13)}", "东部、中部"),
        ("{AI.东部[2022]:.3f}，印出 {printed}", "0.500，印出 0.5"),
    ],
)
def test_details_show_the_numbers(ledger: Ledger, shows: str, expected: str) -> None:
    assert run(ledger, "rises(AI.全国)", VIEW, "0.5", shows=shows).detail == expected


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("AI.华东[2022] > 0", "“.华东”不是地区或省份"),
        ("AI.areas", "“.areas”不是地区或省份"),
        ("AI.of('华东')", "得不出真假"),
        ("AI.rest('华东')", "“AI.rest”用得不对"),
        ("AI.东部", "得不出真假，也不是可与印出值相比的数；序列请用 all"),
        ("AI.东部 > 0", "得不出真假"),
        ("GDP.东部 > 0", "不认识的名称“GDP”"),
        ("AI.view", "“.view”不是地区或省份"),
        ("AI.东部.values", "“.values”不允许"),
        ("AI.of.func", "“.func”不允许"),
        ("__import__('os')", "不允许"),
    ],
)
def test_misuse_names_row_column_and_text(ledger: Ledger, expression: str, message: str) -> None:
    with pytest.raises(LedgerError, match=message) as error:
        run(ledger, expression, VIEW)
    assert "主张 P-AI-TREND 的 panel" in str(error.value)


def test_a_verdict_needs_its_numbers(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="panel_shows 是空的"):
        run(ledger, "rises(AI.全国)", VIEW, shows="")


# ------------------------------------------------------------------ when a panel is evidence


@pytest.mark.parametrize(
    ("n_ai", "n_eq", "expression", "enough"),
    [
        (3, 13, "AI.东部[2022] > 0", False),
        (4, 22, "AI.东部[2022] > 0", False),
        (5, 0, "AI.东部[2022] > 0", True),
        (3, 13, "EQ.东部[2022] > 0", True),
        (9, 11, "EQ.东部[2022] > 0", True),
        (9, 10, "EQ.东部[2022] > 0", False),
        (3, 13, "D.东部[2022] > 0", False),
        (9, 10, "D.东部[2022] > 0", False),
        (5, 11, "D.东部[2022] > 0", True),
        (3, 13, "AI.东部[2022] > 0 and EQ.东部[2022] > 0", False),
    ],
)
def test_orderings_need_half_of_the_indicators(
    ledger: Ledger, n_ai: int, n_eq: int, expression: str, enough: bool
) -> None:
    view = holding(VIEW, indicators(n_ai, n_eq))
    found = run(ledger, expression, view)
    assert (found.verdict is YES) is enough
    if not enough:
        assert found.verdict is OPEN
        assert found.detail.startswith("2010—2022；") and "不到一半" in found.detail
        assert found.settle.endswith("指标至少有一半的面板")


@pytest.mark.parametrize(
    ("present", "complete"),
    [
        (ALL, True),
        (indicators(n_ai=8), False),
        (indicators(n_eq=21), False),
        (ALL | {"one_of_our_own"}, False),
    ],
)
def test_levels_need_exactly_the_paper_s_indicators(
    ledger: Ledger, present: frozenset[str], complete: bool
) -> None:
    view = holding(VIEW, present)
    found = run(ledger, "AI.中部[2022]", view, "0.1400", needs="complete")
    assert found.verdict is (YES if complete else OPEN)
    if not complete:
        assert "水平不可与论文比较" in found.detail and found.settle == "31 项指标齐全的面板"


def test_an_indicator_of_our_own_counts_for_no_half() -> None:
    view = holding(VIEW, indicators(3, 13) | {"one_of_our_own"})
    assert view.coverage.held("AI") == (3, 9) and view.coverage.held("EQ") == (13, 22)
    assert len(lacking(view, ("enough",), ("AI",))) == 1
    assert lacking(view, ("enough",), ("EQ",)) == []


def test_the_paper_s_indicators_are_those_of_its_tables() -> None:
    for number, (system, held) in enumerate({"AI": (9, 9), "EQ": (22, 22)}.items(), start=1):
        codes = paper_indicators().query("system == @system").index
        assert set(published_table(number)["code"]) == set(codes)
        assert coverage_of(codes).held(system) == held


def test_reasons_are_joined_and_missing_years_come_first(ledger: Ledger) -> None:
    view = holding(VIEW, indicators(3, 13))
    both = run(ledger, "D.东部[2022] > 0", view, needs="complete enough")
    shown, *why = both.detail.split("；")
    assert shown == "2010—2022" and len(why) == 2
    assert "水平不可与论文比较" in why[0] and "人工智能只有 3/9 项" in why[1]
    years = run(ledger, "D.东部[2012] > 0", view, needs="complete enough", shows="")
    assert years.detail.split("；") == ["本面板覆盖 2010—2022，缺 2012 年", *why]
    assert years.settle == f"覆盖这些年份的面板、{both.settle}"
    two = run(ledger, "D.东部[2008] < D.东部[2023]", view, needs="complete enough", shows="")
    assert two.detail.startswith("本面板覆盖 2010—2022，缺 2008、2023 年；")


def test_a_panel_without_the_years_still_shows_what_it_has(ledger: Ledger) -> None:
    expression, shows = "AI.东部[2022] > AI.东部[2008]", "{since(2008)} 年 {AI.东部[since(2008)]}"
    found = run(ledger, expression, VIEW, shows=shows)
    assert found.detail == "2010 年 0.1；本面板覆盖 2010—2022，缺 2008 年"


def test_every_panel_test_of_the_ledger_says_what_it_needs(ledger: Ledger) -> None:
    rows = [claim for claim in ledger if claim.panel]
    assert all(set(claim.needs) <= set(NEEDS) and claim.needs for claim in rows)
    systems = [c.id for c in rows if c.panel_page.startswith("paper/interaction")]
    assert systems == [c.id for c in rows if "strong" in c.needs]
    graded = [c.id for c in rows if "grade(" in c.panel or "stage(" in c.panel]
    assert [key for key in graded if "complete" not in ledger[key].needs] == []
    levels = [c.id for c in rows if c.tolerance == c.tolerance]
    assert [key for key in levels if "complete" not in ledger[key].needs] == []


# ------------------------------------------------------------------ two versions, two readings


@pytest.mark.parametrize(
    ("forward", "published", "expected"),
    [(True, True, YES), (False, False, NO), (True, False, DOUBT), (False, True, DOUBT)],
)
def test_a_panel_decides_what_both_versions_decide(
    ledger: Ledger, forward: bool, published: bool, expected: Verdict
) -> None:
    turned = toy_view(-RISING)
    first, second = (VIEW if rises else turned for rises in (forward, published))
    shows = "{AI.全国[2022]:.3f}"
    found = run(
        ledger, "AI.全国[2022] > AI.全国[2010]", replace(first, published=second), shows=shows
    )
    assert found.verdict is expected
    values = [run(ledger, "True", view, shows=shows).detail for view in (first, second)]
    assert all(value in found.detail for value in values)
    assert bool(found.settle) is (expected is DOUBT)


def test_versions_that_show_the_same_are_told_once(ledger: Ledger) -> None:
    again = run(ledger, "rises(AI.全国)", replace(VIEW, published=VIEW))
    assert again == run(ledger, "rises(AI.全国)", VIEW)


def test_a_panel_that_is_no_evidence_stays_so_in_both_versions(ledger: Ledger) -> None:
    few = holding(VIEW, indicators(3, 13))
    found = run(ledger, "AI.东部[2022] > 0", replace(few, published=VIEW))
    assert found == run(ledger, "AI.东部[2022] > 0", few)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("readings(rises(AI.东部), AI.东部[2022] > AI.东部[2010])", YES),
        ("readings(rises(AI.西部), AI.西部[2022] < AI.西部[2010])", NO),
        ("readings(rises(AI.西部), AI.西部[2022] > AI.西部[2010])", DOUBT),
    ],
)
def test_readings_that_disagree_leave_a_claim_doubtful(
    ledger: Ledger, expression: str, expected: Verdict
) -> None:
    assert run(ledger, expression, VIEW).verdict is expected


def judged_on(ledger: Ledger, key: str, column: str, **last: float) -> Verdict:
    """Verdict on a row where every region stands at .2 and some end elsewhere."""
    ends = paths(**{name: [value] for name, value in last.items()})
    given = {name: [0.2, 0.2, *ends.get(name, [0.2])] for name in REGIONS}
    return check_panel(ledger[key], toy_view(by_region(column, given, (2010, 2019, 2022)))).verdict


@pytest.mark.parametrize(
    ("key", "column", "moved", "expected"),
    [
        ("P-EQ-W-DIP", "U2", {"west": 0.19}, YES),
        ("P-EQ-W-DIP", "U2", {"west": 0.16}, DOUBT),
        ("P-EQ-W-DIP", "U2", {"west": 0.21}, NO),
        ("P-51-W-DIP", "U2", {"west": 0.16}, YES),
        ("P-EQ-NE-BELOW", "U2", {"northeast": 0.19}, YES),
        ("P-EQ-NE-BELOW", "U2", {"northeast": 0.15}, DOUBT),
        ("P-EQ-NE-BELOW", "U2", {"northeast": 0.21}, NO),
        ("P-EQ-CW-SIMILAR", "U2", {"west": 0.22}, YES),
        ("P-EQ-CW-SIMILAR", "U2", {"west": 0.26}, DOUBT),
        ("P-EQ-CW-SIMILAR", "U2", {"west": 0.3}, NO),
        ("P-D-NE-BEST", "D", {"northeast": 0.21}, YES),
        ("P-D-NE-BEST", "D", {"northeast": 0.2001}, DOUBT),
        ("P-D-NE-BEST", "D", {"northeast": 0.2}, NO),
    ],
)
def test_words_of_degree_are_judged_in_two_readings(
    ledger: Ledger, key: str, column: str, moved: dict[str, float], expected: Verdict
) -> None:
    """Slightly, similar, better: where the paper sets no limit, ours must not decide alone."""
    assert judged_on(ledger, key, column, **moved) is expected


def test_well_ahead_is_a_tenth_or_a_quarter(ledger: Ledger) -> None:
    for lead, expected in ((0.3, YES), (0.23, DOUBT), (0.21, NO)):
        frame = by_region("U2", {name: [0.2] for name in REGIONS}, (2022,))
        frame.loc[["北京", "上海"], "U2"] = lead
        assert check_panel(ledger["P-EQ-TOP2"], toy_view(frame)).verdict is expected, lead


def test_a_cut_panel_is_cut_in_both_versions() -> None:
    lead = load_evidence(Request(years="2015-2020")).lead
    assert lead.published is not None and lead.published.years == lead.years == (2015, 2020)
    assert lead.published.published is None


# ------------------------------------------------------------------ the system of table 4


def simulated(matrix: np.ndarray, seed: int = 3) -> Findings:
    """Thirty provinces over 60 years from a known first-order system in AI, LR, EQ, SS, LQ."""
    rng = np.random.default_rng(seed)
    names, years = list(units().index), range(1963, 2023)
    state = rng.normal(0.0, 0.02, (30, 5))
    rows = []
    for _ in years:
        state = state @ matrix.T + rng.normal(0.0, 0.02, (30, 5))
        rows.append(state + 0.4)
    values = np.stack(rows, axis=1).reshape(-1, 5)
    index = pd.MultiIndex.from_product([names, years], names=["province", "year"])
    frame = pd.DataFrame(values, index=index, columns=["AI", "LR", "EQ", "SS", "LQ"])
    return toy_view(frame)


@pytest.fixture(scope="module")
def known_system() -> Findings:
    matrix = np.diag([0.5, 0.4, 0.5, 0.4, 0.5])
    matrix[2, 4] = 0.4  # labour quality moves the environment
    return simulated(matrix)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("linked('LQ>EQ')", YES),
        ("linked('LQ>EQ', 'LR>LQ')", NO),
        ("starred('EQ', 'LQ', 2)", YES),
        ("starred('LR', 'AI', 2)", NO),
        ("starred('EQ', 'LQ', 0)", NO),
        ("starred('AI', 'LR', 0)", YES),
        ("significant_on('EQ', ['EQ', 'LQ'])", YES),
        ("significant_on('EQ', ['AI', 'EQ', 'LQ'])", NO),
        ("stable_on()", YES),
    ],
)
def test_links_and_stars_on_a_known_system(
    ledger: Ledger, known_system: Findings, expression: str, expected: Verdict
) -> None:
    assert run(ledger, expression, known_system, needs="enough").verdict is expected


@pytest.mark.parametrize(("p", "expected"), [(0.049, YES), (0.05, OPEN)])
def test_strong_instruments_begin_below_the_level(
    ledger: Ledger,
    known_system: Findings,
    monkeypatch: pytest.MonkeyPatch,
    p: float,
    expected: Verdict,
) -> None:
    monkeypatch.setattr(significance, "weakest_instruments", lambda view: (p, 0.05))
    found = run(ledger, "linked('LQ>EQ')", known_system, needs="enough strong")
    assert found.verdict is expected


def test_short_panel_is_not_estimated(ledger: Ledger) -> None:
    short = toy_view(by_region("AI", {name: [0.1, 0.2] for name in REGIONS}, (2021, 2022)))
    for expression in ("stable_on()", "linked('LQ>EQ')", "starred('EQ', 'LQ', 1)"):
        found = run(ledger, expression, short, needs="strong")
        assert found.verdict is OPEN and found.detail.count("估计不出该系统") == 1


def test_weak_instruments_neither_support_nor_refute(ledger: Ledger) -> None:
    view = holding(real_findings(), ALL)
    found, bound = weakest_instruments(view)
    assert found >= bound
    for expression in ("starred('LQ', 'AI', 0)", "starred('SS', 'SS', 2)", "stable_on()"):
        finding = run(ledger, expression, view, needs="enough strong")
        assert finding.verdict is OPEN
        assert f"p={found:.2f}" in finding.detail and "工具变量" in finding.settle


# ------------------------------------------------------------------ built-in panels


@pytest.mark.parametrize("span", [(2013, 2014), (2016, 2019), (2021, 2022)])
def test_any_span_of_years_can_be_audited(ledger: Ledger, span: tuple[int, int]) -> None:
    whole = real_findings()
    cut = replace(whole, nature="own", frame=within(whole.frame, span))
    findings = [check_panel(claim, cut) for claim in ledger if claim.panel]
    assert not any("nan" in finding.detail for finding in findings)


def test_views_of_the_built_in_panels() -> None:
    real, demo = real_findings(), demo_findings()
    held = real.coverage.held
    assert (held("AI", "EQ"), held("AI"), held("EQ")) == ((18, 31), (5, 9), (13, 22))
    assert years_held(real) == list(range(2013, 2023))
    assert (real.nature, demo.nature) == ("real-subset", "synthetic")
    assert demo.coverage.complete and not real.coverage.complete


def test_the_real_subset_judges_orderings_and_growth_only(ledger: Ledger) -> None:
    view = real_findings()
    decided = {c.id: check_panel(c, view) for c in ledger if c.panel}
    judged = {key for key, finding in decided.items() if finding.verdict is not OPEN}
    assert all(any(f"{name}." in ledger[key].panel for key in judged) for name in ("AI", "EQ", "D"))
    assert all(set(ledger[key].needs) == {"enough"} for key in judged)
    assert all(finding.settle for key, finding in decided.items() if key not in judged)
