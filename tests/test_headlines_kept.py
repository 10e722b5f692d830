"""Published editions: their numbers as stored, today's as computed, and what is said of both."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from synergy import editions
from synergy.claims.auditing import audit
from synergy.claims.ledger import load_ledger
from synergy.editions import (
    compared_editions,
    corrections,
    declared_numbers,
    headline_numbers,
    record,
    releases,
    stored_numbers,
)
from synergy.real import real_results

ROOT = Path(__file__).parents[1]


def test_every_number_is_declared_computed_and_has_a_page() -> None:
    declared = declared_numbers()
    assert list(headline_numbers()) == list(declared.index) and declared.index.is_unique
    assert not declared.isna().any().any()
    for page in declared["page"]:
        assert (ROOT / f"{page}.md").is_file(), page


def test_today_s_numbers_by_another_route() -> None:
    """Straight from the committed results and the ledger, without the chapters' functions."""
    scores = real_results().scores
    means = scores.groupby(level="year")[["U1", "U2", "D"]].mean()
    now = headline_numbers()
    assert now["ai_first"] == pytest.approx(means["U1"].iloc[0], abs=1e-6)
    assert now["quality_last"] == pytest.approx(means["U2"].iloc[-1], abs=1e-6)
    assert now["degree_last"] == pytest.approx(means["D"].iloc[-1], abs=1e-6)
    assert now["claims"] == len(load_ledger())
    assert now["inconsistencies"] == len(audit(load_ledger()).inconsistencies())
    first = scores.xs(scores.index.get_level_values("year").min(), level="year")["U2"]
    share = first / first.mean()
    assert now["theil_first"] == pytest.approx((share * np.log(share)).mean(), abs=1e-6)


def test_stored_editions_are_those_that_were_released() -> None:
    stored = stored_numbers()
    assert list(stored.columns) == [each.version for each in releases()]
    values = pd.read_csv(editions.FOLDER / "values.csv", dtype={"edition": str})
    assert set(values["key"]) <= set(declared_numbers().index)
    assert not values.duplicated(["edition", "key"]).any()
    dates = [each.date for each in releases()]
    assert dates == sorted(dates) and all(isinstance(day, date) for day in dates)


def test_the_comparison_is_of_what_is_printed() -> None:
    table = compared_editions()
    row = table.loc["labour_share"]
    change = float(row["now"].rstrip("%")) - float(row["before"].rstrip("%"))
    assert row["told"] == f"{change:+.1f} 个百分点".replace("-", "\N{MINUS SIGN}")
    assert table.at["largest_root", "told"] == "不变"
    assert table.at["arrows_standing", "before"] == "—"
    assert table.at["arrows_standing", "told"] == "上一版没有"
    assert table.at["ai_indicators", "told"] == "+2"


def test_notes_are_of_declared_numbers_that_moved() -> None:
    noted = compared_editions().query("why != ''")
    still = noted[noted["told"] == "不变"].index
    assert len(noted) >= 5 and set(still) <= {"eq_indicators"}


def test_corrections_are_whole_and_of_pages_of_the_book() -> None:
    assert corrections()
    for each in corrections():
        assert (ROOT / f"{each.page}.md").is_file()
        assert all(text.endswith("。") for text in (each.said, each.says, each.why))
        assert each.said != each.says


def test_recording_keeps_other_editions_and_replaces_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "editions"
    shutil.copytree(editions.FOLDER, folder)
    monkeypatch.setattr(editions, "FOLDER", folder)
    before = (folder / "values.csv").read_text(encoding="utf-8")
    for _ in range(2):
        record("9.9.9")
    after = pd.read_csv(folder / "values.csv", dtype={"edition": str})
    assert (after["edition"] == "9.9.9").sum() == len(declared_numbers())
    old = after[after["edition"] != "9.9.9"]
    assert len(old) == len(before.splitlines()) - 1
