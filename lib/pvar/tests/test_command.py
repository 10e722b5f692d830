"""The command and the tables that people read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pvar import messages, panel_var
from pvar.__main__ import main
from reference_cases import COMMITTED, KEYS, NAMES, PANELS, Case, cases, relative

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")
SMALL = str(COMMITTED / PANELS["synth30"])
BASE = ["--unit", "id", "--time", "year", "--variables"]
SYNTHETIC = [c for c in cases() if not c.name.startswith("empl")]


def answer(capsys: pytest.CaptureFixture[str], *words: str, path: str = SMALL) -> dict[str, Any]:
    """What the command prints as JSON."""
    assert main([path, *BASE, *words, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("case", SYNTHETIC, ids=lambda case: case.name)
def test_json_reproduces_the_reference(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    a, j = case.arguments, case.answer["hansen_j"]
    depth = a["max_instr_dependent_vars"] - a["min_instr_dependent_vars"] + 1
    options = ["--lags", str(a["lags"]), "--transform", a["transformation"], "--collapse"]
    options += ["--depth", str(depth), "--steps", "two" if case.two_step else "one"]
    path = str(COMMITTED / PANELS[case.name.split("_")[0]])
    out = answer(capsys, *NAMES, *options, path=path)
    theirs = {name: np.array([*case.answer[name].values()]) for name in ("oirf", "girf", "fevd")}
    assert {values.shape for values in theirs.values()} == {(5, 11, 5)}
    theirs |= {"coef": case.coefficients, "se": case.standard_errors}
    theirs["sigma"] = case.values("sigma_u")
    theirs["eigenvalue_moduli"] = np.array(case.answer["eigenvalues"]["modulus"])
    for name, values in theirs.items():
        assert np.shape(out[name]) == values.shape, name
        assert relative(np.array(out[name]), values) < 1e-8, name
    assert {name: out[name] for name in case.counts} == case.counts
    assert out["hansen"]["df"] == j["parameter"]
    if case.two_step and out["hansen"]["df"]:
        assert out["hansen"]["statistic"] == pytest.approx(j["statistic"], rel=1e-8)


def test_depth_equal_to_the_lags_is_just_identified(capsys: pytest.CaptureFixture[str]) -> None:
    for options in (["--depth", "just"], ["--depth", "1"], ["--depth", "1", "--collapse"]):
        out = answer(capsys, *NAMES, *options)
        assert (out["n_moments"], out["hansen"]) == (25, {"statistic": 0.0, "df": 0, "p": None})
    out = answer(capsys, *NAMES, "--depth", "1", "--per-period")
    assert out["n_moments"] == 5 * 5 * 11
    assert out["hansen"]["statistic"] is None
    assert any("55" in text and "30" in text for text in out["warnings"])


def test_options_left_out_are_those_of_the_library(
    small: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    out = answer(capsys, *NAMES[:2])
    ours = panel_var(small, NAMES[:2], **KEYS)
    assert (ours.steps, out["n_moments"]) == ("two", ours.n_moments)
    np.testing.assert_array_equal(out["se"], ours.standard_errors)


@pytest.mark.parametrize(
    ("words", "lags"),
    [
        (["2"], 2),
        (["1", "3"], [1, 3]),
        (["y1=1,3", "y2=2"], {"y1": [1, 3], "y2": 2}),
    ],
)
def test_lag_sets(
    words: list[str], lags: Any, small: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    out = answer(capsys, *NAMES[:2], "--lags", *words, "--depth", "just")
    ours = panel_var(small, NAMES[:2], lags=lags, depth="just", **KEYS)
    assert out["regressors"] == list(ours.regressors)
    np.testing.assert_array_equal(out["coef"], ours.coefficients)
    assert out["hansen"]["df"] == 0


def test_options_of_the_estimation_reach_it(
    small: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, region = tmp_path / "regions.csv", small["id"] % 10
    small.assign(region=region).to_csv(path, index=False)
    words = ["--depth", "2", "--collapse", "--steps", "one", "--initial-weight", "identity"]
    words += ["--weight", "row", "--cluster", "region", "--missing-instruments", "zero", "--use-t"]
    out = answer(capsys, "y1", *words, path=str(path))
    ours = panel_var(
        small.assign(region=region),
        ["y1"],
        depth=2,
        steps="one",
        initial_weight="identity",
        weight="row",
        cluster="region",
        use_t=True,
        **KEYS,
    )
    np.testing.assert_allclose(out["coef"], ours.coefficients)
    assert out["criterion"] == pytest.approx(ours.estimate.criterion)


def test_further_regressors_and_order(capsys: pytest.CaptureFixture[str]) -> None:
    options = [
        "--depth",
        "just",
        "--predetermined",
        "y4",
        "--exogenous",
        "L1.y5",
        "--time-effects",
        "demean",
    ]
    options += ["--order", "y3", "y1", "y2", "--horizon", "4"]
    out = answer(capsys, *NAMES[:3], *options)
    assert out["regressors"] == ["lag1_y1", "lag1_y2", "lag1_y3", "y4", "L1.y5"]
    oirf = np.array(out["oirf"])
    assert oirf.shape == (3, 5, 3)
    assert oirf[0, 0, 2] == 0.0  # y3 comes first and does not react to y1 at impact


def test_errors_go_to_stderr_in_plain_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([SMALL, *BASE, *NAMES, "--depth", "2", "--collapse", "--steps", "two"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("Error: ") and "50" in captured.err and "30" in captured.err
    for words in (["--lags", "two"], ["--lags", "y1=1"], ["--lags", "0"], ["--depth", "0"]):
        assert main([SMALL, *BASE, "y1", "y2", *words]) == 2
        assert words[0].lstrip("-") in capsys.readouterr().err
    assert main([str(tmp_path / "absent.csv"), *BASE, "y1"]) == 2
    assert "absent.csv" in capsys.readouterr().err
    chinese = tmp_path / "gbk.csv"
    frame = pd.read_csv(SMALL).rename(columns={"id": "省份", "y1": "劳动报酬"})
    frame.to_csv(chinese, index=False, encoding="gb18030")
    call = ["--unit", "省份", "--time", "year", "--variables", "劳动报酬", "y2"]
    assert main([str(chinese), *call]) == 0
    assert "lag1_劳动报酬" in capsys.readouterr().out


def test_help_states_the_shapes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    for piece in (
        "m x K",
        "m x (H+1) x m",
        "y(t-2)",
        "y(t-1)",
        "just-identified",
        "{statistic, df",
    ):
        assert piece in text


def test_chinese_on_request(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "_spoken", messages._spoken)  # and back again afterwards
    with pytest.raises(SystemExit):
        main(["--language", "zh", "--help"])
    text = capsys.readouterr().out
    for piece in ("m × K", "m × (H+1) × m", "y(t-2)", "y(t-1)", "恰好识别", "{statistic, df"):
        assert piece in text
    assert main([SMALL, *BASE, "y1", "y9", "--language", "zh"]) == 2
    assert capsys.readouterr().err == ("错误：没有列 y9；现有：id、year、y1、y2、y3、y4、y5。\n")
    with pytest.raises(SystemExit) as left:
        main([SMALL, *BASE, "y1", "--language", "fr"])
    assert left.value.code == 2
