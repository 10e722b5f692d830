"""Real exports: each is recognised and accounted for. They are not ours; skipped where absent."""

from __future__ import annotations

import pytest

from samples import SHARED
from synergy.faults import DataFileError
from synergy.intake.one_file import read_file

SAMPLES = SHARED / "export_samples"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")

#: File, what stands where, lines imported, lines seen, values, what it does not say.
KNOWN = [
    ("eps_header_stripped.xls", "地区在左、年份在上", 30, 32, 570, ("name",)),
    ("long_panel.csv", "整洁表", 360, 361, 6840, ()),
    ("nbs_2026_gdp_index_utf8bom.csv", "地区在左、年份在上", 30, 36, 360, ("name",)),
    ("nbs_2026_one_province_utf8bom.csv", "指标在左、年份在上", 21, 26, 169, ("place",)),
    ("nbs_easyquery.xls", "地区在左、年份在上", 30, 38, 150, ()),
    ("nbs_easyquery_gdp_gb18030.csv", "地区在左、年份在上", 30, 37, 570, ()),
    ("nbs_easyquery_one_province_indicators.xls", "指标在左、年份在上", 14, 24, 280, ()),
    ("nbs_easyquery_urban_unit_employment_gb18030.csv", "地区在左、年份在上", 30, 39, 510, ()),
    ("registered_unemployment_rate.xls", "地区在左、年份在上", 30, 36, 480, ()),
    ("stata_income_gap.dta", "整洁表", 330, 353, 990, ()),
    ("transposed_time_by_province.csv", "年份在左、地区在上", 20, 21, 600, ("name",)),
    ("yearbook_hightech_operation_2019_encrypted.xls", "地区在左、指标在上", 30, 42, 90, ()),
    ("yearbook_hightech_rd_2023.xlsx", "地区在左、指标在上", 60, 84, 384, ()),
]


@pytest.mark.parametrize(("name", "layout", "imported", "seen", "values", "absent"), KNOWN)
def test_sample(
    name: str, layout: str, imported: int, seen: int, values: int, absent: tuple[str, ...]
) -> None:
    report = read_file(SAMPLES / name)
    cells = [cell for table in report.tables for cell in table.cells]
    assert all(table.layout.startswith(layout) for table in report.tables)
    assert all(table.absent == absent for table in report.tables)
    assert (report.imported, report.seen) == (imported, seen)
    assert report.imported + report.set_aside.total() == seen
    assert sum(cell.value == cell.value for cell in cells) == values
    assert not any(table.cells_aside for table in report.tables)


def test_every_sample_is_known() -> None:
    assert {path.name for path in SAMPLES.iterdir()} == {case[0] for case in KNOWN} | {"README.md"}


def test_values_stand_where_they_did() -> None:
    cells = {}
    for name in ("nbs_easyquery_gdp_gb18030.csv", "nbs_easyquery.xls"):
        for cell in read_file(SAMPLES / name).tables[0].cells:
            cells[name[:16], cell.place, cell.year] = cell.value
    assert cells["nbs_easyquery_gd", "天津", 2017] == 12468.2
    assert cells["nbs_easyquery.xl", "天津", 2017] == 18549.19


def test_a_text_is_no_table() -> None:
    with pytest.raises(DataFileError, match="不认识的文件类型"):
        read_file(SAMPLES / "README.md")
