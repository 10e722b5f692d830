"""Make the demo panel: synthetic, calibrated to the paper's published aggregates.

1. `levels`: a hand-set profile of the provinces is scaled so that U1, U2 and D meet
   ``data/calibration_targets.csv``.
2. `sub_indices`: the sub-indices follow the vector autoregression of `synergy.demo`.
3. `shaping`: indicators are drawn around the sub-indices and adjusted until entropy weights,
   sub-indices and U1, U2 agree to 1e-12; then they are put in units and rounded.

``data/demo/README.md`` says in what the panel is no vector autoregression, and how close an
estimate of the dynamic can come.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

import shaping
from dynamics import fixed_effects_estimate
from levels import Levels, levels
from settings import FIRST, FOLDER, LAST, SETTINGS, YEARS, shapes
from sub_indices import Draws, sub_indices
from synergy.claims.calibration import calibration_report
from synergy.dictionary import SUB_INDICES, indicators, units
from synergy.index import Floats, composite_index
from synergy.panel import Panel, build_panel

SEED: int = SETTINGS["seed"]
ROUNDS = SETTINGS["rounds"]


class GeneratedPanel(NamedTuple):
    """A synthetic panel and the sub-indices it was made to have.

    Attributes
    ----------
    values : DataFrame
        Index (province, year), 31 indicators in their units, rounded; NaN in the missing cells.
    states : DataFrame
        Same index; AI, LR, EQ, SS, LQ as drawn.
    """

    values: pd.DataFrame
    states: pd.DataFrame


def generate(seed: int = SEED) -> GeneratedPanel:
    """Draw a panel of 30 provinces, 13 years and 31 indicators that meets every target.

    Parameters
    ----------
    seed : int
        Of ``numpy.random.default_rng``; the committed panel has :data:`SEED`.

    Raises
    ------
    RuntimeError
        If indicators and sub-indices do not settle: with some seeds (1 in 30 when tried) a
        province leads indicators that weigh more than its sub-index allows.
    """
    wobble, drawn, shape = np.random.default_rng(seed).spawn(3)
    target, draws = levels(_wobble(wobble)), Draws.from_seed(drawn)
    z, states = _fit(target, draws, shape)
    index = pd.MultiIndex.from_product([units().index, YEARS], names=["province", "year"])
    return GeneratedPanel(
        pd.DataFrame(shaping.in_units(z).reshape(len(index), -1), index, shapes().index),
        pd.DataFrame(states.reshape(len(index), -1), index, list(SUB_INDICES)),
    )


def _fit(target: Levels, draws: Draws, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Let indicators, entropy weights and sub-indices agree with one another."""
    weights = np.full(4, 0.25)
    states = sub_indices(target, draws, weights)
    scores = shaping.initial_scores(states, rng)
    for _ in range(ROUNDS["settling"]):
        scores = shaping.settle(scores, states)
        weights = _towards(weights, shaping.scaled(scores))
        states = sub_indices(target, draws, weights)
    z = shaping.scaled(scores)
    for _ in range(ROUNDS["largest"]):
        z, miss = shaping.close_gap(z, states)
        before, weights = weights, _towards(weights, z)
        if max(miss, np.abs(weights - before).max()) < ROUNDS["precise"]:
            return z, states
        states = sub_indices(target, draws, weights)
    raise RuntimeError(f"sub-indices still missed by {miss:.1e} after {ROUNDS['largest']} rounds")


def _towards(weights: Floats, z: Floats) -> Floats:
    """Part of the way from the dimension weights in use to those of the scaled indicators."""
    stepped: Floats = weights + ROUNDS["weight_step"] * (shaping.dimension_weights(z) - weights)
    return stepped


def _wobble(rng: np.random.Generator) -> Floats:
    """Irregularity of the regional paths, none in the years of a target."""
    size = SETTINGS["eq"]["wobble"]
    drawn = rng.uniform(-size, size, (3, len(YEARS)))
    return np.where(np.isin(YEARS, [FIRST, 2016, 2019, LAST]), 0.0, drawn)


# ------------------------------------------------------------------ files


def render(seed: int = SEED) -> dict[str, bytes]:
    """Return the generated files by name, after checking that every target is met.

    Raises
    ------
    RuntimeError
        If the panel, as rounded and interpolated, misses a target.
    """
    values = generate(seed).values
    panel = build_panel(values, nature="synthetic", title="演示面板", source="", sha256="")
    report = calibration_report(panel)
    if not report["met"].all():
        missed = "、".join(report.index[~report["met"]])
        raise RuntimeError(f"演示面板没有达到这些校准目标：{missed}。请检查 data/demo 中的设定。")
    return {
        "panel.csv": _csv(_printed(values).reset_index()),
        "estimated_dynamics.csv": _csv(_estimates(panel)),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 = done or equal, 1 = a file differs."""
    parser = argparse.ArgumentParser(
        prog="python data/demo/make", description="重新生成演示面板（合成数据）。"
    )
    parser.add_argument("--check", action="store_true", help="只比较，不写文件；不一致时返回 1")
    parser.add_argument("--out", type=Path, default=FOLDER, help="输出目录，默认 data/demo")
    options = parser.parse_args(arguments)
    files = render()
    if not options.check:
        for name, content in files.items():
            (options.out / name).write_bytes(content)
        print(f"已写入 {'、'.join(files)}，位于 {options.out}。")
        return 0
    differ = [name for name, content in files.items() if _read(options.out / name) != content]
    print(f"与重新生成的结果不同：{'、'.join(differ)}。" if differ else "逐字节一致。")
    return 1 if differ else 0


def _printed(values: pd.DataFrame) -> pd.DataFrame:
    """Every value as text with its indicator's digits; empty where missing."""
    return pd.DataFrame(
        {
            code: [f"{x:.{digits}f}" if pd.notna(x) else "" for x in values[code]]
            for code, digits in shapes()["digits"].items()
        },
        index=values.index,
    )


def _estimates(panel: Panel) -> pd.DataFrame:
    """Fixed-effects estimates with year and with region-year means removed."""
    scores = composite_index(panel.values, indicators()).scores
    removed = {"year": None, "region_year": units()["region"]}
    tables = {name: fixed_effects_estimate(scores, by) for name, by in removed.items()}
    return pd.concat(tables, names=["means_removed", "equation"]).round(4).reset_index()


def _csv(table: pd.DataFrame) -> bytes:
    buffer = BytesIO()
    table.to_csv(buffer, index=False, lineterminator="\n", encoding="utf-8")
    return buffer.getvalue()


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
