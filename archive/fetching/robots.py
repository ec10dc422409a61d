"""robots.txt: what a site lets an automatic client fetch, and how often. RFC 9309, read by Protego."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from archive.fetching.faults import FetchError, PrivateHostError

if TYPE_CHECKING:
    from collections.abc import Callable

    from protego import Protego

    from archive.fetching.address import Address


# As generous as Protego is: with or without a hyphen, with a space for the colon.
_USER_AGENT = re.compile(r"\s*user(?:-|\s*)agent(?![\w-])\s*:?(?P<name>.*)", re.IGNORECASE)
_OTHERS = "others"


class Robots:
    """The rules of the sites that were asked, each once in a run. A site that could not be asked is asked no more."""

    def __init__(self, product: str) -> None:
        self._product = product
        self._rules: dict[tuple[str, str, int], Protego | FetchError | None] = {}

    def check(self, address: Address, ask: Callable[[Address], bytes | None]) -> None:
        """Raise FetchError where a site's rules forbid an address, or cannot be had: RFC 9309, section 2.3.1.4.

        `ask` returns the beginning of a robots.txt, None where the site has none (4xx, section 2.3.1.3), and raises
        FetchError where that cannot be told.
        """
        rules = self._rules[address.site] if address.site in self._rules else self._asked(address, ask)
        # That a link must not lead there is nothing that a site says, and may not hold for the next address.
        if not isinstance(rules, PrivateHostError):
            self._rules[address.site] = rules
        if isinstance(rules, FetchError):
            raise rules
        if rules is not None and not rules.can_fetch(address.url, self._product):
            raise FetchError(f"the robots.txt of {address.authority} does not allow it; --ignore-robots fetches it")

    def delay(self, address: Address) -> float | None:
        """Return the `Crawl-delay` of a site whose rules are known, in seconds; None where it states none."""
        rules = self._rules.get(address.site)
        return None if rules is None or isinstance(rules, FetchError) else rules.crawl_delay(self._product)

    def _asked(self, address: Address, ask: Callable[[Address], bytes | None]) -> Protego | FetchError | None:
        try:
            content = ask(attrs.evolve(address, target="/robots.txt"))
        except FetchError as error:
            return error
        if content is None:
            return None
        from protego import Protego

        # Rules are ASCII in effect; what is no UTF-8 is in a comment, or in a path that nobody asks for.
        return Protego.parse(concerning(content.decode("utf-8-sig", "replace"), self._product))


def concerning(rules: str, product: str) -> str:
    """Return rules that are the same for a product, with all others that they name as one.

    Protego adds each rule to each product that its group names. A file within our limit of size can name tens of
    thousands, with as many rules: minutes of work, and gigabytes. That of a `product/1.0` is the product's, too.
    """
    lines: list[str] = []
    for line in rules.splitlines():
        bare = line.partition("#")[0]
        named = _USER_AGENT.match(bare)
        if named is not None:
            name = named["name"].strip().lower()
            if name != "*":
                name = product if name.replace("*", "").partition("/")[0].strip() == product else _OTHERS
            bare = f"user-agent: {name}"
        lines.append(bare)
    return "\n".join(lines)
