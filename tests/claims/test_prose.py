"""The guard for chapters: published numbers carry a ledger id."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from synergy.claims.ledger import Ledger
from synergy.claims.prose import is_guarded, numbers_without_claim, unknown_claims

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted([*(ROOT / "chapters").rglob("*.md"), *(ROOT / "book").rglob("*.md")])


def texts(text: str, ledger: Ledger) -> list[str]:
    return [number.text for number in numbers_without_claim(text, ledger)]


def test_every_chapter_is_guarded() -> None:
    marked = [path for path in CHAPTERS if "{claim}" in path.read_text(encoding="utf-8")]
    assert len(marked) >= 5


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_chapters_cite_the_ledger(chapter: Path, ledger: Ledger) -> None:
    text = chapter.read_text(encoding="utf-8")
    missing = [f"{n.line}: {n.text} -> {n.ids[0]}" for n in numbers_without_claim(text, ledger)]
    assert missing == []
    assert unknown_claims(text, ledger) == ()


@pytest.mark.parametrize("name", ["audit/documents", "audit/paper", "paper/coupling"])
def test_a_real_chapter_without_its_roles_is_caught(name: str, ledger: Ledger) -> None:
    """Typed numbers, those in cells' templates, and computed ones."""
    text = (ROOT / "chapters" / f"{name}.md").read_text(encoding="utf-8")
    bare = re.sub(r"\{claim\}`(?:([^`<]*)<)?[^`]*`", r"\1", text)
    assert bare != text and texts(bare, ledger)


@pytest.mark.parametrize(
    "text",
    [
        "全国为 0.4367。",
        "系数是 13.685，很大",
        "系数 −0.078 不显著",
        "从 0.0310–0.1173",
        "东部高 36.5％",
        "相差 9,200 万个岗位",
        "支出 4000 亿美元",
        "每小时 5 美元",
        "增加 3.5 倍",
        "| 广东 | 0.6741 |",
        ":::{note}\n全国为 0.4367。\n:::",
        "```{admonition} 注意\n全国为 0.4367。\n```",
        '```{code-cell} python\nsay("全国为 0.4367。")\n```',
        '```{code-cell} python\nsay(r"""\n全国为 0.4367。\n{% if x %}\n{% endif %}\n""", x=x)\n```',
        '```{code-cell} python\nsay("全国为 {{ paper.d_national_2022|d4 }}。")\n```',
    ],
)
def test_published_numbers_are_found(text: str, ledger: Ledger) -> None:
    assert texts(text, ledger)


@pytest.mark.parametrize(
    "text",
    [
        "全国为 0.4367{claim}`P-D-2022`。",
        "全国为 {claim}`0.4367 <P-D-2022>`。",
        "全国由 0.2404 升到 0.4367\n（{claim}`P-D-2010`、{claim}`P-51-D22`）。",
        "| 广东 | 0.6741 {claim}`P-51-GD` |",
        "30 个省份、2010 到 2022 年、10 个等级、20%",
        "---\ntitle: 0.4367\n---\n正文",
        "```{code-cell} python\nprinted = 0.4367\n```",
        "```python\nprinted = 0.4367\n```",
        '```{code-cell} python\nsay("全国为 {claim}`P-D-2022`，即 0.4367。")\n```',
        '```{code-cell} python\nsay("全国为 {{ mean|fmt(0.4367) }}。")\n```',
        '```{code-cell} python\nsay("全国{% if mean > 0.4367 %}较高{% endif %}。")\n```',
        '```{code-cell} python\nsay("推得 {{ paper.ai_national_2022|d4 }}。")\n```',
        '```{code-cell} python\nsay("{{ paper.d_national_2022|d4 }} {claim}`P-D-2022`")\n```',
        "$D = 0.4367$，见 [链接](a-0.4367)，{numref}`mean-0.4367`，`0.4367`",
        "$$\nD = 0.4367\n$$",
        "{cite:p}`gan2025` 与 https://example.org/0.4367",
        "<!-- 0.4367 -->",
        ":::{figure} x\n:name: fig-0.4367\n:::",
        "版本 0.43671 与 x0.4367",
    ],
)
def test_covered_or_invisible_numbers_pass(text: str, ledger: Ledger) -> None:
    assert texts(text, ledger) == []


def test_a_role_covers_its_own_paragraph_only(ledger: Ledger) -> None:
    text = "全国 0.4367{claim}`P-D-2022`。\n\n再说一次 0.4367。"
    found = numbers_without_claim(text, ledger)
    assert [(n.line, n.text) for n in found] == [(3, "0.4367")]
    assert set(found[0].ids) == {"P-D-2022", "P-51-D22"}


def test_a_role_covers_its_own_item_only(ledger: Ledger) -> None:
    text = "- 全国 0.4367{claim}`P-D-2022`\n- 广东 0.6741\n| 0.4367 |\n"
    assert texts(text, ledger) == ["0.6741", "0.4367"]


def test_a_role_for_another_number_does_not_cover(ledger: Ledger) -> None:
    assert texts("全国 0.4367{claim}`P-D-2010`", ledger) == ["0.4367"]


def test_lines_are_counted_through_hidden_text(ledger: Ledger) -> None:
    text = "---\na: 1\n---\n\n```{code-cell}\nx = 1\n```\n\n甲\n乙 0.6741\n"
    assert numbers_without_claim(text, ledger)[0].line == 10


def test_lines_of_templates_are_the_chapter_s(ledger: Ledger) -> None:
    text = '甲\n\n```{code-cell} python\nx = 1\nsay("""\n乙 0.6741\n""", x=x)\n```\n'
    assert [(n.line, n.text) for n in numbers_without_claim(text, ledger)] == [(6, "0.6741")]


def test_unknown_ids_are_named(ledger: Ledger) -> None:
    assert unknown_claims("{claim}`P-D-2022` {claim}`x <P-NO>`", ledger) == ("P-NO",)


def test_what_is_guarded(ledger: Ledger) -> None:
    guarded = {claim.id for claim in ledger if is_guarded(claim)}
    assert {"P-D-2022", "P-T4-EQ-LQ", "P-51-E365", "E-WEF-GAP", "N-OECD-34"} <= guarded
    assert not guarded & {"P-S3-N", "P-S3-FIRST", "N-OPENAI-10", "P-T4-AI-LR-t", "P-AI-TREND"}
    assert len(guarded) > 60
