"""Command line: write the demo panel again, or compare the committed files byte for byte."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pandas as pd

from synergy.demo.calibration import calibration_report
from synergy.demo.dynamics import fixed_effects_estimate
from synergy.demo.generator import SEED, generate
from synergy.demo.indicators import shapes
from synergy.dictionary import DATA_DIR, indicators, provinces
from synergy.index import composite_index
from synergy.panel import Panel, build_panel

FOLDER = DATA_DIR / "demo"


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
        prog="python -m synergy.demo", description="重新生成演示面板（合成数据）。"
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
    removed = {"year": None, "region_year": provinces()["region"]}
    tables = {name: fixed_effects_estimate(scores, by) for name, by in removed.items()}
    return pd.concat(tables, names=["means_removed", "equation"]).round(4).reset_index()


def _csv(table: pd.DataFrame) -> bytes:
    buffer = BytesIO()
    table.to_csv(buffer, index=False, lineterminator="\n", encoding="utf-8")
    return buffer.getvalue()


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


if __name__ == "__main__":
    sys.exit(main())
