"""The table of assumptions, the scenarios and the question which assumption drives the answer."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from synergy.figures.sliders import declared, declared_figures
from synergy.policy import (
    assessment,
    direction,
    fund,
    growth,
    insurance,
    levers,
    net,
    outlook,
    parameters,
    places,
    population,
    public_money,
    scenarios,
    sensitivity,
    support,
    work,
)
from synergy.policy.parameters import (
    Interval,
    ParameterError,
    defaults,
    evaluate,
    input_table,
    parameter_table,
)
from synergy.policy.scenarios import ScenarioError, load_scenario, run_scenario
from synergy.words import say

TABLE = parameter_table()

MODELS = [
    *(growth, work, insurance, levers, direction, net, assessment),
    *(support, public_money, fund, population, places),
]


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
        text = TABLE[["model", "name_zh", "name_en", "tex", "unit", "interval", "label"]]
        assert text.notna().all(axis=None) and (text != "").all(axis=None)

    def test_every_value_has_what_its_label_asks_for(self) -> None:
        """A source has year, trust, day and what was read; an assumption says why it is one."""
        assert set(TABLE["label"]) == set(parameters.LABELS)
        sourced = TABLE[TABLE["label"] == parameters.SOURCED]
        asked = ["source", "year", "confidence", "looked_up", "says", "note"]
        assert len(sourced) >= 80 and sourced[asked].notna().all(axis=None)
        assert set(sourced["confidence"]) == {"高", "中", "低"}
        assert sourced["looked_up"].str.fullmatch(r"20\d\d-[01]\d-[0-3]\d").all()
        assert sourced["says"].str.contains(r"[\d一两八]").all()
        rest = TABLE[TABLE["label"] != parameters.SOURCED]
        assert rest[asked[:-1]].isna().all(axis=None)
        assert rest["note"].notna().all()
        choices = TABLE["label"] == parameters.CHOICE
        assert TABLE.loc[~choices, "statutory"].isna().all()
        assert TABLE["statutory"].str.startswith("现行").sum() >= 7

    def test_sources_are_addresses_a_reader_can_open(self) -> None:
        address = TABLE["url"].dropna()
        assert address.str.match(r"https?://[^\s()]+$").all()

    def test_ranges_hold_the_default_and_lie_in_the_interval(self) -> None:
        assert (TABLE["low"] <= TABLE["default"]).all()
        assert (TABLE["default"] <= TABLE["high"]).all()
        assert (TABLE["low"] < TABLE["high"]).all()
        for table in (TABLE, input_table()):
            for symbol, row in table.iterrows():
                inside = Interval.read(row["interval"])
                assert inside.holds(row["low"]) and inside.holds(row["high"]), symbol

    def test_declared_pay_of_gig_work_is_what_the_law_admits(self) -> None:
        """A flexible worker declares at least the floor: with mean pay or less, that part of it."""
        usual, heads = parameters.defaults(), 0.27
        gig = usual["gig_share"] / heads
        others = (1 - usual["gig_share"]) / (1 - heads)
        low, high = parameters.bounds(["gig_compliance"])["gig_compliance"]
        assert usual["base_floor"] <= usual["gig_compliance"] <= usual["base_floor"] * others / gig
        assert low == pytest.approx(usual["base_floor"] / 1.5) and high == 1
        assert f"合 {usual['base_floor'] * others / gig:.2f}" in TABLE.at["gig_compliance", "note"]

    def test_names_are_unique_in_a_model_and_english_is_plain(self) -> None:
        assert not TABLE.duplicated(["model", "name_zh"]).any()
        assert not TABLE["name_en"].duplicated().any()
        assert TABLE["name_en"].str.match(r"[A-Z][ -~]+[^.]$").all()

    @pytest.mark.parametrize(
        ("text", "words", "inside", "outside"),
        [
            ("[0, 1]", " 0 至 1", (0, 1), (-0.1, 1.1)),
            ("[0, 1)", "不小于 0、小于 1", (0, 0.9), (1,)),
            ("(0, 1]", "大于 0、不大于 1", (0.1, 1), (0,)),
            ("(1, inf)", "大于 1", (1.1, 1e9), (1,)),
            ("[-0.5, inf)", "不小于 -0.5", (-0.5, 2), (-0.6,)),
            ("(-inf, inf)", "任何有限的数", (-1e9, 1e9), ()),
        ],
    )
    def test_intervals_hold_what_they_say(
        self, text: str, words: str, inside: tuple[float, ...], outside: tuple[float, ...]
    ) -> None:
        interval = Interval.read(text)
        assert str(interval) == words
        assert np.all(interval.holds(np.array(inside, dtype=float)))
        assert not np.any(interval.holds(np.array(outside, dtype=float)))

    def test_what_is_no_interval_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no interval"):
            Interval.read("0 to 1")

    def test_every_model_argument_is_in_the_table_or_is_data(self) -> None:
        """Keyword-only arguments are assumptions unless listed here as inputs or settings."""
        settings = {"growth_factor", "interest_factor", "width", "bins", "first"}
        for name, function in model_functions():
            for argument in inspect.signature(function).parameters.values():  # type: ignore[arg-type]
                if argument.kind is argument.KEYWORD_ONLY and argument.name not in settings:
                    known = TABLE.index.append(input_table().index)
                    assert argument.name in known, f"{name}: {argument.name}"

    def test_every_input_is_used_and_is_no_assumption(self) -> None:
        used = {a for _, f in model_functions() for a in inspect.signature(f).parameters}  # type: ignore[arg-type]
        assert set(input_table().index) <= used
        assert not set(input_table().index) & set(TABLE.index)

    def test_every_symbol_is_used(self) -> None:
        used = {a for _, f in model_functions() for a in inspect.signature(f).parameters}  # type: ignore[arg-type]
        used |= set(outlook.SYMBOLS)
        used |= {symbol for name in declared_figures() for symbol in declared(name).sliders}
        assert set(TABLE.index) <= used, set(TABLE.index) - used

    def test_every_model_runs_on_the_defaults(self) -> None:
        middle = {str(s): (r["low"] + r["high"]) / 2 for s, r in input_table().iterrows()}
        ran = 0
        for _, function in model_functions():
            arguments = inspect.signature(function).parameters  # type: ignore[arg-type]
            free = {n: v for n, v in middle.items() if n in arguments}
            needed = [
                a.name
                for a in arguments.values()
                if a.default is a.empty and a.name not in free and a.name not in TABLE.index
            ]
            if not needed and arguments:
                evaluate(function, **free)  # type: ignore[arg-type]
                ran += 1
        assert ran > 45

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

    def test_given_comes_before_values_and_values_before_defaults(self) -> None:
        base = {"gig_share": 0.1, "automation_rate": 0.05}
        found = [
            float(evaluate(insurance.contribution_base, *values, **given).effective_coverage)
            for values, given in (([], {}), ([base], {}), ([base], {"gig_share": 0.3}))
        ]
        alone = [
            float(evaluate(insurance.contribution_base, gig_share=g).effective_coverage)
            for g in (defaults()["gig_share"], 0.1, 0.3)
        ]
        assert found == alone and len(set(found)) == 3
        with pytest.raises(TypeError, match="gig_shore"):
            evaluate(insurance.contribution_base, gig_shore=0.1)


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
        def end(name: str, path: str) -> float:
            return float(run_scenario(load_scenario(name)).paths[path][-1])

        assert end("fast_ai", "labour_share") < end("baseline", "labour_share")
        assert end("augmenting_ai", "labour_share") > end("baseline", "labour_share")
        assert end("ageing", "dependency_ratio") > end("baseline", "dependency_ratio")
        assert end("gig_economy", "contribution_base") < end("baseline", "contribution_base")

    def test_headlines_are_what_their_declaration_names(self) -> None:
        result = run_scenario(load_scenario("fast_ai"))
        values, found = result.scenario.values, result.headlines
        waiting = evaluate(net.displaced_backlog, values, years=10.0).waiting
        assert found["backlog"].value == float(waiting)
        assert found["task_wage"].value == result.paths["task_wage"][10]
        seniors = evaluate(levers.learning_ladder, values, years=20.0).seniors
        assert found["seniors"].value == float(seniors)
        assert len({headline.label for headline in found.values()}) == len(found)

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

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            (
                {"base_floor": 5.0, "base_ceiling": 3.0},
                "彼此冲突（base_floor 须小于 base_ceiling；.*默认值",
            ),
            (  # More than one new task for each task lost, for long enough: a share above one.
                {"reinstatement_ratio": 3.0, "automation_rate": 0.2},
                "彼此冲突（参数 labour_share.*不大于 1",
            ),
        ],
    )
    def test_values_that_do_not_go_together_are_said(
        self, changes: dict[str, float], message: str
    ) -> None:
        for name, value in changes.items():
            assert parameters.check_value(name, value) == value
        with pytest.raises(ScenarioError, match=message):
            run_scenario(load_scenario("baseline")._replace(changes=changes))


class TestOutlook:
    def test_chain_is_consistent(self) -> None:
        path = outlook.simulate(defaults())
        covered = path["labour_share"] * path["effective_coverage"]
        assert_allclose(path["contribution_base"], covered)
        low, high = (
            defaults()[name] * path["contribution_base"]
            for name in ("gig_contribution_rate", "contribution_rate")
        )
        assert np.all((low < path["contributions"]) & (path["contributions"] < high))
        assert_allclose(
            path["kept_finance_gap"] - path["finance_gap"], path["balance"] - path["kept_balance"]
        )
        assert_allclose(path["finance_gap"], path["benefits"] - path["finance_total"])
        relative = path["labour_share"] / path["labour_share"][0]
        assert_allclose(path["pay_index"] / path["productivity_index"], relative)
        assert path["labour_share"][0] == pytest.approx(defaults()["labour_share"])

    def test_only_the_named_symbols_matter_and_each_of_them_does(self) -> None:
        low = {s: b[0] for s, b in parameters.bounds(TABLE.index).items()}
        others = {name: value for name, value in low.items() if name not in outlook.SYMBOLS}
        usual, moved = outlook.simulate(defaults()), outlook.simulate(defaults() | others)
        assert all(np.array_equal(usual[name], moved[name]) for name in usual)
        for name in outlook.SYMBOLS:
            ends = (outlook.simulate({name: end}) for end in parameters.bounds([name])[name])
            first, second = ends
            assert any(not np.array_equal(first[k], second[k]) for k in usual), name

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

    def test_ratios_are_drawn_by_ratio(self) -> None:
        """Of ln c - ln φ each accounts for its squared log range, whatever the units."""

        def gap(values: dict[str, np.ndarray]) -> np.ndarray:
            return np.log(values["ai_hour_cost"]) - np.log(values["ai_output"])

        names = ("ai_hour_cost", "ai_output")
        table = sensitivity.sobol(gap, names, n=2048)
        logs = {s: np.log(high / low) for s, (low, high) in parameters.bounds(names).items()}
        for symbol, width in logs.items():
            share = width**2 / sum(w**2 for w in logs.values())
            assert table.loc[symbol, "total"] == pytest.approx(share, abs=0.02)
        draws = sensitivity.latin_hypercube(names, 400)
        for symbol, (low, high) in parameters.bounds(names).items():
            assert (draws[symbol] < np.sqrt(low * high)).mean() == pytest.approx(0.5, abs=0.01)

    def test_shares_rates_and_what_can_be_nothing_are_drawn_evenly(self) -> None:
        assert not parameters.by_ratio("gig_share") and not parameters.by_ratio("automation_rate")
        assert not parameters.by_ratio("employer_match"), "its range starts at zero"
        assert {"ai_hour_cost", "ai_output", "substitution_elasticity", "power_price"} <= {
            symbol for symbol in TABLE.index if parameters.by_ratio(symbol)
        }
        assert set(parameters.RATIOS) <= set(TABLE["unit"])

    def test_what_is_settled_is_held(self) -> None:
        known = parameters.settled()
        assert set(known.index) <= set(TABLE.index)
        assert set(known["settled_by"]) == {"统计", "规定", "选择"}
        chosen = known["settled_by"] == "选择"
        assert set(known.index[chosen]) == set(TABLE.index[TABLE["label"] == parameters.CHOICE])
        assert known.loc[~chosen, "statistic"].notna().all()
        sourced = TABLE.loc[known.index[~chosen], "label"] == parameters.SOURCED
        assert set(sourced.index[~sourced]) <= {"fiscal_subsidy", "progressive_labour_share"}
        ranking = sensitivity.outlook_drivers("funding_ratio", draws=4, held=known.index)
        assert set(ranking.index) == set(outlook.SYMBOLS) - set(known.index)
        loose, fixed = (
            sensitivity.outlook_draws("funding_ratio", held=h) for h in ((), known.index)
        )
        assert fixed.std() < loose.std()
        row = sensitivity.narrowing(["funding_ratio"], known.index).loc["funding_ratio"]
        assert row["held_high"] - row["held_low"] == pytest.approx(
            fixed.quantile(0.95) - fixed.quantile(0.05)
        )
        assert (row["low"], row["high"]) == tuple(loose.quantile([0.05, 0.95]))
        alone = sensitivity.drivers(work.wage_cap, "wage", draws=4, held=["task_value"])
        assert "task_value" not in alone.index and "ai_output" in alone.index

    def test_ranking_names_the_driver_and_its_source(self) -> None:
        ranking = sensitivity.driving_assumptions(self.linear, self.symbols, n=256)
        assert ranking.index[-1] == "mobility"
        assert list(ranking["label"]) == list(TABLE.loc[ranking.index, "label"])
        for first in (ranking.index[0], ranking.index[1]):
            turned = ranking.loc[[first, *ranking.index.drop(first)]]
            sentence = say('{{ driver(ranking, "结果") }}', ranking=turned)
            assert sentence.startswith(
                f"各参数在所设范围内一起变动时，结果最取决于“{turned['name_zh'].iloc[0]}”"
            )
        named = {"出处": "有出处的取值", "政策选择": "政策选择", "设定": "设定值"}
        for label, words in named.items():
            sentence = say('{{ driver(ranking, "结果") }}', ranking=ranking.assign(label=label))
            assert f"（{words}，" in sentence

    def test_indices_that_scatter_past_each_other_are_level(self) -> None:
        ranking = sensitivity.driving_assumptions(self.linear, self.symbols, n=256)
        near = ranking.assign(total=[0.45, 0.42, 0.0])
        sentence = say('{{ driver(ranking, "结果") }}', ranking=near)
        first, second = near["name_zh"].iloc[:2]
        assert f"“{first}”与“{second}”，两者不相上下" in sentence and "0.45 与 0.42" in sentence
        apart = say('{{ driver(ranking, "结果") }}', ranking=ranking.assign(total=[0.5, 0.42, 0]))
        assert "其次是" in apart and "不相上下" not in apart
        told = "，三者不相上下（Sobol 总效应指数 0.45 至 0.41）"
        assert told in say('{{ driver(r, "结果") }}', r=ranking.assign(total=[0.45, 0.42, 0.41]))
        names = "、".join(f"“{name}”" for name in ranking["name_zh"].iloc[1:])
        both = say('{{ driver(r, "结果") }}', r=ranking.assign(total=[0.6, 0.30, 0.27]))
        assert f"其次是{names}（0.30 至 0.27）" in both
        one = say('{{ driver(r, "结果") }}', r=ranking.assign(total=[0.9, 0.04, 0.01]))
        assert f"其次是“{ranking['name_zh'].iloc[1]}”（0.04）。" in one, "a small part of it"

    def test_drivers_of_a_function_and_of_the_outlook_are_driving_assumptions(self) -> None:
        model, symbols = sensitivity.answer(work.wage_cap, "wage")
        wanted = sensitivity.driving_assumptions(model, symbols, n=16)
        assert sensitivity.drivers(work.wage_cap, "wage", draws=16).equals(wanted)
        found = sensitivity.outlook_drivers("finance_gap", draws=4)
        assert set(found.index) == set(outlook.SYMBOLS)
        spread = sensitivity.outlook_draws("finance_gap")
        assert (
            len(spread) == sensitivity.SPREAD_DRAWS
            and np.isfinite(spread).all()
            and np.ptp(spread) > 0
        )

    @pytest.mark.parametrize(
        ("function", "attribute", "fixed"),
        [
            (growth.median_pay_growth, "", {}),
            (work.transmission_path, "real_stagnant_wage", {"years": 20.0}),
            (work.task_path, "labour_tasks", {"years": 35.0}),
            (work.wage_cap, "wage", {}),
            (insurance.outsourced_share, "", {"years": 20.0}),
            (
                insurance.pay_as_you_go,
                "advantage",
                {"wage_growth": 0.035, "working_years": 38.0, "retirement_years": 25.0},
            ),
            (insurance.contribution_base, "base", {}),
            (levers.tax_balance, "bias", {}),
            (net.safety_net, "poverty", {"bins": 50}),
            (net.retraining_value, "net_value", {}),
            (levers.levy_on_equipment, "revenue", {"base": 3e4}),
            (levers.learning_ladder, "seniors", {"years": 20.0}),
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

    def test_outlook_can_be_asked(self) -> None:
        symbols = ["automation_rate", "reinstatement_ratio", "pensioner_coverage_2060"]
        model = outlook.outcome("labour_share")
        ranking = sensitivity.driving_assumptions(model, symbols, n=64)
        assert set(ranking.index[:2]) == {"automation_rate", "reinstatement_ratio"}
        assert ranking.loc["pensioner_coverage_2060", "swing"] == 0
        spread = sensitivity.propagate(outlook.outcome("fund"), symbols, n=32)
        assert spread.shape == (32,) and np.isfinite(spread).all() and np.ptp(spread) > 0
