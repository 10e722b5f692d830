"""Plans: drafted, filled in, read back; what is missing, contradictory or guessed is refused."""

import pandas as pd
import pytest
from openpyxl import load_workbook

from own_cases import INDICATORS, plan, table, written
from synergy.faults import DataError, DataFileError
from synergy.planning.draft import draft_plan
from synergy.planning.plan_file import COLUMNS, read_plan


@pytest.fixture
def read(tmp_path):
    """Read a plan after changes."""

    def run(frame=None, name="plan.csv", **options):
        frame = plan() if frame is None else frame
        return read_plan(written(tmp_path, frame, name), **options)

    return run


@pytest.mark.parametrize("name", ["plan.csv", "plan.xlsx"])
def test_a_plan_says_systems_dimensions_and_directions(read, name):
    frame = plan(宽带={"维度": "接入", "中文名": "固定宽带"})
    found = read(frame, name).plan
    assert list(found.systems.values()) == ["数字", "绿色", "民生"]
    assert found.columns == ("U1", "U2", "U3") and found.variables == found.columns
    assert found.indicators["direction"].tolist() == [1, 1, -1, 1, -1]
    assert found.indicators["unit"]["网购（%）"] == "%"
    assert found.indicators["name_zh"].tolist() == ["固定宽带", "网购", "能耗", "绿地", "失业"]
    assert [found.dimensions[code] for code in found.indicators["dimension"]] == [
        "接入", "数字", "绿色", "绿色", "民生",
    ]  # fmt: skip
    assert (found.unit, found.whole, found.title) == ("城市", "全部城市", "数字与绿色与民生")
    assert found.scores["U3"] == "民生指数"


def test_no_name_can_be_taken_for_a_column_of_scores(read):
    """Systems called D and region, a dimension called U1, an indicator called year."""
    frame = plan(宽带={"维度": "U1"}).replace({"数字": "D", "绿色": "region"})
    found = read(frame).plan
    assert set(found.systems) == {"S1", "S2", "S3"}
    assert list(found.systems.values()) == ["D", "region", "民生"]


def test_title_note_and_words_for_units(read):
    more = pd.DataFrame({"用途": ["题目", "说明"], "中文名": ["三座系统", "合成数据。"]})
    frame = pd.concat([plan(城市={"中文名": "都会"}), more]).fillna("")
    found = read(frame).plan
    assert (found.title, found.note, found.whole) == ("三座系统", "合成数据。", "全部都会")


REFUSED = {
    "a guess": ({"能耗": {"方向": "负？"}}, "第 6 行“方向”列：方向还是猜测；读到“能耗：负？”"),
    "an ASCII guess": ({"能耗": {"方向": "-?"}}, "方向还是猜测"),
    "no direction": ({"能耗": {"方向": ""}}, "方向看不懂；读到“能耗：（空）”；允许：正、负"),
    "no system": ({"能耗": {"系统": ""}}, "没有写系统；读到“能耗：（空）”"),
    "a strange role": ({"能耗": {"用途": "变量"}}, "用途看不懂；读到“能耗：变量”；允许：个体"),
    "no unit": ({"城市": {"用途": "不用"}}, "没有哪一列是个体"),
    "two units": ({"年份": {"用途": "个体"}}, "第 3 行“用途”列：用途重复；读到“年份：个体”"),
    "a name twice": ({"能耗": {"中文名": "a"}, "绿地": {"中文名": "a"}}, "读到“绿地：a”"),
    "half a long table": ({"年份": {"用途": "数值"}}, "“指标名”和“数值”只有一样"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_line_and_cure(read, case):
    changes, told = REFUSED[case]
    with pytest.raises(DataFileError) as caught:
        read(plan(**changes))
    assert told in str(caught.value) and "处理：" in str(caught.value)


def test_one_system_is_no_coupling(read):
    with pytest.raises(DataFileError, match="系统不到两个，谈不上耦合；读到“数字”"):
        read(plan().replace({"绿色": "数字", "民生": "数字"}))


def test_a_column_twice_is_refused(read):
    with pytest.raises(DataFileError, match="列名重复；读到“能耗”"):
        read(pd.concat([plan(), plan().iloc[[4]]]))


def test_a_file_that_is_no_plan(read, tmp_path):
    with pytest.raises(DataFileError, match="缺少“列名”列"):
        read(table())


def test_the_command_line_may_say_which_columns_name_a_row(read):
    silent = plan(城市={"用途": "不用"}, 年份={"用途": "指标"})
    found = read(silent, unit="城市", time="年份")
    assert (found.schema.unit, found.schema.time) == (("城市",), ("年份",))
    other = read(plan(), unit="市名")
    assert other.schema.unit == ("市名",) and "城市" in other.schema.remark


# ------------------------------------------------------------------ drafts


@pytest.mark.parametrize("name", ["d.csv", "d.xlsx", "d.dta", "d.parquet"])
def test_a_draft_knows_keys_ranges_and_marks_guesses(tmp_path, name):
    frame = table().rename(columns={"网购（%）": "网购"})
    rows = draft_plan(written(tmp_path, frame, name)).rows.set_index("column")
    assert rows.loc[["城市", "年份"], "role"].tolist() == ["个体", "时间"]
    assert rows.loc[list(frame)[2:], "role"].eq("指标").all()
    assert rows.loc[["宽带", "能耗", "失业"], "direction"].tolist() == ["正？", "负？", "负？"]
    assert "猜测" in rows.at["失业", "hint"]
    assert float(rows.at["绿地", "high"]) == pytest.approx(frame["绿地"].max(), rel=1e-5)


def test_a_draft_counts_missing_cells_and_finds_groups(tmp_path):
    frame = table().astype({"能耗": object})
    frame.loc[[3, 7], "能耗"] = ["—", None]
    frame.insert(1, "洲", ["欧洲"] * 16 + ["亚洲"] * 4)
    frame["备注"] = [f"第{k}行" for k in range(20)]
    rows = draft_plan(written(tmp_path, frame, "d.csv")).rows.set_index("column")
    assert rows.at["能耗", "missing"] == 2
    assert rows.at["洲", "role"] == "分组" and "猜测" in rows.at["洲", "hint"]
    assert rows.at["备注", "role"] == "不用"


def test_a_long_table_is_drafted_by_its_indicators(tmp_path):
    long = table().melt(["城市", "年份"], var_name="指标", value_name="数值")
    rows = draft_plan(written(tmp_path, long, "d.csv")).rows.set_index("column")
    assert rows.loc[["指标", "数值"], "role"].tolist() == ["指标名", "数值"]
    assert rows.loc[list(INDICATORS), "role"].eq("指标").all()


def test_keys_are_found_without_known_headings(tmp_path):
    frame = table().rename(columns={"城市": "w", "年份": "when"})
    rows = draft_plan(written(tmp_path, frame, "d.csv")).rows.set_index("column")
    assert (rows.at["w", "role"], rows.at["when", "role"]) == ("个体", "时间")
    assert rows.at["w", "hint"].endswith("猜测") and rows.at["when", "hint"].endswith("猜测")


def test_units_may_be_numbers_under_any_heading(tmp_path):
    frame = table().replace(dict(zip(table()["城市"].unique(), range(1, 6), strict=True)))
    frame = frame.assign(人口=range(100, 120)).rename(columns={"城市": "w"})
    drafted = draft_plan(written(tmp_path, frame, "d.csv"))
    rows = drafted.rows.set_index("column")
    assert rows.at["w", "role"] == "个体" and rows.at["w", "hint"].endswith("猜测")
    assert rows.at["人口", "role"] == "指标" and drafted.assumed().plan.unit == "w"


def test_what_has_no_column_of_units_is_no_plan(tmp_path):
    frame = table().drop(columns="城市")
    drafted = draft_plan(written(tmp_path, frame, "d.csv"))
    assert "个体" not in set(drafted.rows["role"])
    with pytest.raises(DataFileError, match="看不出哪一列是个体；处理：用 press plan 写一份方案"):
        drafted.assumed()
    named = draft_plan(written(tmp_path, table()[["城市", "年份"]].assign(备注="x"), "d.csv"))
    with pytest.raises(DataFileError, match="看不出哪一列是指标"):
        named.assumed()


def test_a_draft_says_which_sheet_it_is_of(tmp_path):
    with pd.ExcelWriter(tmp_path / "d.xlsx") as book:
        table().to_excel(book, sheet_name="一", index=False)
        table().to_excel(book, sheet_name="二", index=False)
    told = "读的是“一”表；没有读的表：“二”（用 sheet 选项可以换一张）。"
    assert draft_plan(tmp_path / "d.xlsx").notes == (told,)


def test_units_with_an_english_heading_have_a_chinese_name(tmp_path):
    frame = table().rename(columns={"城市": "Country"})
    drafted = draft_plan(written(tmp_path, frame, "d.csv"))
    assert drafted.assumed().plan.whole == "全部国家"


def test_a_cross_section_has_no_time(tmp_path):
    frame = table(years=1).drop(columns="年份")
    rows = draft_plan(written(tmp_path, frame, "d.csv")).rows
    assert "时间" not in set(rows["role"]) and rows["role"].eq("指标").sum() == 5


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_draft_is_refused_until_the_guesses_are_confirmed(tmp_path, suffix):
    draft = draft_plan(written(tmp_path, table(), "d.csv"))
    target = tmp_path / f"plan{suffix}"
    draft.write(target)
    with pytest.raises(DataFileError) as caught:
        read_plan(target)
    assert "方向还是猜测" in str(caught.value) and "没有写系统" in str(caught.value)
    with pytest.raises(DataError, match="可能填过：没有覆盖"):
        draft.write(target)


def test_a_workbook_has_menus(tmp_path):
    target = tmp_path / "plan.xlsx"
    draft_plan(written(tmp_path, table(), "d.csv")).write(target)
    book = load_workbook(target)
    assert book.sheetnames == ["方案", "怎样填"]
    assert [cell.value for cell in book["方案"][1]] == list(COLUMNS.values())
    found = book["方案"].data_validations.dataValidation
    menus = {str(menu.sqref): menu.formula1 for menu in found}
    assert menus["E2:E10"] == '"正,负"' and menus["B2:B10"].startswith('"个体,时间,分组,指标')


def test_other_kinds_of_plan_are_not_written(tmp_path):
    with pytest.raises(DataError, match=r"只能写成 .csv 或 .xlsx"):
        draft_plan(written(tmp_path, table(), "d.csv")).write(tmp_path / "plan.txt")
