"""`press audit` and `press scenario`: in words and as JSON, faults in Chinese."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from press.cli import main
from synergy.claims.ledger import load_ledger
from synergy.policy.scenarios import builtin_scenarios, load_scenario, run_scenario

ROOT = Path(__file__).parents[2]


def test_json_holds_every_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in data["claims"]] == [claim.id for claim in load_ledger()]
    assert all(row["verdict"] for row in data["claims"])
    assert sum(data["counts"].values()) + sum(data["records"].values()) == len(data["claims"])
    assert sum(data["records"].values()) == sum(bool(row["record"]) for row in data["claims"])
    tested = sum(bool(claim.panel) for claim in load_ledger())
    assert {sum(counts.values()) for counts in data["panels"].values()} == {tested}


def test_words_name_each_row_and_each_inconsistency(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit"]) == 0
    text = capsys.readouterr().out
    assert all(claim.id in text for claim in load_ledger())
    assert "✗ P-43-LQ-EQ　不一致" in text and "不一致之处：" in text
    assert "；另有记录 " in text


def test_own_panel_is_tested_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_bytes((ROOT / "data" / "demo" / "panel.csv").read_bytes())
    assert main(["audit", "--data", str(own), "--json"]) == 0
    assert list(json.loads(capsys.readouterr().out)["panels"]) == ["own"]


def test_missing_file_is_refused_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--data", "no-such-file.csv"]) == 2
    assert "找不到这个文件" in capsys.readouterr().err


def test_a_verdict_that_moved_is_an_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = load_ledger().with_value("P-51-D22", "0.4376")
    monkeypatch.setattr("synergy.claims.ledger.load_ledger", lambda: moved)
    assert main(["audit", "--json"]) == 1
    assert "与记录不符：P-51-D22" in capsys.readouterr().err


def test_scenario_json_is_what_the_library_computes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "我的情景.toml"
    path.write_text('title = "甲"\nsummary = "乙。"\n[parameters]\ngig_share = 0.3\n', "utf-8")
    assert main(["scenario", str(path), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == run_scenario(load_scenario(path)).to_dict()
    assert printed["changes"] == {"gig_share": 0.3} and len(printed["years"]) == 36


def test_scenario_names_itself_and_every_headline(capsys: pytest.CaptureFixture[str]) -> None:
    result = run_scenario(load_scenario("fast_ai"))
    assert main(["scenario", "fast_ai"]) == 0
    text = capsys.readouterr().out
    assert result.scenario.title in text
    assert all(headline.label in text for headline in result.headlines.values())


def test_without_a_file_the_known_scenarios_are_listed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["scenario"]) == 0
    text = capsys.readouterr().out
    assert all(name in text for name in builtin_scenarios())
    assert main(["scenario", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == builtin_scenarios()


def test_a_missing_scenario_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "没有"]) == 2
    message = capsys.readouterr().err
    assert "找不到情景“没有”" in message and "baseline" in message
