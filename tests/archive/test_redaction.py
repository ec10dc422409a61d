"""What a run records of a command line: the words, but no secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.redaction import HIDDEN, REDACTED, kept_address, kept_header, redacted, redacted_urls
from tests.archive.making import submission

if TYPE_CHECKING:
    from archive.archive import Archive

R = REDACTED


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://joan:hunter2@courier.example/a", f"https://{R}@courier.example/a"),
        ("https://joan@courier.example/a", f"https://{R}@courier.example/a"),
        ("https://jo@an:p@ss@courier.example/", f"https://{R}@courier.example/"),
        ("https://courier.example/a?id=7&token=abc&page=2", f"https://courier.example/a?id=7&token={R}&page=2"),
        ("https://courier.example/a?access_token=abc#t", f"https://courier.example/a?access_token={R}#t"),
        ("https://courier.example/a?ApiKey=abc;api-key=d", f"https://courier.example/a?ApiKey={R};api-key={R}"),
        (
            "https://s3.example/a?X-Amz-Signature=ab&X-Amz-Date=1",
            f"https://s3.example/a?X-Amz-Signature={R}&X-Amz-Date=1",
        ),
        ("https://courier.example/#access_token=abc", f"https://courier.example/#access_token={R}"),
        ("https://courier.example/?%74oken=abc", f"https://courier.example/?%74oken={R}"),
        ("see ftp://a:b@c.example/ and https://d.example/", f"see ftp://{R}@c.example/ and https://d.example/"),
    ],
)
def test_secrets_in_a_url_are_left_out(url: str, shown: str) -> None:
    assert redacted_urls(url) == shown
    assert redacted([url, f"--url={url}", "--url", url]) == (shown, f"--url={shown}", "--url", shown)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["--key", "abc"], ["--key", R]),
        (["--key=abc"], [f"--key={R}"]),
        (["--api-key", "--abc"], ["--api-key", R]),
        (["--password", "", "next"], ["--password", R, "next"]),
        (["--access-token=a=b"], [f"--access-token={R}"]),
        (["--header", "Authorization: Bearer abc"], ["--header", f"Authorization: {R}"]),
        (["--header=Cookie: a=b; c=d"], [f"--header=Cookie: {R}"]),
        (["-H", "abc"], ["-H", R]),
        (["--user", "joan:hunter2"], ["--user", R]),
        (["--token"], ["--token"]),
    ],
)
def test_the_value_of_an_option_that_is_called_like_a_secret_is_left_out(words: list[str], shown: list[str]) -> None:
    assert list(redacted(words)) == shown


@pytest.mark.parametrize(
    "words",
    [
        ["--archive", "desk", "--lock-timeout", "5", "add", "clippings", "-", "--format", "text"],
        ["add", "a.txt", "--article", "wire-7", "--author", "Joan Arkwright", "--tag", "keys", "--no-index"],
        ["add", "https://courier.example/a?monkey=1&page=2&author=joan#top", "--title", "The key: a novel"],
        ["search", "password:secret", "joan@courier.example"],
    ],
)
def test_all_else_stays(words: list[str]) -> None:
    assert list(redacted(words)) == words


@given(st.lists(st.text()))
def test_words_stay_words_and_nothing_is_redacted_twice(words: list[str]) -> None:
    once = redacted(words)
    assert len(once) == len(words)
    assert redacted(once) == once


def test_a_run_records_its_words_without_secrets(archive: Archive) -> None:
    arguments = ("add", "https://joan:hunter2@courier.example/?token=abc", "--key", "abc")
    list(archive.add_many([submission("Text.")], arguments=arguments))
    run = archive.run(2)
    assert run.arguments == ("add", f"https://{R}@courier.example/?token={R}", "--key", R)
    stored = archive.store.part(2, "run")
    assert b"hunter2" not in stored
    assert b"abc" not in stored


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("Set-Cookie", "sid=abc; Path=/; HttpOnly", "sid=…"),
        ("set-cookie2", "a=b", "a=…"),
        ("Cookie", "sid=abc; b=c", "sid=…"),
        ("Authorization", "Bearer abc", HIDDEN),
        ("Proxy-Authorization", "Basic abc", HIDDEN),
        ("X-Api-Key", "abc", HIDDEN),
        ("x-csrf-token", "abc", HIDDEN),
        ("Location", "https://u:p@a.example/b?token=x&id=7", "https://a.example/b?token=REDACTED&id=7"),
        ("Link", "<https://a.example/?sig=x>; rel=next", "<https://a.example/?sig=REDACTED; rel=next"),
        ("WWW-Authenticate", 'Basic realm="desk"', 'Basic realm="desk"'),
        ("Content-Type", "text/html; charset=utf-8", "text/html; charset=utf-8"),
        ("Surrogate-Key", "front sports", "front sports"),
        ("ETag", '"abc"', '"abc"'),
    ],
)
def test_what_of_a_header_is_kept(name: str, value: str, kept: str) -> None:
    assert kept_header(name, value) == kept


@given(st.text(), st.text())
def test_an_address_is_redacted_once(before: str, behind: str) -> None:
    kept = kept_address(f"{before}https://u:hunter2@a.example/?token=hunter2&{behind}")
    assert kept_address(kept) == kept
    assert "token=hunter2" not in kept


@pytest.mark.parametrize("name", ["code", "key", "pin", "session", "ticket", "monkey", "tokens"])
def test_what_may_be_the_number_of_an_article_stays_in_its_address(name: str) -> None:
    url = f"https://courier.example/a?{name}=7"
    assert kept_address(url) == url


@pytest.mark.parametrize("name", ["token", "api_key", "api-key", "x-amz-signature", "client_secret", "%74oken", "PWD"])
def test_what_is_surely_a_secret_goes_from_addresses_and_from_command_lines(name: str) -> None:
    url = f"https://courier.example/a?{name}=abc&id=7"
    assert kept_address(url) == f"https://courier.example/a?{name}=REDACTED&id=7"
    assert redacted_urls(url) == f"https://courier.example/a?{name}={R}&id=7"
