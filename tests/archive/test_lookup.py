"""Lookup keys: equal for what is the same to a reader, and silent about what it is."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.ids import new_id
from archive.lookup import article_key, content_digest, key, keys_of
from tests.archive.making import submission

SECRET = bytes(range(32))


@given(st.text(), st.sampled_from(["url", "key", "digest", "content"]))
def test_a_key_fits_the_column(value: str, kind: str) -> None:
    assert -(1 << 63) <= key(SECRET, kind, value) < 1 << 63


def test_a_key_is_the_beginning_of_an_hmac() -> None:
    mac = hmac.new(SECRET, b"url\x00https://courier.example/", hashlib.sha256).digest()
    assert key(SECRET, "url", "https://courier.example/") == int.from_bytes(mac[:8], "big", signed=True)


def test_a_key_depends_on_secret_and_kind() -> None:
    keys = {key(secret, kind, "17") for secret in (SECRET, bytes(32)) for kind in ("url", "key", "digest")}
    assert len(keys) == 6


def test_article_keys_fit_the_column_and_keep_the_order_of_ids() -> None:
    ids = ["00000000-0000-7000-8000-000000000000", new_id(), "ffffffff-ffff-7fff-bfff-ffffffffffff"]
    keys = [article_key(article_id) for article_id in ids]
    assert keys == sorted(keys)
    assert keys[0] == -(1 << 63) + 0x7000
    assert keys[-1] < 1 << 63


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a b", "a  b"),
        ("a\nb", "a\r\nb"),
        ("a\nb\n", " a b"),
        ("caf\u00e9", "cafe\u0301"),
        ("a\u00a0b", "a b"),
    ],
)
def test_white_space_and_normal_form_make_no_other_content(one: str, other: str) -> None:
    assert content_digest("T", one) == content_digest("T", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("T", "a b"), ("T", "ab")),
        (("T", "a"), ("t", "a")),
        (("T", "a"), (None, "T a")),
        (("T a", ""), ("T", "a")),
        (("T", "a."), ("T", "a")),
    ],
)
def test_anything_else_makes_another_content(one: tuple[str | None, str], other: tuple[str | None, str]) -> None:
    assert content_digest(*one) != content_digest(*other)


def test_no_title_is_as_an_empty_one() -> None:
    assert content_digest(None, "a") == content_digest("", "a")


def test_what_is_no_text_has_keys_too() -> None:
    # It is not found, or refused by the codec, with an error of ours.
    assert content_digest("\ud800", "\udfff") != content_digest("", "")
    assert key(SECRET, "url", "\ud800")


def test_an_article_is_found_by_all_that_identifies_it() -> None:
    made = submission("Text.", title="Title", url="http://www.courier.example/1", key="17")
    article_id = new_id()
    assert keys_of(SECRET, article_id, made.article, made.text) == [
        article_key(article_id),
        key(SECRET, "digest", made.article.digest[:8]),
        key(SECRET, "content", content_digest("Title", "Text.")),
        key(SECRET, "url", "https://courier.example/1"),
        key(SECRET, "key", "17"),
    ]
    bare = submission("Text.")
    assert len(keys_of(SECRET, article_id, bare.article, bare.text)) == 3


@given(
    st.text(st.sampled_from("ab \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x00\x7f\x85\xa0\u2003\u2028e\u0301\ud800"), max_size=30),
    st.text(st.characters(codec=None), max_size=30),
)
def test_the_quick_way_to_the_content_digest_is_the_plain_one(title: str, text: str) -> None:
    for one, other in ((title, text), (text, title), (title, title)):
        words = "\x00".join(" ".join(unicodedata.normalize("NFC", part).split()) for part in (one, other))
        assert content_digest(one, other) == hashlib.sha256(words.encode(errors="surrogatepass")).hexdigest()
