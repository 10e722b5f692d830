"""The documentation of pvar: `python -m sphinx docs OUT`, without network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from sphinx.application import Sphinx

HERE = Path(__file__).parent

project = "pvar"
author = "The authors of the living report"
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinxcontrib.bibtex",
]
myst_enable_extensions = ["substitution", "attrs_block"]
myst_heading_anchors = 3
bibtex_bibfiles = ["../paper/paper.bib"]
bibtex_default_style = "plain"
bibtex_reference_style = "author_year"
default_role = "py:obj"
autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
# "variables" names an attribute of several classes.
suppress_warnings = ["myst.domains", "ref.python"]

html_theme = "sphinx_book_theme"
html_title = "pvar: panel vector autoregression"
html_static_path = ["look"]
html_css_files = ["pvar.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "show_navbar_depth": 1,
    "show_toc_level": 2,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "home_page_in_toc": True,
    "pygments_light_style": "xcode",
    "pygments_dark_style": "github-dark",
}


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; the first column to the left, the others to the right."""
    lines = [list(head), ["---", *["---:"] * (len(head) - 1)], *map(list, rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def shown(value: Any, form: str) -> str:
    """A number, or nothing where there is none."""
    return "" if value is None or pd.isna(value) else format(value, form)


def validation() -> dict[str, str]:
    """Worst difference by source and quantity, and the same for every answer."""
    table = pd.read_csv(HERE / "validation.csv", index_col=["source", "answer"])
    worst, sources = table.groupby("source", sort=False).max().T, table.groupby("source").size()
    head = ["", *(f"{name} ({sources[name]})" for name in worst.columns)]
    rows = [[str(name), *(shown(v, ".0e") for v in row)] for name, row in worst.iterrows()]
    names = table.index.get_level_values("answer")
    cells = ([shown(v, ".0e") for v in row] for row in table.to_numpy())
    every = [[f"`{name}`", *row] for name, row in zip(names, cells, strict=True)]
    return {"worst": markdown(head, rows), "every": markdown(["answer", *table.columns], every)}


#: Designs of the simulation, as columns: label, then variables, instruments and sizes.
DESIGNS = {
    "2 variables": (2, "strong", "alike"),
    "2, weak": (2, "weak", "alike"),
    "5 variables": (5, "strong", "alike"),
    "5, weak": (5, "weak", "alike"),
    "2, unequal units": (2, "strong", "unequal"),
}
KEYS = ["variables", "instruments", "sizes"]

#: Intervals that the page shows; the file holds all of them.
INTERVALS = (
    ("FOD just", "clustered"),
    ("FOD just", "clustered, t(N - 1)"),
    ("FOD just", "pairs, percentile"),
    ("FOD just", "wild, bootstrap-t"),
    ("FOD just", "driscoll-kraay"),
    ("FOD 3, one step", "clustered, t(N - 1)"),
    ("FOD 3, two steps", "windmeijer, t(N - 1)"),
    ("FOD 3, two steps", "unadjusted, t(N - 1)"),
    ("FOD 3, two steps", "pairs, percentile"),
    ("FOD 3, two steps", "wild, bootstrap-t"),
    ("system, two steps", "windmeijer, t(N - 1)"),
    ("least squares", "clustered, t(N - 1)"),
    ("half-panel jackknife", "clustered, t(N - 1)"),
    ("half-panel jackknife", "robust, t(N - 1)"),
    ("half-panel jackknife", "driscoll-kraay"),
    ("Hahn-Kuersteiner", "clustered, t(N - 1)"),
)


#: Estimators whose tests the page shows; the file holds those of all.
TESTED = ("FOD 3, one step", "FOD 3, two steps", "system, two steps", "half-panel jackknife")


def accuracy(units: int) -> str:
    """Error, bias and unstable share by estimator, a column for each design."""
    table = pd.read_csv(HERE / "simulation.csv").query(f"units == {units}")
    found = table.drop_duplicates([*KEYS, "estimator"]).set_index([*KEYS, "estimator"])
    cells = {
        key: "\N{NO-BREAK SPACE}".join(
            (f"{row.rmse:.2f},", f"{row.median_bias:.2f},", f"{row.unstable:.0%}")
        )
        for key, row in found.iterrows()
    }
    rows = [
        [name, *(cells.get((*design, name), "") for design in DESIGNS.values())]
        for name in table["estimator"].unique()
    ]
    return markdown(["", *DESIGNS], rows)


def coverage(units: int) -> str:
    """Share of intervals that hold the truth, a column for each design."""
    table = pd.read_csv(HERE / "simulation.csv").query(f"units == {units}")
    found = table.set_index([*KEYS, "estimator", "interval"])["coverage"]
    rows = [
        [": ".join(pair), *(shown(found.get((*d, *pair)), ".1%") for d in DESIGNS.values())]
        for pair in INTERVALS
    ]
    return markdown(["", *DESIGNS], rows)


def sizes(units: int) -> str:
    """Share of true nulls that tests reject at 5 %, a column for each design."""
    table = pd.read_csv(HERE / "simulation_tests.csv").query(f"units == {units}")
    found = table.set_index([*KEYS, "estimator", "test"])["rejected"]
    shown_ones = table[table["estimator"].isin(TESTED)]
    pairs = shown_ones[["estimator", "test"]].drop_duplicates().itertuples(index=False)
    rows = [
        [": ".join(pair), *(shown(found.get((*d, *pair)), ".1%") for d in DESIGNS.values())]
        for pair in pairs
    ]
    return markdown(["", *DESIGNS], rows)


def samples(units: int) -> str:
    """How many samples were simulated."""
    table = pd.read_csv(HERE / "simulation.csv").query(f"units == {units}")
    (count,) = table["replications"].unique()
    return f"{count:,}"


myst_substitutions = validation() | {
    f"{table.__name__}{units}": table(units)
    for table in (accuracy, coverage, sizes, samples)
    for units in (30, 300)
}


def escaped(
    app: Sphinx, what: str, name: str, found: object, how: object, lines: list[str]
) -> None:
    """Docstrings write determinants as |Sigma|, which reStructuredText takes for something else."""
    lines[:] = [line.replace("|", r"\|") for line in lines]


def setup(app: Sphinx) -> None:
    """Hear of every docstring before it is read."""
    app.connect("autodoc-process-docstring", escaped)
