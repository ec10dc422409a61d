"""`morgue check-proof`: what a proof proves, by the public key alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.proofs import about, read_certificates, read_file, verifier_keys, write
from cli.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.proofs.checking import ProvedConsistency, ProvedInclusion
    from archive.proofs.receipt import Receipt

app = typer.Typer(rich_markup_mode=None, add_completion=False)

_LABELS = 11
_NEVER_PROVED = (
    "that anybody but the archive ever published this",
    "what became of the article later: whether it was revised, corrected or retracted",
)
_TIME_NOT_PROVED = "that it was recorded at that time: this is the archive's own word; see --receipt"


@app.command()
def check_proof(  # noqa: PLR0917 - the options of the command are its contract
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="The proof.", show_default=False)] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(
            metavar="VKEY",
            help="The archive's public key, as its owner published it, or a file with it; may be repeated.",
        ),
    ] = None,
    receipt: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A timestamp for the checkpoint of the proof; needs --ca."),
    ] = None,
    ca: Annotated[
        list[Path] | None,
        typer.Option("--ca", metavar="FILE", help="Certificates of the timestamp's authority that you trust."),
    ] = None,
    part: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Write the bytes of this part, such as original, and nothing else."),
    ] = None,
    program: Annotated[
        bool, typer.Option("--program", help="Print a program of 150 lines that checks proofs without morgue.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
) -> None:
    """Check a proof that `morgue prove` wrote, and tell what it proves. No archive is needed.

    The key must come from where the archive's owner has published it, never from whoever hands you the proof: anybody
    can make a key, and prove anything by it. The exit code is 5 where a byte of the proof was changed, where it is by
    another key, or where it does not hold.

    With --receipt, a timestamp that others issued for the checkpoint in the proof is checked, too: all that the log
    held was there at the attested time.
    """
    if program:
        from archive.proofs import standalone

        write(standalone(), None)
        return
    if file is None:
        raise typer.BadParameter("name the file of the proof", param_hint="'FILE'")
    if not key:
        raise typer.BadParameter(
            "say by which key; the archive's owner prints it with: morgue key", param_hint="'--key'"
        )
    if (receipt is None) != (not ca):
        raise typer.BadParameter(
            "a receipt is checked against certificates: --receipt FILE --ca FILE", param_hint="'--ca'"
        )
    keys = verifier_keys(key)
    from archive.errors import InvalidValueError
    from archive.proofs.checking import ProvedConsistency, check_bundle

    with about(file):
        proved = check_bundle(read_file(file), keys)
    attested = _attested(proved, receipt, ca or []) if receipt is not None else None
    if part is not None:
        shown = {} if isinstance(proved, ProvedConsistency) else _shown(proved)
        if part not in shown:
            raise InvalidValueError(f"the proof holds no part {part!r}; it has: {', '.join(sorted(shown)) or 'none'}")
        write(shown[part], None)
    elif json:
        from cli.jsontext import dumps

        members = _growth_members(proved) if isinstance(proved, ProvedConsistency) else _members(proved, attested)
        typer.echo(dumps(members))
    elif isinstance(proved, ProvedConsistency):
        typer.echo(
            _folded(
                f"proved: the log {proved.new.origin} of {proved.new.size:,} events begins with all "
                f"{proved.old.size:,} that it had at the earlier checkpoint, unchanged"
            )
        )
    else:
        for line in _lines(proved, attested):
            typer.echo(line)


def _attested(proved: ProvedInclusion | ProvedConsistency, receipt: Path, ca: list[Path]) -> Receipt:
    """Return what a timestamp for the checkpoint says. Raises NotProvedError where it is for something else."""
    from archive.errors import InvalidValueError
    from archive.proofs.checking import ProvedConsistency
    from archive.proofs.receipt import MOST_BYTES, check_receipt

    if isinstance(proved, ProvedConsistency):
        raise InvalidValueError("a timestamp is checked with the proof of an event; this is one that the log only grew")
    content = proved.signed.encode()
    authorities = read_certificates(ca)
    with about(receipt):
        return check_receipt(read_file(receipt, MOST_BYTES), content=content, authorities=authorities)


def _shown(proved: ProvedInclusion) -> dict[str, bytes]:
    """Return the parts that are shown: those of the event itself, and what it shares with the version that it reads."""
    return {name: content for event in reversed(proved.events) for name, content in event.parts.items()}


def _lines(proved: ProvedInclusion, attested: Receipt | None) -> Iterator[str]:
    from cli.facts import counted, fact
    from cli.layout import folded

    about = proved.events[0]
    envelope, checkpoint = about.envelope, proved.checkpoint
    facts = {
        "title": proved.values.get("title"),
        "url": proved.values.get("url"),
        "recorded": envelope.time,
        "attested": f"to have existed at {attested.time}, by {attested.authority or 'an authority'}"
        if attested is not None
        else None,
        "event": f"{envelope.id}, {envelope.kind}",
        "index": f"{about.index} of a log of {counted(checkpoint.size, 'event')}",
        "archive": checkpoint.archive_id or checkpoint.origin,
        # An archive into which others were merged holds events of theirs.
        "recorded in": None if envelope.source.endswith(checkpoint.archive_id or "-") else envelope.source,
        "root": checkpoint.root.hex(),
        "digest": _digest(proved),
        "shown": ", ".join(sorted(_shown(proved))),
        "not shown": ", ".join(about.hidden),
    }
    yield from folded("proved: the archive recorded this, and signed for it", hang=2)
    for name, value in facts.items():
        if value:
            shown = value if isinstance(value, str) else ", ".join(value)
            yield from fact(name, clean(shown), labels=_LABELS)
    for unproved in _not_proved(attested):
        yield from folded(f"not proved: {unproved}", hang=2)


def _folded(sentence: str) -> str:
    from cli.layout import folded

    return "\n".join(folded(clean(sentence), hang=2))


def _not_proved(attested: Receipt | None) -> list[str]:
    return [*_NEVER_PROVED, *(() if attested is not None else (_TIME_NOT_PROVED,))]


def _digest(proved: ProvedInclusion) -> str | None:
    if proved.digest is None or proved.original is not None:
        return proved.digest
    return f"{proved.digest}, of an original that is not shown"


def _members(proved: ProvedInclusion, attested: Receipt | None) -> dict[str, Any]:
    about = proved.events[0]
    return {
        "proved": "inclusion",
        "archive": proved.checkpoint.archive_id,
        "origin": proved.checkpoint.origin,
        "size": proved.checkpoint.size,
        "root": proved.checkpoint.root.hex(),
        "index": about.index,
        "event": about.envelope.id,
        "source": about.envelope.source,
        "type": about.envelope.type,
        "subject": about.envelope.subject,
        "recorded": about.envelope.time,
        "title": proved.values.get("title"),
        "url": proved.values.get("url"),
        "digest": proved.digest,
        "shown": sorted(_shown(proved)),
        "not_shown": list(about.hidden),
        "not_proved": _not_proved(attested),
        "attested": {"time": attested.time, "authority": attested.authority} if attested is not None else None,
    }


def _growth_members(proved: ProvedConsistency) -> dict[str, Any]:
    return {
        "proved": "consistency",
        "archive": proved.new.archive_id,
        "origin": proved.new.origin,
        "old_size": proved.old.size,
        "old_root": proved.old.root.hex(),
        "size": proved.new.size,
        "root": proved.new.root.hex(),
    }
