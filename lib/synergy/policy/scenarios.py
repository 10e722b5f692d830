"""Named sets of assumptions, read from TOML files and run through every model.

A file holds ``title``, ``summary`` and a table ``[parameters]`` of symbols that differ from the
defaults of the parameter table. See ``data/scenarios``; what is reported stands in
``data/headlines.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from synergy.dictionary import DATA_DIR
from synergy.policy import outlook
from synergy.policy.parameters import ParameterError, check_value, defaults, quantity

SCENARIO_DIR = DATA_DIR / "scenarios"

KEYS = ("title", "summary", "parameters")


class ScenarioError(ParameterError):
    """A scenario file that cannot be used; the message is Chinese."""


class Scenario(NamedTuple):
    """Assumptions under a name, the stem of the file: `changes` differ from the defaults."""

    name: str
    title: str
    summary: str
    changes: dict[str, float]

    @property
    def values(self) -> dict[str, float]:
        """Every symbol: defaults with the changes put in."""
        return defaults() | self.changes


class Headline(NamedTuple):
    """One figure of a scenario."""

    label: str
    value: float
    unit: str


class ScenarioResult(NamedTuple):
    """What follows from a scenario: yearly paths, and one figure per model."""

    scenario: Scenario
    paths: outlook.Paths
    headlines: dict[str, Headline]

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, lists and text, ready for JSON; NaN becomes None."""
        series = outlook.frame(self.paths)
        return self.scenario._asdict() | {
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

    Raises
    ------
    ScenarioError
        File missing or unreadable, unknown key, or a value outside its interval.
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
        paths = outlook.simulate(values)
        entries = outlook.HEADLINES["headlines"]
        headlines = {key: _headline(entry, paths, values) for key, entry in entries.items()}
    except ParameterError as error:
        raise ScenarioError(
            f"情景“{scenario.title}”的取值彼此冲突（{str(error).rstrip('。')}）；"
            "请调整所指的参数，或删去它以用默认值。"
        ) from error
    return ScenarioResult(scenario, paths, headlines)


def _headline(
    entry: Mapping[str, Any], paths: outlook.Paths, values: Mapping[str, float]
) -> Headline:
    if "path" in entry:
        year = entry.get("year", paths["years"][-1])
        value = paths[entry["path"]][paths["years"] == year].item()
    elif "summary" in entry:
        value = getattr(outlook, entry["summary"])(paths, values)
    else:
        value = quantity(entry["of"], values, entry.get("given"))
    return Headline(entry["label"], float(value), entry["unit"])


def finance_account(results: Iterable[ScenarioResult]) -> pd.DataFrame:
    """What pensions cost in 2060 and who pays for them, one scenario a row.

    Returns
    -------
    pandas.DataFrame
        Index title; shares of GDP ``kept`` (pensions at their 2025 relation to output per worker),
        ``forgone`` (what pensioners get less than that), ``contributions``, ``other`` (the other
        sources of the mix), ``finance_gap = kept - forgone - contributions - other`` and
        ``kept_finance_gap = finance_gap + forgone``; beside them
        ``labour_share``, ``adequacy``, ``pay``.
    """
    rows = {}
    for result in results:
        end = {name: float(path[-1]) for name, path in result.paths.items()}
        rows[result.scenario.title] = {
            "kept": end["benefits"] + end["forgone"],
            "forgone": end["forgone"],
            "contributions": end["contributions"],
            "other": end["finance_total"] - end["contributions"],
            "finance_gap": end["finance_gap"],
            "kept_finance_gap": end["kept_finance_gap"],
            "labour_share": end["labour_share"],
            "adequacy": end["pension_adequacy"],
            "pay": end["pay_index"],
        }
    return pd.DataFrame.from_dict(rows, orient="index")


class Levelling(NamedTuple):
    """What decides between the scenario with the smallest gap and the baseline.

    Titles `first` and `base`; whether the fund's own balance is `better` in the former with
    pensions following wages to the degree `now`, and the degree `at` which both are level (NaN if
    at none).
    """

    first: str
    base: str
    better: bool
    now: float
    at: float


def levelling(results: Sequence[ScenarioResult]) -> Levelling:
    """Where the order of the smallest gap and of the baseline, given first, turns."""
    base, first = results[0], min(results, key=lambda found: found.headlines["finance_gap"].value)
    balances = [found.headlines["balance"].value for found in (first, base)]
    at = levelling_indexation(first.scenario, base.scenario, "balance")
    now = base.scenario.values["wage_indexation"]
    titles = first.scenario.title, base.scenario.title
    return Levelling(*titles, balances[0] > balances[1], now, at)


def levelling_indexation(one: Scenario, other: Scenario, path: str) -> float:
    """Degree to which pensions follow wages at which two scenarios end level.

    Parameters
    ----------
    path : str
        Of the outlook, for instance ``"balance"``.

    Returns
    -------
    float
        In [0, 1], between hundredths on a straight line; NaN if they are never level.
    """
    degrees = np.linspace(0, 1, 101)
    ends = (
        outlook.simulate(scenario.values | {"wage_indexation": degrees})[path][..., -1]
        for scenario in (one, other)
    )
    apart = np.subtract(*ends)
    turns = np.flatnonzero(np.diff(np.sign(apart)))
    if not turns.size:
        return float("nan")
    at = int(turns[0])
    return float(degrees[at] + 0.01 * apart[at] / (apart[at] - apart[at + 1]))
