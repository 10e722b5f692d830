"""An edition: which region, whose data, which years, which weight; and how it names itself."""

from __future__ import annotations

import hashlib
import html
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from synergy import __version__
from synergy.coupling import Alpha
from synergy.dictionary import DATA_DIR
from synergy.evidence import Evidence, Findings, Request, load_evidence
from synergy.faults import DataError
from synergy.reading.columns import split_sheet

#: Fewest years of a panel whose book has the chapter on a panel VAR.
YEARS_OF_A_SYSTEM = 5


def build_date() -> datetime:
    """Return the build's moment: `SOURCE_DATE_EPOCH` where set, else today at midnight UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        return datetime.fromtimestamp(int(epoch), UTC)
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True)
class Edition:
    """A validated request for a book.

    Attributes
    ----------
    request : Request
        What was asked for; the region by its Chinese name, paths absolute.
    evidence : Evidence
        What the request selects; loading it is the validation.
    further : mapping
        Further chapter parameters by name.
    date : datetime
        The day that it bears, in UTC.
    """

    request: Request
    evidence: Evidence
    further: Mapping[str, Any] = field(default_factory=dict)
    date: datetime = field(default_factory=build_date)

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
        asked = request or Request()
        if double := asdict(asked).keys() & (further or {}).keys():
            options = "、".join(f"--{name}" for name in sorted(double))
            raise DataError(f"不能写在 --param 里：请改用 {options}，以便先核对再生成。")
        evidence = load_evidence(asked)
        named = replace(
            asked,
            region=asked.region if asked.plan else evidence.place.name,
            data=_absolute(asked.data),
            recipe=_absolute(asked.recipe),
            plan=_absolute(asked.plan),
        )
        return cls(named, evidence, dict(further or {}))

    @property
    def own_data(self) -> bool:
        """Whether the reader's own panel leads."""
        return self.evidence.own

    @property
    def parameters(self) -> dict[str, Any]:
        """All values to inject; each chapter takes those that it declares."""
        return {**asdict(self.request), **self.further}

    @property
    def inputs(self) -> dict[str, Path]:
        """The reader's own files by their role."""
        asked = self.request
        given = {"data": asked.data, "recipe": asked.recipe, "plan": asked.plan}
        return {role: Path(split_sheet(text)[0]) for role, text in given.items() if text}

    @property
    def title(self) -> str:
        """The edition's name on the title page and in the footer."""
        return "您的方案" if self.planned else f"{self.request.region}版"

    @property
    def planned(self) -> bool:
        """Whether the book is of a reader's own plan of indicators."""
        return bool(self.request.plan)

    @property
    def contents(self) -> str:
        """File with the order of pages."""
        return "_toc_plan.yml" if self.planned else "_toc.yml"

    @property
    def left_out(self) -> frozenset[str]:
        """Documents that a panel is too short for."""
        years = self.evidence.lead.frame.index.unique("year").size
        short = self.planned and years < YEARS_OF_A_SYSTEM
        return frozenset({"chapters/plan/interaction"} if short else ())

    @property
    def book_title(self) -> str:
        """Title of the whole book."""
        plan = self.evidence.lead.plan
        return f"{plan.title}：耦合协调的测算" if self.planned else f"{plan.title}：一份活的报告"

    @property
    def folder(self) -> Path:
        """Where the edition lies below `_build`: the nation at the top, a region in its own."""
        if self.planned:
            return Path("plans", Path(self.request.plan).stem)
        place = self.evidence.place
        return Path("editions", place.slug) if place.above else Path()

    @property
    def banner(self) -> str:
        """The sentence at the head of every page: the nature and the coverage of the data."""
        lead = self.evidence.lead
        first, last = lead.years
        if self.planned:
            return _planned_banner(lead)
        whose, held = "您的数据" if self.own_data else lead.name, lead.coverage
        counts = "人工智能 {}/{} 项指标，就业质量 {}/{} 项指标"
        text = f"{whose}：{first}–{last} 年，" + counts.format(*held.held("AI"), *held.held("EQ"))
        if not held.complete:
            text += "，不等于论文的指数"
        return text + ("。" if self.own_data else "；标明“合成数据”的部分用演示面板。")

    @property
    def data_fingerprint(self) -> str:
        """First 12 digits of the sha256 of what leads: the reader's file, or the data package."""
        path = self.inputs.get("data", DATA_DIR / "datapackage.json")
        return hashlib.sha256(path.read_bytes()).hexdigest()[:12]

    @property
    def imprint(self) -> str:
        """The footer: edition, parameters, data fingerprint, version and date."""
        years = f"年份 {self.request.years or '全部'}" if self.evidence.lead.years[1] else ""
        parts = [
            self.title,
            years,
            f"{'份额' if self.planned else 'α ='} {_weights(self.evidence.alpha)}",
            f"数据指纹 {self.data_fingerprint}",
            f"synergy {__version__}",
            f"{self.date:%Y-%m-%d} 生成",
        ]
        return " · ".join(filter(None, parts))

    def sphinx_config(self) -> dict[str, Any]:
        """Return the Sphinx settings that differ by edition."""
        footer = f'<p class="imprint">{html.escape(self.imprint)}</p>'
        whose = {"author": "", "html_show_copyright": False} if self.planned else {}
        return whose | {
            "html_title": html.escape(self.book_title),
            "project": self.book_title,
            "press_data_page": f"chapters/{'plan' if self.planned else 'paper'}/data",
            "press_banner": self.banner,
            "press_nature": self.evidence.lead.nature,
            "html_theme_options": {"extra_footer": footer},
        }


def _planned_banner(lead: Findings) -> str:
    """What a page of a reader's plan says of its data."""
    plan, (first, last) = lead.plan, lead.years
    years = f"{first}–{last} 年，" if first < last else f"{last} 年，" if last else ""
    units = lead.frame.index.unique(0).size
    counts = f"{len(plan.systems)} 个系统、{len(lead.weights)} 项指标"
    return f"您的数据：{years}{units} 个{plan.unit}，{counts}。{plan.note}"


def _weights(alpha: Alpha) -> str:
    """Shares of the systems as the footer tells them; of two the first says both."""
    shares = [alpha] if isinstance(alpha, float | int) else list(alpha or ())
    told = shares[:1] if len(shares) == 2 else shares
    return "、".join(f"{round(share, 4):g}" for share in told)


def _absolute(path: str) -> str:
    file, sheet = split_sheet(path)
    return str(Path(file).resolve()) + (f"|{sheet}" if sheet else "") if path else ""
