"""Pictures of findings: what is found stands out in its year."""

from __future__ import annotations

import re

import pytest

from press.figures import script_json, static_svg
from synergy.figures.screening import DRAWN, coverage_figure, finding_figure
from synergy.figures.theme import ALARM
from synergy.screening.screen import Screening
from test_screening import looked, panel, smooth


@pytest.fixture(scope="module")
def found() -> Screening:
    wide = smooth()
    wide.loc["海南", 2015] *= 0.3
    jump = smooth(2)
    jump.loc[:, 2016:] /= 2.3
    return looked(panel(a=wide, b=jump.round(1)))


def alarms(found: Screening, kind: str) -> list[str]:
    """What is drawn in the colour of alarm."""
    [finding] = [one for one in found.findings if one.kind == kind]
    figure = finding_figure(found, [finding])
    assert figure is not None
    svg = static_svg(script_json(figure.to_dict()), width=440)
    return re.findall(rf'<[^>]*"{ALARM}"[^>]*>', svg)


def test_a_spike_is_a_point_inside_the_picture(found: Screening) -> None:
    [point] = alarms(found, "spike")
    place = re.search(r"translate\(([\d.]+),", point)
    assert place is not None and 150 < float(place[1]) < 300  # the sixth of eleven years


def test_a_common_jump_is_a_rule_in_its_year(found: Screening) -> None:
    [rule] = alarms(found, "common_jump")
    place = re.search(r"translate\(([\d.]+),", rule)
    assert place is not None and 200 < float(place[1]) < 330


def test_every_figure_says_what_it_shows(found: Screening) -> None:
    assert "2 个序列" in coverage_figure(found).to_dict()["description"]
    for one in found.findings:
        figure = finding_figure(found, [one])
        assert (figure is not None) == (one.kind in DRAWN)
        assert figure is None or figure.to_dict()["description"] == one.sentence
