"""Reading a panel: every format and spelling that users bring, every fault named with its cure."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from samples import SHARED, panel_of
from synergy.dictionary import indicators, paper_indicators, units
from synergy.faults import DataError, DataFileError
from synergy.panel import Panel, coverage_of, demo_panel, fill_gaps, read_panel

CODES = ["ai_cable", "ai_profit", "lr_wage", "eq_urbanisation", "eq_unemployed"]
YEARS = (2019, 2020, 2021, 2022)


def wide_values() -> pd.DataFrame:
    index = pd.MultiIndex.from_product([units().index, YEARS], names=["province", "year"])
    values = np.random.default_rng(7).uniform(0.1, 0.9, (len(index), len(CODES))).round(6)
    return pd.DataFrame(values, index=index, columns=CODES)


def wide_table() -> pd.DataFrame:
    """As a user would have it: text and numbers in object columns."""
    return wide_values().reset_index().astype(object)


def long_table() -> pd.DataFrame:
    table = wide_values().reset_index()
    return table.melt(["province", "year"], var_name="indicator", value_name="value").astype(object)


def saved(table: pd.DataFrame, path: Path) -> Path:
    table.to_csv(path, index=False)
    return path


def assert_same(panel: Panel) -> None:
    pd.testing.assert_frame_equal(panel.values, wide_values(), check_index_type=False)
    assert not panel.filled.to_numpy().any()


# ------------------------------------------------------------------ formats, layouts, spellings


WRITERS: dict[str, Callable[[pd.DataFrame, Path], object]] = {
    "utf8.csv": lambda t, p: t.to_csv(p, index=False),
    "utf8_bom.csv": lambda t, p: t.to_csv(p, index=False, encoding="utf-8-sig"),
    "gb18030.csv": lambda t, p: t.to_csv(p, index=False, encoding="gb18030"),
    "numbered.csv": lambda t, p: t.to_csv(p),
    "book.xlsx": lambda t, p: t.to_excel(p, index=False),
    "stata.dta": lambda t, p: t.infer_objects().to_stata(p, write_index=False, version=118),
    "arrow.parquet": lambda t, p: t.infer_objects().to_parquet(p),
}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("table", [wide_table, long_table])
def test_formats_and_layouts(name: str, table: Callable[[], pd.DataFrame], tmp_path: Path) -> None:
    WRITERS[name](table(), tmp_path / name)
    assert_same(read_panel(tmp_path / name))


def spelt(spelling: Callable[[str], object]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda table: table.assign(province=table["province"].map(spelling))


WRITTEN: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "Chinese headings": lambda t: t.rename(
        columns={"province": "省份", "year": "年份", **indicators()["name_zh"]}
    ),
    "full names": spelt(lambda name: units().at[name, "name_full"]),
    "spaced names": spelt(lambda name: f"{name[0]} {name[1:]}"),
    "zero-width blanks": spelt(lambda name: f"\u200b{name}\ufeff"),
    "codes": spelt(lambda name: units().at[name, "code"]),
    "six-digit codes": spelt(lambda name: units().at[name, "code"] * 10_000),
    "English names": spelt(lambda name: units().at[name, "name_en"].upper()),
    "years with their sign": lambda t: t.assign(year=t["year"].astype(str) + "年"),
    "any order, and remarks": lambda t: t.sample(frac=1, random_state=3).assign(备注="来自年鉴"),
}


@pytest.mark.parametrize("way", WRITTEN)
def test_ways_of_writing_one_table(way: str, tmp_path: Path) -> None:
    assert_same(read_panel(saved(WRITTEN[way](wide_table()), tmp_path / "mine.csv")))


def test_blank_lines_are_passed_over(tmp_path: Path) -> None:
    path = saved(wide_table(), tmp_path / "blank.csv")
    path.write_text(path.read_text().replace("\n", "\n\n", 3) + "\n,,,,,,\n")
    assert_same(read_panel(path))


# ------------------------------------------------------------------ gaps


def gapped(cells: list[tuple[str, int]], code: str = "ai_cable") -> pd.DataFrame:
    values = wide_values()
    for province, year in cells:
        values.loc[(province, year), code] = np.nan
    return values


def test_inner_gap_is_interpolated_and_marked() -> None:
    panel = panel_of(gapped([("河北", 2020), ("河北", 2021)]))
    first, last = (wide_values().loc[("河北", year), "ai_cable"] for year in (2019, 2022))
    filled = panel.values.loc["河北", "ai_cable"]
    assert filled[2020] == pytest.approx(first + (last - first) / 3)
    assert filled[2021] == pytest.approx(first + (last - first) * 2 / 3)
    assert panel.filled.to_numpy().sum() == 2
    assert panel.filled.loc[("河北", 2020), "ai_cable"]
    assert panel.notes == ("线性插补 2 格。",)


def test_edges_hold_the_nearest_value_and_are_told() -> None:
    panel = panel_of(gapped([("北京", 2019), ("北京", 2020), ("新疆", 2022)]))
    cable, source = panel.values["ai_cable"], wide_values()["ai_cable"]
    assert cable["北京", 2019] == source["北京", 2021]
    assert cable["新疆", 2022] == source["新疆", 2021]
    assert panel.notes == (
        "线性插补 0 格。",
        "人均长途光缆线长度：2 个省份在 2019、2020、2022 年处于首尾，取最近年份的值。",
    )


def test_filling_follows_the_years_of_each_unit() -> None:
    """By calendar: half-way in time is half-way in value, however many rows lie between."""
    index = pd.MultiIndex.from_tuples(
        [("甲", 2010), ("甲", 2011), ("甲", 2014), ("乙", 2012), ("乙", 2013)],
        names=["province", "year"],
    )
    gappy = pd.DataFrame({"a": [1.0, np.nan, 5.0, np.nan, 7.0], "b": 1.0}, index)
    assert fill_gaps(gappy)["a"].tolist() == [1.0, 2.0, 5.0, 7.0, 7.0]
    balanced = demo_panel().values.where(np.random.default_rng(1).random((390, 31)) > 0.2)
    by_pandas = balanced.groupby(level="province", sort=False, group_keys=False).apply(
        lambda block: block.interpolate(method="linear", limit_direction="both")
    )
    pd.testing.assert_frame_equal(fill_gaps(balanced), by_pandas)


def test_filling_never_crosses_a_province() -> None:
    cable = panel_of(gapped([("天津", 2019)])).values["ai_cable"]
    assert cable["天津", 2019] == wide_values()["ai_cable"]["天津", 2020]


@pytest.mark.parametrize("mark", ["", "NA", "—", "..."])
def test_missing_marks(mark: str, tmp_path: Path) -> None:
    table = wide_table()
    table.loc[1, "lr_wage"] = mark
    panel = read_panel(saved(table, tmp_path / "gap.csv"))
    assert panel.filled.to_numpy().sum() == 1


# ------------------------------------------------------------------ the panel itself


def test_order_and_description(tmp_path: Path) -> None:
    table = wide_table()[["year", "province", *reversed(CODES)]]
    panel = read_panel(saved(table, tmp_path / "order.csv"), title="我的面板")
    assert panel.indicators == tuple(CODES)
    assert panel.years == YEARS
    assert panel.values.index.unique("province").tolist() == units().index.tolist()
    assert (panel.title, panel.source, panel.nature) == ("我的面板", "order.csv", "own")
    assert len(panel.sha256) == 64


def test_restrict() -> None:
    panel = panel_of(wide_values()).restrict((2020, 2021))
    assert panel.years == (2020, 2021)
    assert panel.filled.shape == panel.values.shape == (60, len(CODES))


@pytest.mark.parametrize("years", [(2018, 2021), (2020, 2023), (2021, 2021), (2022, 2020)])
def test_restrict_refuses_years_outside(years: tuple[int, int]) -> None:
    with pytest.raises(DataError, match=f"{years[0]}-{years[1]}.*2019 至 2022"):
        panel_of(wide_values()).restrict(years)


def test_coverage_of_a_part_never_claims_the_papers_index() -> None:
    coverage = panel_of(wide_values()).coverage()
    assert (coverage.held("AI"), coverage.held("EQ")) == ((2, 9), (3, 22))
    assert not coverage.complete
    assert len(coverage.present) + len(coverage.absent) == 31
    assert "人工智能 2/9，就业质量 3/22" in coverage.sentence
    assert "不是论文的指数" in coverage.sentence


def test_coverage_of_all() -> None:
    coverage = coverage_of(reversed(paper_indicators().index))
    assert coverage.complete
    assert list(coverage.present) == list(paper_indicators().index)
    assert coverage.sentence == "指标齐全：人工智能 9/9，就业质量 22/22。"
    assert "不是" not in coverage.sentence


# ------------------------------------------------------------------ faults


def put(row: int, column: str, value: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[row, column] = value
        return table

    return change


FAULTS: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], list[str]]] = {
    "text in a number column": (
        put(3, "lr_wage", "约5万"),
        ["第 5 行“lr_wage”列", "数值列里有文字", "读到“约5万”", "允许：数字", "处理："],
    ),
    "percent sign": (put(3, "lr_wage", "45%"), ["读到“45%”", "百分号"]),
    "infinite value": (
        put(0, "ai_cable", "inf"),
        ["第 2 行“ai_cable”列", "无穷大", "读到“inf”", "有限的数"],
    ),
    "minus infinity": (put(0, "ai_cable", float("-inf")), ["无穷大", "读到“-inf”"]),
    "misspelt province": (
        put(9, "province", "河比省"),
        ["第 11 行“province”列", "不认识的省份", "读到“河比省”", "是否想写“河北”"],
    ),
    "empty province": (put(9, "province", ""), ["第 11 行", "读到“（空）”"]),
    "province outside the sample": (
        put(9, "province", "西藏自治区"),
        ["第 11 行", "不在样本内", "不含西藏"],
    ),
    "year that is none": (
        put(2, "year", "二〇一九"),
        ["第 4 行“year”列", "不是年份", "读到“二〇一九”", "四位年份"],
    ),
    "fraction of a year": (put(2, "year", 2019.5), ["不是年份", "2019.5"]),
    "far year": (put(2, "year", 20190), ["不是年份", "20190"]),
    "unknown column": (
        lambda t: t.rename(columns={"ai_cable": "ai_cables"}),
        ["第 1 行", "不认识的指标列", "读到“ai_cables”", "是否想写“ai_cable”"],
    ),
    "duplicate province-year": (
        lambda t: pd.concat([t, t.iloc[[5]]]),
        ["第 122 行", "省份和年份重复", "天津 2020 年（已见于第 7 行）"],
    ),
    "same province in two spellings": (
        put(5, "province", "北京市"),
        ["第 7 行", "北京 2020 年（已见于第 3 行）"],
    ),
    "share in per cent": (
        put(4, "eq_urbanisation", 63.2),
        ["第 6 行“eq_urbanisation”列", "读到“63.2”", "0 至 1", "除以 100"],
    ),
    "negative wage": (put(4, "lr_wage", -1), ["读到“-1”", "不小于 0（单位：元/年）"]),
    "missing province-year": (
        lambda t: t.drop(index=[5, 6]),
        ["天津缺少整年的数据", "缺 2020、2021", "30 个省份、2019 至 2022 年"],
    ),
    "province-year of blanks": (
        lambda t: t.assign(**{code: t[code].where(t.index != 5) for code in CODES}),
        ["天津缺少整年的数据", "缺 2020"],
    ),
    "missing province": (lambda t: t[t["province"] != "海南"], ["海南缺少整年的数据"]),
    "no province column": (
        lambda t: t.rename(columns={"province": "area"}),
        ["缺少省份列", "读到“area、year", "允许：province、省份"],
    ),
    "no year column": (lambda t: t.drop(columns="year"), ["缺少年份列", "允许：year、年份"]),
    "no values": (lambda t: t[["province", "year"]], ["没有数值列"]),
    "no rows": (lambda t: t.iloc[:0], ["文件是空的"]),
    "one system only": (
        lambda t: t[["province", "year", "ai_cable"]],
        ["没有一项就业质量指标"],
    ),
    "indicator empty in a province": (
        lambda t: t.assign(lr_wage=t["lr_wage"].where(t["province"] != "海南")),
        ["“lr_wage”列", "海南的这项指标各年都缺"],
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_faults_are_named(case: str, tmp_path: Path) -> None:
    change, told = FAULTS[case]
    path = saved(change(wide_table()), tmp_path / "mine.csv")
    with pytest.raises(DataError) as caught:
        read_panel(path)
    message = str(caught.value)
    for text in ["mine.csv", *told]:
        assert text in message, message


def test_long_layout_names_its_own_columns(tmp_path: Path) -> None:
    table = long_table()
    table.loc[7, "indicator"] = "ai_cabel"
    table.loc[8, "value"] = "x"
    with pytest.raises(DataError) as caught:
        read_panel(saved(table, tmp_path / "long.csv"))
    assert "第 9 行“indicator”列：不认识的指标" in str(caught.value)
    assert "第 10 行“value”列：数值列里有文字" in str(caught.value)


def test_every_unknown_name_is_told_once(tmp_path: Path) -> None:
    table = long_table()
    table.loc[[7, 9, 11], "indicator"] = ["ai_cabel", "gdp", "ai_cabel"]
    with pytest.raises(DataFileError) as caught:
        read_panel(saved(table, tmp_path / "long.csv"))
    assert [(fault.row, fault.seen) for fault in caught.value.faults] == [
        (9, "ai_cabel"),
        (11, "gdp"),
    ]


def test_long_layout_duplicates(tmp_path: Path) -> None:
    table = long_table()
    with pytest.raises(DataError, match="天津 2020 年 ai_cable（已见于第 7 行）"):
        read_panel(saved(pd.concat([table, table.iloc[[5]]]), tmp_path / "long.csv"))


def test_all_faults_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    table = wide_table()
    table.loc[30, "lr_wage"], table.loc[2, "year"], table.loc[9, "province"] = "x", "y", "z"
    with pytest.raises(DataFileError) as caught:
        read_panel(saved(table, tmp_path / "many.csv"))
    assert [fault.row for fault in caught.value.faults] == [4, 11, 32]


def test_many_faults_are_counted_not_listed(tmp_path: Path) -> None:
    table = wide_table().assign(lr_wage="无")
    with pytest.raises(DataFileError) as caught:
        read_panel(saved(table, tmp_path / "many.csv"))
    assert len(caught.value.faults) == 120
    assert str(caught.value).count("\n") == 1
    assert "第 2—121 行“lr_wage”列：数值列里有文字；读到“无”；" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("absent.csv", None, "找不到"),
        ("empty.csv", b"", "文件是空的"),
        ("heading.csv", b"province,year,ai_cable\n", "文件是空的"),
        ("blank.csv", b"\n\n\n", "文件是空的"),
        ("table.doc", b"province", "不认识的文件类型"),
        ("broken.xlsx", b"not a workbook", "内容却是“文字表格”"),
        ("broken.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 no workbook", "读不出来"),
        ("broken.dta", b"<stata_dta> no more", "读不出来"),
        ("broken.parquet", b"PAR1 no more", "读不出来"),
        ("odd.csv", b"province\xff\xff,year\n\x80\xff,1\n", "文字编码无法识别"),
        ("ragged.csv", b"province,year\n1,2\n1,2,3,4\n", "第 3 行：这一行有 4 格，表头只有 2 格"),
    ],
)
def test_unreadable_files(name: str, content: bytes | None, told: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=told) as caught:
        read_panel(tmp_path / name)
    assert name in str(caught.value)


def test_old_excel_files_are_parsed() -> None:
    """A real .xls export: parsed, then refused for its layout rather than its format."""
    path = SHARED / "export_samples" / "eps_header_stripped.xls"
    if not path.is_file():
        pytest.skip("the shared samples are not here")
    with pytest.raises(DataError, match="缺少"):
        read_panel(path)
