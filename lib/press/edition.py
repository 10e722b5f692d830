"""An edition: which region, whose data, which years, which weight; and how it names itself."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from press import english
from press.unchanged import build_date
from synergy import __version__
from synergy.faults import DataError

if TYPE_CHECKING:
    from synergy.evidence import Evidence, Request


@dataclass(frozen=True)
class Edition:
    """A validated request for a book, and what its pages say of it.

    Attributes
    ----------
    parameters : mapping
        All values to inject, by name; the region by its Chinese name, paths absolute. Each
        chapter takes those that it declares.
    further : mapping
        Those of them that are no fields of the request.
    slug, code : str
        The region's name in addresses, empty for the nation, and its official code.
    nature : str
        What kind of data leads.
    banner, banner_en : str
        The sentence at the head of every page, in two languages: the nature and the coverage of
        the data.
    data_fingerprint : str
        First 12 digits of the sha256 of what leads: the reader's file, or the data package.
    date : datetime
        The day that it bears, in UTC.
    language : {"zh", "en"}
        Of what stands around the text, of cards and of the words of figures.
    """

    parameters: Mapping[str, Any]
    further: Mapping[str, Any]
    slug: str
    code: str
    nature: str
    banner: str
    data_fingerprint: str
    banner_en: str = ""
    date: datetime = field(default_factory=build_date)
    language: str = "zh"

    @classmethod
    def load(
        cls, request: Request | None = None, further: Mapping[str, Any] | None = None
    ) -> Edition:
        """Validate a request by loading what it stands on.

        Raises
        ------
        DataError
            The message names what is wrong and what is allowed.
        """
        from synergy.evidence import Request, load_evidence

        asked, extra = request or Request(), dict(further or {})
        if double := asdict(asked).keys() & extra:
            options = "、".join(f"--{name}" for name in sorted(double))
            raise DataError(f"不能写在 --param 里：请改用 {options}，以便先核对再生成。")
        evidence = load_evidence(asked)
        place = evidence.place
        named = replace(
            asked,
            region=place.name,
            data=_absolute(asked.data),
            recipe=_absolute(asked.recipe),
        )
        return cls(
            parameters={**asdict(named), **extra},
            further=extra,
            slug=place.slug if place.above else "",
            code=place.code,
            nature=evidence.lead.nature,
            banner=_banner(evidence),
            banner_en=english.banner(evidence),
            data_fingerprint=_fingerprint(named.data),
        )

    @property
    def own_data(self) -> bool:
        """Whether the reader's own panel leads."""
        return bool(self.parameters["data"])

    @property
    def inputs(self) -> dict[str, Path]:
        """The reader's own files by their role."""
        given = {role: self.parameters[role] for role in ("data", "recipe")}
        return {role: Path(text) for role, text in given.items() if text}

    @property
    def title(self) -> str:
        """The edition's name on the title page and in the footer."""
        return f"{self.parameters['region']}版"

    @property
    def folder(self) -> Path:
        """Where the edition lies below `_build`: the nation at the top, a region in its own."""
        place = Path("editions", self.slug) if self.slug else Path()
        return Path(self.language, place) if self.language != "zh" else place

    @property
    def imprint(self) -> str:
        """The footer: edition, and `particulars`."""
        return f"{self.title} · {self.particulars}"

    @property
    def particulars(self) -> str:
        """Parameters, data fingerprint, version and date."""
        parts = [
            f"年份 {self.parameters['years'] or '全部'}",
            f"α = {self.parameters['alpha']:g}",
            f"数据指纹 {self.data_fingerprint}",
            f"synergy {__version__}",
            f"{self.date:%Y-%m-%d} 生成",
        ]
        return " · ".join(parts)

    def sphinx_config(self) -> dict[str, Any]:
        """Return the Sphinx settings that differ by edition."""
        place, rest = map(html.escape, (self.parameters["region"], self.particulars))
        footer = f'<p class="imprint"><span class="place-name">{place}</span>版 · {rest}</p>'
        usual: dict[str, Any] = {
            "press_banner": self.banner,
            "press_place": self.parameters["region"],
            "press_nature": self.nature,
            "press_particulars": self.particulars,
            "press_version": f"版本 {__version__}，数据指纹 {self.data_fingerprint}",
            "press_date": f"{self.date:%Y-%m-%d}",
            "press_inputs": [path.name for path in self.inputs.values()],
            "html_theme_options": {"extra_footer": footer},
        }
        return usual | (english.sphinx_config(self) if self.language == english.ENGLISH else {})


def load_edition(asked: Mapping[str, Any], further: Mapping[str, Any], stands_on: str) -> Edition:
    """Validate what was asked; `stands_on` is a digest of all that the answer depends on besides.

    A function of its arguments, so that its result can be kept: loading the evidence takes half
    a second. Its date is of the day when it ran.
    """
    from synergy.evidence import Request

    return Edition.load(Request(**asked), further)


def _banner(evidence: Evidence) -> str:
    lead = evidence.lead
    first, last = lead.years
    whose, held = "您的数据" if evidence.own else lead.name, lead.coverage
    counts = "人工智能 {}/{} 项指标，就业质量 {}/{} 项指标"
    text = f"{whose}：{first}–{last} 年，" + counts.format(*held.held("AI"), *held.held("EQ"))
    if not held.complete:
        text += "，不等于论文的指数"
    return text + ("。" if evidence.own else "；标明“合成数据”的部分用演示面板。")


def _fingerprint(data: str) -> str:
    from synergy.dictionary import DATA_DIR

    path = Path(data) if data else DATA_DIR / "datapackage.json"
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _absolute(path: str) -> str:
    return str(Path(path).resolve()) if path else ""
