"""Many files make one panel; what is unclear is asked, what differs is not chosen in silence."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

import made
from synergy.faults import DataFileError
from synergy.intake.account import account
from synergy.intake.mapping import Mapping, Row, choice_of, read_mapping, write_mapping
from synergy.intake.merging import Import, Unanswered, merge
from synergy.intake.one_file import read_file
from synergy.intake.panel_file import write_panel
from synergy.measures import factor
from synergy.panel import read_panel


def files(folder: Path, **rows: made.Rows) -> list[Path]:
    paths = []
    for name, content in rows.items():
        paths.append(folder / f"{name}.csv")
        paths[-1].write_bytes(made.as_csv(content))
    return paths


def merged(folder: Path, mapping: Mapping | None = None, **rows: made.Rows) -> Import:
    reports = [read_file(path) for path in files(folder, **rows)]
    return merge(reports, mapping or Mapping())


def indicator(name: str, by: float = 1.0, years: tuple[int, ...] = made.YEARS) -> made.Rows:
    """A bureau table of another indicator."""
    rows = made.by_place(years)
    body = [[row[0], *(round(cell * by, 6) for cell in row[1:])] for row in rows[1:]]
    return [[f"指标：{name}"], rows[0], *body]


def test_layouts_merge_into_one_panel(tmp_path: Path) -> None:
    found = merged(tmp_path, a=made.classic(), b=indicator("面积(亩)", 2.0), c=made.one_place())
    assert found.panel.shape == (150, 3)
    assert found.units == {"财政收入": "亿元", "面积": "亩", "人口": "万人"}
    assert found.repeated == 5
    pd.testing.assert_series_equal(
        found.panel["财政收入"].sort_index(), made.expected(), check_names=False
    )
    told = account(found)
    assert "面板：30 省，2015—2019 年，3 项" in told


def test_repeated_values_agree_to_the_coarser_digits(tmp_path: Path) -> None:
    finer = [
        [cell + 0.04 if isinstance(cell, float) else cell for cell in row] for row in made.classic()
    ]
    found = merged(tmp_path, a=made.classic(), b=finer)
    assert found.repeated == 150
    assert found.panel.at[("北京", 2015), "财政收入"] == made.value("北京市", 2015) + 0.04


def test_vintages_that_differ_are_refused_and_a_preference_is_counted(tmp_path: Path) -> None:
    rows = {"新": made.classic(), "旧": indicator("财政收入(亿元)", 1.01)}
    reports = [read_file(path) for path in files(tmp_path, **rows)]
    with pytest.raises(DataFileError, match="150 个值在不同的文件里不一样") as refused:
        merge(reports, Mapping())
    assert "新.csv 第" in str(refused.value) and "--prefer" in str(refused.value)
    found = merge(reports, Mapping(), ["新.csv"])
    assert len(found.yielded) == 150 and found.repeated == 0
    assert "150 个" in account(found)
    pd.testing.assert_series_equal(
        found.panel["财政收入"].sort_index(), made.expected(), check_names=False
    )


def test_what_a_file_does_not_say_is_asked_once_and_remembered(tmp_path: Path) -> None:
    [path] = files(tmp_path, 甲=made.nameless())
    place = tmp_path / "对照.csv"
    mapping = read_mapping(place)
    with pytest.raises(Unanswered, match=r"甲\.csv 没有写指标和单位"):
        merge([read_file(path)], mapping)
    write_mapping(mapping, place)
    with place.open(encoding="utf-8-sig", newline="") as file:
        [asked] = csv.DictReader(file)
    assert (asked["文件"], asked["标题"]) == ("甲.csv", "*") and "请填写" in asked["依据"]
    asked |= {"指标": "财政收入", "单位": "万元", "指标单位": "亿元"}
    write_mapping(Mapping([Row(*asked.values())]), place)
    found = merge([read_file(path)], read_mapping(place))
    wanted = made.expected() / 10_000
    pd.testing.assert_series_equal(found.panel["财政收入"].sort_index(), wanted, check_names=False)
    assert "乘以 0.0001" in account(found)


def test_a_choice_of_the_user_stays(tmp_path: Path) -> None:
    mapping = Mapping([Row("", "财政收入", "亿元", "-"), Row("", "人口", "万人", "常住人口", "人")])
    found = merged(tmp_path, mapping, a=made.tidy())
    assert list(found.panel.columns) == ["常住人口"] and not mapping.grew
    assert found.panel["常住人口"].max() == pytest.approx(made.expected(1).max() * 10_000)


def test_names_of_the_dictionary_take_its_unit_and_bounds(tmp_path: Path) -> None:
    percent = indicator("城镇化率(%)", 0.1)
    found = merged(tmp_path, a=percent)
    assert found.units == {"城镇化率": "比例"}
    assert found.panel["城镇化率"].max() < 1
    unsaid = indicator("城镇化率", 0.1)
    with pytest.raises(DataFileError, match=r"请在对照表的“换算”里填 0\.01"):
        merged(tmp_path, b=unsaid)


def test_series_of_the_recipe_take_their_names(tmp_path: Path) -> None:
    found = merged(tmp_path, a=indicator("年末常住人口(万人)"))
    assert list(found.panel.columns) == ["pop"] and found.units == {"pop": "万人"}


def test_one_name_in_two_units_is_converted_or_kept_apart(tmp_path: Path) -> None:
    found = merged(tmp_path, a=indicator("产量(吨)"), b=indicator("产量(个)"))
    assert list(found.panel.columns) == ["产量", "产量（个）"]


def test_an_unknown_conversion_is_asked(tmp_path: Path) -> None:
    mapping = Mapping([Row("", "产量", "吨", "产量", "台")])
    with pytest.raises(Unanswered, match="不知道“吨”怎样换算成“台”"):
        merged(tmp_path, mapping, a=indicator("产量(吨)"))
    told = choice_of(Row("", "产量", "吨", "产量", "台", factor="1/3"))
    assert not isinstance(told, str) and told.factor == Fraction(1, 3)
    assert "不是数" in str(choice_of(Row("", "产量", "吨", "产量", "台", factor="三分之一")))


def test_derived_and_hidden_sheets_are_left(tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    sheets = [(name, made.tidy()) for name in ("线性插值", "原始数据", "回归填补")]
    path.write_bytes(made.as_excel(*sheets))
    report = read_file(path)
    assert {table.sheet for table in report.tables} == {"原始数据"}
    assert set(report.skipped_sheets) == {"线性插值", "回归填补"}
    assert report.seen == report.imported + report.set_aside.total() == 3 * 156
    only = read_file(path, ["回归填补"])
    assert {table.sheet for table in only.tables} == {"回归填补"}
    path.write_bytes(made.as_excel(("线性插值", made.tidy())))
    assert read_file(path).imported == 150
    with pytest.raises(DataFileError, match="没有这张工作表"):
        read_file(path, ["别的"])


def test_the_workbook_holds_panel_origins_and_all_that_was_set_aside(tmp_path: Path) -> None:
    found = merged(tmp_path, a=made.classic(), b=indicator("城镇化率(%)", 0.1))
    path = tmp_path / "panel.xlsx"
    write_panel(found, path)
    book = pd.read_excel(path, sheet_name=None, engine="calamine")
    assert list(book) == ["面板", "来源", "另置"]
    assert book["面板"].columns.tolist() == ["省份", "年份", "城镇化率", "财政收入"]
    assert len(book["另置"]) == sum(report.set_aside.total() for report in found.files)
    assert "普查修订" in book["来源"].set_index("指标")["注"]["财政收入"]
    again = merge([read_file(path)], Mapping())
    pd.testing.assert_frame_equal(again.panel, found.panel, check_exact=True)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_headings_that_are_formulas_stay_text(tmp_path: Path, suffix: str) -> None:
    found = merged(tmp_path, a=indicator("=cmd|'/C calc'!A1\x07"))
    path = tmp_path / f"panel.{suffix}"
    write_panel(found, path)
    if suffix == "xlsx":
        from openpyxl import load_workbook

        cell = load_workbook(path)["面板"]["C1"]
        assert cell.data_type == "s" and str(cell.value).startswith("=cmd")
    assert "\x07" not in "".join(found.panel.columns)


def test_a_panel_with_known_names_goes_straight_into_the_book(tmp_path: Path) -> None:
    found = merged(tmp_path, a=indicator("城镇化率(%)", 0.1), b=indicator("人工智能相关企业数(家)"))
    for name in ("panel.xlsx", "panel.csv"):
        write_panel(found, tmp_path / name)
        panel = read_panel(tmp_path / name)
        assert panel.indicators == ("ai_firms", "eq_urbanisation")


def test_notes_that_differ_are_told(tmp_path: Path) -> None:
    late = [*indicator("财政收入(亿元)", 1.0, (2021, 2022)), ["注：2.按不变价格计算。"]]
    found = merged(tmp_path, a=made.classic(), b=late)
    assert "口径、价格或版本可能不一" in account(found)


@pytest.mark.parametrize(
    ("source", "target", "wanted"),
    [
        ("万元", "亿元", Fraction(1, 10_000)),
        ("%", "比例", Fraction(1, 100)),
        ("公里/万人", "公里/人", Fraction(1, 10_000)),
        ("千人", "万人", Fraction(1, 10)),
        ("元", "元/年", Fraction(1)),
        ("", "元", Fraction(1)),
        ("人", "元", None),
        ("元", "元/人", None),
    ],
)
def test_units(source: str, target: str, wanted: Fraction | None) -> None:
    assert factor(source, target) == wanted


def test_mapping_faults_name_line_and_column(tmp_path: Path) -> None:
    place = tmp_path / "对照.csv"
    write_mapping(Mapping([Row("a.csv", "*", place="火星", year="七")]), place)
    with pytest.raises(DataFileError) as refused:
        read_mapping(place)
    assert "第 2 行“地区”列" in str(refused.value) and "第 2 行“年份”列" in str(refused.value)
    place.write_text("文件,标题\n", encoding="utf-8")
    with pytest.raises(DataFileError, match="缺少列"):
        read_mapping(place)


def test_a_table_of_cities_is_not_taken_for_vintages(tmp_path: Path) -> None:
    rows = [["省份", "城市", "年份", "产值"], ["广东", "广州", 2019, 5], ["广东", "深圳", 2019, 7]]
    with pytest.raises(DataFileError, match="在同一个文件里不一样") as refused:
        merged(tmp_path, a=rows)
    assert "请先汇总到省" in str(refused.value)


@pytest.mark.parametrize("name", ["year", "年份", "地区", "province"])
def test_an_indicator_cannot_be_called_like_a_key(tmp_path: Path, name: str) -> None:
    with pytest.raises(Unanswered, match="不能作指标名"):
        merged(tmp_path, a=indicator(name))


def test_cities_go_by_another_way(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("城市,年份,收入\n苏州,2019,1\n无锡,2019,2\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"不是分省的表；读到“城市”；处理：.*press plan"):
        read_file(path)


def test_only_totals_says_so(tmp_path: Path) -> None:
    [path] = files(tmp_path, a=[["地区", "2019年", "2020年"], ["全国", 1, 2], ["东部地区", 1, 2]])
    with pytest.raises(DataFileError, match="没有一行属于 30 个省级地区") as refused:
        read_file(path)
    assert "合计 1 行" in str(refused.value)


def test_numbers_of_rank_are_no_codes(tmp_path: Path) -> None:
    rows = [["地区代码", "年份", "产值"], *([n, 2019, n * 1.5] for n in range(1, 32))]
    with pytest.raises(Unanswered, match="没有写地区"):
        merged(tmp_path, a=rows)
    rows = [["地区代码", "年份", "产值"], [110000, 2019, 1.5], [44, 2019, 2.5]]
    found = merged(tmp_path, b=rows)
    assert found.panel.index.unique("province").tolist() == ["北京", "广东"]


def test_a_file_is_written_whole_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = merged(tmp_path, a=made.tidy())
    path = tmp_path / "panel.csv"
    path.write_text("before", encoding="utf-8")

    def held(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(DataFileError, match="关闭正打开着它的程序"):
        write_panel(found, path)
    assert path.read_text(encoding="utf-8") == "before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv", "panel.csv"]
