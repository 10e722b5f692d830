"""Unlikely values are told with row, value and neighbours; what is usual is not told at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_files import cell, panel, text
from samples import RAW, needs_raw
from synergy.dictionary import indicators, report_plan
from synergy.panel import demo_panel, read_panel
from synergy.recipe import apply_recipe, read_recipe, read_series
from synergy.screening.doubts import Doubt, doubt_lines, find_doubts

RECIPE = Path(__file__).parents[2] / "data" / "recipes" / "open_statistics.toml"


def doubts_of(change: Callable[[pd.DataFrame], object], tmp_path: Path) -> tuple[Doubt, ...]:
    table = panel()
    change(table)
    path = tmp_path / "mine.csv"
    path.write_text(text(table), encoding="utf-8")
    return read_panel(path).doubts


def where(table: pd.DataFrame, province: str, *years: int) -> pd.Series:
    here: pd.Series = table["province"] == province
    return here & table["year"].isin(years or table["year"].unique())


def times(column: str, factor: float, province: str = "", *years: int) -> Callable[..., object]:
    def change(table: pd.DataFrame) -> None:
        rows = where(table, province, *years) if province else table["year"].isin(years)
        rows = rows if province or years else table["year"] > 0
        table.loc[rows, column] *= factor

    return change


@pytest.mark.parametrize("factor", [1e4, 1e3, 1e2, 10, 1e-2, 1e-3, 1e-4, 1e8])
@pytest.mark.parametrize("year", [2016, 2018, 2020])
def test_a_slip_in_one_cell(factor: float, year: int, tmp_path: Path) -> None:
    (doubt,) = doubts_of(times("lr_wage", factor, "广东", year), tmp_path)
    size = f"{factor:,.0f} 倍" if factor > 1 else f"1/{1 / factor:,.0f}"
    assert doubt.problem == f"约为同一省份其他年份的 {size}"
    table = panel()
    row = int(np.flatnonzero(where(table, "广东", year))[0])
    assert (doubt.row, doubt.column) == (row + 2, "lr_wage")
    assert (doubt.province, doubt.year) == ("广东", year)
    assert doubt.value == pytest.approx(table["lr_wage"][row] * factor)
    before, after = table["lr_wage"][row - 1], table["lr_wage"][row + 1]
    assert doubt.before == before if year > 2016 else np.isnan(doubt.before)
    assert doubt.after == after if year < 2020 else np.isnan(doubt.after)


CASES: dict[str, tuple[Callable[[pd.DataFrame], object], str, int]] = {
    "other unit from a year on": (
        times("lr_wage", 1e-4, "广东", 2019, 2020), "约为同一省份其他年份的 1/10,000", 2,
    ),
    "a province in another unit": (
        times("lr_wage", 1e-4, "广东"), "整个省份约为其他省份的 1/10,000", 5,
    ),
    "a year in per cent": (
        times("ss_pension", 100, "", 2018), "整年约为其他年份的 100 倍", 30,
    ),
    "a province in per cent": (
        times("ss_pension", 100, "湖北"), "整个省份约为其他省份的 100 倍", 5,
    ),
    "a column in another unit": (times("lr_wage", 1e-4), "小于 300，多半是以万元或千元计", 150),
    "a share divided twice": (
        times("eq_urbanisation", 1e-2), "小于 0.1，多半是多除了一次 100", 150,
    ),
    "shares above one": (
        times("ss_pension", 5, "广东", 2019), "大于 1，是百分数，或是分子超过了分母", 1,
    ),
    "a zero": (times("lr_wage", 0, "广东", 2018), "是 0；缺失请留空", 1),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_kinds_of_doubt(case: str, tmp_path: Path) -> None:
    change, problem, count = CASES[case]
    found = doubts_of(change, tmp_path)
    assert [doubt.problem for doubt in found] == [problem] * count


def test_a_ratio_turned_round(tmp_path: Path) -> None:
    gap = demo_panel().values["lr_income_gap"].reset_index()
    gap = gap[gap["year"].between(2016, 2020)]["lr_income_gap"].to_numpy().copy()

    def turned(rows: slice) -> Callable[[pd.DataFrame], object]:
        ratio = gap.copy()
        ratio[rows] = 1 / ratio[rows]
        return lambda table: table.insert(2, "lr_income_gap", ratio.round(4))

    problem = "小于 1，多半是把比值写颠倒了"
    for rows, count in ((slice(7, 9), 2), (slice(None), 150)):
        found = doubts_of(turned(rows), tmp_path)
        assert [doubt.problem for doubt in found] == [problem] * count


def test_per_cent_in_some_provinces_and_years(tmp_path: Path) -> None:
    def change(table: pd.DataFrame) -> None:
        for province, year in (("广东", 2017), ("湖北", 2017), ("甘肃", 2020)):
            table.loc[where(table, province, year), "ss_pension"] *= 100

    found = doubts_of(change, tmp_path)
    assert {(doubt.province, doubt.year) for doubt in found} == {
        ("广东", 2017), ("湖北", 2017), ("甘肃", 2020),
    }  # fmt: skip


def own(name: str, numbers: list[float]) -> list[Doubt]:
    """Doubts about a column of a stranger's file, five places in four years."""
    rows = pd.MultiIndex.from_product([list("甲乙丙丁戊"), range(2015, 2019)])
    values = pd.DataFrame({name: numbers}, rows.set_names(["province", "year"]))
    about = pd.DataFrame({"name_zh": [name], "unit": "", "lower": np.nan}, index=[name])
    return list(find_doubts(values, None, replace(report_plan(), indicators=about)))


def test_a_code_for_what_is_missing_is_a_lone_negative() -> None:
    numbers = list(np.linspace(40, 60, 20))
    assert own("人口", numbers) == []
    (doubt,) = own("人口", [*numbers[:7], -99.0, *numbers[8:]])
    assert (doubt.kind, doubt.province, doubt.year) == ("negative", "乙", 2018)
    assert str(doubt).startswith("乙 2018 年 -99（上年 46.3158")
    assert own("收支差额", [*numbers[:7], -3.0, *numbers[8:]]) == []
    assert own("人口增长率", [*numbers[:7], -99.0, *numbers[8:]]) == []
    assert own("差额", [*numbers[:7], *(-n for n in numbers[7:])]) == []


def test_places_without_any_value_are_no_level_to_compare_with() -> None:
    numbers = [np.nan] * 16 + [40000.0, 41000.0, 43000.0, 44000.0]
    assert own("产值", numbers) == []


def test_a_factor_beyond_counting_is_a_power() -> None:
    numbers = list(np.linspace(40, 60, 20))
    (doubt,) = own("人口", [*numbers[:7], 1e308, *numbers[8:]])
    assert doubt.problem.endswith("10 的 306 次方倍") and len(str(doubt)) < 60


@pytest.mark.parametrize("factor", [1e4, 1e-4])
def test_two_years_are_enough(factor: float, tmp_path: Path) -> None:
    """Which of two is wrong the other provinces say."""
    table = panel().query("year >= 2019").reset_index(drop=True)
    table.loc[where(table, "广东", 2019), "lr_wage"] *= factor
    path = tmp_path / "mine.csv"
    path.write_text(text(table), encoding="utf-8")
    (doubt,) = read_panel(path).doubts
    assert (doubt.province, doubt.year) == ("广东", 2019)


def test_gaps_beside_a_slip(tmp_path: Path) -> None:
    def change(table: pd.DataFrame) -> None:
        table.loc[where(table, "广东", 2017, 2019), "lr_wage"] = np.nan
        table.loc[where(table, "广东", 2018), "lr_wage"] *= 1e4

    (doubt,) = doubts_of(change, tmp_path)
    assert (doubt.province, doubt.year) == ("广东", 2018)
    assert np.isnan(doubt.before) and np.isnan(doubt.after)


# ------------------------------------------------------------------ no false alarms


def test_the_demo_panel_raises_none() -> None:
    assert demo_panel().doubts == ()


@needs_raw
@pytest.mark.parametrize("repairs", [True, False])
def test_the_real_subset_raises_only_shares_above_one(repairs: bool) -> None:
    """They are there: in some provinces more people are insured than work."""
    found = apply_recipe(read_series(RAW), read_recipe(RECIPE), repairs=repairs).doubts
    assert {doubt.problem for doubt in found} == {"大于 1，是百分数，或是分子超过了分母"}
    assert all(1 < doubt.value < 2 and doubt.row is None for doubt in found)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 0.7), st.floats(-0.1, 0.3))
def test_restless_and_growing_series_are_no_slips(seed: int, spread: float, growth: float) -> None:
    """Provinces that differ a thousandfold, and grow with noise, are not doubted."""
    chance = np.random.default_rng(seed)
    values = demo_panel().values[["ai_firms"]]
    levels = np.repeat(chance.uniform(0, 3, 30), 13)
    years = np.tile(np.arange(13), 30)
    noise = chance.normal(0, spread, 390)
    made = values.assign(ai_firms=10 ** (levels + growth * years + noise))
    assert find_doubts(made, None, report_plan()) == ()


def test_the_more_restless_a_series_the_larger_a_slip() -> None:
    """Tenfold in a year is a slip in a calm series, not in one that doubles and halves."""
    chance = np.random.default_rng(5)
    for swing, jump, doubted in ((0.02, 1.0, True), (0.3, 1.0, False), (0.3, 6.0, True)):
        logs = 2 + chance.choice([-swing, swing], (30, 13)) / 2
        logs[7, 5] = 2 + jump
        values = demo_panel().values[["ai_firms"]].assign(ai_firms=10 ** logs.ravel())
        assert bool(find_doubts(values, None, report_plan())) is doubted, (swing, jump)


@pytest.mark.parametrize("code", indicators().index)
def test_usual_ranges_are_wider_than_the_demo_panel(code: str) -> None:
    low, high = indicators().loc[code, ["usual_low", "usual_high"]]
    values = demo_panel().values[code]
    assert not (values < low).any() and not (values > high).any()


# ------------------------------------------------------------------ how they are told


def test_doubts_of_a_column_are_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    table = panel()
    table.loc[where(table, "广东", 2018), "lr_wage"] *= 1e4
    path.write_text(text(table), encoding="utf-8")
    row = int(np.flatnonzero(where(table, "广东", 2018))[0]) + 2
    wages = [f"{v:,.6g}" for v in panel()["lr_wage"][[row - 3, row - 1]]]
    value = f"{table['lr_wage'][row - 2]:,.0f}"
    assert read_panel(path).doubt_lines == [
        "“lr_wage”列（城镇单位就业人员平均工资）：约为同一省份其他年份的 10,000 倍："
        f"第 {row} 行 广东 2018 年 {value}（上年 {wages[0]}，下年 {wages[1]}）。"
    ]


def test_many_are_counted(tmp_path: Path) -> None:
    found = doubts_of(times("ss_pension", 100, "", 2018), tmp_path)
    (line,) = doubt_lines(found, report_plan())
    assert line.count("行 ") == 3 and line.endswith(" 等 30 格。")


def test_a_long_table_names_the_indicator(tmp_path: Path) -> None:
    table = cell(9, "lr_wage", 1.0).melt(["province", "year"], var_name="指标", value_name="数值")
    path = tmp_path / "mine.csv"
    path.write_text(text(table), encoding="utf-8")
    (line,) = read_panel(path).doubt_lines
    row = 2 * 150 + 9
    assert line.startswith("“数值”列（城镇单位就业人员平均工资）") and f"第 {row} 行 " in line


def test_doubts_are_cut_with_the_years(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    table = panel()
    table.loc[where(table, "广东", 2016), "lr_wage"] *= 1e4
    path.write_text(text(table), encoding="utf-8")
    found = read_panel(path)
    assert len(found.doubts) == 1 and found.restrict((2017, 2020)).doubts == ()
