"""Colours: legible on both pages, apart without colour vision and in grey."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from synergy.dictionary import published_table
from synergy.figures import theme
from synergy.palette import counterparts, luminance, palette

# Full deficiency, linear RGB: Machado, Oliveira and Fernandes (2009), table of severity 1.
SIMULATED = {
    "normal": np.eye(3),
    "protan": np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]),
    "deutan": np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]),
    "tritan": np.array([[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]]),
    "grey": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}
# Oklab, Ottosson (2020).
_CONES = np.array([[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]])
_LAB = np.array([[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]])

LIGHT, DARK = ("#ffffff", "#f3f5f7"), ("#14181e", "#222832")
#: Codes of what is written, or drawn as a line, in its colour.
WRITTEN = ("ink", "text", "mute", "east", "central", "west", "northeast", "accent", "contrast")
WRITTEN += ("rose", "teal", "alarm", "synthetic")


def oklab(colour: str, view: str) -> np.ndarray:
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    seen = np.clip(SIMULATED[view] @ linear, 0, 1)
    return _LAB @ np.cbrt(_CONES @ seen)


def apart(some: str, other: str, view: str) -> float:
    return float(np.linalg.norm(oklab(some, view) - oklab(other, view)))


def contrast(some: str, other: str) -> float:
    high, low = sorted((luminance(some), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("view", SIMULATED)
def test_neighbouring_grades_part_in_every_view(view: str) -> None:
    assert len(theme.GRADES) == len(published_table(3))
    assert min(apart(a, b, view) for a, b in pairwise(theme.GRADES)) > 0.06


def test_ten_grades_are_ten_greys_that_rise_to_the_middle_and_fall_again() -> None:
    levels = [luminance(colour) for colour in theme.GRADES]
    assert levels[:5] == sorted(levels[:5]) and levels[5:] == sorted(levels[5:], reverse=True)
    assert min(apart(a, b, "grey") for a, b in combinations(theme.GRADES, 2)) > 0.03


@pytest.mark.parametrize("page", ["light", "dark"])
@pytest.mark.parametrize("view", [view for view in SIMULATED if view != "grey"])
def test_regions_part_in_every_view(page: str, view: str) -> None:
    regions = (palette()[code] for code in ("east", "central", "west", "northeast"))
    colours = [getattr(region, page) for region in regions]
    assert min(apart(a, b, view) for a, b in combinations(colours, 2)) > 0.065


@pytest.mark.parametrize("code", WRITTEN)
def test_what_is_written_reads_well_on_both_pages(code: str) -> None:
    row = palette()[code]
    assert min(contrast(row.light, ground) for ground in LIGHT) >= 4.5
    assert min(contrast(row.dark, ground) for ground in DARK) >= 4.5


@pytest.mark.parametrize("classes", [theme.VERDICTS, theme.MARKS, dict.fromkeys(theme.GRADES)])
def test_text_on_a_class_reads_well_on_both_pages(classes: dict[str, str]) -> None:
    turned = counterparts()
    for fill in set(filter(None, classes.values())) or classes:
        ink = theme.text_on({"x": fill}, "class")["value"]
        for page in (lambda c: c, lambda c: turned.get(c, c)):
            assert contrast(page(fill), page(ink)) >= 4.5, (fill, ink)


def test_one_light_colour_has_one_dark_counterpart() -> None:
    pairs = set(palette().values())
    assert len(pairs) == len({pair.light for pair in pairs})
    assert counterparts() == {light: dark for light, dark in pairs if light != dark}
