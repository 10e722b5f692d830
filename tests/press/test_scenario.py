"""`press scenario`: text, JSON, the listing, and faults in Chinese."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from press.scenario import scenario
from synergy.policy.scenarios import ScenarioError, builtin_scenarios, load_scenario, run_scenario


def invoke(*arguments: str) -> str:
    result = CliRunner().invoke(scenario, list(arguments), standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.output


def test_json_is_what_the_library_computes(tmp_path: Path) -> None:
    path = tmp_path / "我的情景.toml"
    path.write_text('title = "甲"\nsummary = "乙。"\n[parameters]\ngig_share = 0.3\n', "utf-8")
    printed = json.loads(invoke(str(path), "--json"))
    assert printed == run_scenario(load_scenario(path)).to_dict()
    assert printed["changes"] == {"gig_share": 0.3} and len(printed["years"]) == 36


def test_text_names_the_scenario_and_every_headline() -> None:
    result = run_scenario(load_scenario("fast_ai"))
    text = invoke("fast_ai")
    assert result.scenario.title in text
    assert all(headline.label in text for headline in result.headlines.values())


def test_without_a_file_the_known_scenarios_are_listed() -> None:
    assert all(name in invoke() for name in builtin_scenarios())
    assert [row["name"] for row in json.loads(invoke("--json"))] == builtin_scenarios()


def test_a_missing_file_is_explained() -> None:
    with pytest.raises(ScenarioError, match=r"找不到情景“没有”.*baseline"):
        invoke("没有")


def test_help_is_chinese() -> None:
    text = CliRunner().invoke(scenario, ["--help"]).output
    assert text.startswith("用法：") and "选项" in text and "Options" not in text
