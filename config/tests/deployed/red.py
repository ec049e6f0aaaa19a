"""REDbot on one address, in a process of its own, since its event loop ends with it: red.py URL [NAME:VALUE]…

What its own command does, but headers can be sent, and what it finds comes with the notes' names: as JSON, a list
of [request, level, name, summary]. `request` tells which of REDbot's requests a note is about.
"""

import json
import sys
from configparser import ConfigParser
from typing import Any

import thor
from redbot.resource import HttpResource


def notes(url: str, headers: list[tuple[str, str]]) -> list[tuple[str, str, str, str]]:
    """Every note on the answer, and on those to REDbot's questions about it (compressed, ranges, conditions)."""
    parser = ConfigParser()
    parser.read_dict({"redbot": {"enable_local_access": "True"}})
    resource = HttpResource(parser["redbot"])
    resource.set_request(url, headers=headers)
    resource.on("check_done", lambda: thor.stop())
    resource.check()
    thor.run()
    assert resource.response.complete, f"{url}: {resource.fetch_error!r}"
    asked: dict[str, Any] = {"itself": resource, **resource.subreqs}
    return [
        (request, one.level.value, type(one).__name__, one.summary)
        for request, fetched in asked.items()
        for note in fetched.response.notes
        for one in (note, *note.subnotes)
    ]


if __name__ == "__main__":
    sent = [header.partition(":") for header in sys.argv[2:]]
    json.dump(notes(sys.argv[1], [(name, value) for name, _, value in sent]), sys.stdout)
