"""The vocabulary: sizes, orders and spellings that everything else relies on."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from samples import panel_of
from synergy import dictionary
from synergy.coupling import regional_means
from synergy.dictionary import (
    DATA_DIR,
    NATION,
    REGIONS,
    find_place,
    find_unit,
    indicators,
    nearest_units,
    outside_sample,
    paper_indicators,
    published_table,
    units,
)
from synergy.evidence import demo_findings, findings_of, real_findings
from synergy.faults import DataError
from synergy.panel import coverage_of, demo_panel
from synergy.tables import indicator_table


def test_indicators_follow_the_papers_design() -> None:
    frame = paper_indicators()
    assert indicators().index.is_unique
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
    bounds = ["lower", "upper", "usual_low", "usual_high", "unusual"]
    assert not frame.drop(columns=bounds).isna().any(axis=None)
    unusual = frame[["usual_low", "usual_high"]].notna().any(axis=1)
    assert (frame["unusual"].notna() == unusual).all()


def test_provinces_by_region_and_code() -> None:
    frame = units()
    assert frame["region"].value_counts().to_dict() == dict(
        zip(REGIONS, (10, 6, 11, 3), strict=True)
    )
    assert frame["code"].is_monotonic_increasing
    assert frame["code"].is_unique


def test_tiles_are_distinct_fit_a_phone_and_keep_neighbours_close() -> None:
    """Every province touches another tile, corners included."""
    tiles = units()[["row", "col"]]
    assert not tiles.duplicated().any()
    assert tiles.min().tolist() == [1, 1]
    assert tiles["col"].max() <= 8
    for name, tile in tiles.iterrows():
        gap = (tiles.drop(index=name) - tile).abs().max(axis=1)
        assert gap.min() == 1 or name in {"新疆"}, name


@pytest.mark.parametrize("number", [1, 2])
def test_printed_indicators_agree_with_the_dictionary(number: int) -> None:
    table = published_table(number).set_index("code")
    system = {1: "AI", 2: "EQ"}[number]
    of_system = paper_indicators()["system"] == system
    expected = paper_indicators().loc[of_system, ["dimension_zh", "name_zh"]]
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
        ("Guangdong Province", "广东"),
        ("Beijing Municipality", "北京"),
        ("Shanghai City", "上海"),
        ("Xinjiang Uygur Autonomous Region", "新疆"),
        ("Guangxi Zhuang", "广西"),
        ("Inner-Mongolia", "内蒙古"),
        ("Neimenggu", "内蒙古"),
        ("Shannxi", "陕西"),
        ("Shaanxi", "陕西"),
        ("Shanxi", "山西"),
        ("内蒙", "内蒙古"),
        ("新疆维吾尔", "新疆"),
        ("11.0", "北京"),
    ],
)
def test_spellings_of_a_province(text: object, name: str) -> None:
    assert find_unit(text) == name


@pytest.mark.parametrize("text", ["西藏", "香港", "Tibet", 54, 1, "", "省"])
def test_names_outside_the_sample(text: object) -> None:
    assert find_unit(text) is None


@pytest.mark.parametrize(
    "text", ["吉林市", "Jilin City", "海南市", "河南市", "1-1", "-11", -11, "吉林地区", 220200]
)
def test_cities_and_numbers_are_no_provinces(text: object) -> None:
    """Only the four municipalities are cities and provinces at once."""
    assert find_unit(text) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("全国", "total"),
        ("全国合计", "total"),
        ("合 计", "total"),
        ("东部", "region"),
        ("西部地区", "region"),
        ("华东", "region"),
        ("西藏自治区", "outside"),
        ("Xizang", "outside"),
        ("Hong Kong", "outside"),
        (540000, "outside"),
        ("不分地区", "other"),
        ("广东", None),
        ("火星", None),
    ],
)
def test_places_that_no_panel_holds(text: object, kind: str | None) -> None:
    assert outside_sample(text) == kind


def test_no_place_is_both_in_the_sample_and_outside() -> None:
    table = pd.read_csv(DATA_DIR / "other_places.csv", dtype=str, keep_default_na=False)
    for row in table.itertuples():
        for spelling in (row.name, *row.aliases.split("|")):
            assert find_unit(spelling) is None, spelling
    for name, row in units().iterrows():
        for spelling in (name, row["name_full"], row["name_en"], row["code"]):
            assert outside_sample(spelling) is None


def test_nearest_spelling() -> None:
    assert nearest_units("Heilongjian") == ("黑龙江",)
    assert nearest_units("黑龙汇省") == ("黑龙江",)
    assert nearest_units("北晶") == ("北京",)
    assert nearest_units("xyz") == ()
    assert nearest_units("Guangdon") == ("广东",)
    assert nearest_units("吉林市") == ("吉林",)
    assert nearest_units(4) == nearest_units("4") == nearest_units("14000") == ()
    assert nearest_units("region") == nearest_units("area") == ()


@pytest.mark.parametrize(
    ("text", "level", "slug"),
    [
        ("全国", "nation", "nation"),
        ("东北地区", "region", "northeast"),
        ("440000", "province", "guangdong"),
        ("内蒙古自治区", "province", "inner-mongolia"),
    ],
)
def test_places_resolve(text: str, level: str, slug: str) -> None:
    place = find_place(text)
    assert (place.level, place.slug) == (level, slug)


def test_unknown_place_lists_what_is_allowed() -> None:
    with pytest.raises(ValueError, match="广冻") as caught:
        find_place("广冻省")
    assert "是否想写“广东”或“广西”" in str(caught.value)
    assert all(name in str(caught.value) for name in [*REGIONS, *units().index])


def test_a_place_outside_the_sample_is_not_taken_for_another() -> None:
    with pytest.raises(ValueError, match="没有名为“西藏”的地区。它不在样本内。可用：") as caught:
        find_place("西藏")
    assert "是否想写" not in str(caught.value)


# ------------------------------------------------------------------ the tree


def test_the_tree_holds_the_nation_four_regions_and_thirty_provinces() -> None:
    nation = find_place(NATION)
    assert nation.members == tuple(units().index)
    assert len(nation.members) == 30
    assert sorted(name for region in REGIONS for name in find_place(region).members) == sorted(
        nation.members
    )
    for region in REGIONS:
        assert find_place(region).members == tuple(units().index[units()["region"] == region])


def test_every_spelling_leads_to_one_place() -> None:
    table = pd.read_csv(DATA_DIR / "places.csv", dtype=str, keep_default_na=False)
    for heading in ("name", "code", "name_full", "name_en", "slug"):
        assert table[heading].is_unique, heading
        for text, name in zip(table[heading], table["name"], strict=True):
            assert find_place(text).name == name
    assert table["slug"].map(str.isascii).all()


def test_a_place_knows_those_around_it() -> None:
    guangdong, east, nation = (find_place(name) for name in ("广东", "东部", "全国"))
    assert guangdong.members == ("广东",)
    assert guangdong.is_unit and not east.is_unit and not nation.is_unit
    assert [place.above for place in (guangdong, east, nation)] == [
        ("全国", "东部"),
        ("全国",),
        (),
    ]
    assert [place.label for place in (guangdong, east, nation)] == ["广东", "东部地区", "全国"]
    assert east.peers == REGIONS
    assert guangdong.peers == tuple(units().index)
    assert nation.peers == (NATION,)


@pytest.mark.parametrize("name", [NATION, *REGIONS])
def test_path_of_an_inner_place_is_the_regional_mean(name: str) -> None:
    findings = real_findings()
    regional = findings.regional.set_index("region").loc[name].set_index("year")
    for column in ("U1", "U2", "D"):
        path = find_place(name).path(findings, column)
        assert path.tolist() == regional[column].tolist()
        assert path.index.tolist() == list(range(2013, 2023))


def test_path_of_a_unit_is_its_own() -> None:
    frame = real_findings().frame
    own = frame["D"].xs("广东", level="province")
    pd.testing.assert_series_equal(find_place("44").path(frame, "D"), own)


CACHED = (
    "indicators",
    "report_plan",
    "paper_indicators",
    "_places_table",
    "_tree",
    "_members",
    "units",
    "_spellings",
)


@contextmanager
def extended(folder: Path, file: str, *rows: str) -> Iterator[None]:
    """The dictionary with further rows in one of its files."""
    demo_panel()  # the committed panel is that of the committed dictionary
    for name in ("places.csv", "indicators.csv"):
        shutil.copy(DATA_DIR / name, folder)
    shutil.copytree(DATA_DIR / "published", folder / "published")
    with (folder / file).open("a", encoding="utf-8") as target:
        target.writelines(f"{row}\n" for row in rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dictionary, "DATA_DIR", folder)
        forget()
        yield
    forget()


def forget() -> None:
    """Let the dictionary read its files anew."""
    for name in CACHED:
        getattr(dictionary, name).cache_clear()


@pytest.fixture
def two_cities(tmp_path: Path) -> Iterator[None]:
    """The tree of places with two cities below one province."""
    with extended(
        tmp_path,
        "places.csv",
        "杭州,3301,杭州市,Hangzhou,hangzhou,,city,浙江,6,6",
        "宁波,3302,宁波市,Ningbo,ningbo,,city,浙江,6,7",
    ):
        yield


@pytest.mark.usefixtures("two_cities")
def test_a_city_is_two_rows_of_data() -> None:
    """Units, counts, checks, regional means and paths follow the tree; no code changes."""
    assert len(units()) == 31
    assert units().at["宁波", "region"] == "东部"
    assert find_unit("杭州市") == find_unit("330100") == "杭州"
    assert find_unit("浙江") is None
    zhejiang = find_place("浙江")
    assert (zhejiang.members, zhejiang.label) == (("杭州", "宁波"), "浙江省")
    assert find_place("宁波").above == ("全国", "东部", "浙江")

    values = demo_panel().values
    cities = [
        values.loc[["浙江"]].mul(f).rename({"浙江": n}) for n, f in (("杭州", 1), ("宁波", 0.99))
    ]
    with pytest.raises(DataError, match=r"宁波缺少整年的数据.*31 个省份"):
        panel_of(pd.concat([values, cities[0]]))
    others = values.drop("浙江", level="province")
    findings = findings_of(panel_of(pd.concat([others, *cities])), 0.5)
    means = regional_means(findings.frame, units()["region"]).set_index(["region", "year"])["D"]
    assert find_place("东部").path(findings, "D").tolist() == means["东部"].tolist()
    both = findings.frame["D"].unstack("year").loc[["杭州", "宁波"]].mean()
    assert zhejiang.path(findings, "D").tolist() == pytest.approx(both.tolist())


# ------------------------------------------------------------------ an indicator of one's own


@pytest.fixture
def own_indicator(tmp_path: Path) -> Iterator[None]:
    """The dictionary with one indicator that the paper does not use."""
    row = "lq_remote,EQ,LQ,劳动力素质,Labour quality,远程办公占比,Remote work,比例,1,0,1,,,,s,d,0"
    with extended(tmp_path, "indicators.csv", row):
        yield


@pytest.mark.usefixtures("own_indicator")
def test_an_indicator_of_ones_own_is_a_row_of_data() -> None:
    """It enters the index; the paper's counts stay, and the panel says it is not the paper's."""
    assert (len(indicators()), len(paper_indicators())) == (32, 31)
    demo = demo_panel().coverage()
    assert demo.complete and demo.added == ()
    shares = np.random.default_rng(5).uniform(size=len(demo_panel().values))
    findings = findings_of(panel_of(demo_panel().values.assign(lq_remote=shares)), 0.5)
    assert findings.weights.at["lq_remote", "dimension"] == "LQ"
    coverage = findings.coverage
    assert (coverage.held("EQ"), coverage.added) == ((22, 22), ("lq_remote",))
    assert not coverage.complete and demo_findings().coverage.complete
    shown = indicator_table(findings.weights.index, "EQ").set_index("二级指标")["数据"]
    assert shown["远程办公占比"] == "有"
    assert coverage.sentence == (
        "指标齐全：人工智能 9/9，就业质量 22/22，另加论文没有的 1 项；由此得到的不是论文的指数。"
    )
    assert "就业质量 1/22，另加论文没有的 1 项" in coverage_of(["lr_wage", "lq_remote"]).sentence
