"""The page that marks answers offline: one file that holds hashes of answers, and no answers.

For each part the cell of the right answer and those of common mistakes (`synergy.exercises.grid`)
are hashed slowly (PBKDF2, which browsers have), with a salt of the page and of the student. The
page hashes what is typed, and the cells around it, and looks it up. This keeps answers from
those who look into the file; it does not withstand a program that tries every cell.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import jinja2
from markupsafe import Markup

from press.class_list import BOOK
from press.fonts import fonts_directory
from press.handout_sheets import sheets_of
from press.inlined import font_source, hash_source
from press.vendor import subset
from synergy.exercises.answering import LARGEST, spellings
from synergy.exercises.answers import place_bound
from synergy.exercises.declared import Part, declared_exercise
from synergy.exercises.grid import STEPS, cell
from synergy.exercises.marking import UNKNOWN
from synergy.exercises.place_table import CODE, is_table
from synergy.exercises.posed import Posed
from synergy.exercises.posing import offered, pose
from synergy.exercises.slips import known_wrong
from synergy.palette import palette
from synergy.sessions import sessions

if TYPE_CHECKING:
    from press.class_list import Student
    from press.edition import Edition
    from press.handout_sheets import Sheet
    from synergy.evidence import Evidence
    from synergy.sessions import Session

#: Rounds of a hash: a few thousandths of a second each, a class in seconds, a click unnoticed.
ROUNDS = 10_000
_LENGTH = 16

#: Heading of exercises that no session uses.
_OTHERS = "各章的其他习题"

#: Beyond these letters the page brings its own.
_LATIN = "\u00ff"

_COLOURS = ["page", "surface", "ink", "text", "mute", "line", "accent", "alarm", "teal"]


class _Secret(NamedTuple):
    """What is hashed, and with which salt."""

    text: str
    salt: str


def check_page(
    students: Sequence[Student],
    lessons: Sequence[Session],
    evidence: Evidence,
    edition: Edition,
    look: Path,
) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    students : sequence of Student
        A class; empty for a page of the book's own numbers.
    lessons : sequence of Session
        Whose exercises it marks.
    evidence, edition
        What the exercises are posed from.
    look : Path
        Folder ``book/check``.
    """
    data = json.dumps(_content(students, lessons, evidence), ensure_ascii=False)
    script = Markup((look / "check.js").read_text(encoding="utf-8"))
    shown = {
        "data": Markup(data.replace("</", "<\\/")),
        "script": script,
        "named": bool(students),
        "banner": edition.banner,
        "imprint": edition.imprint,
    }
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=True)
    written = (look / "check.html").read_text(encoding="utf-8")
    template = environment.from_string(written)
    letters = template.render(**shown, style="", policy="")
    style = Markup(_style((look / "check.css").read_text(encoding="utf-8"), letters))
    return template.render(**shown, style=style, policy=_policy(script, style))


def _policy(script: str, style: str) -> str:
    """Only this script and this style; nothing is loaded, nothing is sent."""
    return (
        f"default-src 'none'; script-src {hash_source(script)}; style-src {hash_source(style)}; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )


def _style(text: str, letters: str) -> str:
    """The style with the colours of both pages, and the letters that the page shows as a font."""
    for name, at in (("light", 0), ("dark", 1)):
        colours = "; ".join(f"--{code}: {palette()[code][at]}" for code in _COLOURS)
        text = text.replace(f"{{{{ {name} }}}}", f"{colours};")
    wide = "".join(sorted({letter for letter in letters if letter > _LATIN}))
    font = subset(fonts_directory() / "NotoSansSC-Regular.otf", wide)
    return text.replace("{{ font }}", font_source(font))


# --- what it holds ----------------------------------------------------------------------------


def _content(
    students: Sequence[Student], lessons: Sequence[Session], evidence: Evidence
) -> dict[str, Any]:
    sheets = sheets_of(students, lessons, evidence)
    posed = {"": _of_the_book(lessons, evidence)} | {
        who.number: [
            p for sheet in each for p in sheet.exercises if p.student or place_bound(p.code)
        ]
        for who, each in sheets.items()
    }
    salt, feedback = _salt(posed), _Feedback()
    ids = _hashed([_Secret(f"who|{number}", salt) for number in posed if number])
    owners = dict(zip(posed, ["", *ids], strict=True))
    asked = list(_every_part(posed, owners, feedback))
    told = {"salt": salt, "rounds": ROUNDS, "length": _LENGTH, "steps": STEPS}
    told |= {"largest": LARGEST, "unknown": UNKNOWN, "book": BOOK}
    return told | {
        "exercises": _listed(lessons, posed),
        "codes": _codes(sheets, owners, salt),
        "owners": _owned(asked, salt),
        "feedback": feedback.texts,
    }


def _every_part(
    posed: Mapping[str, Iterable[Posed]], owners: Mapping[str, str], feedback: _Feedback
) -> Iterator[_Asked]:
    for number, each in posed.items():
        for exercise in each:
            for part in exercise.parts:
                yield _Asked(owners[number], exercise, part, feedback.of(exercise, part))


def _of_the_book(lessons: Sequence[Session], evidence: Evidence) -> list[Posed]:
    """Exercises of the sessions; where all sessions are asked for, those of no session too."""
    asked = {code for lesson in lessons for code in lesson.exercises}
    every = len(lessons) == len(sessions())
    return [
        pose(code, evidence)
        for code in offered(evidence)
        if code in asked or (every and not declared_exercise(code).session)
    ]


def _salt(posed: Mapping[str, Iterable[Posed]]) -> str:
    """The same for the same class and numbers, another for any other."""
    digest = hashlib.blake2b(digest_size=12)
    for number, each in posed.items():
        cells = (
            f"{p.code}.{part.key}={cell(part, p.answers[part.key])}"
            for p in each
            for part in p.parts
        )
        digest.update("\n".join([number, *cells]).encode())
    return base64.b64encode(digest.digest()).decode()


def _codes(
    sheets: Mapping[Student, Sequence[Sheet]], owners: Mapping[str, str], salt: str
) -> dict[str, str]:
    """Owner by hash of a short code."""
    pairs = [(owners[who.number], sheet.code) for who, each in sheets.items() for sheet in each]
    hashes = _hashed([_Secret(f"code|{code}", salt) for _, code in pairs])
    return {made: owner for made, (owner, _) in zip(hashes, pairs, strict=True)}


class _Feedback:
    """Sentences, each once; the first is that of right answers."""

    def __init__(self) -> None:
        self.texts = [""]

    def of(self, exercise: Posed, part: Part) -> dict[str, int]:
        """Cells of a part that are recognised, and which sentence answers them."""
        cells = {cell(part, exercise.answers[part.key]): 0}
        for wrong in known_wrong(exercise, part):
            cells.setdefault(cell(part, wrong.value), self._number(wrong.feedback))
        return cells

    def _number(self, text: str) -> int:
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text)


class _Asked(NamedTuple):
    """A part that is asked of somebody: the owner's hash, and what each cell means."""

    owner: str
    exercise: Posed
    part: Part
    cells: Mapping[str, int]


def _owned(asked: Sequence[_Asked], salt: str) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """By owner and exercise the parts, each with its hashes and what they mean."""
    secrets = [
        _Secret(f"{each.exercise.code}.{each.part.key}|{name}", f"{salt}|{each.owner}")
        for each in asked
        for name in each.cells
    ]
    hashes = iter(_hashed(secrets))
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for each in asked:
        shown = _shown(each.part, [[next(hashes), number] for number in each.cells.values()])
        found.setdefault(each.owner, {}).setdefault(each.exercise.code, []).append(shown)
    return found


def _shown(part: Part, hashes: list[list[Any]]) -> dict[str, Any]:
    return {
        "key": part.key,
        "label": part.label.replace("$", ""),
        "unit": part.unit,
        "spelled": spellings(part.unit),
        "kind": part.kind,
        "tolerance": part.tolerance,
        "choices": list(part.choices),
        "hashes": hashes,
    }


def _listed(
    lessons: Sequence[Session], posed: Mapping[str, Iterable[Posed]]
) -> list[dict[str, Any]]:
    """Exercises in the order of the sessions, the table of each session first."""
    every = {exercise.code: exercise for each in posed.values() for exercise in each}
    groups = {
        f"第{lesson.ordinal}次课：{lesson.title}": (f"{CODE}{lesson.number}", *lesson.exercises)
        for lesson in lessons
    }
    groups[_OTHERS] = tuple(code for code in every if not any(code in g for g in groups.values()))
    return [
        {"code": code, "title": _title(every[code]), "group": group}
        for group, codes in groups.items()
        for code in codes
        if code in every
    ]


def _title(exercise: Posed) -> str:
    return "地区的表" if is_table(exercise.code) else exercise.title


def _hashed(secrets: Sequence[_Secret]) -> list[str]:
    """Hash many at once: a hash leaves Python's lock to others."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(_hash, secrets))


def _hash(secret: _Secret) -> str:
    text, salt = secret.text.encode(), secret.salt.encode()
    made = hashlib.pbkdf2_hmac("sha256", text, salt, ROUNDS, _LENGTH)
    return base64.b64encode(made).decode()
