"""An edition: which region, whose data, which years, which weight; and how it names itself."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from synergy import __version__
from synergy.dictionary import DATA_DIR
from synergy.evidence import Evidence, load_evidence

NATURES = {"real-subset": "真实统计子集", "own": "您的数据", "synthetic": "合成数据"}


@dataclass(frozen=True)
class Edition:
    """A validated request for a book.

    Attributes
    ----------
    region, data, recipe, years, alpha
        As `synergy.evidence.load_evidence` takes them; paths are absolute.
    further : mapping
        Further chapter parameters by name.
    evidence : Evidence
        What these parameters select; loading it is the validation.
    """

    region: str
    data: str
    recipe: str
    years: str
    alpha: float
    evidence: Evidence
    further: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def request(
        cls,
        region: str = "全国",
        data: Path | None = None,
        recipe: Path | None = None,
        years: str = "",
        alpha: float = 0.5,
        further: Mapping[str, Any] | None = None,
    ) -> Edition:
        """Validate a request by loading what it stands on.

        Raises
        ------
        DataError
            The message names what is wrong and what is allowed.
        """
        paths = [str(path.resolve()) if path else "" for path in (data, recipe)]
        evidence = load_evidence(region, paths[0], paths[1], years, alpha)
        return cls(
            evidence.region.name, paths[0], paths[1], years, alpha, evidence, dict(further or {})
        )

    @property
    def own_data(self) -> bool:
        """Whether the reader's own panel leads."""
        return self.evidence.own

    @property
    def parameters(self) -> dict[str, Any]:
        """All values to inject; each chapter takes those that it declares."""
        return {
            "region": self.region,
            "data": self.data,
            "recipe": self.recipe,
            "years": self.years,
            "alpha": self.alpha,
            **self.further,
        }

    @property
    def inputs(self) -> dict[str, Path]:
        """The reader's own files by their role."""
        given = {"data": self.data, "recipe": self.recipe}
        return {role: Path(text) for role, text in given.items() if text}

    @property
    def folder(self) -> Path:
        """Where the edition lies below `_build`: the nation at the top, a region in its own."""
        region = self.evidence.region
        return Path() if region.kind == "nation" else Path("editions", region.slug)

    @property
    def banner(self) -> str:
        """The sentence at the head of every page: the nature and the coverage of the data."""
        lead = self.evidence.lead
        first, last = lead.years
        text = (
            f"{NATURES[lead.nature]}：{first}–{last} 年，人工智能 {lead.coverage.n_ai}/9 项指标，"
            f"就业质量 {lead.coverage.n_eq}/22 项指标"
        )
        if lead.coverage.n_ai < 9 or lead.coverage.n_eq < 22:
            text += "，不等于论文的指数"
        return text + ("。" if self.own_data else "；标明“合成数据”的部分用演示面板。")

    @property
    def data_fingerprint(self) -> str:
        """First 12 digits of the sha256 of what leads: the reader's file, or the data package."""
        path = Path(self.data) if self.data else DATA_DIR / "datapackage.json"
        return hashlib.sha256(path.read_bytes()).hexdigest()[:12]

    def imprint(self, date: datetime) -> str:
        """Return the footer: edition, parameters, data fingerprint, version and date."""
        parts = [
            f"{self.region}版",
            f"年份 {self.years or '全部'}",
            f"α = {self.alpha:g}",
            f"数据指纹 {self.data_fingerprint}",
            f"synergy {__version__}",
            f"{date:%Y-%m-%d} 生成",
        ]
        return " · ".join(parts)

    def sphinx_config(self, date: datetime) -> dict[str, Any]:
        """Return the Sphinx settings that differ by edition."""
        return {
            "press_banner": self.banner,
            "press_nature": self.evidence.lead.nature,
            "press_imprint": self.imprint(date),
            "html_theme_options": {
                "extra_footer": f'<p class="imprint">{html.escape(self.imprint(date))}</p>'
            },
        }
