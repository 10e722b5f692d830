"""`press data` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from own_cases import plan, table, written
from press.cli import main
from synergy.dictionary import units


def export(path: Path, heading: str = "指标：城镇化率(%)", spike: bool = False) -> Path:
    """A bureau export in GB18030."""
    lines = ["数据库：分省年度数据", *([heading] if heading else []), "时间：最近8年"]
    lines.append("地区," + ",".join(f"{year}年" for year in range(2020, 2012, -1)))
    for number, name in enumerate(units()["name_full"]):
        cells = [40.13 + number + 0.57 * step + 0.03 * step**2 for step in range(8, 0, -1)]
        if spike and number == 3:
            cells[4] *= 0.3
        lines.append(",".join([name, *(f"{cell:.2f}" for cell in cells)]))
    lines += ["西藏自治区" + ",1" * 8, "数据来源：国家统计局"]
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    return path


def test_import_check_and_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, panel = export(tmp_path / "a.csv", spike=True), tmp_path / "panel.xlsx"
    assert main(["data", "import", str(source), "-o", str(panel)]) == 0
    told = capsys.readouterr().out
    assert "读到 36 行，导入 30 行，另置 6 行" in told and "乘以 0.01" in told
    assert (tmp_path / "对照.csv").is_file()
    page = tmp_path / "检查.html"
    assert main(["data", "check", str(panel), "--html", str(page)]) == 0
    told = capsys.readouterr().out
    assert "一年离群又复原　1 处" in told and "“城镇化率”：山西 2016 年" in told
    html = page.read_text(encoding="utf-8")
    assert html.count("<svg") == 2 and 'id="spike"' in html
    assert "http://" not in html.replace("http://www.w3.org", "") and "https://" not in html


def test_check_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    panel = tmp_path / "panel.csv"
    assert (
        main(["data", "import", str(export(tmp_path / "a.csv", spike=True)), "-o", str(panel)]) == 0
    )
    capsys.readouterr()
    assert main(["data", "check", str(panel), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["counts"] == {"spike": 1}
    assert found["findings"][0]["places"] == ["山西"]


@pytest.mark.parametrize("planned", [True, False])
def test_check_of_other_units(
    planned: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cities, by a plan or by what a draft of one guesses; a slip of ten thousand in line 12."""
    frame = table(years=6)
    frame["能耗"] = np.linspace(10, 13, 30).round(2)
    frame.loc[10, "能耗"] *= 1e4
    path = written(tmp_path, frame, "城市.xlsx")
    asked = ["--plan", str(written(tmp_path, plan(), "方案.csv"))] if planned else []
    assert main(["data", "check", str(path), *asked]) == 0
    told = capsys.readouterr()
    assert "像是单位差错　1 处" in told.out and "约为同一城市其他年份的 10,000 倍" in told.out
    assert ("列的含义是猜的" in told.err) is not planned


def test_check_of_one_year(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, table(years=1).drop(columns="年份"), "城市.csv")
    assert main(["data", "check", str(path)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("城市.csv：5 个序列，25 个值。") and " 0 年" not in told


def test_open_questions_write_the_mapping_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, panel = export(tmp_path / "a.csv", heading=""), tmp_path / "panel.xlsx"
    assert main(["data", "import", str(source), "-o", str(panel)]) == 2
    told = capsys.readouterr().err
    assert "对照.csv（已写出" in told and "第 2 行" in told and not panel.exists()
    mapping = tmp_path / "对照.csv"
    text = mapping.read_text(encoding="utf-8-sig").replace(
        "a.csv,*,,,", "a.csv,*,%,eq_urbanisation,"
    )
    mapping.write_text(text, encoding="utf-8-sig")
    assert main(["data", "import", str(source), "-o", str(panel)]) == 0
    assert panel.is_file()


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["check", "没有.csv"], "找不到这个文件"),
        (["import", "没有.csv"], "找不到这个文件"),
        (["template", "--years", "2013到2016"], "看不懂年份"),
        (["template", "--indicator", "幸福感"], "不认识的指标：幸福感"),
        (["template", "-o", "a.doc"], "不能写这种文件"),
        (["template", "-o", "没有/a.xlsx"], "没有这个文件夹"),
        (["imports"], "可用的有：check、import、template"),
        (["import"], "文件"),
    ],
)
def test_mistakes(
    args: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["data", *args]) == 2
    assert told in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_template(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "模板.xlsx"
    args = ["template", "-o", str(path), "--years", "2013-2014", "--indicator", "城镇化率"]
    assert main(["data", *args]) == 0
    assert path.is_file() and "press data import" in capsys.readouterr().out


def test_labels_of_the_readers_file_are_escaped(tmp_path: Path) -> None:
    name = "<img src=x onerror=alert(1)>"
    panel, page = tmp_path / "p.csv", tmp_path / "p.html"
    source = export(tmp_path / "a.csv", heading=f"指标：{name}(亿元)", spike=True)
    assert main(["data", "import", str(source), "-o", str(panel)]) == 0
    assert main(["data", "check", str(panel), "--html", str(page)]) == 0
    html = page.read_text(encoding="utf-8")
    assert "<img" not in html and "&lt;img" in html
    assert str(tmp_path) not in html
