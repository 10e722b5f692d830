"""What the chapters of a plan's book say where years hold few units, others, or nothing of one."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from chapter_cells import shown_by
from own_cases import CITIES, plan, table, written
from press.edition import Edition
from synergy.evidence import Request, findings_of
from synergy.planning.own_panel import read_own_panel


@pytest.fixture
def said(tmp_path: Path):
    """What a chapter says of a table."""

    def run(
        chapter: str, frame: pd.DataFrame, *marks: str, more: pd.DataFrame | None = None
    ) -> str:
        data = written(tmp_path, frame, "mine.csv")
        panel = read_own_panel(data, written(tmp_path, pd.concat([plan(), more]), "plan.csv"))
        lead = findings_of(panel, None)
        shares = (1 / 3,) * 3
        names = {"lead": lead, "shares": shares, "what": lead.plan, "panel": panel, "ours": ""}
        first, last = lead.years
        return "\n".join(shown_by(f"plan/{chapter}", *marks, first=first, last=last, **names))

    return run


def ending_with(count: int) -> pd.DataFrame:
    """A panel whose last year has the first cities only."""
    return table()[lambda f: (f["年份"] < 2018) | f["城市"].isin(CITIES[:count])]


def test_a_last_year_with_few_units_says_how_many(said) -> None:
    cover = said("cover", ending_with(2))
    assert "2018 年，有数的 2 个城市的耦合协调度平均为" in cover
    assert "（两年的城市不完全相同）" in cover
    assert "最高的是雅典，最低的是里斯本" in cover or "最高的是里斯本，最低的是雅典" in cover
    assert "首年与末年的城市不完全相同" in said("indices", ending_with(2))
    assert "2 个城市里上升的有" in said("coupling", ending_with(2), "moved")
    assert "有数的 2 个城市平均最大的是" in said("gaps", ending_with(2), "mean")


def test_one_unit_is_neither_highest_nor_lowest(said) -> None:
    cover = said("cover", ending_with(1))
    assert "有数的 1 个城市" in cover and "最高的是" not in cover


def test_a_whole_panel_says_nothing_of_it(said) -> None:
    cover = said("cover", table())
    assert "全部城市的耦合协调度平均为" in cover and "不完全相同" not in cover + said(
        "indices", table()
    )


def test_years_without_a_common_unit_have_no_change_to_tell(said) -> None:
    frame = table()[lambda f: (f["年份"] == 2015) == f["城市"].isin(CITIES[:2])]
    text = said("coupling", frame, "moved")
    assert "没有一个城市在 2015 年和 2018 年都有数" in text and "上升的有" not in text


def test_nothing_of_a_system_explains_a_coordination_of_nothing(said) -> None:
    frame = table()
    frame.loc[0, ["宽带", "网购（%）"]] = 0
    frame["失业2"] = frame["失业"].to_numpy()[::-1]
    more = pd.DataFrame([{"列名": "失业2", "用途": "指标", "系统": "民生", "方向": "负"}])
    text = said("coupling", frame, "nothing", more=more)
    assert "1 行的 $D$ 是 0（雅典 2015 年）" in text
    assert "是 0（" not in said(
        "coupling", frame.assign(宽带=table()["宽带"]), "nothing", more=more
    )


def test_the_footer_of_a_cross_section_has_no_years(tmp_path: Path) -> None:
    data = written(tmp_path, table(years=1).drop(columns="年份"), "d.csv")
    planned = written(tmp_path, plan().drop(index=1), "p.csv")
    edition = Edition.load(Request(data=str(data), plan=str(planned), alpha=None))
    assert edition.imprint.startswith("您的方案 · 份额 0.3333、0.3333、0.3333 · 数据指纹 ")
    config = edition.sphinx_config()
    assert config["author"] == "" and not config["html_show_copyright"]
