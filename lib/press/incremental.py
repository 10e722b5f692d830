"""A Sphinx extension: pages of an incremental build equal those of a first one, byte for byte.

Sphinx writes again what it read again. A page also shows titles, numbers, citations and links of
others, and the search index forgets some of what it held; this mends both.
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


def forget_first(app: Sphinx, env: BuildEnvironment, names: list[str]) -> None:
    """Forget what was on the pages to read before any is read: none clashes with what was."""
    for name in names:
        app.emit("env-purge-doc", env, name)
        env.clear_doc(name)


def also_write(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Name the pages to write again besides those that were read again.

    All of them when something changed that pages show of one another. Pages with index entries
    always: Sphinx does not load these entries back into the search index. And one in any case:
    without a page to write, Sphinx does not bring its static files either.
    """
    now, written = digest.digest(map(repr, _shown(env))), getattr(env, "press_shown", {})
    before = written.get(app.builder.name)
    env.press_shown = {**written, app.builder.name: now}  # type: ignore[attr-defined]
    if now != before:
        shutil.rmtree(Path(app.outdir) / "_images", ignore_errors=True)
        return sorted(env.found_docs)
    entries = env.get_domain("index").data["entries"]
    return [app.config.root_doc, *sorted(name for name, found in entries.items() if found)]


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


def drop_stale_terms(app: Sphinx) -> Iterator[Any]:
    """Take terms out of the search index that no page holds any more."""
    index = getattr(app.builder, "indexer", None)
    for terms in (index._mapping, index._title_mapping) if index else ():
        for term in [term for term, pages in terms.items() if not pages]:
            del terms[term]
    return iter(())


def leave_out_search(app: Sphinx) -> None:
    """Make no search index of the single page, which goes on paper."""
    if app.builder.name == "singlehtml":
        app.builder.search = False  # type: ignore[attr-defined]


class _ReadOnce:
    """A book's environment that reads each page from disk once: for those who only look."""

    def __init__(self, env: BuildEnvironment) -> None:
        self._env, self.get_doctree = env, cache(env.get_doctree)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._env, name)


def number_from_one_reading(app: Sphinx, env: BuildEnvironment) -> None:
    """Let references to numbered figures share the page that Sphinx would read anew for each."""
    domain: Any = env.get_domain("std")
    resolve, shared = domain._resolve_numref_xref, _ReadOnce(env)
    domain._resolve_numref_xref = lambda env, *rest: resolve(shared, *rest)


def keep_references(app: Sphinx, env: BuildEnvironment) -> None:
    """Keep the list of works set last time where the same pages cite the same ones of the same."""
    domain: Any = env.get_domain("cite")
    cited = [(ref.docname, [target.key for target in ref.targets]) for ref in domain.citation_refs]
    now = repr((sorted(cited), sorted(env.toctree_includes.items()), domain.bibdata.bibfiles))
    listed = {citation.bibliography_key for citation in domain.citations}
    if now == getattr(env, "press_cited", "") and listed == domain.bibliographies.keys():
        domain.env_updated = list
    env.press_cited = now  # type: ignore[attr-defined]


def look_up_once() -> None:
    """Let pybtex remember installed plugins, which it looks up for every name of an author."""
    import pybtex.plugin

    pybtex.plugin.entry_points = cache(entry_points)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    look_up_once()
    app.connect("builder-inited", leave_out_search)
    app.connect("env-before-read-docs", forget_first)
    app.connect("env-get-updated", also_write, priority=900)  # when all numbers are assigned
    app.connect("env-updated", keep_references, priority=400)  # before the list is set
    app.connect("env-check-consistency", number_from_one_reading)
    app.connect("html-collect-pages", drop_stale_terms)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
