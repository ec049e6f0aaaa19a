"""What browsers may load on our pages: own files, and of scripts only those that the page itself names."""

from typing import Any

from csp.constants import HEADER, NONCE, NONE, SELF, STRICT_DYNAMIC, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest
from django.http.response import HttpResponseBase

PAGES: dict[str, Any] = {
    "default-src": [NONE],
    # Modules that a named script imports come with it.
    "script-src": [NONCE, STRICT_DYNAMIC],
    "style-src": [SELF],
    "img-src": [SELF, "data:", "blob:"],  # placeholders; previews of pictures before they are sent
    "font-src": [SELF],
    "connect-src": [SELF],
    "manifest-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
    "object-src": [NONE],
}
# Django's admin names its scripts without a nonce; all of them are files of this site.
_ADMIN: dict[str, Any] = {"script-src": [SELF]}
# Swagger UI writes styles of its own into its page.
_DOCS: dict[str, Any] = {"script-src": [SELF], "style-src": [SELF, UNSAFE_INLINE]}
_OTHERWISE = {"/admin/": _ADMIN, "/api/docs": _DOCS}


class PolicyMiddleware(CSPMiddleware):
    """django-csp with the policy of each part of the site."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Answers with a policy of their own, as pictures have, keep it, and none is made for them."""
        return response if HEADER in response else super().process_response(request, response)

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        # Where a page's scripts send pictures, as the page itself said (templatetags.files.direct_uploads).
        if origin := getattr(request, "direct_origin", ""):
            parts.update = {"connect-src": [origin]} | (parts.update or {})
        for prefix, changes in _OTHERWISE.items():
            if request.path_info.startswith(prefix) and not report_only:
                parts.replace = changes | (parts.replace or {})
        if elsewhere := _picture_origins():
            parts.update = {"img-src": elsewhere} | (parts.update or {})
        return parts


def _picture_origins() -> list[str]:
    """Of pictures that people are sent on to, both the address here and the one there have to be allowed."""
    # Settings import this module, before there are models.
    from uploads_app.serve.origins import picture_origins

    return picture_origins()
