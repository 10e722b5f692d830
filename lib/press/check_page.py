"""A screening as one HTML page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from press.single_page import drawn, single_page
from synergy.figures.screening import coverage_figure, finding_figure
from synergy.screening.findings import KINDS, Finding, Kind, number
from synergy.screening.screen import Screening

#: Pictures on a page; what comes after them is told in words.
PICTURES = 40
#: Widths of the pictures: of one finding, and of the coverage.
WIDTH, WIDE = 440, 560


@dataclass(frozen=True)
class Group:
    """Findings of one kind in one series, with their picture."""

    findings: tuple[Finding, ...]
    picture: Markup


def check_page(found: Screening) -> str:
    """Return the page."""
    return single_page(
        "check_page.html",
        found=found,
        coverage=drawn(coverage_figure(found), WIDE, scrolls=True) if found.series else "",
        sections=list(_sections(found)),
        kinds=KINDS,
        number=number,
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
            made.append(Group(tuple(group), Markup() if figure is None else drawn(figure, WIDTH)))
        yield KINDS[kind], made
