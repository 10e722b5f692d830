"""Expressions written in data files, evaluated node by node and never run as code.

The syntax is Python's, cut down by a white list. Two grammars share it: :data:`ARITHMETIC` for the
recipes' formulas, and :data:`STATEMENTS` for the claims ledger, which also compares, joins with
``and``, ``or`` and ``not``, calls the functions of a vocabulary and reads items. A template is a
text with expressions in braces (the f-string of Python) under :data:`TEMPLATES`.

What a name stands for, and what may be read off a value by ``.name`` or ``[key]``, is decided by a
:class:`Vocabulary`; no attribute of a Python object can be reached otherwise.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import reduce
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

MAX_LENGTH, MAX_DEPTH, MAX_NUMBER = 700, 120, 1e12
_FORMAT = re.compile(r"[+]?(\.\d)?[dfg%]?")


class ExpressionError(ValueError):
    """A text that cannot be read or evaluated; the message is Chinese and names the part."""


class Operand:
    """Base of values that may stand beside ``+ - * /`` and, like conditions, beside ``and``."""


@dataclass(frozen=True)
class Grammar:
    """What a text may hold.

    Attributes
    ----------
    noun : str
        What such a text is called, Chinese.
    allowed : str
        What may be used, Chinese: the cure named by a refusal.
    nodes : frozenset of type
        Allowed nodes of the syntax tree.
    constants : tuple of type
        Allowed types of literals.
    """

    noun: str
    allowed: str
    nodes: frozenset[type[ast.AST]]
    constants: tuple[type, ...]


class Vocabulary:
    """What the names of an expression stand for.

    Parameters
    ----------
    names : mapping
        Values and functions; a function is called with evaluated arguments.
    """

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = names

    def constant(self, value: Any) -> Any:
        """Value of a literal."""
        return value

    def attribute(self, owner: Any, name: str) -> Any:
        """Value of ``owner.name``; nothing has attributes unless a vocabulary says so."""
        raise ExpressionError(f"“.{name}”不允许：这里没有可以这样取的内容")

    def item(self, owner: Any, key: Any) -> Any:
        """Value of ``owner[key]``; by default only lists, tuples and mappings have items."""
        if isinstance(owner, list | tuple | Mapping) and not isinstance(key, slice):
            try:
                return owner[key]
            except (KeyError, IndexError, TypeError):
                raise ExpressionError(f"“[{key!r}]”取不到内容") from None
        raise ExpressionError(f"“[{key!r}]”不允许：只能从列表、对照表和序列里取")


#: Functions that every vocabulary may offer.
FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        **{function.__name__: function for function in (all, any, abs, min, max, len, set)},
        "number": float,
    }
)
_BINARY: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_COMPARE: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
}
_ARITHMETIC: frozenset[type[ast.AST]] = frozenset(
    {ast.BinOp, *_BINARY, ast.UnaryOp, ast.USub, ast.Name, ast.Load, ast.Constant}
)
_STATEMENT: frozenset[type[ast.AST]] = _ARITHMETIC | {
    ast.Compare,
    *_COMPARE,
    ast.BoolOp,
    ast.And,
    ast.Or,
    ast.Not,
    ast.IfExp,
    ast.Call,
    ast.keyword,
    ast.Attribute,
    ast.Subscript,
    ast.Slice,
    ast.List,
    ast.Set,
}
ARITHMETIC = Grammar("算式", "序列名、数字、+ - * / 和括号", _ARITHMETIC, (int, float))
_WORDS = "词汇表里的名称和函数、数字、文字、四则、比较、and or not、列表和下标"
STATEMENTS = Grammar("表达式", _WORDS, _STATEMENT, (int, float, str, bool))
TEMPLATES = Grammar(
    "模板", _WORDS, _STATEMENT | {ast.JoinedStr, ast.FormattedValue}, (int, float, str, bool)
)


def parse_expression(text: str, grammar: Grammar = STATEMENTS) -> ast.expr:
    """Syntax tree of a text, refused if it holds anything outside the grammar.

    Raises
    ------
    ExpressionError
        Naming the part that is not allowed and what is.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"{grammar.noun}有 {len(text)} 个字符，最多 {MAX_LENGTH} 个")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExpressionError(f"{grammar.noun}“{text}”不完整或括号不配对") from None
    _refuse_foreign(tree, text, grammar, 1)
    return tree


def parse_template(text: str) -> ast.expr:
    """Syntax tree of a text with expressions in braces, for instance ``共 {len(items)} 项``.

    Raises
    ------
    ExpressionError
        A brace without its partner, or an expression outside the grammar.
    """
    if "'''" in text or "\\" in text or text.endswith("'"):
        raise ExpressionError(f"模板“{text}”里不能有反斜杠和三个连着的引号，也不能以引号结尾")
    return parse_expression(f"f'''{text}'''", TEMPLATES)


def names_in(tree: ast.expr) -> tuple[str, ...]:
    """Names that an expression uses, in order of first appearance."""
    names = (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return tuple(dict.fromkeys(names))


def evaluate(tree: ast.expr, vocabulary: Vocabulary) -> Any:
    """Value of an expression or template.

    Raises
    ------
    ExpressionError
        An unknown name, or values that an operation or a function does not fit.
    """
    return _Evaluation(vocabulary).value(tree)


class _Evaluation:
    """One walk over a syntax tree that `parse_expression` let through."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def value(self, node: ast.expr) -> Any:
        """Value of a node."""
        match node:
            case ast.Constant(value=value):
                return self.vocabulary.constant(value)
            case ast.Name(id=name):
                return self._name(name)
            case ast.BinOp(left=left, op=op, right=right):
                return _applied(_BINARY[type(op)], self.value(left), self.value(right), node)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -_number(self.value(operand), node)
            case ast.UnaryOp(operand=operand):
                return not _condition(self.value(operand), node)
            case ast.List(elts=items):
                return [self.value(item) for item in items]
            case ast.Set(elts=items):
                return self._set(items)
            case ast.JoinedStr(values=parts):
                return "".join(self._part(part) for part in parts)
            case _:
                return self._compound(node)

    def _compound(self, node: ast.expr) -> Any:
        match node:
            case ast.Compare():
                return self._chain(node)
            case ast.BoolOp(op=op, values=values):
                return self._joined(isinstance(op, ast.And), values, node)
            case ast.IfExp(test=test, body=body, orelse=other):
                return self.value(body if _condition(self.value(test), node) else other)
            case ast.Call(func=function, args=arguments, keywords=keywords):
                return self._call(function, arguments, keywords)
            case ast.Attribute(value=owner, attr=name):
                return self.vocabulary.attribute(self.value(owner), name)
            case ast.Subscript(value=owner, slice=key):
                return self.vocabulary.item(self.value(owner), self._key(key))
            case _:
                raise TypeError(f"not in any grammar: {ast.dump(node)}; parse the text first")

    def _name(self, name: str) -> Any:
        if name not in self.vocabulary.names:
            near = get_close_matches(name, self.vocabulary.names, n=1)
            hint = f"，是否想写“{near[0]}”" if near else ""
            raise ExpressionError(f"不认识的名称“{name}”{hint}")
        return self.vocabulary.names[name]

    def _set(self, items: Sequence[ast.expr]) -> set[Any]:
        try:
            return {self.value(item) for item in items}
        except TypeError:
            raise ExpressionError("集合里只能是数字和文字") from None

    def _call(
        self, function: ast.expr, arguments: Sequence[ast.expr], keywords: Iterable[ast.keyword]
    ) -> Any:
        called = self.value(function)
        if not callable(called):
            raise ExpressionError(f"“{ast.unparse(function)}”不是函数，不能加括号调用")
        named = {str(keyword.arg): self.value(keyword.value) for keyword in keywords}
        given = [self.value(argument) for argument in arguments]
        try:
            return called(*given, **named)
        except ExpressionError:
            raise
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
            raise ExpressionError(f"“{ast.unparse(function)}”用得不对：{error}") from error

    def _key(self, key: ast.expr) -> Any:
        if not isinstance(key, ast.Slice):
            return self.value(key)
        return slice(*(end and self.value(end) for end in (key.lower, key.upper)))

    def _chain(self, node: ast.Compare) -> Any:
        operands = [self.value(part) for part in (node.left, *node.comparators)]
        found = [
            _applied(_COMPARE[type(op)], left, right, node)
            for op, left, right in zip(node.ops, operands, operands[1:], strict=False)
        ]
        return reduce(operator.and_, found)

    def _joined(self, conjunction: bool, values: Sequence[ast.expr], node: ast.expr) -> Any:
        """Value of ``and`` and ``or``: short-circuit on conditions, ``&`` on operands."""
        first = self.value(values[0])
        if conjunction and isinstance(first, Operand):
            return reduce(operator.and_, (self.value(value) for value in values[1:]), first)
        found = _condition(first, node)
        for value in values[1:]:
            if found is not conjunction:
                break
            found = _condition(self.value(value), node)
        return found

    def _part(self, part: ast.expr) -> str:
        if not isinstance(part, ast.FormattedValue):
            return str(self.value(part))
        spec = part.format_spec
        return shown(self.value(part.value), str(self.value(spec)) if spec else "")


def shown(value: Any, spec: str = "") -> str:
    """Text of a value in a template; items of a list are joined with the enumeration comma."""
    if isinstance(value, list | tuple):
        return "、".join(shown(item, spec) for item in value) or "无"
    if isinstance(value, float | np.floating) and not spec:
        return f"{value:g}"
    if isinstance(value, bool) or not isinstance(value, str | int | float | np.number | Operand):
        raise ExpressionError(f"“{value!r}”不能直接写进文字")
    if not _FORMAT.fullmatch(spec):
        raise ExpressionError(f"格式“{spec}”不允许；可用如 .3f、+.2f、.0%、d、g")
    try:
        return format(value, spec)
    except ValueError:
        raise ExpressionError(f"格式“{spec}”不适合“{value}”") from None


def _refuse_foreign(node: ast.AST, text: str, grammar: Grammar, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ExpressionError(f"{grammar.noun}“{text}”的嵌套超过 {MAX_DEPTH} 层")
    parts = list(ast.iter_child_nodes(node))
    marks = [part for part in parts if isinstance(part, ast.operator | ast.unaryop | ast.cmpop)]
    allowed = all(type(part) in grammar.nodes for part in (node, *marks))
    if not (allowed and _is_plain(node, grammar)):
        shown_part = ast.unparse(node)
        raise ExpressionError(
            f"{grammar.noun}“{text}”里的“{shown_part}”不允许；只能用{grammar.allowed}"
        )
    for part in parts:
        if isinstance(part, ast.expr | ast.keyword):
            _refuse_foreign(part, text, grammar, depth + 1)


def _is_plain(node: ast.AST, grammar: Grammar) -> bool:
    """Whether a node is harmless within its kind: types, sizes, no private names."""
    match node:
        case ast.Constant(value=value) if type(value) not in grammar.constants:
            return False
        case ast.Constant(value=int() | float() as value):
            return abs(value) <= MAX_NUMBER
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=name):
            return bool(name) and not str(name).startswith("_")
        case ast.Call(func=function):
            return isinstance(function, ast.Name | ast.Attribute)
        case ast.FormattedValue(conversion=conversion, format_spec=spec):
            return conversion == -1 and (spec is None or _is_format(spec))
        case ast.Slice(step=step):
            return step is None
        case _:
            return True


def _is_format(spec: ast.expr) -> bool:
    """Whether a format is a short literal: a wide one could fill the memory."""
    parts = spec.values if isinstance(spec, ast.JoinedStr) else []
    texts = [part.value for part in parts if isinstance(part, ast.Constant)]
    plain = len(texts) == len(parts)
    return plain and _FORMAT.fullmatch("".join(str(text) for text in texts)) is not None


def _applied(function: Callable[[Any, Any], Any], left: Any, right: Any, node: ast.expr) -> Any:
    if isinstance(node, ast.BinOp):
        left, right = _number(left, node), _number(right, node)
    try:
        return function(left, right)
    except (TypeError, ValueError, ArithmeticError):
        raise ExpressionError(f"“{ast.unparse(node)}”两边的内容不能这样运算") from None


def _number(value: Any, node: ast.expr) -> Any:
    if isinstance(value, int | float | np.number | pd.Series | pd.DataFrame | Operand):
        return value
    raise ExpressionError(f"“{ast.unparse(node)}”里有不能做四则运算的内容：{value!r}")


def _condition(value: Any, node: ast.expr) -> bool:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    raise ExpressionError(f"“{ast.unparse(node)}”里有一处不是真假判断；序列请用 all(…) 或 any(…)")
