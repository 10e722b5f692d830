"""Sheets for class in print: two pages for each student and session, and the teacher's key.

Words come from `press.handout_sheets`; Typst sets them in the look of the printed book
(``book/print/handout.typ``, ``key.typ``). All texts go through pandoc at once, and Typst reads its
fonts once for all students.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

from press.fonts import fonts_directory
from press.handout_sheets import Sheet, tiles
from press.typesetting import PdfError, bring_look
from synergy.exercises.answers import personal
from synergy.exercises.declared import Part
from synergy.exercises.place_table import is_table
from synergy.exercises.posed import Posed

if TYPE_CHECKING:
    from press.class_list import Student
    from press.edition import Edition

#: How pandoc reads our Markdown: no quotation marks, citations or indices of its own.
_FORMAT = "markdown-smart-citations-subscript-superscript+east_asian_line_breaks"
# Stands between texts while pandoc has them all at once.
_EDGE = "⁂"
#: Labels up to this long stand three to a row.
_SHORT = 10
#: Students set at a time: Typst works beside Python.
_AT_ONCE = 2

Texts = Mapping[str, str]


def in_typst(texts: Iterable[str]) -> dict[str, str]:
    """Turn texts of MyST Markdown into Typst, all at once.

    Raises
    ------
    PdfError
        With pandoc's message.
    """
    import pypandoc

    wanted = [text for text in dict.fromkeys(texts) if text.strip()]
    joined = f"\n\n{_EDGE}\n\n".join(wanted)
    try:
        turned = pypandoc.convert_text(joined, "typst", format=_FORMAT, extra_args=["--wrap=none"])
    except (RuntimeError, OSError) as error:
        raise PdfError(f"讲义排版失败：{error}") from error
    pieces = re.split(rf"(?m)^{_EDGE}$", turned)
    return {text: piece.strip() for text, piece in zip(wanted, pieces, strict=True)}


def build_handouts(
    sheets: Mapping[Student, Sequence[Sheet]], edition: Edition, look: Path
) -> dict[Student, bytes]:
    """Set the sheets of every student.

    Parameters
    ----------
    sheets : mapping
        Of one student or a class, see `press.handout_sheets.sheets_of`.
    edition : Edition
        What they say of the data.
    look : Path
        Folder ``book/print``.

    Returns
    -------
    dict of Student to bytes
        A PDF each, two pages for a session.

    Raises
    ------
    PdfError
        With the message of pandoc or Typst.
    """
    documents = {
        f"{n:04d}": json.dumps(document, ensure_ascii=False)
        for n, document in enumerate(handout_documents(sheets, edition))
    }
    made = typeset("handout.typ", documents, look, int(edition.date.timestamp()))
    return dict(zip(sheets, made, strict=True))


def handout_documents(
    sheets: Mapping[Student, Sequence[Sheet]], edition: Edition
) -> list[dict[str, Any]]:
    """What the template takes, a document for each student; texts as Typst.

    Raises
    ------
    PdfError
        With pandoc's message.
    """
    texts = in_typst(_texts(sheet for each in sheets.values() for sheet in each))
    return [_document(student, each, texts, edition) for student, each in sheets.items()]


def typeset(template: str, documents: Mapping[str, str], look: Path, day: int) -> list[bytes]:
    """Set a template once for every document.

    Parameters
    ----------
    template : str
        File of the folder `look`; reads the JSON that its input ``sheet`` names.
    documents : mapping of str to str
        JSON by name.
    day : int
        What the PDF bears as its date, a time stamp.

    Raises
    ------
    PdfError
        With Typst's message.
    """
    with TemporaryDirectory() as folder:
        paper = Path(folder)
        bring_look(look, paper)
        for name, text in documents.items():
            (paper / f"{name}.json").write_text(text, encoding="utf-8")
        names = list(documents)
        shares = [names[first::_AT_ONCE] for first in range(min(_AT_ONCE, len(names)))]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            parts = list(pool.map(lambda share: _compiled(paper, template, share, day), shares))
    found = {name: made for part in parts for name, made in part.items()}
    return [found[name] for name in names]


def _compiled(paper: Path, template: str, names: Sequence[str], day: int) -> dict[str, bytes]:
    import typst

    try:
        compiler = typst.Compiler(
            paper / template, root=paper, font_paths=[fonts_directory()], ignore_system_fonts=True
        )
        return {
            name: cast("bytes", compiler.compile(sys_inputs={"sheet": name}, timestamp=day))
            for name in names
        }
    except (RuntimeError, OSError) as error:
        raise PdfError(f"讲义排版失败：{error}") from error


# --- what stands on them ----------------------------------------------------------------------


def _texts(sheets: Iterable[Sheet]) -> Iterable[str]:
    for sheet in sheets:
        yield sheet.lesson.steps[-1].what
        for posed in sheet.exercises:
            yield posed.question
            yield from (part.label for part in posed.parts)


def _document(
    student: Student, sheets: Sequence[Sheet], texts: Texts, edition: Edition
) -> dict[str, Any]:
    return {
        "title": f"{student.stem} 讲义",
        "number": student.number,
        "name": student.name,
        "place": sheets[0].place.label,
        "banner": edition.banner,
        "fingerprint": edition.data_fingerprint,
        "lessons": [_lesson(sheet, texts) for sheet in sheets],
    }


def _lesson(sheet: Sheet, texts: Texts) -> dict[str, Any]:
    last, table = sheet.lesson.steps[-1], sheet.table
    own = any(personal(code) for code in sheet.lesson.exercises)
    return {
        "title": f"第{sheet.lesson.ordinal}次课：{sheet.lesson.title}",
        "code": sheet.code,
        "differs": f"表里的空格{'和部分题的数' if own else ''}各人不同。",
        "qr": _square(f"{sheet.student.number} {sheet.code}"),
        "tiles": tiles(sheet.place),
        "table": {
            "head": ["", *map(str, table.columns)],
            "rows": [
                [str(name), *map(str, row)]
                for name, row in zip(table.index, table.to_numpy(), strict=True)
            ],
        },
        "exercises": [posed_as_typst(posed, texts) for posed in sheet.exercises],
        "ticket": {"name": last.name, "what": texts[last.what]},
    }


def posed_as_typst(posed: Posed, texts: Texts) -> dict[str, Any]:
    """Question and parts of an exercise, the words as Typst."""
    lengths = [len(part.label) for part in posed.parts]
    return {
        "code": posed.code,
        "title": posed.title,
        "question": texts[posed.question],
        "parts": [_part(posed, part, texts) for part in posed.parts],
        "columns": 3 if max(lengths) <= _SHORT else 2,
    }


def _part(posed: Posed, part: Part, texts: Texts) -> dict[str, Any]:
    """A part; a blank of the table that stands above goes by its sign."""
    label = part.label.split()[0] if is_table(posed.code) else texts[part.label]
    return {"label": label, "unit": part.unit, "choices": list(part.choices)}


def _square(text: str) -> str:
    """A QR code as SVG."""
    import segno

    made = BytesIO()
    segno.make(text, micro=False).save(made, kind="svg", border=0, xmldecl=False)
    return made.getvalue().decode()
