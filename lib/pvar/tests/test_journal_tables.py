"""Summaries and journal tables: what they say, and that no format loses or garbles it."""

from __future__ import annotations

import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from panels import LABELS, long_frame
from pvar import PanelVARError, PanelVARResults, compare, panel_var
from pvar.tables import JournalTable, latex_escape
from reference_cases import KEYS, NAMES

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")
PAIR = NAMES[:2]


@pytest.fixture(scope="module")
def two_step(large: pd.DataFrame) -> PanelVARResults:
    return panel_var(large, PAIR, depth=3, steps="two", **KEYS)


# --- summary ----------------------------------------------------------------------------------


def test_summary_has_what_economists_look_for(small: pd.DataFrame) -> None:
    results = panel_var(small, NAMES, depth="all", steps="one", **KEYS)
    text = results.summary()
    for piece in ("Coef.", "Std. err.", "P>|z|", "[95% conf. int.]", "No. units", "Hansen J"):
        assert piece in text
    assert f"{results.coefficients[4, 4]:.4g}" in text
    assert f"not available: {results.n_moments} moments > 30 units" in text
    assert all(line == line.rstrip() or "Panel VAR" in line for line in text.splitlines())
    assert max(map(len, text.splitlines())) <= 78


def test_summary_tells_the_warnings(small: pd.DataFrame) -> None:
    results = replace(panel_var(small, PAIR, **KEYS), warnings=("the first", "the second " * 12))
    text = results.summary()
    assert "\nWarning: the first\n" in text
    assert max(map(len, text.splitlines())) <= 78
    assert text.endswith("the second")


def test_rows_are_counted_as_stata_counts_them() -> None:
    """StataCorp's page on xtvar: 265 municipalities, 9 years, 2 lags: 1,590 obs, 6 per group."""
    y = np.random.default_rng(0).standard_normal((265, 9, 3))
    results = panel_var(long_frame(y), NAMES[:3], lags=2, depth="all", collapse=False, **LABELS)
    assert (results.n_obs, results.n_units, results.n_moments) == (1590, 265, 243)
    text = " ".join(results.summary().split())
    assert "No. observations: 1590" in text
    assert "Rows per unit: 6 / 6.0 / 6" in text
    assert "Observations are rows after the transform, as StataCorp's xtvar counts them." in text


@pytest.mark.parametrize(
    ("options", "depends"),
    [
        ({}, True),
        ({"system": True}, True),
        ({"time_effects": "dummies"}, False),
        ({"time_effects": "demean"}, False),
    ],
)
def test_summary_says_when_the_origin_matters(
    large: pd.DataFrame, options: dict[str, Any], depends: bool
) -> None:
    """And it is true."""
    moved = large.copy()
    moved[PAIR] += 50.0
    one, two = (panel_var(frame, PAIR, **KEYS, **options) for frame in (large, moved))
    same = np.allclose(one.dynamics, two.dynamics, atol=1e-6)
    assert same is not depends
    assert ("depend on the origin" in " ".join(one.summary().split())) is depends


def test_summary_uses_t_where_asked(small: pd.DataFrame) -> None:
    results = replace(panel_var(small, PAIR, **KEYS), use_t=True)
    text = results.summary()
    assert "P>|t|" in text and "P>|z|" not in text
    assert f"{results.p_values[0, 0]:.3f}" in text


def test_long_names_keep_the_columns(small: pd.DataFrame) -> None:
    name = "employment_in_manufacturing_industries"
    results = panel_var(small.rename(columns={"y1": name}), [name, "y2"], **KEYS)
    lines = [line for line in results.summary().splitlines() if line.startswith("  lag1_")]
    assert len(lines) == 4
    assert len({len(line) for line in lines}) == 1


def test_summary_has_the_rank_test_where_there_is_one(large: pd.DataFrame) -> None:
    results = panel_var(large, PAIR, **KEYS)
    test = results.rank_test()
    assert f"Kleibergen-Paap rk: {test.statistic:.4g}, df = {test.df}, p = " in results.summary()
    assert "Kleibergen" not in panel_var(large, PAIR, system=True, **KEYS).summary()


def test_what_is_too_long_for_its_place_is_cut(small: pd.DataFrame) -> None:
    plain = panel_var(small, PAIR, depth="just", **KEYS)
    results = replace(plain, cluster="name_of_the_province_and_year")
    (line,) = [line for line in results.summary().splitlines() if line.startswith("Covariance")]
    assert line.split(": ", 1)[1].strip().startswith("clustered by name_of_the_… No. units / clus")
    assert line.endswith(" 30 / 30") and len(line) == 78


@pytest.mark.parametrize(
    ("lags", "text"), [(3, "3"), ({"y1": [1, 3], "y2": 1}, "1, 3; 1"), ([1, 4], "1, 4")]
)
def test_lags_are_told_in_few_characters(small: pd.DataFrame, lags: Any, text: str) -> None:
    results = panel_var(small, PAIR, lags=lags, depth="just", **KEYS)
    assert f"Lags:         {text} " in results.summary()


def test_least_squares_speak_of_no_instruments(
    small: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = panel_var(small, PAIR, **KEYS)
    monkeypatch.setattr("pvar.tables.within", lambda _: True)
    text, html = results.summary(), results.to_html()
    assert "Panel VAR (least squares)" in text and "Estimator:    least squares" in text
    for word in ("GMM", "Hansen", "Cragg", "Kleibergen", "origin", "xtvar"):
        assert word not in text and word not in html
    assert "Instruments per equation" not in html


def test_summary_shows_lags_and_depth(large: pd.DataFrame) -> None:
    text = panel_var(large, PAIR, lags=2, depth=4, collapse=False, **KEYS).summary()
    assert "Lags:         2 " in text
    assert "depth 4, by period" in text
    assert "just-identified, collapsed " in panel_var(large, PAIR, depth="just", **KEYS).summary()


# --- one estimate -----------------------------------------------------------------------------


def test_journal_table_of_one_estimate(two_step: PanelVARResults, large: pd.DataFrame) -> None:
    cell = f"{two_step.coefficients[0, 0]:.3f}***"
    latex, html = two_step.to_latex(), two_step.to_html()
    assert f"lag1\\_y1 & {cell} & " in latex
    assert f"<td>{cell}</td>" in html
    assert f"({two_step.standard_errors[1, 0]:.3f}) \\\\" in latex
    assert f"{{$\\chi^2$({two_step.hansen.df}) = " in latex
    assert "{Windmeijer}" in latex and '<td colspan="2">Windmeijer</td>' in html
    assert f"{two_step.hansen.statistic:.4g}" in html
    assert html == panel_var(large, PAIR, depth=3, steps="two", **KEYS).to_html()
    assert html == two_step._repr_html_()
    assert str(two_step) == two_step.summary()
    assert cell in str(compare([two_step]))
    assert " id=" not in html
    rows = latex.splitlines()
    assert all(row.count("&") == 2 for row in rows if row.startswith((" ", "lag1")))
    assert [row for row in rows if row.endswith("rule")] == [
        "\\toprule",
        "\\midrule",
        "\\midrule",
        "\\bottomrule",
    ]


def test_negative_numbers_have_a_minus(two_step: PanelVARResults) -> None:
    coefficients = -np.abs(two_step.coefficients)
    negative = replace(two_step, estimate=replace(two_step.estimate, coefficients=coefficients))
    assert f"& $-${-coefficients[0, 0]:.3f}***" in negative.to_latex()
    assert f"<td>{coefficients[0, 0]:.3f}***</td>" in negative.to_html()


def test_tables_escape_what_they_must(small: pd.DataFrame) -> None:
    results = panel_var(small.rename(columns={"y1": "a&b<c"}), ["a&b<c", "y2"], depth="all",
                        collapse=False, steps="one", **KEYS)  # fmt: skip
    html, latex = results.to_html(), results.to_latex()
    assert "moments &gt; 30 units" in html and "moments $>$ 30 units" in latex
    assert "lag1_a&amp;b&lt;c" in html and "lag1\\_a\\&b$<$c" in latex
    assert latex_escape(r"a_b^2~\c<") == (
        r"a\_b\textasciicircum{}2\textasciitilde{}\textbackslash{}c$<$"
    )


def test_stars_follow_the_p_values_shown(small: pd.DataFrame) -> None:
    results = panel_var(small, PAIR, **KEYS)
    for found in (results, replace(results, use_t=True)):
        cells = compare([found]).to_frame().iloc[0]
        p = found.pvalues.loc["lag1_y1"]
        expected = [sum(value < level for level in (0.01, 0.05, 0.1)) for value in p]
        assert [cell.count("*") for cell in cells] == expected


# --- several estimates ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def table(large: pd.DataFrame) -> JournalTable:
    wide = panel_var(large, NAMES[:3], **KEYS)
    return compare({"two_way": panel_var(large, PAIR, time_effects="dummies", **KEYS), "B": wide})


def test_models_stand_side_by_side(table: JournalTable, large: pd.DataFrame) -> None:
    frame = table.to_frame()
    assert frame.shape[1] == 5
    assert list(frame.columns[:2]) == [("two_way", "y1"), ("two_way", "y2")]
    third = panel_var(large, NAMES[:3], **KEYS).params.loc["lag1_y3", "y2"]
    assert frame.loc["lag1_y3", ("B", "y2")].startswith(f"{third:.3f}")
    assert frame.loc["lag1_y3", ("two_way", "y2")] == ""
    assert frame.loc["Units"].tolist() == ["300", "", "300", "", ""]
    assert frame.loc["Period effects"].tolist() == ["yes", "", "no", "", ""]


def test_latex_of_several_models_is_rectangular(table: JournalTable) -> None:
    rows = table.to_latex().splitlines()
    assert rows[0] == r"\begin{tabular}{lccccc}"
    assert r" & \multicolumn{2}{c}{two\_way} & \multicolumn{3}{c}{B} \\" in rows
    assert r"\cmidrule(lr){2-3}\cmidrule(lr){4-6}" in rows
    for row in rows:
        if row.endswith(r"\\"):
            spans = [int(part.split("}")[0]) for part in row.split(r"\multicolumn{")[1:]]
            assert row.count("&") + 1 + sum(spans) - len(spans) - row.count(r"\&") == 6


class Columns(HTMLParser):
    """Columns that each row of a table covers."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[int] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append(0)
        if tag in ("td", "th"):
            self.rows[-1] += int(dict(attrs).get("colspan") or 1)


def test_html_of_several_models_is_rectangular(table: JournalTable) -> None:
    rows = Columns(table.to_html()).rows
    assert set(rows) == {6}
    assert len(rows) == 2 + len(table.body) + len(table.notes) + 1
    assert '<th scope="colgroup" colspan="3">B</th>' in table.to_html()


def test_models_without_names_are_numbered(two_step: PanelVARResults) -> None:
    frame = compare([two_step, two_step]).to_frame()
    assert list(frame.columns.levels[0]) == ["(1)", "(2)"]
    assert frame["(1)"].equals(frame["(2)"])
    with pytest.raises(PanelVARError, match="no model to compare"):
        compare([])
    with pytest.raises(PanelVARError, match=r"compare takes what .* read 'a'"):
        compare(["a"])  # type: ignore[list-item]


# --- Word -------------------------------------------------------------------------------------


def test_word_file_holds_the_table(table: JournalTable, tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    path = tmp_path / "table.docx"
    path.write_text("something else")
    table.to_docx(path)
    document = docx.Document(str(path))
    (grid,) = document.tables
    words = [[cell.text for cell in row.cells] for row in grid.rows]
    assert words[0] == ["", "two_way", "two_way", "B", "B", "B"]
    assert words[1] == ["", "y1", "y2", "y1", "y2", "y3"]
    n = len(table.body)
    body = [[label, *cells] for label, cells in table.body]
    assert words[2 : 2 + n] == [[cell.replace("-", "\u2212") for cell in row] for row in body]
    assert any("\u2212" in cell for row in words for cell in row)
    assert words[2 + n][:4] == ["Observations (transformed)", "3300", "3300", "3300"]
    assert len(words) == 2 + n + len(table.notes)
    assert "p < 0.01" in document.paragraphs[-1].text
    lower = [i for i, row in enumerate(grid.rows) if "<w:bottom" in row.cells[1]._tc.xml]
    assert lower == [1, 1 + n, len(words) - 1]
    assert "<w:top" in grid.rows[0].cells[-1]._tc.xml
    assert "<w:left" not in grid.rows[0]._tr.xml


def test_word_file_of_one_estimate(two_step: PanelVARResults, tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    two_step.to_docx(tmp_path / "one.docx")
    (grid,) = docx.Document(str(tmp_path / "one.docx")).tables
    assert [cell.text for cell in grid.rows[0].cells] == ["", "y1", "y2"]
    assert grid.rows[1].cells[1].text == f"{two_step.coefficients[0, 0]:.3f}***"


@pytest.mark.parametrize(
    ("models", "wide", "size"), [(1, False, 9.0), (2, True, 9.0), (4, True, 5.0)]
)
def test_columns_of_a_word_file_have_room(
    two_step: PanelVARResults, tmp_path: Path, models: int, wide: bool, size: float
) -> None:
    """Of the width of their longest text; on a page turned, in smaller letters, if need be."""
    docx = pytest.importorskip("docx")
    long = replace(two_step.specification, variables=("outcome of the first", "the second one"))
    compare([replace(two_step, specification=long)] * models).to_docx(tmp_path / "wide.docx")
    document = docx.Document(str(tmp_path / "wide.docx"))
    (grid,), section = document.tables, document.sections[0]
    assert (section.page_width > section.page_height) is wide
    letter = document.styles["Normal"].font.size.pt
    assert letter == pytest.approx(size, abs=0.5)
    label, *columns = (column.width.pt for column in grid.columns)
    assert label >= 0.6 * letter * len("lag1_outcome of the first")
    assert min(columns[::2]) >= 0.6 * letter * len("outcome of the first")
    page = section.page_width.pt - section.left_margin.pt - section.right_margin.pt
    assert label + sum(columns) <= page + 1
    assert [cell.width.pt for cell in grid.rows[-4].cells[:1]] == [pytest.approx(label, abs=1)]


def test_word_needs_its_extra(
    two_step: PanelVARResults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(PanelVARError, match="pip install python-docx"):
        two_step.to_docx(tmp_path / "table.docx")
    assert not (tmp_path / "table.docx").exists()
