"""The documentation: its code runs, its table names every option, its build has no warning."""

from __future__ import annotations

import csv
import doctest
import inspect
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pandas as pd
import pytest

import pvar

DOCS = Path(__file__).parents[1] / "docs"
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md"))}
PRINTING = {name: text for name, text in PAGES.items() if ">>>" in text}
BUILDERS = ("sphinx", "myst_parser", "sphinx_book_theme", "sphinxcontrib.bibtex")


@pytest.mark.parametrize("page", PRINTING)
def test_code_prints_what_the_page_says(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DOCS)
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGES[page], re.S))
    example = doctest.DocTestParser().get_doctest(code, {}, page, f"{page}.md", 0)
    with warnings.catch_warnings():
        result = doctest.DocTestRunner(verbose=False).run(example)
    assert result.attempted > 1
    assert result.failed == 0


def test_pages_with_code() -> None:
    assert set(PRINTING) == {"index", "tutorial", "coming", "validation"}


# --- the table of options ---------------------------------------------------------------------


def options() -> pd.DataFrame:
    with (DOCS / "options.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    return pd.DataFrame(rows, columns=head)


def test_every_option_has_its_row() -> None:
    named = set(re.findall(r"\w+", " ".join(options()["this package"])))
    for call in (pvar.panel_var, pvar.least_squares):
        assert set(inspect.signature(call).parameters) - {"frame"} <= named
    kinds = {"simple", "orthogonal", "generalised", "fevd"}
    values = {"fod", "fd", "pvar2", "just", "all", "dummies", "demean", "drop", "row", "identity"}
    assert kinds | values | set(pvar.gmm.COVARIANCES) - {"driscoll-kraay"} <= named


def test_compared_are_only_programs_whose_output_was() -> None:
    marked = options().map(lambda cell: "✓" in cell).any()
    assert set(marked.index[marked]) == {"xtvar", "panelvar", "plm (pgmm)", "pydynpd"}


# --- what the page on estimators says ---------------------------------------------------------


def simulated() -> pd.DataFrame:
    return pd.read_csv(DOCS / "simulation.csv")


def test_claims_of_the_page_on_estimators() -> None:
    table = simulated()
    designs = ["variables", "units", "instruments", "sizes"]
    first = table.groupby([*designs, "estimator"])[["rmse", "median_bias"]].first()
    rmse, bias = first["rmse"].unstack(), first["median_bias"].unstack()
    assert (rmse.idxmin(axis=1) == "Hahn-Kuersteiner").all()
    assert (bias["least squares"] >= 0.07).all()
    assert (bias["half-panel jackknife"] < bias["Hahn-Kuersteiner"])[2].all()
    strong = rmse.xs(("strong", "alike"), level=["instruments", "sizes"])
    assert (strong["FD just"] / strong["FOD just"]).between(0.8, 1.25).all()
    weak = rmse.xs((30, "weak"), level=["units", "instruments"])
    assert (weak[["FD just", "FOD just"]].gt(2.0 * weak["FOD 3, one step"], axis=0)).all(axis=None)
    one, two = rmse["FOD 3, one step"], rmse["FOD 3, two steps"]
    unequal = two.index.get_level_values("sizes") == "unequal"
    assert (two < one)[unequal].all()
    assert (two >= one)[~unequal & two.notna()].all()
    cover = table.set_index([*designs, "estimator", "interval"])["coverage"].unstack([-2, -1])
    assert cover["FOD 3, two steps"]["windmeijer, t(N - 1)"][~unequal].min() > 0.94
    assert cover["FOD 3, two steps"]["unadjusted, t(N - 1)"].min() < 0.6
    exact = table["coverage"].between(0.94, 0.96)
    assert table[exact].groupby("units")["mc_error"].max().le([0.005, 0.01]).all()


def test_what_intervals_are_said_to_hold() -> None:
    """Of the pages on estimators and their options; shares in the text are those of the table."""
    designs = ["variables", "units", "instruments", "sizes"]
    table = simulated().set_index([*designs, "estimator", "interval"])["coverage"]
    cover = table.unstack([-2, -1]).sort_index()
    alike = cover.xs("alike", level="sizes")
    few = alike.xs(30, level="units")
    for estimator in ("FOD just", "FOD 3, one step", "FOD 3, two steps"):
        shown = cover[estimator].dropna()
        kind = "windmeijer" if "two" in estimator else "clustered"
        usual, pairs, wild = (
            shown[name] for name in (f"{kind}, t(N - 1)", "pairs, percentile", "wild, bootstrap-t")
        )
        uneven = (2, 30, "strong", "unequal")
        assert usual[uneven] < pairs[uneven] <= wild[uneven]
        mean = (shown.xs(30, level="units").xs("alike", level="sizes") - 0.95).abs().mean()
        assert mean["pairs, percentile"] > mean[f"{kind}, t(N - 1)"] - 0.002
    normal, t = few["FOD 3, one step"]["clustered"], few["FOD 3, one step"]["clustered, t(N - 1)"]
    assert (normal < t).all() and (0.95 - normal).max() < 0.015  # "a little too small"
    many = alike.xs(300, level="units")[["Hahn-Kuersteiner", "half-panel jackknife"]]
    held = many.xs("clustered, t(N - 1)", axis=1, level="interval")
    text = PAGES["choosing"]
    low, high = re.findall(r"their intervals hold (\d+) to (\d+) %", text)[0]
    assert (f"{held.min(axis=None):.0%}", f"{held.max(axis=None):.0%}") == (f"{low}%", f"{high}%")
    kraay = cover.xs("driscoll-kraay", axis=1, level="interval")["FOD just"]
    assert kraay.xs("strong", level="instruments").max() < 0.93


def test_what_tests_are_said_to_reject() -> None:
    table = pd.read_csv(DOCS / "simulation_tests.csv")
    designs = ["variables", "units", "instruments", "sizes"]
    estimator = "FOD 3, one step"
    own = table[table["estimator"] == estimator].set_index([*designs, "test"])
    rejected = own["rejected"].unstack()
    concentrated = rejected["Anderson-Rubin, concentrated"]
    assert concentrated.xs(30, level="units").max() <= 0.05
    many = own.xs("Anderson-Rubin, concentrated", level="test").xs(300, level="units")
    assert (abs(many["rejected"] - 0.05) <= 2 * many["mc_error"]).all()
    assert (rejected["Anderson-Rubin, projection"] <= concentrated).all()
    covered = simulated().query("interval == 'clustered, t(N - 1)'")
    covered = covered[covered["estimator"] == estimator]
    right = covered.set_index(designs)["coverage"].between(0.94, 0.965)
    assert (rejected["warns: F < 10"][right] > 0.5).sum() >= 2  # "most samples of several designs"


def test_claims_of_the_paper() -> None:
    table = pd.read_csv(DOCS / "validation.csv")
    paper = (DOCS.parent / "paper" / "paper.md").read_text(encoding="utf-8")
    (calls,) = re.findall(r"of (\d+) recorded calls", paper)
    assert (table["source"] == "panelvar").sum() == int(calls)
    (worst,) = re.findall(r"any coefficient is (\S+)\. ", paper)
    assert table["coefficients"].max() == float(worst)


# --- the build --------------------------------------------------------------------------------


@pytest.mark.book
def test_the_documentation_builds_without_a_warning_and_needs_no_network(tmp_path: Path) -> None:
    for module in BUILDERS:
        pytest.importorskip(module)
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", str(DOCS), str(tmp_path)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    pages = {path.stem: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.html")}
    assert set(PAGES) <= set(pages)
    for name, text in pages.items():
        fetched = re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="(https?:[^"]+)"', text)
        assert fetched == [], name
    assert 'As in <a class="reference internal" href="#pvar.Specification"' in pages["api"]
    assert "Undefined" not in pages["choosing"] and "{{" not in pages["validation"]
    for name in pvar.__all__:
        assert f'id="pvar.{name}"' in pages["api"], name
