"""Who wrote, as pages state it: names out of what stands around them."""

from __future__ import annotations

import re

from archive.importers.agencies import known_agency

_LONGEST = 300
_LONGEST_NAME = 60
_MOST_WORDS = 6

# Who wrote, in the languages of the press; a name follows.
_OPENING = re.compile(
    r"\s*(?:(?:(?:article|story|words|text|report|photos?|analysis|opinion)\s+)?"
    r"(?:(?:written|posted|published|reported|submitted|created|edited|compiled|authored)\s+)?by\b\s*:?|"
    r"(?:geschrieben|verfasst|veröffentlicht|ein \w+)\s+von\b|(?:écrit|publié|rédigé)\s+par\b|"
    r"(?:escrito|publicado)\s+por\b|(?:scritto|pubblicato)\s+da\b|"
    r"(?:the\s+)?authors?\s*:|about the author|auth?or(?:en|in|es|e|a)?\b\s*:?|(?:ein\s+\w+\s+)?von\b|par\b|por\b|"
    r"di\b(?=\s+[A-Z])|door\b|av\b|af\b|från\b|przez\b|автор\s*:?|от\b|редактор\s*:?|"
    r"written\s*:|reporter\s*:?|text\s*:|from\b|posted\s+in\s+.*\bby\b|"
    r"(?:view\s+)?(?:all|more)\s+(?:posts|articles|stories|from|by)(?:\s+by)?\b|about\b|follow\b|–|—|-|\||•|·)\s+",
    re.IGNORECASE,
)
_OPENING_CHINESE = re.compile(r"\s*(?:本报|本報|特约)?(?:作者|記者|记者|編輯|编辑|责编|文)\s*[:：/／]\s*")
_GENERATION = re.compile(r",\s+(?=(?:Jr|Sr|II|III|IV)\b)")
_HONORIFIC = re.compile(r"(?:dr|prof|professor|mr|mrs|ms|sir|rev)\.?\s+(?=\S+\s+\S)", re.IGNORECASE)
_BESIDE = re.compile(r"\s*[(\[（][^()\[\]（）]{0,60}[)\]）]")
_ADDRESS = re.compile(r"(?:https?:|www\.)\S*|\S+@\S+|(?<!\w)@\w+")
# A date, a time or what a page says of them; all behind is no name.
_DATED = re.compile(
    r"(?:\s*[,;|•·–—-])*\s*(?:\b(?:(?:last\s+)?updated|published|posted|modified|created|first published)\b|"
    r"\bon\s+(?=\d|\w+ \d)|\bam\s+\d|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur?|sun)(?:day)?,?\s+|"
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?\s+\d|"
    r"\b\d{1,2}(?:st|nd|rd|th)?[\s./-]+(?:\d|[a-z]{3,9}\.?,?\s+\d{4})|"
    r"\b\d{4}[-/.年]|\b\d{1,2}:\d\d|\bpřed\s+\d|\d+\s+(?:min|hour|day|week|month|year)s?\b).*",
    re.IGNORECASE | re.DOTALL,
)
# Behind a name of two words and more: `Organization for the Sea` is one.
_BEHIND = re.compile(
    r"(?<=\S)\s+(?:for\s+(?=the\s|[A-Z])|\bat\b|in\s+(?=[A-Z])|is\s+an?\s|has\s|writes\b|was\s|of\s+[Tt]he\s|"
    r"(?i:edited|photographs?|illustrat\w+|translated|updated)\s+(?i:by)\b|"
    r"(?:with|avec|mit|con|and \d+ others?|on [A-Z]\w*)\b).*",
    re.DOTALL,
)
_BAR = re.compile(r"\s*(?:\s[|•·–—]|\s-|\s/|::)\s.*", re.DOTALL)
_BETWEEN = re.compile(
    r"\s*(?:,\s*(?:and|und|et|y|e)\s|[,;&|/／、]|\s(?:and|AND|And|und|et|och|og)\s|"
    r"(?<=[a-zé])\s(?:y|e|i|и)\s(?=[A-ZÉÁ]))\s*"
)
_ROLES_LIST = """
staff writer writers reporter reporters correspondent correspondents editor editors columnist contributor
contributors journalist journalists producer photographer anchor analyst critic team desk newsroom redaktion
redaction redacción redazione editorial bureau chief senior associate managing deputy executive special guest
freelance web online digital national political science health business technology sports foreign international
world local the by and news al md phd ma ba bsc msc mba jd esq rn do dds mph dr prof contributing columnista
redactor periodista autor redakteur
"""
_ROLES = frozenset(_ROLES_LIST.split())
# Accounts that post for everybody, and what stands in the place of a name: the site's own words.
_NOBODY = re.compile(
    r"(?:admin(?:istrator)?|webmaster|web ?desk|root|user|authors?|autor|anonymous|anon|unknown|none|null|undefined|"
    r"n/?a|by|staff|staff (?:writer|reporter|report|author)s?|editors?|editorial(?: (?:staff|team|board))?|newsroom|"
    r"news ?desk|guest(?: (?:author|post|contributor|blogger))?|contributors?|redaktion|redacción|redaction|rédaction|"
    r"redazione|super user|wordpress|wp_?admin|default|facebook|twitter|google|linkedin|instagram|youtube|read more|"
    r"more|share|follow|follow author|view (?:all )?(?:posts?|profile|bio).*|see all.*|show more|comments?|"
    r"leave a (?:reply|comment)|log ?in|sign in|home|about|contact|subscribe|profile|email|e-mail|website|published|"
    r"posted|updated|tags?|categor(?:y|ies)|photos?|getty images|shutterstock|istock|read (?:full )?bio|all posts|"
    r"biography|avatar)",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"^(?:on|in|at|to|from|the|this|more|all|about|how|why|what|see|view|get) |[{}<>=\[\]#$%^*~\\]|\?|!$|"
    r"[a-z]{3}[.:]\s+[a-z]|(?i:https?:|\.(?:com|org|net|html?|php)\b)|\b\d{3,}\b|^\d+$"
)
# The name of a site: one word, with a domain of a country or one of those that are for all.
_HOST = re.compile(r"[\w-]{2,}(?:\.[\w-]+)*\.(?:[a-z]{2}|com|org|net|info|news|media|press)", re.IGNORECASE)
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
    while opening := _OPENING.match(line + " ") or _OPENING_CHINESE.match(line):
        line = line[opening.end() :]
    line = _BAR.sub("", _DATED.sub("", line, count=1), count=1)
    if (behind := _BEHIND.search(line)) and len(line[: behind.start()].split()) > 1:
        line = line[: behind.start()]
    line = _GENERATION.sub(" ", _BESIDE.sub("", line))
    names: dict[str, str] = {}
    for part in _BETWEEN.split(line):
        name = _name(part)
        # Behind a name stand roles, degrees, outlets and places: one word is no second person's name.
        if name is not None and not (names and (_is_other(name) or (" " not in name and " " in next(iter(names))))):
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
    name = part.strip(" \t.,:;|-–—•·/\"'“”»«*()[]")
    if known_agency(name):
        return name
    if part.rstrip().endswith(("Jr.", "Sr.")):
        name += "."
    words = _HONORIFIC.sub("", name).split()
    if len(words) > 2 and len(words) % 2 == 0 and words[: len(words) // 2] == words[len(words) // 2 :]:
        words = words[: len(words) // 2]
    words = _without_roles(words)
    name = " ".join(words)
    if (
        len(name) < 2
        or len(name) > _LONGEST_NAME
        or len(words) > _MOST_WORDS
        or _HUMAN.search(name) is None
        or _NOBODY.fullmatch(name)
        or _NO_NAME.search(name)
        or _HOST.fullmatch(name)
        or all(_is_role(word) for word in words)
        or (len(words) > 1 and all(len(word.strip(".")) == 1 for word in words))
    ):
        return None
    return _usual_case(name)


def _without_roles(words: list[str]) -> list[str]:
    """Return the words of a name without the roles and the agency behind it: `Jane Doe Political Editor`."""
    if words and words[0].casefold() == "our":
        # `Our Special Correspondent`, `Our Foreign Staff`: the role is the name.
        return words
    for count in range(min(3, len(words) - 2), 0, -1):
        if known_agency(" ".join(words[-count:])):
            return words[:-count]
    end = len(words)
    while end > 2 and _is_role(words[end - 1]):
        end -= 1
    return words[:end]


def without_staff(name: str) -> str:
    """Return a name without the words behind it that are no person's: of `Harbour Courier Staff` the outlet."""
    words = name.split()
    while len(words) > 1 and _is_role(words[-1]):
        words.pop()
    return " ".join(words)


def _is_other(name: str) -> bool:
    """Tell whether what stands behind a name is no person: an agency, an outlet, a role."""
    words = name.split()
    return known_agency(name) is not None or _is_role(words[-1]) or _is_role(words[0])


def _is_role(word: str) -> bool:
    return word.casefold().replace(".", "") in _ROLES


def _usual_case(name: str) -> str:
    """Return a name in capitals as names are written: `JANE MCDOE` gives `Jane Mcdoe`; what is short stays."""
    words = name.split()
    if len(words) < 2 or name != name.upper() or name == name.lower():
        return " ".join(words)
    return " ".join(
        word
        if len(word.rstrip(".")) < 3 or "." in word[:-1] or not _VOWELS.search(word) or set(word) <= set("IVX")
        else re.sub(r"[^\W\d_]+", lambda letters: letters[0].capitalize(), word)
        for word in words
    )
