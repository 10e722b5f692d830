"""What a chapter says of every other place, found while it runs for one.

A chapter is written for one place and calls it `place`. Behind each cell, those of its statements
that depend on `place` run once more for every other place, with names of their own; what the cell
would show there goes into its output beside what it shows here (`press.by_place`). The chapter is
executed once, by papermill as ever, and knows nothing of it.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from press.by_place import joined
from synergy.dictionary import Place, all_places

#: The name on which everything hangs, and the one under which a cell calls what runs behind it.
PLACE, CALL = "place", "__elsewhere__"


@dataclass(frozen=True)
class Statement:
    """A statement of a cell: the names that it reads, sets, and changes in place."""

    node: ast.stmt
    reads: frozenset[str]
    sets: frozenset[str]
    changes: frozenset[str]

    @classmethod
    def of(cls, node: ast.stmt) -> Statement:
        """Find a statement's names as Python's own compiler sees them."""
        table = symtable.symtable(ast.unparse(node), "cell", "exec")
        known = table.get_symbols()
        sets = {name.get_name() for name in known if name.is_assigned() or name.is_imported()}
        reads = {name.get_name() for name in known if name.is_referenced()} | _inside(table)
        changes = _changed(node)
        return cls(node, frozenset(reads | changes), frozenset(sets | changes), changes)


def _inside(table: symtable.SymbolTable) -> frozenset[str]:
    """Names of the cell that functions and comprehensions in it read."""
    names = {
        n.get_name() for child in table.get_children() for n in child.get_symbols() if n.is_global()
    }
    return frozenset(names).union(*map(_inside, table.get_children()))


def _changed(node: ast.stmt) -> frozenset[str]:
    """Names whose values a statement changes: ``a += 1``, ``a[0] = 1``, ``a.b = 1``."""
    found = set()
    for part in ast.walk(node):
        target: ast.AST = part.target if isinstance(part, ast.AugAssign) else part
        inner = isinstance(getattr(target, "ctx", None), ast.Store)
        while isinstance(target, ast.Subscript | ast.Attribute) and inner:
            target = target.value
        named = isinstance(target, ast.Name) and target is not part
        found |= {target.id} if named and isinstance(target, ast.Name) else set()
    return frozenset(found)


def dependent(cell: Iterable[ast.stmt], moving: set[str]) -> list[Statement]:
    """Return the statements that depend on names in `moving`, which is brought up to date.

    With a statement come those of the same cell that set again what it reads or sets: it must
    find the names as they were when it ran.

    Raises
    ------
    ValueError
        A statement changes in place what an earlier cell made and other places share.
    """
    statements = [Statement.of(node) for node in cell]
    before, chosen = set(moving), set()
    for statement in statements:
        if statement.reads & moving:
            chosen.add(statement)
            moving |= statement.sets
        else:
            moving -= statement.sets - {PLACE}
    chosen |= _set_again(statements, chosen)
    moving.update(*(statement.sets for statement in chosen))
    found = [statement for statement in statements if statement in chosen]
    made = set().union(*(statement.sets - statement.changes for statement in found))
    if shared := set().union(*(statement.changes for statement in found)) - made - before:
        raise ValueError(
            f"这一格随地区而变，却就地改动了别格的“{min(shared)}”；请另取一个名字，"
            "例如把 a |= b 写成 c = a | b。"
        )
    return found


def _set_again(statements: list[Statement], chosen: set[Statement]) -> set[Statement]:
    """Statements to run along: they set, not alone, names that the chosen ones touch."""
    every = [name for statement in statements for name in statement.sets]
    added: set[Statement] = set()
    while True:
        touched = {n for s in chosen | added for n in s.reads | s.sets if every.count(n) > 1}
        more = {s for s in statements if s.sets & touched} - chosen - added
        if not more:
            return added
        added |= more


@dataclass
class Elsewhere(ast.NodeTransformer):
    """IPython's hook: rewrites a cell so that it calls this object with what it would show.

    Attributes
    ----------
    names : dict
        The chapter's namespace.
    show : callable
        IPython's formatter: from a value to what a page may show of it, by type.
    """

    names: dict[str, Any]
    show: Any
    moving: set[str] = field(default_factory=lambda: {PLACE})
    own: dict[str, dict[str, Any]] = field(default_factory=dict)
    cell: list[Statement] = field(default_factory=list)
    fault: ValueError | None = None

    @classmethod
    def follow(cls, shell: Any) -> None:
        """Run behind every cell of a shell."""
        behind = cls(shell.user_ns, shell.display_formatter.format)
        shell.user_ns_hidden[CALL] = shell.user_ns[CALL] = behind
        shell.ast_transformers.append(behind)

    def visit_Module(self, cell: ast.Module) -> ast.Module:
        """Let a cell that depends on the place end in a call of this object."""
        self.cell, self.fault = [], None
        try:
            self.cell = dependent(cell.body, self.moving)
        except ValueError as error:
            self.fault = error
        if self.cell or self.fault:
            last = cell.body[-1]
            shown = [cell.body.pop().value] if isinstance(last, ast.Expr) else []  # type: ignore[attr-defined]
            self.shown = bool(shown) and any(s.node is last for s in self.cell)
            cell.body.append(ast.Expr(ast.Call(ast.Name(CALL, ast.Load()), shown, [])))
        return cell

    def __call__(self, here: Any = None) -> Any:
        """Run what depends on the place for every other one; return what the cell shows."""
        if self.fault:
            raise self.fault
        at = self.names.get(PLACE)
        if not isinstance(at, Place):
            return here
        code = _Code.of(self.cell, self.shown)
        there = {p.code: self._run(code, p) for p in all_places() if p.name != at.name}
        return everywhere(here, there, self.show) if self.shown else here

    def _run(self, code: _Code, place: Place) -> Any:
        own = self.own.setdefault(place.code, {PLACE: place})
        names = {**self.names, **{n: v for n, v in own.items() if n in self.moving}}
        exec(code.body, names)
        own |= {name: names[name] for name in code.sets if name in names}
        return eval(code.shown, names) if code.shown else None


@dataclass(frozen=True)
class _Code:
    """Statements to run, compiled once for all places, and the expression that is shown."""

    body: Any
    shown: Any
    sets: frozenset[str]

    @classmethod
    def of(cls, cell: list[Statement], shown: bool) -> _Code:
        nodes = [statement.node for statement in cell]
        last = nodes.pop() if shown else None
        body = compile(ast.Module(nodes, []), "cell", "exec")
        value = compile(ast.Expression(last.value), "cell", "eval") if last else None  # type: ignore[attr-defined]
        return cls(body, value, frozenset[str]().union(*(s.sets for s in cell)))


@dataclass(frozen=True)
class Shown:
    """What a cell shows here, with what it would show elsewhere where that differs."""

    text: str
    data: Mapping[str, Any]

    def _repr_mimebundle_(self, **_: Any) -> Mapping[str, Any]:
        return self.data

    def __repr__(self) -> str:
        return self.text


def everywhere(here: Any, there: Mapping[str, Any], show: Any) -> Any:
    """Join what is shown here and elsewhere, by code of the place; all alike is shown as it is."""
    data, _ = show(here)
    others = {code: _markdown(show(value)[0]) for code, value in there.items()}
    if all(text == _markdown(data) for text in others.values()):
        return here
    return Shown(repr(here), {"text/markdown": joined(_markdown(data), others)})


def _markdown(data: Mapping[str, Any]) -> str:
    """A value as the page takes it: Markdown, else a table, else plain text."""
    kinds = ("text/markdown", "text/html", "text/plain")
    return str(next((data[kind] for kind in kinds if kind in data), ""))
