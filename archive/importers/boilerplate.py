"""Boilerplate at both ends of a text as it was scraped: what the page printed round the article.

What is marked is not searched, so a wrong mark hides a text. Hence a line is marked only if it is furniture by its
words (`archive.importers.furniture`), or stands where nothing of the article can: between two lines of a menu, behind
the first furniture of a tail in which no paragraph follows, or again where it stood before. Paragraphs are never
marked for where they stand. What is inside the article, and comments and teasers that are written as paragraphs, stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archive.importers import byline, furniture, heading
from archive.importers.lines import ends_sentence, is_prose, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.importers.lines import Line

_PARAGRAPHS_PASSED = 3
"""Share bars stand behind a summary, too: so many paragraphs of the beginning are looked beyond."""

_MENU_WIDTH = 32
_MENU_GAP = 6
"""Lines of a menu that may stand between two that are known for it."""

_TAIL_LINE = 160
_ITEM = 60
_HEADS_LISTS = frozenset({"related", "comments"})
_MOST_HEADLINES = 12
_BREADCRUMBS = ("home", "startseite", "accueil", "inicio", "início", "главная", "you are here", "sie sind hier")
_BREADCRUMB = 16
_LEAST_TITLE = 16


class Mark(NamedTuple):
    """Boilerplate in a text: `[start, end)` in code points, and the rule that it was found by."""

    start: int
    end: int
    rule: str


def at_the_top(lines: Sequence[Line]) -> dict[int, str]:
    """Return the rules of those top lines that are furniture, by their place among the lines.

    Lines that only may be, such as the title, are not among them.
    """
    rules: dict[int, str] = {}
    paragraphs = 0
    menu: list[int] = []
    for at, line in enumerate(lines):
        if line.cut:
            break
        inside = paragraphs > _PARAGRAPHS_PASSED
        if len(line.text) > furniture.LONGEST and (paragraphs or not may_lead(line)):
            # No furniture is as long, and all that is as long is prose.
            paragraphs += 1
            continue
        rule = furniture.rule_inside(line.text) if inside else furniture.rule_of(line.text)
        if rule is None and not paragraphs:
            rule = _breadcrumb(lines, at)
        if rule is not None:
            rules[at] = rule
        if inside:
            continue
        if _may_be_item(line, rule):
            menu.append(at)
        elif is_prose(line, lines[at + 1] if at + 1 < len(lines) else None, None):
            paragraphs += 1
    return dict.fromkeys(_between(lines, menu), "navigation") | rules


def at_the_end(lines: Sequence[Line]) -> dict[int, str]:
    """Return the rules of those last lines of a text that are boilerplate, by their place among the lines.

    They are the furniture in the tail, where no paragraph stands, notices in sentences among it, and the few short
    lines behind each, such as headlines below "Related news". A longer list is the article's. Ahead of the tail, only
    what nothing else can be.
    """
    rules: dict[int, str] = {}
    waiting: list[int] = []
    menu: list[int] = []
    inside = False
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        if len(line.text) > furniture.LONGEST:
            inside = True
            waiting = []
            continue
        rule = furniture.rule_inside(line.text) if inside else furniture.rule_of(line.text)
        if rule is not None:
            rules[at] = rule
            if _belong(lines, waiting, rule):
                rules.update(dict.fromkeys(waiting, rule))
            waiting = []
        elif inside:
            continue
        elif _may_trail(line):
            waiting.append(at)
        else:
            inside = True
            waiting = []
        if not inside and _may_be_item(line, rule):
            menu.append(at)
    return dict.fromkeys(_between(lines, menu[::-1]), "navigation") | rules


def _belong(lines: Sequence[Line], waiting: list[int], rule: str) -> bool:
    """Tell whether the lines behind a piece of furniture belong to it."""
    if rule in _HEADS_LISTS:
        return len(waiting) <= _MOST_HEADLINES
    return len(waiting) <= _MENU_GAP and all(len(lines[at].text) <= _ITEM for at in waiting)


def repeated(lines: Sequence[Line], title: str, length: int) -> dict[int, str]:
    """Return those of the first `length` lines that say the title again: all but the first that say it."""
    wanted = one_line(title).rstrip(".")
    begin = wanted[:1] or "."
    saying = [
        at
        for at, line in enumerate(lines[:length])
        # Of most lines the first letter tells.
        if line.text.startswith(begin) and one_line(line.text).rstrip(".") == wanted
    ]
    return dict.fromkeys(saying[1:], "repeated-title")


def marks(lines: Sequence[Line], rules: dict[int, str]) -> list[Mark]:
    """Return the marks of lines by their rules, neighbours of one rule as one, in order."""
    found: list[Mark] = []
    last = -2
    for at in sorted(rules):
        line, rule = lines[at], rules[at]
        if found and last == at - 1 and found[-1].rule == rule:
            found[-1] = Mark(found[-1].start, line.end, rule)
        else:
            found.append(Mark(line.start, line.end, rule))
        last = at
    return found


def trailing_label(text: str, end: int) -> Mark | None:
    """Return the label with nothing behind it that a text ends with, such as `Original News :`, in its last line.

    `end` is where the text ends without the boilerplate below. The label stands behind the last sentence.
    """
    tail = text[max(0, end - 60) : end].rstrip()
    if not tail.endswith((":", "：")):
        return None
    stop = max(tail.rfind(mark) for mark in (".", "!", "?", "”", '"', "\n"))
    label = tail[stop + 1 :].strip()
    if stop < 0 or not furniture.is_empty_label(label):
        return None
    begin = max(0, end - 60) + tail.rindex(label)
    return Mark(begin, begin + len(label), furniture.rule_of(label) or "label")


def may_lead(line: Line) -> bool:
    """Tell whether a line begins as one does that says where in the site the page is."""
    # Longer than any of these words, as folding may make a character two, but never none.
    return line.text[:_BREADCRUMB].casefold().startswith(_BREADCRUMBS)


def _breadcrumb(lines: Sequence[Line], at: int) -> str | None:
    """Return the rule of a line that says where in the site the page is, and then often the title that follows."""
    text = lines[at].text
    if not may_lead(lines[at]):
        return None
    if any(sign in text for sign in (" » ", " > ", " › ", " / ", " | ", " → ", " ❯ ")) and not ends_sentence(text):
        return "breadcrumb"
    # "Home Politics Ferry Returns": the title is the end of it, and stands again below.
    following = (one_line(line.text) for line in lines[at + 1 : at + 6])
    told = one_line(text)
    if any(len(title) >= _LEAST_TITLE and told.endswith(" " + title) for title in following):
        return "breadcrumb"
    return None


def _may_be_item(line: Line, rule: str | None) -> bool:
    return len(line.text) <= _MENU_WIDTH and (rule is not None or furniture.is_menu_item(line.text))


def _between(lines: Sequence[Line], menu: list[int]) -> list[int]:
    """Return the short lines that stand between two items of one menu, and those items."""
    found: list[int] = []
    run: list[int] = []
    for at in menu:
        if run and (at - run[-1] > _MENU_GAP or any(_is_apart(lines[between]) for between in range(run[-1] + 1, at))):
            found += _menu(run)
            run = []
        run.append(at)
    return found + _menu(run)


def _menu(run: list[int]) -> list[int]:
    # Fewer may be the section and the labels of one article.
    return list(range(run[0], run[-1] + 1)) if len(run) >= 4 else []


def _is_apart(line: Line) -> bool:
    """Tell whether a line is none that menus hold."""
    return (
        len(line.text) > _MENU_WIDTH
        or ends_sentence(line.text)
        or heading.is_date(line.text)
        or byline.read(line.text) is not None
    )


def _may_trail(line: Line) -> bool:
    """Tell whether a line may be one of a list behind the article: it is short and no sentence."""
    text = line.text
    return len(text) <= _TAIL_LINE and not ends_sentence(text) and not text.endswith((",", ";", "”", '"', "»"))
