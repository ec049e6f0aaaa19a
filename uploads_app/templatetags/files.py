"""Filters for pages of files: the words of uploads_app.pages.words."""

from django import template

from uploads_app.pages import words

register = template.Library()

register.filter("size", words.size)
register.filter("reason", words.reason)
register.filter("standing", words.standing)
register.filter("kind", words.kind)
register.filter("removed", words.removed)
