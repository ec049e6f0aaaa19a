"""For pages of files: the words of uploads_app.pages.words as filters, and how scripts send pictures."""

from typing import Any

from django import template

from uploads_app.pages import direct, words

register = template.Library()

register.filter("size", words.size)
register.filter("reason", words.reason)
register.filter("standing", words.standing)
register.filter("kind", words.kind)
register.filter("removed", words.removed)


@register.simple_tag(takes_context=True)
def direct_uploads(context: dict[str, Any]) -> bool:
    """Whether scripts of this page send pictures straight to the storage; its policy then lets them."""
    origin = direct.direct_origin()
    context["request"].direct_origin = origin
    return bool(origin)
