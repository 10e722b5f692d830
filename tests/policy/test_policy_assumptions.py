"""The table of assumptions, the scenarios and the question which assumption drives the answer."""

from __future__ import annotations

import importlib
import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from synergy.policy import (
    baumol,
    contribution_base,
    firm_boundary,
    growth,
    levers,
    outlook,
    parameters,
    pay_as_you_go,
    safety_net,
    scenarios,
    sensitivity,
    skills,
    tasks,
    transition_fund,
    wage_cap,
    youth,
)
from synergy.policy.expressions import MODULES, catalogue, symbols_of
from synergy.policy.parameters import ParameterError, defaults, evaluate, parameter_table
from synergy.policy.scenarios import ScenarioError, load_scenario, run_scenario

TABLE = parameter_table()

MODELS = [importlib.import_module(f"synergy.policy.{name}") for name in (*MODULES, "demography")]


def model_functions() -> list[tuple[str, object]]:
    return [
        (name, function)
        for module in MODELS
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    ]


class TestTable:
    def test_symbols_are_unique_and_complete(self) -> None:
        assert TABLE.index.is_unique and len(TABLE) > 100
        text = TABLE[["model", "name_zh", "tex", "unit", "source"]]
        assert text.notna().all(axis=None) and (text != "").all(axis=None)

    def test_every_value_has_a_source_or_says_assumed(self) -> None:
        """A source names a year, a law or a document; nothing else counts."""
        sourced = TABLE.loc[TABLE["source"] != "assumed", "source"]
        assert len(sourced) >= 15
        named = sourced.str.contains(r"(?:19|20)\d\d|notes\.md|法|OECD", regex=True)
        assert named.all(), list(sourced[~named])

    def test_ranges_hold_the_default_and_fit_the_unit(self) -> None:
        assert (TABLE["low"] <= TABLE["default"]).all() and (
            TABLE["default"] <= TABLE["high"]
        ).all()
        assert (TABLE["low"] < TABLE["high"]).all()
        for symbol, row in TABLE.iterrows():
            low, high = parameters.UNITS[row["unit"]]
            assert low <= row["low"] and row["high"] <= high, symbol

    def test_every_model_argument_is_in_the_table_or_is_data(self) -> None:
        """Keyword-only arguments are assumptions unless listed here as inputs or settings."""
        inputs = {
            "initial_labour_share", "displaced", "output", "growth_factor", "interest_factor",
            "width", "gig_elasticity", "labour_tax", "automation_tax", "delay", "bins", "year",
            "top", "first", "last", "scaling",
        }  # fmt: skip
        for name, function in model_functions():
            for argument in inspect.signature(function).parameters.values():  # type: ignore[arg-type]
                if argument.kind is argument.KEYWORD_ONLY and argument.name not in inputs:
                    assert argument.name in TABLE.index, f"{name}: {argument.name}"

    def test_every_symbol_is_used(self) -> None:
        used = {a for _, f in model_functions() for a in inspect.signature(f).parameters}  # type: ignore[arg-type]
        used |= {symbol for name in catalogue() for symbol in symbols_of(name)}
        used |= set(outlook.SYMBOLS)
        assert set(TABLE.index) <= used, set(TABLE.index) - used

    def test_every_model_runs_on_the_defaults(self) -> None:
        inputs = {"years": 10.0, "base": 100.0, "labour_share_now": 0.4, "effective_coverage": 0.3}
        ran = 0
        for _, function in model_functions():
            arguments = inspect.signature(function).parameters  # type: ignore[arg-type]
            free = {n: v for n, v in inputs.items() if n in arguments}
            needed = [
                a.name
                for a in arguments.values()
                if a.default is a.empty and a.name not in free and a.name not in TABLE.index
            ]
            if not needed and arguments:
                evaluate(function, **free)  # type: ignore[arg-type]
                ran += 1
        assert ran > 30

    def test_unknown_names_are_answered_in_chinese_with_what_exists(self) -> None:
        with pytest.raises(ParameterError, match=r"相近的有：gig_share.*已知的 \d+ 个参数"):
            parameters.check_value("gig_shore", 0.1)
        with pytest.raises(ParameterError, match="没有名为“robots”的模型"):
            parameter_table("robots")
        assert set(parameter_table("tasks")["model"]) == {"tasks"}

    @pytest.mark.parametrize(
        ("value", "message"),
        [(1.5, "允许 0 至 1"), ("多", "须为数字"), (True, "须为数字"), (float("nan"), "须为数字")],
    )
    def test_bad_values_are_answered_in_chinese(self, value: object, message: str) -> None:
        with pytest.raises(ParameterError, match=message):
            parameters.check_value("gig_share", value)

    def test_defaults_are_fresh_and_the_table_cannot_be_spoilt(self) -> None:
        table = parameter_table()
        table.loc["gig_share", "default"] = 9.0
        defaults()["gig_share"] = 9.0
        assert defaults(["gig_share"])["gig_share"] < 1


class TestScenarios:
    @pytest.mark.parametrize("name", scenarios.builtin_scenarios())
    def test_each_runs_and_becomes_json(self, name: str) -> None:
        result = run_scenario(load_scenario(name))
        text = json.dumps(result.to_dict(), ensure_ascii=False, allow_nan=False)
        back = json.loads(text)
        assert back["years"] == list(range(2025, 2061))
        assert all(len(path) == 36 for path in back["series"].values())
        assert re.search(r"[\u4e00-\u9fff]", back["headlines"]["balance"]["label"])

    def test_there_are_the_five_and_the_baseline_changes_nothing(self) -> None:
        assert scenarios.builtin_scenarios()[0] == "baseline"
        assert set(scenarios.builtin_scenarios()) == {
            "baseline", "fast_ai", "augmenting_ai", "ageing", "gig_economy",
        }  # fmt: skip
        assert load_scenario("baseline").values == defaults()

    def test_each_turns_what_its_name_says(self) -> None:
        found = {n: run_scenario(load_scenario(n)).outlook for n in scenarios.builtin_scenarios()}
        base = found["baseline"]
        assert found["fast_ai"].labour_share[-1] < base.labour_share[-1]
        assert found["augmenting_ai"].labour_share[-1] > base.labour_share[-1]
        assert found["ageing"].dependency_ratio[-1] > base.dependency_ratio[-1]
        assert found["gig_economy"].contribution_base[-1] < base.contribution_base[-1]

    def test_comparison_has_one_column_per_scenario(self) -> None:
        table = scenarios.compare_scenarios()
        assert table.shape[1] == 5 and table.notna().any(axis=1).all()

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ('title="a"\nsummary="b"\n[parameters]\ngig_shore=0.2', "gig_share"),
            ('title="a"\nsummary="b"\n[parameters]\ngig_share=2', "允许 0 至 1"),
            ('title="a"\nsummary="b"\ncolour=1', "title、summary、parameters"),
            ('summary="b"', "缺少 title"),
            ('title="a"\nsummary="b"\nparameters=3', "parameters"),
            ("title=", "不是可读的 TOML"),
        ],
    )
    def test_bad_files_are_answered_in_chinese(
        self, tmp_path: Path, content: str, message: str
    ) -> None:
        path = tmp_path / "own.toml"
        path.write_text(content, encoding="utf-8")
        with pytest.raises(ScenarioError, match=message) as caught:
            load_scenario(path)
        assert isinstance(caught.value, ValueError)

    def test_a_missing_file_lists_what_exists(self) -> None:
        with pytest.raises(ScenarioError, match="baseline、ageing"):
            load_scenario("nowhere")

    def test_values_that_do_not_go_together_are_said(self, tmp_path: Path) -> None:
        path = tmp_path / "own.toml"
        path.write_text(
            'title="a"\nsummary="b"\n[parameters]\nbase_floor=5\nbase_ceiling=3', encoding="utf-8"
        )
        with pytest.raises(ScenarioError, match="彼此冲突"):
            run_scenario(load_scenario(path))


class TestOutlook:
    def test_chain_is_consistent(self) -> None:
        path = outlook.simulate(defaults())
        assert_allclose(path.contribution_base, path.labour_share * path.effective_coverage)
        rate = defaults()["contribution_rate"]
        assert_allclose(path.contributions, rate * path.contribution_base)
        assert_allclose(path.finance_gap, path.benefits - path.finance_total)
        relative = path.labour_share / path.labour_share[0]
        assert_allclose(path.pay_index / path.productivity_index, relative)
        assert path.labour_share[0] == pytest.approx(defaults()["labour_share"])

    def test_draws_run_together_as_alone(self) -> None:
        rates = np.array([0.02, 0.05])
        both = outlook.simulate(defaults() | {"automation_rate": rates})
        alone = outlook.simulate(defaults() | {"automation_rate": 0.05})
        assert both.fund.shape == (2, 36)
        for name in ("fund", "stagnant_wage", "finance_gap", "task_wage"):
            assert_allclose(getattr(both, name)[1], getattr(alone, name))

    def test_every_named_symbol_suffices(self) -> None:
        outlook.simulate(
            {name: defaults()[name] for name in outlook.SYMBOLS} | {"spending_ratio": 0}
        )

    def test_unknown_outcome_is_refused(self) -> None:
        with pytest.raises(ValueError, match="labour_share, contribution_base"):
            outlook.outcome("happiness")


class TestSensitivity:
    symbols = ("gig_share", "labour_share", "mobility")

    @staticmethod
    def linear(values: dict[str, np.ndarray]) -> np.ndarray:
        return 10 * values["gig_share"] + 100 * values["labour_share"] + 0 * values["mobility"]

    def test_latin_hypercube_fills_each_margin_evenly(self) -> None:
        draws = sensitivity.latin_hypercube(self.symbols, 50)
        low, high = parameters.bounds(["gig_share"])["gig_share"]
        cells = np.floor((draws["gig_share"] - low) / (high - low) * 50).astype(int)
        assert sorted(cells) == list(range(50))
        assert draws.equals(sensitivity.latin_hypercube(self.symbols, 50))

    def test_tornado_of_a_linear_model(self) -> None:
        table = sensitivity.tornado(self.linear, self.symbols)
        assert list(table.index) == ["labour_share", "gig_share", "mobility"]
        low, high = parameters.bounds(["gig_share"])["gig_share"]
        assert table.loc["gig_share", "swing"] == pytest.approx(10 * (high - low))
        assert table.loc["mobility", "swing"] == 0

    def test_sobol_of_a_linear_model(self) -> None:
        """Variance shares of independent uniform inputs are known exactly."""
        table = sensitivity.sobol(self.linear, self.symbols, n=2048)
        limits = parameters.bounds(self.symbols)
        spread = {
            s: c * np.diff(limits[s])[0] for s, c in (("gig_share", 10), ("labour_share", 100))
        }
        whole = sum(v**2 for v in spread.values())
        for symbol, width in spread.items():
            assert table.loc[symbol, "total"] == pytest.approx(width**2 / whole, abs=0.02)
            assert table.loc[symbol, "first_order"] == pytest.approx(width**2 / whole, abs=0.05)
        assert table.loc["mobility", "total"] == pytest.approx(0, abs=1e-12)

    def test_ranking_names_the_driver_and_its_source(self) -> None:
        ranking = sensitivity.driving_assumptions(self.linear, self.symbols, n=256)
        assert ranking.index[-1] == "mobility"
        sentence = sensitivity.driver_sentence(ranking, "结果")
        assert ranking.iloc[0]["name_zh"] in sentence
        assert ("设定值" in sentence) == (ranking.iloc[0]["source"] == "assumed")

    @pytest.mark.parametrize(
        ("function", "attribute", "fixed"),
        [
            (growth.wage_decoupling, "gap", {}),
            (baumol.transmission_path, "real_stagnant_wage", {"years": 20.0}),
            (tasks.task_path, "labour_tasks", {"years": 35.0}),
            (wage_cap.wage_cap, "wage", {}),
            (firm_boundary.outsourced_share, "", {"years": 20.0}),
            (pay_as_you_go.pay_as_you_go, "advantage", {}),
            (contribution_base.contribution_base, "base", {}),
            (levers.tax_balance, "bias", {}),
            (safety_net.safety_net, "poverty", {"bins": 50}),
            (skills.retraining_value, "net_value", {}),
            (transition_fund.transition_fund, "revenue", {"base": 3e4}),
            (youth.learning_ladder, "seniors", {"years": 20.0}),
        ],
    )
    def test_every_subject_can_say_what_drives_it(
        self, function: Callable[..., object], attribute: str, fixed: dict[str, float]
    ) -> None:
        model, symbols = sensitivity.answer(function, attribute, **fixed)
        table = sensitivity.tornado(model, symbols)
        assert set(table.index) == set(symbols) and not set(symbols) & fixed.keys()
        assert table["swing"].iloc[0] > 0 and np.isfinite(table.to_numpy()).all()
        alone = evaluate(function, **fixed)
        base = getattr(alone, attribute) if attribute else alone
        assert_allclose(table["base"], base)

    def test_scenario_values_hold_what_does_not_vary(self) -> None:
        table = sensitivity.tornado(self.linear, ["gig_share"], given={"labour_share": 0.5})
        assert table.loc["gig_share", "base"] == pytest.approx(50 + 10 * defaults()["gig_share"])

    def test_outlook_can_be_asked(self) -> None:
        symbols = ["automation_rate", "reinstatement_ratio", "pensioner_coverage_2060"]
        model = outlook.outcome("labour_share")
        ranking = sensitivity.driving_assumptions(model, symbols, n=64)
        assert set(ranking.index[:2]) == {"automation_rate", "reinstatement_ratio"}
        assert ranking.loc["pensioner_coverage_2060", "swing"] == 0
        spread = sensitivity.propagate(outlook.outcome("fund"), symbols, n=32)
        assert spread.outcome.shape == (32,)
        assert np.all(np.diff(spread.quantiles()) >= 0)
