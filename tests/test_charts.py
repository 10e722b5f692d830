"""Figures: valid, small, described by a computed sentence, offline, and steady."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from synergy.charts import REGION_COLOURS, inline, one_of
from synergy.charts.balance import balance_plane, equal_coordination, equal_coupling
from synergy.charts.grading import alpha_explorer, grade_expression, tile_map
from synergy.charts.paths import dimension_lines, in_focus, province_heatmap, regional_lines
from synergy.charts.ranges import bars, dumbbells, intervals
from synergy.charts.uncertainty import (
    leave_one_out_bars,
    paired_paths,
    province_intervals,
    variant_means,
    weight_change,
    weight_intervals,
)
from synergy.charts.weighting import coverage_matrix, dimension_weights, indicator_weights
from synergy.coupling import coupling_coordination, grade, grades, regional_means
from synergy.dictionary import indicators, provinces, resolve_region
from synergy.evidence import load_evidence
from synergy.real import real_bootstrap, real_leave_one_out, real_results, real_weight_variants

BOUND = 10_000  # bytes of JSON in the page
WIDER = {"alpha": 20_000}  # both indices of 30 provinces over 13 years travel with it


def make_frame() -> pd.DataFrame:
    """A province-year frame in the shape of Findings.frame, 2010-2022."""
    index = pd.MultiIndex.from_product(
        [provinces().index, range(2010, 2023)], names=["province", "year"]
    )
    rng = np.random.default_rng(7)
    level = np.repeat(rng.uniform(0.05, 0.3, 30), 13) * np.tile(np.linspace(1, 2, 13), 30)
    other = level * np.repeat(rng.uniform(0.8, 1.6, 30), 13)
    u = pd.DataFrame({"U1": level, "U2": other}, index=index)
    frame = u.join(coupling_coordination(u["U1"], u["U2"]))
    frame.insert(
        0, "region", provinces()["region"].loc[index.get_level_values("province")].to_numpy()
    )
    frame["AI"], frame["grade"] = frame["U1"], grade(frame["D"])
    return frame


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return make_frame()


def make_weights() -> pd.DataFrame:
    table = indicators()[["system", "dimension"]].copy()
    table["weight"] = np.arange(1.0, 32.0)
    table["weight"] /= table.groupby("system")["weight"].transform("sum")
    table["dimension_weight"] = table.groupby(["system", "dimension"])["weight"].transform("sum")
    return table


def interval_table(frame: pd.DataFrame) -> pd.DataFrame:
    final = frame.xs(2022, level="year").sort_values("D", ascending=False)
    return pd.DataFrame(
        {
            "region": final["region"],
            "estimate": final["D"],
            "lower": final["D"] - 0.02,
            "upper": final["D"] + 0.02,
        }
    )


def all_charts(frame: pd.DataFrame, region: str = "全国") -> dict[str, dict]:
    where, weights = resolve_region(region), make_weights()
    regional = regional_means(frame, provinces()["region"])
    pair = pd.DataFrame({"name": ["甲", "乙"], "前": [0.1, 0.2], "后": [0.3, 0.1]})
    charts = {
        "lines": regional_lines(regional, "D", highlight=where, frame=frame),
        "heatmap": province_heatmap(frame, "AI", highlight=where),
        "tiles": tile_map(frame, provinces(), grades(), highlight=where),
        "alpha": alpha_explorer(frame, grades(), highlight=where),
        "plane": balance_plane(frame, 2022),
        "indicators": indicator_weights(weights, indicators()["name_zh"], "EQ"),
        "dimensions": dimension_weights(weights),
        "coverage": coverage_matrix(indicators(), ["ai_cable", "ss_union"]),
        "intervals": intervals(
            interval_table(frame), label="D", description="区间。", highlight=where
        ),
        "dumbbells": dumbbells(pair, "前", "后", label="值", description="比较。"),
    }
    return {name: chart.to_dict() for name, chart in charts.items()}


def real_charts() -> dict[str, dict]:
    """Figures of uncertainty, from the committed results of the real subset."""
    names, regions, bootstrap = indicators()["name_zh"], provinces()["region"], real_bootstrap()
    fixed, raw = real_results(), real_results("unrepaired")
    runs = {"修补后": fixed, "不修补": raw}
    means = {name: run.scores["D"].groupby("year").mean() for name, run in runs.items()}
    charts = {
        "d-intervals": province_intervals(bootstrap, regions, 2022),
        "rank-intervals": province_intervals(bootstrap, regions, 2022, "rank"),
        "weight-intervals": weight_intervals(bootstrap, names, "EQ"),
        "variants": variant_means(real_weight_variants()),
        "left-out": leave_one_out_bars(real_leave_one_out(), names),
        "repairs": weight_change(raw.weights["weight"], fixed.weights["weight"], names),
        "paired": paired_paths(means, "D"),
        "dimension-lines": dimension_lines(load_evidence().lead, resolve_region("东北")),
    }
    return {name: chart.to_dict() for name, chart in charts.items()}


@pytest.fixture(scope="module")
def specs(frame: pd.DataFrame) -> dict[str, dict]:
    return all_charts(frame) | real_charts()


def text_of(spec: dict) -> str:
    return json.dumps(spec, ensure_ascii=False)


def test_every_figure_is_fluid_described_small_and_without_title(specs: dict[str, dict]) -> None:
    for name, spec in specs.items():
        assert spec["width"] == "container", name
        assert spec["description"].endswith("。"), name
        assert "title" not in spec, name
        weight = len(text_of(spec).encode())
        assert weight < WIDER.get(name, BOUND), (name, weight)


def test_figures_ask_for_nothing_outside(specs: dict[str, dict]) -> None:
    for name, spec in specs.items():
        text = text_of({key: value for key, value in spec.items() if key != "$schema"})
        assert "://" not in text and '"url"' not in text, name


def test_figures_suit_light_and_dark_pages(specs: dict[str, dict]) -> None:
    for spec in specs.values():
        assert spec["config"]["background"] == "transparent"
        assert spec["config"]["axis"]["labelColor"] == "#777777"


def test_sliders_are_bound_and_used(specs: dict[str, dict]) -> None:
    for name, wanted in {"tiles": {"year"}, "alpha": {"year", "alpha"}}.items():
        bound = {p["name"]: p["bind"]["input"] for p in specs[name]["params"] if "bind" in p}
        assert bound == dict.fromkeys(wanted, "range")
        body = text_of({key: value for key, value in specs[name].items() if key != "params"})
        assert "=== year" in body
    assert "alpha * datum.U1" in text_of(specs["alpha"])


def test_alpha_figure_carries_nothing_the_slider_should_compute(specs: dict[str, dict]) -> None:
    headers = {data.split("\n", 1)[0] for data in csv_of(specs["alpha"])}
    (header,) = headers - {"province,region"}
    assert header == "province,year,U1,U2"


def csv_of(spec: dict) -> list[str]:
    return list(spec["datasets"].values())


def test_region_changes_what_is_emphasised(frame: pd.DataFrame, specs: dict[str, dict]) -> None:
    west, province = all_charts(frame, "西部"), all_charts(frame, "广东")
    for name in ("lines", "heatmap", "tiles", "alpha", "intervals"):
        assert len({text_of(e[name]) for e in (specs, west, province)}) == 3, name
    assert "广东,东部,2010" in csv_of(province["lines"])[0]


def test_focus_of_a_province_is_itself_its_region_and_the_nation() -> None:
    lines = pd.DataFrame(
        {"name": ["全国", "东部", "西部", "广东"], "region": ["全国", "东部", "西部", "东部"]}
    )
    assert in_focus(resolve_region("广东"), lines) == {"全国", "东部", "广东"}
    assert in_focus(resolve_region("全国"), lines) == {"全国", "东部", "西部", "广东"}


def test_description_follows_the_data(frame: pd.DataFrame) -> None:
    rising = regional_lines(regional_means(frame, provinces()["region"]), "D")
    backward = frame.rename(index=lambda year: 4032 - year, level="year").sort_index()
    falling = regional_lines(regional_means(backward, provinces()["region"]), "D")
    assert "逐年上升" in rising.to_dict()["description"]
    assert "逐年下降" in falling.to_dict()["description"]


def test_heatmap_description_names_the_leader(frame: pd.DataFrame) -> None:
    final = frame["D"].xs(2022, level="year")
    text = province_heatmap(frame, "D").to_dict()["description"]
    assert f"最高的是{final.idxmax()}" in text and f"{final.max():.3f}" in text


def test_two_drawings_are_identical(frame: pd.DataFrame, specs: dict[str, dict]) -> None:
    assert all_charts(frame).items() <= specs.items()


def test_missing_years_leave_no_province_out(frame: pd.DataFrame) -> None:
    gappy = frame.copy()
    gappy.loc[("青海", 2012), ["D", "U1"]] = np.nan
    assert "青海" in csv_of(province_heatmap(gappy, "D").to_dict())[0]


def test_labels_with_commas_quotes_and_markup_survive() -> None:
    awkward = '甲,"乙"</script>\n丙'
    table = pd.DataFrame({"name": [awkward], "weight": [0.5]})
    (text,) = csv_of(bars(table, "weight", "条形图。").to_dict())
    back = pd.read_csv(pd.io.common.StringIO(text))
    assert back["name"].tolist() == [awkward]
    assert json.loads(one_of([awkward]).removeprefix("indexof(").split(", datum")[0]) == [awkward]


def test_inline_keeps_only_what_is_asked_rounded(frame: pd.DataFrame) -> None:
    data = inline(frame, ["province", "D"], digits=2).to_dict()
    header, first = data["values"].split("\n")[:2]
    assert header == "province,D" and len(first.split(".")[1]) <= 2
    assert data["format"] == {"type": "csv", "parse": {"D": "number"}}


def test_region_colours_are_five_and_distinct() -> None:
    assert list(REGION_COLOURS) == ["全国", "东部", "中部", "西部", "东北"]
    assert len(set(REGION_COLOURS.values())) == 5


def test_grade_expression_is_right_closed_and_ends_open() -> None:
    expression = grade_expression(grades())
    assert 'datum.D <= 0.1 ? "极度失调"' in expression and expression.endswith('"优质协调"')
    assert expression.count("?") == 9


@pytest.mark.parametrize("reach", [(0.3, 0.3), (0.5, 0.9), (1.0, 1.0)])
def test_lines_of_the_plane_are_what_they_claim(reach: tuple[float, float]) -> None:
    rays = equal_coupling(reach).query("order == 1")
    c = 2 * np.sqrt(rays["U1"] * rays["U2"]) / (rays["U1"] + rays["U2"])
    assert np.allclose(c, rays["line"].str.extract(r"([\d.]+)")[0].astype(float))
    curves = equal_coordination(reach)
    d = (curves["U1"] * curves["U2"]) ** 0.25
    assert np.allclose(d, curves["line"].str.extract(r"([\d.]+)")[0].astype(float))
    for lines in (rays, curves):
        assert (lines[["U1", "U2"]] <= np.add(reach, 1e-12)).all().all()


def test_slider_mean_in_alt_text_is_the_mean_of_the_formula(frame: pd.DataFrame) -> None:
    final = frame.xs(2022, level="year")
    wanted = coupling_coordination(final["U1"], final["U2"], alpha=0.3)["D"].mean()
    text = alpha_explorer(frame, grades(), alpha=0.3).to_dict()["description"]
    assert f"α 取 0.3 时全国平均 D 为 {wanted:.3f}" in text


def test_interval_description_names_the_leader_with_its_interval(specs: dict[str, dict]) -> None:
    scores = real_bootstrap().scores.xs(2022, level="year")
    first = scores.loc[scores["rank"].idxmin()]
    text = specs["d-intervals"]["description"]
    assert f"居首的{first.name}为 {first['D_lower']:.3f} 至 {first['D_upper']:.3f}" in text


def test_leave_one_out_draws_the_most_influential_first(specs: dict[str, dict]) -> None:
    most = indicators()["name_zh"][real_leave_one_out()["mean_abs_shift"].idxmax()]
    assert csv_of(specs["left-out"])[0].split("\n")[1].startswith(most)
    assert most in specs["left-out"]["description"]
