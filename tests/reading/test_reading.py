"""Never silently wrong: each kind of file that was once misread is read right, refused, or told."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from made_files import (
    CODES,
    YEARS,
    cell,
    code_column,
    each,
    fill,
    lines,
    panel,
    text,
    with_cell,
    workbook,
)
from pvar.cells import MISSING_MARKS
from pvar.reading import read_panel as read_for_pvar
from synergy.dictionary import indicators, units
from synergy.evidence import Request, load_evidence
from synergy.faults import DataError, DataFileError, Fault
from synergy.files.address import split_sheet
from synergy.panel import Panel, read_panel
from synergy.reading.cells import find_indicator, parse_number, parse_year, shown, split_unit
from synergy.reading.columns import read_cells
from synergy.recipe import apply_recipe, read_recipe, read_series

Content = bytes | str


def saved(content: Content, path: Path) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def named(name: str) -> str:
    """File name of a case: what follows the dot, or CSV."""
    return f"mine.{name.rpartition('.')[2]}" if "." in name else "mine.csv"


def wide_values() -> pd.DataFrame:
    return panel().set_index(["province", "year"])


def melted(**more: object) -> pd.DataFrame:
    table = panel().melt(["province", "year"], var_name="indicator", value_name="value")
    return table.assign(**more)


# ------------------------------------------------------------------ read as it was meant


def in_rows(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    """Provinces in merged cells."""
    fill(sheet)
    for top in range(2, 152, len(YEARS)):
        sheet.merge_cells(start_row=top, end_row=top + 4, start_column=1, end_column=1)


def with_dates(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    fill(sheet, each("year", lambda y: datetime.date(int(str(y)), 12, 31)))


def beside_regions() -> pd.DataFrame:
    table = panel()
    table.insert(0, "地区", table["province"].map(units()["region"]))
    return table


def three_heads(body: list[str]) -> list[str]:
    """Headings as CSMAR has them: a line of codes, one of names, one of units."""
    stated = indicators().loc[CODES]
    heads = [
        ["prvcnm", "sgnyea", *(f"c{k}" for k in range(len(CODES)))],
        ["省份名称", "统计年度", *stated["name_zh"]],
        ["没有单位", "没有单位", *stated["unit"]],
    ]
    return [*map(",".join, heads), *body[1:]]


MEANT: dict[str, Callable[[], Content]] = {
    "commas at the end of lines": lambda: lines(lambda ls: [f"{line}," for line in ls]),
    "commas at the end of rows": lambda: lines(lambda ls: [ls[0], *(f"{x},," for x in ls[1:])]),
    "tabs": lambda: text().replace(",", "\t"),
    "semicolons": lambda: text().replace(",", ";"),
    "old Mac lines": lambda: text().replace("\n", "\r"),
    "dates as years": lambda: text(each("year", lambda y: f"{y}-12-31")),
    "slashed dates": lambda: text(each("year", lambda y: f"{y}/6/30")),
    "dates.xlsx": lambda: workbook(with_dates),
    "years with two signs": lambda: text(each("year", lambda y: f"{y}年度")),
    "full-width": lambda: text(each("lr_wage", lambda v: str(v).translate(FULL_WIDTH))),
    "zero-width": lambda: text(each("lr_wage", lambda v: f"\u200b{v}\u00a0")),
    "exponents": lambda: text(each("lr_wage", lambda v: f"{v:.9E}")),
    "unit of the dictionary": lambda: text(
        panel().rename(columns={"lr_wage": "城镇单位就业人员平均工资（元/年）"})
    ),
    "usual headings": lambda: text(
        panel().rename(columns={"province": "省份名称", "year": "年度"})
    ),
    "regions beside provinces": lambda: text(beside_regions()),
    "codes beside names": lambda: text(code_column()),
    "variables": lambda: text(melted().rename(columns={"indicator": "variables"})),
    "变量名": lambda: text(melted().rename(columns={"indicator": "变量名"})),
    "indicator and data": lambda: text(melted().rename(columns={"value": "data"})),
    "pinyin": lambda: text(each("province", lambda p: PINYIN.get(str(p), p))),
    "English suffixes": lambda: text(
        each("province", lambda p: f"{units().at[p, 'name_en']} Province")
    ),
    "merged provinces.xlsx": lambda: workbook(in_rows),
    "counter": lambda: panel().to_csv(),
    "codes, names and units": lambda: lines(three_heads),
    "names and units": lambda: lines(lambda ls: three_heads(ls)[1:]),
}
FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "0123456789."}
PINYIN = {"内蒙古": "Neimenggu", "陕西": "Shannxi", "山西": "Shanxi", "新疆": "Xinjiang Uygur"}


@pytest.mark.parametrize("case", MEANT)
def test_read_as_it_was_meant(case: str, tmp_path: Path) -> None:
    found = read_panel(saved(MEANT[case](), tmp_path / named(case)))
    pd.testing.assert_frame_equal(found.values, wide_values(), check_index_type=False)
    assert not found.filled.to_numpy().any() and not found.doubts


# ------------------------------------------------------------------ refused, with the way out


def two_headings(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.append(["province", "year", "人工智能", None, "就业质量", None, None])
    fill(sheet, panel().rename(columns={"province": None, "year": None}))


def merged_value(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    fill(sheet)
    sheet.merge_cells("E5:E6")


def unvalued(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    fill(sheet)
    for row in (10, 20, 21):
        sheet.cell(row, 5).value = f"=D{row}*2"


def copied(province: str, name: str) -> str:
    """The panel with one province's rows again under another name."""
    rows = panel()[panel()["province"] == province].assign(province=name)
    return text(pd.concat([panel(), rows]))


def doubled_column() -> str:
    table = panel()
    return text(table.assign(again=table["lr_wage"] * 2)).replace("again", "lr_wage", 1)


def thousands(row: str) -> str:
    head, _, last = row.rpartition(",")
    return f"{head},{float(last) * 1e5:,.0f}"


REFUSED: dict[str, tuple[Callable[[], Content], list[str]]] = {
    "thousands in the last column": (
        lambda: lines(lambda ls: [ls[0], *map(thousands, ls[1:])]),
        ["第 2—151 行：这一行有 8 格，表头只有 7 格", "千分位逗号"],
    ),
    "one cell more": (
        lambda: lines(lambda ls: [*ls[:9], f"{ls[9]},7", *ls[10:]]),
        ["第 10 行：这一行有 8 格，表头只有 7 格", "逗号"],
    ),
    "a short line": (
        lambda: lines(lambda ls: [*ls[:9], ls[9].rsplit(",", 2)[0], *ls[10:]]),
        ["第 10 行：这一行只有 5 格，表头有 7 格", "没有写完"],
    ),
    "cut off": (lambda: text()[:-12], ["第 151 行：这一行只有", "没有写完"]),
    "footnote's mark": (
        lambda: text(cell(9, "lr_wage", "46800 2")),
        ["第 9 行“lr_wage”列：数字中间有空格或下划线；读到“46800 2”", "脚注"],
    ),
    "blank for thousands": (lambda: text(cell(9, "lr_wage", "46\u00a0800")), ["第 9 行", "空格"]),
    "underscore": (lambda: text(cell(9, "lr_wage", "1_000")), ["第 9 行", "下划线"]),
    "superscript": (lambda: text(cell(9, "lr_wage", "46800²")), ["第 9 行", "有文字"]),
    "decimal comma": (lambda: text(cell(9, "lr_wage", "46800,5")), ["第 9 行", "小数点"]),
    "truth value": (lambda: text(cell(9, "lr_wage", "TRUE")), ["第 9 行", "逻辑值"]),
    "truth value.xlsx": (
        lambda: with_cell("E9", '<c r="E9" t="b"><v>1</v></c>'),
        ["第 9 行“lr_wage”列：是逻辑值", "读到“TRUE”"],
    ),
    "error": (lambda: text(cell(9, "lr_wage", "#N/A")), ["第 9 行", "公式出错"]),
    "error.xlsx": (
        lambda: with_cell("E9", '<c r="E9" t="e"><f>1/0</f><v>#DIV/0!</v></c>'),
        ["第 9 行“lr_wage”列：公式出错，没有值；读到“#DIV/0!”"],
    ),
    "formulas without values.xlsx": (
        lambda: workbook(unvalued),
        ["第 10、20—21 行“lr_wage”列：公式没有存下结果", "保存一次"],
    ),
    "date for a value.xlsx": (
        lambda: workbook(lambda b, s: fill(s, cell(9, "lr_wage", datetime.datetime(2016, 1, 2)))),
        ["第 9 行", "日期"],
    ),
    "merged values.xlsx": (
        lambda: workbook(merged_value),
        ["第 5 行“lr_wage”列：数值格是合并的（第 5 至 6 行）", "取消合并"],
    ),
    "a blank province": (
        lambda: text(cell(9, "province", "")),
        ["第 9 行“province”列：省份是空的", "合并"],
    ),
    "two lines of headings.xlsx": (
        lambda: workbook(two_headings),
        ["第 2 行：表头不止一行", "ai_cable"],
    ),
    "a column without name": (
        lambda: text(panel().rename(columns={"lr_wage": ""})),
        ["第 1 行：第 5 列没有列名"],
    ),
    "a name twice": (doubled_column, ["“lr_wage”列：几列同名；读到“第 5 列、第 8 列”"]),
    "an indicator twice": (
        lambda: text(panel().assign(城镇化率=0.5)),
        ["几列是同一指标（eq_urbanisation）；读到“eq_urbanisation、城镇化率”"],
    ),
    "another unit": (
        lambda: text(panel().rename(columns={"eq_urbanisation": "城镇化率(%)"})),
        ["“城镇化率(%)”列", "字典里的单位是“比例”，这里写的是“%”"],
    ),
    "value without indicators": (
        lambda: text(melted().drop(columns="indicator").drop_duplicates(["province", "year"])),
        ["有数值列“value”，却没有指标列"],
    ),
    "wide with a column value": (lambda: text(panel().assign(value=1)), ["有数值列“value”"]),
    "indicators without value": (
        lambda: text(melted().rename(columns={"value": "x"})),
        ["有指标列“indicator”，却没有数值列"],
    ),
    **{
        f"a column {name}": (
            lambda name=name: text(panel().assign(**{name: 3.5})),
            [f"读到“{name}”"],
        )
        for name in ("row", "column", "name", "index", "level_0", "first")
    },
    "code against name": (
        lambda: text(code_column().replace({"行政区划代码": {440000: 450000}})),
        ["行“行政区划代码”列：与“province”列不一致；读到“450000（广西）”；允许：广东"],
    ),
    "one year only": (lambda: text(panel().query("year == 2017")), ["面板只有一年", "至少两年"]),
    "a city": (
        lambda: text(each("province", lambda p: "吉林市" if p == "吉林" else p)),
        ["行“province”列：不认识的省份；读到“吉林市”", "地级市不是省份；是否想写“吉林”"],
    ),
    "Tibet": (lambda: copied("青海", "Xizang"), ["第 152—156 行", "不在样本内", "不含西藏"]),
    "a region": (lambda: copied("青海", "东部"), ["不在样本内的地区；读到“东部”", "大区不是省份"]),
    "a total": (lambda: copied("青海", "全国合计"), ["不在样本内", "合计不是省份"]),
    "numbers of Stata": (
        lambda: text(each("province", lambda p: list(units().index).index(str(p)) + 1)),
        ["不认识的省份代码；读到“1”、“2”、“3”等", "encode"],
    ),
    "cities": (
        lambda: text(panel().rename(columns={"province": "城市"})),
        ["缺少省份列", "“城市”不是省"],
    ),
    "a column of provinces": (
        lambda: text(panel().rename(columns={"province": "state"})),
        ["缺少省份列", "“state”列里是省名"],
    ),
    "a constant but for rounding": (
        lambda: text(panel().assign(ai_cable=[repr(5 + 1e-13 * i) for i in range(150)])),
        ["“ai_cable”（人均长途光缆线长度）在各省份各年都等于 5（或只差舍入误差）"],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_the_way_out(case: str, tmp_path: Path) -> None:
    content, told = REFUSED[case]
    path = saved(content(), tmp_path / named(case))
    with pytest.raises(DataError) as caught:
        load_evidence(Request(data=str(path)))
    for piece in [path.name, *told]:
        assert piece in str(caught.value), str(caught.value)
    assert "Unnamed" not in str(caught.value) and len(str(caught.value).splitlines()) <= 3


# ------------------------------------------------------------------ read, and what was not is told


def titled(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.append(["2016—2020年各省面板"])
    sheet.append([])
    fill(sheet)
    sheet.append(["注：由年鉴整理"])
    sheet["K9"] = "随手笔记"


def filtered(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    fill(sheet)
    for row in (3, 4, 9, 400):  # no cell stands in the last
        sheet.row_dimensions[row].hidden = True


def three_sheets(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.title = "封面"
    sheet.append(["毕业论文数据"])
    fill(book.create_sheet("原始数据"))
    fill(book.create_sheet("线性插值"), panel().assign(lr_wage=panel()["lr_wage"] * 2))
    book.create_sheet("旧").sheet_state = "hidden"


TOLD: dict[str, tuple[Callable[[], Content], list[str]]] = {
    "title and notes": (
        lambda: f"表1 我的面板\n{text()}注：2018年为推算,,,,,,\n数据来源：国家统计局\n",
        [
            "列名在第 2 行；上面的字没有读：“表1 我的面板”。",
            "末尾 2 行像是注释，没有读：“注：2018年为推算”、“数据来源：国家统计局”。",
        ],
    ),
    "title, note, remark.xlsx": (
        lambda: workbook(titled),
        [
            "列名在第 3 行；上面的字没有读：“2016—2020年各省面板”。",
            "末尾 1 行像是注释，没有读：“注：由年鉴整理”。",
            "表头以外的格没有读：K9“随手笔记”。",
        ],
    ),
    "a note of two lines": (
        lambda: f"{text()}注：1.工资为城镇单位。\n　　2.不含私营。\n",
        ["末尾 2 行像是注释，没有读：“注：1.工资为城镇单位。”、“2.不含私营。”。"],
    ),
    "rows that are not shown.xlsx": (
        lambda: workbook(filtered),
        ["第 3—4、9 行在 Excel 里是隐藏或筛掉的，照样读了。"],
    ),
    "no line end": (
        lambda: text().rstrip("\n"),
        [
            "文件的最后没有换行：若它没有写完，末尾的"
            f"“{text().rstrip().rpartition(',')[2]}”可能不全，请核对。"
        ],
    ),
    "sheets.xlsx": (
        lambda: workbook(three_sheets),
        [
            "读的是“原始数据”表；没有读的表：“封面”、“线性插值”、“旧”（隐藏）"
            "（用 sheet 选项可以换一张）。"
        ],
    ),
    "columns that are not read": (
        lambda: text(panel().assign(备注="年鉴", id=range(150))),
        ["没有读的列：备注、id。"],
    ),
    "columns beside a long table": (
        lambda: text(melted(ai_cable=1.5, 来源="年鉴")),
        ["没有读的列：ai_cable、来源。"],
    ),
    "unit of a long table": (
        lambda: text(melted(单位=melted()["indicator"].map({"lr_wage": "万元"}))),
        ["城镇单位就业人员平均工资：文件写的单位是“万元”，字典是“元/年”；没有换算，请核对。"],
    ),
}


@pytest.mark.parametrize("case", TOLD)
def test_what_was_set_aside_is_told(case: str, tmp_path: Path) -> None:
    content, notes = TOLD[case]
    found = read_panel(saved(content(), tmp_path / named(case)))
    assert list(found.notes) == notes
    pd.testing.assert_frame_equal(found.values, wide_values(), check_index_type=False)


def test_lines_are_those_of_the_file_below_a_title(tmp_path: Path) -> None:
    path = saved("表1\n\n" + text(cell(9, "lr_wage", "x")), tmp_path / "mine.csv")
    with pytest.raises(DataFileError, match="第 11 行“lr_wage”列"):
        read_panel(path)
    path = saved("表1\n\n" + text(panel().rename(columns={"lr_wage": "wage"})), path)
    with pytest.raises(DataFileError, match="第 3 行“wage”列：不认识的指标列"):
        read_panel(path)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("0,518", "数字里的逗号像小数点"),
        ("9.520,7", "数字里的逗号像小数点"),
        ("12.3%", "数字带着百分号；读到“12.3%”；允许：数字；处理：整列用一种写法"),
        ("12．3％", "数字带着百分号"),
        ("1,234.5", "数值列里有文字；读到“1,234.5”；允许：数字；处理：去掉文字和千分位逗号"),
    ],
)
def test_the_cure_fits_what_was_written(written: str, told: str, tmp_path: Path) -> None:
    path = saved(text(cell(9, "lr_wage", written)), tmp_path / "mine.csv")
    with pytest.raises(DataFileError, match=re.escape(told)):
        read_panel(path)


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("Curaçao", "latin-1"), ("臺北、高雄、桃園", "big5"), ("大阪", "shift_jis")],
)
def test_other_encodings_are_not_read_as_chinese(name: str, encoding: str, tmp_path: Path) -> None:
    """Their bytes are Chinese characters too, if rare ones."""
    path = saved(f"name,year,x\n{name},2015,1\n".encode(encoding), tmp_path / "mine.csv")
    assert path.read_bytes().decode("gb18030")
    with pytest.raises(DataFileError, match="文字编码无法识别"):
        read_panel(path)


def test_a_lone_word_below_the_table_is_no_note(tmp_path: Path) -> None:
    """A file that was cut off within a province's name must not pass for one with a note."""
    for word in ("新疆", "新"):
        path = saved(f"{text()}{word},,,,,,\n", tmp_path / "mine.csv")
        with pytest.raises(DataFileError, match="第 152 行“year”列：不是年份"):
            read_panel(path)


# ------------------------------------------------------------------ sheets


@pytest.mark.parametrize("asked", ["线性插值", " 线性 插值 ", "3"])
def test_a_sheet_is_chosen_by_name_or_number(asked: str, tmp_path: Path) -> None:
    path = saved(workbook(three_sheets), tmp_path / "book.xlsx")
    found = read_panel(path, asked)
    assert found.source == "book.xlsx（“线性插值”表）"
    np.testing.assert_allclose(found.values["lr_wage"], wide_values()["lr_wage"] * 2)
    assert load_evidence(Request(data=f"{path}|{asked}")).lead.panel.source == found.source


def test_faults_name_the_sheet(tmp_path: Path) -> None:
    path = saved(workbook(three_sheets), tmp_path / "book.xlsx")
    with pytest.raises(
        DataFileError, match=r"（“封面”表） 有 3 处[^。]*。[^。]*。[^。]*没有读的表：“原始数据”"
    ):
        read_panel(path, "封面")
    for asked in ("没有", "5", "0"):
        with pytest.raises(
            DataFileError, match=r"没有这张工作表.*“封面”、“原始数据”、“线性插值”、“旧”"
        ):
            read_panel(path, asked)
    with pytest.raises(DataFileError, match="这种文件没有工作表"):
        read_panel(saved(text(), tmp_path / "mine.csv"), "1")


def test_a_bar_in_a_files_own_name(tmp_path: Path) -> None:
    path = saved(text(), tmp_path / "a|b.csv")
    assert split_sheet(str(path)) == (str(path), "")
    assert split_sheet("a.xlsx|表|二") == ("a.xlsx|表", "二")
    assert split_sheet("a.xlsx") == ("a.xlsx", "")


def test_a_workbook_without_data_is_empty(tmp_path: Path) -> None:
    content = workbook(lambda book, sheet: book.create_sheet("二"))
    with pytest.raises(DataFileError, match="文件是空的"):
        read_panel(saved(content, tmp_path / "book.xlsx"))


# ------------------------------------------------------------------ one message for one fault


def test_a_fault_of_a_column_is_told_once(tmp_path: Path) -> None:
    table = each("lr_wage", lambda v: f"{v:,}")
    with pytest.raises(DataFileError) as caught:
        read_panel(saved(text(table), tmp_path / "mine.csv"))
    assert len(caught.value.faults) == 150
    head, *told = str(caught.value).splitlines()
    assert head == "mine.csv 有 150 处问题："
    assert len(told) == 1 and "第 2—151 行“lr_wage”列" in told[0] and "”等；允许" in told[0]


def test_many_of_one_kind_hide_no_other() -> None:
    faults = [Fault("不认识的指标列", 1, f"x{i}", f"x{i}", "", f"办法 {i}") for i in range(30)]
    faults += [Fault("不在样本内的地区", 9, "省份", "西藏"), Fault("不是年份", 10, "年份", "x")]
    text = str(DataFileError("f", faults))
    assert "西藏" in text and "不是年份" in text and "另有 24 处问题未列出" in text


def test_columns_that_one_cure_helps_are_one_line() -> None:
    faults = [Fault("不认识的指标列", 1, f"x{i}", f"x{i}", "字典", "删去") for i in range(9)]
    assert str(DataFileError("f", faults)).splitlines()[1:] == [
        "  第 1 行，9 列：不认识的指标列；读到“x0”、“x1”、“x2”等；允许：字典；处理：删去。"
    ]


def test_rows_are_told_as_runs() -> None:
    faults = [Fault("坏", row, "列", "x") for row in (2, 3, 4, 7, 9, 10, 12, 14, 20)]
    assert "第 2—4、7、9—10、12 等 9 行“列”列：坏" in str(DataFileError("f", faults))


# ------------------------------------------------------------------ recipes


RECIPE = """title = "试"
about = "试"
years = [2016, 2020]
[indicators.lr_wage]
formula = "工资"
[indicators.ai_cable]
formula = "光缆 / 人口"
[series."工资"]
name_zh = "工资"
unit = "元/年"
source = "试"
[series."光缆"]
name_zh = "光缆"
unit = "公里"
source = "试"
[series."人口"]
name_zh = "人口"
unit = "万人"
source = "试"
"""


def series(**more: object) -> str:
    table = panel()[["province", "year"]].assign(
        **{"工资（元/年）": panel()["lr_wage"], "光缆(公里)": panel()["ai_cable"], "人口": 1.0}
    )
    return text(table.assign(**more))


@pytest.mark.parametrize(
    "content",
    [
        RECIPE.encode("utf-8-sig"),
        RECIPE.encode("gb18030"),
        RECIPE.replace("\n", "\r\n").encode(),
        RECIPE.encode("utf-16"),
    ],
)
def test_recipes_as_editors_save_them(content: bytes, tmp_path: Path) -> None:
    recipe = read_recipe(saved(content, tmp_path / "mine.toml"))
    raw = read_series(saved(series(), tmp_path / "raw.csv"))
    assert list(raw.values.columns) == ["人口", "光缆", "工资"]
    assert raw.units == {"工资": "元/年", "光缆": "公里"}
    found = apply_recipe(raw, recipe)
    np.testing.assert_allclose(found.values, wide_values()[["ai_cable", "lr_wage"]])


def test_a_series_in_another_unit_is_refused(tmp_path: Path) -> None:
    recipe = read_recipe(saved(RECIPE, tmp_path / "mine.toml"))
    content = series().replace("工资（元/年）", "工资（万元）")
    with pytest.raises(DataFileError, match="序列“工资”的单位与配方不同；读到“万元”；允许：元/年"):
        apply_recipe(read_series(saved(content, tmp_path / "raw.csv")), recipe)


def test_two_series_of_one_name_keep_their_brackets(tmp_path: Path) -> None:
    raw = read_series(saved(series(**{"人口（城镇）": 1.0}), tmp_path / "raw.csv"))
    assert {"人口", "人口（城镇）"} <= set(raw.values.columns)


def test_what_is_wrong_in_a_recipe_is_chinese(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    with pytest.raises(DataFileError, match=r"读到“第 8 行第 9 个字”.*中文的名称加引号"):
        read_recipe(saved(RECIPE.replace('"工资"]', "工资]"), path))
    with pytest.raises(DataFileError, match="文字编码无法识别"):
        read_recipe(saved(b"\xff\xff\x80", path))
    with pytest.raises(DataFileError, match="配方文件打不开"):
        read_recipe(tmp_path)


# ------------------------------------------------------------------ one cell; press and pvar alike


@pytest.mark.parametrize("mark", sorted(MISSING_MARKS | {"NaN", "－", "\u3000", "—"}))
def test_marks_are_missing_to_both_commands(mark: str, tmp_path: Path) -> None:
    path = saved(text(cell(9, "lr_wage", mark)), tmp_path / "mine.csv")
    assert np.flatnonzero(read_panel(path).filled["lr_wage"]).tolist() == [7]
    read = read_for_pvar(path, "province", "year", ["lr_wage"])["lr_wage"]
    assert np.flatnonzero(read.isna()).tolist() == [7]


@pytest.mark.parametrize("seen", ["46800 2", "1_000", "TRUE", "#DIV/0!", "5.2万", "149,176", "*"])
def test_both_commands_refuse_the_same_cell_with_the_same_line(seen: str, tmp_path: Path) -> None:
    path = saved(text(cell(9, "lr_wage", seen)), tmp_path / "mine.csv")
    with pytest.raises(DataError, match="第 9 行“lr_wage”列"):
        read_panel(path)
    with pytest.raises(ValueError, match=r"line 9|第 9 行"):
        read_for_pvar(path, "province", "year", ["lr_wage"])


@pytest.mark.parametrize("dress", ["{}年", " {} ", "{}.0", "\ufeff{}"])
def test_years_are_the_same_to_both_commands(dress: str, tmp_path: Path) -> None:
    path = saved(text(each("year", dress.format)), tmp_path / "mine.csv")
    assert read_panel(path).years == tuple(YEARS)
    assert set(read_for_pvar(path, "province", "year", [])["year"]) == set(YEARS)


def test_numbers_that_are_none() -> None:
    for value in (True, np.True_, [1.0], datetime.date(2016, 1, 1), 1j, "１２ ３", b"1", 10**400):
        assert parse_number(value) is None, value
    for value in (2, 2.0, np.int8(2), np.float32(2), "２．０", "+2", "2.", "\u200b2"):
        assert parse_number(value) == 2, value
    assert parse_number("−２") == -2


def test_years_that_are_none() -> None:
    for value in ("14", "20140", 2014.5, "2014-13", "2014Q1", True, None, pd.NaT, 1948, "二〇一四"):
        assert parse_year(value) is None, value
    for value in (2014, 2014.0, "2014.0", "2014年度", "2014年12月31日", pd.Timestamp("2014-06-30")):
        assert parse_year(value) == 2014, value


def test_a_heading_with_its_unit() -> None:
    assert split_unit("城镇化率 （%）") == ("城镇化率", "%")
    assert split_unit("R&D人员") == ("R&D人员", "")
    assert find_indicator("城镇化率（比例）") == "eq_urbanisation"
    assert find_indicator("城镇化率（%）") is None
    for code, name, unit in indicators()[["name_zh", "unit"]].itertuples():
        assert find_indicator(f"{name}({unit})") == code


def test_what_a_message_shows() -> None:
    assert shown("20\x0016\n x") == "20␀16 x"
    assert shown("长" * 100) == "长" * 60 + "…"
    assert shown(" \u200b") == "（空）"


# ------------------------------------------------------------------ whatever is written comes back

CELLS = st.floats(0.01, 0.99).map(lambda x: round(x, 6))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seed=st.integers(0, 2**32 - 1),
    delimiter=st.sampled_from([",", "\t", ";", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    long=st.booleans(),
    above=st.integers(0, 3),
)
def test_every_way_of_saving_comes_back(
    seed: int, delimiter: str, encoding: str, newline: str, long: bool, above: int, tmp_path: Path
) -> None:
    """Values, rows in any order, gaps where they were."""
    chance = np.random.default_rng(seed)
    values = wide_values() * chance.uniform(0.9, 1.0, (150, len(CODES))).round(3)
    gaps = pd.DataFrame(chance.random(values.shape) < 0.02, values.index, values.columns)
    table = values.mask(gaps).reset_index().sample(frac=1, random_state=seed % 2**31)
    if long:
        table = table.melt(["province", "year"], var_name="指标", value_name="数值")
    content = "标题\n" * above + table.to_csv(index=False, sep=delimiter, na_rep="—")
    path = saved(content.replace("\n", newline).encode(encoding), tmp_path / "mine.csv")
    found: Panel = read_panel(path)
    pd.testing.assert_frame_equal(found.filled, gaps, check_index_type=False)
    pd.testing.assert_frame_equal(
        found.values.mask(gaps), values.mask(gaps), check_index_type=False
    )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(inserted=st.text(max_size=40), place=st.integers(0, 9000))
def test_a_changed_text_is_never_taken_silently(inserted: str, place: int, tmp_path: Path) -> None:
    """Text put anywhere into a file is refused, told, or changes no more than the cell it hit."""
    content = text()
    place = place % len(content)
    path = saved(
        (content[:place] + inserted + content[place:]).encode("utf-8", "ignore"),
        tmp_path / "mine.csv",
    )
    try:
        found = read_panel(path)
    except DataError:
        return
    changed = ~np.isclose(found.values.reindex_like(wide_values()), wide_values())
    assert changed.sum() <= 1 or found.notes or found.doubts


def test_cells_keep_their_place(tmp_path: Path) -> None:
    cells = read_cells(saved("标题\n" + text(), tmp_path / "mine.csv"))
    first = cells.frame.iloc[0]
    assert (first["row"], first["column"], first["province"]) == (3, CODES[0], "北京")
    assert cells.heading_row == 2 and len(cells.frame) == 150 * len(CODES)
