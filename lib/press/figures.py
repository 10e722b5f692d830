"""Altair charts in the book: a JSON spec in the page, drawn by one bundle for the whole site.

Altair's stock renderers call a CDN or inline 0.9 MB of JavaScript with every chart. Here a
chart is about 4 KB: an HTML element that holds the spec, which `book/look/figures.js` draws
when a reader comes to it. Before that, and on paper, the same spec stands as a static SVG
(`press.stills`).
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from press.fonts import FONT_FAMILY, fonts_directory, usual_letters


def figure_html(spec: dict[str, Any], **_: Any) -> dict[str, str]:
    """Return the mime bundle of a Vega-Lite spec: an element that holds it as JSON.

    Its `description` becomes the text alternative.
    """
    label = html.escape(str(spec.get("description", "")), quote=True)
    return {
        "text/html": f'<div class="vega-figure" role="img" aria-label="{label}">'
        f'<script type="application/json">{script_json(spec)}</script></div>',
        "text/plain": spec.get("description", "figure"),
    }


def script_json(value: Any) -> str:
    """Serialise to JSON that no data label can break out of: `<`, `>` and `&` are escaped."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.translate({ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


def data_element(name: str, value: Any) -> str:
    """Return data that go along with a page, as an element that a script finds by its name."""
    return f'<script type="application/json" id="{name}">{script_json(value)}</script>'


def enable_renderer() -> None:
    """Make `figure_html` the way Altair displays charts in this process."""
    import altair as alt

    alt.renderers.register("press", figure_html)
    alt.renderers.enable("press")
    alt.data_transformers.disable_max_rows()


def trust_charts() -> None:
    """Leave Altair's checks, a fifth of a chapter's time, to the tests, which see every chart."""
    import altair as alt
    from altair.utils import schemapi

    def trusting(*_: Any, **__: Any) -> None:
        """Check nothing."""

    schemapi.disable_debug_mode()
    for check in ("validate", "validate_property"):
        setattr(schemapi.SchemaBase, check, staticmethod(trusting))
    # Altair hashes its whole schema anew for every condition and value of a chart.
    classes = schemapi._FromDict(alt.Chart._default_wrapper_classes())
    schemapi._FromDict = lambda _: classes  # type: ignore[assignment,misc]


def enable_tables(shell: Any) -> None:
    """Make `table_html` the way an IPython shell displays data frames."""
    from pandas import DataFrame

    from synergy.grid import table_html

    shell.display_formatter.formatters["text/html"].for_type(DataFrame, table_html)


def javascript_bundle() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script that leaks no other global.

    The bundle declares a global `_` that collides with Sphinx's own, so it is wrapped.
    """
    return f"(function(){{{_bundled()}}})();"


@cache
def _bundled() -> str:
    import vl_convert

    bundle: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # the stub lags behind
    return bundle


@cache
def _register(fonts: Path) -> None:
    import vl_convert

    vl_convert.register_font_directory(str(fonts))


def static_svg(spec: str, *, width: int, fonts: Callable[[], Path] | None = None) -> str:
    """Draw a spec stored in a page as SVG.

    Parameters
    ----------
    spec : str
        In Vega-Lite, as `script_json` writes it.
    width : int
        Pixels that replace a fluid width.
    fonts : callable, optional
        Gives the folder of the light font, with which the same is drawn sooner; making it takes
        longer than one chart, so that it is asked for only when there is something to draw.
    """
    import vl_convert

    _register(fonts() if fonts and set(spec) <= usual_letters() else fonts_directory())
    fixed = json.loads(spec)
    fixed["config"] = {**fixed.get("config", {}), "font": FONT_FAMILY}
    if fixed.get("width") == "container":
        fixed["width"] = width
    svg: str = vl_convert.vegalite_to_svg(fixed)
    return svg
