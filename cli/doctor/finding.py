"""A finding: what was looked at, how it is, and what to do about it."""

from __future__ import annotations

from typing import Literal

import attrs

Level = Literal["ok", "note", "warning", "problem"]

LEVELS: tuple[Level, ...] = ("ok", "note", "warning", "problem")
"""From what is well to what keeps an archive from being used, or from being safe."""


@attrs.frozen
class Finding:
    """One line of a diagnosis. `damaged` tells that stored data is not what was recorded."""

    check: str
    level: Level
    says: str
    advice: str | None = None
    damaged: bool = False

    def as_dict(self) -> dict[str, str | None]:
        """Return the members of its JSON object."""
        return {"check": self.check, "level": self.level, "says": self.says, "advice": self.advice}
