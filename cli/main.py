"""The entry point, and the one place where errors become exit codes.

| code | meaning |
|---|---|
| 0 | done, or hits |
| 1 | no hits |
| 2 | wrong usage, or a query that is none |
| 3 | some inputs failed, the rest were added |
| 4 | no such archive or article |
| 5 | the archive does not verify |
| 6 | busy: the wait for the lock ran out |
| 7 | any other failure |
| 130 | interrupted |
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from archive import errors as archive_errors
from index import errors as index_errors
from index.query.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_HITS, USAGE, SOME_FAILED, NOT_FOUND, DAMAGED, BUSY, FAILED, INTERRUPTED = 1, 2, 3, 4, 5, 6, 7, 130
BROKEN_PIPE = 141
"""What a shell reports of a process that SIGPIPE ended."""

_CODES: tuple[tuple[type[Exception], int], ...] = (
    (QueryError, USAGE),
    (index_errors.BadPositionError, USAGE),
    (archive_errors.InvalidValueError, USAGE),
    (archive_errors.AmbiguousIdError, USAGE),
    (archive_errors.NoSuchArchiveError, NOT_FOUND),
    (archive_errors.NotAnArchiveError, NOT_FOUND),
    (archive_errors.NoSuchArticleError, NOT_FOUND),
    (archive_errors.DamagedError, DAMAGED),
    (archive_errors.BusyError, BUSY),
    (index_errors.IndexBusyError, BUSY),
    (Exception, FAILED),
)


def main() -> None:
    """Run the command line of this process and end it."""
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = hang_up()
    # Nothing is left to tear down, and the interpreter takes milliseconds to do it.
    sys.stderr.flush()
    os._exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command line; return its exit code. Errors are told on standard error, a sentence each."""
    from typer import Abort, TyperException
    from typer.main import get_command

    from cli.app import app

    try:
        result = get_command(app).main(list(arguments), prog_name="morgue", standalone_mode=False)
    except QueryError as error:
        _tell(error.underlined() + (f"\n{error.hint}" if error.hint else ""))
        return USAGE
    except TyperException as error:
        show = getattr(error, "show", None)
        if show is not None:
            show()
        else:
            _tell(str(error))
        return USAGE
    except (KeyboardInterrupt, Abort):
        _tell("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        return hang_up()
    except Exception as error:  # noqa: BLE001 - the last resort: no traceback reaches a user
        _tell(_sentence(error))
        return next(code for kind, code in _CODES if isinstance(error, kind))
    return result if isinstance(result, int) else 0


def _sentence(error: Exception) -> str:
    if isinstance(error, (archive_errors.ArchiveError, index_errors.SearchError)):
        return str(error)
    if os.environ.get("MORGUE_TRACEBACK"):
        import traceback

        return "".join(traceback.format_exception(error)).rstrip()
    return (
        f"unexpected {type(error).__name__}: {error}; nothing that was acknowledged is lost. "
        "Set MORGUE_TRACEBACK=1 to see where, and please report it"
    )


def _tell(message: str) -> None:
    from cli.terminal import clean

    sys.stdout.flush()
    print("morgue: " + "\n".join(clean(line) for line in message.split("\n")), file=sys.stderr)


def hang_up() -> int:
    """Leave quietly when the reader of standard output has gone, as `head` does."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE
