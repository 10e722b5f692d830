"""How a notebook that no press runs shows what chapters give: IPython's formatters for our values.

The face calls `follow` when it is imported in a notebook (`synergy.__init__`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
from pandas import DataFrame

from synergy.exercises.block import ExerciseBlock
from synergy.grid import table_html
from synergy.notebook.bundles import fixed, outputs
from synergy.notebook.contents import of_source
from synergy.page import Figure, NumberedTable
from synergy.words import Said


def follow(shell: Any) -> None:
    """Let an IPython shell show sentences, figures and tables as readers see them."""
    formatters = shell.display_formatter
    for shown in (Said, Figure, NumberedTable, ExerciseBlock):
        formatters.ipython_display_formatter.for_type(shown, show)
    formatters.formatters["text/html"].for_type(DataFrame, table_html)
    alt.data_transformers.disable_max_rows()


def show(value: Said | Figure | NumberedTable | ExerciseBlock) -> None:
    """Display a value of the book, in as many outputs as it has texts and figures."""
    from IPython.display import display

    for output in outputs(value._repr_markdown_(), of_source(), picture):
        display(output.data, raw=True, metadata=output.metadata)  # type: ignore[no-untyped-call]


def picture(spec: Mapping[str, Any]) -> str:
    """Draw a specification as SVG, in the fonts of this machine."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(fixed(spec)))
