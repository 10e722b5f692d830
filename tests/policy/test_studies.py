"""The list of studies: what each row must carry, and what the chapter says of them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import jupytext
import pytest

from synergy.claims.ledger import load_ledger
from synergy.policy.studies import (
    OUTCOMES,
    READ,
    SIGNS,
    TECHNOLOGIES,
    SignCounts,
    sign_counts,
    study_list,
    study_table,
)
from synergy.words import say

ROOT = Path(__file__).parents[2]
WITHOUT_DIRECTION = {"暴露度"}


def rows() -> list[dict[str, str]]:
    """Rows of the file, read without the library."""
    with (ROOT / "data" / "evidence.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def entries() -> set[str]:
    text = (ROOT / "book" / "references.bib").read_text(encoding="utf-8")
    return set(re.findall(r"^@\w+\{(\w+),", text, re.M))


def figures(text: str) -> set[float]:
    """Numbers of a text, without thousands separators."""
    return {float(n) for n in re.findall(r"\d+(?:\.\d+)?", text.replace(",", ""))}


class TestRows:
    def test_every_row_is_whole_and_names_one_result(self) -> None:
        assert len(rows()) >= 40 and len({row["study"] for row in rows()}) >= 30
        assert len({(row["study"], row["measure"]) for row in rows()}) == len(rows())
        optional = {"sign", "doi"}
        assert not [row for row in rows() for k, v in row.items() if not v and k not in optional]

    def test_words_come_from_short_lists(self) -> None:
        for column, allowed in {
            "outcome": OUTCOMES,
            "technology": TECHNOLOGIES,
            "read": READ,
            "sign": ("", *SIGNS),
        }.items():
            assert {row[column] for row in rows()} <= set(allowed), column

    def test_shares_and_dates_have_no_direction(self) -> None:
        blank = [row for row in rows() if not row["sign"]]
        assert {row["outcome"] for row in blank} - WITHOUT_DIRECTION == {"就业"}
        assert [r["study"] for r in blank if r["outcome"] == "就业"] == ["frank2026exposed"]
        assert not [r for r in rows() if r["outcome"] in WITHOUT_DIRECTION and r["sign"]]

    def test_every_study_is_in_the_bibliography(self) -> None:
        assert {row["study"] for row in rows()} <= entries()

    def test_an_identifier_is_the_one_the_bibliography_gives(self) -> None:
        text = (ROOT / "book" / "references.bib").read_text(encoding="utf-8")
        for row in rows():
            entry = text.partition(f"{{{row['study']},")[2].partition("\n}")[0]
            known = re.search(r"doi\s*= \{(.+?)\}", entry)
            assert known is None or known[1] == row["doi"], row["study"]

    def test_a_quotation_is_short_and_the_size_stands_in_it(self) -> None:
        for row in rows():
            quote = row["quote"]
            assert len(quote.split()) <= 20 and len(re.findall(r"[一-鿿]", quote)) <= 40, quote
            assert figures(row["size"]) <= figures(quote), row["study"]

    def test_a_number_in_the_quotation_is_not_left_out(self) -> None:
        """A size that says 'direction only' stands next to a quotation without numbers."""
        for row in rows():
            if "未给数" in row["size"]:
                assert not figures(row["quote"]), row["study"]

    def test_addresses_open_and_days_are_days(self) -> None:
        for row in rows():
            assert re.fullmatch(r"https?://[^\s()|]+", row["url"])
            assert re.fullmatch(r"20\d\d-[01]\d-[0-3]\d", row["looked_up"])
            assert not row["doi"] or re.fullmatch(r"10\.\d{4,}/\S+", row["doi"])

    def test_both_signs_appear_in_every_outcome_with_several_results(self) -> None:
        for outcome in ("任务表现", "招聘与接单", "就业", "工资"):
            found = {row["sign"] for row in rows() if row["outcome"] == outcome}
            assert {"升", "降"} <= found, outcome

    def test_exposure_in_the_table_is_the_ledgers(self) -> None:
        (row,) = [row for row in rows() if row["study"] == "eloundou2023gpts"]
        ledger = load_ledger()
        printed = {ledger[key].value for key in ("N-OPENAI-80", "N-OPENAI-10")}
        assert figures(row["size"]) == printed


class TestCounts:
    def test_counts_are_those_of_the_file(self) -> None:
        for outcome in OUTCOMES:
            by_hand = Counter(row["sign"] for row in rows() if row["outcome"] == outcome)
            found = sign_counts(outcome=outcome)
            assert found == (by_hand["升"], by_hand["降"], by_hand["平"])
            assert found.n == sum(found)
        assert sign_counts().n == sum(1 for row in rows() if row["sign"])

    def test_several_values_add_up(self) -> None:
        parts = [sign_counts(outcome="就业", technology=name) for name in TECHNOLOGIES]
        whole = sign_counts(outcome="就业", technology=TECHNOLOGIES)
        assert SignCounts(*map(sum, zip(*parts, strict=True))) == whole

    def test_a_misspelt_value_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no result has outcome '薪水'"):
            sign_counts(outcome="薪水")

    def test_results_are_listed_once_by_outcome(self) -> None:
        lines = study_list().splitlines()[2:]
        headings = [line.strip("|* ") for line in lines if line.endswith("| | |")]
        results = [line for line in lines if not line.endswith("| | |")]
        assert headings == list(OUTCOMES) and len(results) == len(rows())
        assert all(line.count(" | ") == 2 for line in results)
        cited = re.findall(r"\{cite:t\}`(\w+)`", "\n".join(results))
        assert Counter(cited) == Counter(row["study"] for row in rows())


def section() -> str:
    text = (ROOT / "chapters" / "notes" / "evidence.md").read_text(encoding="utf-8")
    return text.partition("## 2023—2025 年的证据")[2].partition("\n## ")[0]


class TestChapter:
    def test_the_verdict_is_what_most_results_say(self) -> None:
        """Tasks faster, hiring down, and who looks at the whole labour market sees nothing."""
        assert "任务做得快了，受影响的职业招聘和接单在减少，总的就业还看不出变化" in section()
        tasks, hiring = (sign_counts(outcome=name) for name in ("任务表现", "招聘与接单"))
        assert tasks.up > tasks.n / 2 and hiring.down > hiring.n / 2
        whole = [row for row in rows() if row["measure"].startswith("整个劳动力市场")]
        assert [row["sign"] for row in whole] == ["平"]

    def test_what_is_said_to_fall_at_the_entrance_falls(self) -> None:
        fallen = {row["study"] for row in rows() if row["sign"] == "降"}
        sentence = section().partition("降的结果多出在入口")[2].partition("。")[0]
        cited = set(",".join(re.findall(r"\{cite:p\}`([^`]+)`", sentence)).split(","))
        assert len(cited) == 4 and cited <= fallen
        (young,) = [row for row in rows() if row["study"] == "brynjolfsson2025canaries"]
        assert "22—25 岁" in sentence and "22-25" in young["quote"]

    def test_what_is_said_to_stand_still_cannot_be_told_from_zero(self) -> None:
        sentence = section().partition("量整个劳动力市场")[2].partition("。")[0]
        for study in re.findall(r"\{cite:p\}`(\w+)`", sentence):
            assert {row["sign"] for row in rows() if row["study"] == study} == {"平"}

    def test_occupations_compared_give_different_answers(self) -> None:
        signs = {(row["study"], row["outcome"]): row["sign"] for row in rows()}
        assert signs["dominski2025advancing", "就业"] == "降"
        assert signs["chen2025short", "就业"] == "平" and signs["chen2025short", "工资"] == "升"

    def test_the_date_of_the_turn_is_the_sources(self) -> None:
        (row,) = [row for row in rows() if row["study"] == "frank2026exposed"]
        assert "early 2022" in row["quote"] and "before ChatGPT" in row["quote"]
        assert "2022 年初" in section() and "早于 ChatGPT" in section()

    def test_the_counted_sentences_as_they_stand(self) -> None:
        """Read off the file by hand; a new row asks for a new reading of the paragraph after."""
        cell = next(
            cell.source
            for cell in jupytext.read(ROOT / "chapters" / "notes" / "evidence.md").cells
            if cell.cell_type == "code" and "sign_counts(outcome=name)" in cell.source
        )
        template = re.search(r'say\("""\n(.*?)"""', cell, re.S)
        assert template is not None
        found = study_table()
        text = say(
            template[1],
            found=found,
            asked=("任务表现", "招聘与接单", "就业", "工资"),
            sign_counts=sign_counts,
            china=found[found.place == "中国"],
            new=sign_counts(outcome="就业", technology="生成式人工智能"),
            old=sign_counts(outcome="就业", technology=("人工智能", "机器人")),
        )
        for words in (
            "34 项研究的 44 个结果",
            "**任务表现**多数升（5 升 3 降）",
            "**招聘与接单**多数降（1 升 5 降 1 平）",
            "**就业**各说各的（5 升 5 降 4 平）",
            "**工资**各说各的（3 升 3 降 1 平）。",
            "生成式人工智能的 6 个结果没有一个升（0 升 3 降 3 平），",
            "更早的人工智能和机器人的 8 个多数升（5 升 2 降 1 平）。",
        ):
            assert words in text, words
