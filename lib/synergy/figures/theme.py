"""The look of every figure: the one home of colours, shapes, dashes and names of columns.

Every figure is fluid in width, transparent and free of titles (captions carry them). Data are
inlined as CSV rather than as records: about half the page weight.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from synergy.dictionary import INDICES, SYSTEMS, published_table, report_plan, units
from synergy.palette import colour, counterparts, is_dark
from synergy.plan import ALL
from synergy.words import phrase

if TYPE_CHECKING:
    from synergy.dictionary import Place
    from synergy.plan import Plan

Figure = alt.Chart | alt.LayerChart

FONT = '"Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif'
#: Pixels of text: no letter in a figure is smaller.
SMALL, PLAIN = 12, 13

#: Words; axes, notes and what one compares with; the page itself, seen between marks.
TEXT, MUTE, PAGE = colour("text"), colour("mute"), colour("page")
FAINT = colour("line")
#: Text on filled areas that look the same on both pages; on those that do not, it is `PAGE`.
ON_DARK, ON_LIGHT = colour("on_dark"), colour("on_light")

#: One hue per region and for nothing else; the nation is neutral. Shapes are a second channel,
#: so that regions also part in print and without colour vision.
REGIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "全国": (MUTE, "circle"),
        "东部": (colour("east"), "square"),
        "中部": (colour("central"), "triangle-up"),
        "西部": (colour("west"), "diamond"),
        "东北": (colour("northeast"), "triangle-down"),
    }
)
#: Anything that is not a region; what is set against it; what must be noticed.
ACCENT, CONTRAST, ALARM = colour("accent"), colour("contrast"), colour("alarm")
ROSE, TEAL = colour("rose"), colour("teal")
#: Sets that are not regions, in this order, each with a shape and a dash.
HUES = (ACCENT, CONTRAST, ROSE, TEAL, MUTE)
SHAPES = ("circle", "diamond", "triangle-up", "cross", "square")
DASHES = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3), (4, 4))
#: Lines to compare with: zero, a bound, a mean.
REFERENCE = (4, 3)
#: What a highlighted place leaves pale: marks, and names that must stay legible.
PALE, PALE_NAME = 0.4, 0.75

#: The dimensions of the quality of employment.
DIMENSIONS = MappingProxyType({"LR": ACCENT, "EQ": CONTRAST, "SS": MUTE, "LQ": ROSE})
#: One colour per grade of table 3, so that a grade looks the same everywhere: ten steps that
#: stay apart without colour vision and in grey.
GRADES = tuple(colour(f"grade_{number}") for number in range(1, 11))
#: From low to high, where there are no classes.
RAMP = tuple(map(colour, ("low", "half", "high")))
#: By the code of a verdict.
VERDICTS = MappingProxyType(
    {
        "consistent": colour("consistent"),
        "external-confirmed": colour("confirmed"),
        "reproduced": colour("consistent"),
        "by-construction": colour("by_construction"),
        "not-reproduced": colour("contradicted"),
        "inconsistent": colour("inconsistent"),
        "external-contradicted": colour("contradicted"),
        "doubtful": colour("doubtful"),
        "not-checkable": colour("not_checkable"),
    }
)
#: Marks of the paper's conclusions.
MARKS = MappingProxyType(
    {
        "支持": colour("confirmed"),
        "不支持": colour("inconsistent"),
        "无法检验": colour("not_checkable"),
    }
)
#: Negative, zero, positive.
DIVERGING = (colour("less"), colour("level"), colour("more"))
#: What stays in the middle, where what moves is pale.
MIDDLE = colour("middle")

#: Names of columns that are no scores of a plan; what an index is called hangs on its indicators.
LABELS = MappingProxyType(
    {
        "AI": SYSTEMS["AI"],
        "U1": "U₁（人工智能）",
        "U2": "U₂（就业质量）",
        **{column: f"{INDICES[column]['zh']} {column}" for column in "CTD"},
        "name": "名称",
        "province": "省份",
        "year": "年份",
        "dimension": "维度",
        "dimension_zh": "维度",
        "name_zh": "指标",
        "state": "数据",
        "grade": "等级",
        "verdict": "判断",
        "n": "条数",
        "part": "分句",
        "mark": "判定",
        "run": "做法",
        "set": "组",
        "system": "估计",
        "estimator": "估计",
        "estimate": "估计",
        "lower": "下界",
        "upper": "上界",
        "low": "下限",
        "high": "上限",
        "weight": "权重",
        "dimension_weight": "权重",
        "weight_lower": "下界",
        "weight_upper": "上界",
        "mean_abs_shift": "平均变动",
        "modulus": "模",
        "re": "实部",
        "im": "虚部",
        "value": "值",
        "score": "得分",
        "cause": "冲击来自",
        "effect": "响应",
        "share": "份额",
        "label": "t 与星号",
    }
)


def label(column: str, plan: Plan | None = None) -> str:
    """Chinese name of a column or dimension; a name that has none stands for itself.

    What a system's index is called hangs on the plan; without one it has its sign.
    """
    names = {**LABELS, **plan.scores} if plan else {**report_plan().scores, **LABELS}
    return names.get(column, column)


def config() -> dict[str, Any]:
    """Vega-Lite configuration shared by all figures: readable on light and dark pages."""
    text = {"labelColor": MUTE, "titleColor": MUTE, "labelFontSize": 12, "titleFontSize": 12}
    plain = {**text, "titleFontWeight": "normal"}
    return {
        "background": "transparent",
        "font": FONT,
        "axisX": {"labelPadding": 7},
        "axis": {**plain, "domainColor": FAINT, "tickColor": FAINT, "gridColor": FAINT},
        "legend": {**plain, "orient": "top"},
        "view": {"stroke": None},
        "text": {"color": TEXT, "fontSize": SMALL},
    }


def inline(frame: pd.DataFrame, columns: Iterable[str], *, digits: int = 4) -> alt.InlineData:
    """Inline the named columns, or levels of the index, as CSV, rounded, and nothing more."""
    wanted = list(columns)
    named = [name for name in frame.index.names if name in wanted]
    table = (frame.reset_index(level=named) if named else frame)[wanted]
    numbers = table.select_dtypes("number").columns
    return alt.InlineData(values=as_csv(table, digits=digits), format=csv_format(numbers))


def as_csv(table: pd.DataFrame, *, digits: int = 4) -> str:
    """A table as a page holds it."""
    return table.round(digits).to_csv(index=False, lineterminator="\n")


def csv_format(numbers: Iterable[str]) -> alt.CsvDataFormat:
    """How the page reads it: which columns are numbers."""
    return alt.CsvDataFormat(type="csv", parse=dict.fromkeys(numbers, "number"))


def lookup(table: pd.DataFrame) -> alt.LookupData:
    """Columns of a table by its index, inlined."""
    key, fields = str(table.index.name), list(table.columns)
    return alt.LookupData(inline(table, [key, *fields], digits=12), key=key, fields=fields)


def by_year(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Spread a province-year column over one column a year (a third of the page weight)."""
    wide = frame[column].unstack("year").rename(columns=str)
    return wide.reindex(frame.index.unique("province"))


def one_row(**values: Any) -> alt.Chart:
    """A chart of a single row, for marks that stand alone."""
    return alt.Chart(alt.InlineData(values=[values]))


def plumb(chart: alt.Chart, x: Any) -> alt.Chart:
    """A dashed line over the whole height, to compare with."""
    line: alt.Chart = chart.mark_rule(color=MUTE, strokeDash=REFERENCE)
    return line.encode(x=x, y=alt.value(0), y2=alt.value("height"))


def finish(
    chart: Any, say: str, *, height: float, facts: Mapping[str, Any] = MappingProxyType({})
) -> Figure:
    """Give a figure its fluid width, its height, its text alternative and the configuration.

    The facts stay with it as `told`: its words use them too, see `synergy.page.figure`.
    """
    sized = chart.properties(
        width="container",
        height=height,
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        description=phrase(say, **facts),
    )
    figure: Figure = sized.configure(**config())
    object.__setattr__(figure, "told", dict(facts))  # beside what Altair writes into the spec
    return figure


def nothing_to_draw(what: str, fault: str = "") -> Figure:
    """A figure's place holder: says why there is nothing to draw."""
    why = fault or f"现有数据估计不出这个系统，没有{what}可画。"
    words = one_row(text=why).mark_text(fontSize=13).encode(text="text:N")
    return finish(words, "{{ text }}", height=60, facts={"text": why})


def axis(title: str | None = None, **options: Any) -> alt.Axis:
    """Axis without superfluous lines."""
    return alt.Axis(title=title, domain=False, ticks=False, **{"labelSeparation": 6, **options})


def upright(title: str, **options: Any) -> alt.Axis:
    """Vertical axis whose Chinese title stands upright above it."""
    above = {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end"}
    return axis(title, titleX=-34, titleY=-12, **above, **options)


def years() -> alt.Axis:
    """Years as categories: upright labels, thinned out where the page is narrow."""
    return axis(labelAngle=0, labelOverlap="greedy", labelSeparation=8, labelBound=True)


def places(groups: pd.Series[str] | None = None) -> alt.Axis:
    """Names of units in the colour of their group; those not in focus plain and paler."""
    region = units()["region"] if groups is None else groups
    looks = group_looks([*region.unique()])
    colours = [
        {"test": one_of(region.index[region == name]), "value": looks[name][0]}
        for name in region.unique()
    ]
    bright = {"condition": {"test": in_focus("value"), "value": 1}, "value": PALE_NAME}
    hue = {
        "condition": [{"test": f"!({in_focus('value')})", "value": TEXT}, *colours],
        "value": TEXT,
    }
    return axis(labelColor=hue, labelOpacity=bright)


def two_lines(value: str) -> str:
    """Vega expression: a name of four characters or more on two lines, as a phone needs."""
    return f"length({value}) > 3 ? [slice({value}, 0, -2), slice({value}, -2)] : {value}"


def finer(fmt: str) -> str:
    """The same d3 format with one digit more, for tooltips."""
    head, dot, tail = fmt.partition(".")
    return f"{head}.{int(tail[0]) + 1}{tail[1:]}" if dot else fmt.replace("%", ".1%")


def apart(
    field: str,
    looks: Mapping[str, str] | Sequence[str],
    *channels: str,
    raised: float = 0,
    key: bool = True,
) -> dict[str, Any]:
    """Encodings that tell the sets of a field apart, with one key.

    Parameters
    ----------
    field
        Field that names the set; ``region`` has the colours and shapes of groups.
    looks
        Names of the sets, or colour by name.
    channels
        ``color``, ``shape``, ``strokeDash``.
    raised
        Lines of words between the key and the chart, such as the upright title of its axis.
    key
        Whether there is one; names at the marks are better.
    """
    names = list(looks)
    known: dict[str, tuple[Any, Sequence[Any]]] = {
        "color": (alt.Color, list(looks.values()) if isinstance(looks, Mapping) else HUES),
        "shape": (alt.Shape, SHAPES),
        "strokeDash": (alt.StrokeDash, DASHES),
    }
    if field == "region":
        looked = group_looks(names)
        names = [*looked]
        colours, shapes = zip(*looked.values(), strict=True)
        known = {"color": (alt.Color, colours), "shape": (alt.Shape, shapes)}
    legend = keyed(names, raised=raised, stroke="strokeDash" in channels) if key else None
    encodings = {}
    for channel in filter(known.__contains__, channels):
        encode, range_ = known[channel]
        scale = alt.Scale(domain=names, range=list(range_[: len(names)]))
        encodings[channel] = encode(f"{field}:N", scale=scale, legend=legend)
    return encodings


def keyed(names: Sequence[str], *, raised: float = 0, stroke: bool = False) -> alt.Legend | None:
    """Legend in as many columns as a phone has room for; none for a single name."""
    if len(names) < 2:
        return None
    widest = max(sum(12.0 if ord(char) > 255 else 6.5 for char in name) for name in names)
    columns = max(1, int(290 // (widest + 30)))
    chosen: dict[str, Any] = {
        "columns": columns if columns < len(names) else None,
        "labelLimit": 260 if widest > 150 else None,
        "offset": 34 * raised or None,
        "symbolType": "stroke" if stroke else None,
    }
    return alt.Legend(title=None, **{name: value for name, value in chosen.items() if value})


def group_looks(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Colour and shape of groups: the regions' own, in their order, or others as they come.

    All units together are neutral.
    """
    if set(names) <= set(REGIONS):
        return {name: look for name, look in REGIONS.items() if name in names}
    groups = [name for name in names if not name.startswith(ALL)]
    looks = zip(groups, cycle(zip(HUES[:-1], SHAPES[1:], strict=True)), strict=False)
    whole = {name: (MUTE, SHAPES[0]) for name in names if name.startswith(ALL)}
    return {**whole, **dict(looks)}


def by_region(names: Iterable[str], groups: pd.Series[str] | None = None) -> list[str]:
    """Names of units in the order of their groups' colours, then as given."""
    region = units()["region"] if groups is None else groups
    rank = [*group_looks([*region.unique()])]
    return sorted(names, key=lambda name: rank.index(region[name]) if name in region else -1)


def focus(highlight: Place | None) -> list[str]:
    """Names that an edition is about: the place, what it holds, what holds it; all if empty."""
    if highlight is None or not highlight.above:
        return []
    return list(dict.fromkeys([*highlight.above, highlight.name, *highlight.members]))


def one_of(names: Iterable[str], field: str = "value") -> str:
    """Vega expression that tests membership; names are JSON-escaped."""
    return f"indexof({json.dumps(list(names), ensure_ascii=False)}, datum.{field}) >= 0"


def focused(highlight: Place | None = None) -> dict[str, Any]:
    """Value of the parameter ``focus``: what an edition is about, and the colour of its region."""
    names = focus(highlight)
    return {"names": names, "colour": REGIONS[names[1]][0] if names else MUTE}


def in_focus(field: str) -> str:
    """Vega expression: whether a row is in focus; without a focus every row is."""
    return f"!length(focus.names) || indexof(focus.names, datum.{field}) >= 0"


def faded(field: str = "name", pale: float = PALE) -> dict[str, Any]:
    """Encoding that pales every place that is not in focus; words less, see `PALE_NAME`."""
    return {"opacity": alt.condition(in_focus(field), alt.value(1), alt.value(pale))}


def graded(present: Iterable[str]) -> dict[str, str]:
    """Colour by grade, in the order of table 3, of those that occur."""
    names, kept = published_table(3)["grade"], set(present)
    return {name: hue for name, hue in zip(names, GRADES, strict=True) if name in kept}


def deep(field: str, top: float = 1) -> str:
    """Vega expression: whether a field stands so high on the ramp that its number is white."""
    return f"datum.{field} > {0.66 * top:g}"


def text_on(classes: Mapping[str, str], field: str) -> Any:
    """Colour of text that reads well on its class, on the light page and on the dark one."""
    inks = {name: _text_on(fill) for name, fill in classes.items()}
    *first, last = dict.fromkeys(inks.values())
    tests = [
        {"test": one_of([name for name in inks if inks[name] == ink], field), "value": ink}
        for ink in first
    ]
    return {"condition": tests, "value": last} if tests else alt.value(last)


def _text_on(fill: str) -> str:
    if fill == "transparent":
        return TEXT
    return (PAGE if fill in counterparts() else ON_DARK) if is_dark(fill) else ON_LIGHT
