"""Named sets of assumptions, read from TOML files and run through every model.

A file holds ``title``, ``summary`` and a table ``[parameters]`` of symbols that differ from the
defaults of the parameter table. See ``data/scenarios``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from synergy.dictionary import DATA_DIR
from synergy.policy import (
    firm_boundary,
    levers,
    safety_net,
    skills,
    transition_fund,
    youth,
)
from synergy.policy.outlook import Outlook, simulate
from synergy.policy.parameters import ParameterError, check_value, defaults, symbols_in

SCENARIO_DIR = DATA_DIR / "scenarios"

KEYS = ("title", "summary", "parameters")


class ScenarioError(ParameterError):
    """A scenario file that cannot be used; the message is Chinese."""


@dataclass(frozen=True)
class Scenario:
    """Assumptions under a name.

    Attributes
    ----------
    name : str
        Stem of the file.
    title, summary : str
        Chinese.
    changes : dict
        Symbols that differ from the defaults.
    """

    name: str
    title: str
    summary: str
    changes: dict[str, float]

    @property
    def values(self) -> dict[str, float]:
        """Every symbol: defaults with the changes put in."""
        return defaults() | self.changes


@dataclass(frozen=True)
class Headline:
    """One figure of a scenario."""

    label: str
    value: float
    unit: str


@dataclass(frozen=True)
class ScenarioResult:
    """What follows from a scenario.

    Attributes
    ----------
    scenario : Scenario
    outlook : Outlook
        Yearly paths.
    headlines : dict of str to Headline
        One figure per model.
    """

    scenario: Scenario
    outlook: Outlook
    headlines: dict[str, Headline]

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, lists and text, ready for JSON; NaN becomes None."""
        series = self.outlook.frame()
        return {
            "name": self.scenario.name,
            "title": self.scenario.title,
            "summary": self.scenario.summary,
            "changes": self.scenario.changes,
            "headlines": {
                key: {"label": h.label, "value": _plain(h.value), "unit": h.unit}
                for key, h in self.headlines.items()
            },
            "years": [int(year) for year in series.index],
            "series": {
                str(name): [_plain(value) for value in series[name]] for name in series.columns
            },
        }


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def builtin_scenarios() -> list[str]:
    """Names of the scenarios that come with the report, the baseline first."""
    names = sorted(path.stem for path in SCENARIO_DIR.glob("*.toml"))
    return sorted(names, key=lambda name: name != "baseline")


def load_scenario(source: str | Path) -> Scenario:
    """Read a scenario.

    Parameters
    ----------
    source : str or Path
        A TOML file, or the name of a scenario that comes with the report.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        File missing or unreadable, unknown key, or a value its unit does not allow.
    """
    path = _find(source)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path.name} 不是可读的 TOML 文件：{error}。") from error
    unknown = sorted(content.keys() - set(KEYS))
    if unknown:
        raise ScenarioError(
            f"{path.name} 中有未知的键“{unknown[0]}”；可用的键：{'、'.join(KEYS)}。"
        )
    changes = content.get("parameters", {})
    if not isinstance(changes, dict):
        raise ScenarioError(f"{path.name} 的 parameters 须写成表（[parameters]）。")
    return Scenario(
        name=path.stem,
        title=_text(content, "title", path),
        summary=_text(content, "summary", path),
        changes={name: _checked(name, value, path) for name, value in changes.items()},
    )


def _find(source: str | Path) -> Path:
    path = Path(source)
    if path.is_file():
        return path
    builtin = SCENARIO_DIR / f"{source}.toml"
    if builtin.is_file():
        return builtin
    raise ScenarioError(
        f"找不到情景“{source}”；请给出 TOML 文件的路径，或下列名称之一："
        f"{'、'.join(builtin_scenarios())}。"
    )


def _text(content: Mapping[str, Any], key: str, path: Path) -> str:
    value = content.get(key, "")
    if not isinstance(value, str) or not value.strip():
        raise ScenarioError(f"{path.name} 缺少 {key}；请写上一句中文说明。")
    return value.strip()


def _checked(name: str, value: object, path: Path) -> float:
    try:
        return check_value(name, value)
    except ParameterError as error:
        raise ScenarioError(f"{path.name}：{error}") from error


def run_scenario(scenario: Scenario) -> ScenarioResult:
    """Run every model on a scenario's assumptions.

    Raises
    ------
    ScenarioError
        If values that are each allowed do not go together.
    """
    values = scenario.values
    try:
        outlook = simulate(values)
        headlines = _path_headlines(outlook, values) | _model_headlines(values)
    except ParameterError:
        raise
    except ValueError as error:
        raise ScenarioError(
            f"情景“{scenario.title}”的取值彼此冲突（{error}）；请调整所指的参数，或删去它以用默认值。"
        ) from error
    return ScenarioResult(scenario, outlook, headlines)


def compare_scenarios(names: list[str] | None = None) -> pd.DataFrame:
    """Headlines of several scenarios side by side: index label, one column per title."""
    results = [run_scenario(load_scenario(name)) for name in names or builtin_scenarios()]
    return pd.DataFrame(
        {
            result.scenario.title: {h.label: h.value for h in result.headlines.values()}
            for result in results
        }
    )


def _path_headlines(outlook: Outlook, values: Mapping[str, float]) -> dict[str, Headline]:
    empty = outlook.fund < 0
    exhausted = float(outlook.years[np.argmax(empty)]) if empty.any() else float("nan")
    paid_in = np.log(outlook.contribution_base * outlook.gdp_index)
    implicit = float(paid_in[-1] - paid_in[0]) / (len(paid_in) - 1)
    ends = {
        "labour_share": ("2060 年劳动份额", "份额"),
        "contribution_base": ("2060 年社保缴费基数", "GDP份额"),
        "dependency_ratio": ("2060 年每名工作者对应的退休者", "倍"),
        "funding_ratio": ("2060 年养老基金缴费与支付之比", "倍"),
        "balance": ("2060 年养老基金当年收支差额", "GDP份额"),
        "pension_adequacy": ("2060 年养老金相对人均产出（2025 年为 1）", "倍"),
        "pay_index": ("2060 年平均工资指数（2025 年为 100）", "无量纲"),
        "stagnant_wage": ("2060 年停滞部门工资指数（2025 年为 100）", "无量纲"),
        "finance_gap": ("2060 年组合筹资缺口", "GDP份额"),
    }
    found = {
        name: Headline(label, float(getattr(outlook, name)[-1]), unit)
        for name, (label, unit) in ends.items()
    }
    advantage = implicit - values["interest_rate"]
    return found | {
        "exhaustion_year": Headline("养老基金结存耗尽年份", exhausted, "年份"),
        "task_wage": Headline("2035 年单一任务工资", float(outlook.task_wage[10]), "元/小时"),
        "advantage": Headline("现收现付相对储蓄的年回报差", advantage, "年率"),
    }


def _model_headlines(values: Mapping[str, float]) -> dict[str, Headline]:
    def run(function: Any, *args: Any) -> Any:
        return function(*args, **{name: values[name] for name in symbols_in(function)})

    net = run(safety_net.safety_net)
    outsourced = run(firm_boundary.outsourced_share, 35)
    seniors = run(youth.learning_ladder, 20).seniors
    employment_change = net.employment - net.employment_before
    figures = {
        "outsourced": ("2060 年按任务外购的份额", outsourced, "份额"),
        "tax_bias": ("劳动与自动化的有效税率差", run(levers.tax_balance).bias, "份额"),
        "net_cost": ("三层安全网的人均成本", net.total_cost, "占人均收入"),
        "poverty_change": ("安全网引起的贫困率变化", net.poverty - net.poverty_before, "份额"),
        "employment_change": ("安全网引起的就业率变化", employment_change, "份额"),
        "retraining": ("再培训的人均净现值", run(skills.retraining_value).net_value, "万元"),
        "backlog": ("十年后待业存量", run(skills.displaced_backlog, 10).waiting, "份额"),
        "seniors": ("二十年后高级人才存量（冲击前为 1）", seniors, "倍"),
    }
    figures |= {
        f"fund_{base}": (
            f"转型基金首年收入（{transition_fund.BASES[base]}）",
            run(transition_fund.transition_fund, amount).revenue,
            "亿元",
        )
        for base, amount in transition_fund.base_values(values).items()
    }
    return {
        key: Headline(label, float(value), unit) for key, (label, value, unit) in figures.items()
    }
