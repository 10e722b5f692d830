"""Tables of the interaction chapter, as a reader sees them: Chinese headings, rounded text."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pvar import (
    ImpliedSystem,
    PanelVARError,
    granger_tests,
    screen_unit_roots,
    select_lags,
    serial_correlation_tests,
)
from pvar.responses import eigenvalue_moduli
from synergy.interaction.estimates import (
    NAMES,
    OPTIONS,
    VARIABLES,
    Interaction,
    System,
    SystemEstimate,
    lag_specification,
    published_frame,
)

LONGEST_LAG = 3


def implied_table(system: ImpliedSystem) -> pd.DataFrame:
    """Eigenvalues of a printed system with the range that rounding allows."""
    rows = {}
    for place, value in enumerate(system.eigenvalues):
        low, high = system.rounding_low[place], system.rounding_high[place]
        side = "大于 1" if low >= 1 else ("小于 1" if high < 1 else "跨过 1")
        rows[place + 1] = (
            _complex(value),
            f"{system.moduli[place]:.3f}",
            f"{low:.3f}—{high:.3f}",
            side,
        )
    headings = ["特征值", "模", "舍入所容许的范围", "与 1 相比"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=headings).rename_axis("序")


def _complex(value: complex) -> str:
    if abs(value.imag) < 5e-4:
        return f"{value.real:.3f}"
    return f"{value.real:.3f} {'＋' if value.imag > 0 else '－'} {abs(value.imag):.3f}i"


def unit_root_frame(interaction: Interaction) -> pd.DataFrame:
    """Im-Pesaran-Shin per variable: index variable, columns t_bar, statistic, p, n_units.

    Variables for which the panel is too short have NaN.
    """
    try:
        return screen_unit_roots(interaction.panel)
    except PanelVARError:
        columns = ["statistic", "p", "t_bar", "n_units", "n_skipped"]
        return pd.DataFrame(np.nan, index=list(interaction.variables), columns=columns)


def unit_root_table(frame: pd.DataFrame) -> pd.DataFrame:
    """The screening for readers."""
    return pd.DataFrame(
        {
            "平均 t": [_plain(value) for value in frame["t_bar"]],
            "统计量": [_plain(value) for value in frame["statistic"]],
            "p": [_plain(value) for value in frame["p"]],
            "单位根": [_rejected(value) for value in frame["p"]],
        },
        index=pd.Index([NAMES[str(name)] for name in frame.index], name="分指数"),
    )


def _rejected(p: float) -> str:
    return "面板太短" if np.isnan(p) else ("拒绝" if p < 0.05 else "不能拒绝")


def lag_frame(interaction: Interaction, key: str = "fod") -> pd.DataFrame:
    """Criteria for one to three lags on a common sample; fewer where the panel is short.

    Empty where not even one lag can be estimated.
    """
    for longest in range(LONGEST_LAG, 0, -1):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return select_lags(
                    interaction.panel,
                    lag_specification(interaction, key),
                    max_lags=longest,
                    steps="one",
                )
        except PanelVARError:
            continue
    return pd.DataFrame(columns=["n", "moments", "aic", "bic", "hqic", "modulus"])


def lag_table(frame: pd.DataFrame) -> pd.DataFrame:
    """The comparison of lag lengths for readers."""
    return pd.DataFrame(
        {
            "行数": [f"{value:.0f}" for value in frame["n"]],
            "矩条件": [f"{value:.0f}" for value in frame["moments"]],
            "AIC": [_plain(value) for value in frame["aic"]],
            "BIC": [_plain(value) for value in frame["bic"]],
            "HQIC": [_plain(value) for value in frame["hqic"]],
            "最大特征值模": [_plain(value) for value in frame["modulus"]],
        },
        index=pd.Index([f"{lags} 阶" for lags in frame.index], name="滞后"),
    )


def specification_table(estimates: Mapping[str, SystemEstimate]) -> pd.DataFrame:
    """How strong and how stable each estimate is."""
    rows = {}
    for found in estimates.values():
        low, high = found.moduli_quantiles()
        rows[found.title] = (
            f"{found.results.n_obs}",
            _strength(found),
            f"{found.results.eigenvalue_moduli[0]:.3f}",
            f"{low:.2f}—{high:.2f}",
            f"{found.share_explosive:.0%}",
            f"{away_from_zero(found).sum()} / {found.results.dynamics.size}",
        )
    headings = ["行数", "工具强度 F", "最大模", "90% 区间", "不稳定", "不含 0"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=headings).rename_axis("做法")


def _strength(found: SystemEstimate) -> str:
    weak = found.results.weak_identification
    return "—" if weak is None else f"{weak.cragg_donald_f:.2f}"


def away_from_zero(found: SystemEstimate) -> np.ndarray:
    """Which lag coefficients have a bootstrap interval without zero, (m, m) bool."""
    low, high = found.intervals()
    excludes: np.ndarray = (low > 0) | (high < 0)
    return excludes


def pair_table(pairs: Mapping[tuple[str, ...], Mapping[str, SystemEstimate]]) -> pd.DataFrame:
    """Two-variable systems: instrument strength, modulus and unstable draws in one cell."""
    rows = {
        "、".join(NAMES[name] for name in pair): {
            found.title: f"{_strength(found)}，{found.results.eigenvalue_moduli[0]:.2f}，"
            f"{found.share_explosive:.0%}"
            for found in estimates.values()
        }
        for pair, estimates in pairs.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").fillna("—").rename_axis("变量")


def coefficient_table(interaction: Interaction) -> pd.DataFrame:
    """Table 4 of the paper beside both estimates, coefficient with its t-value in brackets."""
    rows = []
    for equation in interaction.variables:
        for regressor in interaction.variables:
            value, text = _printed_cell(equation, regressor)
            row, signs = {"论文表 4": text}, {np.sign(value)}
            for found in interaction.main.values():
                value, z = cell_of(found, equation, regressor)
                row[found.title] = f"{value:.3f}（{z:.2f}）"
                signs.add(np.sign(value))
            agree = "一致" if len(signs) == 1 else "不一"
            rows.append(row | {"符号": agree if interaction.main else "—"})
    index = [
        f"{NAMES[regressor]} → {NAMES[equation]}"
        for equation in interaction.variables
        for regressor in interaction.variables
    ]
    return pd.DataFrame(rows, index=pd.Index(index, name="滞后一期 → 本期"))


def _printed_cell(equation: str, regressor: str) -> tuple[float, str]:
    """Coefficient of table 4, and the cell as printed: stars, t-value in brackets."""
    place = VARIABLES.index(equation), VARIABLES.index(regressor)
    columns = ("coefficient", "decimals", "stars", "t_statistic")
    value, digits, stars, t = (float(published_frame(c).to_numpy()[place]) for c in columns)
    return value, f"{value:.{int(digits)}f}{'*' * int(stars)}（{t:.2f}）"


def cell_of(found: SystemEstimate, equation: str, regressor: str) -> tuple[float, float]:
    """Coefficient and z-value of one lagged variable in one equation."""
    names = list(found.results.variables)
    place = names.index(equation), names.index(regressor)
    return float(found.results.dynamics[place]), float(found.results.z_values[place])


def serial_table(interaction: Interaction) -> pd.DataFrame:
    """p of Arellano and Bond's second-order test, equation by equation."""
    columns = {}
    for found in interaction.main.values():
        second = serial_correlation_tests(found.results)["p"].xs(2, level="order")
        columns[found.title] = [_plain(p) for p in second.loc[list(found.results.variables)]]
    names = [NAMES[name] for name in interaction.variables]
    return pd.DataFrame(columns, index=pd.Index(names, name="方程"))


def granger_frame(interaction: Interaction) -> pd.DataFrame:
    """Every link of both estimates: option, cause, effect, p, chi2, coefficient."""
    rows = []
    for key, found in interaction.main.items():
        tests = granger_tests(found.results)
        for equation, excluded in tests.index:
            if excluded == "ALL":
                continue
            value, _ = cell_of(found, equation, excluded)
            test = tests.loc[(equation, excluded)]
            rows.append((key, excluded, equation, test["p"], test["chi2"], value))
    columns = ["option", "cause", "effect", "p", "chi2", "coefficient"]
    return pd.DataFrame(rows, columns=columns)


def granger_table(frame: pd.DataFrame) -> pd.DataFrame:
    """p-values of both estimates, causes in rows, effects in columns."""
    names = [name for name in VARIABLES if name in set(frame["cause"])]
    table = pd.DataFrame("·", index=names, columns=names)
    for (cause, effect), group in frame.groupby(["cause", "effect"]):
        table.loc[cause, effect] = " / ".join(f"{p:.2f}" for p in group["p"])
    labels = [NAMES[name] for name in names]
    return table.set_axis(labels, axis=0).set_axis(labels, axis=1).rename_axis("由 ＼ 到")


def recovery_table(
    truth: System, interaction: Interaction, others: Sequence[System]
) -> pd.DataFrame:
    """How near each estimate of the demo panel comes to the dynamic built into it."""
    rows = {}
    for key in OPTIONS:
        if key in interaction.estimates:
            found = interaction.estimates[key]
            low, high = found.intervals()
            covers = ((low <= truth.dynamics) & (truth.dynamics <= high)).sum()
            rows[found.title] = (
                *_errors(found.results.dynamics, truth),
                f"{covers} / {covers.size * truth.dynamics.size}",
            )
    for system in others:
        rows[system.title] = (*_errors(system.dynamics, truth), "—")
    headings = ["平均绝对误差", "最大绝对误差", "符号反了", "最大特征值模", "区间盖住真值"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=headings).rename_axis("估计")


def _errors(dynamics: np.ndarray, truth: System) -> tuple[str, str, str, str]:
    gap = np.abs(dynamics - truth.dynamics)
    real = truth.dynamics != 0
    flipped = (np.sign(dynamics) != np.sign(truth.dynamics)) & real
    modulus = eigenvalue_moduli(dynamics)[0]
    return (
        f"{gap.mean():.3f}",
        f"{gap.max():.2f}",
        f"{flipped.sum()} / {real.sum()}",
        f"{modulus:.3f}",
    )


def _plain(value: float) -> str:
    return "—" if pd.isna(value) else f"{value:.2f}"
