"""A Sphinx extension: pages of an incremental build equal those of a first one, byte for byte.

Sphinx writes again what it read again. A page also shows titles, numbers, citations and links of
others; this writes those too.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from press import digest

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


def also_write(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Name the pages to write again besides those that were read again.

    All of them when something changed that pages show of one another, and one in any case: without
    a page to write, Sphinx does not bring its static files either.
    """
    now, written = digest.digest(map(repr, _shown(env))), getattr(env, "press_shown", {})
    before = written.get(app.builder.name)
    env.press_shown = {**written, app.builder.name: now}  # type: ignore[attr-defined]
    if now != before:
        shutil.rmtree(Path(app.outdir) / "_images", ignore_errors=True)
        return sorted(env.found_docs)
    return [app.config.root_doc]


def _shown(env: BuildEnvironment) -> Iterator[Any]:
    """Yield what pages show of one another; the order of reading plays no part."""
    for name, toc in sorted(env.tocs.items()):
        yield name, env.titles[name].astext(), toc.pformat(), env.toc_fignumbers.get(name)
    for domain in sorted(env.domaindata.keys() - {"cite", "index"}):
        for kind, held in sorted(env.domaindata[domain].items()):
            yield kind, sorted(held.items(), key=repr) if isinstance(held, dict) else held
    cited = env.domaindata.get("cite", {})
    yield sorted((c.citation_id, c.key, c.bibliography_key) for c in cited.get("citations", ()))
    yield sorted(map(repr, cited.get("citation_refs", ())))
    yield sorted((name, repr(sorted(shown[0]))) for name, shown in env.images.items())


def look_up_once() -> None:
    """Let pybtex remember installed plugins, which it looks up for every name of an author."""
    import pybtex.plugin

    pybtex.plugin.entry_points = cache(entry_points)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    look_up_once()
    app.connect("env-get-updated", also_write, priority=900)  # when all numbers are assigned
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
