"""The face of the library: light to import, complete when asked."""

import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec

import pytest

import synergy


def run(code: str) -> str:
    """Standard output of a fresh interpreter."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_the_package_loads_no_room() -> None:
    loaded = run("import sys, synergy; print(sorted(m for m in sys.modules if 'synergy.' in m))")
    assert loaded == "[]"


def test_one_name_loads_its_room_and_what_that_needs() -> None:
    code = "import sys; from synergy import find_place; print('synergy.claims' in sys.modules)"
    assert run(code) == "False"


def test_a_star_import_brings_every_name() -> None:
    namespace: dict[str, object] = {}
    exec("from synergy import *", namespace)
    assert set(synergy.__all__) <= set(namespace)


@pytest.mark.parametrize("room", synergy.ROOMS)
def test_names_are_those_of_their_rooms(room: str) -> None:
    home = import_module(f"synergy.{room}")
    for name in synergy.ROOMS[room]:
        assert getattr(synergy, name) is getattr(home, name)
        assert name in dir(synergy)
        assert find_spec(f"synergy.{name}") is None, f"{name} hides a module"


def test_each_name_has_one_home() -> None:
    assert len(synergy.__all__) == sum(len(names) for names in synergy.ROOMS.values())


def test_other_names_are_refused() -> None:
    with pytest.raises(AttributeError, match="'synergy' has no attribute 'load_evidense'"):
        _ = synergy.load_evidense


def test_a_build_reads_no_tables_and_draws_nothing_before_it_must() -> None:
    heavy = "pandas", "altair", "scipy", "synergy.dictionary", "synergy.exercises"
    loaded = run(f"import sys, press.build; print([m for m in {heavy!r} if m in sys.modules])")
    assert loaded.strip() == "[]"
