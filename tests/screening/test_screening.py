"""Faults put into a smooth panel are found, each as what it is; the smooth panel has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergy.dictionary import indicators, report_plan, units
from synergy.screening.findings import KINDS, Finding, number, span
from synergy.screening.screen import Screening, screen, summary

YEARS = range(2010, 2021)
PLACES = [str(name) for name in units().index]
Wide = pd.DataFrame


def smooth(seed: int = 1, growth: float = 0.06, noise: float = 0.02, digits: int = 1) -> Wide:
    """A stock that grows everywhere, with noise."""
    rng = np.random.default_rng(seed)
    start = rng.uniform(5, 9, (len(PLACES), 1))
    steps = rng.normal(growth, noise, (len(PLACES), len(YEARS))).cumsum(axis=1)
    values = np.exp(start + steps).round(digits)
    return pd.DataFrame(values, index=pd.Index(PLACES, name="province"), columns=YEARS)


def panel(**columns: Wide) -> pd.DataFrame:
    long = {name: wide.rename_axis(columns="year").stack() for name, wide in columns.items()}
    return pd.DataFrame(long)


def looked(values: pd.DataFrame, unit: str = "", label: str = "") -> Screening:
    """A screening of a panel: indicators of the dictionary by code, others in one unit."""
    known = indicators()
    rows = [
        known.loc[name]
        if name in known.index
        else pd.Series({"name_zh": label or name, "unit": unit})
        for name in values
    ]
    about = pd.DataFrame(rows, list(values)).reindex(columns=known.columns)
    return screen(values, replace(report_plan(), indicators=about))


def found(wide: Wide, unit: str = "") -> list[Finding]:
    return list(looked(panel(x=wide), unit).grave)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("noise", [0.005, 0.03, 0.3])
def test_nothing_is_found_where_nothing_is(seed: int, noise: float) -> None:
    assert found(smooth(seed, noise=noise, digits=3)) == []


def changed(wide: Wide, change: Callable[[Wide], object]) -> Wide:
    copy = wide.copy()
    change(copy)
    return copy


def test_a_changed_price_base_is_a_jump_common_to_all() -> None:
    wide = smooth()
    wide.loc[:, 2016:] = (wide.loc[:, 2016:] / 2.3).round(1)
    [one] = found(wide, "亿元")
    assert (one.kind, one.years) == ("common_jump", (2016,))
    assert "像是换了价格基期" in one.sentence
    [other] = found(wide, "个")
    assert "像是换了口径" in other.sentence


def test_two_changes_of_the_price_base_are_both_found() -> None:
    wide = smooth(growth=0.2)
    for year, ratio in ((2014, 2.3), (2018, 10.2)):
        wide.loc[:, year:] = (wide.loc[:, year:] / ratio).round(3)
    assert [(one.kind, one.years) for one in found(wide)] == [
        ("common_jump", (2018,)),
        ("common_jump", (2014,)),
    ]


def test_who_does_not_follow_is_named() -> None:
    wide = smooth()
    wide.loc[[p for p in PLACES if p != "上海"], 2016:] /= 2.3
    kinds = {one.kind: one for one in found(wide.round(1), "亿元")}
    assert kinds["not_following"].places == ("上海",)
    assert kinds["not_following"].years == (2016,)
    assert set(kinds) == {"common_jump", "not_following"}


@pytest.mark.parametrize("times", [0.3, 1.5, 100.0, 0.0001])
def test_one_wild_cell_is_a_spike_and_a_tenfold_one_a_slip(times: float) -> None:
    wide = smooth()
    wide.loc["海南", 2015] *= times
    [one] = found(wide)
    assert one.kind == ("slip" if times in (100.0, 0.0001) else "spike")
    assert (one.places, one.years) == (("海南",), (2015,))
    assert ("海南", 2014, wide.at["海南", 2014]) in one.values


def test_a_lasting_change_of_level_is_a_break() -> None:
    wide = smooth()
    wide.loc["安徽", 2017:] = (wide.loc["安徽", 2017:] * 0.7).round(1)
    [one] = found(wide)
    assert (one.kind, one.places, one.years) == ("break", ("安徽",), (2017,))


def test_flows_that_go_up_and_down_are_not_suspect_and_a_wild_one_is() -> None:
    wide = smooth(noise=0.3)
    assert found(wide) == []
    wide.loc["广西", 2015] *= 1e4
    assert [one.kind for one in found(wide)] == ["slip"]


def test_small_counts_go_up_and_down_by_chance() -> None:
    wide = (smooth() / 30).round()
    wide.loc["青海"] = [6, 4, 9, 5, 8, 3, 7, 11, 6, 9, 4]
    assert found(wide) == []


def test_shares_that_do_not_add_up() -> None:
    rng = np.random.default_rng(3)
    parts = rng.dirichlet([4, 3, 2], (len(PLACES), len(YEARS))) * 100
    columns = {
        f"edu_{name}": pd.DataFrame(parts[:, :, n].round(1), PLACES, list(YEARS)).rename_axis(
            "province"
        )
        for n, name in enumerate("abc")
    }
    assert "share_sum" not in looked(panel(**columns)).counts
    columns["edu_b"].loc[:, 2015:2017] *= 0.7
    [one] = [f for f in looked(panel(**columns)).findings if f.kind == "share_sum"]
    assert one.years == (2015, 2016, 2017) and one.series == ("edu_a", "edu_b", "edu_c")


def test_impossible_values() -> None:
    wide = smooth().clip(0, 90)
    for unit, value in (("%", 101.0), ("%", -1.0), ("比例", 1.2), ("万人", -3.0)):
        scale = 0.01 if unit == "比例" else 1.0
        bad = (wide * scale).round(4)
        bad.loc["北京", 2012] = value
        kinds = [one for one in found(bad, unit) if one.kind == "impossible"]
        assert [(one.places, one.years) for one in kinds] == [(("北京",), (2012,))]
    code = looked(panel(eq_urbanisation=wide))
    assert "0 至 1（单位：比例）" in next(
        f.sentence for f in code.findings if f.kind == "impossible"
    )


def test_a_cross_section_has_no_year_to_tell() -> None:
    wide = smooth().clip(0, 90)[[2012]].set_axis([0], axis=1)
    wide.loc["北京", 0] = 101.0
    (one,) = (f for f in looked(panel(x=wide), "%").findings if f.kind == "impossible")
    assert one.sentence == "“x”有 1 个值超出 0 至 100（单位：%），如 北京 101。"


def test_growth_in_per_cent_may_be_negative() -> None:
    wide = pd.DataFrame(-1.5, PLACES, list(YEARS)).rename_axis("province")
    labelled = looked(panel(x=wide), "%", "生产总值增速")
    assert "impossible" not in labelled.counts


def test_one_curve_times_a_factor() -> None:
    rng = np.random.default_rng(5)
    curve = np.exp(rng.normal(0.3, 0.05, len(YEARS)).cumsum())
    values = np.outer(rng.uniform(5, 80, len(PLACES)), curve).round(3)
    wide = pd.DataFrame(values, PLACES, list(YEARS)).rename_axis("province")
    assert [one.kind for one in found(wide)] == ["one_curve"]


def test_interpolated_stretches() -> None:
    wide = smooth(digits=2)
    wide.loc["山西", 2012:2016] = np.linspace(1000.0, 1400.0, 5)
    wide.loc["河南", 2012:2016] = 1000 * 1.1 ** np.arange(5)
    kinds = {(one.places[0], one.years) for one in found(wide) if one.kind == "linear"}
    assert kinds == {
        ("山西", (2012, 2013, 2014, 2015, 2016)),
        ("河南", (2012, 2013, 2014, 2015, 2016)),
    }


def test_carried_and_copied() -> None:
    wide = smooth(digits=2)
    wide.loc["新疆", 2018] = wide.loc["新疆", 2017]
    wide.loc["贵州", 2012:2015] = wide.loc["云南", 2012:2015].to_numpy()
    kinds = {one.kind: one for one in found(wide)}
    assert (kinds["carried"].places, kinds["carried"].years) == (("新疆",), (2018,))
    assert kinds["copied_places"].places == ("贵州", "云南")
    twice = looked(panel(a=smooth(), b=smooth() * 1000, c=smooth(2)))
    [one] = [f for f in twice.findings if f.kind == "copied_series"]
    assert one.series == ("a", "b") and "1000 倍" in one.sentence


def test_computed_decimals() -> None:
    wide = smooth(digits=1)
    wide.loc[:, :2013] = (wide.loc[:, :2013] / 1.0371).round(6)
    assert [(one.kind, one.years) for one in found(wide)] == [
        ("computed", (2010, 2011, 2012, 2013))
    ]


def test_gaps_are_told_but_are_no_faults() -> None:
    wide = smooth()
    wide.loc[["山东", "海南"], 2020] = np.nan
    wide[2014] = np.nan
    result = looked(panel(x=wide, y=smooth(2)))
    told = [one.sentence for one in result.findings if one.kind == "gap"]
    assert "“x”：2020 年缺 山东、海南。" in told and "“x”：2014 年各地都没有值。" in told
    assert result.grave == ()
    assert result.coverage.loc["“x”", 2020] == 28


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 30), st.integers(1, 12), st.floats(0, 1), st.integers(0, 2**31), st.booleans()
)
def test_any_panel_can_be_looked_at(
    places: int, years: int, missing: float, seed: int, negative: bool
) -> None:
    """Few places, few years, holes, zeros, constants, negatives: never an exception."""
    rng = np.random.default_rng(seed)
    values = rng.choice([0.0, 1.0, 5.5, 1e9, 1e-9], (places, years)) * (-1 if negative else 1)
    values[rng.random(values.shape) < missing] = np.nan
    wide = pd.DataFrame(values, PLACES[:places], range(2000, 2000 + years)).rename_axis("province")
    frame = pd.DataFrame({"x": wide.rename_axis(columns="year").stack(future_stack=True)})
    result = looked(frame, "%")
    assert isinstance(result, Screening) and set(result.counts) <= set(KINDS)
    assert summary(result)


def test_words() -> None:
    assert span([2015, 2017, 2016, 2020]) == "2015—2017、2020"
    assert (number(123456.7), number(0.12345), number(1692.3)) == ("123457", "0.1235", "1692")
