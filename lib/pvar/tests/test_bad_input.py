"""Bad data give a clear error or a warning with numbers, never a silent pseudo-inverse."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pvar
from panels import LABELS, long_frame
from pvar import PanelVARError, PanelVARWarning, SingularMatrixError, panel_var
from pvar.data import PanelData
from reference_cases import KEYS, NAMES

Change = Callable[[pd.DataFrame], pd.DataFrame]


def text_cell(frame: pd.DataFrame) -> pd.DataFrame:
    frame["y2"] = frame["y2"].astype(object)
    frame.loc[3, "y2"] = "none"
    return frame


ERRORS: dict[str, tuple[Change, list[str]]] = {
    "one unit": (lambda f: f[f["id"] == 1], ["Only 1 unit", "at least 2"]),
    "too short": (lambda f: f[f["year"] < 2003], ["Too few periods", "at least 3", "have 2"]),
    "constant": (lambda f: f.assign(y2=7.0), ["y2"]),
    "constant in units": (lambda f: f.assign(y2=f["id"] / 3.0), ["y2"]),
    "collinear": (lambda f: f.assign(y3=f["y1"] - 2 * f["y2"]), ["y1", "y2", "y3"]),
    "proportional": (lambda f: f.assign(y3=1e6 * f["y1"]), ["y1", "y3"]),
    "duplicates": (
        lambda f: pd.concat([f, f.iloc[[5, 6]]]),
        ["repeat a unit and period: 2", "1, 2006"],
    ),
    "text": (text_cell, ["y2 that are no numbers: 1", "row 4", "'none'"]),
    "dates as values": (
        lambda f: f.assign(y2=pd.to_datetime(f["year"].astype(str))),
        ["y2 holds datetime64"],
    ),
    "infinite": (
        lambda f: f.assign(y1=f["y1"].replace(f["y1"].iloc[2], np.inf)),
        ["y1 is infinite", "row 3"],
    ),
    "all missing": (lambda f: f.assign(y2=np.nan), ["y2 has no value"]),
    "alternate years": (lambda f: f.assign(y1=f["y1"].where(f["year"] % 2 == 0)), [" 0 "]),
    "fractional time": (
        lambda f: f.assign(year=f["year"] + 0.5),
        ["whole numbers", "year that are neither: 390", "row 1: 2001.5"],
    ),
    "date codes": (
        lambda f: f.assign(year=f["year"] * 10000 + f["id"]),
        ["over 120", "more than 10000"],
    ),
    "no unit label": (lambda f: f.assign(id=f["id"].where(f["id"] > 1)), ["missing in 'id': 13"]),
    "lists as labels": (lambda f: f.assign(id=[[i] for i in f["id"]]), ["'id'", "astype(str)"]),
    "absent column": (lambda f: f.drop(columns="y3"), ["no column y3", "there are id, year, y1"]),
    "twin columns": (lambda f: f[[*f.columns, "y2"]], ["2 columns are called y2"]),
    "two levels of columns": (lambda f: pd.concat({"a": f}, axis=1), ["2 levels"]),
    "no rows": (lambda f: f.iloc[:0], ["no rows"]),
}


@pytest.mark.parametrize("fault", ERRORS)
def test_errors_name_cause_and_number(small: pd.DataFrame, fault: str) -> None:
    change, expected = ERRORS[fault]
    with pytest.raises(PanelVARError) as caught:
        panel_var(change(small.copy()), NAMES[:3], **KEYS)
    for piece in expected:
        assert piece in str(caught.value)


TIMES: dict[str, Callable[[pd.Series], Any]] = {
    "years as dates": lambda t: pd.to_datetime(t.astype(str) + "-12-31"),
    "dates with a zone": lambda t: pd.to_datetime(t.astype(str)).dt.tz_localize("UTC"),
    "quarters as dates": lambda t: pd.PeriodIndex.from_fields(
        year=1990 + (t - 2001) // 4, quarter=1 + (t - 2001) % 4, freq="Q"
    ).to_timestamp(),
    "months as dates": lambda t: pd.PeriodIndex.from_fields(
        year=1990 + (t - 2001) // 12, month=1 + (t - 2001) % 12, freq="M"
    ).to_timestamp(),
    "quarters of Stata": lambda t: [f"{1990 + k // 4}q{1 + k % 4}" for k in t - 2001],
    "quarters": lambda t: [f"{1990 + k // 4}-Q{1 + k % 4}" for k in t - 2001],
    "months": lambda t: [f"{1990 + k // 12}-{1 + k % 12:02}" for k in t - 2001],
    "months of Stata": lambda t: [f"{1990 + k // 12}m{1 + k % 12}" for k in t - 2001],
    "days as text": lambda t: [f"{k}-01-01" for k in t],
    "python's dates": lambda t: pd.to_datetime(t.astype(str)).dt.date,
}


@pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")
@pytest.mark.filterwarnings("ignore:Converting to Pe")
@pytest.mark.parametrize("kind", TIMES)
def test_dates_and_text_come_with_a_recipe_that_works(small: pd.DataFrame, kind: str) -> None:
    """The line in the message, run as it stands, gives the estimate of the numbered periods."""
    frame = small.assign(year=TIMES[kind](small["year"]))
    with pytest.raises(PanelVARError, match="year that are neither: 390") as caught:
        panel_var(frame, NAMES[:2], **KEYS)
    (line,) = re.findall(r"frame\[.*", str(caught.value))
    exec(line, {"frame": frame, "pd": pd})
    ours, plain = (panel_var(f, NAMES[:2], **KEYS) for f in (frame, small))
    np.testing.assert_array_equal(ours.coefficients, plain.coefficients)
    assert ours.moments.sample.data.period_step == 1


@pytest.mark.parametrize("label", ["spring", None, np.inf, 1e300, pd.Timedelta(1, "D")])
def test_other_times_are_refused(small: pd.DataFrame, label: object) -> None:
    with pytest.raises(PanelVARError, match="pandas periods; rows of year that are neither: 390"):
        panel_var(small.assign(year=[label] * len(small)), NAMES[:1], **KEYS)


@pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")
def test_periods_are_named_as_they_are_read(small: pd.DataFrame) -> None:
    quarters = pd.PeriodIndex(TIMES["quarters"](small["year"]), freq="Q")
    for frame in (
        small.assign(year=quarters),
        small.assign(year=quarters).set_index([*KEYS.values()]),
    ):
        keys = KEYS if "year" in frame else {}
        results = panel_var(frame, NAMES[:1], time_effects="dummies", **keys)
        assert "period_1993Q1" in results.regressors
    twice = pd.concat([small.assign(year=quarters)] * 2)
    with pytest.raises(PanelVARError, match=r"period: 390, the first is 1, 1990Q1"):
        panel_var(twice, NAMES[:1], **KEYS)


def test_a_wide_table_is_told(small: pd.DataFrame) -> None:
    wide = small.pivot(index="id", columns="year", values="y1").add_prefix("y").reset_index()
    with pytest.raises(PanelVARError, match=r"y2001, y2002, y2003, .* long form first") as caught:
        panel_var(wide, ["y"], **KEYS)
    assert "time: there is no column 'year'" in str(caught.value)
    with pytest.raises(PanelVARError, match="no column 'firm'") as caught:
        panel_var(small, ["y1"], unit="firm", time="year")
    assert "long form" not in str(caught.value)


def test_of_many_columns_those_like_the_one_not_found_are_named(small: pd.DataFrame) -> None:
    many = pd.concat([small, pd.DataFrame(0.0, small.index, [f"x{k}" for k in range(300)])], axis=1)
    with pytest.raises(PanelVARError, match=r"no column Y2; there are y2, .*\.\.\.") as caught:
        panel_var(many, ["Y2"], **KEYS)
    assert len(str(caught.value)) < 250


OPTIONS: list[tuple[dict[str, object], str]] = [
    ({"transform": "helmert"}, "transform must be one of fod, fd, .*'helmert'"),
    ({"transform": ["fod"]}, r"transform must be .*\['fod'\]"),
    ({"lags": 0}, "lags must be a whole number of at least 1; read 0"),
    ({"lags": True}, "lags must be .* read True"),
    ({"lags": 1.5}, "lags must be .* read 1.5"),
    ({"lags": "2"}, "lags must be .* read '2'"),
    ({"lags": None}, "lags must be a whole number p .* read None"),
    ({"lags": 10**9}, "lags must be at most 1000"),
    ({"lags": []}, r"lags must hold at least one lag and each once; read \[\]"),
    ({"lags": [1, 1]}, "each once"),
    ({"lags": [0, 1]}, "at least 1; read 0"),
    ({"lags": {}}, "without lags: y1, y2"),
    ({"lags": {"y1": 1, "y3": 2}}, "without lags: y2; not dependent: y3"),
    ({"lags": {"y1": 1, "y2": "all"}}, r"lags\['y2'\] must be"),
    ({"depth": 1, "lags": 2}, "at least 2, the lags of a variable .* read 1"),
    ({"depth": 2, "lags": [1, 4, 5]}, "at least 3"),
    ({"depth": "3"}, "depth must be .* read '3'"),
    ({"depth": 1.5}, "depth must be .* read 1.5"),
    ({"depth": True}, "depth must be .* read True"),
    ({"collapse": "no"}, "collapse must be True or False; read 'no'"),
    ({"system": 1}, "system must be True or False; read 1"),
    ({"use_t": None}, "use_t must be True or False; read None"),
    ({"steps": "three"}, "steps must be one of one, two; read 'three'"),
    ({"steps": 2}, "steps must be .* read 2"),
    ({"covariance": "hac"}, "covariance must be one of clustered, .*'hac'"),
    ({"weight": "panel"}, "weight must be one of .*'panel'"),
    ({"initial_weight": 1}, "initial_weight must be one of model, identity; read 1"),
    ({"missing_instruments": None}, "missing_instruments must be one of zero, drop"),
    ({"transform": "pvar2", "system": True}, "pvar2 has no system GMM"),
    ({"transform": "pvar2", "time_effects": "dummies"}, "'demean' only"),
    ({"time_effects": "week"}, "time_effects must be one of none, demean, dummies; read 'week'"),
    ({"exogenous": ["nowhere"]}, "no column nowhere"),
    ({"exogenous": "y3"}, r"exogenous must be a list .* text 'y3'. Write \['y3'\]"),
    ({"predetermined": None}, "predetermined must be a list of column names; read None"),
    ({"predetermined": [3]}, "predetermined must name its columns as text; read 3"),
    ({"unit": "nowhere"}, "unit: there is no column 'nowhere'; there are id, year"),
    ({"time": ["year"]}, r"time: there is no column \['year'\]"),
    ({"time": None}, "both unit and time or neither; read unit='id', time=None"),
    ({"time": "id"}, "two columns; both are 'id'"),
    ({"unit": None, "time": None}, "index must have two levels .* has 1"),
    ({"cluster": "nowhere"}, "cluster: there is no column 'nowhere'"),
    ({"cluster": "year"}, "30 units change their cluster 'year' over time, the first is 1"),
]


@pytest.mark.parametrize(("options", "piece"), OPTIONS)
def test_options_name_the_value_seen(
    small: pd.DataFrame, options: dict[str, object], piece: str
) -> None:
    with pytest.raises(PanelVARError, match=piece):
        panel_var(small, NAMES[:2], **(KEYS | options))


@pytest.mark.parametrize(
    ("variables", "piece"),
    [
        ("y1", r"variables must be a list .* text 'y1'. Write \['y1'\]"),
        ("y1 y2", r"text 'y1 y2'. Write \['y1', 'y2'\]"),
        ("y1, y2", r"Write \['y1', 'y2'\]"),
        ([], "At least one variable"),
        (["y1", "y1"], "once only; read y1, y1"),
        ([1, 2], "as text; read 1"),
        ({"y1", "y2"}, r"must be a list of column names; read \{.*\(set\)"),
        (None, "read None"),
    ],
)
def test_variables_are_a_list_of_names(small: pd.DataFrame, variables: Any, piece: str) -> None:
    calls: list[Callable[..., object]] = [panel_var, pvar.select_lags, pvar.screen_unit_roots]
    for call in calls:
        with pytest.raises(PanelVARError, match=piece):
            call(small, variables, **KEYS)


def test_a_frame_is_no_list_of_names(small: pd.DataFrame) -> None:
    with pytest.raises(PanelVARError, match=r"list of column names; read .*DataFrame") as caught:
        panel_var(small, small[NAMES], **KEYS)  # type: ignore[arg-type]
    assert len(str(caught.value)) < 200
    for data in (small.to_dict(), [], None, small["y1"]):
        with pytest.raises(PanelVARError, match="must be a pandas DataFrame"):
            panel_var(data, NAMES, **KEYS)  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")
def test_names_and_counts_may_come_from_numpy_and_pandas(small: pd.DataFrame) -> None:
    plain = panel_var(small, NAMES[:2], lags=2, depth=3, **KEYS)
    for names in (tuple(NAMES[:2]), pd.Index(NAMES[:2]), np.array(NAMES[:2])):
        for two in (2.0, np.int64(2), np.float64(2), [1, 2], np.array([2, 1]), range(1, 3), {1, 2}):
            results = panel_var(small, names, lags=two, depth=np.int32(3), **KEYS)
            assert results.specification == plain.specification
            np.testing.assert_array_equal(results.coefficients, plain.coefficients)


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 5),
    st.integers(),
    st.floats(),
    st.text(max_size=6),
    st.sampled_from(
        ["y1", "y2", "id", "year", "all", "just", "one", "two", "fd", "L1.y1", "L0.y3"]
    ),
    st.binary(max_size=3),
    st.complex_numbers(),
    st.dates(),
    st.sampled_from([object(), len, int, np.nan, np.array(1), np.array([]), np.bool_(True), pd.NA]),
)
NESTED = st.one_of(
    ODD,
    st.lists(ODD, max_size=3),
    st.tuples(ODD, ODD),
    st.sets(st.integers(-1, 4), max_size=3),
    st.dictionaries(st.sampled_from(["y1", "y2", "y3", 1]), ODD, max_size=3),
    st.builds(np.array, st.lists(st.integers(-1, 4), max_size=3)),
    st.builds(pd.Series, st.lists(st.integers(-1, 4), max_size=3)),
    st.builds(pd.DataFrame, st.just({"y1": [1.0], "y2": [2.0]})),
)
FUZZED = [
    "variables",
    "unit",
    "time",
    "lags",
    "transform",
    "depth",
    "collapse",
    "system",
    "predetermined",
    "exogenous",
    "time_effects",
    "missing_instruments",
    "steps",
    "weight",
    "initial_weight",
    "covariance",
    "cluster",
    "use_t",
]


@settings(max_examples=150, deadline=None)
@given(options=st.dictionaries(st.sampled_from(FUZZED), NESTED, min_size=1, max_size=3))
def test_any_option_gives_an_estimate_or_an_error_of_ours(options: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    frame = long_frame(rng.normal(size=(8, 7, 3))).rename(columns={"u": "id", "t": "year"})
    call: dict[str, Any] = {"variables": ["y1", "y2"], **KEYS} | options
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PanelVARWarning)
        try:
            results = panel_var(frame, **call)
        except PanelVARError as fault:
            assert str(fault)
        else:
            assert np.isfinite(results.coefficients).all()


CELLS = st.one_of(
    st.integers(0, 3), st.sampled_from([None, np.nan, np.inf, "x", "1", 1j, (1,), []])
)


@settings(max_examples=100, deadline=None)
@given(
    column=st.sampled_from(["y1", "id", "year"]),
    cells=st.lists(CELLS, min_size=1, max_size=4),
    category=st.booleans(),
)
def test_any_cells_give_an_estimate_or_an_error_of_ours(
    column: str, cells: list[Any], category: bool
) -> None:
    rng = np.random.default_rng(0)
    frame = long_frame(rng.normal(size=(8, 7, 2))).rename(columns={"u": "id", "t": "year"})
    frame[column] = frame[column].astype(object)
    for place, cell in enumerate(cells):
        frame.at[5 * place, column] = cell
    if category and all(cell.__hash__ is not None for cell in cells):
        frame[column] = frame[column].astype("category")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PanelVARWarning)
        try:
            panel_var(frame, ["y1", "y2"], **KEYS)
        except PanelVARError as fault:
            assert str(fault)


def test_more_moments_than_units(small: pd.DataFrame) -> None:
    """One step is as good as ever, without Hansen's test; two steps refuse."""
    for steps in (None, "one"):
        ours = panel_var(small, NAMES, depth=2, steps=steps, **KEYS)
        assert not any("50" in text or "instruments" in text for text in ours.warnings)
        assert ours.steps == "one"
        assert np.isnan(ours.hansen.statistic)
        assert ours.hansen.df == 25
    with pytest.raises(PanelVARError, match=r"50.*30"):
        panel_var(small, NAMES, depth=2, steps="two", **KEYS)


def test_the_automatic_fit_of_the_paper_s_size_has_no_such_warning(small: pd.DataFrame) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PanelVARWarning)
        ours = panel_var(small, NAMES, **KEYS)
    assert ours.n_moments == 75
    assert not any("75" in text or "15 instr" in text for text in ours.warnings)


def test_singular_weight_is_refused_not_pseudo_inverted(large: pd.DataFrame) -> None:
    """Two units' worth of variation copied 30 times has rank two, whatever q and N are."""
    two = large[large["id"].isin([1, 2])]
    copies = pd.concat([two.assign(id=two["id"] + 2 * k) for k in range(30)])
    with pytest.raises(SingularMatrixError, match=" 2"), warnings.catch_warnings():
        warnings.simplefilter("ignore", PanelVARWarning)
        panel_var(copies, NAMES[:1], depth=4, steps="two", **KEYS)


def test_near_collinearity_warns(small: pd.DataFrame, noise: np.random.Generator) -> None:
    close = small.assign(y3=small["y1"] + 1e-5 * noise.normal(size=len(small)))
    with pytest.warns(PanelVARWarning, match="e-1"):
        panel_var(close, NAMES[:3], **KEYS)


def test_gaps_and_missing_cells_are_counted(small: pd.DataFrame) -> None:
    holes = small[~((small["id"] <= 4) & (small["year"] == 2007))].copy()
    holes.loc[holes.index[:2], "y1"] = np.nan
    holes.loc[holes["id"] == 9, "y2"] = np.nan
    with pytest.warns(PanelVARWarning) as issued:
        ours = panel_var(holes, NAMES[:2], **KEYS)
    said = "\n".join(str(w.message) for w in issued)
    assert "Units with gaps in time: 4;" in said
    assert re.search(r"^15 .*386", said, re.M)
    assert re.search(r"^1 .*30", said, re.M)
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
    with pytest.warns(PanelVARWarning) as issued:
        ours = panel_var(biennial, NAMES[:2], **KEYS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PanelVARWarning)
        yearly = panel_var(small, NAMES[:2], **KEYS)
    assert len(issued) == len(yearly.warnings) + 1
    assert any(" 2" in str(w.message) for w in issued)
    np.testing.assert_array_equal(ours.coefficients, yearly.coefficients)


def test_few_units(small: pd.DataFrame) -> None:
    with pytest.warns(PanelVARWarning) as issued:
        panel_var(small[small["id"] <= 12], NAMES[:2], **KEYS)
    assert any(" 12 " in str(w.message) for w in issued)


@pytest.mark.parametrize(
    ("values", "piece"),
    [
        (np.zeros((3, 4)), r"3 axes \(units, periods, variables\); it has 2"),
        ([["a"]], "numbers only"),
        (np.full((3, 4, 1), np.inf), "y1 is infinite, first in row 1"),
    ],
)
def test_arrays_are_checked(values: Any, piece: str) -> None:
    with pytest.raises(PanelVARError, match=piece):
        PanelData.from_array(values)


def test_arrays_and_names_agree() -> None:
    with pytest.raises(PanelVARError, match="1 names for 2 variables"):
        PanelData.from_array(np.zeros((3, 4, 2)), ["y"])


# --- what would be wrong without a word ---------------------------------------------------------


def test_standard_errors_need_two_units_or_clusters(small: pd.DataFrame) -> None:
    """The moments of a single one sum to zero, and so would its standard errors."""
    with pytest.raises(PanelVARError, match="of 1 unit or cluster"):
        panel_var(small.assign(country=1), NAMES[:2], cluster="country", **KEYS)
    left = small[(small["id"] == 1) | (small["year"] < 2003)]
    for call in (panel_var, pvar.least_squares):
        with pytest.raises(PanelVARError, match="of 1 unit or cluster"):
            call(left[left["id"] < 3], NAMES[:2], **KEYS)


@pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")
@pytest.mark.parametrize("transform", ["fod", "fd", "within"])
def test_what_all_units_share_is_gone_with_the_period_means(
    small: pd.DataFrame, transform: Any
) -> None:
    """Whatever rounding leaves of it: coefficients were 1e13 where the mean is not exact."""
    years = np.exp(np.sin(1.7 * small["year"]) + 3.3)
    for n in range(22, 31):
        shared = small.assign(shared=years)[small["id"] <= n]
        with pytest.raises(SingularMatrixError, match="shared: zero after the transform"):
            panel_var(
                shared,
                NAMES[:2],
                exogenous=["shared"],
                transform=transform,
                time_effects="demean",
                **KEYS,
            )


@pytest.mark.parametrize("name", ["lag1_y1", "const", "period_2005"])
def test_a_further_regressor_has_a_name_of_its_own(
    small: pd.DataFrame, name: str, noise: np.random.Generator
) -> None:
    frame = small.assign(**{name: noise.normal(size=len(small))})
    options: dict[str, Any] = {"const": {"system": True}, "lag1_y1": {}}.get(
        name, {"time_effects": "dummies"}
    )
    with pytest.raises(PanelVARError, match=f"would be called {name}"):
        panel_var(frame, NAMES[:2], exogenous=[name], **options, **KEYS)


@pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")
def test_a_constant_is_refused_by_any_name(small: pd.DataFrame) -> None:
    with pytest.raises(SingularMatrixError, match="const: zero after the transform"):
        panel_var(small.assign(const=1.0), NAMES[:2], exogenous=["const"], **KEYS)


def shifted(frame: pd.DataFrame, lag: int) -> pd.Series:
    return frame.sort_values("year").groupby("id")["y1"].shift(lag)


@pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")
@pytest.mark.parametrize("option", ["exogenous", "predetermined"])
def test_lags_of_a_dependent_variable_are_known_by_their_values(
    small: pd.DataFrame, option: str
) -> None:
    named = {"before": (2, "[1, 2]"), "L1.before": (2, "[1, 3]"), "same": (0, None)}
    for name, (lag, sets) in named.items():
        frame = small.assign(**{name.removeprefix("L1."): shifted(small, lag)})
        words = "same is a dependent variable"
        if sets is not None:
            words = re.escape(f"{name} is a lag of the dependent variable y1") + ".*"
            words += re.escape(f"'y1': {sets}")
        for part in (frame, frame.sample(frac=0.9, random_state=1)):
            with pytest.raises(PanelVARError, match=words):
                panel_var(part, NAMES[:2], **{option: [name]}, **KEYS)  # type: ignore[arg-type]
    other = small.assign(other=small["y3"], event=(small["year"] == 2005) * 1.0)
    panel_var(other, NAMES[:2], exogenous=["other", "event"], **KEYS)


@pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")
def test_methods_refuse_what_they_cannot_read(small: pd.DataFrame) -> None:
    ours = panel_var(small, NAMES[:2], **KEYS)
    calls: dict[str, Callable[[], object]] = {
        "draws must be a whole number of at least 2; read 2.5": lambda: ours.bootstrap(2.5),  # type: ignore[arg-type]
        "draws must be .* read '9'": lambda: ours.monte_carlo("9"),  # type: ignore[arg-type]
        "seed must be .* read None": lambda: ours.bootstrap(9, seed=None),  # type: ignore[arg-type]
        "seed must be .* read -1": lambda: ours.monte_carlo(9, seed=-1),
        "order must be a whole number": lambda: ours.serial_correlation_tests(0),
        "order must be a list": lambda: ours.responses(order=1),  # type: ignore[arg-type]
        "order must be a list of column names; read the text": lambda: ours.responses(order="y1"),
        "restrictions must name regressors": lambda: ours.wald_test("lag1_y1"),
        "value must hold finite": lambda: ours.wald_test({"y1": "lag1_y1"}, np.nan),
        "value must hold numbers only.*'a'": lambda: ours.anderson_rubin("y1", ["lag1_y2"], "a"),
        "one for each of the 1": lambda: ours.anderson_rubin("y1", "lag1_y2", [0.1, 0.2]),
        "No equation 'y9'": lambda: pvar.anderson_rubin_set(ours, "y9", "lag1_y1"),
        "No regressor 'y9'": lambda: pvar.anderson_rubin_set(ours, "y1", "y9"),
        "instruments must be a list": lambda: ours.difference_in_hansen(5),  # type: ignore[arg-type]
        "coefficients must hold numbers only": lambda: pvar.implied_system([["a"]]),
    }
    for words, call in calls.items():
        with pytest.raises(PanelVARError, match=words):
            call()


@pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")
@pytest.mark.parametrize("level", [95, 0, 1.0, "0.9", True, np.nan])
def test_a_level_is_a_share(small: pd.DataFrame, level: Any) -> None:
    ours = panel_var(small, NAMES[:2], **KEYS)
    printed = pvar.implied_system([[0.5]], t_values=[[2.0]])
    calls: list[Callable[[], object]] = [
        lambda: ours.to_frame(level=level),
        lambda: pvar.anderson_rubin_set(ours, "y1", "lag1_y1", values=[0.0], level=level),
        lambda: printed.modulus_interval(level),
        lambda: ours.bootstrap(9).intervals(level=level),
    ]
    for call in calls:
        with pytest.raises(PanelVARError, match="level must be between 0 and 1"):
            call()
