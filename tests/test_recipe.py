"""Recipes: arithmetic on series without running text, repairs with reasons, faults with cures."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples import RAW, needs_raw
from synergy.dictionary import paper_indicators, units
from synergy.evidence import Request, load_evidence
from synergy.expressions import ExpressionError, names_in
from synergy.faults import DataError
from synergy.recipe import (
    Drop,
    Formation,
    Link,
    RawSeries,
    Recipe,
    Replace,
    SeriesRecord,
    apply_recipe,
    formed,
    parse_formula,
    read_recipe,
    read_series,
    repaired,
)

RECIPE = Path(__file__).parents[1] / "data" / "recipes" / "open_statistics.toml"

YEARS = (2019, 2020, 2021, 2022)


def series() -> pd.DataFrame:
    index = pd.MultiIndex.from_product([units().index, YEARS], names=["province", "year"])
    draw = np.random.default_rng(11).uniform(1, 2, (len(index), 4))
    return pd.DataFrame(draw, index=index, columns=["cable", "pop", "wage", "volume"])


def raw() -> RawSeries:
    return RawSeries(series(), "raw.csv", "0" * 64)


def recipe(**changes: object) -> Recipe:
    record = SeriesRecord("序列", "单位", "出处")
    plain = Recipe(
        title="试",
        about="",
        years=(2019, 2022),
        indicators={"ai_cable": Formation("cable / pop"), "lr_wage": Formation("wage")},
        series=dict.fromkeys(series().columns, record),
        file="my.toml",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


# ------------------------------------------------------------------ formulas


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a", 6.0),
        ("a / b", 3.0),
        ("100 * a / (b + c)", 200.0),
        ("-a + 2 * -b", -10.0),
        ("a - b - c", 3.0),
        ("1.5e2", 150.0),
    ],
)
def test_arithmetic(text: str, value: float) -> None:
    frame = pd.DataFrame({"a": [6.0], "b": [2.0], "c": [1.0]})
    assert formed(parse_formula(text), frame).tolist() == [value]


@given(st.text(max_size=40))
def test_no_text_is_ever_run(text: str) -> None:
    """Whatever is typed either parses to arithmetic on names or is refused."""
    try:
        tree = parse_formula(text)
    except ExpressionError:
        return
    frame = pd.DataFrame({name: [1.0] for name in names_in(tree)}, index=[0])
    assert len(formed(tree, frame)) == 1


def test_missing_stays_missing() -> None:
    frame = pd.DataFrame({"a": [1.0, np.nan], "b": [2.0, 2.0]})
    assert formed(parse_formula("a / b"), frame).isna().tolist() == [False, True]


# ------------------------------------------------------------------ repairs


def test_drop_only_what_it_names() -> None:
    values = series()
    after = repaired(values, Drop("drop", ("cable",), (2020,), "因", ("海南",)))
    assert after.isna().sum().to_dict() == {"cable": 1, "pop": 0, "wage": 0, "volume": 0}
    assert np.isnan(after.loc[("海南", 2020), "cable"])
    assert not values.isna().to_numpy().any()


def test_drop_in_every_province() -> None:
    after = repaired(series(), Drop("drop", ("cable", "wage"), (2022,), "因"))
    assert after.isna().sum().to_dict() == {"cable": 30, "pop": 0, "wage": 30, "volume": 0}


def test_replace_by_a_formula() -> None:
    values = series()
    after = repaired(values, Replace("replace", ("wage",), (2019, 2020), "10 - cable - pop", "因"))
    early = values.index.get_level_values("year") <= 2020
    expected = (10 - values["cable"] - values["pop"]).where(early, values["wage"])
    pd.testing.assert_series_equal(after["wage"], expected, check_names=False)


def test_link_sets_the_growth_of_the_year_and_keeps_the_others() -> None:
    values = series()
    after = repaired(values, Link("link", ("volume",), 2021, 0.25, "因"))
    old, new = values["volume"].unstack("year"), after["volume"].unstack("year")
    np.testing.assert_allclose(new[2021] / new[2020], 1.25)
    np.testing.assert_allclose(new[2020] / new[2019], old[2020] / old[2019])
    np.testing.assert_array_equal(new[[2021, 2022]], old[[2021, 2022]])


def test_link_in_one_province_only() -> None:
    after = repaired(series(), Link("link", ("volume",), 2021, 0.0, "因", ("上海",)))
    same = after["volume"] == series()["volume"]
    assert same[~same].index.unique("province").tolist() == ["上海"]
    assert (~same).sum() == 2


def test_links_in_turn_compose() -> None:
    values = series()
    for year in (2020, 2021, 2022):
        values = repaired(values, Link("link", ("volume",), year, 0.1, "因"))
    growth = values["volume"].unstack("year").pct_change(axis=1).iloc[:, 1:]
    np.testing.assert_allclose(growth, 0.1)


# ------------------------------------------------------------------ applying a recipe


def test_indicators_are_formed_in_dictionary_order() -> None:
    panel = apply_recipe(raw(), recipe())
    assert panel.indicators == ("ai_cable", "lr_wage")
    expected = series()["cable"] / series()["pop"]
    np.testing.assert_allclose(panel.values["ai_cable"], expected)
    assert panel.title == "试"
    assert "raw.csv（配方 my.toml）" in panel.source


def test_repairs_can_be_left_out() -> None:
    with_drop = recipe(repairs=(Drop("drop", ("wage",), (2020,), "因", ("海南",)),))
    on, off = (apply_recipe(raw(), with_drop, repairs=flag) for flag in (True, False))
    assert on.filled.loc[("海南", 2020), "lr_wage"]
    assert on.filled.to_numpy().sum() == 1
    assert not off.filled.to_numpy().any()
    assert off.values.loc[("海南", 2020), "lr_wage"] == series().loc[("海南", 2020), "wage"]
    assert "未做任何修补。" in off.notes


def test_years_are_those_of_the_recipe() -> None:
    assert apply_recipe(raw(), recipe(years=(2020, 2021))).years == (2020, 2021)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"indicators": {"ai_cable": Formation("cables / pop"), "lr_wage": Formation("wage")}},
            ["raw.csv", "缺少配方需要的序列", "读到“cables”", "相近的“cable”", "my.toml"],
        ),
        (
            {"indicators": {"ai_cable": Formation("cable / 0"), "lr_wage": Formation("wage")}},
            ["北京 2019 年的 ai_cable是无穷大", "分母"],
        ),
        (
            {
                "indicators": {
                    "ai_cable": Formation("cable"),
                    "eq_urbanisation": Formation("100 * pop"),
                }
            },
            ["eq_urbanisation超出可能的范围", "0 至 1"],
        ),
        ({"indicators": {"ai_cable": Formation("cable")}}, ["没有一项就业质量指标"]),
        ({"years": (2013, 2022)}, ["没有盖满配方的年份", "2019-2022", "至少 2013-2022"]),
        (
            {"repairs": (Replace("replace", ("wage",), (2020,), "2 * tax", "因"),)},
            ["缺少配方需要的序列", "读到“tax”"],
        ),
    ],
)
def test_recipes_that_do_not_fit(changes: dict[str, object], told: list[str]) -> None:
    with pytest.raises(DataError) as caught:
        apply_recipe(raw(), recipe(**changes))
    for text in told:
        assert text in str(caught.value), str(caught.value)


def test_unknown_variant() -> None:
    with pytest.raises(DataError, match="没有这个变体；读到“x”"):
        apply_recipe(raw(), recipe(), variant="x")


# ------------------------------------------------------------------ the recipe file

GOOD = """
title = "试"
about = "小例"
years = [2019, 2022]
[indicators.ai_cable]
formula = "cable / pop"
[indicators.lr_wage]
formula = "wage"
[[repairs]]
kind = "drop"
series = ["cable"]
years = [2020]
provinces = ["海南"]
reason = "离群"
[series]
cable = { name_zh = "光缆", unit = "公里", source = "年鉴" }
"""


def written(text: str, folder: Path) -> Path:
    path = folder / "my.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_readers_series_lead_when_a_recipe_comes_with_them(tmp_path: Path) -> None:
    table = series().reset_index().melt(["province", "year"], var_name="series")
    table.to_csv(tmp_path / "raw.csv", index=False)
    request = Request(
        data=str(tmp_path / "raw.csv"), recipe=str(written(GOOD, tmp_path)), years="2020-2022"
    )
    evidence = load_evidence(request)
    assert evidence.own and evidence.lead.panel.filled.to_numpy().sum() == 1
    assert (evidence.lead.name, evidence.lead.years) == ("试", (2020, 2022))
    assert evidence.lead.coverage.present == ("ai_cable", "lr_wage")
    with pytest.raises(DataError, match="没有 --data"):
        load_evidence(Request(recipe=str(tmp_path / "my.toml")))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('title = "试"', "title = ", "不是有效的 TOML"),
        ('title = "试"', "", "缺少“title”"),
        ('formula = "wage"', 'formla = "wage"', "不认识的项“indicators.lr_wage.formla”"),
        ("[indicators.lr_wage]", "[indicators.lr_wages]", "是否想写“lr_wage”"),
        ('formula = "wage"', 'formula = "exec(1)"', "“exec(1)”不允许"),
        ('formula = "wage"', 'formula = "wage +"', "不完整或括号不配对"),
        ('kind = "drop"', 'kind = "delete"', "repairs.0"),
        ('reason = "离群"', "", "缺少“repairs.0.drop.reason”"),
        ("years = [2019, 2022]", "years = [2022, 2019]", "年份不成区间"),
        ("years = [2019, 2022]", 'years = ["x", 2019]', "“years.0”的写法不对"),
        ('provinces = ["海南"]', 'provinces = ["海男"]', "海男"),
    ],
)
def test_faults_of_the_file(old: str, new: str, told: str, tmp_path: Path) -> None:
    assert old in GOOD
    with pytest.raises(DataError) as caught:
        read_recipe(written(GOOD.replace(old, new, 1), tmp_path))
    assert told in str(caught.value), str(caught.value)
    assert "my.toml" in str(caught.value)


def test_absent_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="找不到这个配方文件"):
        read_recipe(tmp_path / "none.toml")


# ------------------------------------------------------------------ the committed recipe


def test_committed_recipe_accounts_for_all_31_and_documents_its_series() -> None:
    found = read_recipe(RECIPE)
    assert len(found.indicators) == 16
    assert set(found.indicators) | set(found.excluded) == set(paper_indicators().index)
    assert not set(found.indicators) & set(found.excluded)
    used = {n for t in found.formulas().values() for n in names_in(parse_formula(t))}
    assert used == set(found.series)
    assert all(len(repair.reason) > 10 for repair in found.repairs)


def log_neighbours(column: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Log distance of each inner cell from its neighbours' mean, and between the neighbours."""
    wide = np.log(column).unstack("year")
    before, after = wide.shift(1, axis=1), wide.shift(-1, axis=1)
    return (wide - (before + after) / 2).abs(), (after - before).abs()


@needs_raw
def test_single_outliers_are_exactly_those_the_rule_finds() -> None:
    """The recipe states its rule for one-cell outliers of stocks; the rule finds no others."""
    found, values = read_recipe(RECIPE), read_series(RAW).values
    values = values[values.index.get_level_values("year") >= 2013]
    stocks = [n for n in found.series if n.startswith(("cable", "bb", "ins", "emp"))]
    outliers = set()
    for name in stocks:
        distance, gap = log_neighbours(values[name])
        hits = (distance > 0.2) & (gap < 0.15)
        outliers |= {(name, *cell) for cell in hits.stack().loc[lambda s: s].index}
    dropped = {
        (name, province, year)
        for repair in found.repairs
        if isinstance(repair, Drop) and len(repair.years) == 1 and repair.provinces
        for name in repair.series
        for province in repair.provinces
        for year in repair.years
    }
    # emp3 in Shanghai moves against emp2, by less of its larger total.
    assert outliers == dropped - {("emp3", "上海", 2019)}


@needs_raw
def test_growth_used_for_linking_employment_is_the_median_of_the_others() -> None:
    found, values = read_recipe(RECIPE), read_series(RAW).values
    growth = values["emp_total_y"].unstack("year").pct_change(axis=1, fill_method=None)
    links = [r for r in found.repairs if isinstance(r, Link) and r.series == ("emp_total_y",)]
    assert len(links) == 2
    for link in links:
        others = growth[link.year].drop(list(link.provinces))
        assert link.growth == pytest.approx(others.median(), abs=5e-4)


@needs_raw
def test_schooling_shares_add_up_after_repair() -> None:
    found, values = read_recipe(RECIPE), read_series(RAW).values
    shares = [name for name in found.series if name.startswith("edu_")]
    for repair in found.repairs:
        values = repaired(values, repair)
    total = values.loc[values.index.get_level_values("year") >= 2013, shares].sum(axis=1)
    assert total.between(99.7, 100.3).all()


@needs_raw
def test_open_statistics_make_16_of_31_indicators() -> None:
    panel = apply_recipe(read_series(RAW), read_recipe(RECIPE))
    coverage = panel.coverage()
    assert (coverage.held("AI")[0], coverage.held("EQ")[0]) == (3, 13)
    assert panel.years == tuple(range(2013, 2023))
