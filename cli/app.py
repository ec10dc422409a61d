"""The root of the command line: global options, and commands that are imported when they are called.

typer builds a whole application from all of its functions; importing and inspecting nine commands to run one would
cost every search. So each command's module is its own typer app, and the root looks it up by name.

Annotations are not postponed here and in `cli.commands.search`: typer would have to compile each of them.
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from cli.context import Settings

if TYPE_CHECKING:
    from typer._click import Command, Context

COMMANDS = {
    "init": "Create an archive.",
    "add": "Add articles from files, folders or standard input.",
    "search": "Search the archive.",
    "count": "Count the articles, or those that a query finds.",
    "sources": "List publishers and agencies, and how much there is of each.",
    "timeline": "Show when the articles that a query finds were published.",
    "related": "Find articles like another one.",
    "saved": "List, show or delete saved searches.",
    "replay": "Run a search again by its receipt, and compare.",
    "show": "Show an article, and where it comes from.",
    "open": "Open an article in the browser.",
    "cite": "Cite articles, for footnotes and reference managers.",
    "explain": "Tell how each field of an article is known.",
    "amend": "Read kept originals again with today's importers.",
    "revise": "Add a new version of an article.",
    "correct": "Keep a publisher's notice that an article was corrected.",
    "retract": "Keep a publisher's notice that an article was retracted.",
    "tag": "Tag articles.",
    "untag": "Take tags off articles.",
    "note": "Note something on an article.",
    "withhold": "Keep an article out of searches.",
    "release": "Let searches find a withheld article again.",
    "erase": "Overwrite all that is held about an article, and prove it.",
    "log": "List the events of the archive, or its runs.",
    "status": "Tell what the archive and its index hold.",
    "index": "Bring the index up to date, or build it anew.",
    "verify": "Check every stored byte.",
    "doctor": "Look at the archive and its place, and say what to do.",
    "export": "Write the archive, or some articles, for other archives and programs.",
    "import": "Take an export in: as the same archive, or into this one.",
    "merge": "Take another archive's events into this one.",
    "backup": "Copy the archive while it is in use.",
    "restore": "Make an archive of a backup.",
    "checkpoint": "Sign the state of the log, or compare it with one that was signed.",
    "prove": "Write a proof of an article that can be checked without the archive.",
    "check-proof": "Check a proof, by a public key alone.",
    "anchor": "Have the time of a checkpoint attested by others.",
    "key": "Print the public key of the archive, or make a new one.",
    "demo": "Try morgue on sample articles in a throw-away archive.",
}
"""Name and one line of help of each command, in the order of the help; the module has the rest."""

_HELP = """An archive of news articles that is searched in full text and cites its sources.

morgue keeps every article that it is given, with its original bytes and how each fact about it is known, in a log that
is only ever added to. Add articles with `morgue add FILE…`, search with `morgue search "two words"`.
"""

_EPILOG = """Exit codes: 0 done, or hits; 1 no hits; 2 wrong usage or bad query; 3 some inputs failed, the rest were
added; 4 no such archive or article; 5 the archive or a proof does not verify; 6 busy; 7 any other failure; 130
interrupted."""


class _LazyCommands(TyperGroup):
    """Commands by name, imported on demand."""

    def list_commands(self, ctx: "Context") -> list[str]:  # noqa: ARG002 - the signature is typer's
        return list(COMMANDS)

    def get_command(self, ctx: "Context", cmd_name: str) -> "Command | None":  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in self.commands:
            module = import_module(f"cli.commands.{cmd_name.replace('-', '_')}")
            self.commands[cmd_name] = typer.main.get_command(module.app)
        return self.commands[cmd_name]

    def format_commands(self, ctx: "Context", formatter: Any) -> None:  # noqa: ARG002 - typer's own type is private
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: "Context") -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # typer would turn it into exit code 1, which means "no hits" here.
            from cli.streams import hang_up

            raise typer.Exit(hang_up()) from None


app = typer.Typer(
    cls=_LazyCommands,
    help=_HELP,
    epilog=_EPILOG,
    no_args_is_help=True,
    # The options that install it; what it offers is in `cli.completion`.
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from archive.version import TOOL

        typer.echo(TOOL)
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    archive: Annotated[
        Path | None,
        typer.Option(
            envvar="MORGUE_ARCHIVE",
            metavar="PATH",
            # Whether it can be read is for the archive to find out, which says more about it.
            readable=False,
            help="The archive's folder; by default one in your data folder.",
        ),
    ] = None,
    lock_timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, help="How long to wait while another process writes.")
    ] = 30.0,
    version: Annotated[  # noqa: ARG001 - handled by its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Take the global options down for the command."""
    if lock_timeout != lock_timeout:  # noqa: PLR0124 - so is only what is no number
        raise typer.BadParameter("nan is no number of seconds", param_hint="'--lock-timeout'")
    # Until here it holds the words of the command line: see `cli.main`.
    words: tuple[str, ...] = context.obj or ()
    context.obj = Settings(archive=archive, lock_timeout=lock_timeout, arguments=words)
