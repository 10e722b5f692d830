"""A screening as one HTML page that needs nothing else: pictures are drawn into it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import jinja2
from markupsafe import Markup

from press.figures import static_svg
from synergy import __version__
from synergy.figures.screening import coverage_figure, finding_figure
from synergy.figures.theme import Figure
from synergy.screening.findings import KINDS, Finding, Kind, number
from synergy.screening.screen import Screening

#: Pictures on a page; what comes after them is told in words.
PICTURES = 40


@dataclass(frozen=True)
class Group:
    """Findings of one kind in one series, with their picture."""

    findings: tuple[Finding, ...]
    picture: Markup


def check_page(found: Screening) -> str:
    """Return the page; every label of the reader's file is escaped."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    environment.filters["number"] = number
    template = environment.get_template("check_page.html")
    return template.render(
        found=found,
        version=__version__,
        coverage=_drawn(coverage_figure(found), width=560),
        sections=list(_sections(found)),
        kinds=KINDS,
    )


def _sections(found: Screening) -> Iterator[tuple[Kind, list[Group]]]:
    left = PICTURES
    for kind, findings in groupby(found.findings, key=lambda one: one.kind):
        groups: dict[tuple[str, ...], list[Finding]] = {}
        for one in findings:
            groups.setdefault(one.series, []).append(one)
        made = []
        for group in groups.values():
            figure = finding_figure(found, group) if left else None
            left -= figure is not None
            made.append(Group(tuple(group), Markup() if figure is None else _drawn(figure)))
        yield KINDS[kind], made


def _drawn(figure: Figure, *, width: int = 440) -> Markup:
    """A figure as SVG in the page, with its text alternative; a wide one scrolls on a phone."""
    spec = figure.to_dict()
    svg = Markup(static_svg(spec, width=width))
    frame = '<div class="picture{}" role="img" aria-label="{}">{}</div>'
    return Markup(frame).format(" wide" if width > 440 else "", spec.get("description", ""), svg)
