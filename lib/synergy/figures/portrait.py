"""The pages about one place each: their figures, and the tile map that leads to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import numpy as np
import pandas as pd

from synergy.dictionary import REGIONS, all_places, find_place, units
from synergy.figures import theme
from synergy.figures.explorers import menu
from synergy.figures.grammar import rows
from synergy.figures.paper import equal_coordination, equal_coupling, isolines
from synergy.figures.planes import plane
from synergy.figures.theme import ACCENT, CONTRAST, MUTE, Figure, inline
from synergy.palette import is_dark
from synergy.panel import of_year
from synergy.portrait import measures
from synergy.standings import paths
from synergy.words import Said, phrase

if TYPE_CHECKING:
    from synergy.dictionary import Place
    from synergy.evidence import Findings


def trajectory_plane(findings: Findings, place: Place) -> Figure:
    """Draw a place's way through the plane of the two indices, all provinces pale behind it."""
    first, last = findings.years
    path = pd.DataFrame({name: place.path(findings, name) for name in ("U1", "U2", "D")}).dropna()
    points = of_year(findings.frame, last)[["U1", "U2"]].dropna().reset_index()
    most = (max(path[name].max(), points[name].max()) for name in ("U1", "U2"))
    across, up = (float(np.ceil(20 * end) / 20) for end in most)
    reach = across, up
    others = alt.Chart(inline(points, points.columns)).mark_point(
        filled=True, size=35, color=MUTE, opacity=0.3
    )
    others = others.encode(tooltip=[alt.Tooltip("province:N", title="省份")])
    way = path.reset_index()
    drawn = alt.Chart(inline(way, way.columns)).encode(order="year:Q")
    ends = drawn.transform_filter(f"datum.year === {first} || datum.year === {last}")
    curves = equal_coordination(reach, [0.4, 0.6, 0.8])
    names = {column: theme.label(column, findings.plan) for column in ("U1", "U2", "D")}
    return plane(
        way.assign(place=place.label),
        x="U1",
        y="U2",
        labels=(f"{names['U1']} U₁", f"{names['U2']} U₂"),
        reach=reach,
        headed=True,
        tips={"year": theme.label("year"), **{f"{at}:Q": name for at, name in names.items()}},
        under=[
            *isolines(equal_coupling(reach, [1.0]), curves),
            others,
            drawn.mark_line(strokeWidth=2.5, color=ACCENT),
            ends.mark_text(dy=-11).encode(text="year:N"),
        ],
        mark={"filled": True, "size": 45, "opacity": 1, "color": ACCENT},
        height=340,
        say="散点图：{{ place }}在两个指数的平面上，{{ ends[0].year }} 年在（{{ ends[0].U1|d3 }}，"
        "{{ ends[0].U2|d3 }}），{{ ends[-1].year }} 年在（{{ ends[-1].U1|d3 }}，"
        "{{ ends[-1].U2|d3 }}），D 由 {{ ends[0].D|d3 }} 变为 {{ ends[-1].D|d3 }}。"
        "背景是末年各省的位置。",
        facts={"place": place.label, "ends": way.to_dict("records")},
    )


def compare_places(findings: Findings, place: Place, other: Place) -> Figure:
    """Draw a place's indices in the last year beside those of another that the reader picks.

    Parameters
    ----------
    other
        Picked at first.
    """
    names = {column: theme.label(column, findings.plan) for column in measures(findings)}
    year, everyone = findings.years[1], [p for p in all_places() if p.name != place.name]
    finals = {name: paths(findings, column).loc[year] for column, name in names.items()}
    table = pd.DataFrame(finals).T.rename_axis("name")
    order, labels = [p.name for p in everyone], [p.label for p in everyone]
    picked = menu("other", "对照的地区", labels, order.index(other.name))
    sets = [place.label, "对照的地区"]
    fields = {place.label: f"datum[{place.name!r}]", "对照的地区": f"datum[{order}[other]]"}
    columns = ["name", place.name, *order]
    chart = alt.Chart(inline(table, columns, digits=3)).transform_calculate(**fields)
    return rows(
        chart,
        x=sets,
        span=sets,
        label="",
        scale={"domain": [0, 1]},
        controls=[picked],
        height=34 * len(names),
        say="哑铃图，可用菜单换对照的地区：{{ year }} 年{{ place }}与{{ other }}，"
        "{{ told|each('{}{:.3f} 对 {:.3f}')|listed }}。",
        facts={
            "year": year,
            "place": place.label,
            "other": other.label,
            "told": list(table[[place.name, other.name]].itertuples(name=None)),
            "of_d": [finals[names["D"]][each.name] for each in (place, other)],
        },
    )


def lift_bars(lift: pd.Series, nation: pd.Series, place: Place) -> Figure:
    """Draw what lifted D of a place, by sub-index, beside the mean over all provinces.

    Parameters
    ----------
    lift, nation
        Shares by sub-index, from `synergy.portrait.place_lift`.
    """
    sets = {place.label: lift, "各省平均": nation}
    long = pd.concat(sets, names=["who", "code"]).rename("share").reset_index()
    long["name"] = long["code"].map(theme.label)
    return rows(
        long,
        x="share",
        mark="bar",
        by="who",
        look={place.label: ACCENT, "各省平均": CONTRAST},
        dodge=True,
        step=17,
        label="D 的变化中的份额",
        tips={"who": "地区", "name": "分指数", "share:+.3f": "份额"},
        say="条形图：{{ place }}的 D 变化 {{ total|fmt('+.3f') }}，其中"
        "{{ told|each('{}{:+.3f}')|listed }}。",
        facts={
            "place": place.label,
            "total": lift.sum(),
            "told": [(theme.label(str(code)), share) for code, share in lift.items()],
        },
    )


_TILES = """
<nav class="place-tiles screen-only" aria-label="每个地区的页">
<p>
{% for tile in regions %}
<a href="{{ tile.href }}">{{ tile.name }} {{ tile.D|d2 }}</a>
{% endfor %}
</p>
<div>
{% for tile in provinces %}
<a href="{{ tile.href }}" style="grid-area: {{ tile.row }} / {{ tile.col }};
 background: {{ tile.hue }}; color: {{ tile.ink }}">{{ tile.name }}<b>{{ tile.D|d2 }}</b></a>
{% endfor %}
</div>
</nav>
"""


def place_tiles(findings: Findings, grades: pd.DataFrame) -> Said:
    """Links to the pages of all places: provinces on a tile grid, regions above it.

    A square says D of the last year and has the colour of its grade.

    Parameters
    ----------
    grades
        Table 3: column ``grade``, ascending.
    """
    now = of_year(findings.frame, findings.years[1])
    hues = dict(zip(grades["grade"], theme.GRADES, strict=True))
    squares = units()[["row", "col"]].join(now[["D", "grade"]]).rename_axis("name").reset_index()
    provinces = [
        {**tile, **_ink(hues.get(tile["grade"], "transparent")), "href": _page(tile["name"])}
        for tile in squares.to_dict("records")
    ]
    regions = [
        {"name": place.label, "href": _page(place.name), "D": place.path(findings, "D").iloc[-1]}
        for place in map(find_place, REGIONS)
    ]
    return Said(phrase(_TILES, provinces=provinces, regions=regions))


def _page(name: str) -> str:
    return f"{find_place(name).code}.html"


def _ink(hue: str) -> dict[str, str]:
    """A colour and that of text on it."""
    if hue == "transparent":
        return {"hue": hue, "ink": "inherit"}
    return {"hue": hue, "ink": theme.ON_DARK if is_dark(hue) else theme.ON_LIGHT}
