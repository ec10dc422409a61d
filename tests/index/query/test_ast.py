"""The tree of a query: its invariants, and the laws of printing it and reading it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.query.ast import And, DateRange, InField, InState, Node, Not, Or, Phrase, Prefix, Word, to_query, walk, words
from index.query.errors import QueryError, Span
from index.query.grammar import parse, parse_literal
from index.query.lexer import FIELDS, STATES, FieldKind, is_one_word, searchable

A, B, C = (Word(text) for text in "abc")

TEXT_FIELDS = [name for name, kind in FIELDS.items() if kind is FieldKind.TEXT]
DATE_FIELDS = [name for name, kind in FIELDS.items() if kind is FieldKind.DATE]

# What the grammar knows, more often than chance would bring it.
PIECES = st.one_of(
    st.sampled_from("-()\"“”„\\:/&*'aé京7\u0301\x00\ud800"),
    st.sampled_from(
        [
            "AND",
            "OR",
            "NOT",
            "title",
            "title:",
            "is:",
            "is:retracted",
            "has:",
            "Published:",
            "foo:",
            "2021",
            "2021-02-30",
            "..",
            "http://x",
        ]
    ),
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=6).map("".join))
QUERIES = st.one_of(TEXTS, st.lists(st.one_of(PIECES, st.just(" ")), max_size=30).map("".join))

WORDS = TEXTS.map(lambda text: "".join(text.split())).filter(searchable).map(Word)
PHRASES = TEXTS.filter(searchable).map(Phrase)
PREFIXES = TEXTS.filter(is_one_word).map(Prefix)
DAYS = st.dates().map(lambda day: (day.year, day.month, day.day))


@st.composite
def date_ranges(draw: st.DrawFn) -> DateRange:
    earliest, latest = sorted([draw(DAYS), draw(DAYS)])
    opened = draw(st.sampled_from(["neither", "start", "end"]))
    return DateRange(
        draw(st.sampled_from(DATE_FIELDS)),
        None if opened == "start" else earliest,
        None if opened == "end" else latest,
    )


STATE_NODES = st.sampled_from([InState(field, state) for field, states in STATES.items() for state in states])


def trees() -> st.SearchStrategy[Node]:
    leaves: st.SearchStrategy[Node] = st.one_of(WORDS, PHRASES, PREFIXES, date_ranges(), STATE_NODES)

    def grow(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        several = st.lists(inner, min_size=2, max_size=4).map(tuple)
        return st.one_of(
            several.map(And),
            several.map(Or),
            inner.map(Not),
            st.builds(InField, st.sampled_from(TEXT_FIELDS), inner),
        )

    return st.recursive(leaves, grow, max_leaves=12)


@given(trees(), st.booleans())
@example(And((Or((A, And((B, C)))), Not(Not(Not(A))))), False)
@example(And((Word("-a"), Not(Word("-a")), Word("AND"), Word("a\\"), Word('(a"'))), True)
@example(InField("title", InField("text", Not(Word("title:x")))), False)
def test_law_a_tree_printed_and_parsed_again_is_the_same(tree: Node, any_word: bool) -> None:
    assert parse(to_query(tree), any_word=any_word) == tree


@given(QUERIES, st.booleans())
def test_law_any_text_parses_or_is_refused_at_a_place_within_it(query: str, any_word: bool) -> None:
    tree: Node | None = None
    error: QueryError | None = None
    try:
        tree = parse(query, any_word=any_word)
    except QueryError as refusal:
        error = refusal
    if error is not None:
        assert 0 <= error.span.start <= error.span.end <= len(query)
        assert error.underlined().count("\n") == 2
    if tree is not None:
        assert parse(to_query(tree)) == tree
        assert tree.span.end <= len(query)
        for node in walk(tree):
            assert tree.span.start <= node.span.start < node.span.end <= tree.span.end


@given(QUERIES)
def test_law_a_literal_query_is_its_words(query: str) -> None:
    expected = [text for text in query.split() if searchable(text)]
    if not expected:
        with pytest.raises(QueryError):
            parse_literal(query)
        return
    tree = parse_literal(query)
    assert [term.text for _, term in words(tree)] == expected
    assert all(query[slice(*term.span)] == term.text for _, term in words(tree))
    assert parse(to_query(tree)) == tree


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("a b", "a AND b"),
        ("a OR b c", "a OR b AND c"),
        ("(a OR b) NOT c", "(a OR b) AND -c"),
        ("NOT NOT a", "NOT -a"),
        ("TITLE:( a )", "title:a"),
        ("“a b”", '"a b"'),
        ("published:2021-04", "published:2021-04-01..2021-04-30"),
        ("published:2021-04-13..2021-04-13", "published:2021-04-13"),
        ("published:0900..", "published:0900-01-01.."),
        (r"http://x \title:a \AND", r"http://x AND title\:a AND \AND"),
    ],
)
def test_the_canonical_text_spells_everything_out(query: str, canonical: str) -> None:
    assert to_query(parse(query)) == canonical


def test_words_are_the_positive_ones_with_the_innermost_field() -> None:
    tree = parse('a title:(b -c text:"d e") NOT (f OR NOT g) published:2021 OR h')
    assert list(words(tree)) == [
        (None, Word("a")),
        ("title", Word("b")),
        ("text", Phrase("d e")),
        (None, Word("h")),
    ]


def test_walk_goes_from_parents_to_children_in_order() -> None:
    tree = And((Not(A), InField("title", B)))
    assert list(walk(tree)) == [tree, Not(A), A, InField("title", B), B]


def test_equality_and_hash_ignore_where_a_node_was_read() -> None:
    moved = Word("a", span=Span(3, 4))
    assert moved == A
    assert hash(moved) == hash(A)
    assert And((moved, B)) == And((A, B))
    assert len({moved, A, Phrase("a")}) == 2


@pytest.mark.parametrize(
    "broken",
    [
        lambda: Word("&"),
        lambda: Word("a b"),
        lambda: Phrase(" "),
        lambda: And((A,)),
        lambda: Or(()),
        lambda: InField("published", A),
        lambda: InField("Title", A),
        lambda: DateRange("title", (2021, 1, 1), None),
        lambda: DateRange("published", None, None),
        lambda: DateRange("published", (2021, 1, 2), (2021, 1, 1)),
    ],
)
def test_a_tree_that_no_query_could_say_cannot_be_built(broken: object) -> None:
    assert callable(broken)
    with pytest.raises(ValueError, match=r"\w"):
        broken()
