"""Bodies: a JSON object, or 400."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class JSONObjectParser(JSONParser):
    """DRF's parser, without the bodies it lets through to fail later.

    These are: nesting that is too deep to read, halves of surrogate pairs, which no database can store,
    and everything that is no object.
    """

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        try:
            data = super().parse(stream, media_type, dict(parser_context or {}))
            json.dumps(data, ensure_ascii=False).encode(settings.DEFAULT_CHARSET)
        except RecursionError as error:
            raise ParseError("The body is nested too deep.") from error
        except UnicodeEncodeError as error:
            raise ParseError("The body contains half a surrogate pair.") from error
        if not isinstance(data, dict):
            raise ParseError("The body must be a JSON object.")
        return data
