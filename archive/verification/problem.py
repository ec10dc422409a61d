"""A problem that verification found."""

from __future__ import annotations

import attrs


@attrs.frozen
class Problem:
    """Something stored that is not what was recorded; `position` is None where no event can be named."""

    position: int | None
    message: str

    def __str__(self) -> str:
        return self.message if self.position is None else f"position {self.position}: {self.message}"
