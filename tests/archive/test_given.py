"""What the user states is checked before anything is read."""

from __future__ import annotations

import pytest

from archive.errors import InvalidValueError
from archive.given import Given, Terms


@pytest.mark.parametrize("language", ["en", "pt-BR", "zh-Hant-TW", "gsw", "sl-rozaj-biske", "x-own", "i-klingon"])
def test_a_tag_of_a_language_is_taken_as_it_is(language: str) -> None:
    [candidate] = Terms.of(Given(fields={"language": language})).candidates["language"]
    assert candidate.value == language


@pytest.mark.parametrize(
    "language", ["English", "e", "x", "en_GB", "en-", "en--GB", "-en", "en GB", "en-toolongapart", "日本"]
)
def test_what_is_no_tag_of_a_language_is_refused(language: str) -> None:
    with pytest.raises(InvalidValueError, match="is no tag of a language"):
        Terms.of(Given(fields={"language": language}))
