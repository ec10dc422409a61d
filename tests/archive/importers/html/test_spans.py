"""Every span points at its raw: over the pages of the corpora, and over pages that are made up."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.importers import importer_for
from archive.importers.protocol import Draft, Record
from tests.archive.importers.html.pages import check_spans, document
from tests.quality import corpora

_VALUES = st.text(
    alphabet=st.sampled_from("aeiou Jane Doe,.|-–&;#39<>'\"äöüß€記者\U0001f6a2\n\t/\\:2021-04-13"), max_size=40
)
_HEADS = st.lists(
    st.tuples(st.sampled_from(("author", "og:title", "article:published_time", "keywords", "og:url")), _VALUES),
    max_size=4,
)


@pytest.mark.slow
@pytest.mark.skipif(not corpora.DATA.is_dir(), reason="the pages are not beside this checkout")
def test_spans_over_the_corpora() -> None:
    for page in corpora.load():
        for draft in importer_for("html").read(Record(original=page.html, format="html")):
            if isinstance(draft, Draft):
                check_spans(draft)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    metas=_HEADS,
    title=_VALUES,
    heading=_VALUES,
    json=_VALUES,
    codec=st.sampled_from(("utf-8", "cp1252", "utf-16", "gb18030")),
)
def test_spans_over_generated_pages(
    metas: list[tuple[str, str]], title: str, heading: str, json: str, codec: str
) -> None:
    head = "".join(f'<meta name="{name}" content="{value}">\n' for name, value in metas)
    head += f'<title>{title}</title><script type="application/ld+json">{{"@type":"Article","author":"{json}"}}</script>'
    page = document(head, f'<h1>{heading}</h1><p class="byline">By {heading}</p>').replace("utf-8", codec)
    for draft in importer_for("html").read(Record(original=page.encode(codec, "replace"), format="html")):
        if isinstance(draft, Draft):
            check_spans(draft)
            for candidates in draft.fields.values():
                for candidate in candidates:
                    (candidate.raw or "").encode()
