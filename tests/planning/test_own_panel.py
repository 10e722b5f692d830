"""A stranger's file read by a stranger's plan: any unit, balanced or not, long or wide."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from own_cases import CITIES, INDICATORS, plan, table, written
from synergy.coupling import couple_systems
from synergy.dictionary import units
from synergy.evidence import findings_of
from synergy.faults import DataFileError
from synergy.planning.own_panel import read_own_panel
from synergy.planning.plan_file import read_plan


@pytest.fixture
def read(tmp_path):
    """Read a table by a plan, both written to files first."""

    def run(frame, planned=None, name="mine.csv", **options):
        chosen = written(tmp_path, plan() if planned is None else planned, "plan.csv")
        return read_own_panel(written(tmp_path, frame, name), chosen, **options)

    return run


def by_hand(frame):
    """Systems and D written out: scale, weigh by entropy, couple by the n-th root."""
    signs = {"宽带": 1, "网购（%）": 1, "能耗": -1, "绿地": 1, "失业": -1}
    x = frame[list(INDICATORS)] * pd.Series(signs)
    z = (x - x.min()) / (x.max() - x.min())
    p = z / z.sum()
    e = -(p * np.log(p.where(p > 0, 1.0))).sum() / np.log(len(frame))
    systems = pd.Series({name: system for name, (system, _) in INDICATORS.items()})
    weights = (1 - e) / (1 - e).groupby(systems).transform("sum")
    u = (z * weights).T.groupby(systems, sort=False).sum().T
    c = u.prod(axis=1) ** (1 / 3) / u.mean(axis=1)
    return u, np.sqrt(c * u.mean(axis=1))


@pytest.mark.parametrize("name", ["mine.csv", "mine.xlsx", "mine.parquet"])
def test_a_city_panel_with_three_systems(read, name):
    panel = read(table(), name=name)
    found = findings_of(panel, None)
    u, d = by_hand(table())
    np.testing.assert_allclose(found.systems, u, rtol=1e-12)
    np.testing.assert_allclose(found.frame["D"], d, rtol=1e-12)
    assert found.plan.unit == "城市" and found.groups.empty
    assert set(found.regional["region"]) == {"全部城市"}
    assert panel.values.index.unique(0).tolist() == list(CITIES)


def test_a_cross_section_has_one_year_and_nothing_to_interpolate(read):
    frame = table(years=1).drop(columns="年份")
    panel = read(frame, plan().drop(index=1))
    assert panel.years == (0,) and len(panel.values) == 5
    np.testing.assert_allclose(findings_of(panel, None).frame["D"], by_hand(frame)[1], rtol=1e-12)
    with pytest.raises(DataFileError, match=r"里斯本的这项指标各年都缺；允许：每个城市至少有一年"):
        read(
            frame.mask(frame["城市"].eq("里斯本"), frame.assign(能耗=np.nan)), plan().drop(index=1)
        )


def test_what_is_constant_in_a_cross_section_is_so_in_no_year(read):
    frame = table(years=1).drop(columns="年份").assign(能耗=3.0)
    with pytest.raises(
        ValueError, match="在各城市都等于 3（或只差舍入误差），无法标准化；请去掉这一列。"
    ):
        findings_of(read(frame, plan().drop(index=1)), None)


def test_an_unbalanced_panel_keeps_its_rows(read):
    frame = table().drop(index=[1, 2, 9])
    panel = read(frame)
    assert len(panel.values) == 17 and not panel.filled.to_numpy().any()
    assert any("面板不平衡：2 个城市不是每年都有（雅典、布拉格）" in note for note in panel.notes)
    np.testing.assert_allclose(findings_of(panel, None).frame["D"], by_hand(frame)[1], rtol=1e-12)


def test_a_long_table_is_the_same(read):
    long = table().melt(["城市", "年份"], var_name="指标", value_name="数值")
    other = pd.DataFrame({"城市": ["雅典"], "年份": [2015], "指标": ["降雨"], "数值": [3.0]})
    keys = pd.DataFrame({"列名": ["指标", "数值"], "用途": ["指标名", "数值"]})
    one = read(pd.concat([long, other]), pd.concat([plan(), keys]).fillna(""))
    pd.testing.assert_frame_equal(one.values, read(table()).values)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.permutations(range(20)), st.permutations(range(8)))
def test_order_of_rows_and_columns_does_not_matter(read, rows, columns):
    frame = table().assign(备注="x")
    panel = read(frame.iloc[list(rows), list(columns)])
    straight = read(frame)
    pd.testing.assert_frame_equal(panel.values.loc[straight.values.index], straight.values)


def test_gaps_are_filled_in_time_or_their_rows_left_out(read):
    frame = table()
    frame.loc[1, "能耗"] = np.nan
    filled = read(frame)
    assert filled.values["能耗"].iloc[1] == pytest.approx(frame["能耗"][[0, 2]].mean())
    assert filled.filled["能耗"].tolist()[:3] == [False, True, False]
    dropped = read(frame, missing="drop")
    assert len(dropped.values) == 19
    assert "1 行有缺失的值，没有用：雅典 2016。" in dropped.notes


REFUSED = {
    "a total": (lambda f: f.replace("塔林", "合计"), "合计或统计量不是城市；读到“合计”"),
    "the world": (lambda f: f.replace("塔林", "World"), "不是城市；读到“World”"),
    "a statistic": (lambda f: f.replace("塔林", "标准差"), "不是城市；读到“标准差”"),
    "no name": (lambda f: f.replace("塔林", ""), "城市是空的"),
    "no year": (lambda f: f.replace({"年份": {2016: "去年"}}), "不是年份；读到“去年”"),
    "twice": (lambda f: pd.concat([f, f.iloc[[3]]]), "城市和年份重复；读到“雅典 2018 年"),
    "text": (
        lambda f: f.astype({"能耗": object}).replace({"能耗": {f["能耗"][0]: "高"}}),
        "有文字",
    ),
    "no such column": (lambda f: f.drop(columns="能耗"), "方案里的指标，数据里没有；读到“能耗”"),
    "no key": (lambda f: f.rename(columns={"城市": "市"}), "缺少城市列"),
    "constant": (lambda f: f.assign(能耗=3.0), "在各城市各年都等于 3"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_place_and_cure(read, case):
    change, told = REFUSED[case]
    with pytest.raises(ValueError, match=re.escape(told)):
        findings_of(read(change(table())), None)


def test_one_city_under_two_names_is_refused(read):
    """南京 until 2016, 南京市 after it: one city, no two. Both in one year may be two."""
    frame = table()
    frame.loc[frame["城市"].eq("塔林"), "城市"] = ["塔林", "塔林", "塔林市", "塔林市"]
    with pytest.raises(DataFileError, match=r"像是同一个城市的几个名称.*“塔林”或“塔林市”"):
        read(frame)
    assert len(read(table().replace("首尔", "塔林市")).values) == 20


def test_groups_are_read_and_must_not_change(read):
    frame = table().assign(洲=["欧洲"] * 16 + ["亚洲"] * 4)
    grouped = pd.concat([plan(), pd.DataFrame({"列名": ["洲"], "用途": ["分组"]})]).fillna("")
    found = findings_of(read(frame, grouped), None)
    assert found.groups.to_dict() == dict.fromkeys(CITIES[:4], "欧洲") | {"首尔": "亚洲"}
    assert found.regional["region"].unique().tolist() == ["全部城市", "欧洲", "亚洲"]
    frame.loc[2, "洲"] = "亚洲"
    with pytest.raises(DataFileError, match=r"第 4 行“洲”列：洲不一致或是空的；读到“雅典：亚洲”"):
        read(frame, grouped)


def test_provinces_are_known_by_every_spelling_and_grouped_by_region(read):
    names = ["广东省", "Beijing", "四川", "44", "110000", "吉林", "内蒙古自治区"]
    frame = pd.concat([table(1).assign(城市=name) for name in names], ignore_index=True)
    frame = frame.groupby("城市", sort=False).first().reset_index().iloc[[0, 1, 2, 5, 6]]
    panel = read(frame)
    assert panel.values.index.unique(0).tolist() == ["广东", "北京", "四川", "吉林", "内蒙古"]
    assert panel.groups.to_dict() == units()["region"].loc[list(panel.groups.index)].to_dict()


def test_codes_of_firms_stay_whole_numbers(read):
    frame = table().replace(dict(zip(CITIES, (600519.0, 2.0, 3.0, 4.0, 5.0), strict=True)))
    assert read(frame).values.index.unique(0).tolist() == ["600519", "2", "3", "4", "5"]


def test_numbers_are_no_codes_of_provinces_unless_the_heading_says_so(read):
    frame = table().replace(dict(zip(CITIES, (11, 12, 13, 14, 15), strict=True)))
    assert read(frame).values.index.unique(0).tolist() == ["11", "12", "13", "14", "15"]
    named = plan().replace("城市", "省份")
    panel = read(frame.rename(columns={"城市": "省份"}), named)
    assert panel.values.index.unique(0).tolist() == ["北京", "天津", "河北", "山西", "内蒙古"]


def test_china_is_one_of_the_countries(read):
    names = read(table().replace(CITIES[0], "China")).values.index.unique(0)
    assert names[0] == "China"


def test_a_share_beyond_the_whole_is_doubted_where_few_are(read):
    frame = table(8).assign(**{"网购（%）": np.linspace(20, 60, 40)})
    frame.loc[5, "网购（%）"] = 150.0
    (line,) = (line for line in read(frame).doubt_lines if "网购" in line)
    assert "大于 100，单位是“%”，一般不会更大：第 7 行 雅典 2020 年 150" in line
    many = frame.assign(**{"网购（%）": np.linspace(20, 160, 40)})
    assert not any("网购" in line for line in read(many).doubt_lines)


def test_a_slip_in_a_strangers_file_is_doubted_in_its_words(read):
    frame = pd.concat([table(8, seed).assign(城市=f"城{seed}") for seed in range(6)])
    frame = frame.groupby(["城市", "年份"], sort=False).first().reset_index()
    smooth = frame.assign(绿地=100 + frame["年份"] % 7)
    smooth.loc[11, "绿地"] *= 1e4
    panel = read(smooth)
    assert any("约为同一城市其他年份的 10,000 倍" in line for line in panel.doubt_lines)


def test_the_reports_own_panel_is_one_more_plan(tmp_path):
    """The demo panel by a plan of the dictionary gives the very numbers of the book."""
    from synergy.dictionary import DATA_DIR, indicators, report_plan
    from synergy.evidence import demo_findings

    rows = [{"列名": "province", "用途": "个体"}, {"列名": "year", "用途": "时间"}]
    names = {"AI": "人工智能", "EQ": "就业质量"}
    for code, row in indicators().iterrows():
        direction = "正" if row["direction"] == 1 else "负"
        kind = {"用途": "指标", "系统": names[row["system"]], "维度": row["dimension_zh"]}
        rows.append({"列名": code, **kind, "方向": direction, "中文名": row["name_zh"]})
    path = written(tmp_path, pd.DataFrame(rows).fillna(""), "plan.csv")
    panel = read_own_panel(DATA_DIR / "demo" / "panel.csv", path)
    mine, book = findings_of(panel, 0.5), demo_findings()
    ours = report_plan()
    assert list(mine.plan.scores.values())[:2] == [ours.scores["AI"], "就业质量指数"]
    for column in ("U1", "U2", "C", "T", "D", "grade", "region"):
        assert mine.frame[column].tolist() == book.frame[column].tolist()
    np.testing.assert_array_equal(mine.weights["weight"], book.weights["weight"])


def test_alpha_and_variants_reach_the_numbers(read):
    panel = read(table())
    found = findings_of(panel, [0.5, 0.3, 0.2], weights="equal", coupling="wang")
    assert found.weights["weight"].tolist() == [0.5, 0.5, 0.5, 0.5, 1.0]
    expected = couple_systems(found.systems, alpha=[0.5, 0.3, 0.2], variant="wang")
    pd.testing.assert_frame_equal(found.frame[["C", "T", "D"]], expected)


def test_a_plan_is_not_changed_by_the_file_it_reads(read, tmp_path):
    planned = read_plan(written(tmp_path, plan(), "p.csv"))
    before = planned.plan.indicators.copy()
    panel = read_own_panel(written(tmp_path, table(), "d.csv"), planned)
    pd.testing.assert_frame_equal(planned.plan.indicators, before)
    assert replace(panel).plan.indicators["lower"].eq(0).all()
