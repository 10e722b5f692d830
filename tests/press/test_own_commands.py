"""`press plan` and `press index`: what they write, what they refuse with nothing changed."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from own_cases import CITIES, INDICATORS, plan, table, written
from press.cli import main
from synergy.coupling import COUPLING_VARIANTS
from synergy.dictionary import DATA_DIR
from synergy.index import WEIGHT_VARIANTS

ISLANDS = DATA_DIR / "islands"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, encoding="utf-8-sig")


def index(*options: str) -> int:
    return main(["index", "mine.csv", "--plan", "plan.csv", "--no-html", *options])


def prepared(
    here: Path, frame: pd.DataFrame | None = None, chosen: pd.DataFrame | None = None
) -> Path:
    """Files of a case; returns where results go."""
    written(here, table() if frame is None else frame, "mine.csv")
    written(here, plan() if chosen is None else chosen, "plan.csv")
    return here / "mine-结果"


def test_the_whole_way_from_a_file_to_a_page(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Draft, fill in, compute: the islands."""
    assert main(["plan", str(ISLANDS / "panel.csv")]) == 0
    draft = here / "panel-方案.xlsx"
    assert "指标 12 列" in capsys.readouterr().out
    filled = pd.read_excel(draft, dtype=str, engine="calamine").fillna("")
    ours = csv(ISLANDS / "plan.csv").astype(object).fillna("").set_index("列名")
    for place, row in filled.iterrows():
        if row["用途"] == "指标":
            for heading in ("系统", "维度", "方向"):
                filled.loc[place, heading] = ours.at[row["列名"], heading]
    filled.to_excel("填好.xlsx", index=False)
    assert main(["index", str(ISLANDS / "panel.csv"), "--plan", "填好.xlsx", "--out", "out"]) == 0
    told = capsys.readouterr()
    assert "18 个海岛，213 行" in told.out and "提示：线性插补 2 格。" in told.err
    page = (here / "out" / "index.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 10 and "http://" not in re.sub(r"http://www\.w3\.org\S*", "", page)
    book = load_workbook(here / "out" / "results.xlsx", read_only=True)
    assert book.sheetnames == [
        "权重", "得分", "区间", "平均", "换做法", "与别的软件", "障碍度", "基尼系数", "问题",
    ]  # fmt: skip
    linked = set(re.findall(r'href="([^"#]+)"', page))
    assert linked == {path.name for path in (here / "out").iterdir()} - {
        "index.html",
        ".press-index",
    }


def test_numbers_are_those_of_an_independent_implementation(here: Path) -> None:
    """Three systems, shares .5 .3 .2, written out with nothing of ours."""
    out = prepared(here)
    assert index("--alpha", "0.5,0.3,0.2") == 0
    signs = pd.Series({"宽带": 1, "网购（%）": 1, "能耗": -1, "绿地": 1, "失业": -1})
    x = table()[list(INDICATORS)] * signs
    z = (x - x.min()) / (x.max() - x.min())
    p = z / z.sum()
    e = -(p * np.log(p.where(p > 0, 1.0))).sum() / np.log(20)
    system = pd.Series({name: of for name, (of, _) in INDICATORS.items()})
    w = (1 - e) / (1 - e).groupby(system).transform("sum")
    u = (z * w).T.groupby(system, sort=False).sum().T
    t = u["数字"] * 0.5 + u["绿色"] * 0.3 + u["民生"] * 0.2
    d = np.sqrt(u.prod(axis=1) ** (1 / 3) / u.mean(axis=1) * t)
    scores, weights = csv(out / "scores.csv"), csv(out / "weights.csv")
    np.testing.assert_allclose(weights.set_index("列名")["系统内权重"], w, atol=6e-7)
    np.testing.assert_allclose(scores["D"], d, atol=6e-7)
    np.testing.assert_allclose(scores["绿色指数"], u["绿色"], atol=6e-7)
    lack = (1 - z) * w * system.map({"数字": 0.5, "绿色": 0.3, "民生": 0.2})
    degree = lack.div(lack.sum(axis=1), axis=0)
    obstacles = csv(out / "obstacles.csv")
    np.testing.assert_allclose(obstacles["障碍度 1"], degree.max(axis=1), atol=6e-7)
    one = d[::4].to_numpy()  # the first year, all pairs
    gini = np.abs(one[:, None] - one).sum() / (2 * 25 * one.mean())
    found = csv(out / "gini.csv").query("指数 == 'D' and 年份 == 2015")["总体"]
    assert found.item() == pytest.approx(gini, abs=6e-7)
    assert scores.columns[:2].tolist() == ["城市", "年份"]


@pytest.mark.parametrize("weights", WEIGHT_VARIANTS)
@pytest.mark.parametrize("coupling", COUPLING_VARIANTS)
def test_every_named_method_runs_or_is_refused_in_chinese(
    here: Path, capsys: pytest.CaptureFixture[str], weights: str, coupling: str
) -> None:
    out = prepared(here)
    code = index("--weights", weights, "--coupling", coupling, "--no-excel")
    told = capsys.readouterr()
    if code:
        assert code == 2 and "请换一种做法" in told.err and not out.exists()
        return
    assert WEIGHT_VARIANTS[weights].title_zh in told.out
    assert csv(out / "scores.csv")["D"].between(0, 1).all()
    assert ("只可用来对照" in told.err) == (weights == "log_years")


def test_a_cross_section_says_nothing_of_change(here: Path) -> None:
    frame = pd.concat([table(1, seed).assign(城市=f"城{seed}") for seed in range(9)])
    frame = frame.groupby("城市", as_index=False).first().drop(columns="年份")
    out = prepared(here, frame, plan().drop(index=1))
    assert main(["index", "mine.csv", "--plan", "plan.csv"]) == 0
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "数据只有一年，下面不谈变化" in page
    assert not re.search(r"逐年(?!标准化)|变为|首年|末年|nan|(?<![0-9])0 年", page)
    assert all("年份" not in csv(path) for path in out.glob("*.csv") if path.stem != "faults")
    assert "intervals.csv" in {path.name for path in out.iterdir()}


def test_few_units_have_no_interval_and_it_is_said(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = table()[lambda f: f["城市"].isin(CITIES[:4])]
    out = prepared(here, frame)
    assert index() == 0
    assert "只有 4 个城市，换掉几个重算没有意义，所以没有区间" in capsys.readouterr().err
    assert not (out / "intervals.csv").exists()


REFUSED = {
    "unknown weights": (["--weights", "entropie"], "没有“entropie”这种做法。可用：standard"),
    "unknown coupling": (["--coupling", "x"], "--coupling 没有“x”这种做法"),
    "two shares for three": (["--alpha", "0.5,0.5"], "3 个数，依次属于数字、绿色、民生"),
    "one share for three": (["--alpha", "0.5"], "3 个数"),
    "no number": (["--alpha", "一半"], "--alpha 看不懂“一半”"),
    "a column that is not there": (["--unit", "县"], "缺少县列"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_exit_code_2_and_nothing_written(
    here: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    options, told = REFUSED[case]
    out = prepared(here)
    before = set(here.iterdir())
    assert index(*options) == 2
    assert told in capsys.readouterr().err
    assert set(here.iterdir()) == before and not out.exists()


def test_results_replace_results_and_nothing_else(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = prepared(here)
    assert index() == 0 and index("--weights", "equal") == 0
    assert csv(out / "weights.csv")["系统内权重"].iloc[0] == 0.5
    (here / "别的").mkdir()
    (here / "别的" / "论文.docx").touch()
    assert index("--out", "别的") == 2
    assert "里有不是本程序生成的内容，为避免覆盖已停止" in capsys.readouterr().err
    assert [path.name for path in (here / "别的").iterdir()] == ["论文.docx"]


@pytest.mark.parametrize("refused", ["new", "mine-结果"])
def test_results_stay_if_the_system_refuses_the_new_ones(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], refused: str
) -> None:
    out = prepared(here)
    assert index() == 0
    before, rename = (out / "weights.csv").read_bytes(), Path.rename

    def refusing(self: Path, target: Path) -> Path:
        if self.name == refused:
            raise PermissionError
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refusing)
    assert index("--weights", "equal") == 2
    assert "请关闭正打开着其中文件的程序" in capsys.readouterr().err
    assert (out / "weights.csv").read_bytes() == before
    assert not list(here.glob(".press-*"))


def test_a_plan_that_is_there_is_not_overwritten(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prepared(here)
    assert main(["plan", "mine.csv", "-o", "plan.csv"]) == 2
    assert "可能填过：没有覆盖" in capsys.readouterr().err
    assert len(csv(here / "plan.csv")) == 7


def test_labels_are_text_on_the_page(here: Path) -> None:
    evil = '<img src=x onerror="alert(1)">{{7*7}}'
    frame = table().replace("雅典", evil).rename(columns={"宽带": evil})
    chosen = plan().replace({"宽带": evil, "数字": "<b>数字</b>", "网购（%）": "网购（%）"})
    more = pd.DataFrame({"用途": ["题目", "说明"], "中文名": ["<script>x</script>", "a & b"]})
    out = prepared(here, frame, pd.concat([chosen, more]).fillna(""))
    assert main(["index", "mine.csv", "--plan", "plan.csv"]) == 0
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "<img" not in page and "<script" not in page and "<b>" not in page
    assert "{{7*7}}" in page and "49" not in re.sub(r"<svg.*?</svg>", "", page, flags=re.S)[:2000]
    assert str(here) not in page


def test_methods_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", "a.csv", "--plan", "b.csv", "--weights", "?"]) == 0
    told = capsys.readouterr().out
    assert all(name in told for name in (*WEIGHT_VARIANTS, *COUPLING_VARIANTS))


def test_faults_list_what_was_filled_and_doubted(here: Path) -> None:
    frame = table(8)
    frame["绿地"] = 100 + frame["年份"] % 7
    frame.loc[9, "绿地"] *= 1e4
    frame.loc[17, "能耗"] = np.nan
    out = prepared(here, frame)
    assert index() == 0
    faults = csv(out / "faults.csv").set_index("种类")
    assert faults.loc["可疑", "行"] == 11 and faults.loc["可疑", "城市"] == "里斯本"
    assert faults.loc["插补", "指标"] == "能耗" and faults.loc["插补", "年份"] == 2016


def test_files_read_back_as_they_are_named(here: Path) -> None:
    """Excel on Chinese Windows reads UTF-8 by its mark; the workbook holds the same numbers."""
    out = prepared(here)
    assert index() == 0
    assert (out / "scores.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    sheet = pd.read_excel(out / "results.xlsx", sheet_name="得分", engine="calamine")
    pd.testing.assert_frame_equal(sheet, csv(out / "scores.csv"), check_dtype=False)
    assert (
        StringIO((out / "faults.csv").read_text(encoding="utf-8-sig")).readline().startswith("种类")
    )
