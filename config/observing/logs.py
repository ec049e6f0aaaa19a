"""Log lines: one event is one line, whatever is in it, and says which request it is of."""

from __future__ import annotations

import json
import logging
import re
import time
from typing import Any

from config.observing.discretion import discreet
from uploads_app.observing.carried import request_id

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_MOST = 20_000  # characters of a message or traceback: what somebody sent may be in them


class JsonLine(logging.Formatter):
    """An object a line: `at`, `level`, `logger`, `event`, `request`, then what the event brings along.

    A record's `fields` are the writer's own words and numbers, and are taken as they are.
    """

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] | None = getattr(record, "fields", None)
        line: dict[str, Any] = {
            "at": _moment(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.msg if fields is not None else discreet(record.getMessage()[:_MOST]),
        }
        if found := request_id():
            line["request"] = found
        if fields is not None:
            line |= fields
        if told := _traceback(self, record):
            line["traceback"] = told
        return json.dumps(line, default=str, separators=(",", ":"))


class Line(logging.Formatter):
    """For people: time, level, logger, words. Only a traceback takes further lines, each indented."""

    def format(self, record: logging.LogRecord) -> str:
        told = _plain(discreet(record.getMessage()[:_MOST]))
        fields: dict[str, Any] = getattr(record, "fields", {})
        told += "".join(f" {name}={_plain(str(value))}" for name, value in fields.items())
        line = f"{_moment(record.created)} {record.levelname} {record.name} {told}"
        lines = (_traceback(self, record) or "").splitlines()
        return "\n".join([line, *(f"    {_plain(one)}" for one in lines)])


def _moment(seconds: float) -> str:
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds % 1 * 1000):03d}Z"


def _plain(text: str) -> str:
    """Text whose control characters, which end lines and paint terminals, are written out."""
    return _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _traceback(formatter: logging.Formatter, record: logging.LogRecord) -> str | None:
    if record.exc_info and record.exc_info[0] is not None:
        return discreet(formatter.formatException(record.exc_info)[-_MOST:])
    return None
