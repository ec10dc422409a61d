"""Names of places as datelines write them: what may be one, and how one in capitals is usually written."""

from __future__ import annotations

import re

from archive.importers.months import month_number, weekday_number

_PLACE_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’‘./-](?=[^\W\d_]))*\.?")
_PARTICLES_LIST = """
de da do dos das del della di du la le les of the al el upon am an au en sur und y
"""
_PARTICLES = frozenset(_PARTICLES_LIST.split())
# Words that stand in capitals before a dash and are no place, and those that begin a sentence or a name.
_NO_PLACES_LIST = """
breaking update updated updates exclusive live watch video photo photos opinion analysis editorial news alert
correction corrected clarification factbox timeline explainer feature interview review profile podcast gallery summary
note notes fact facts quote quotes question answer related contact background developing advisory u.s u.k u.n e.u nato
opec nasa unesco unicef asean aids covid interpol jcpoa iaea brics mercosur fifa uefa fema the a an in on at by for
from to of with as and or but if when while after before since this that these he she it they we i his her their our
my its there here what who why how not no yes mr mrs ms dr sen sens rep reps gov president senator senators
congressman congresswoman captain mayor minister professor prof sir lord statement release press media more wait well
however today yesterday tomorrow now then
"""
_NO_PLACES = frozenset(_NO_PLACES_LIST.split())
_NO_NAMES = _NO_PLACES - _PARTICLES
_NO_FIRST = _NO_PLACES - {"the"}
# The beginnings (and one end) of the names of places of two words and more.
_NAMES_BEGIN_LIST = """
new san santa santo são sao saint st ste los las la le el port fort salt tel abu addis buenos cape hong kuala
rio north south east west upper lower phnom mexico guatemala panama des baton colorado corpus grand little long
oklahoma kansas jefferson sioux united white ho puerto porto cedar ann palo santa baden bad den the islamabad
nizhny sri dar ras ulan vatican white camp mount mt lake palm daytona key virginia green
"""
_NAMES_BEGIN = frozenset(_NAMES_BEGIN_LIST.split())


def is_ordinary(text: str) -> bool:
    """Tell whether a name of several words begins or ends as those of cities do: `New York`, `Salt Lake City`."""
    words = text.split()
    return words[0].casefold().strip(".") in _NAMES_BEGIN or words[-1].casefold() == "city"


def is_place(text: str) -> bool:
    """Tell whether a text is written like the name of a place: capitals, particles, no word that names none."""
    words = text.split()
    return (
        1 <= len(words) <= 4
        and words[-1].casefold() not in _PARTICLES
        and month_number(words[0]) is None
        and not any(word.casefold().strip(".") in _NO_NAMES for word in words)
        and not any(weekday_number(word) for word in words)
        and words[0].casefold() not in _NO_FIRST
        and all(
            _PLACE_WORD.fullmatch(word) is not None
            and (word[0].isupper() or word in _PARTICLES or not word[0].islower())
            for word in words
        )
    )


def is_capitals(text: str) -> bool:
    """Tell whether a name stands in capitals, `McALLEN` too."""
    letters = re.sub(r"\b(?:Mc|Mac)(?=[A-Z])", "", text)
    return letters == letters.upper() and letters != letters.lower()


def usual_case(text: str) -> str:
    """Return a place in capitals as it is usually written, `RIO DE JANEIRO` as `Rio de Janeiro`. D.C. and HI stay."""
    if not is_capitals(text) or re.fullmatch(r"(?:[A-Z]\.)+|[A-Z]{2}", text):
        return text
    words = text.split()
    return " ".join(
        word.lower() if at and word.casefold() in _PARTICLES else _capitalized(word) for at, word in enumerate(words)
    )


def _capitalized(word: str) -> str:
    if re.fullmatch(r"(?:[A-Z]\.)+|Mc[A-Z]+|Mac[A-Z]+", word):
        return word if "." in word else word[: word.index("c") + 1] + word[word.index("c") + 1 :].capitalize()

    def one(letters: re.Match[str]) -> str:
        ahead, part = word[: letters.start()][-1:], letters[0]
        # PORT-AU-PRINCE, LEE'S SUMMIT.
        lowered = (ahead == "-" and part.casefold() in _PARTICLES) or (ahead in {"'", "’"} and part == "S")
        return part.lower() if lowered else part.capitalize()

    return re.sub(r"[^\W\d_]+", one, word)
