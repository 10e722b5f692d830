"""The workflows call what the repository has, ask for little, and one version stands everywhere."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from press.release import missing, versions

ROOT = Path(__file__).parents[1]
GITHUB = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
GITEE = ROOT / ".workflow" / "pages.yml"


def read(path: Path) -> dict[str, Any]:
    """Return a workflow; `on` is read by YAML as true."""
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def steps(path: Path) -> list[dict[str, Any]]:
    """Return the steps of all jobs of a workflow at GitHub."""
    return [step for job in read(path)["jobs"].values() for step in job["steps"]]


def commands() -> list[str]:
    """Return every command of every workflow."""
    gitee = [
        each
        for stage in read(GITEE)["stages"]
        for step in stage["steps"]
        for each in step["commands"]
    ]
    return [step["run"] for path in GITHUB for step in steps(path) if "run" in step] + gitee


def test_workflows_run_the_repository_s_own_commands() -> None:
    targets = re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"))
    called = re.findall(r"\bmake ([a-z]+)", "\n".join(commands()))
    assert {"site"} <= set(called) <= set(targets)
    for script in re.findall(r"\bbash (\S+(?:\.sh|/run))", "\n".join(commands())):
        assert (ROOT / script).is_file() or script == "conda.sh"
    assert "bash .ci/run" in commands()


def test_only_github_s_own_actions_each_at_one_commit() -> None:
    for path in GITHUB:
        for step in steps(path):
            used = step.get("uses", f"actions/x@{'0' * 40}")
            assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", used), path.name


def test_rights_are_given_job_by_job_and_end() -> None:
    for path in GITHUB:
        workflow = read(path)
        assert workflow["permissions"] == {}
        for job in workflow["jobs"].values():
            assert job["permissions"] and job["timeout-minutes"] <= 120


def test_what_comes_from_outside_enters_by_the_environment() -> None:
    for path in GITHUB:
        for step in steps(path):
            assert "${{" not in step.get("run", ""), path.name


def test_one_version_stands_everywhere() -> None:
    assert len(set(versions(ROOT).values())) == 1


def test_a_tag_that_cannot_be_released_is_told_why() -> None:
    told = missing("v9.9.9", ROOT)
    assert len(told) == len(versions(ROOT)) + 1 and "releases.toml" in told[-1]
    (only,) = missing("v0.1.0", ROOT)
    assert "arrows_standing" in only


def test_the_archive_s_description_is_one_that_zenodo_takes() -> None:
    record = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    assert record["upload_type"] == "software" and record["access_right"] == "open"
    assert all(person["name"] for person in record["creators"])
    assert re.fullmatch(r"[a-z]{3}", record["language"])
    for related in record["related_identifiers"]:
        assert {"identifier", "relation", "scheme"} <= set(related)


def test_citation_has_what_the_format_requires() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert all(set(each) <= {"name"} for each in citation["authors"])


def test_a_site_becomes_the_only_commit_of_its_branch(tmp_path: Path) -> None:
    remote, site = tmp_path / "远端.git", tmp_path / "site"
    subprocess.run(["git", "init", "-q", "--bare", str(remote)], check=True)
    site.mkdir()
    for text in ("一", "二"):
        (site / "index.html").write_text(text, encoding="utf-8")
        (site / ".nojekyll").touch()
        script = ROOT / ".workflow" / "push_pages.sh"
        subprocess.run(["bash", str(script), str(site), str(remote)], check=True, cwd=ROOT)

    def asked(*words: str) -> str:
        command = ["git", "-C", str(remote), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert asked("rev-list", "--count", "pages").strip() == "1"
    assert asked("show", "pages:index.html") == "二"
    assert asked("ls-tree", "--name-only", "pages").split() == [".nojekyll", "index.html"]


@pytest.mark.parametrize(
    "path", [*GITHUB, GITEE], ids=lambda path: path.parent.parent.name + path.name
)
def test_no_secret_stands_in_a_workflow(path: Path) -> None:
    assert not re.search(r"(?i)(token|password)\s*[:=]\s*['\"]?\w{12,}", path.read_text("utf-8"))
