"""What logs and other sinks are never told, whoever writes: secrets, signed addresses, people's addresses."""

from __future__ import annotations

import logging
import re
from typing import Any

HIDDEN = "[hidden]"
# Each begins where a run of its signs begins, and gives none of them back: time grows with the text alone, which
# others may have written.
_SECRETS = re.compile(
    r"""
    (?P<header>["']?\b(?:authorization|cookie)["']?\s*[=:]\s*)[^\r\n]+   # a header, to its end
    | (?P<bearer>\b(?:Bearer|Basic)\s+)[^\s"',;]+           # credentials of one
    | (?P<named>["']?(?:password|passwd|secret|token|access
        |refresh|signature|sessionid|csrftoken|csrfmiddlewaretoken|api_key|apikey|share)["']?\s*[=:]\s*["']?)
        [^\s"'&,;}]+                                         # what stands behind such a name
    | (?P<query>\?)[^\s"'<>)?=]*+=[^\s"'<>)]*               # the query of an address
    | (?<![\w-])(?=[\w-]*eyJ[\w-]{5})[\w-]++\.[\w-]{5,}(?:\.[\w-]*)?   # a JSON web token
    | (?P<login>(?<![a-z0-9+.-])[a-z0-9+.-]++://)[^\s/@:]*:[^\s/@]+@   # name and password before a host
    | (?<![\w.+%-])[\w.+%-]++@[\w-]++(?:\.[\w-]+)+           # somebody's address
    """,
    re.IGNORECASE | re.VERBOSE,
)


def discreet(text: str) -> str:
    """The text without what is nobody's to read."""
    return _SECRETS.sub(_hidden, text)


def _hidden(found: re.Match[str]) -> str:
    kept = found["header"] or found["bearer"] or found["named"] or found["query"] or found["login"] or ""
    return f"{kept}{HIDDEN}{'@' if found['login'] else ''}"


def route_of(request: Any) -> str:
    """The pattern of a request's address, never the address: that may hold a token.

    `none` where there is no such address, or nothing got so far as to look for it.
    """
    match = getattr(request, "resolver_match", None)
    return str(match.route) if match is not None else getattr(request, "observed_route", "none")


class Discreet(logging.Filter):
    """Django says which path a request had; here the pattern of the path takes its place."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path and record.args:
            arguments = record.args if isinstance(record.args, tuple) else (record.args,)
            route = route_of(request)
            record.args = tuple(
                one.replace(path, route) if isinstance(one, str) else one for one in arguments
            )
        return True
