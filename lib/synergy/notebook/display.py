"""How a notebook that no press runs shows what chapters give: IPython's formatters for our values.

The face calls `follow` when it is imported in a notebook (`synergy.__init__`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
from pandas import DataFrame

from synergy.grid import table_html
from synergy.notebook.bundles import fixed, outputs
from synergy.notebook.contents import of_source
from synergy.notebook.plain import alone
from synergy.scorecard import HtmlTable

#: Values of the book by module and name: a shell knows them before they are loaded.
SHOWN = (
    ("synergy.words", "Said"),
    ("synergy.page", "Figure"),
    ("synergy.page", "NumberedTable"),
    ("synergy.exercises.block", "ExerciseBlock"),
)


def follow(shell: Any) -> None:
    """Let an IPython shell show sentences, figures and tables as readers see them."""
    formatters = shell.display_formatter
    for module, name in SHOWN:
        formatters.ipython_display_formatter.for_type_by_name(module, name, show)
    html = formatters.formatters["text/html"]
    html.for_type(DataFrame, table_html)
    html.for_type(HtmlTable, lambda table: alone(table._repr_html_()))
    alt.data_transformers.disable_max_rows()


def show(value: Any) -> None:
    """Display a value of the book, in as many outputs as it has texts and figures."""
    from IPython.display import display

    for output in outputs(value._repr_markdown_(), of_source(), picture):
        display(output.data, raw=True, metadata=output.metadata)  # type: ignore[no-untyped-call]


def picture(spec: Mapping[str, Any]) -> str:
    """Draw a specification as SVG, in the fonts of this machine."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(fixed(spec)))
