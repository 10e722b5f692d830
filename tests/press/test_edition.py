"""An edition holds one request and names itself after what was loaded."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path

import pytest

from press.cli import press
from press.edition import Edition
from synergy.evidence import Request, load_evidence
from synergy.faults import DataError

ROOT = Path(__file__).parents[2]


def test_chapters_get_the_request_and_what_is_further() -> None:
    edition = Edition.load(Request("guangdong", years="2014-2020", alpha=0.4), {"draws": 9})
    assert edition.parameters == {
        "region": "广东",
        "data": "",
        "recipe": "",
        "years": "2014-2020",
        "alpha": 0.4,
        "plan": "",
        "missing": "fill",
        "draws": 9,
    }
    assert edition.folder == Path("editions/guangdong") and edition.inputs == {}
    assert edition.imprint.startswith("广东版 · 年份 2014-2020 · α = 0.4 · 数据指纹 ")
    assert edition.imprint.endswith(f" · {edition.date:%Y-%m-%d} 生成")


def test_the_readers_file_is_named_by_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = tmp_path / "panel.csv"
    panel.write_bytes((ROOT / "data/demo/panel.csv").read_bytes())
    monkeypatch.chdir(tmp_path)
    edition = Edition.load(Request(data="panel.csv"))
    assert edition.own_data and edition.parameters["data"] == str(panel)
    assert edition.inputs == {"data": panel}
    assert edition.banner.startswith("您的数据：2010–2022 年，人工智能 9/9 项指标，就业质量 22/22")
    assert "不等于论文的指数" not in edition.banner


def test_the_built_in_panels_say_what_they_lack() -> None:
    banner = Edition.load().banner
    assert "人工智能 5/9 项指标，就业质量 13/22 项指标，不等于论文的指数；" in banner


def test_evidence_is_what_a_request_asks_for() -> None:
    evidence = load_evidence(Request("四川", years="2015-2020", alpha=0.3))
    assert evidence.place.name == "四川" and evidence.alpha == 0.3
    assert evidence.lead.years == (2015, 2020)


def test_an_unknown_region_is_refused() -> None:
    with pytest.raises(DataError, match="火星"):
        Edition.load(Request("火星"))


def test_a_field_of_the_request_does_not_pass_unchecked_as_a_parameter() -> None:
    with pytest.raises(DataError, match="请改用 --alpha、--region"):
        Edition.load(Request("四川"), {"region": "广东", "alpha": 7})


def test_the_command_offers_every_field_and_says_the_default_weight() -> None:
    build = press.commands["build"]
    given = build.make_context("build", [], help_option_names=[]).params
    assert {field.name: given[field.name] for field in fields(Request)} == dict.fromkeys(
        asdict(Request())
    )
    alpha = next(option for option in build.params if option.name == "alpha")
    assert f"默认 {Request.alpha:g}。" in getattr(alpha, "help", "")
