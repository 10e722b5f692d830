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
    one, two = rmse["FOD 3, one step"], rmse["FOD 3, two steps"]
    unequal = two.index.get_level_values("sizes") == "unequal"
    assert (two < one)[unequal].all()
    assert (two >= one)[~unequal & two.notna()].all()
    cover = table.set_index([*designs, "estimator", "interval"])["coverage"].unstack([-2, -1])
    assert cover["FOD 3, two steps"]["windmeijer, t(N - 1)"][~unequal].min() > 0.94
    assert cover["FOD 3, two steps"]["unadjusted, t(N - 1)"].min() < 0.6
    exact = table["coverage"].between(0.94, 0.96)
    assert table[exact].groupby("units")["mc_error"].max().le([0.005, 0.01]).all()


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
