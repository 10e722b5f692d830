"""An exercise in front of a class: a slide that poses it, one that answers it, notes for both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synergy.exercises.answers import personal
from synergy.exercises.posing import offered, pose
from synergy.words import Said, say

if TYPE_CHECKING:
    from synergy.dictionary import Place
    from synergy.evidence import Evidence

#: Answers up to which a slide has one column of them.
COLUMN = 7


def exercise_slide(
    code: str,
    evidence: Evidence | None = None,
    *,
    place: Place | None = None,
    minutes: tuple[str, str] = ("", ""),
) -> Said:
    """Two slides of an exercise with the chapter's own numbers; none where an edition has no such.

    Parameters
    ----------
    code : str
        ``E1`` and so on.
    evidence, place : optional
        As for :func:`synergy.exercises.posing.pose`.
    minutes : (str, str)
        Of the session, for the question and for the answer, like ``15–20``.

    Raises
    ------
    DataError
        No such exercise.
    """
    if evidence is not None and code not in offered(evidence):
        return say("")
    posed = pose(code, evidence, place=place)
    told = [(part.label, part.shown(posed.answers[part.key])) for part in posed.parts]
    half = (len(told) + 1) // 2 if len(told) > COLUMN else len(told)
    sides = [told[:half], told[half:]] if told[half:] else [told]
    return say(
        """
## {{ p.code }}　{{ p.title }}

:::{div} exercise
{{ p.question|safe }}
:::

:::{notes} {{ minutes[0] }}
{% if own %}
**做。** 学生做讲义上自己的数；幻灯片上是书里的数。
{% endif %}

**提示。** {{ p.hint|safe }}

{% for mistake, _ in p.mistakes %}
- **{{ mistake.name }}。** {{ mistake.feedback }}
{% endfor %}
:::

## {{ p.code }} 的答案　{{ told[-1][0]|safe }}：{{ told[-1][1] }}

::::{div} answers
{% for side in sides %}
:::{div} side
| 要答的 | 答案 |
|:--|--:|
{% for label, value in side %}
| {{ label|safe }} | {{ value }} |
{% endfor %}
:::

{% endfor %}
::::

:::{notes} {{ minutes[1] }}
{{ p.solution|safe }}

**拓展。** {{ p.extension|safe }}
:::
""",
        p=posed,
        told=told,
        sides=sides,
        minutes=minutes,
        own=personal(code),
    )
