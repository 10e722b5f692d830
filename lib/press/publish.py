"""From a built book to a web site: pages that can be shared, files to take along, news of editions.

The book itself needs no address; a site has one, and what depends on it is added here: canonical
links, previews of shared links with a picture each, an Atom feed, a site map. Beside the pages lie
the PDF, the whole book for use without a network, and the data as a package that states its
licences. The site replaces the last one as a whole.
"""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from bs4 import BeautifulSoup

from press.archive import pack, tree, write_sums
from press.feed import FEED, feed
from press.figures import script_json
from press.output import MARKER, OutputError
from press.social import SocialCard, draw_cards
from press.stage import documents, page_of
from synergy import __version__
from synergy.datapackage import PACKAGE, REGISTRY, data_files
from synergy.dictionary import DATA_DIR
from synergy.faults import DataError

SITE_MARKER = ".press-site"
NAME = "ai-employment-quality"

_DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)"')
_TITLE = re.compile(r"<title>(.*?)</title>", re.S)
_SITEMAP = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>\n'
)
_LOST = (
    '<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>没有这一页</title>'
    '<meta http-equiv="refresh" content="5; url={address}">'
    '<p>没有这一页。五秒以后回到<a href="{address}">封面</a>。</p></html>\n'
)
_LIST = (
    '<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>下载</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<h1>下载</h1><p>离线包解开以后双击 html/index.html，不需要网络。</p>"
    '<ul>{items}</ul><p><a href="../">回到书</a></p></html>\n'
)
_IMPRINT = re.compile(r'<p class="imprint">(.*?)</p>', re.S)


@dataclass(frozen=True)
class Page:
    """A page as it is shared: document name, title, description, file, and picture's name."""

    name: str
    title: str
    text: str
    file: str
    picture: str


def publish(book: Path, site: Path, address: str, root: Path) -> Path:
    """Make a site of the book in a folder, in place of the last one.

    Parameters
    ----------
    book : Path
        Holds `html/` and `book.pdf`, as `press build` leaves them.
    site : Path
        Receives the site; absent, empty, or a site that this made.
    address : str
        Where it will stand, for instance ``https://example.org/report/``.
    root : Path
        The book's source.

    Raises
    ------
    DataError
        The address is none.
    FileNotFoundError
        There is no whole book, or one of other chapters.
    OutputError
        The folder holds something else.
    """
    address = checked(address)
    pages = _require_book(book, root)
    _require_own(site)
    fresh = site.with_name(f".{site.name}-new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(pages, fresh, ignore=shutil.ignore_patterns(MARKER))
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    _write_downloads(book, fresh / "downloads", root)
    _write_data(fresh / "data")
    _share(fresh, address, settings["title"], root)
    _write_news(fresh, address, settings, root)
    (fresh / SITE_MARKER).touch()
    shutil.rmtree(site, ignore_errors=True)
    fresh.rename(site)
    return site


def checked(address: str) -> str:
    """Return an address with its closing slash.

    Raises
    ------
    DataError
        It is not one of a web site.
    """
    if not re.fullmatch(r"https?://[\w.-]+(:\d+)?(/[\w./~-]*)?", address):
        raise DataError(f"网址 {address!r} 不可用：应写成 https://example.org/report/ 这样的形式。")
    return address.rstrip("/") + "/"


def _require_book(book: Path, root: Path) -> Path:
    for part in ("html/index.html", "book.pdf"):
        if not (book / part).is_file():
            raise FileNotFoundError(f"{book} 里没有 {part}；请先运行 press build。")
    for page in map(page_of, documents(root / "_toc.yml")):
        if not (book / "html" / page).is_file():
            raise FileNotFoundError(
                f"{book} 里没有 html/{page}；能做成网站的是整本书，不是按您的方案写的书。"
            )
    return book / "html"


def _require_own(site: Path) -> None:
    used = site.exists() and (not site.is_dir() or any(site.iterdir()))
    if used and not (site / SITE_MARKER).exists():
        raise OutputError(f"{site} 里有不是本程序生成的内容；请用 --to 另选一个文件夹。")


# --- files to take along ----------------------------------------------------------------------


def _write_downloads(book: Path, folder: Path, root: Path) -> None:
    folder.mkdir()
    stem = f"{NAME}-{__version__}"
    shutil.copyfile(book / "book.pdf", folder / f"{stem}.pdf")
    whole = [*tree(book / "html", f"{stem}/html"), (f"{stem}/book.pdf", book / "book.pdf")]
    pack(folder / f"{stem}-offline.zip", whole)
    data = [(f"{stem}-data/{name}", path) for name, path in _data()]
    notices = [(f"{stem}-data/{name}", root / name) for name in ("LICENSE", "CITATION.cff")]
    pack(folder / f"{stem}-data.zip", data + [each for each in notices if each[1].is_file()])
    write_sums(folder)
    _write_list(folder)


def _write_list(folder: Path) -> None:
    """List the files with their sizes on a page of their own."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    items = "".join(
        f'<li><a href="{path.name}">{path.name}</a>，{path.stat().st_size / 1e6:.1f} MB</li>'
        for path in files
    )
    (folder / "index.html").write_text(_LIST.format(items=items), encoding="utf-8", newline="\n")


def _data() -> Iterator[tuple[str, Path]]:
    """The files of the data package, its description and the registry that it is written from."""
    for path in [*data_files(DATA_DIR), DATA_DIR / PACKAGE, DATA_DIR / REGISTRY]:
        yield path.relative_to(DATA_DIR).as_posix(), path


def _write_data(folder: Path) -> None:
    """Lay the data out as files, so that the package can be read at its address."""
    for name, path in _data():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / name)


# --- pages that can be shared -----------------------------------------------------------------


def _share(site: Path, address: str, book: str, root: Path) -> None:
    pages = list(_pages(site, root))
    drawn = draw_cards(
        [SocialCard(p.title, p.text, book, imprint_of(site / p.file)) for p in pages],
        root / "book" / "print" / "social.typ",
    )
    (site / "previews").mkdir()
    for page, picture in zip(pages, drawn, strict=True):
        (site / page.picture).write_bytes(picture)
        path = site / page.file
        text = path.read_text(encoding="utf-8").replace("<html", "<html data-published", 1)
        text = text.replace("</head>", f"{head(page, address, book)}</head>", 1)
        path.write_text(_IMPRINT.sub(partial(_with_links, page), text, count=1), encoding="utf-8")
    door, tags = site / "index.html", head(pages[0], address, book)
    opened = door.read_text(encoding="utf-8").replace("</title>", f"</title>\n{tags}", 1)
    door.write_text(opened, encoding="utf-8")


def _pages(site: Path, root: Path) -> Iterator[Page]:
    for name in documents(root / "_toc.yml"):
        file = page_of(name)
        text = (site / file).read_text(encoding="utf-8")
        title = html.unescape(_found(_TITLE, text)).split(" — ")[0].strip()
        described = html.unescape(_found(_DESCRIPTION, text))
        yield Page(name, title, described, file, f"previews/{name.replace('/', '-')}.png")


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""


def imprint_of(path: Path) -> str:
    """Edition, version and fingerprint of a page's footer as words, without its parameters."""
    found = BeautifulSoup(_found(_IMPRINT, path.read_text(encoding="utf-8")), "html.parser")
    parts = found.get_text().split(" · ")
    return " · ".join([*parts[:1], *(part for part in parts if "指纹" in part)])


def head(page: Page, address: str, book: str) -> str:
    """Tags of a page's head that need the site's address."""
    url, picture = address + page.file, address + page.picture
    data = {
        "@context": "https://schema.org",
        "@type": "TechArticle",
        "headline": page.title,
        "description": page.text,
        "inLanguage": "zh-CN",
        "isPartOf": {"@type": "Book", "name": book, "url": address},
        "url": url,
    }
    shared = {"title": page.title, "description": page.text, "type": "article", "url": url}
    shared |= {"image": picture, "image:alt": page.title, "site_name": book, "locale": "zh_CN"}
    tags = [_tag("meta", property=f"og:{key}", content=value) for key, value in shared.items()]
    tags.append(_tag("meta", name="twitter:card", content="summary_large_image"))
    tags.append(_tag("link", rel="canonical", href=url))
    news = {"rel": "alternate", "type": "application/atom+xml", "href": address + FEED}
    tags.append(_tag("link", **news, title=f"{book}：各版与更正"))
    tags.append(f'<script type="application/ld+json">{script_json(data)}</script>')
    return "\n".join(tags) + "\n"


def _with_links(page: Page, imprint: re.Match[str]) -> str:
    """The footer with the way to what only the site has."""
    up = "../" * page.file.count("/")
    links = f'<a href="{up}downloads/index.html">下载</a> · <a href="{up}{FEED}">订阅</a>'
    return f'<p class="imprint">{imprint[1]} · {links}</p>'


def _tag(kind: str, /, **attributes: str) -> str:
    pairs = (f'{key}="{html.escape(value, quote=True)}"' for key, value in attributes.items())
    return f"<{kind} {' '.join(pairs)} />"


# --- news and what search engines ask for -----------------------------------------------------


def _write_news(site: Path, address: str, settings: dict[str, Any], root: Path) -> None:
    news = feed(address, settings["title"], settings["author"])
    names = documents(root / "_toc.yml")
    urls = "".join(f"<url><loc>{address}{page_of(name)}</loc></url>" for name in names)
    for name, text in {
        FEED: news,
        "sitemap.xml": _SITEMAP.format(urls=urls),
        "robots.txt": f"User-agent: *\nAllow: /\nSitemap: {address}sitemap.xml\n",
        "404.html": _LOST.format(address=address),
        ".nojekyll": "",
    }.items():
        (site / name).write_text(text, encoding="utf-8", newline="\n")
