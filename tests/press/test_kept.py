"""Results kept between builds: until the programs that gave them change."""

from __future__ import annotations

from pathlib import Path

from press.kept import keep_to_versions, remembered

calls: list[str] = []


def shout(text: str) -> str:
    calls.append(text)
    return text.upper()


def test_other_versions_forget_what_was_kept(tmp_path: Path) -> None:
    for versions, computed in ((["pandoc-1"], 1), (["pandoc-1"], 1), (["pandoc-2"], 2)):
        keep_to_versions(tmp_path, versions)
        assert remembered(shout, tmp_path)("a") == "A"
        assert len(calls) == computed


def test_nothing_else_of_the_cache_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "desks").mkdir()
    keep_to_versions(tmp_path, ["one"])
    keep_to_versions(tmp_path, ["two"])
    assert (tmp_path / "desks").is_dir()
