"""The title of a text: the last line of its heading, or the line in it that stands twice.

The heading is the run of short lines ahead of the first paragraph. A wrong title is worse than none: it is what a
reader sees and what an answer is cited by. So where a rule is in doubt it gives none.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from archive.importers import byline, dateline
from archive.importers.lines import (
    Line,
    ends_sentence,
    is_prose,
    is_short,
    line_width,
    one_line,
    runs_on,
)
from archive.importers.months import month_number, weekday_number

_MOST_LINES = 12
_LONGEST_TITLE = 140
_REPEATED_WITHIN = 8

# What sites print about an article. As a whole line, or its beginning.
_FURNITURE = re.compile(
    r"(?:home|menu|search|print|share|e-?mail|tweet|like|save|login|log in|sign (?:in|up)|register|subscribe|"
    r"news ?letters?|comments?|latest news|top stories|most (?:read|popular|viewed|visited)|related(?: \w+)?|"
    r"(?:for immediate|press|news|media) (?:release|advisory|room)s?|releases?|contact(?: us)?|about(?: us)?|"
    r"opinion|editorial|analysis|exclusive|breaking(?: news)?|advertisement|sponsored|video|photos?|gallery)$|"
    r"(?:https?:|www\.|skip to|see all|view all|erstellt (?:von|am)|posted (?:by|on|in)|"
    r"share (?:this|on|via|with)|follow us|print (?:this|friendly|article)|post a|leave a|"
    r"read (?:more|also|next)|"
    r"click (?:here|to)|sign up|subscribe|copyright|all rights|continue reading|story continues|"
    r"(?:photo|image|picture|video|file photo|source|credit|contact|tags?|filed under|category|section|listen|watch|"
    r"for more information|for immediate release)\b\W*(?::|by|courtesy|source|credit|contact|of the photo)|"
    r"\d+ (?:min(?:ute)?s?|hours?|days?|comments?|shares?|views?)\b|(?:(?:one|two|three)-)?min(?:ute)? read)",
    re.IGNORECASE,
)
_NOT_IN_TITLES = re.compile(r"https?:|www\.|@|[©|»›]| > |\.(?:com|org|net)\b|\b\d{3}[-.]\d{4}\b")
# One of the characters that each of these needs: to look for that first takes a tenth of the time.
_SIGN = re.compile(r"[:.@©|»›>-]")
# A line that begins with a day is about the article: "15 October 2019 by Jane Doe". So is one that names its source.
_LETTERS = r"[^\W\d_]{3,10}"
_BEGINS_WITH_DAY = re.compile(
    rf"\W*(?:{_LETTERS}\.?,?\s+)?(?:\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}|\d{{4}}[-/.年]\s?\d{{1,2}}[-/.月]\s?\d{{1,2}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:de\s+)?(?P<month>{_LETTERS})\.?,?\s+(?:de\s+)?\d{{4}}"
    rf"|(?P<month2>{_LETTERS})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,\s+\d{{4}})(?!\d)"
)
_ABOUT_SOURCE = re.compile(r"(?:来源|來源|稿源|发稿时间|发布时间|責任編輯|责任编辑|記者|출처)\s*[:：]")
# Pictures are credited like this, articles are not.
_CAPTION = re.compile(
    r"(?:/\s*|\bvia )(?:Reuters|AP|AFP|EPA|EFE|dpa|DPA|Xinhua|Getty(?: Images)?|Shutterstock|Alamy|Bloomberg)\)?$"
    r"|\b(?:Getty Images|AP Photo|Photograph:|iStock)"
)
_LONG_WORD = re.compile(r"[^\W\d_]{3,}")
_COMMON_LIST = """
the and for with from that this after over into its has have will not are was but his her who says said more
than about their they been were which also when what all one two new
"""
_COMMON = frozenset(_COMMON_LIST.split())
_TOLD = 1500
_AGAIN = 3
_LEAST_WORDS = 5
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+(?:st|nd|rd|th|am|pm|er|h\d*)?")
# A digit, or what might be one in another script.
_NUMERAL = re.compile(r"[0-9]|[^\x00-\x7f]")
_DATED = re.compile(r"(?:(?:first|last) )?(?:posted|published|updated|modified|created)\b.*\d", re.IGNORECASE)
_DATE_LIST = """
on at am pm a p m date dated published posted updated last modified first created the of monday tuesday wednesday
thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun gmt utc est edt cst cdt mst mdt pst pdt et
ct mt pt bst cet cest ist hkt sgt jst msk local time uhr um h à le el de del года г в мск hrs ago sec secs second
seconds min mins minute minutes hour hours day days week weeks month months year years
"""
_DATE_WORDS = frozenset(_DATE_LIST.split())


class Heading(NamedTuple):
    """What stands ahead of the first paragraph: `length` lines, one of them the title or none."""

    title: Line | None
    length: int


def read(lines: list[Line], *, titled: bool = False) -> Heading:
    """Return the heading of a text, by its top lines (`top_lines`). Where it is `titled` already, without its title."""
    width = line_width(lines)
    first, second = _repeated(lines)
    if first is not None:
        return Heading(first, _length(lines, second + 1, width))
    length = _length(lines, 0, width)
    if titled or not 0 < length < len(lines):
        return Heading(None, length)
    if length > _MOST_LINES:
        return Heading(_title_of_many(lines, length), length)
    return Heading(_last_title(lines, length, width), length)


def _title_of_many(lines: list[Line], length: int) -> Line | None:
    """Return the title behind a menu: one of the last dozen lines, most of whose words come again, or none.

    A summary below the title may take up more of them, so the first one counts that is half as near.
    """
    told = _told(lines, length)
    weights: list[tuple[float, Line]] = []
    for line in lines[length - _MOST_LINES : length]:
        if len(line.text.split()) >= _LEAST_WORDS and _may_be_title(line.text):
            stems = _stems(line.text)
            again = len(stems & told)
            if again >= _AGAIN and 2 * again >= len(stems):
                weights.append((again * again / len(stems), line))
    most = max((weight for weight, _ in weights), default=0.0)
    return next((line for weight, line in weights if 2 * weight >= most), None)


def _last_title(lines: list[Line], length: int, width: int | None) -> Line | None:
    # What stands behind a byline is a caption or a summary; ahead of it is the title.
    signed = _signed(lines, length)
    candidates = [at for at in range(signed) if _may_be_title(lines[at].text)] or [
        at for at in range(signed, length) if _may_be_title(lines[at].text)
    ]
    if not candidates:
        return None
    at = candidates[-1] if len(candidates) == 1 else _likeliest(lines, candidates, length)
    if runs_on(lines[at], lines[at + 1], width) and not _is_apart(lines[at + 1]):
        return None
    # The second line of a title that was wrapped is not the title.
    if at and runs_on(lines[at - 1], lines[at], width) and not _is_apart(lines[at - 1]):
        return None
    return lines[at]


def _signed(lines: list[Line], length: int) -> int:
    """Return the place of the byline in a heading, `length` where it has none."""
    titled = False
    for at in range(length):
        if byline.read(lines[at].text, behind_title=titled) is not None:
            return at
        titled = titled or _may_be_title(lines[at].text)
    return length


def _likeliest(lines: list[Line], candidates: list[int], length: int) -> int:
    """Return the candidate whose words come again in the paragraphs, and the last one unless another's clearly do.

    Above a title stand the names of the site and the section, below it a summary that says it in other words.
    """
    told = _told(lines, length)
    likeliest, most = candidates[-1], 0.0
    for at in reversed(candidates):
        stems = _stems(lines[at].text)
        again = len(stems & told)
        # Both count: how many of its words come again, and how large a part of it they are.
        weight = again * again / max(1, len(stems))
        if weight > most and (again >= _AGAIN or at == candidates[-1]):
            likeliest, most = at, weight
    return likeliest


def _told(lines: list[Line], length: int) -> set[str]:
    """Return the stems of the words of the first paragraphs."""
    return _stems(" ".join(line.text for line in lines[length:])[:_TOLD])


def _stems(text: str) -> set[str]:
    return {word[:5].casefold() for word in _LONG_WORD.findall(text)} - _COMMON


def is_date(text: str) -> bool:
    """Tell whether a line is nothing but a date: of the page, of the article, of the last change."""
    return len(text) <= 80 and _NUMERAL.search(text) is not None and _is_date(text)


# Here and below: several rules ask about the same lines.
@lru_cache(maxsize=256)
def _is_date(text: str) -> bool:
    if _DATED.match(text):
        return True
    label, colon, behind = text.partition(": ")
    words = _WORD.findall(behind if colon and len(label.split()) == 1 else text)
    return any(word[0].isdigit() for word in words) and all(
        word.casefold() in _DATE_WORDS
        or month_number(word) is not None
        or weekday_number(word) is not None
        or _NUMBER.fullmatch(word.casefold())
        for word in words
    )


def is_label(text: str) -> bool:
    """Tell whether a line names what should follow it, such as `Source of the photo:`."""
    return text.endswith((":", "："))


def _length(lines: list[Line], start: int, width: int | None) -> int:
    """Return how many lines stand ahead of the first paragraph, the first `start` among them."""
    for at in range(start, len(lines)):
        line = lines[at]
        if not is_short(line):
            # A paragraph, whatever stands at its beginning.
            return at
        following = lines[at + 1] if at + 1 < len(lines) else None
        prose = is_prose(line, None, width) or (runs_on(line, following, width) and not _runs_apart(following))
        if (prose and not _is_apart(line)) or dateline.read(line.text) is not None:
            return at
    return len(lines)


def _repeated(lines: list[Line]) -> tuple[Line | None, int]:
    """Return the first line that stands twice near the top and where it stands again, or None.

    Pages print their title as the page's and again as the article's. Only short lines may stand ahead of the second.
    """
    if len(lines) < 2 or not is_short(lines[1]):
        return None, 0
    seen: dict[str, Line] = {}
    for at, line in enumerate(lines[:_REPEATED_WITHIN]):
        if not is_short(line):
            break
        text = one_line(line.text)
        if text in seen and len(text.split()) >= 3 and _may_be_title(text.rstrip(".")):
            return seen[text], at
        seen.setdefault(text, line)
    return None, 0


def _runs_apart(line: Line | None) -> bool:
    return line is not None and _is_apart(line)


def _is_apart(line: Line) -> bool:
    """Tell whether a line is of the heading without being a title: a byline, a date, a label, the site's own."""
    text = line.text
    return is_short(line) and (
        byline.read(text) is not None
        or is_date(text)
        or (is_label(text) and len(text) <= 60)
        or _FURNITURE.match(text) is not None
    )


def _may_be_title(text: str) -> bool:
    return 8 <= len(text) <= _LONGEST_TITLE and _reads_like_title(text)


@lru_cache(maxsize=256)
def _reads_like_title(text: str) -> bool:
    if ends_sentence(text) or is_label(text) or is_date(text):
        return False
    first = text.lstrip("\"'“‘«")[:1]
    if not first.isalnum() or first.islower():
        return False
    # Scripts that put no spaces between words have titles of one.
    words = text.split()
    if len(words) < 2 and (text.isascii() or len(text) < 10):
        return False
    return (
        any(character.isalpha() for character in text)
        and byline.read(text) is None
        and _FURNITURE.match(text) is None
        and not (_SIGN.search(text) is not None and _NOT_IN_TITLES.search(text) is not None)
        and not (_names_a_picture(text) and _CAPTION.search(text) is not None)
        and (text.isascii() or _ABOUT_SOURCE.search(text) is None)
        and not _begins_with_day(text)
    )


def _names_a_picture(text: str) -> bool:
    """Tell whether a line has what a picture's credit cannot do without."""
    return "/" in text or "via " in text or "Getty" in text or "Photo" in text or "iStock" in text


def _begins_with_day(text: str) -> bool:
    day = _BEGINS_WITH_DAY.match(text)
    if day is None:
        return False
    month = day["month"] or day["month2"]
    return month is None or month_number(month) is not None
