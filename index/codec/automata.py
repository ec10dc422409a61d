"""Fuzzy terms: Whoosh's automata, over all of Unicode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whoosh.codec import base

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whoosh.automata.fsa import DFA

    from index.codec.terms import Cursor

_LAST = chr(0x10FFFF)


class Automata(base.Automata):  # type: ignore[misc]
    """Finds the terms of a field that an automaton accepts."""

    @staticmethod
    def find_matches(dfa: DFA, cur: Cursor) -> Iterator[str]:
        """Yield the terms in order: from one term to the next text that is accepted, to the term that follows it.

        Terms with the last code point are tried one by one: Whoosh would look for the one behind it.
        """
        term = cur.text()
        while isinstance(term, str):
            if dfa.accept(term):
                yield term
                term = cur.next()
            elif _LAST in term:
                term = cur.next()
            else:
                following = dfa.next_valid_string(term)
                if not following:
                    return
                term = cur.find(following)
