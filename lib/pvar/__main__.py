"""Command line: `python -m pvar DATA.csv --unit id --time year --variables y1 y2`."""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pvar.design import TIME_EFFECTS, TRANSFORMS
from pvar.errors import PanelVARError, PanelVARWarning
from pvar.fit import panel_var
from pvar.gmm import COVARIANCES
from pvar.results import PanelVARResults

ENCODINGS = ("utf-8-sig", "gb18030")
SHAPES = """\
--json 的键与形状（m 个变量，p 阶滞后，K 个回归元，H 期）：
  variables, regressors  名称；回归元依次为 lag1_v1 .. lag1_vm, lag2_v1 ..，
                         前定变量，外生变量，系统 GMM 的 const（时期虚拟变量不列出）
  coef, se               m × K，行为方程，列为回归元
  hansen                 {statistic, df, p}；恰好识别时 statistic 与 df 为 0、p 为 null；
                         一步估计给出的是两步权重下的 J；无法计算时为 null
  criterion              所用步骤的目标函数 g'Wg（一步时其大小取决于变量单位，不是检验）
  eigenvalue_moduli      mp 个，从大到小
  sigma                  m × m，变换后残差的协方差 E'E/(n-K)
  oirf, girf             m × (H+1) × m：冲击、期数（从 0 起）、响应
  fevd                   m × (H+1) × m：响应、期数（首行为冲击当期）、冲击
  n_obs, n_units         变换后的行数、单位数
  n_moments              矩条件总数（m × 每方程工具数）
  warnings               中文警告的列表
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    p = argparse.ArgumentParser(
        prog="python -m pvar",
        description="面板向量自回归（GMM）：估计、检验、脉冲响应与方差分解。",
        epilog=SHAPES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("data", type=Path, help="长表 CSV：每个单位每期一行")
    p.add_argument("--unit", required=True, help="单位列")
    p.add_argument("--time", required=True, help="时间列（整数，如年份；滞后按日历）")
    p.add_argument("--variables", nargs="+", required=True, help="因变量，次序即默认排序")
    p.add_argument("--lags", type=int, default=1, help="滞后阶数（默认 1）")
    p.add_argument("--transform", choices=TRANSFORMS, default="fod", help="变换（默认 fod）")
    p.add_argument(
        "--depth",
        type=depth,
        help="每个变量用几个滞后距离作工具：整数或 all；fd 从 y(t-2) 起，fod 从 y(t-1) 起；"
        "等于滞后阶数（默认）即恰好识别，此时总是折叠，除非 --per-period",
    )
    layout = p.add_mutually_exclusive_group()
    layout.add_argument("--collapse", action="store_true", help="折叠工具：每个距离一列")
    layout.add_argument(
        "--per-period",
        action="store_true",
        help="每个距离每期一列（不加 --collapse 时深度大于滞后阶数的默认）",
    )
    p.add_argument("--system", action="store_true", help="系统 GMM")
    p.add_argument("--predetermined", nargs="*", default=[], help="前定变量；L1.x 为滞后一期的 x")
    p.add_argument("--exogenous", nargs="*", default=[], help="严格外生变量")
    p.add_argument("--time-effects", choices=TIME_EFFECTS, default="none", help="时间效应")
    p.add_argument("--steps", choices=("one", "two"), default="one", help="一步或两步（默认 one）")
    p.add_argument(
        "--covariance",
        choices=COVARIANCES,
        help="标准误：clustered 按单位聚类（一步默认），windmeijer 修正（两步默认），robust 按行",
    )
    p.add_argument("--horizon", type=int, default=10, help="响应期数 H（默认 10）")
    p.add_argument("--order", nargs="+", help="正交化排序（默认同 --variables）")
    p.add_argument("--json", action="store_true", help="输出 JSON")
    return p


def depth(text: str) -> int | str:
    """A number of lag distances, or all of them."""
    if text != "all" and not text.isdigit():
        raise argparse.ArgumentTypeError(f"须为正整数或 all；读到 {text!r}")
    return text if text == "all" else int(text)


def read_csv(path: Path) -> pd.DataFrame:
    """A CSV in UTF-8 or a Chinese national encoding."""
    for encoding in ENCODINGS:
        try:
            return pd.read_csv(path, encoding=encoding)
        except UnicodeDecodeError:
            continue
        except (OSError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            raise PanelVARError(f"读不了 {path}：{error}；请检查路径和格式。") from error
    raise PanelVARError(f"{path} 的编码不是 {'、'.join(ENCODINGS)}；请另存为 UTF-8。")


def estimate(options: argparse.Namespace) -> PanelVARResults:
    """The estimate that the options ask for; instruments collapse where just-identified."""
    model = {k: v for k, v in vars(options).items() if k not in ("json", "horizon", "order")}
    path, variables, per_period = (model.pop(k) for k in ("data", "variables", "per_period"))
    model["collapse"] |= options.depth in (None, options.lags) and not per_period
    return panel_var(read_csv(path), variables, **model)


def as_json(results: PanelVARResults, horizon: int, order: Sequence[str] | None) -> dict[str, Any]:
    """Everything the command promises, as plain lists; see `SHAPES`."""
    frame = results.to_frame()
    shown = frame.loc[results.variables[0]].index
    shape = (len(results.variables), len(shown))
    responses = {
        kind: results.responses(kind, horizon=horizon, order=order).values
        for kind in ("orthogonal", "generalised", "fevd")
    }
    weak = results.weak_identification
    return {
        "variables": list(results.variables),
        "regressors": list(shown),
        "coef": frame["coefficient"].to_numpy().reshape(shape).tolist(),
        "se": frame["std_error"].to_numpy().reshape(shape).tolist(),
        "hansen": {k: None if np.isnan(v) else v for k, v in vars(results.hansen).items()},
        "criterion": results.estimate.criterion,
        "eigenvalue_moduli": results.eigenvalue_moduli.tolist(),
        "sigma": results.sigma.tolist(),
        "oirf": responses["orthogonal"].transpose(2, 0, 1).tolist(),
        "girf": responses["generalised"].transpose(2, 0, 1).tolist(),
        "fevd": responses["fevd"].transpose(1, 0, 2).tolist(),
        "n_obs": results.n_obs,
        "n_units": results.n_units,
        "n_moments": results.n_moments,
        "n_instruments": results.n_instruments,
        "weak_identification": vars(weak) if weak else None,
        "warnings": list(results.warnings),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 2 means that the data or options cannot be used."""
    options = parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PanelVARWarning)
            results = estimate(options)
        if options.json:
            print(json.dumps(as_json(results, options.horizon, options.order), ensure_ascii=False))
        else:
            print(results.summary())
    except PanelVARError as error:
        print(f"错误：{error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
