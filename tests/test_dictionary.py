"""The vocabulary: sizes, orders and spellings that everything else relies on."""

import pandas as pd
import pytest

from synergy.dictionary import (
    REGIONS,
    find_province,
    indicators,
    nearest_provinces,
    provinces,
    published_table,
    resolve_region,
)


def test_indicators_follow_the_papers_design() -> None:
    frame = indicators()
    assert frame.index.is_unique
    sizes = frame.groupby(["system", "dimension"], sort=False).size().to_dict()
    assert sizes == {
        ("AI", "BS"): 4,
        ("AI", "TI"): 3,
        ("AI", "AD"): 2,
        ("EQ", "LR"): 6,
        ("EQ", "EQ"): 5,
        ("EQ", "SS"): 7,
        ("EQ", "LQ"): 4,
    }
    negative = frame.index[frame["direction"] == -1]
    assert list(negative) == ["lr_income_gap", "eq_unemployed", "lq_disease"]
    assert set(frame["direction"]) == {1, -1}
    assert not frame.drop(columns=["lower", "upper"]).isna().any(axis=None)


def test_provinces_by_region_and_code() -> None:
    frame = provinces()
    assert frame["region"].value_counts().to_dict() == dict(
        zip(REGIONS, (10, 6, 11, 3), strict=True)
    )
    assert frame["code"].is_monotonic_increasing
    assert frame["code"].is_unique


def test_tiles_are_distinct_and_fit_a_phone() -> None:
    tiles = provinces()[["row", "col"]]
    assert not tiles.duplicated().any()
    assert tiles.min().tolist() == [1, 1]
    assert tiles["col"].max() <= 8


def test_tiles_keep_neighbours_close() -> None:
    """Every province touches another tile, corners included."""
    tiles = provinces()[["row", "col"]]
    for name, tile in tiles.iterrows():
        gap = (tiles.drop(index=name) - tile).abs().max(axis=1)
        assert gap.min() == 1 or name in {"新疆"}, name


@pytest.mark.parametrize("number", [1, 2])
def test_printed_indicators_agree_with_the_dictionary(number: int) -> None:
    table = published_table(number).set_index("code")
    system = {1: "AI", 2: "EQ"}[number]
    expected = indicators().loc[indicators()["system"] == system, ["dimension_zh", "name_zh"]]
    pd.testing.assert_frame_equal(table, expected)


def test_grades_join_without_gaps() -> None:
    table = published_table(3)
    assert len(table) == 10
    assert table["lower"].iloc[0] == 0
    assert table["upper"].iloc[-1] == 1
    assert (table["lower"].iloc[1:].to_numpy() == table["upper"].iloc[:-1].to_numpy()).all()
    assert table["stage"].nunique() == 4


def test_printed_coefficients_are_complete() -> None:
    table = published_table(4)
    assert len(table) == 25
    assert table.groupby("equation").size().eq(5).all()
    assert table["stars"].between(0, 3).all()


def test_only_four_tables() -> None:
    with pytest.raises(ValueError, match="1, 2, 3, 4"):
        published_table(5)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("北京", "北京"),
        ("北京市", "北京"),
        ("北 京", "北京"),
        ("\u200b北京\ufeff", "北京"),
        ("内蒙古自治区", "内蒙古"),
        ("广西壮族自治区", "广西"),
        ("广西自治区", "广西"),
        ("新疆维吾尔自治区", "新疆"),
        (11, "北京"),
        (11.0, "北京"),
        ("110000", "北京"),
        (440000, "广东"),
        ("inner mongolia", "内蒙古"),
        ("Guangdong", "广东"),
    ],
)
def test_spellings_of_a_province(text: object, name: str) -> None:
    assert find_province(text) == name


@pytest.mark.parametrize("text", ["西藏", "香港", "Tibet", 54, 1, "", "省"])
def test_names_outside_the_sample(text: object) -> None:
    assert find_province(text) is None


def test_nearest_spelling() -> None:
    assert nearest_provinces("Heilongjian") == ("黑龙江",)
    assert nearest_provinces("黑龙汇省") == ("黑龙江",)
    assert nearest_provinces("北晶") == ("北京",)
    assert nearest_provinces("xyz") == ()


@pytest.mark.parametrize(
    ("text", "kind", "name", "slug"),
    [
        ("全国", "nation", "全国", "nation"),
        ("nation", "nation", "全国", "nation"),
        ("东部", "region", "东部", "east"),
        ("东北地区", "region", "东北", "northeast"),
        ("Northeast", "region", "东北", "northeast"),
        ("44", "province", "广东", "guangdong"),
        ("440000", "province", "广东", "guangdong"),
        ("内蒙古自治区", "province", "内蒙古", "inner-mongolia"),
        ("inner-mongolia", "province", "内蒙古", "inner-mongolia"),
    ],
)
def test_regions_resolve(text: str, kind: str, name: str, slug: str) -> None:
    region = resolve_region(text)
    assert (region.kind, region.name, region.slug) == (kind, name, slug)


def test_slugs_are_distinct() -> None:
    names = ["全国", *REGIONS, *provinces().index]
    slugs = {resolve_region(name).slug for name in names}
    assert len(slugs) == len(names)
    assert all(slug.isascii() for slug in slugs)


def test_unknown_region_lists_what_is_allowed() -> None:
    with pytest.raises(ValueError, match="广冻") as caught:
        resolve_region("广冻省")
    assert "是否想写“广东”或“广西”" in str(caught.value)
    assert all(name in str(caught.value) for name in [*REGIONS, *provinces().index])
