"""The oddities that the open statistics are known for are found; clean panels stay quiet."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest

from samples import RAW, needs_raw
from synergy.dictionary import DATA_DIR, report_plan
from synergy.intake.mapping import recipe_series
from synergy.panel import demo_panel
from synergy.recipe import apply_recipe, read_recipe, read_series
from synergy.screening.screen import Screening, screen


@pytest.fixture(scope="module")
def raw() -> Screening:
    values = read_series(RAW).values
    about = pd.DataFrame.from_dict(recipe_series(), orient="index", columns=["name_zh", "unit"])
    about = about.reindex(index=values.columns, columns=[*about.columns, "lower", "upper"])
    about["name_zh"] = about["name_zh"].fillna(about.index.to_series())
    plan = replace(report_plan(), indicators=about.fillna({"unit": ""}))
    return screen(values, plan)


def kinds(result: Screening, series: str, year: int, place: str = "") -> set[str]:
    """Kinds of the findings about a series in a year (of a place)."""
    return {
        one.kind
        for one in result.findings
        if series in one.series and year in one.years and (not place or place in one.places)
    }


@needs_raw
def test_known_oddities(raw: Screening) -> None:
    assert kinds(raw, "cable_km", 2018, "海南") == {"spike"}
    for year in (2016, 2021, 2022):
        assert kinds(raw, "telecom_volume", year) == {"common_jump"}
    assert "common_jump" in kinds(raw, "post_volume", 2021)
    assert "common_jump" in kinds(raw, "post_telecom_pc", 2011)
    assert kinds(raw, "post_volume", 2021, "上海") == {"not_following"}
    for year in (2015, 2016, 2017, 2018):
        assert "share_sum" in kinds(raw, "edu_senior", year)
    assert kinds(raw, "ins_pension_emp", 2022, "海南") == {"gap"}
    assert "one_curve" in kinds(raw, "robot_stock_density", 2015)
    assert "common_jump" in kinds(raw, "reg_unemp_rate", 2022)
    assert "break" in kinds(raw, "reg_unemployed", 2020, "北京")


@needs_raw
def test_cells_that_the_recipe_repairs(raw: Screening) -> None:
    """Single cells and steps that the recipe repairs for reasons found by hand."""
    by_hand = [
        ("cable_km", 2018, "吉林"),
        ("cable_km", 2019, "四川"),
        ("cable_km", 2022, "四川"),
        ("ins_medical_emp", 2018, "新疆"),
        ("emp2", 2019, "上海"),
        ("emp_total_y", 2020, "安徽"),
    ]
    missed = [case for case in by_hand if not kinds(raw, *case) & {"spike", "break"}]
    assert missed == []


@needs_raw
def test_the_real_subset_after_its_repairs() -> None:
    """Facts that the recipe's caveats tell (rates above one), and two coincidences of digits."""
    recipe = read_recipe(DATA_DIR / "recipes" / "open_statistics.toml")
    panel = apply_recipe(read_series(RAW), recipe)
    result = screen(panel.values.where(~panel.filled), panel.plan)
    assert Counter(one.kind for one in result.grave) == {
        "unusual": 3,
        "common_jump": 1,
        "break": 7,
        "carried": 2,
        "computed": 2,
    }


def test_the_demo_panel_is_quiet() -> None:
    """Five of 12,090 cells, all of Guizhou in 2011 and 2012, where the synthetic wages dip."""
    demo = demo_panel()
    result = screen(demo.values.where(~demo.filled), demo.plan)
    assert {place for one in result.grave for place in one.places} == {"贵州"}
    assert {year for one in result.grave for year in one.years} <= {2011, 2012}
    assert len(result.grave) == 5
    gaps = sum(len(one.places) * len(one.years) for one in result.findings if one.kind == "gap")
    assert gaps == int(demo.filled.to_numpy().sum())
