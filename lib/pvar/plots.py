"""Figures on matplotlib (`pip install pvar-gmm[plot]`): responses, variance shares, eigenvalues.

Each function returns a `matplotlib.figure.Figure`, to show, change or save. Colours are those
of Okabe and Ito (2008), told apart by people with any of the usual colour deficiencies; where
colour means something, shape or place says it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pvar.errors import PanelVARError
from pvar.linalg import Array, ComplexArray
from pvar.messages import message
from pvar.options import column_names, listed, shown

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from pvar.bands import ResponseBands
    from pvar.published import ImpliedSystem
    from pvar.responses import ResponseTable
    from pvar.results import PanelVARResults

#: Okabe and Ito's colours, the darker ones first.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
BLUE, RED, GREY = "#0072B2", "#D55E00", "#666666"
#: Fonts with Chinese characters, of which most computers have one, for names in Chinese.
CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
)
#: How far bands are drawn, in times of the largest response of the same variable.
REACH = 5.0
#: What the level of a band is for.
JOINT = {
    "no": "pointwise",
    "horizons": "simultaneous over periods",
    "all": "simultaneous over all panels",
}
SHOCKS = {
    "simple": "Response to a shock of one unit",
    "orthogonal": "Response to an orthogonalised shock of one standard deviation",
    "generalised": "Generalised response to a shock of one standard deviation",
    "fevd": "Share of the forecast error variance",
}
#: What the horizontal axis counts: from the shock, or for variance shares from one period ahead.
HORIZON = ("Periods after the shock", "Forecast horizon in periods")
#: How to come by what is drawn.
RESPONSES = ("results.responses(...)", "results.bootstrap().bands(...)")
SYSTEMS = ("panel_var(...)", "least_squares(...)", "implied_system(...)")


def plot_irf(
    responses: ResponseBands | ResponseTable,
    *,
    impulses: Sequence[str] | None = None,
    variables: Sequence[str] | None = None,
) -> Figure:
    """Draw responses over the horizon, a panel for each pair, with the band if there is one.

    Parameters
    ----------
    responses : ResponseBands or ResponseTable
    impulses, variables : sequence of str, optional
        Shocks (columns of panels) and responding variables (rows) to draw; all by default.

    Returns
    -------
    matplotlib.figure.Figure
        Rows share their vertical axis, so that shocks can be compared. Bands are drawn up to
        `REACH` times the largest response of the row; the heading says if some go on.

    Raises
    ------
    PanelVARError
        Without matplotlib, for an unknown name, or for what has no responses.
    """
    check_drawable("plot_irf", responses, "kind", RESPONSES)
    columns = chosen("impulses", impulses, responses.variables)
    rows = chosen("variables", variables, responses.variables)
    size = (1.2 + 1.9 * len(columns), 1.0 + 1.45 * len(rows))
    figure: Figure
    figure, axes = pyplot().subplots(
        len(rows),
        len(columns),
        figsize=size,
        sharex=True,
        sharey="row",
        squeeze=False,
        layout="constrained",
    )
    cut = False
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            draw_response(axes[i, j], responses, row, column)
        axes[i, 0].set_ylabel(responses.variables[row], fontsize=9)
        axes[i, 0].yaxis.set_major_formatter("{x:.3g}")
        cut |= cut_far_bands(axes[i, 0], [a[:, row, columns] for a in drawn(responses)])
    figure.supxlabel(HORIZON[responses.kind == "fevd"], fontsize=9)
    figure.suptitle(headline(responses, size[0], cut), fontsize=9)
    return readable(figure)


def drawn(responses: ResponseBands | ResponseTable) -> list[Array]:
    """Values and, if there is a band, its bounds; each (horizon + 1, response, impulse)."""
    names = ("point", "lower", "upper") if hasattr(responses, "lower") else ("values",)
    return [np.asarray(getattr(responses, name)) for name in names]


def cut_far_bands(axis: Any, arrays: Sequence[Array]) -> bool:
    """Limit the vertical axis of a row to `REACH` times its responses; whether that cut any."""
    limit = REACH * float(np.abs(arrays[0]).max())
    low, high = (float(f(arrays)) for f in (np.min, np.max))
    if limit == 0 or max(-low, high) <= limit:
        return False
    low, high = max(low, -limit), min(high, limit)
    margin = 0.05 * (high - low)
    axis.set_ylim(low - margin, high + margin)
    return True


def draw_response(
    axis: Any, responses: ResponseBands | ResponseTable, row: int, column: int
) -> None:
    """One panel: zero line, band, points joined by a line.

    Bounds far beyond the frame are brought nearer, which changes no visible line: matplotlib
    misdraws polygons that are 10^10 times the frame.
    """
    names, arrays = responses.variables, drawn(responses)
    values, *bounds = (array[:, row, column] for array in arrays)
    horizon = np.arange(len(values)) + (responses.kind == "fevd")
    axis.axhline(0.0, color=GREY, linewidth=0.8)
    if bounds:
        far = 1e5 * float(np.abs(arrays[0][:, row]).max())
        edges = (np.clip(bound, -far, far) for bound in bounds)
        axis.fill_between(horizon, *edges, color=BLUE, alpha=0.22, linewidth=0)
    axis.plot(horizon, values, color=BLUE, linewidth=1.6)
    axis.set_title(f"{names[column]} → {names[row]}", fontsize=9)
    axis.locator_params(axis="x", integer=True, nbins=6)
    axis.locator_params(axis="y", nbins=5)
    plain(axis)


def headline(responses: ResponseBands | ResponseTable, inches: float, cut: bool) -> str:
    """What is drawn: kind, level and method of the band, and whether it goes on."""
    text = SHOCKS[responses.kind]
    if getattr(responses, "cumulative", False):
        text = f"{text}, summed over periods"
    level, method = (getattr(responses, name, None) for name in ("level", "method"))
    if level is None:
        return text
    band = f"{level:.0%} band ({JOINT[getattr(responses, 'simultaneous', 'no')]}, {method})"
    join = "\n" if inches < 8 else "; "
    return f"{text}{join}{band}{'; cut at the frame' * cut}"


def plot_fevd(shares: ResponseTable | ResponseBands) -> Figure:
    """Draw variance shares, a panel for each variable, or lines with bands if there are any.

    Parameters
    ----------
    shares : ResponseTable or ResponseBands
        Of kind "fevd". Shares of a table are stacked, the first impulse at the bottom.

    Raises
    ------
    PanelVARError
        Without matplotlib, or for responses of another kind.
    """
    check_drawable("plot_fevd", shares, "kind", RESPONSES)
    if shares.kind != "fevd":
        raise PanelVARError(
            message(
                "plot_fevd draws variance shares, kind='fevd'; these are of kind {kind!r}.",
                kind=shares.kind,
            )
        )
    if hasattr(shares, "lower"):
        return plot_irf(shares)
    values, m = drawn(shares)[0], len(shares.variables)
    columns = min(m, 3)
    rows = -(-m // columns)
    size = (1.0 + 2.4 * columns, 1.1 + 1.9 * rows)
    figure: Figure
    figure, axes = pyplot().subplots(
        rows, columns, figsize=size, sharex=True, sharey=True, squeeze=False, layout="constrained"
    )
    for place, axis in enumerate(axes.flat):
        if place < m:
            draw_shares(axis, values[:, place], shares.variables, place)
            axis.tick_params(labelbottom=place + columns >= m)
        else:
            axis.set_axis_off()
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(
        handles, labels, title="Shock", loc="outside right upper", fontsize=8, title_fontsize=8
    )
    figure.supxlabel(HORIZON[True], fontsize=9)
    figure.supylabel("Share of the forecast error variance", fontsize=9)
    return readable(figure)


def draw_shares(axis: Any, shares: Array, names: Sequence[str], response: int) -> None:
    """Stacked bars of one variable, one for each horizon, the first impulse at the bottom."""
    horizon = np.arange(1, len(shares) + 1)
    bottoms = np.cumsum(shares, axis=1) - shares
    for impulse, colour in enumerate(palette(len(names))):
        axis.bar(
            horizon,
            shares[:, impulse],
            bottom=bottoms[:, impulse],
            width=1.0,
            color=colour,
            edgecolor="white",
            linewidth=0.5,
            label=names[impulse],
        )
    axis.set(ylim=(0, 1), xlim=(0.5, len(shares) + 0.5))
    axis.locator_params(axis="x", integer=True, nbins=6)
    axis.set_title(names[response], fontsize=9)
    plain(axis)


def palette(count: int) -> list[Any]:
    """Colours for so many impulses: Okabe and Ito's, or steps of cividis beyond eight."""
    if count <= len(COLOURS):
        return list(COLOURS[:count])
    scale = pyplot().get_cmap("cividis")
    return [scale(step) for step in np.linspace(0.0, 1.0, count)]


def plot_roots(system: PanelVARResults | ImpliedSystem) -> Figure:
    """Draw the companion eigenvalues with the unit circle; stable is inside.

    Parameters
    ----------
    system : PanelVARResults or ImpliedSystem
        The eigenvalue with the largest modulus is ringed and told in the legend; for a printed
        table with what rounding leaves open.

    Raises
    ------
    PanelVARError
        Without matplotlib, or for what has no eigenvalues.
    """
    check_drawable("plot_roots", system, "eigenvalues", SYSTEMS)
    figure: Figure
    figure, axis = pyplot().subplots(figsize=(4.4, 4.9), layout="constrained")
    turn = np.linspace(0.0, 2.0 * np.pi, 361)
    axis.plot(np.cos(turn), np.sin(turn), color=GREY, linewidth=1.0)
    axis.axhline(0.0, color="#cccccc", linewidth=0.8, zorder=0)
    axis.axvline(0.0, color="#cccccc", linewidth=0.8, zorder=0)
    values = np.asarray(system.eigenvalues)
    draw_roots(axis, values, root_label(system))
    reach = 1.15 * max(1.0, float(np.abs(values).max()))
    axis.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    axis.set(xlabel="Real part", ylabel="Imaginary part")
    figure.legend(loc="outside lower center", fontsize=8, frameon=False)
    plain(axis)
    return figure


def draw_roots(axis: Any, values: ComplexArray, label: str) -> None:
    """Eigenvalues, those outside by shape and colour, those of the largest modulus ringed."""
    moduli = np.abs(values)
    outside = moduli >= 1.0
    for kept, marker, colour, name in (
        (~outside, "o", BLUE, "inside the unit circle"),
        (outside, "D", RED, "on the unit circle or outside"),
    ):
        if kept.any():
            spots = values[kept]
            look = {"s": 36, "c": colour, "marker": marker, "label": name}
            axis.scatter(spots.real, spots.imag, zorder=3, **look)
    leading = values[moduli >= moduli.max() * (1.0 - 1e-9)]
    ring = {"facecolors": "none", "edgecolors": "black", "linewidths": 1.2}
    axis.scatter(leading.real, leading.imag, 130, label=label, zorder=4, **ring)


def root_label(system: PanelVARResults | ImpliedSystem) -> str:
    """The largest modulus, and for a printed table the range that rounding allows at least."""
    text = f"largest modulus, {np.abs(system.eigenvalues[0]):.3f}"
    low, high = getattr(system, "rounding_bound", (np.nan, np.nan))
    if not np.isfinite([low, high]).all():
        return text
    return f"{text}; rounding allows {low:.3f} to {high:.3f}"


def check_drawable(call: str, given: object, drawn: str, cures: tuple[str, ...]) -> None:
    """Refuse what lacks the attribute that the figure is made of."""
    if not hasattr(given, drawn):
        raise PanelVARError(
            message(
                "{call} cannot draw {value}; give one of {cures}.",
                call=call,
                value=shown(given),
                cures=listed(cures),
            )
        )


def chosen(option: str, names: Sequence[str] | None, known: Sequence[str]) -> list[int]:
    """Positions of the names, all of them by default."""
    if names is None:
        return list(range(len(known)))
    asked = column_names(option, names)
    unknown = [name for name in asked if name not in known]
    if unknown or not asked:
        raise PanelVARError(
            message(
                "There is no variable {unknown} to draw; there are {known}.",
                unknown=listed(unknown) or "-",
                known=listed(known),
            )
        )
    return [list(known).index(name) for name in asked]


def readable(figure: Figure) -> Figure:
    """The figure, with a Chinese font behind the usual ones if a name needs one."""
    from matplotlib import font_manager, text

    words = [found for found in figure.findobj(text.Text) if is_chinese(found.get_text())]
    installed = set(font_manager.get_font_names()) if words else set()
    fonts = [font for font in CHINESE_FONTS if font in installed]
    for found in words:
        found.set_fontfamily([*found.get_fontfamily(), *fonts])
    return figure


def is_chinese(text: str) -> bool:
    """Whether there is a character of the scripts from Chinese radicals to ideographs."""
    return any("\u2e80" <= character <= "\u9fff" for character in text)


def plain(axis: Any) -> None:
    """Small ticks, no frame at the top and right."""
    axis.tick_params(labelsize=8)
    axis.spines[["top", "right"]].set_visible(False)


def pyplot() -> Any:
    """matplotlib's pyplot, or what to install."""
    try:
        from matplotlib import pyplot as found
    except ImportError as error:
        raise PanelVARError(
            message("Figures need matplotlib, which is not installed: pip install matplotlib.")
        ) from error
    return found
