"""`morgue open`: an article in the browser."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli.changing import Article
from cli.context import opened
from cli.terminal import clean, note

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("open")
def open_(
    context: typer.Context,
    identifier: Article,
    original: Annotated[
        bool, typer.Option("--original", help="Open the kept original, without scripts and without the network.")
    ] = False,
) -> None:
    """Open an article's address in the browser, and print it; without a display it is only printed.

    Only addresses that begin with https:// or http:// are opened, whatever an article states. The kept original is
    opened from a copy in a folder of your own: a page cannot run scripts there, load anything or send anything.
    """
    with opened(context) as archive:
        from cli.opening import browse, shown_safely, web_address, written

        version = archive.find(identifier)
        if original:
            article = version.article
            title = version.metadata.title or str(article.origin)
            content = archive.original(version)
            file = written(*shown_safely(content, article.media_type, article.encoding, title))
            address = file.as_uri()
        else:
            found = web_address(version.metadata.url)
            if found is None:
                stated = version.metadata.url
                raise typer.BadParameter(
                    f"the article at position {version.position} states "
                    + (f"{clean(stated)!r}, which is not opened" if stated else "no address")
                    + f"; for what was kept of it: morgue open {version.position} --original"
                )
            address = found
    sys.stdout.write(clean(address) + "\n")
    sys.stdout.flush()
    gone = browse(address)
    if not gone:
        note("no browser could be reached; open the address above")
    if original:
        note("the copy is not removed by itself; an erasure does not reach it")
