"""Pages are compressed on their way, as static files are beforehand."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class PageCompression(GZipMiddleware):
    """Django's, for pages alone.

    What is secret in a page (the token of its forms) is masked anew in each, and Django adds bytes at random
    to what it compresses, so lengths tell nothing (BREACH). Pictures gain nothing, and the API's answers are
    small.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.get("Content-Type", "").startswith("text/html"):
            return super().process_response(request, response)
        return response
