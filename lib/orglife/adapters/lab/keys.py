"""The keys of one start of the page's server: made anew each time, and held in memory and in a file of the owner's.

Address, token and cookies of an earlier start open nothing, so what a browser keeps of them is worth nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

_NONCE, _SIGNATURE = 12, 32  # hexadecimal digits of the parts of a code


@dataclass(frozen=True)
class Keys:
    """The keys.

    Attributes:
        base: Random path below which everything is served, ``/…/``. Browsers give the cookies of 127.0.0.1 to every port
            of it, but only below their path.
        token: Signs codes; also opens the server to the owner's own programs, in the header ``Authorization``.
    """

    base: str
    token: str = field(repr=False)

    @classmethod
    def new(cls) -> Keys:
        """Random keys."""
        return cls(f"/{secrets.token_hex(8)}/", secrets.token_hex(24))

    def code(self) -> str:
        """A code for an address that logs a browser in once. Any process with the keys can make one."""
        nonce = secrets.token_hex(_NONCE // 2)
        return nonce + self._sign(f"code {nonce}")

    def has_signed(self, code: str) -> bool:
        """Whether a code was made with these keys."""
        return hmac.compare_digest(code[_NONCE:].encode(), self._sign(f"code {code[:_NONCE]}").encode())

    @property
    def sign_of_life(self) -> str:
        """What the server answers to the question whether it is there: another listener at its port cannot know it."""
        return self._sign("alive")

    @property
    def founding_cookie(self) -> str:
        """The cookie of the page that creates a workspace."""
        return self._sign("founding")

    def _sign(self, text: str) -> str:
        return hmac.new(self.token.encode(), text.encode(), hashlib.sha256).hexdigest()[:_SIGNATURE]


@dataclass(frozen=True)
class Entrance:
    """Who may come in: each code once."""

    keys: Keys
    _used: set[str] = field(default_factory=set)

    def admits(self, code: str) -> bool:
        """Whether the code is good; from then on it is not."""
        if code in self._used or not self.keys.has_signed(code):
            return False
        self._used.add(code)
        return True


def is_own_request(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a request can come from this server's own pages, or from an address that the user opened.

    Browsers say with every request where it comes from (Fetch metadata); a page on another port of 127.0.0.1 is
    ``same-site``. Programs that are no browsers say nothing.
    """
    site = headers.get("Sec-Fetch-Site", "")
    opened = site == "none" and method in ("GET", "HEAD") and "Upgrade" not in headers
    return site in ("", "same-origin") or opened


def is_prefetch(headers: Mapping[str, str]) -> bool:
    """Whether the browser only guesses that the user might open the address: that must not use up its code."""
    return "prefetch" in headers.get("Sec-Purpose", "") or headers.get("Purpose", "") == "prefetch"
