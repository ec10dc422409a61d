"""Files of aliases: what is read, and where a broken line is said to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.aliases import read_aliases
from index.errors import BadAliasesError

if TYPE_CHECKING:
    from pathlib import Path


def test_each_name_of_a_set_has_the_others(tmp_path: Path) -> None:
    file = tmp_path / "aliases.txt"
    file.write_text('\ufeff# treaties\n\nQTA = "Quellin Tide Accord" = "the ferry deal"\r\n', encoding="utf-8")
    aliases = read_aliases(file)
    assert aliases.of("qta") == ("Quellin Tide Accord", "the ferry deal")
    assert aliases.of("The  Ferry-Deal") == ("QTA", "Quellin Tide Accord")
    assert aliases.of("ferry") == ()


def test_sets_that_share_a_name_are_one(tmp_path: Path) -> None:
    file = tmp_path / "aliases.txt"
    file.write_text("A1 = B1\nC1 = D1\nB1 = C1\n", encoding="utf-8")
    for name in ("a1", "b1", "c1", "d1"):
        assert {*read_aliases(file).of(name), name.upper()} == {"A1", "B1", "C1", "D1"}


def test_the_digest_is_that_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "aliases.txt"
    file.write_text("A1 = B1\n", encoding="utf-8")
    before = read_aliases(file).digest
    file.write_text("A1 = B2\n", encoding="utf-8")
    assert len(before) == 64
    assert read_aliases(file).digest != before


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("QTA", "one name alone"),
        ("QTA =", "no name at column"),
        ('QTA = "Quellin Tide', "no name at column"),
        ("QTA = Quellin Tide", "where = should be"),
        ('QTA = "..."', "no letter and no digit"),
        (" = ".join(f"n{number}" for number in range(65)), "65 names, more than 64"),
    ],
)
def test_a_broken_line_says_where(tmp_path: Path, line: str, says: str) -> None:
    file = tmp_path / "aliases.txt"
    file.write_text(f"A1 = B1\n{line}\n", encoding="utf-8")
    with pytest.raises(BadAliasesError) as caught:
        read_aliases(file)
    assert str(caught.value).startswith(f"{file}:2: ")
    assert says in str(caught.value)


def test_what_is_no_text_says_where(tmp_path: Path) -> None:
    file = tmp_path / "aliases.txt"
    file.write_bytes(b"A1 = B1\nA\xff = B1\n")
    with pytest.raises(BadAliasesError, match=r"aliases\.txt:2: no UTF-8"):
        read_aliases(file)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadAliasesError, match="cannot be read"):
        read_aliases(tmp_path / "none.txt")
