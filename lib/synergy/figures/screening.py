"""Pictures of what a screening found: which years are covered, and how a finding stands out."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from synergy.figures import theme
from synergy.figures.grammar import grid
from synergy.figures.theme import ACCENT, ALARM, REFERENCE, TEXT, Figure, inline
from synergy.screening.findings import Finding
from synergy.screening.screen import Screening

#: Kinds that a path in time shows; the others are told in words.
DRAWN = frozenset(
    {"impossible", "slip", "unusual", "share_sum", "common_jump", "not_following", "spike", "break"}
    | {"one_curve", "copied_places", "linear", "carried"}
)
#: Kinds that are drawn as they are, and those of them on a scale from the lowest to the highest.
AS_IS = frozenset({"impossible", "slip", "unusual", "share_sum"})
LINEAR = AS_IS - {"slip"}
#: Places that are named beside their points.
NAMED = 6
#: The other places, behind.
CROWD = "rgba(128,128,128,0.35)"
HEIGHT = 190


def coverage_figure(found: Screening) -> Figure:
    """Draw how many places have a value, by series and year."""
    table = found.coverage
    most = int(table.to_numpy().max())
    named = table.rename(index=lambda label: str(label).strip("“”")).rename_axis(index="name")
    data = named.reset_index().melt("name", var_name="year", value_name="places")
    return grid(
        data,
        x="year",
        fill="places",
        text="places",
        scale={"domain": [0, most]},
        dark=theme.deep("places", most),
        axes=(theme.axis(labelAngle=0, orient="top"), theme.axis(labelLimit=150)),
        step=20,
        size=10,
        fmt="d",
        say="{{ n }} 个序列各年有值的{{ unit }}数，最多 {{ most }} 个。",
        facts={"n": len(table), "most": most, "unit": found.unit},
    )


def finding_figure(found: Screening, findings: Sequence[Finding]) -> Figure | None:
    """Draw findings of one kind in one series among the paths of all places; None if not drawn.

    Paths are relative to each place's own median, on a logarithmic scale, so that places of all
    sizes can be compared; what is beyond a bound, or in another unit, is drawn as it is.
    """
    first = findings[0]
    if first.kind not in DRAWN:
        return None
    table = _paths(found, first)
    places = sorted({place for one in findings for place in one.places})
    years = sorted({year for one in findings for year in one.years})
    linear = first.kind in LINEAR
    scale = alt.Scale(zero=False) if linear else alt.Scale(type="log", nice=False)
    title = "值" if first.kind in AS_IS else "与本地中位数之比"
    side = theme.upright(title, format=".4~g", tickCount=5)
    base = alt.Chart(inline(table, ["province", "year", "value"]))
    layers = [_crowd(base), *_rules([] if places else years)]
    layers += _marked(base, places, years) if places else [_middle(base)]
    across = alt.X("year:O", axis=theme.years())
    chart = alt.layer(*layers).encode(x=across, y=alt.Y("value:Q", scale=scale, axis=side))
    told = "".join(one.sentence for one in findings[:4])
    return theme.finish(chart, "{{ told }}", height=HEIGHT, facts={"told": told})


def _paths(found: Screening, first: Finding) -> pd.DataFrame:
    """Long table of the paths to draw: place, year, value."""
    series = [one for one in found.series if one.name in first.series]
    values = sum((one.values for one in series[1:]), series[0].values)
    if first.kind not in LINEAR:
        values = values.where(values > 0)
    if first.kind not in AS_IS:
        values = values.div(values.median(axis=1), axis=0)
    table = values.rename_axis(index="province").reset_index()
    long = table.melt("province", var_name="year", value_name="value").dropna()
    return long.astype({"year": int})


def _crowd(base: alt.Chart) -> alt.Chart:
    lines: alt.Chart = base.mark_line(color=CROWD, strokeWidth=1)
    return lines.encode(detail="province:N")


def _middle(base: alt.Chart) -> alt.Chart:
    line = base.transform_aggregate(value="median(value)", groupby=["year"])
    dots = alt.OverlayMarkDef(color=ACCENT, size=30)
    middle: alt.Chart = line.mark_line(color=ACCENT, strokeWidth=2.5, point=dots)
    return middle


def _rules(years: Sequence[int]) -> list[alt.Chart]:
    rows = alt.InlineData(values=[{"year": year} for year in years])
    rule = alt.Chart(rows).mark_rule(color=ALARM, strokeDash=REFERENCE)
    return [rule.encode(y=alt.value(0), y2=alt.value(HEIGHT))] if years else []


def _marked(base: alt.Chart, places: Sequence[str], years: Sequence[int]) -> list[alt.Chart]:
    """The places that the findings name, with their years as points."""
    own = base.transform_filter(theme.one_of(places, "province"))
    line = own.mark_line(color=ACCENT, strokeWidth=2.5).encode(detail="province:N")
    when = own.transform_filter(f"indexof({list(years)}, datum.year) >= 0")
    names = when.mark_text(dy=-10, fontSize=theme.SMALL, color=TEXT).encode(text="province:N")
    points = when.mark_point(filled=True, size=60, color=ALARM, opacity=1)
    return [line, points, names] if len(places) <= NAMED else [line, points]
