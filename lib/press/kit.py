"""The seminar kit: all that three sessions need, in one folder that works from a memory stick.

It is put together from what the other commands make: the students' book (`press.build`), decks
(`press.slides`), sheets and their key (`press.handout`), notebooks beside the book's pages, the
page that marks answers (`press.answer_page`), plans in print (`press.plan_sheets`), which only the
teacher's book has. A start page says what is where. Folder and archive replace the last ones when
all is made, as pages and PDF of a book do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from press.answer_page import check_page
from press.archive import pack, tree
from press.build import build
from press.class_list import Student, file_names, read_class
from press.edition import TEACHING
from press.handout import build_handouts
from press.handout_key import build_key
from press.handout_sheets import sheets_of
from press.order import Order, edition_of
from press.output import MARKER as BOOK_MARKER
from press.output import OutputError, require_ours, swap_in, workshop
from press.plan_sheets import set_plans
from press.progress import BAR
from press.single_page import single_page
from press.slides.ordered import make_slides
from press.stage import page_of
from synergy.evidence import Evidence, Request, load_evidence

if TYPE_CHECKING:
    from press.edition import Edition
    from press.handout_sheets import Sheet
    from synergy.sessions import Session

#: Says that a folder's kit is ours.
MARKER = ".press-kit"
FOLDER, ARCHIVE, START = "kit", "kit.zip", "START.html"
#: What a kit may weigh, in bytes.
LIMIT = 30_000_000


@dataclass(frozen=True)
class Kit:
    """What was made.

    Attributes
    ----------
    start : Path
        The page to open first.
    archive : Path
        All of it as a zip.
    size : int
        Bytes of the archive.
    students : tuple of Student
    """

    start: Path
    archive: Path
    size: int
    students: tuple[Student, ...]


def make_kit(order: Order, listed: Path, lessons: Sequence[Session], *, silent: bool = True) -> Kit:
    """Make the kit of a class.

    Parameters
    ----------
    order : Order
        Of which edition; its `out` receives folder and archive.
    listed : Path
        The class list.
    lessons : sequence of Session
        What is taught.
    silent : bool
        Whether to leave out the bar on standard error.

    Raises
    ------
    DataError, OutputError
        The list or the folder cannot be used; nothing was made.
    StageError, ChapterError, SiteError, SlideError, ChartError, PdfError
        As the commands that make the parts; the last kit is as it was.
    """
    evidence = load_evidence(Request(**order.asked))
    students = read_class(listed, evidence)
    edition = edition_of(order)
    out = order.out or order.base / edition.folder / "kit"
    order = replace(order, kept=order.cache)
    require_ours(out, "", MARKER)
    with workshop(out) as made:
        maker = _Maker(order, edition, evidence, students, lessons, made)
        maker.folder.mkdir()
        for step in tqdm(maker.steps, desc="课堂包", bar_format=BAR, disable=silent):
            step()
        archive = pack(made / ARCHIVE, tree(maker.folder, FOLDER))
        size = checked(archive)
        (out / MARKER).touch()
        swap_in(made, out, parts=(FOLDER, ARCHIVE))
    return Kit(out / FOLDER / START, out / ARCHIVE, size, tuple(students))


def checked(archive: Path) -> int:
    """Bytes of an archive.

    Raises
    ------
    OutputError
        More than `LIMIT`.
    """
    size = archive.stat().st_size
    if size > LIMIT:
        raise OutputError(
            f"课堂包有 {size / 1e6:.1f} MB，超过 {LIMIT / 1e6:.0f} MB；"
            "请把名单分成几个班，或用 --session 只带一次课。"
        )
    return size


def start_page(edition: Edition, students: Sequence[Student], lessons: Sequence[Session]) -> str:
    """The page that says what is where, as HTML."""
    return single_page(
        "kit_page.html",
        banner=edition.banner,
        imprint=edition.imprint,
        lessons=lessons,
        students=students,
        files=file_names(students),
    )


class _Maker:
    """Makes the parts of a kit in a workshop, each into its place in a folder there."""

    def __init__(
        self,
        order: Order,
        edition: Edition,
        evidence: Evidence,
        students: Sequence[Student],
        lessons: Sequence[Session],
        workshop: Path,
    ) -> None:
        self.order, self.edition, self.evidence = order, edition, evidence
        self.students, self.lessons, self.workshop = students, lessons, workshop
        self.folder = workshop / FOLDER
        self.steps = (self.book, self.slides, self.sheets, self.page, self.plans, self.start)

    @property
    def print_look(self) -> Path:
        """What sheets in print look like."""
        return self.order.top / "book" / "print"

    def book(self) -> None:
        """The students' book; its notebooks stand for themselves."""
        pages = self._pages(student=True)
        (pages / BOOK_MARKER).unlink()
        pages.rename(self.folder / "book")

    def slides(self) -> None:
        """Decks of the sessions, as pages and on paper."""
        place = self.folder / "slides"
        names = [str(lesson.number) for lesson in self.lessons]
        make_slides(replace(self.order, out=place), names, paper=True)

    def sheets(self) -> None:
        """Every student's sheets, and the teacher's key."""
        sheets = sheets_of(self.students, self.lessons, self.evidence)
        self._save("handouts", self._handouts(sheets))
        key = build_key(sheets, self.evidence, self.edition, self.print_look)
        self._save("teacher", {"key.pdf": key})

    def page(self) -> None:
        """The page that marks answers."""
        look = self.order.top / "book" / "check"
        text = check_page(self.students, self.lessons, self.evidence, self.edition, look)
        (self.folder / "check.html").write_text(text, encoding="utf-8", newline="\n")

    def plans(self) -> None:
        """The plans in print."""
        book = self._pages(student=False)
        pages = {
            f"第{lesson.ordinal}次课": book / page_of(f"{TEACHING}session_{lesson.number}")
            for lesson in self.lessons
        }
        paper = self.workshop / "plans"
        paper.mkdir()
        made = set_plans(pages, self.edition, self.print_look, paper, self.order.cache)
        self._save("teacher", {"plan.pdf": made.read_bytes()})

    def start(self) -> None:
        """The page to open first."""
        text = start_page(self.edition, self.students, self.lessons)
        (self.folder / START).write_text(text, encoding="utf-8", newline="\n")

    def _pages(self, *, student: bool) -> Path:
        """Pages of the students' book, or of the teacher's."""
        order = replace(self.order, student=student)
        out = self.workshop / ("student" if student else "teacher")
        build(edition_of(order), out, root=order.top, pdf=False, cache=order.cache)
        return out / "html"

    def _handouts(self, sheets: Mapping[Student, Sequence[Sheet]]) -> dict[str, bytes]:
        made = build_handouts(sheets, self.edition, self.print_look)
        return {name: made[who] for name, who in file_names(self.students).items()}

    def _save(self, part: str, files: Mapping[str, bytes]) -> None:
        (self.folder / part).mkdir(exist_ok=True)
        for name, content in files.items():
            (self.folder / part / name).write_bytes(content)
