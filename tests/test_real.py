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
    FULL,
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


@pytest.fixture(scope="module")
def fresh() -> Regenerated:
    """Everything computed anew from the raw series."""
    return regenerate(RAW)


# ------------------------------------------------------------------ what is committed


@pytest.mark.parametrize("run", FULL)
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


def test_headline_rests_on_5_and_13_indicators() -> None:
    coverage = coverage_of(real_results().weights.index)
    assert (coverage.held("AI")[0], coverage.held("EQ")[0]) == (5, 13)


def test_the_front_door_says_how_many_indicators(root: Path) -> None:
    held = coverage_of(real_results().weights.index).held
    told = "人工智能 {}/{}，就业质量 {}/{}".format(*held("AI"), *held("EQ"))
    assert told in (root / "README.md").read_text(encoding="utf-8")


def test_the_runs_are_those_of_the_recipe_and_the_two_without_repairs() -> None:
    runs, recipe = real_runs(), read_recipe(RECIPE)
    bare = {"unrepaired", "unrepaired_without_post_telecom"}
    assert set(runs.index) == {"repaired", *recipe.variants} | bare
    assert set(runs["kind"]) == {"book", "choice", "weak", "span"}
    assert runs.index[runs["kind"] == "book"].tolist() == ["repaired"]


def test_the_weak_series_and_other_years_stay_out_of_the_results() -> None:
    runs = real_runs()
    assert not set(FULL) & set(runs.index[runs["kind"].isin(["weak", "span"])])
    assert not {"ai_firms", "ai_robots"} & set(real_results().weights.index)
    assert (runs.loc[runs["kind"] == "weak", "n_ai"] > runs.at["repaired", "n_ai"]).all()
    short = runs.loc["to_2018_with_wages"]
    assert (short["first"], short["last"], short["n_eq"]) == (2013, 2018, 15)
    assert (runs.loc[["from_2010", "from_2010_to_2018"], "first"] == 2010).all()


@pytest.mark.parametrize("run", FULL)
def test_the_summary_of_a_run_is_that_of_its_scores(run: str) -> None:
    row, scores = real_runs().loc[run], real_results(run).scores
    d = scores["D"].unstack("year")
    assert row["d_last"] == pytest.approx(d[2022].mean(), abs=1e-9)
    assert row["top_d"].split() == d[2022].nlargest(5).index.tolist()
    means = scores["U2"].unstack("year")[2022].groupby(units()["region"]).mean()
    assert row["order_u2"].split() == means.sort_values(ascending=False).index.tolist()
    shift = d.sub(real_results().scores["D"].unstack("year")).stack()
    assert row["largest_shift"] == pytest.approx(shift[shift.abs().idxmax()], abs=1e-9)


def test_unknown_run_lists_the_known() -> None:
    with pytest.raises(ValueError, match="'x'; use one of repaired, unrepaired"):
        real_results("x")
    with pytest.raises(ValueError, match="'with_firms'; use one of"):
        real_results("with_firms")


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
    d = real_results().scores["D"]
    np.testing.assert_allclose(variants.d["standard"], d.loc[:, [2022]], atol=1e-9)
    means = d.groupby(level="year").mean()
    np.testing.assert_allclose(variants.national["standard"], means, atol=1e-9)
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
def test_unrepaired_run_is_the_quick_run_of_the_series_notes(fresh: Regenerated) -> None:
    """AI: Guangdong .66, Jiangsu .40, Zhejiang .31, Qinghai .26; Central passes West by 2022."""
    scores = fresh.tables["scores"].query("run == 'unrepaired'")
    ai = scores.set_index(["province", "year"])["U1"].astype(float).unstack("year")
    leaders = {"广东": 0.66, "江苏": 0.40, "浙江": 0.31, "青海": 0.26}
    assert ai[2022].nlargest(4).round(2).to_dict() == leaders
    regions = ai.groupby(units()["region"]).mean()
    assert regions.loc[["中部", "西部", "东北"], 2022].round(3).tolist() == [0.147, 0.140, 0.132]
    assert regions.at["中部", 2013] < regions.at["西部", 2013]


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
