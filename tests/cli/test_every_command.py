"""Every command on a wide terminal, a narrow one, in a pipe and without colours: as it is written down in `every/`."""

from __future__ import annotations

import pytest

from cli.app import COMMANDS as KNOWN
from tests import sessions
from tests.cli.every_command import COMMANDS, FOLDER, SHAPES, run_all
from tests.cli.forking import Forking


@pytest.mark.parametrize("shape", SHAPES)
def test_every_command_prints_what_is_written_down(shape: str) -> None:
    written = sessions.parse((FOLDER / f"{shape}.txt").read_text("utf-8")).exchanges
    assert [exchange.command for exchange in written] == COMMANDS
    with Forking() as forking:
        for exchange, ran in zip(written, run_all(forking, shape), strict=True):
            assert exchange.terminal == (shape != "piped")
            sessions.compare(exchange, ran.done)


def test_every_command_is_among_them() -> None:
    assert [name for name in KNOWN if name != "demo" and not any(f" {name}" in command for command in COMMANDS)] == []
