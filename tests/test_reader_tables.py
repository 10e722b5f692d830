"""Tables for readers: declared columns become text, and every table shows its facts in full."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from synergy.claims.calibration import calibration_report
from synergy.coupling import grades
from synergy.evidence import Evidence
from synergy.grid import table_html
from synergy.panel import demo_panel
from synergy.policy.parameters import LABELS, by_ratio, parameter_table
from synergy.policy_tables import assumption_counts, assumption_list
from synergy.real import real_provenance, real_repairs, real_series
from synergy.robustness import compare_couplings
from synergy.tables import (
    calibration_table,
    grade_table,
    indicator_table,
    panel_table,
    ranking_table,
    regional_table,
    repair_table,
    stage_counts,
    table,
    variant_table,
    weight_table,
)
from synergy.words import say

FACTS = pd.DataFrame(
    {"share": [0.25, None], "sign": [1, -1], "name": ["甲", None]}, index=["LR", "EQ"]
)


def test_columns_are_chosen_named_and_formatted() -> None:
    columns = {
        "name": "名称",
        "share": ("份额", ".0%"),
        "sign": ("方向", {1: "＋", -1: "－"}),
    }
    shown = table(FACTS, columns, index=("维度", {"LR": "劳动报酬"}))
    assert shown.to_dict("list") == {
        "名称": ["甲", "—"],
        "份额": ["25%", "—"],
        "方向": ["＋", "－"],
    }
    assert shown.index.tolist() == ["劳动报酬", "EQ"] and shown.index.name == "维度"


def test_one_column_can_be_shown_by_a_function() -> None:
    shown = table(FACTS, {"sign": ("绝对值", lambda sign: str(abs(sign)))})
    assert shown["绝对值"].tolist() == ["1", "1"] and isinstance(shown.index, pd.RangeIndex)


def test_one_column_can_be_a_template_over_its_row() -> None:
    facts = pd.DataFrame({"low": [0.1, 0.3], "high": [0.2, None]})
    shown = table(facts, {"low": ("区间", "{{ it|d1 }} 至 {{ high|d1 }}")})
    assert shown["区间"].tolist() == ["0.1 至 0.2", "0.3 至 —"]


def test_html_escapes_cells_and_shows_a_named_index_as_a_column() -> None:
    html = table_html(pd.DataFrame({"a": ["<i>"]}, index=pd.Index(["x"], name="键")))
    assert "&lt;i&gt;" in html and '<th scope="col">键</th>' in html


def test_regional_and_ranking_tables_show_the_frame_s_numbers(evidence: Evidence) -> None:
    lead, last = evidence.lead, evidence.lead.years[1]
    final = lead.frame["D"].xs(last, level="year")
    shown = regional_table(lead, "D")
    assert list(shown.index) == ["全国", "东部", "中部", "西部", "东北"]
    assert shown.at["全国", f"{last} 年"] == f"{final.mean():.4f}"
    ranks = ranking_table(lead, "D")
    assert ranks["省份"].iloc[0] == final.idxmax() and ranks.index[-1] == 30


def test_stage_counts_add_up_to_the_provinces(evidence: Evidence) -> None:
    assert (stage_counts(evidence.lead).astype(int).sum() == 30).all()


def test_indicator_tables_hold_nine_and_twenty_two() -> None:
    ai, eq = (indicator_table(["ai_cable"], system) for system in ("AI", "EQ"))
    assert (len(ai), len(eq)) == (9, 22) and eq.index[0] == 10
    assert (ai["数据"] == "有").sum() == 1 and (eq["方向"] == "－").sum() == 3


def test_weight_table_is_ordered_and_complete(evidence: Evidence) -> None:
    shown = weight_table(evidence.demo, "EQ")
    shares = shown["系统内权重"].str.rstrip("%").astype(float)
    assert len(shown) == 22 and shares.is_monotonic_decreasing
    assert shares.sum() == pytest.approx(100, abs=22 * 0.05)


def test_calibration_table_flags_a_miss() -> None:
    report = calibration_report(demo_panel())
    spoilt = report.assign(met=False)
    assert (calibration_table(spoilt)["结果"] == "未达到").all()
    assert (calibration_table(report)["结果"] == "按构造一致").sum() == report["met"].sum()


def test_repairs_are_listed_in_full_with_the_names_of_their_series() -> None:
    shown = repair_table(real_repairs(), real_series())
    assert len(shown) == len(real_provenance()["repairs"])
    assert shown["理由"].str.len().gt(5).all()
    assert "第二产业就业人员、第三产业就业人员" in set(shown["序列"])


def test_panels_stand_side_by_side(evidence: Evidence) -> None:
    shown = panel_table([evidence.lead, evidence.demo])
    assert shown["人工智能指标"].tolist() == [
        f"{evidence.lead.coverage.held('AI')[0]} / 9",
        "9 / 9",
    ]
    assert shown["年份"].iloc[1] == "2010—2022" and set(shown["省份"]) == {"30"}


def test_grade_table_shows_ten_right_closed_intervals() -> None:
    shown = grade_table(grades())
    assert len(shown) == 10 and shown["D 的区间"].iloc[4] == "(0.4, 0.5]"


def test_variant_table_marks_what_cannot_be_computed(evidence: Evidence) -> None:
    couplings = compare_couplings(evidence.lead.systems)
    broken = couplings.summary.copy()
    broken.loc["fan", "mean_shift"] = np.nan
    shown = variant_table(replace(couplings, summary=broken))
    assert shown.loc["Fan 等 2024", "D 的平均变动"] == "—"
    assert shown.loc["标准式", "D 的平均变动"] == "+0.000"


def test_tables_hold_text_not_floats(evidence: Evidence) -> None:
    for shown in (regional_table(evidence.lead, "U1"), ranking_table(evidence.lead, "U1")):
        assert all(pd.api.types.is_string_dtype(dtype) for dtype in shown.dtypes)


def rows_of(listed: str) -> list[str]:
    """Rows of an assumption list below its heading."""
    return [line for line in listed.splitlines() if line.startswith("| ")][1:]


def test_every_row_of_the_assumption_list_has_an_origin() -> None:
    for model in parameter_table()["model"].unique():
        rows = rows_of(assumption_list(model))
        assert len(rows) == (parameter_table()["model"] == model).sum()
        for row in rows:
            cells = [cell.strip() for cell in row.strip("|").split("|")]
            assert len(cells) == 5 and all(cells), row


def test_formulas_of_the_assumption_list_stay_formulas() -> None:
    listed = assumption_list("growth")
    assert r"| $\alpha$ |" in listed
    assert listed in say("{{ listed }}", listed=listed)


def test_origins_say_what_the_label_asks_for() -> None:
    rows = rows_of(assumption_list("levers"))
    for row in rows:
        assert ("可信度" in row) == (row.split(" | ")[3] == "出处")
    assert any("](https://" in row for row in rows) and any("现行：" in row for row in rows)


def test_the_assumption_list_says_how_ranges_are_meant() -> None:
    assert "滑块也只在其中移动" in say("{{ ranges() }}")
    listed = assumption_list("wage_cap")
    for row, symbol in zip(rows_of(listed), parameter_table("wage_cap").index, strict=True):
        assert ("，按比例）" in row) == by_ratio(symbol), symbol


def test_labels_add_up() -> None:
    facts = parameter_table()
    known, chosen, assumed = (
        int(((facts["model"] == "levers") & (facts["label"] == label)).sum()) for label in LABELS
    )
    counts = assumption_counts("levers")
    assert counts == (known, chosen, assumed)
    assert counts.n == (facts["model"] == "levers").sum()
    both = assumption_counts("levers", "growth")
    assert both.n == counts.n + assumption_counts("growth").n
    said = say("{{ sourced(counts) }}", counts=counts)
    wanted = f"{counts.n} 个参数：{known} 个有出处，{chosen} 个是政策选择，{assumed} 个是设定"
    assert wanted in said
