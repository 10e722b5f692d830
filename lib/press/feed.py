"""News of the book as an Atom feed: its editions and its corrections."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from hashlib import sha256

from feedgenerator import Atom1Feed

from press.stage import page_of
from synergy.editions import Release, corrections, releases

FEED = "feed.xml"
VERSIONS_PAGE = "chapters/guide/versions"


def feed(address: str, title: str, author: str) -> str:
    """Return the feed of a book published at an address, which ends in a slash.

    Entries bear the days of editions and corrections, so that the same data give the same text.
    """
    versions = address + page_of(VERSIONS_PAGE)
    news = Atom1Feed(
        title, address, "各版与更正", language="zh-CN", feed_url=address + FEED, author_name=author
    )
    for release in reversed(releases()):
        news.add_item(
            f"{release.version} 版",
            f"{versions}#{anchor(release)}",
            f"{release.summary}数据指纹 {release.fingerprint}。",
            **_days(release.date),
        )
    for each in corrections():
        link = address + page_of(each.page)
        news.add_item(
            f"更正：原来说{each.said.removesuffix('。')}",
            link,
            f"原来说：{each.said}现在说：{each.says}缘由：{each.why}",
            unique_id=f"{link}#{each.date}-{sha256(each.said.encode()).hexdigest()[:8]}",
            **_days(each.date),
        )
    return str(news.writeString("utf-8"))


def anchor(release: Release) -> str:
    """Where the page of versions tells of a release."""
    return f"edition-{release.version.replace('.', '-')}"


def _days(day: date) -> dict[str, datetime]:
    moment = datetime.combine(day, time(), UTC)
    return {"pubdate": moment, "updateddate": moment}
