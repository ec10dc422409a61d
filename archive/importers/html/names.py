"""Who wrote, as pages state it: names out of what stands around them."""

from __future__ import annotations

import re

_LONGEST = 300
_LONGEST_NAME = 60
_MOST_WORDS = 6

# Who wrote, in the languages of the press; a name follows.
_OPENING = re.compile(
    r"\s*(?:(?:(?:article|story|words|text|report|photos?|analysis|opinion)\s+)?"
    r"(?:(?:written|posted|published|reported|submitted|created|edited|compiled|authored)\s+)?by\b\s*:?|"
    r"(?:geschrieben|verfasst|veröffentlicht|ein \w+)\s+von\b|(?:écrit|publié|rédigé)\s+par\b|(?:escrito|publicado)\s+por\b|(?:scritto|pubblicato)\s+da\b|"
    r"(?:the\s+)?authors?\s*:|about the author|auth?or(?:en|in|es|e|a)?\s*:|(?:ein\s+\w+\s+)?von\b|par\b|por\b|di\b(?=\s+[A-Z])|"
    r"door\b|av\b|af\b|från\b|przez\b|автор\s*:?|от\b|редактор\s*:?|作者\s*[:：]?|記者\s*[:：]?|记者\s*[:：]?|"
    r"文\s*[/／:：]|written\s*:|reporter\s*:?|text\s*:|from\b|posted\s+in\s+.*\bby\b|–|—|-|\||•|·)\s+",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"\s*[(\[（][^()\[\]（）]{0,60}[)\]）]")
_ADDRESS = re.compile(r"(?:https?:|www\.)\S*|\S+@\S+|(?<!\w)@\w+")
# A date, a time or what a page says of them; all behind is no name.
_DATED = re.compile(
    r"(?:\s*[,;|•·–—-])*\s*(?:\b(?:(?:last\s+)?updated|published|posted|modified|created|first published)\b|\bon\s+(?=\w+ \d)|\bam\s+\d|"
    r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur?|sun)(?:day)?,?\s+|"
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?\s+\d|\b\d{1,2}(?:st|nd|rd|th)?[\s./-]+(?:\d|[a-z]{3,9}\.?,?\s+\d{4})|"
    r"\b\d{4}[-/.年]|\b\d{1,2}:\d\d|\bpřed\s+\d|\d+\s+(?:min|hour|day|week|month|year)s?\b).*",
    re.IGNORECASE | re.DOTALL,
)
_BEHIND = re.compile(
    r"\s+(?:for\s+(?=the\s|[A-Z])|\bat\b|in\s+(?=[A-Z])|is\s+an?\s|has\s|writes\b|was\s|of\s+[Tt]he\s|(?i:edited|photographs?|illustrat\w+|translated|updated)\s+(?i:by)\b|(?i:with)\s+(?i:reporting)).*|"
    r"\s*(?:\s[|•·–—]|\s-|\s/|::)\s.*",
    re.DOTALL,
)
_BETWEEN = re.compile(
    r"\s*(?:,\s*(?:and|und|et|y|e)\s|[,;&|／、]|\s/\s|\s(?:and|AND|And|und|et|och|og)\s|(?<=[a-zé])\s(?:y|e|i|и)\s(?=[A-ZÉÁ]))\s*"
)
_ROLES_LIST = """
staff writer writers reporter reporters correspondent correspondents editor editors columnist contributor contributors
journalist journalists producer photographer anchor analyst critic author authors team desk newsroom redaktion redaction
redacción redazione editorial bureau chief senior associate managing deputy executive special guest freelance web online
digital national political science health business technology sports foreign international world local the by and news
md phd ma ba bsc msc mba jd esq rn do dds mph dr prof contributing columnista redactor periodista autor redakteur
"""
_ROLES = frozenset(_ROLES_LIST.split())
_NOBODY = re.compile(
    r"(?:admin(?:istrator)?|webmaster|web ?desk|root|user|author|authors|autor|anonymous|anon|unknown|none|null|undefined|n/?a|"
    r"by|staff|staff (?:writer|reporter|report|author)s?|editor|editors|editorial(?: (?:staff|team|board))?|newsroom|news ?desk|"
    r"guest(?: (?:author|post|contributor|blogger))?|contributor|contributors|redaktion|redacción|redaction|rédaction|redazione|"
    r"super user|wordpress|wp_?admin|default|facebook|twitter|google|linkedin|instagram|youtube|read more|more|share|follow|"
    r"follow author|view (?:all )?(?:posts?|profile|bio).*|see all.*|show more|comments?|leave a (?:reply|comment)|log ?in|sign in|"
    r"home|about|contact|subscribe|profile|email|e-mail|website|published|posted|updated|tags?|categor(?:y|ies)|photo|photos|"
    r"getty images|shutterstock|istock|read (?:full )?bio|all posts|biography|avatar)",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"^(?:on|in|at|to|from|the|this|more|all|about|how|why|what|see|view|get) |[{}<>=\[\]#$%^*~\\]|\?|!$|[.:]\s+[a-z]|https?:|\.(?:com|org|net|html?|php)\b|\b\d{3,}\b|^\d+$", re.IGNORECASE)
_HUMAN = re.compile(r"[^\W\d_]")
_VOWELS = re.compile(r"[AEIOUYÀ-Ý]")


def read_names(text: str) -> tuple[str, ...]:
    """Return the names in what a page states as its author, as they are usually written; empty where there is none.

    What opens a byline, dates, addresses, roles, degrees and outlets behind a name are left out, and so is what is
    nobody's name: `admin`, `Staff`, an address. A user's name of a site is one.
    """
    line = " ".join(text.split())
    if not line or len(line) > _LONGEST:
        return ()
    line = _ADDRESS.sub(" ", line)
    while opening := _OPENING.match(line + " "):
        line = line[opening.end() :]
    line = _BEHIND.sub("", _DATED.sub("", line, count=1), count=1)
    line = _BESIDE.sub("", line)
    names: dict[str, str] = {}
    for part in _BETWEEN.split(line):
        name = _name(part)
        if name is None:
            continue
        if _is_role(name):
            # A role, a degree or an outlet behind a name; ahead of one it is the outlet's own.
            if names:
                continue
            name = name if len(name.split()) > 1 and not _all_roles(name) else None
        if name is not None:
            names.setdefault(name.casefold(), name)
    return tuple(names.values())


def merged(listed: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the names of several statements without those that are named twice, whatever their case."""
    names: dict[str, str] = {}
    for some in listed:
        for name in some:
            names.setdefault(name.casefold(), name)
    return tuple(names.values())


def _name(part: str) -> str | None:
    name = part.strip(" \t.,:;|-–—•·/\"'“”»«*()")
    if part.rstrip().endswith(("Jr.", "Sr.")):
        name += "."
    words = name.split()
    if (
        not words
        or len(name) > _LONGEST_NAME
        or len(words) > _MOST_WORDS
        or len(name) < 2
        or _HUMAN.search(name) is None
        or _NOBODY.fullmatch(name)
        or _NO_NAME.search(name)
    ):
        return None
    return _usual_case(name)


def _is_role(name: str) -> bool:
    words = [word.casefold().strip(".") for word in name.split()]
    return any(word in _ROLES for word in words) and (len(words) == 1 or words[-1] in _ROLES or words[0] in _ROLES)


def _all_roles(name: str) -> bool:
    return all(word.casefold().strip(".") in _ROLES for word in name.split())


def _usual_case(name: str) -> str:
    """Return a name in capitals as names are written: `JANE MCDOE` gives `Jane Mcdoe`; what is short stays."""
    words = name.split()
    if len(words) < 2 or name != name.upper() or name == name.lower():
        return " ".join(words)
    return " ".join(
        word if len(word.rstrip(".")) < 3 or "." in word[:-1] or not _VOWELS.search(word) or set(word) <= set("IVX")
        else re.sub(r"[^\W\d_]+", lambda letters: letters[0].capitalize(), word)
        for word in words
    )
