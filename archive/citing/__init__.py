"""Citations of archived articles, in the formats that reference managers read. Pure but for `citation.cite`.

from archive.citing import STYLES, cite
print(STYLES["bibtex"](cite(archive, archive.find("4"))))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.citing.bibtex import bibtex
from archive.citing.citation import Citation, cite
from archive.citing.csl import csl_json
from archive.citing.prose import prose
from archive.citing.ris import ris

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["STYLES", "Citation", "cite"]

STYLES: Mapping[str, Callable[[Citation], str]] = {"text": prose, "bibtex": bibtex, "ris": ris, "csl-json": csl_json}
"""By the name of a style what writes one citation in it, without a line end. A file of CSL-JSON is an array of them."""
