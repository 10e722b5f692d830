"""The committed results of the real subset: consistent in themselves, and still what comes out."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from samples import RAW, needs_raw
from synergy import real
from synergy.coupling import coupling_coordination
from synergy.dictionary import indicators, units
from synergy.panel import coverage_of
from synergy.real import (
    REAL_DIR,
    RECIPE,
    SCORES,
    Regenerated,
    compare,
    real_bootstrap,
    real_leave_one_out,
    real_provenance,
    real_repairs,
    real_results,
    real_runs,
    real_weight_variants,
    regenerate,
    write,
)
from synergy.recipe import read_recipe

RUNS = ["repaired", "unrepaired", "population_denominator", "without_post_telecom"]


@pytest.fixture(scope="module")
def fresh() -> Regenerated:
    """Everything computed anew from the raw series."""
    return regenerate(RAW)


# ------------------------------------------------------------------ what is committed


@pytest.mark.parametrize("run", RUNS)
def test_a_run_is_complete_and_its_parts_fit_together(run: str) -> None:
    """30 provinces, 10 years; U2 from its dimensions; C, T and D from the indices."""
    weights, scores = real_results(run)
    assert tuple(scores.columns) == SCORES
    expected = pd.MultiIndex.from_product([units().index, range(2013, 2023)])
    assert scores.index.tolist() == expected.tolist()
    assert scores.min(axis=None) >= 0 and scores.max(axis=None) <= 1
    share = weights[weights["system"] == "EQ"].groupby("dimension")["weight"].sum()
    total = sum(share[name] * scores[name] for name in ("LR", "EQ", "SS", "LQ"))
    np.testing.assert_allclose(total, scores["U2"], atol=1e-8)
    np.testing.assert_allclose(weights.groupby("system")["weight"].sum(), 1)
    again = coupling_coordination(scores["U1"], scores["U2"])
    np.testing.assert_allclose(scores[["C", "T", "D"]], again, atol=1e-8)
    np.testing.assert_array_equal(scores["AI"], scores["U1"])


def test_headline_rests_on_3_and_13_indicators() -> None:
    coverage = coverage_of(real_results().weights.index)
    assert (coverage.held("AI")[0], coverage.held("EQ")[0]) == (3, 13)
    assert list(real_runs().index) == RUNS


def test_unknown_run_lists_the_known() -> None:
    with pytest.raises(ValueError, match="'x'; use one of repaired, unrepaired"):
        real_results("x")


def test_no_raw_series_and_no_one_series_dimension_is_committed() -> None:
    """Neither a series nor an indicator's own values stand in any column."""
    forbidden = {*real_provenance()["series"], *indicators().index, "BS", "TI", "AD"}
    for path in REAL_DIR.glob("*.csv"):
        assert not forbidden & set(pd.read_csv(path, nrows=1).columns), path.name


def test_provenance_is_that_of_the_committed_recipe() -> None:
    recipe, record = read_recipe(RECIPE), real_provenance()
    assert record["recipe"] == {"file": recipe.file, "sha256": recipe.sha256}
    assert len(record["input"]["sha256"]) == 64
    assert set(record["series"]) == set(recipe.series)
    assert len(record["repairs"]) == len(recipe.repairs) == len(real_repairs())
    assert set(record["indicators"]) == set(real_results().weights.index)


def test_bootstrap_belongs_to_the_headline() -> None:
    bootstrap, result = real_bootstrap(), real_results()
    np.testing.assert_allclose(bootstrap.scores["D"], result.scores["D"], atol=1e-9)
    np.testing.assert_allclose(bootstrap.weights["weight"], result.weights["weight"], atol=1e-9)
    inside = bootstrap.scores["D"].between(
        bootstrap.scores["D_lower"] - 1e-9, bootstrap.scores["D_upper"] + 1e-9
    )
    assert inside.mean() > 0.95
    np.testing.assert_allclose(bootstrap.grades.sum(axis=1), 1, atol=1e-9)
    assert (bootstrap.draws, bootstrap.seed) == (1000, 2025)


def test_weight_variants_belong_to_the_headline() -> None:
    variants = real_weight_variants()
    np.testing.assert_allclose(variants.d["standard"], real_results().scores["D"], atol=1e-9)
    assert variants.erroneous == ("log_years",)
    assert set(variants.summary.index) == set(variants.d.columns)


def test_leave_one_out_names_every_indicator_and_a_variant_lacks_its_own() -> None:
    codes = set(real_results().weights.index)
    assert set(real_leave_one_out().index) == codes
    assert codes - set(real_results("without_post_telecom").weights.index) == {"eq_post_telecom"}


# ------------------------------------------------------------------ regeneration


@needs_raw
def test_committed_results_regenerate(fresh: Regenerated) -> None:
    agreement = compare(fresh, REAL_DIR)
    assert agreement.agrees, str(agreement)
    assert agreement.numbers > 20_000
    assert "一致" in str(agreement)


@needs_raw
def test_unrepaired_run_is_the_quick_run_made_before_the_project(fresh: Regenerated) -> None:
    """Design notes: mean D .331 to .478; Guangdong .686, Beijing .606, Shanghai .600 in 2022."""
    scores = fresh.tables["scores"].query("run == 'unrepaired'")
    d = scores.set_index(["province", "year"])["D"].astype(float).unstack("year")
    assert d.mean()[[2013, 2022]].round(3).tolist() == [0.331, 0.478]
    assert d.loc[["广东", "北京", "上海"], 2022].tolist() == pytest.approx(
        [0.686, 0.606, 0.600], abs=1e-3
    )
    assert d[2022].nlargest(5).index.tolist() == ["广东", "江苏", "浙江", "北京", "上海"]


@needs_raw
def test_a_changed_number_is_found_and_named(fresh: Regenerated, tmp_path: Path) -> None:
    folder = tmp_path / "real"
    shutil.copytree(REAL_DIR, folder)
    table = pd.read_csv(folder / "weights.csv")
    table.loc[2, "weight"] += 1e-6
    table.to_csv(folder / "weights.csv", index=False)
    agreement = compare(fresh, folder)
    assert not agreement.agrees
    assert len(agreement.differences) == 1
    assert "weights.csv：第 4 行“weight”列" in str(agreement)


@needs_raw
def test_other_series_are_noticed(tmp_path: Path) -> None:
    """One cell of the input changed: neither numbers nor record agree any more."""
    table = pd.read_csv(RAW)
    table.loc[(table["series"] == "bb_ports") & (table["province"] == "广东"), "value"] *= 1.02
    table.to_csv(tmp_path / "raw_long.csv", index=False)
    agreement = real.check_results(tmp_path / "raw_long.csv")
    assert not agreement.agrees
    assert "scores.csv" in str(agreement)
    assert "provenance.json：“input”不同" in str(agreement)


def test_a_lost_file_is_named(tmp_path: Path) -> None:
    made = Regenerated({"weights": pd.DataFrame({"x": [1.0]})}, {})
    assert compare(made, tmp_path).differences == (
        "weights.csv：缺少这个文件",
        "provenance.json：缺少这个文件",
    )


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"x": [1.0, 2.0], "name": ["a", "b"]}, ()),
        ({"x": [1.0, 2.1], "name": ["a", "b"]}, ("第 3 行“x”列：原 2，现 2.1",)),
        ({"x": [1.0, np.nan], "name": ["a", "b"]}, ("缺失的位置不同",)),
        ({"x": [1.0, 2.0], "name": ["a", "c"]}, ("文字列不同：name",)),
        ({"x": [1.0], "name": ["a"]}, ("形状不同",)),
    ],
)
def test_comparison(table: dict[str, list[object]], told: tuple[str, ...], tmp_path: Path) -> None:
    old = pd.DataFrame({"x": [1.0, 2.0], "name": ["a", "b"]})
    write(Regenerated({"t": old}, {"k": 1}), tmp_path)
    agreement = compare(Regenerated({"t": pd.DataFrame(table)}, {"k": 1}), tmp_path)
    assert agreement.agrees == (not told)
    for text in told:
        assert text in str(agreement)


def test_writing_replaces_what_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a write, the cached tables are read anew."""
    shutil.copytree(REAL_DIR, tmp_path / "real")
    monkeypatch.setattr(real, "REAL_DIR", tmp_path / "real")
    real.forget()
    record = json.loads((REAL_DIR / "provenance.json").read_text(encoding="utf-8"))
    changed = {**record, "title": "另一个标题"}
    monkeypatch.setattr(real, "regenerate", lambda _: Regenerated({}, changed))
    assert real_provenance()["title"] == record["title"]
    real.write_results("any.csv")
    assert real_provenance()["title"] == "另一个标题"
    monkeypatch.undo()
    real.forget()
