"""The tree of a query: its invariants, and the laws of printing it and reading it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.query.ast import (
    And,
    Boost,
    DateRange,
    Fuzzy,
    InField,
    InState,
    Near,
    Node,
    Not,
    Or,
    Pattern,
    Phrase,
    Prefix,
    WithId,
    Word,
    placed,
    to_query,
    walk,
    words,
)
from index.query.errors import QueryError, Span
from index.query.grammar import parse, parse_literal
from index.query.lexer import FIELDS, STATES, FieldKind, is_one_word, is_pattern, searchable

A, B, C = (Word(text) for text in "abc")

TEXT_FIELDS = [name for name, kind in FIELDS.items() if kind is FieldKind.TEXT]
DATE_FIELDS = [name for name, kind in FIELDS.items() if kind is FieldKind.DATE]

# What the grammar knows, more often than chance would bring it.
PIECES = st.one_of(
    st.sampled_from("-()\"“”„\\:/&*?~^12'aé京7\u0301\x00\ud800"),
    st.sampled_from(
        [
            "AND",
            "OR",
            "NOT",
            "title",
            "title:",
            "is:",
            "is:retracted",
            "NEAR/5",
            "ADJ/3",
            "^2",
            "^0.5",
            "~",
            "~2",
            "id:",
            "query:",
            "2w..",
            "yesterday",
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
FORMS = st.lists(st.sampled_from(["*", "?", "a", "bé", "7"]), max_size=6).map("".join).filter(is_pattern)
PATTERNS = FORMS.map(Pattern)
FUZZY = st.builds(Fuzzy, st.text(min_size=3, max_size=8).filter(is_one_word), st.integers(1, 2))
IDS = WORDS.map(lambda word: WithId(word.text))
DAYS = st.dates().map(lambda day: (day.year, day.month, day.day))


@st.composite
def date_ranges(draw: st.DrawFn) -> DateRange:
    earliest, latest = sorted([draw(DAYS), draw(DAYS)])
    opened = draw(st.sampled_from(["neither", "start", "end"]))
    field = draw(st.sampled_from(DATE_FIELDS))
    return DateRange(
        field,
        None if opened == "start" else earliest,
        None if opened == "end" else latest,
        doubtful=field == "published" and draw(st.booleans()),
    )


STATE_NODES = st.sampled_from([InState(field, state) for field, states in STATES.items() for state in states])


def trees() -> st.SearchStrategy[Node]:
    single: st.SearchStrategy[Node] = st.one_of(WORDS, PHRASES, PREFIXES, PATTERNS, FUZZY)
    near = st.builds(
        Near,
        st.lists(single | st.lists(single, min_size=2, max_size=3).map(tuple).map(Or), min_size=2, max_size=3).map(
            tuple
        ),
        st.integers(1, 99),
        ordered=st.booleans(),
    )
    leaves: st.SearchStrategy[Node] = st.one_of(single, near, date_ranges(), STATE_NODES, IDS)

    def grow(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        several = st.lists(inner, min_size=2, max_size=4).map(tuple)
        return st.one_of(
            several.map(And),
            several.map(Or),
            inner.map(Not),
            st.builds(Boost, inner, st.integers(1, 999_999).map(lambda thousandths: thousandths / 1000)),
            st.builds(InField, st.sampled_from(TEXT_FIELDS), inner),
        )

    return st.recursive(leaves, grow, max_leaves=12)


@given(trees(), st.booleans())
@example(And((Or((A, And((B, C)))), Not(Not(Not(A))))), False)
@example(And((Word("-a"), Not(Word("-a")), Word("AND"), Word("a\\"), Word('(a"'))), True)
@example(InField("title", InField("text", Not(Word("title:x")))), False)
@example(And((Boost(Word("a^2"), 3.0), Word("AND^2"), Word("NEAR/5"), Word("b~1"), Word("sab?tage*"))), False)
@example(
    And((Boost(Word("E=mc"), 2.0), Boost(Word("10"), 2.0), Word("E=mc^2"), Word("10^6"), Word("b~3"), Word("~3"))),
    False,
)
@example(Boost(Boost(Near((A, Or((B, C))), 3, ordered=True), 0.001), 999.999), False)
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
        ("published:2021-04?", "published:2021-04-01..2021-04-30?"),
        ("lavrof~ iran~ lavrof~1?", "lavrof~2 AND iran~1 AND lavrof~1"),
        ("sab?t*ge? why?", "sab?t*ge AND why?"),
        ("NOT a NEAR/05 b", "-(a NEAR/5 b)"),
        ("-a (b OR c) ADJ/3 d", "-a AND (b OR c) ADJ/3 d"),
        ("a^2 title:b^0.50 (title:c)^1", "a^2 AND title:b^0.5 AND (title:c)^1"),
        ('"a b"^2 2^1000 x^y', '"a b"^2 AND 2^1000 AND x^y'),
        ("id:19", "id:19"),
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


def test_a_tree_that_stands_for_something_is_all_at_its_place() -> None:
    tree = parse('a title:("b c"^2 OR d*) NOT e NEAR/3 f')
    moved = placed(tree, Span(3, 9))
    assert moved == tree
    assert {node.span for node in walk(moved)} == {Span(3, 9)}


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
        lambda: DateRange("recorded", (2021, 1, 2), None, doubtful=True),
        lambda: Pattern("nucl*"),
        lambda: Pattern("why?"),
        lambda: Fuzzy("ab", 2),
        lambda: Near((A, Not(B)), 3, ordered=False),
        lambda: Near((A, B), 100, ordered=False),
        lambda: Boost(A, 0.0),
        lambda: WithId("a b"),
    ],
)
def test_a_tree_that_no_query_could_say_cannot_be_built(broken: object) -> None:
    assert callable(broken)
    with pytest.raises(ValueError, match=r"\w"):
        broken()
