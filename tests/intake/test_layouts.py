"""Every layout is recognised without being asked for, and every line is accounted for."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

import made
from synergy.dictionary import units
from synergy.faults import DataFileError
from synergy.intake.layouts import Cell
from synergy.intake.one_file import FileReport, read_file

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write a file and give its path."""

    def write(content: bytes, name: str = "数据.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def series(report: FileReport, name: str | None = None) -> pd.Series:
    """Values of one indicator as a panel's column; of the nameless one if no name is given."""
    cells: Iterable[Cell] = (cell for table in report.tables for cell in table.cells)
    found = {
        (c.place, c.year): c.value for c in cells if (c.heading.name if c.heading else None) == name
    }
    return pd.Series(found).rename_axis(["province", "year"]).sort_index()


def same(found: pd.Series, wanted: pd.Series) -> None:
    pd.testing.assert_series_equal(found, wanted, check_dtype=False, check_names=False)


def check_account(report: FileReport, rows: made.Rows) -> None:
    """Imported and set aside make up the lines seen, which are those that are not blank."""
    filled = sum(any(cell not in (None, "") for cell in row) for row in rows)
    assert report.imported + report.set_aside.total() == report.seen == filled


def test_bureau_classic(make: Make) -> None:
    rows = made.classic()
    report = read_file(make(made.as_csv(rows)))
    check_account(report, rows)
    same(series(report, "财政收入"), made.expected())
    table = report.tables[0]
    assert "国家统计局" in table.layout
    assert {cell.heading.unit for cell in table.cells if cell.heading} == {"亿元"}
    assert table.facts["数据库"] == "分省年度数据"
    assert [note[:10] for note in table.notes] == [
        "注：1.本表按当年价",
        "2.2018年数据为",
        "数据来源：国家统计局",
    ]
    assert report.set_aside == {"表头": 4, "注释和来源": 3, "不在样本（西藏、港澳台等）": 1}


def test_bureau_of_2026_says_neither_indicator_nor_unit(make: Make) -> None:
    rows = made.nameless()
    report = read_file(make(made.as_csv(rows, "utf-8-sig", tabs=True)))
    check_account(report, rows)
    assert report.tables[0].absent == ("name",)
    same(series(report), made.expected())


@pytest.mark.parametrize("name", ["河南省", None])
def test_one_place_many_indicators(make: Make, name: str | None) -> None:
    rows = [row for row in made.one_place() if name or not str(row[0]).startswith("地区")]
    report = read_file(make(made.as_csv(rows)))
    check_account(report, rows)
    assert report.tables[0].absent == (() if name else ("place",))
    found = series(report, "人口")
    places = {cell.place for table in report.tables for cell in table.cells}
    assert places == {"河南" if name else None}
    assert list(found.sort_index(level="year")) == [made.value("河南省", y, 1) for y in made.YEARS]


def test_place_from_the_name_of_the_file(make: Make) -> None:
    rows = [row for row in made.one_place() if not str(row[0]).startswith("地区")]
    table = read_file(make(made.as_csv(rows), "河南.csv")).tables[0]
    assert table.absent == () and "地区取自文件名：河南" in table.remarks


def test_a_sheet_for_each_place(tmp_path: Path) -> None:
    sheets = []
    for name in ("北京市", "河南省", "全国"):
        place = name if name != "全国" else "北京市"
        body = [[y, made.value(place, y), made.value(place, y, 1)] for y in made.YEARS]
        sheets.append((name, [["年份", "财政收入(亿元)", "人口(万人)"], *body]))
    path = tmp_path / "各省.xlsx"
    path.write_bytes(made.as_excel(*sheets))
    report = read_file(path)
    wanted = made.expected()[lambda s: s.index.get_level_values(0).isin(["北京", "河南"])]
    same(series(report, "财政收入"), wanted)
    assert report.set_aside == {"表头": 3, "合计": 5}


def test_a_unit_stands_anywhere_above(make: Make) -> None:
    rows = [["表 3", None, None], ["2019年", None, "单位：万元"], ["地区", "收入", "支出"]]
    rows += [["北京", 1.5, 2.5], ["天津", 3.5, 4.5]]
    table = read_file(make(made.as_csv(rows))).tables[0]
    assert {(c.heading.unit, c.year) for c in table.cells if c.heading} == {("万元", 2019)}


def test_transposed(make: Make) -> None:
    rows = made.transposed()
    report = read_file(make(made.as_csv(rows)))
    check_account(report, rows)
    same(series(report), made.expected())
    assert [(a.text, a.reason[:4]) for a in report.tables[0].columns_aside] == [
        ("西藏自治区", "不在样本")
    ]


def test_tidy_and_long_agree(make: Make) -> None:
    for rows in (made.tidy(), made.long()):
        report = read_file(make(made.as_csv(rows)))
        check_account(report, rows)
        same(series(report, "财政收入"), made.expected())
        same(series(report, "人口"), made.expected(1))
        units = {c.heading.unit for t in report.tables for c in t.cells if c.heading}
        assert units == {"亿元", "万人"}


def test_misspelt_names_stand_for_what_the_table_lacks(make: Make) -> None:
    rows = made.english()
    report = read_file(make(made.as_csv(rows)))
    check_account(report, rows)
    same(series(report, "Revenue"), made.expected())
    assert set(report.tables[0].remarks) == {"“Mongolia”读作“内蒙古”", "“Chongqin”读作“重庆”"}


@pytest.mark.parametrize("city", ["吉林市", "海南州"])
def test_a_city_called_like_a_province_is_not_taken_for_it(make: Make, city: str) -> None:
    rows = [[city if r[0][:2] == city[:2] else r[0], *r[1:]] for r in made.classic()]
    report = read_file(make(made.as_csv(rows)))
    check_account(report, rows)
    assert report.set_aside["不认识的地区"] == 1
    assert city[:2] not in {cell.place for table in report.tables for cell in table.cells}


def test_a_line_whose_code_is_another_places_is_set_aside(make: Make) -> None:
    codes = {str(full): code * 10_000 for full, code in zip(*_names_and_codes(), strict=True)}
    head, *body = made.tidy()
    rows = [[*head, "代码"], *([*row, codes.get(row[0], 540000)] for row in body)]
    assert read_file(make(made.as_csv(rows))).imported == 150
    rows[8][-1] = 110000  # 天津
    report = read_file(make(made.as_csv(rows)))
    assert (report.imported, report.set_aside["代码与地名不一致"]) == (149, 1)
    pinyin = [
        [*head, "拼音"],
        *([*row, "shanxi" if row[0] == "陕西省" else row[0]] for row in body),
    ]
    assert read_file(make(made.as_csv(pinyin))).imported == 150
    counted = [[*head, "代码"], *([*row, 1 + place // 5] for place, row in enumerate(body))]
    assert read_file(make(made.as_csv(counted))).imported == 150


def _names_and_codes() -> tuple[list[str], list[int]]:
    return list(units()["name_full"]), list(units()["code"])


@pytest.mark.parametrize("written", ["{:,}", "{}%", "{}％"])
def test_numbers_with_commas_and_signs_are_told_not_dropped(make: Make, written: str) -> None:
    head, *body = made.tidy()
    rows = [head, *([*row[:3], written.format(row[3] * 10)] for row in body)]
    (table,) = read_file(make(made.as_csv(rows))).tables
    (left,) = table.columns_aside
    assert (left.text, left.reason) == ("人口（万人）", "像数字，但写着逗号或百分号：去掉后再导入")


def test_two_strange_names_for_one_place_are_not_guessed(make: Make) -> None:
    rows = made.english()
    again = next(row for row in rows if row[0] == "Chongqin")
    rows.insert(-1, ["Chongqinn", *again[1:]])
    report = read_file(make(made.as_csv(rows)))
    assert report.tables[0].remarks == ("“Mongolia”读作“内蒙古”",)
    assert report.set_aside["不认识的地区"] == 2


def test_a_lone_strange_name_is_not_guessed(make: Make) -> None:
    rows = [["地区", "2019年", "2020年"], ["北京", 1, 2], ["Chongqin", 3, 4], ["上海", 5, 6]]
    report = read_file(make(made.as_csv(rows)))
    check_account(report, rows)
    assert report.set_aside["不认识的地区"] == 1


def test_yearbook(make: Make) -> None:
    rows = made.yearbook()
    report = read_file(make(made.as_excel(("封面", [["毕业论文"]]), ("1", rows)), "年鉴.xlsx"))
    assert report.skipped_sheets == {"封面": "没有认出表"}
    check_account(report, [["毕业论文"], *rows])
    year = (2019,)
    for name, number in (("企业数", 0), ("销售收入", 1), ("销售收入·出口", 2), ("利润总额", 3)):
        same(series(report, name), made.expected(number, year))
    first, second = report.tables
    found = {c.heading.name: c.heading.unit for t in (first, second) for c in t.cells if c.heading}
    assert found == {
        "企业数": "个",
        "销售收入": "万元",
        "销售收入·出口": "万元",
        "利润总额": "万元",
    }
    assert "年份取自表题：2019" in first.remarks and "年份取自上一张表：2019" in second.remarks
    assert report.set_aside["大区"] == report.set_aside["合计"] == 1


def test_stata(tmp_path: Path) -> None:
    path = tmp_path / "面板.dta"
    made.as_stata(path)
    report = read_file(path)
    assert report.seen == report.imported + report.set_aside.total() == 31 * 5 + 1 + 1
    same(series(report, "revenue"), made.expected())
    headings = {c.heading for c in report.tables[0].cells if c.heading}
    assert {h.unit for h in headings} == {"亿元", "万人"}
    assert "revenue（财政收入（亿元））" in {h.text for h in headings}


def test_place_and_indicator_down_years_across(make: Make) -> None:
    head = ["地区", "指标", "单位", *made.YEARS]
    rows = [head] + [
        [p, name, unit, *(made.value(p, y, n) for y in made.YEARS)]
        for p in made.provinces()
        for n, (name, unit) in enumerate((("财政收入", "亿元"), ("人口", "万人")))
    ]
    report = read_file(make(made.as_csv(rows)))
    check_account(report, rows)
    same(series(report, "人口"), made.expected(1))


@pytest.mark.parametrize("years_first", [False, True])
def test_indicators_and_years_both_across(make: Make, years_first: bool) -> None:
    names = (("财政收入(亿元)", 0), ("人口(万人)", 1))
    if years_first:
        columns = [(name, y, n) for y in made.YEARS[:2] for name, n in names]
        heads = [["地区", "2015年", None, "2016年", None], [None, *(c[0] for c in columns)]]
    else:
        columns = [(name, y, n) for name, n in names for y in made.YEARS[:2]]
        heads = [["地区", names[0][0], None, names[1][0], None], [None, *(c[1] for c in columns)]]
    body = [[p, *(made.value(p, y, n) for _, y, n in columns)] for p in made.provinces()]
    report = read_file(make(made.as_csv([*heads, *body])))
    check_account(report, [*heads, *body])
    assert report.tables[0].layout == "地区在左、指标和年份在上"
    for name, number in (("财政收入", 0), ("人口", 1)):
        same(series(report, name), made.expected(number, made.YEARS[:2]))


@pytest.mark.parametrize("second", [[None, 2019, 2020], [None, "(亿元)", "(亿元)"]])
def test_a_second_line_of_years_or_units_names_no_indicator(
    make: Make, second: list[object]
) -> None:
    rows = [["地区", "2019年", "2020年"], second, ["北京", 1, 2], ["天津", 3, 4]]
    report = read_file(make(made.as_csv(rows)))
    check_account(report, rows)
    assert report.tables[0].absent == ("name",)
    assert list(series(report)) == [1, 2, 3, 4]


def test_three_lines_of_codes_names_and_units(make: Make) -> None:
    rows = made.three_heads()
    report = read_file(make(made.as_csv(rows)))
    check_account(report, rows)
    same(series(report, "财政收入"), made.expected())
    same(series(report, "人口"), made.expected(1))
    units = {(c.heading.name, c.heading.unit) for t in report.tables for c in t.cells if c.heading}
    assert units == {("财政收入", "亿元"), ("人口", "万人")}


def test_a_column_without_a_year_among_dated_ones_is_set_aside(make: Make) -> None:
    heads = [["地区", "人口(万人)", None, "面积"], [None, 2019, 2020, None]]
    report = read_file(make(made.as_csv([*heads, ["北京", 1, 2, 3], ["天津", 4, 5, 6]])))
    assert list(series(report, "人口")) == [1, 2, 4, 5]
    assert [(a.text, a.reason) for a in report.tables[0].columns_aside] == [("面积", "列没有年份")]


@pytest.mark.parametrize("form", ["gdp{}", "gdp_{}", "{}年gdp"])
def test_years_inside_the_headings(make: Make, form: str) -> None:
    head = ["地区", *(form.format(year) for year in made.YEARS)]
    body = [[p, *(made.value(p, y) for y in made.YEARS)] for p in made.provinces()]
    report = read_file(make(made.as_csv([head, *body])))
    same(series(report, "gdp"), made.expected())
    assert report.tables[0].absent == ()


@pytest.mark.parametrize("date", ["{}-12-31", "{}/1/1", "{}年度", "{}.0"])
def test_years_written_as_dates(make: Make, date: str) -> None:
    rows = [[row[0], date.format(row[1]), *row[2:]] for row in made.tidy()[1:]]
    report = read_file(make(made.as_csv([made.tidy()[0], *rows])))
    same(series(report, "人口"), made.expected(1))


def test_months_are_no_years(make: Make) -> None:
    rows = [["地区", "2019年1月", "2019年2月"], ["北京", 1, 2], ["天津", 3, 4]]
    [table] = read_file(make(made.as_csv(rows))).tables
    assert "year" in table.absent


def test_merged_labels_hold_for_all_their_lines(tmp_path: Path) -> None:
    import io

    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(made.as_excel(("a", made.tidy()))))
    sheet = book.active
    for top in range(2, sheet.max_row, len(made.YEARS)):
        sheet.merge_cells(f"A{top}:A{top + len(made.YEARS) - 1}")
    path = tmp_path / "合并.xlsx"
    book.save(path)
    same(series(read_file(path), "财政收入"), made.expected())


@pytest.mark.parametrize("block", ["Z1:Z3", "B400:B500", "XFD1:XFD90"])
def test_merged_cells_beyond_the_table_do_no_harm(block: str, tmp_path: Path) -> None:
    book = load_workbook(io.BytesIO(made.as_excel(("数据", made.tidy()))))
    book["数据"].merge_cells(block)
    book.save(tmp_path / "a.xlsx")
    same(series(read_file(tmp_path / "a.xlsx"), "财政收入"), made.expected())


def test_values_that_look_like_years_are_no_head(make: Make) -> None:
    rows = [["地区", "2019年", "2020年"], ["北京", 1990, 2001], ["天津", 1991, 2003]]
    report = read_file(make(made.as_csv(rows)))
    assert report.imported == 2 and len(report.tables) == 1


def test_nor_where_the_head_is_of_no_known_words(make: Make) -> None:
    rows = [
        ["某表（2019年）"],
        ["名称", "甲(个)", "乙(个)"],
        ["北京", 1990, 2001],
        ["天津", 1991, 2003],
    ]
    report = read_file(make(made.as_csv(rows)))
    check_account(report, rows)
    assert list(series(report, "乙")) == [2001, 2003]
    assert {cell.year for cell in report.tables[0].cells} == {2019}


def test_text_among_the_values_is_set_aside_not_read(make: Make) -> None:
    rows = made.by_place()
    rows[3][2] = "约100"
    report = read_file(make(made.as_csv(rows)))
    [aside] = report.tables[0].cells_aside
    assert (aside.line, aside.column, aside.text) == (4, 3, "约100")
    assert sum(cell.value != cell.value for cell in report.tables[0].cells) == 1


def test_no_table_says_what_was_seen(make: Make) -> None:
    with pytest.raises(DataFileError, match="没有认出分省分年的表"):
        read_file(make("姓名,得分\n张三,5\n".encode()))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    layout=st.sampled_from(["classic", "nameless", "transposed", "tidy", "long"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    order=st.randoms(use_true_random=False),
    extra=st.lists(
        st.sampled_from(["全国", "东部地区", "全国合计", "香港", "台湾", "新疆生产建设兵团"]),
        max_size=4,
    ),
    gaps=st.sets(st.integers(1, 30), max_size=5),
)
def test_any_order_encoding_and_company(
    tmp_path: Path, layout: str, encoding: str, order: object, extra: list[str], gaps: set[int]
) -> None:
    """Whatever stands between the provinces and in whatever order, the values are the same."""
    rows = made.LAYOUTS[layout]()
    head = next(index for index, row in enumerate(rows) if len(row) > 1)
    body = [row for row in rows[head + 1 :] if len(row) > 1]
    tail = [row for row in rows[head + 1 :] if len(row) == 1]
    if layout != "transposed":
        width = len(body[0])
        body += [[name, *(["2019", "人口"] * width)[: width - 1]] for name in extra]
    order.shuffle(body)  # type: ignore[attr-defined]
    for gap in sorted(gaps, reverse=True):
        body.insert(gap, [""])
    rows = [*rows[: head + 1], *body, *tail]
    path = tmp_path / "数据.csv"
    path.write_bytes(made.as_csv(rows, encoding))
    report = read_file(path)
    check_account(report, rows)
    same(
        series(report, {"nameless": None, "transposed": None}.get(layout, "财政收入")),
        made.expected(),
    )


def test_what_is_no_number_is_set_aside_cell_by_cell(tmp_path: Path) -> None:
    """Errors, truth values, formulas without value, glued digits: missing, and each is told."""
    rows = made.by_place()
    odd = {2: "=1/0", 3: True, 4: "50213 1", 5: "1,234.5", 6: "1_000", 7: "…"}
    for line, cell in odd.items():
        rows[line - 1][1] = cell
    path = tmp_path / "a.xlsx"
    path.write_bytes(made.as_excel(("表", rows)))
    [table] = read_file(path).tables
    assert [aside.line for aside in table.cells_aside] == [2, 3, 4, 5, 6]
    assert {aside.column for aside in table.cells_aside} == {2}
    assert sum(cell.value != cell.value for cell in table.cells) == len(odd)
