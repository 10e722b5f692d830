"""Expressions in data files: what is read, what is refused, and that no Python is ever run."""

from __future__ import annotations

import string

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergy.expressions import (
    ARITHMETIC,
    FUNCTIONS,
    STATEMENTS,
    ExpressionError,
    Operand,
    Vocabulary,
    evaluate,
    names_in,
    parse_expression,
    parse_template,
    shown,
)


class Area(Operand):
    """A value with attributes of its own, none of which an expression may reach."""

    secret = "secret"

    def method(self) -> str:
        return "called"


class OneAttribute(Vocabulary):
    """Offers `.east` of an area and nothing else."""

    def attribute(self, owner: object, name: str) -> object:
        if isinstance(owner, Area) and name == "east":
            return 0.5
        return super().attribute(owner, name)


PATH = pd.Series([0.1, 0.3], index=[2010, 2022])
WORDS = OneAttribute(
    {
        **FUNCTIONS,
        "a": 6.0,
        "b": 2,
        "names": ["甲", "乙"],
        "facts": {"year": 2017},
        "yes": True,
        "path": PATH,
        "area": Area(),
        "half": lambda x, by=2: x / by,
    }
)


def value(text: str) -> object:
    return evaluate(parse_expression(text), WORDS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a / b - 1", 2.0),
        ("-a + 2 * b", -2.0),
        ("1 < b <= 2 < a", True),
        ("a == 6 and not b > 3", True),
        ("b > 3 or a > 5", True),
        ("b > 3 and nowhere > 1", False),
        ("'甲' in names and '丙' not in names", True),
        ("names == ['甲', '乙']", True),
        ("{'甲'} <= set(names)", True),
        ("facts['year'] - 2000", 17),
        ("names[0]", "甲"),
        ("half(a, by=3)", 2.0),
        ("all(path > 0.05)", True),
        ("max(path) - min(path)", 0.2),
        ("'高' if a > b else '低'", "高"),
        ("area.east", 0.5),
        ("len(names) == 2", True),
    ],
)
def test_values(text: str, expected: object) -> None:
    assert value(text) == (pytest.approx(expected) if isinstance(expected, float) else expected)


@pytest.mark.parametrize(
    "text",
    [
        *("", "a +", "(a", "a; b", "a = b", "lambda: a", "(b := a)", "[x for x in names]"),
        *("a ** 9", "a // b", "a % b", "a @ b", "a << b", "~b", "b & b", "(a, b)", "{'k': a}"),
        *("a.__class__", "names.__len__()", "path._mgr", "_hidden", "__import__('os')"),
        *("half(*names)", "half(**facts)", "(half)(a)(b)", "names[0:2:1]", "f'{a}'", "1j", "b'x'"),
        *("await a", "yield a", "...", "None", "a is b", "9e99 * a", "half(a)(b)"),
        "+".join("a" * 400),
        "-" * 200 + "a",
        "a\x00b",
    ],
)
def test_what_is_outside_the_grammar_is_refused(text: str) -> None:
    for grammar in (STATEMENTS, ARITHMETIC):
        with pytest.raises(ExpressionError):
            parse_expression(text, grammar)


@pytest.mark.parametrize(
    "text", ["a.real", "a[0]", "a if b else c", "'a' + b", "True + a", "a < b", "f(a)"]
)
def test_arithmetic_is_the_smaller_grammar(text: str) -> None:
    parse_expression(text, STATEMENTS)
    with pytest.raises(ExpressionError):
        parse_expression(text, ARITHMETIC)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("area.secret", "“.secret”不允许"),
        ("area.method()", "“.method”不允许"),
        ("names.append('x')", "“.append”不允许"),
        ("path.values", "“.values”不允许"),
        ("half.func", "“.func”不允许"),
        ("open('x')", "不认识的名称“open”"),
        ("eval('1')", "不认识的名称“eval”"),
        ("pth", "是否想写“path”"),
        ("a('x')", "“a”不是函数"),
        ("names * 9", "不能做四则运算"),
        ("'x' + 'y'", "不能做四则运算"),
        ("path and yes", "all(…) 或 any(…)"),
        ("not names", "不是真假判断"),
        ("a < names", "两边的内容不能这样运算"),
        ("a / 0", "两边的内容不能这样运算"),
        ("facts['month']", "取不到内容"),
        ("names[7]", "取不到内容"),
        ("a[0]", "只能从列表"),
        ("names[0:1]", "只能从列表"),
        ("half()", "“half”用得不对"),
        ("{names}", "集合里只能是数字和文字"),
        ("*".join(["1000000000000"] * 40) + " / 3", "两边的内容不能这样运算"),
        ("number(" + "*".join(["1000000000000"] * 40) + ")", "“number”用得不对"),
    ],
)
def test_misuse_names_the_part(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as error:
        value(text)
    assert message in str(error.value)


def test_a_refusal_names_the_part_and_the_cure() -> None:
    with pytest.raises(ExpressionError, match=r"“a / f\(b\)”里的“f\(b\)”不允许；只能用序列名"):
        parse_expression("a / f(b)", ARITHMETIC)
    with pytest.raises(ExpressionError, match="“a // b”不允许；只能用词汇表里的名称"):
        parse_expression("a // b")


PIECES = st.sampled_from(
    [
        *("a", "b", "names", "facts", "path", "area", "half", "yes", "len", "set", "min", "all"),
        *(".", "(", ")", "[", "]", "{", "}", ",", " ", " and ", " or ", " not ", "==", "<", ">="),
        *("+", "-", "*", "/", "**", "'x'", "0", "2010", "1.5", ":", "=", " if ", " else ", " in "),
        *("__class__", "__import__", "__builtins__", "mro", "eval", "exec", "open", "lambda"),
        *("os", "system", "import", "func", "to_pickle", "_", "for x in names", "globals()"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join) | st.text(string.printable, max_size=30))
def test_nothing_but_the_vocabulary_can_be_reached(text: str) -> None:
    """Whatever is typed is refused, or its value is plain data or one of the words themselves."""
    try:
        found = value(text)
    except ExpressionError:
        return
    plain = (bool, int, float, str, list, set, dict, pd.Series, np.number, np.bool_)
    assert isinstance(found, plain) or any(found is word for word in WORDS.names.values())
    assert set(names_in(parse_expression(text))) <= set(WORDS.names)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("共 {len(names)} 项：{names}", "共 2 项：甲、乙"),
        ("{a:.2f}，{a / 8:+.0%}，{b:d}，{b}", "6.00，+75%，2，2"),
        ("{[1200, -1400]:+g}", "+1200、-1400"),
        ("{'没有' if a < b else '有'}", "有"),
        ("{0.30000000000000004}", "0.3"),
        ("{[]}", "无"),
        ("不含式子", "不含式子"),
    ],
)
def test_templates(template: str, expected: str) -> None:
    assert evaluate(parse_template(template), WORDS) == expected


@pytest.mark.parametrize(
    "template",
    [
        *("{", "{a", "a}", "{}", "{a!r}", "{a=}", "{a:10d}", "{a:{b}}", "{a:>9}", "{a.__class__}"),
        *("{lambda: a}", "x'''+a+'''", "a\\x41", "以引号结尾'", "{__import__('os')}"),
    ],
)
def test_templates_hold_nothing_but_expressions(template: str) -> None:
    with pytest.raises(ExpressionError):
        parse_template(template)


def test_only_plain_values_are_written_into_a_text() -> None:
    assert shown(["甲"]) == "甲"
    for bad in (True, None, PATH, {"k": 1}, Area):
        with pytest.raises(ExpressionError, match="不能直接写进文字"):
            shown(bad)
    with pytest.raises(ExpressionError, match="格式“99d”不允许"):
        shown(1, "99d")
    for value, spec in (("甲", ".2f"), (1.5, "d")):
        with pytest.raises(ExpressionError, match=f"格式“{spec}”不适合“{value}”"):
            shown(value, spec)
