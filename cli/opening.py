"""What is given to a browser: an article's address, or a page that shows kept bytes and can do nothing.

An article's address and bytes are somebody else's word. Only web addresses are opened. Kept bytes are shown in a frame
that the browser runs no script in, that sends no form, loads nothing and leads nowhere (docs/adr/0031).
"""

from __future__ import annotations

import html
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PDF = "application/pdf"
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'"
_PAGE = """\
\ufeff<!DOCTYPE html>
<html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>html, body {{ margin: 0; height: 100% }} iframe {{ border: 0; width: 100%; height: 100% }}</style></head>
<body><iframe sandbox srcdoc="{document}"></iframe></body></html>
"""
_AS_TEXT = '<!DOCTYPE html><meta charset="utf-8"><pre style="white-space: pre-wrap">{text}</pre>'


def web_address(url: str | None) -> str | None:
    """Return an address with all encoded that may not stand in one, if it is of the web; None for all others.

    Among those are `javascript:`, `file:` and `data:`, one without a host, and one that names a user, which may look
    like another host.
    """
    from urllib.parse import urlsplit

    from archive.citing.citation import safe_url
    from archive.urls import canonical_or_none

    if url is None or canonical_or_none(url) is None:
        return None
    safe = safe_url(url)
    try:
        parts = urlsplit(safe)
    except ValueError:
        return None
    return safe if parts.scheme.lower() in {"http", "https"} and "@" not in parts.netloc else None


def shown_safely(original: bytes, media_type: str, encoding: str, title: str) -> tuple[str, bytes]:
    """Return the ending of a file's name and its bytes, which show an original in a browser.

    HTML is shown as a page, without its scripts and what it would load. PDF is left to the browser's own viewer. All
    else is shown as text: XML, too, may bring scripts along.
    """
    kind = media_type.partition(";")[0].strip().lower()
    if kind == _PDF and original.startswith(b"%PDF-"):
        return ".pdf", original
    try:
        text = original.decode(encoding, "replace")
    except LookupError:
        text = original.decode("utf-8", "replace")
    text = text.removeprefix("\ufeff")
    document = text if kind in _HTML else _AS_TEXT.format(text=html.escape(text))
    page = _PAGE.format(policy=_POLICY, title=html.escape(title), document=html.escape(document))
    return ".html", page.encode("utf-8", "replace")


def written(ending: str, content: bytes) -> Path:
    """Write a page into a new folder that only its owner can read; return the file."""
    import tempfile
    from pathlib import Path

    file = Path(tempfile.mkdtemp(prefix="morgue-")) / f"original{ending}"
    file.write_bytes(content)
    return file


def browse(address: str) -> bool:
    """Open an address in the user's browser and tell whether that went; where there is no display it is not tried.

    A browser that $BROWSER names is tried wherever it is.
    """
    if not os.environ.get("BROWSER") and not _has_display():
        return False
    import webbrowser

    try:
        return webbrowser.open(address)
    except webbrowser.Error:
        return False


def _has_display() -> bool:
    if sys.platform == "darwin":
        return not os.environ.get("SSH_CONNECTION")
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
