"""What the language means: precedence, fields, odd punctuation, and every error with its place."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.query.ast import (
    And,
    Boost,
    DateRange,
    Fuzzy,
    InField,
    InState,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
    to_query,
    walk,
)
from index.query.errors import QueryError
from index.query.grammar import MAX_CHARACTERS, MAX_NESTING, MAX_TERMS, parse, parse_literal, plain_words

A, B, C, D = (Word(text) for text in "abcd")


def refused(query: str, *, any_word: bool = False) -> tuple[str, str]:
    """Return the message with which a query is refused and the text that is underlined."""
    with pytest.raises(QueryError) as caught:
        parse(query, any_word=any_word)
    error = caught.value
    assert error.query == query
    return error.message, query[slice(*error.span)]


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("a", A),
        ("  a\t\n\u3000b ", And((A, B))),
        ("a AND b", And((A, B))),
        ("a b AND c d", And((A, B, C, D))),
        ("a OR b OR c", Or((A, B, C))),
        ("a b OR c d", Or((And((A, B)), And((C, D))))),
        ("a (b OR c)", And((A, Or((B, C))))),
        ("a OR(b)", Or((A, B))),
        ("(a b) c", And((And((A, B)), C))),
        ("((a))", A),
        ("and or not", And((Word("and"), Word("or"), Word("not")))),
        ("ORb aNOT", And((Word("ORb"), Word("aNOT")))),
    ],
)
def test_words_are_anded_and_or_binds_loosest(query: str, tree: Node) -> None:
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("a -b", And((A, Not(B)))),
        ("a NOT b", And((A, Not(B)))),
        ("a AND NOT b c", And((A, Not(B), C))),
        ("NOT a OR b", Or((Not(A), B))),
        ('-"a b"', Not(Phrase("a b"))),
        ("-(a OR b)", Not(Or((A, B)))),
        ("(-a)", Not(A)),
        ("-title:a", Not(InField("title", A))),
        ("NOT -a", Not(Not(A))),
        ("-AND", Not(Word("AND"))),
        ("-5", Not(Word("5"))),
    ],
)
def test_negation_binds_tightest_and_may_stand_alone(query: str, tree: Node) -> None:
    assert parse(query) == tree


@pytest.mark.parametrize("query", ["COVID-19", "a--b", "--b", "–b", "a-"])
def test_a_hyphen_elsewhere_is_part_of_the_word(query: str) -> None:
    assert parse(query) == Word(query)


def test_a_hyphen_that_nothing_follows_negates_nothing() -> None:
    assert parse("a - b") == And((A, B))
    assert parse("(a -) b") == And((A, B))


@pytest.mark.parametrize("query", ['"a b"', "“a b”", "„a b“", "”a b”", '“a b"'])
def test_phrases_have_straight_or_typographic_quotes(query: str) -> None:
    assert parse(query) == Phrase("a b")


def test_a_quote_within_a_word_belongs_to_it_and_any_other_begins_a_phrase() -> None:
    assert parse('צה"ל a') == And((Word('צה"ל'), A))
    assert parse('a! "b c"d') == And((Word("a!"), Phrase("b c"), D))
    assert parse('a!"b c"') == And((Word("a!"), Phrase("b c")))


@pytest.mark.parametrize(
    "word", ["AT&T", "U.S.", "C++", "don't", "COVID-19", "#tag", "50%", "@a", "a@b.c", "'98", "+a", "½", "東京"]
)
def test_odd_punctuation_stays_in_the_word(word: str) -> None:
    assert parse(word) == Word(word)
    assert parse(f"a {word}") == And((A, Word(word)))


@pytest.mark.parametrize("query", ["a & —", "& a", "a AND &", "— OR a", "a -— …", 'a "..."', "a (&)", "a NOT *"])
def test_what_has_no_letter_or_digit_is_left_out(query: str) -> None:
    assert parse(query) == A


@pytest.mark.parametrize("query", ["", " \n", "&", "— -", '""', "(&)", "-*", "& OR —", "& AND -"])
def test_a_query_of_nothing_is_refused(query: str) -> None:
    assert refused(query) == ("there is nothing to search for", query)
    assert refused(query, any_word=True)[1] == query


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("title:a", InField("title", A)),
        ("TiTle:a", InField("title", A)),
        ('publisher:"a b" c', And((InField("publisher", Phrase("a b")), C))),
        ("title:(a OR b) c", And((InField("title", Or((A, B))), C))),
        ("title:(a text:b)", InField("title", And((A, InField("text", B))))),
        ("title:OR", InField("title", Word("OR"))),
        ("title:Re:a", InField("title", Word("Re:a"))),
        ("title:title:a", InField("title", Word("title:a"))),
        ("tag:#x", InField("tag", Word("#x"))),
        ("title:(-a)", InField("title", Not(A))),
        ("published:2021", DateRange("published", (2021, 1, 1), (2021, 12, 31))),
        ("-published:..2021 a", And((Not(DateRange("published", None, (2021, 12, 31))), A))),
        ("(published:2021-04-13)", DateRange("published", (2021, 4, 13), (2021, 4, 13))),
        ("title:(a published:2021..)", InField("title", And((A, DateRange("published", (2021, 1, 1), None))))),
    ],
)
def test_a_field_holds_what_follows_the_colon(query: str, tree: Node) -> None:
    assert parse(query) == tree


@pytest.mark.parametrize("name", ["title", "text", "publisher", "agency", "author", "place", "language", "tag"])
def test_the_text_fields_have_these_names(name: str) -> None:
    assert parse(f"{name}:a") == InField(name, A)


@pytest.mark.parametrize("query", ["is:retracted", "IS:Retracted", "(is:retracted)", "is:retracted & "])
def test_a_state_is_asked_for_by_name(query: str) -> None:
    assert parse(query) == InState("is", "retracted")
    assert parse("ferry -has:note") == And((Word("ferry"), Not(InState("has", "note"))))


@pytest.mark.parametrize("query", ["is:", "The question is: why", "has: a", "what it has:"])
def test_is_and_has_at_the_end_of_a_sentence_are_words(query: str) -> None:
    assert not any(isinstance(node, InState) for node in walk(parse(query)))


@pytest.mark.parametrize("query", ["is:open", "is:note", 'has:"correction"', "has:(note)", "is:-retracted", "is:retr*"])
def test_a_state_that_there_is_not_is_refused_with_those_that_there_are(query: str) -> None:
    with pytest.raises(QueryError, match="takes") as refused:
        parse(query)
    assert "is:retracted or is:withheld or has:correction or has:note" in (refused.value.hint or "")


@pytest.mark.parametrize(
    "word", ["http://x", "12:30", "Re:", "C:/x", "EU:n", "S:t", "a1:b", "my_name:b", ":a", "a::b", "نسبة:ا", "a:-/"]
)
def test_a_colon_is_no_field_where_no_name_stands_before_a_value(word: str) -> None:
    assert parse(f"a {word}") == And((A, Word(word)))


@pytest.mark.parametrize(
    ("query", "name", "suggestion"),
    [
        ("a publsher:irna", "publsher", "publisher:?"),
        ('foo:"b c"', "foo", "title, text"),
        ("-Foo:(a)", "Foo", "title, text"),
        ("date:'2021'", "date", "published:?"),
        ("source:irna", "source", "publisher:?"),
    ],
)
def test_an_unknown_field_is_refused_with_a_suggestion(query: str, name: str, suggestion: str) -> None:
    with pytest.raises(QueryError, match=f"there is no field '{name}'") as caught:
        parse(query)
    assert query[slice(*caught.value.span)] == name
    assert suggestion in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        (r"\AND", Word("AND")),
        (r"\-a", Word("-a")),
        (r"title\:a", Word("title:a")),
        (r"\(a\)", Word("(a)")),
        (r"22\"", Word('22"')),
        (r'"a \"b\" \\"', Phrase('a "b" \\')),
        ("a\\", Word("a\\")),
        ("a\\ b", And((Word("a\\"), B))),
    ],
)
def test_a_backslash_takes_the_next_character_out_of_the_syntax(query: str, tree: Node) -> None:
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("a b", Or((A, B))),
        ("a b OR c", Or((A, B, C))),
        ("a AND b c", Or((And((A, B)), C))),
        ("a b -c", And((Or((A, B)), Not(C)))),
        ("-c a", And((A, Not(C)))),
        ("-a -b", And((Not(A), Not(B)))),
        ("a b -c OR d", Or((And((Or((A, B)), Not(C))), D))),
        ("a AND -b c", Or((And((A, Not(B))), C))),
        ("title:(a b)", InField("title", Or((A, B)))),
        ("(a b) AND c", And((Or((A, B)), C))),
    ],
)
def test_any_word_makes_neighbours_alternatives_and_negation_exclude(query: str, tree: Node) -> None:
    assert parse(query, any_word=True) == tree


@pytest.mark.parametrize(
    ("query", "message", "place"),
    [
        ("natanz (", "this ( is not closed", "("),
        ("lavrof~3", "a word is 1 or 2 letters off, not 3", "lavrof~3"),
        ("lavrof~0", "a word is 1 or 2 letters off, not 0", "lavrof~0"),
        ("x~1", "~1 takes a word of 2 letters or more", "x~1"),
        ("(a (b)", "this ( is not closed", "("),
        (")", "this ) closes nothing", ")"),
        ("a) b", "this ) closes nothing", ")"),
        ("a OR )", "OR has nothing on its right", "OR"),
        ("a ()", "there is nothing between these parentheses", "()"),
        ('a "b', "this quote is not closed", '"'),
        ('a"', "this quote is not closed", '"'),
        ("a AND", "AND has nothing on its right", "AND"),
        ("(a OR)", "OR has nothing on its right", "OR"),
        ("a AND OR b", "AND has nothing on its right", "AND"),
        ("OR a", "OR has nothing on its left", "OR"),
        ("(AND a)", "AND has nothing on its left", "AND"),
        ("a NOT", "NOT has nothing on its right", "NOT"),
        ("NOT AND a", "NOT has nothing on its right", "NOT"),
        ("title:", "there is nothing behind title:", "title:"),
        ("a (title:) b", "there is nothing behind title:", "title:"),
        ("Title: a", "there is nothing behind title:", "Title:"),
        ("title:&", "there is nothing to search for in title:", "title:&"),
        ("title:-a", "a minus stands before the field, not behind it", "-"),
        ('published:"2021"', "published: takes one date or one range", '"2021"'),
        ("published:(2021)", "published: takes one date or one range", "("),
        ("a published:soon b", "'soon' is not a date", "soon"),
    ],
)
def test_bad_syntax_is_refused_and_its_place_named(query: str, message: str, place: str) -> None:
    assert refused(query) == (message, place)
    assert refused(query, any_word=True) == (message, place)


@pytest.mark.parametrize(("opening", "closing"), [("(", ")"), ("NOT ", ""), ("-(", ")"), ("title:(", ")")])
def test_nesting_is_limited(opening: str, closing: str) -> None:
    levels = opening.count("(") + opening.count("-") + opening.count("NOT")
    deepest = MAX_NESTING // levels
    parse(opening * deepest + "a" + closing * deepest)
    for times in (deepest + 1, 4 * deepest):
        assert "nested deeper than 50" in refused(opening * times + "a" + closing * times)[0]


def test_length_is_limited() -> None:
    assert parse("a" * MAX_CHARACTERS) == Word("a" * MAX_CHARACTERS)
    assert refused("a" * MAX_CHARACTERS + "bc") == ("the query is longer than 10,000 characters", "bc")
    with pytest.raises(QueryError, match="longer than"):
        parse_literal("a" * (MAX_CHARACTERS + 1))


def test_the_number_of_terms_is_limited_and_words_of_phrases_count() -> None:
    many = "a " * MAX_TERMS
    assert isinstance(parse(many), And)
    assert refused(many + "bc") == ("the query has more than 1,000 terms", "bc")
    assert refused(f'"{many}" b') == ("the query has more than 1,000 terms", "b")
    with pytest.raises(QueryError, match="more than 1,000 terms"):
        parse_literal(many + "bc")


def test_literal_queries_have_no_syntax() -> None:
    assert parse_literal('a OR "b -c & (') == And(tuple(Word(text) for text in ["a", "OR", '"b', "-c"]))
    assert parse_literal("title:a") == Word("title:a")
    assert parse_literal("a b", any_word=True) == Or((A, B))
    for nothing in ["", "( & )"]:
        with pytest.raises(QueryError, match="nothing to search for"):
            parse_literal(nothing)


def test_a_node_knows_the_whole_place_it_was_read_from() -> None:
    query = ' x -(a OR title:("b c" d)) published:2021 '
    tree = parse(query)
    assert isinstance(tree, And)
    assert [query[slice(*child.span)] for child in tree.children] == [
        "x",
        '-(a OR title:("b c" d))',
        "published:2021",
    ]
    assert query[slice(*tree.span)] == query.strip()
    assert parse(" (a b) (c) ").span == (1, 10)


def holds(node: Node, found: frozenset[str]) -> bool:
    match node:
        case Word():
            return node.text in found
        case And():
            return all(holds(child, found) for child in node.children)
        case Or():
            return any(holds(child, found) for child in node.children)
        case Not():
            return not holds(node.child, found)
        case _:
            raise AssertionError(node)


def formulas() -> st.SearchStrategy[str]:
    return st.recursive(
        st.sampled_from("abcd"),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from([" AND ", " OR "]), inner).map("".join),
            inner.map("NOT {}".format),
            inner.map("({})".format),
        ),
        max_leaves=8,
    )


@given(formulas())
def test_law_operators_bind_as_those_of_python_do(formula: str) -> None:
    python = formula.replace("AND", "and").replace("OR", "or").replace("NOT", "not")
    # An AND that is left out binds as one that is written.
    trees = [parse(formula), parse(formula.replace(" AND ", " ")), parse(formula, any_word=True)]
    for size in range(5):
        for found in itertools.combinations("abcd", size):
            expected = eval(python, {name: name in found for name in "abcd"})  # noqa: S307
            assert [holds(tree, frozenset(found)) for tree in trees] == [expected] * 3


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("nucl*", Prefix("nucl")),
        ("title:Nucl*", InField("title", Prefix("Nucl"))),
        ("-nucl*", Not(Prefix("nucl"))),
        ("(a OR AND*)", Or((Word("a"), Prefix("AND")))),
        ("Téhé*", Prefix("Téhé")),
        ("7*", Prefix("7")),
    ],
)
def test_a_star_behind_a_word_asks_for_words_that_begin_so(query: str, tree: Node) -> None:
    assert parse(query) == tree
    assert parse(to_query(tree)) == tree
    assert parse_literal("nucl*") == Word("nucl*")


@pytest.mark.parametrize("query", ["covid-19*", "iran's*", "a**", "http://x*"])
def test_a_beginning_of_several_words_is_refused(query: str) -> None:
    with pytest.raises(QueryError) as error:
        parse(query)
    assert query[error.value.span.start : error.value.span.end] == "*"


@pytest.mark.parametrize("query", [r"nucl\*", '"nucl*"', "*", "a*b", "* nucl"])
def test_a_star_elsewhere_is_punctuation(query: str) -> None:
    if query != "*":
        parse(query)


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("a^2", Boost(A, 2.0)),
        ("COVID-19^2", Boost(Word("COVID-19"), 2.0)),
        ("nucl*^2", Boost(Prefix("nucl"), 2.0)),
        ("lavrof~1^2", Boost(Fuzzy("lavrof", 1), 2.0)),
        ('"a b"^2', Boost(Phrase("a b"), 2.0)),
        ("(10)^2", Boost(Word("10"), 2.0)),
        ("(E=mc)^2", Boost(Word("E=mc"), 2.0)),
        ("10^6", Word("10^6")),
        ("E=mc^2", Word("E=mc^2")),
        ("a+b^2", Word("a+b^2")),
        ("title:10^2", InField("title", Word("10^2"))),
        (r"a\^2", Word("a^2")),
    ],
)
def test_a_power_behind_a_number_or_a_formula_is_no_boost(query: str, tree: Node) -> None:
    assert parse(query) == tree
    assert parse(to_query(tree)) == tree


@given(st.lists(st.text("abzAR09", min_size=1, max_size=4) | st.sampled_from(["AND", "Or", "NOT", "and"]), min_size=1))
def test_plain_words_are_read_by_the_whole_grammar_as_they_are_without_it(found: list[str]) -> None:
    for any_word in (False, True):
        try:
            quick = parse(" ".join(found), any_word=any_word)
        except QueryError:
            continue
        # A space in front keeps the grammar from taking the words as they are.
        whole = parse(" " + " ".join(found), any_word=any_word)
        assert quick == whole
        assert [node.span.start + 1 for node in walk(quick)] == [node.span.start for node in walk(whole)]
        assert [node.span.end + 1 for node in walk(quick)] == [node.span.end for node in walk(whole)]


@pytest.mark.parametrize(
    "query", ["ship", "Ships old HARBOURS", "2021 ship", "ship AND old", "a  b", "a b\n", "-a", "é"]
)
def test_plain_words_are_those_of_the_tree(query: str) -> None:
    words = plain_words(query)
    tree = parse(query)
    if words:
        assert tree == (Word(words[0]) if len(words) == 1 else And(tuple(map(Word, words))))
    assert bool(words) == (query in {"ship", "2021 ship"})


def test_words_beyond_a_limit_are_not_plain() -> None:
    assert len(plain_words(" ".join(["ship"] * 1_000))) == 1_000
    assert plain_words(" ".join(["ship"] * 1_001)) == []
    assert plain_words("a" * 10_001) == []


@pytest.mark.parametrize("query", ['"maximum pressure"', '"AND or"', '"2021"', '"a  b"', '"é b"', '"a b" ', '"a" b'])
def test_a_plain_phrase_is_what_the_grammar_makes_of_it(query: str) -> None:
    spaced = f" {query}"
    assert parse(query) == parse(spaced)
    if parse(query).__class__ is Phrase:
        assert parse(query).span.end == parse(spaced).span.end - 1
