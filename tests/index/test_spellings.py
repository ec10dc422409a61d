"""The table of spellings: what it joins, and what it must not."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from index import analysis
from index.spellings import FILE, digest, spellings_of

JOINED = [
    "sergei sergey serghei",
    "tehran teheran",
    "mohammad mohammed muhammad",
    "hussein hossein husayn",
    "kiev kyiv",
    "zelensky zelenskyy zelenskiy",
    "lavrov lawrow",
    "dmitry dmitri dmitriy",
    "sergey сергеи",
    "lavrov лавров",
    "mohammad محمد",
    "tehran تهران",
]

APART = """
    granada grenada lowell lovell karen karin salem salim milan mylan vernon vern bon bonn hun
    robert roberts hong kong martin marten martins john jon jan june jack mark marc marks will wills rose rosa
    steven stevens stephen stephens maria marie mario anna anne ann william williams james jane jean dean said
    say sad sand send sent seat set city site sight state estate bank bench beach march merge peter pieter
    petersburg paris perry berry barry harry henry london berlin rome roma rum iran iraq ran run rain rein reign
    ruin china chain chin chains india indian russia russian rush moscow mosque turkey turkish turk israel syria
    serious yemen women woman man men main mean trump tramp obama biden bidding bush clinton clean close class
    clause court cart card cord nuclear nuclei unclear deal dial duel dual dell doll dull tariff traffic karma
    korma korea career bill bell ball belle bull ford food foot fort port part party purity poor pure prayer
    white wheat wait weight black block bleak brown burn born barn green grain grin gray grey great general
    generally minister monster sister master muster mister muslim islam slam war were wear where why who how
    house hose horse hearse gold goal gaol coal kill keel north south east west waste post past paste pest best
    beast boost bust lee law low lie lay loss less lease lose louise lewis luis luke look lake like leak
""".split()  # noqa: SIM905 - a page of words


@pytest.mark.parametrize("names", JOINED)
def test_spellings_of_one_name_are_joined_both_ways(names: str) -> None:
    for one in names.split():
        others = {spelling[0] for spelling in spellings_of(one) if len(spelling) == 1}
        assert set(names.split()) - {one} <= others, one


def test_no_two_common_words_are_joined() -> None:
    joined = {one: {"_".join(spelling) for spelling in spellings_of(one)} for one in APART}
    by_term = {one: {analysis.term_of(other) for other in others} for one, others in joined.items()}
    blurred = [
        (one, other)
        for one, other in combinations(APART, 2)
        if other in joined[one] or analysis.term_of(other) in by_term[one]
    ]
    assert blurred == []


def test_the_table_is_in_order_and_each_line_is_found() -> None:
    lines = FILE.read_bytes().splitlines()
    keys = [line.partition(b"\t")[0] for line in lines]
    assert all(one < other for one, other in pairwise(line + b"\n" for line in lines))
    assert len(set(keys)) == len(keys)
    for line in lines[::97]:
        form, _, others = line.decode().partition("\t")
        assert [tuple(other.split("_")) for other in others.split(" ")] == list(spellings_of(*form.split("_")))
        assert form not in others.split(" ")
        for part in form.split("_"):
            assert [analysis.fold(token) for token in analysis.forms(part)] == [part]


def test_what_is_no_name_has_no_spellings() -> None:
    assert spellings_of("zzzz") == ()
    assert spellings_of("") == ()
    assert spellings_of("sergei", "lavrov") == ()


def test_the_table_has_a_digest() -> None:
    assert len(digest()) == 64
