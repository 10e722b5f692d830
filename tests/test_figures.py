"""Figures: every shape draws, says what it shows, is small, offline, steady and legible."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from io import StringIO
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pytest
import vl_convert

from synergy.coupling import coupling_coordination, grade, grades
from synergy.dictionary import find_place, indicators, report_plan, units
from synergy.evidence import demo_findings, real_findings
from synergy.figures import grid, lines, plane, rows, theme
from synergy.figures.explorers import alpha_explorer, tile_map
from synergy.figures.paper import (
    balance_plane,
    coverage_matrix,
    dimension_lines,
    dimension_weights,
    equal_coordination,
    equal_coupling,
    indicator_weights,
    leave_one_out_bars,
    paired_paths,
    place_intervals,
    regional_lines,
    unit_heatmap,
    unit_intervals,
    variant_means,
    weight_change,
    weight_intervals,
)
from synergy.figures.portrait import compare_places, trajectory_plane
from synergy.palette import is_dark
from synergy.real import real_bootstrap, real_leave_one_out, real_results, real_weight_variants
from synergy.words import phrase
from vega_replay import assert_suits_a_page, replay, text_of

BOUND = 9_000  # bytes of JSON in the page
WIDER = {"alpha": 16_000}  # both indices of 30 provinces over 13 years travel with it

NAMED = pd.DataFrame({"name": ["甲", "乙"], "a": [0.1, 0.2], "b": [0.3, 0.15], "set": ["左", "右"]})
TWICE = pd.concat([NAMED, NAMED.assign(set=["右", "左"], a=[0.2, 0.3])], ignore_index=True)
PATHS = pd.DataFrame(
    {"year": [1, 2, 1, 2], "a": [0.1, 0.2, 0.3, 0.2], "set": ["左", "左", "右", "右"]}
)
HALVES = {"左": theme.ACCENT, "右": "transparent"}
BOUNDS = {"界": 0.15, "": 0.2}


def case(shape: Any, table: pd.DataFrame, marks: str, **options: Any) -> tuple[Any, ...]:
    """A drawing: its shape and table, how many marks of which kind Vega draws, and options."""
    counts = re.findall(r"(\w+) (\d+)", marks)
    return shape, table, {kind: int(count) for kind, count in counts}, options


SPAN: dict[str, Any] = {"span": ("a", "b"), "label": "值"}
SHAPES = [
    case(rows, NAMED, "rect 2, text 4", x="a", mark="bar"),
    case(rows, NAMED, "rect 2, text 2", x="a", mark="bar", label="值"),
    case(rows, NAMED, "symbol 2, text 2", x="a", label="值"),
    case(rows, NAMED, "symbol 2", x="a", label="值", names="side"),
    case(rows, NAMED, "symbol 2, text 4", x="a", label="值", text="set", by="set"),
    case(rows, NAMED, "symbol 2, rule 2, text 3", x="a", names="right", label="值", at=BOUNDS),
    case(rows, NAMED, "symbol 4, rule 2, text 2", x=["a", "b"], **SPAN),
    case(rows, NAMED, "symbol 2, rule 2, text 2", x="a", by="set", **SPAN),
    case(rows, NAMED, "rect 2, text 2", mark="bar", **SPAN),
    case(rows, NAMED, "rect 2, symbol 2, text 2", x="a", mark="bar", **SPAN),
    case(rows, TWICE, "rect 4, text 2", mark="bar", by="set", **SPAN | {"label": ""}),
    case(rows, TWICE, "symbol 4, rule 5, text 2", x="a", by="set", dodge=True, at={"": 0}, **SPAN),
    case(lines, PATHS, "line 2, symbol 4, text 2", y="a", by="set", label="值"),
    case(lines, PATHS, "line 2, symbol 4, rule 1, text 2", y="a", by="set", at={"": 0.1}),
    case(grid, NAMED, "rect 2, text 2", x="set", fill="set", look=HALVES, text="set"),
    case(
        grid, NAMED, "rect 2, text 2", x="set", fill="a", text="a", dark="datum.a > 0.1", label="值"
    ),
    case(plane, NAMED, "symbol 2, line 1, rule 2, text 4", x="a", y="b", square=1.2, circle=True),
    case(plane, NAMED, "symbol 2", x="a", y="b", labels=("横", "纵"), reach=(1, 1)),
]


def marks_of(spec: dict[str, Any]) -> dict[str, int]:
    """Marks by kind that Vega draws on a phone, those of axes and keys left out."""
    svg = vl_convert.vegalite_to_svg({**spec, "width": 330})
    counts: dict[str, int] = {}
    groups = r'<g class="mark-(\w+) role-mark [^"]*"[^>]*>(.*?)</g>'
    for kind, body in re.findall(groups, svg, re.S):
        counts[kind] = counts.get(kind, 0) + len(re.findall(r"<(?:path|line|text)\b", body))
    return counts


@pytest.mark.parametrize(("shape", "table", "wanted", "options"), SHAPES)
def test_a_shape_draws_every_row(
    shape: Any, table: pd.DataFrame, wanted: dict[str, int], options: dict[str, Any]
) -> None:
    spec = shape(table, say="图：{{ rows|length }} 行。", **options).to_dict()
    assert spec["description"] == f"图：{len(table)} 行。"
    assert marks_of(spec) == wanted


def test_a_mistyped_option_is_an_error() -> None:
    with pytest.raises(TypeError, match="lable"):
        rows(NAMED, x="a", say="图。", lable="值")


def test_a_chart_without_the_names_of_its_sets_is_an_error() -> None:
    chart = alt.Chart(theme.inline(PATHS, PATHS.columns))
    with pytest.raises(ValueError, match="look of 'set'"):
        lines(chart, y="a", by="set", say="图。")
    spec = lines(chart, y="a", by="set", look=["左", "右"], say="图。").to_dict()
    assert marks_of(spec) == {"line": 2, "symbol": 4, "text": 2}


def test_a_square_has_one_unit_both_ways() -> None:
    spec = plane(NAMED, x="a", y="b", square=1.5, centre=0.5, say="图。").to_dict()
    across = spec["encoding"]["x"]["scale"]
    assert across["domainMin"]["expr"] == "0.5 - 1.5 * width / height"
    assert across["domainMax"]["expr"] == "0.5 + 1.5 * width / height"
    assert spec["encoding"]["y"]["scale"]["domain"] == [-1.5, 1.5]


def test_the_first_reference_is_labelled_on_its_left() -> None:
    spec = rows(NAMED, x="a", label="值", at={"乙": 0.2, "甲": 0.1}, say="图。").to_dict()
    words = [layer["mark"] for layer in spec["layer"] if "text" in layer["mark"]]
    assert [(w["text"], w["align"]) for w in words] == [("甲", "right"), ("乙", "left")]


FILLED: list[tuple[str, Any, str]] = [
    ("{{ x|fmt('.1%') }}", 0.255, "25.5%"),
    ("{{ x|each('{name} {a:.1f}')|listed }}", [{"name": "甲", "a": 1}], "甲 1.0"),
    ("{{ x|each('{}是{}')|join('；') }}", [("甲", 1), ("乙", 2)], "甲是1；乙是2"),
    ("{{ x|each('{name}{a}')|listed }}", NAMED[["name", "a"]], "甲0.1、乙0.2"),
    ("{{ x|top(1)|listed }}{{ x|bottom(1)|listed }}", pd.Series({"甲": 1, "乙": 2}), "乙甲"),
]


@pytest.mark.parametrize(("template", "x", "text"), FILLED)
def test_templates_are_filled(template: str, x: Any, text: str) -> None:
    assert phrase(template, x=x) == text


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return demo_findings().frame


def all_figures(frame: pd.DataFrame, region: str = "全国") -> dict[str, dict[str, Any]]:
    where = find_place(region)
    d, demo = frame.xs(2022, level="year")["D"], demo_findings()
    ends = pd.DataFrame({"estimate": d, "lower": d - 0.02, "upper": d + 0.02})
    figures = {
        "lines": regional_lines(demo, "D", highlight=where),
        "heatmap": unit_heatmap(demo, "AI", highlight=where),
        "tiles": tile_map(frame, units(), grades(), highlight=where),
        "alpha": alpha_explorer(frame, grades(), highlight=where),
        "plane": balance_plane(demo, 2022),
        "indicators": indicator_weights(demo, "EQ"),
        "dimensions": dimension_weights(demo),
        "coverage": coverage_matrix(indicators(), ["ai_cable", "ss_union"]),
        "intervals": unit_intervals(real_bootstrap(), real_findings(), highlight=where),
        "ends": place_intervals(ends, label="D", say="区间。"),
    }
    return {name: figure.to_dict() for name, figure in figures.items()}


def real_figures() -> dict[str, dict[str, Any]]:
    """Figures of uncertainty, from the committed results of the real subset."""
    names, bootstrap = indicators()["name_zh"], real_bootstrap()
    fixed, raw = real_results(), real_results("unrepaired")
    runs = {"修补后": fixed, "不修补": raw}
    means = {name: run.scores["D"].groupby("year").mean() for name, run in runs.items()}
    figures = {
        "d-intervals": unit_intervals(bootstrap, real_findings()),
        "rank-intervals": unit_intervals(bootstrap, real_findings(), "rank"),
        "weight-intervals": weight_intervals(bootstrap, report_plan(), "EQ"),
        "variants": variant_means(real_weight_variants()),
        "left-out": leave_one_out_bars(real_leave_one_out(), names),
        "repairs": weight_change(raw.weights["weight"], fixed.weights["weight"], names),
        "paired": paired_paths(means, "D"),
        "dimension-lines": dimension_lines(real_findings(), find_place("东北")),
    }
    return {name: figure.to_dict() for name, figure in figures.items()}


@pytest.fixture(scope="module")
def specs(frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    return all_figures(frame) | real_figures()


def test_every_figure_suits_a_page(specs: dict[str, Any]) -> None:
    for name, spec in specs.items():
        assert_suits_a_page(name, spec, WIDER.get(name, BOUND))


def test_sliders_are_bound_and_used(specs: dict[str, Any]) -> None:
    for name, wanted in {"tiles": {"year"}, "alpha": {"year", "alpha"}}.items():
        bound = {p["name"]: p["bind"]["input"] for p in specs[name]["params"] if "bind" in p}
        assert bound == dict.fromkeys(wanted, "range")
        assert "=== year" in text_of(specs[name]["transform"])
    assert "alpha * datum.U1" in text_of(specs["alpha"]["transform"])


def csv_of(spec: dict[str, Any]) -> list[str]:
    return list(spec["datasets"].values())


def test_alpha_figure_carries_nothing_the_slider_should_compute(specs: dict[str, Any]) -> None:
    headers = {data.split("\n", 1)[0] for data in csv_of(specs["alpha"])}
    assert headers == {"name,region", "name,year,U1,U2"}


@pytest.mark.parametrize(("alpha", "year"), [(0.5, 2022), (0.3, 2015), (1.0, 2010)])
def test_vega_recomputes_coupling_and_grade(
    frame: pd.DataFrame, specs: dict[str, Any], alpha: float, year: int
) -> None:
    settings = {"alpha": alpha, "year": year}
    # The rule of the mean has no transforms of its own.
    found = replay(specs["alpha"], ["name", "C", "T", "D", "grade"], settings, layer=-1)
    u = frame.xs(year, level="year").round(4)
    wanted = coupling_coordination(u["U1"], u["U2"], alpha=alpha)
    found = found.set_index("name").loc[wanted.index]
    assert np.allclose(found[["C", "T", "D"]].astype(float), wanted, atol=1e-9)
    assert list(found["grade"]) == list(grade(wanted["D"]))


def test_region_changes_what_is_emphasised(frame: pd.DataFrame, specs: dict[str, Any]) -> None:
    west, province = all_figures(frame, "西部"), all_figures(frame, "广东")
    for name in ("lines", "heatmap", "tiles", "alpha", "intervals"):
        assert len({text_of(e[name]) for e in (specs, west, province)}) == 3, name
    assert "东部,2010" in csv_of(province["lines"])[0]
    (own,) = (p["value"] for p in province["lines"]["params"] if p["name"] == "own")
    path = frame.loc["广东", "D"].round(4).tolist()
    assert own == {"name": "广东", "region": "东部", "values": path}
    spoken = {"config": {**west["lines"]["config"], "aria": True}, "width": 330}
    svgs = [vl_convert.vegalite_to_svg(spec["lines"] | spoken) for spec in (west, province)]
    assert [len(re.findall(r'"year: \d+; D: [^"]*; name: 广东', svg)) for svg in svgs] == [0, 15]


def test_names_at_the_ends_stay_apart_whoever_is_drawn_beside() -> None:
    """A province far above the regions widens the axis."""
    spec = regional_lines(real_findings(), "U1", highlight=find_place("广东")).to_dict()
    svg = vl_convert.vegalite_to_svg(spec | {"width": 330})
    names = re.findall(r"<text[^>]*translate\([^,]+,([\d.]+)\)[^>]*>([^<]+)</text>", svg)
    ends = sorted(float(y) for y, name in names if name in theme.REGIONS)
    assert len(ends) == len(theme.REGIONS)
    assert min(np.diff(ends)) >= theme.SMALL


def test_a_place_is_in_focus_with_what_holds_it_and_what_it_holds() -> None:
    assert theme.focus(find_place("广东")) == ["全国", "东部", "广东"]
    assert theme.focus(find_place("东北")) == ["全国", "东北", "辽宁", "吉林", "黑龙江"]
    assert theme.focus(find_place("全国")) == theme.focus(None) == []


def test_description_follows_the_data(frame: pd.DataFrame) -> None:
    backward = frame.rename(index=lambda year: 4032 - year, level="year").sort_index()
    for table, words in ((frame, "逐年上升"), (backward, "逐年下降")):
        figure = regional_lines(replace(demo_findings(), frame=table), "U1")
        assert words in figure.to_dict()["description"]


@pytest.mark.parametrize("whole", [False, True], ids=["some indicators", "all"])
def test_the_index_of_ai_is_named_by_what_it_rests_on(whole: bool) -> None:
    findings = demo_findings() if whole else real_findings()
    here, other = find_place("广东"), find_place("四川")
    drawn = (
        regional_lines(findings, "U1", highlight=here),
        unit_heatmap(findings, "U1"),
        balance_plane(findings, findings.years[1]),
        trajectory_plane(findings, here),
        compare_places(findings, here, other),
    )
    for figure in drawn:
        said = set(re.findall("人工智能(?:部分)?指数", text_of(figure.to_dict())))
        assert said == {"人工智能指数" if whole else "人工智能部分指数"}


def test_heatmap_description_names_the_leader(frame: pd.DataFrame) -> None:
    final = frame["D"].xs(2022, level="year")
    text = unit_heatmap(demo_findings(), "D").to_dict()["description"]
    assert f"最高的是{final.idxmax()}" in text and f"{final.max():.3f}" in text


def test_two_drawings_are_identical(frame: pd.DataFrame, specs: dict[str, Any]) -> None:
    assert all_figures(frame).items() <= specs.items()


def test_missing_years_leave_no_province_out(frame: pd.DataFrame) -> None:
    gappy = frame.copy()
    gappy.loc[("青海", 2012), ["D", "U1"]] = np.nan
    assert "青海" in csv_of(unit_heatmap(replace(demo_findings(), frame=gappy), "D").to_dict())[0]


def test_labels_with_commas_quotes_and_markup_survive() -> None:
    awkward = '甲,"乙"</script>\n丙'
    table = pd.DataFrame({"name": [awkward], "weight": [0.5]})
    spec = rows(table, x="weight", mark="bar", say="{{ rows[0].name }}").to_dict()
    assert pd.read_csv(StringIO(csv_of(spec)[0]))["name"].tolist() == [awkward]
    assert spec["description"] == awkward
    quoted = theme.one_of([awkward]).removeprefix("indexof(").split(", datum")[0]
    assert json.loads(quoted) == [awkward]


def test_inline_keeps_only_what_is_asked_rounded(frame: pd.DataFrame) -> None:
    data = theme.inline(frame, ["province", "D"], digits=2).to_dict()
    header, first = data["values"].split("\n")[:2]
    assert header == "province,D" and len(first.split(".")[1]) <= 2
    assert data["format"] == {"type": "csv", "parse": {"D": "number"}}


def test_regions_have_five_distinct_colours_and_shapes_that_nothing_else_has() -> None:
    assert list(theme.REGIONS) == ["全国", "东部", "中部", "西部", "东北"]
    colours, shapes = zip(*theme.REGIONS.values(), strict=True)
    assert len(set(colours)) == len(set(shapes)) == 5
    others = {*theme.HUES, *theme.VERDICTS.values(), *theme.MARKS.values(), *theme.GRADES}
    assert not set(colours[1:]) & others


@pytest.mark.parametrize("colour", [*theme.GRADES, *theme.VERDICTS.values(), *theme.MARKS.values()])
def test_text_on_a_class_is_the_more_legible_of_black_and_white(colour: str) -> None:
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ (0.2126, 0.7152, 0.0722))
    white, black = 1.05 / (luminance + 0.05), (luminance + 0.05) / 0.05
    assert is_dark(colour) == (white > black)


@pytest.mark.parametrize(
    ("names", "columns"), [(["东部"] * 4, None), (["外部来源不支持"] * 5, 2), (["长" * 20] * 2, 1)]
)
def test_a_key_has_as_many_columns_as_a_phone_has_room_for(
    names: list[str], columns: int | None
) -> None:
    legend = theme.keyed(names)
    assert legend is not None and legend.to_dict().get("columns") == columns
    assert theme.keyed(names[:1]) is None


@pytest.mark.parametrize("reach", [(0.3, 0.3), (0.5, 0.9), (1.0, 1.0)])
def test_lines_of_the_plane_are_what_they_claim(reach: tuple[float, float]) -> None:
    rays = equal_coupling(reach).query("order == 1")
    c = coupling_coordination(rays["U1"], rays["U2"])["C"]
    assert np.allclose(c, rays["line"].str.extract(r"([\d.]+)")[0].astype(float))
    curves = equal_coordination(reach, [step / 10 for step in range(1, 10)])
    d = coupling_coordination(curves["U1"], curves["U2"])["D"]
    assert np.allclose(d, curves["line"].str.extract(r"([\d.]+)")[0].astype(float))
    for table in (rays, curves):
        assert (table[["U1", "U2"]] <= np.add(reach, 1e-12)).all(axis=None)


def test_slider_mean_in_alt_text_is_the_mean_of_the_formula(frame: pd.DataFrame) -> None:
    final = frame.xs(2022, level="year")
    wanted = coupling_coordination(final["U1"], final["U2"], alpha=0.3)["D"].mean()
    text = alpha_explorer(frame, grades(), alpha=0.3).to_dict()["description"]
    assert f"α 取 0.3 时全国平均 D 为 {wanted:.3f}" in text


def test_interval_description_names_the_leader_with_its_interval(specs: dict[str, Any]) -> None:
    scores = real_bootstrap().scores.xs(2022, level="year")
    first = scores.loc[scores["rank"].idxmin()]
    text = specs["d-intervals"]["description"]
    assert f"居首的{first.name}为 {first['D_lower']:.3f} 至 {first['D_upper']:.3f}" in text


def test_leave_one_out_draws_the_most_influential_first(specs: dict[str, Any]) -> None:
    most = indicators()["name_zh"][real_leave_one_out()["mean_abs_shift"].idxmax()]
    assert csv_of(specs["left-out"])[0].split("\n")[1].startswith(most)
    assert most in specs["left-out"]["description"]
