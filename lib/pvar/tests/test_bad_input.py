"""Bad data give a clear error or a warning with numbers, never a silent pseudo-inverse."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from panels import LABELS, long_frame
from reference_cases import KEYS, NAMES

from pvar import PanelVARError, PanelVARWarning, SingularMatrixError, panel_var
from pvar.data import PanelData

Change = Callable[[pd.DataFrame], pd.DataFrame]


def text_cell(frame: pd.DataFrame) -> pd.DataFrame:
    frame["y2"] = frame["y2"].astype(object)
    frame.loc[3, "y2"] = "缺"
    return frame


ERRORS: dict[str, tuple[Change, list[str]]] = {
    "one unit": (lambda f: f[f["id"] == 1], ["只有 1 个单位"]),
    "too short": (lambda f: f[f["year"] < 2003], ["时期太短", "3 期", "2 期"]),
    "constant": (lambda f: f.assign(y2=7.0), ["y2", "constant over time"]),
    "constant in units": (lambda f: f.assign(y2=f["id"] / 3.0), ["y2", "constant over time"]),
    "collinear": (lambda f: f.assign(y3=f["y1"] - 2 * f["y2"]), ["y1", "y2", "y3", "Collinear"]),
    "proportional": (lambda f: f.assign(y3=1e6 * f["y1"]), ["y1", "y3", "Collinear"]),
    "duplicates": (lambda f: pd.concat([f, f.iloc[[5, 6]]]), ["2 行", "重复", "1、2006"]),
    "text": (text_cell, ["y2", "1 个单元格", "第 4 行", "缺"]),
    "infinite": (lambda f: f.assign(y1=f["y1"].replace(f["y1"].iloc[2], np.inf)), ["无穷"]),
    "all missing": (lambda f: f.assign(y2=np.nan), ["y2", "全部缺失"]),
    "alternate years": (lambda f: f.assign(y1=f["y1"].where(f["year"] % 2 == 0)), ["Only 0 rows"]),
    "fractional time": (lambda f: f.assign(year=f["year"] + 0.5), ["整数", "2001.5"]),
    "dates": (lambda f: f.assign(year=pd.to_datetime(f["year"].astype(str))), ["整数"]),
    "date codes": (lambda f: f.assign(year=f["year"] * 10000 + f["id"]), ["跨", "10000"]),
    "no unit label": (lambda f: f.assign(id=f["id"].where(f["id"] > 1)), ["13 个空值"]),
    "absent column": (lambda f: f.drop(columns="y3"), ["y3", "现有"]),
}


@pytest.mark.parametrize("fault", ERRORS)
def test_errors_name_cause_and_number(small: pd.DataFrame, fault: str) -> None:
    change, expected = ERRORS[fault]
    with pytest.raises(PanelVARError) as caught:
        panel_var(change(small.copy()), NAMES[:3], **KEYS)
    for piece in expected:
        assert piece in str(caught.value)


OPTIONS: list[tuple[dict[str, object], str]] = [
    ({"transform": "helmert"}, "helmert"),
    ({"lags": 0}, "0"),
    ({"depth": 1, "lags": 2}, "不小于滞后阶数 2"),
    ({"steps": "three"}, "three"),
    ({"covariance": "hac"}, "hac"),
    ({"covariance": "windmeijer"}, "两步"),
    ({"transform": "pvar2", "system": True}, "系统"),
    ({"transform": "pvar2", "time_effects": "dummies"}, "demean"),
    ({"time_effects": "week"}, "week"),
    ({"exogenous": ["nowhere"]}, "nowhere"),
]


@pytest.mark.parametrize(("options", "piece"), OPTIONS)
def test_options_name_the_value_seen(
    small: pd.DataFrame, options: dict[str, object], piece: str
) -> None:
    with pytest.raises(PanelVARError, match=piece):
        panel_var(small, NAMES[:2], **KEYS, **options)


def test_more_moments_than_units(small: pd.DataFrame) -> None:
    """One step warns with both numbers and the cure; two steps refuse."""
    with pytest.warns(PanelVARWarning) as issued:
        ours = panel_var(small, NAMES, depth=2, **KEYS)
    assert any("50 moment conditions, more than 30 units" in str(w.message) for w in issued)
    assert np.isnan(ours.hansen.statistic)
    assert ours.hansen.df == 25
    assert any("just-identified" in text for text in ours.warnings)
    with pytest.raises(PanelVARError, match=r"矩条件 50 个.*单位 30 个.*恰好识别"):
        panel_var(small, NAMES, depth=2, steps="two", **KEYS)


def test_the_regular_fit_of_the_paper_s_size_has_no_such_warning(small: pd.DataFrame) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PanelVARWarning)
        ours = panel_var(small, NAMES, **KEYS)
    assert not any("moment conditions" in text for text in ours.warnings)


def test_singular_weight_is_refused_not_pseudo_inverted(large: pd.DataFrame) -> None:
    """Two units' worth of variation copied 30 times has rank two, whatever q and N are."""
    two = large[large["id"].isin([1, 2])]
    copies = pd.concat([two.assign(id=two["id"] + 2 * k) for k in range(30)])
    with pytest.raises(SingularMatrixError, match="秩只有 2"), warnings.catch_warnings():
        warnings.simplefilter("ignore", PanelVARWarning)
        panel_var(copies, NAMES[:1], depth=4, steps="two", **KEYS)


def test_near_collinearity_warns(small: pd.DataFrame, noise: np.random.Generator) -> None:
    close = small.assign(y3=small["y1"] + 1e-5 * noise.normal(size=len(small)))
    with pytest.warns(PanelVARWarning, match="Nearly collinear"):
        panel_var(close, NAMES[:3], **KEYS)


def test_gaps_and_missing_cells_are_counted(small: pd.DataFrame) -> None:
    holes = small[~((small["id"] <= 4) & (small["year"] == 2007))].copy()
    holes.loc[holes.index[:2], "y1"] = np.nan
    holes.loc[holes["id"] == 9, "y2"] = np.nan
    with pytest.warns(PanelVARWarning) as issued:
        ours = panel_var(holes, NAMES[:2], **KEYS)
    said = "\n".join(str(w.message) for w in issued)
    assert "4 units have gaps" in said
    assert "15 of 386 rows have missing values" in said
    assert "1 of 30 units have no usable transformed row" in said
    assert ours.n_units == 29
    assert tuple(str(w.message) for w in issued) == ours.warnings


def test_missing_pattern_by_hand() -> None:
    """A NaN removes the rows it touches and nothing else."""
    cube = np.random.default_rng(0).normal(size=(50, 6, 1))
    cube[0, 2] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PanelVARWarning)
        ours = panel_var(long_frame(cube), ["y1"], **LABELS, transform="fd")
    assert ours.n_obs == 49 * 4 + 1


def test_biennial_calendar(small: pd.DataFrame) -> None:
    biennial = small.assign(year=2 * small["year"])
    with pytest.warns(PanelVARWarning, match="Times are 2 apart"):
        ours = panel_var(biennial, NAMES[:2], **KEYS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PanelVARWarning)
        yearly = panel_var(small, NAMES[:2], **KEYS)
    np.testing.assert_array_equal(ours.coefficients, yearly.coefficients)


def test_few_units(small: pd.DataFrame) -> None:
    with pytest.warns(PanelVARWarning) as issued:
        panel_var(small[small["id"] <= 12], NAMES[:2], **KEYS)
    assert any("Only 12 units" in str(w.message) for w in issued)


def test_arrays_must_be_three_dimensional() -> None:
    with pytest.raises(PanelVARError, match="2 维"):
        PanelData.from_array(np.zeros((3, 4)))
