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
from synergy.files.address import own_files, split_sheet

if TYPE_CHECKING:
    from synergy.coupling import Alpha
    from synergy.evidence import Evidence, Findings, Request

#: Fewest years of a panel whose book has the chapter on a panel VAR.
YEARS_OF_A_SYSTEM = 5

#: Folder of editions for students.
STUDENT = "student"

#: Chapters for the teacher: plans of the sessions, which give answers away.
TEACHING = "chapters/teaching/"


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
    book_title : str
        Title of the whole book.
    measured : str
        Years and shares of the systems, for the footer.
    unsupported : frozenset of str
        Documents that the panel is too short for.
    remarks : tuple of str
        What whoever gave the data should be told.
    data_fingerprint : str
        First 12 digits of the sha256 of what leads: the reader's file, or the data package.
    date : datetime
        The day that it bears, in UTC.
    language : {"zh", "en"}
        Of what stands around the text, of cards and of the words of figures.
    student : bool
        Whether solutions of exercises and plans of sessions stay out.
    """

    parameters: Mapping[str, Any]
    further: Mapping[str, Any]
    slug: str
    code: str
    nature: str
    banner: str
    book_title: str
    measured: str
    unsupported: frozenset[str]
    remarks: tuple[str, ...]
    data_fingerprint: str
    banner_en: str = ""
    date: datetime = field(default_factory=build_date)
    language: str = "zh"
    student: bool = False

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
            region=asked.region if asked.plan else place.name,
            data=_absolute(asked.data),
            recipe=_absolute(asked.recipe),
            plan=_absolute(asked.plan),
        )
        return cls(
            parameters={**asdict(named), **extra},
            further=extra,
            slug=place.slug if place.above else "",
            code=place.code,
            nature=evidence.lead.nature,
            banner=_planned_banner(evidence.lead) if asked.plan else _banner(evidence),
            banner_en="" if asked.plan else english.banner(evidence),
            book_title=_title(evidence.lead, planned=bool(asked.plan)),
            measured=_measured(named, evidence),
            unsupported=_unsupported(evidence.lead) if asked.plan else frozenset(),
            remarks=_remarks(evidence.lead) if asked.data else (),
            data_fingerprint=_fingerprint(named.data),
        )

    @property
    def own_data(self) -> bool:
        """Whether the reader's own panel leads."""
        return bool(self.parameters["data"])

    @property
    def planned(self) -> bool:
        """Whether the book is of a reader's own plan of indicators."""
        return bool(self.parameters["plan"])

    @property
    def has_slides(self) -> bool:
        """Whether it has the decks of the seminar: the teacher's, in Chinese, about the report."""
        return not (self.planned or self.student) and self.language == "zh"

    def keeps(self, document: str) -> bool:
        """Whether the book has a document of its contents."""
        kept_back = self.student and document.startswith(TEACHING)
        return document not in self.unsupported and not kept_back

    @property
    def contents(self) -> str:
        """File with the order of pages."""
        return "_toc_plan.yml" if self.planned else "_toc.yml"

    @property
    def inputs(self) -> dict[str, Path]:
        """The reader's own files by their role."""
        return own_files(self.parameters)

    @property
    def title(self) -> str:
        """The edition's name on the title page and in the footer."""
        return "您的方案" if self.planned else f"{self.parameters['region']}{self._kind}"

    @property
    def _kind(self) -> str:
        """What stands behind the region's name."""
        return "学生版" if self.student else "版"

    @property
    def folder(self) -> Path:
        """Where the edition lies below `_build`: the nation at the top, a region in its own."""
        if self.planned:
            return Path("plans", Path(self.parameters["plan"]).stem)
        place = Path("editions", self.slug) if self.slug else Path()
        top = Path(STUDENT) if self.student else Path()
        return Path(top, self.language, place) if self.language != "zh" else top / place

    @property
    def imprint(self) -> str:
        """The footer: edition, and `particulars`."""
        return f"{self.title} · {self.particulars}"

    @property
    def particulars(self) -> str:
        """Parameters, data fingerprint, version and date."""
        parts = [
            self.measured,
            f"数据指纹 {self.data_fingerprint}",
            f"synergy {__version__}",
            f"{self.date:%Y-%m-%d} 生成",
        ]
        return " · ".join(parts)

    def sphinx_config(self) -> dict[str, Any]:
        """Return the Sphinx settings that differ by edition."""
        place, rest = map(html.escape, (self.parameters["region"], self.particulars))
        named = f'<span class="place-name">{place}</span>{self._kind}'
        footer = f'<p class="imprint">{self.title if self.planned else named} · {rest}</p>'
        usual: dict[str, Any] = {
            "html_title": html.escape(self.book_title),
            "project": self.book_title,
            "press_data_page": f"chapters/{'plan' if self.planned else 'paper'}/data",
            "press_banner": self.banner,
            "press_place": "" if self.planned else self.parameters["region"],
            "press_nature": self.nature,
            "press_particulars": self.particulars,
            "press_version": f"版本 {__version__}，数据指纹 {self.data_fingerprint}",
            "press_date": f"{self.date:%Y-%m-%d}",
            "press_inputs": [path.name for path in self.inputs.values()],
            "html_theme_options": {"extra_footer": footer},
            "hide_solutions": self.student,
        }
        if self.planned:
            return usual | {"author": "", "html_show_copyright": False}
        if self.language == english.ENGLISH:
            told = self.parameters, self.data_fingerprint, self.banner_en, self.date
            return usual | english.sphinx_config(*told)
        return usual


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


def _planned_banner(lead: Findings) -> str:
    """What a page of a reader's plan says of its data."""
    plan, (first, last) = lead.plan, lead.years
    years = f"{first}–{last} 年，" if first < last else f"{last} 年，" if last else ""
    units = lead.frame.index.unique(0).size
    counts = f"{len(plan.systems)} 个系统、{len(lead.weights)} 项指标"
    return f"您的数据：{years}{units} 个{plan.unit}，{counts}。{plan.note}"


def _title(lead: Findings, *, planned: bool) -> str:
    return f"{lead.plan.title}：{'耦合协调的测算' if planned else '一份活的报告'}"


def _measured(asked: Request, evidence: Evidence) -> str:
    """Years and shares; a cross-section has no years."""
    years = f"年份 {asked.years or '全部'} · " if evidence.lead.years[1] else ""
    return f"{years}{'份额' if asked.plan else 'α ='} {_weights(evidence.alpha)}"


def _weights(alpha: Alpha) -> str:
    """Shares of the systems as the footer tells them; of two the first says both."""
    shares = [alpha] if isinstance(alpha, float | int) else list(alpha or ())
    told = shares[:1] if len(shares) == 2 else shares
    return "、".join(f"{round(share, 4):g}" for share in told)


def _unsupported(lead: Findings) -> frozenset[str]:
    short = lead.frame.index.unique("year").size < YEARS_OF_A_SYSTEM
    return frozenset({"chapters/plan/interaction"} if short else ())


def _remarks(lead: Findings) -> tuple[str, ...]:
    panel = lead.panel
    if panel is None:
        return ()
    filled = int(panel.filled.to_numpy().sum())
    count = f"插补 {filled} 格，可疑的值 {len(panel.doubts)} 个：见“数据与来源”页。"
    return (*panel.remarks, *([count] if filled or panel.doubts else []))


def _fingerprint(data: str) -> str:
    from synergy.dictionary import DATA_DIR

    path = Path(split_sheet(data)[0]) if data else DATA_DIR / "datapackage.json"
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _absolute(path: str) -> str:
    file, sheet = split_sheet(path)
    return str(Path(file).resolve()) + (f"|{sheet}" if sheet else "") if path else ""
