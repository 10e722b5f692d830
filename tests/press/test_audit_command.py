"""`press audit`: all verdicts, in words and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from press.audit import audit
from press.chinese import ChineseGroup, run
from press.cli import exit_codes
from synergy.claims import load_ledger

ROOT = Path(__file__).parents[2]


def call(*args: str) -> int:
    group = ChineseGroup("press", commands={"audit": audit})
    return run(group, ["audit", *args], exit_codes)


def test_json_holds_every_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--json") == 0
    data = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in data["claims"]] == [claim.id for claim in load_ledger()]
    assert all(row["verdict"] for row in data["claims"])
    assert sum(data["counts"].values()) + sum(data["records"].values()) == len(data["claims"])
    assert sum(data["records"].values()) == sum(bool(row["record"]) for row in data["claims"])
    tested = sum(bool(claim.panel) for claim in load_ledger())
    assert {sum(counts.values()) for counts in data["panels"].values()} == {tested}


def test_words_name_each_row_and_each_inconsistency(capsys: pytest.CaptureFixture[str]) -> None:
    assert call() == 0
    text = capsys.readouterr().out
    assert all(claim.id in text for claim in load_ledger())
    assert "✗ P-43-LQ-EQ　不一致" in text and "不一致之处：" in text
    assert "；另有记录 " in text


def test_own_panel_is_tested_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_bytes((ROOT / "data" / "demo" / "panel.csv").read_bytes())
    assert call("--data", str(own), "--json") == 0
    assert list(json.loads(capsys.readouterr().out)["panels"]) == ["own"]


def test_missing_file_is_refused_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--data", "no-such-file.csv") == 2
    assert "找不到这个文件" in capsys.readouterr().err


def test_a_verdict_that_moved_is_an_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = load_ledger().with_value("P-51-D22", "0.4376")
    monkeypatch.setattr("synergy.claims.load_ledger", lambda: moved)
    assert call("--json") == 1
    assert "与记录不符：P-51-D22" in capsys.readouterr().err


def test_command_is_a_click_command_in_chinese() -> None:
    assert isinstance(audit, click.Command) and audit.help and "核对" in audit.help
