"""The front door says what is true: pins agree, arrows point one way, no circles."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import yaml


def canonical(name: str) -> str:
    """Return a package's normalised name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(path: Path) -> dict[str, str]:
    """Return the versions of a lock file."""
    pins = re.findall(r"^([\w.-]+)==([^\s;\\]+)", path.read_text(encoding="utf-8"), re.M)
    return {canonical(name): version for name, version in pins}


def metadata(path: Path) -> dict[str, Any]:
    """Return the project table of a pyproject.toml."""
    return dict(tomllib.loads(path.read_text(encoding="utf-8"))["project"])


def direct(root: Path) -> list[str]:
    """Return the direct dependencies of the project, less the repository's own distributions."""
    needed = metadata(root / "pyproject.toml")["dependencies"]
    names = [canonical(re.match(r"[\w.-]+", line)[0]) for line in needed]  # type: ignore[index]
    own = {canonical(metadata(path)["name"]) for path in root.glob("lib/*/pyproject.toml")}
    return [name for name in names if name not in own]


def test_environment_equals_the_lock(root: Path) -> None:
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    pins = dict(line.split("==") for line in environment["dependencies"][-1]["pip"])
    lock = locked(root / "requirements.lock")
    assert pins == {name: lock[name] for name in direct(root)}


def test_the_test_lock_extends_the_book_lock(root: Path) -> None:
    book, dev = (locked(root / f"requirements{kind}.lock") for kind in ("", "-dev"))
    assert book.items() <= dev.items()


def test_locks_carry_hashes_and_no_index(root: Path) -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (root / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert len(re.findall(r"^\S+==", text, re.M)) <= text.count("--hash=sha256:")


# ------------------------------------------------------------------ arrows between modules

# Rooms of the library from the ground up: a room may use those on its own floor and below.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("faults", "source", "blocks", "pvar", "plan"),
    ("dictionary", "grid", "palette", "files", "works"),
    (
        "variants",
        "expressions",
        "datapackage",
        "words",
        "measures",
        "glossary",
        "cards",
        "captions",
    ),
    ("reading",),
    ("screening",),
    ("panel",),
    ("planning", "intake"),
    ("recipe", "index"),
    ("coupling",),
    ("uncertainty", "robustness", "obstacles", "inequality"),
    ("real", "demo"),
    ("evidence",),
    ("results",),
    ("system", "links", "arrows", "claims", "policy", "simulation", "price_base"),
    (
        "standings",
        "portrait",
        "firmness",
        "tables",
        "result_tables",
        "page",
        "scorecard",
        "conclusions",
        "pictures",
    ),
    ("policy_tables", "plan_tables", "editions", "front", "exercises", "sessions", "notebook"),
    ("figures",),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

PACKAGES = {"press", "synergy", "pvar"}

# Libraries that draw belong to these rooms alone.
DRAWING = {"altair", "vl_convert"}
DRAWERS = {"figures", "page", "notebook"}


class Imports(ast.NodeVisitor):
    """What a module imports when it runs, in functions too; not what only a type checker sees."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_Import(self, node: ast.Import) -> None:
        self.names |= {alias.name for alias in node.names}

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        assert node.level == 0, "import by full name"
        self.names |= {f"{node.module}.{alias.name}" for alias in node.names}

    def visit_If(self, node: ast.If) -> None:
        checked = "TYPE_CHECKING" in ast.unparse(node.test)
        for child in node.orelse if checked else [node.test, *node.body, *node.orelse]:
            self.visit(child)


def module_name(root: Path, path: Path) -> str:
    """Name under which a file is imported."""
    shipped = root / "lib" in path.parents and path.parent.name != "tests"
    parts = path.relative_to(root / "lib" if shipped else root).with_suffix("").parts
    if shipped or path.stem in ("conftest", "__main__"):
        return ".".join(parts).removesuffix(".__init__")
    return path.stem


@cache
def imports(root: Path) -> dict[str, set[str]]:
    """Full names that each module of lib, of the tests and of the demo panel's maker imports."""
    found: dict[str, set[str]] = {}
    for folder in ("lib", "tests", "data"):
        for path in sorted((root / folder).rglob("*.py")):
            reader = Imports()
            reader.visit(ast.parse(path.read_text(encoding="utf-8")))
            assert module_name(root, path) not in found, f"two modules are called {path.stem}"
            found[module_name(root, path)] = reader.names
    return found


def arrows(root: Path) -> dict[str, set[str]]:
    """Modules of this repository that each module imports."""
    modules = imports(root)

    def home(name: str) -> str:
        while name not in modules and "." in name:
            name = name.rpartition(".")[0]
        return name

    return {
        module: {home(name) for name in names if home(name) in modules} - {module}
        for module, names in modules.items()
    }


def reached(graph: dict[str, set[str]], start: str) -> set[str]:
    """Modules that can be reached from one."""
    seen: set[str] = set()
    ahead = list(graph[start])
    while ahead:
        module = ahead.pop()
        if module not in seen:
            seen.add(module)
            ahead += graph[module]
    return seen


def circles(graph: dict[str, set[str]]) -> set[frozenset[str]]:
    """Groups of modules that import one another, directly or through others."""
    reach = {module: reached(graph, module) for module in graph}
    return {
        frozenset(other for other in reach[module] if module in reach[other])
        for module in graph
        if module in reach[module]
    }


def room(module: str) -> str:
    """Room of a module: the part after `synergy`."""
    return module.split(".")[1] if module.startswith("synergy.") else ""


def upward(graph: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Arrows from a room of the library to one on a higher floor."""
    pairs = ((module, target) for module, targets in graph.items() for target in targets)
    return {(a, b) for a, b in pairs if room(a) and room(b) and FLOOR[room(b)] > FLOOR[room(a)]}


def test_every_room_has_its_floor(root: Path) -> None:
    rooms = {room(module) for module in imports(root)} - {""}
    assert len(rooms) > 10
    assert rooms <= set(FLOOR), "declare a new room in FLOORS"


def mapped(root: Path) -> list[list[str]]:
    """Rooms that CONTRIBUTING names, row by row."""
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.partition("| room | what |")[2].partition("\n\n")[0]
    cells = re.findall(r"^\| (`[^|]+) \|", table, re.M)
    return [[name.rstrip("/") for name in re.findall(r"`([\w/]+)`", cell)] for cell in cells]


def test_the_map_shows_every_room_from_the_ground_up(root: Path) -> None:
    named = [name for row in mapped(root) for name in row]
    assert sorted(named) == sorted({room(module) for module in imports(root)} - {""})
    floors = [min(FLOOR[name] for name in row) for row in mapped(root)]
    assert floors == sorted(floors)


def test_no_room_goes_through_the_face(root: Path) -> None:
    assert [m for m, t in arrows(root).items() if room(m) and "synergy" in t] == []


def test_no_circles(root: Path) -> None:
    assert circles(arrows(root)) == set()


def test_names_for_the_type_checker_alone_exist_too(root: Path) -> None:
    """A module that moved leaves no import behind that only `TYPE_CHECKING` would read."""
    modules = imports(root)
    for path in sorted((root / "lib").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            ours = isinstance(node, ast.ImportFrom) and node.module.split(".")[0] in PACKAGES
            assert not ours or node.module in modules, f"{path}:{node.lineno}: {node.module}"


def test_no_upward_arrows(root: Path) -> None:
    assert upward(arrows(root)) == set()


def packages(root: Path, top: str) -> dict[str, set[str]]:
    """Top-level packages that each module below `top` imports."""
    return {
        module: {name.split(".")[0] for name in names}
        for module, names in imports(root).items()
        if module.split(".")[0] == top
    }


def test_science_never_imports_the_press(root: Path) -> None:
    assert [m for m, used in packages(root, "synergy").items() if "press" in used] == []


def test_the_panel_var_knows_nobody(root: Path) -> None:
    ours = {"synergy", "press"}
    assert [m for m, used in packages(root, "pvar").items() if used & ours] == []


def test_only_the_figures_draw(root: Path) -> None:
    science = packages(root, "synergy")
    assert [m for m, used in science.items() if used & DRAWING and room(m) not in DRAWERS] == []


def test_nothing_shipped_imports_tests_or_the_maker(root: Path) -> None:
    inside = {m for m in arrows(root) if m.split(".")[0] not in PACKAGES}
    shipped = {m: t for m, t in arrows(root).items() if m not in inside}
    assert [m for m, targets in shipped.items() if targets & inside] == []


def test_templates_are_written_out(root: Path) -> None:
    """A template put together from values would read a label as part of the template."""
    found = 0
    for path in sorted((root / "lib").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = ast.unparse(node.func).split(".")[-1] if isinstance(node, ast.Call) else ""
            if called in ("say", "phrase", "from_string"):
                assert isinstance(node.args[0], ast.Constant | ast.Name), f"{path}:{node.lineno}"
                found += 1
    assert found > 3


def test_circles_are_found() -> None:
    """The finder itself: a chain is none, a loop through three modules is one."""
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": {"e"}, "e": {"d"}, "f": {"a"}}
    assert circles(graph) == {frozenset("bc"), frozenset("de")}
    source = "if TYPE_CHECKING:\n    import x\ndef f():\n    from y import z\n"
    reader = Imports()
    reader.visit(ast.parse(source))
    assert reader.names == {"y.z"}
    assert upward({"synergy.panel": {"synergy.recipe"}, "synergy.recipe": {"synergy.panel"}}) == {
        ("synergy.panel", "synergy.recipe")
    }
