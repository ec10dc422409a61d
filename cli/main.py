"""The entry point, and the one place where errors become exit codes.

| code | meaning |
|---|---|
| 0 | done, or hits |
| 1 | no hits |
| 2 | wrong usage, or a query that is none |
| 3 | some inputs failed, the rest were added |
| 4 | no such archive or article |
| 5 | the archive, a checkpoint or a proof does not verify |
| 6 | busy: the wait for the lock ran out |
| 7 | any other failure |
| 130 | interrupted |
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import TYPE_CHECKING

from archive import errors as archive_errors
from cli.streams import hang_up, prepare, say
from index import errors as index_errors
from index.query.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typer import TyperException

NO_HITS, USAGE, SOME_FAILED, NOT_FOUND, DAMAGED, BUSY, FAILED, INTERRUPTED = 1, 2, 3, 4, 5, 6, 7, 130

_ALLOCATIONS = 50_000
"""Objects between two collections of garbage: more than a short command makes, for which none is worth its time."""

_CODES: tuple[tuple[type[Exception], int], ...] = (
    (QueryError, USAGE),
    (index_errors.BadPositionError, USAGE),
    (index_errors.BadAliasesError, USAGE),
    (archive_errors.InvalidValueError, USAGE),
    (archive_errors.AmbiguousIdError, USAGE),
    (archive_errors.NoSuchArchiveError, NOT_FOUND),
    (archive_errors.OccupiedError, FAILED),
    (archive_errors.NotAnArchiveError, NOT_FOUND),
    (archive_errors.NoSuchArticleError, NOT_FOUND),
    (archive_errors.ErasedError, NOT_FOUND),
    (archive_errors.UnreadableError, FAILED),
    (archive_errors.DamagedError, DAMAGED),
    (archive_errors.NotProvedError, DAMAGED),
    (archive_errors.InconsistentError, DAMAGED),
    (archive_errors.UnverifiedError, DAMAGED),
    (archive_errors.BusyError, BUSY),
    (index_errors.IndexBusyError, BUSY),
    (Exception, FAILED),
)


def main() -> None:
    """Run the command line of this process and end it."""
    # Until the command runs there is nothing to clean up after: Ctrl-C ends the process as it ends others, without the
    # traceback of whatever is imported at that moment.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.set_threshold(_ALLOCATIONS)
    prepare()
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = hang_up()
    except OSError as error:
        # What was told before has been told; this is the last of the data, which got lost.
        error.filename = error.filename or "standard output"
        code = code if code == FAILED else _failed(error)
    # Nothing is left to tear down, and the interpreter takes milliseconds to do it.
    os._exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command line; return its exit code. Errors are told on standard error, a sentence each."""
    from typer import Abort, TyperException
    from typer.main import get_command

    from cli.app import app

    if os.environ.get("_MORGUE_COMPLETE"):
        from cli.completion import complete

        return complete(app)
    try:
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        result = get_command(app).main(list(arguments), prog_name="morgue", standalone_mode=False, obj=tuple(arguments))
    except QueryError as error:
        _tell(error.underlined() + (f"\n{error.hint}" if error.hint else ""))
        return USAGE
    except TyperException as error:
        say(_usage(error))
        return USAGE
    except (KeyboardInterrupt, Abort):
        result = INTERRUPTED
    except (BrokenPipeError, SystemExit) as leaving:
        # typer makes the second out of the first where it prints itself, as it does the help; with 0 it means that all
        # is done, as where it has installed the completion.
        return 0 if isinstance(leaving, SystemExit) and leaving.code == 0 else hang_up()
    except Exception as error:  # noqa: BLE001 - the last resort: no traceback reaches a user
        return _failed(error)
    # typer makes a code of Ctrl-C before we see it.
    if result == INTERRUPTED:
        _tell("interrupted")
    return result if isinstance(result, int) else 0


def _usage(error: TyperException) -> str:
    """Return what typer says of wrong usage, with the usage itself."""
    from io import StringIO

    from cli.terminal import clean_lines

    said = StringIO()
    show = getattr(error, "show", None)
    if show is None:
        said.write(str(error))
    else:
        show(said)
    text = said.getvalue().rstrip("\n")
    for option in ("--archive", "--lock-timeout"):
        if f"No such option: {option}" in text:
            text = f"{text.split(' (Possible')[0]} It goes before the command: morgue {option} … COMMAND"
    return clean_lines(text)


def _failed(error: Exception) -> int:
    _tell(_sentence(error))
    return next(code for kind, code in _CODES if isinstance(error, kind))


def _sentence(error: Exception) -> str:
    if isinstance(error, (archive_errors.ArchiveError, index_errors.SearchError)):
        return str(error)
    if os.environ.get("MORGUE_TRACEBACK"):
        import traceback

        return "".join(traceback.format_exception(error)).rstrip()
    if isinstance(error, OSError):
        return f"{error.filename or 'the system refused'}: {error.strerror or error}"
    return (
        f"unexpected {type(error).__name__}: {error}; nothing that was acknowledged is lost. "
        "Set MORGUE_TRACEBACK=1 to see where, and please report it"
    )


def _tell(message: str) -> None:
    from cli.terminal import clean

    say("morgue: " + "\n".join(clean(line) for line in message.split("\n")))
