"""Every column on which it depends whether a picture is public is watched, or noted by hand where it is written."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models.expressions import Col, Func
from django.db.models.sql import Query

from gigs.models import GigImage
from uploads_app.models import PublicityChange, Rendition, UploadedFile
from uploads_app.services.publishing.rule import to_be_public
from uploads_app.services.publishing.watching import watched
from uploads_app.tests.factories import FileFactory

# Of rows that queries change and no `save` does.
BY_HAND = {
    *((UploadedFile, name) for name in ("lifecycle", "moderation", "withheld", "legal_hold")),
    (Rendition, "state"),
    (Rendition, "file"),  # never changed once the row is there
}
NOTING = {"look_again", "withdraw", "withdraw_soon", "retire_all"}
# Writers that need no note, since the file is public neither before nor after.
PRIVATE = {
    "services/delete.py abandon": "an upload that was never ready",
    "services/reconcile.py _give_up_expired": "an upload that was never ready",
    "services/upload.py _make_ready": "in no use yet: who puts it into one notes that",
}


def _read(node: Any) -> Iterator[tuple[Any, str]]:
    """The columns that a condition reads, those of its joins included."""
    if isinstance(node, Col):
        yield node.target.model, node.target.name
    elif isinstance(node, Query):
        yield from _read(node.where)
        for join in node.alias_map.values():
            if field := getattr(join, "join_field", None):
                yield field.model, field.name
    elif query := getattr(node, "query", None):
        yield from _read(query)
    else:
        inner = [*getattr(node, "children", ()), getattr(node, "lhs", None), getattr(node, "rhs", None)]
        if isinstance(node, Func):
            inner += node.get_source_expressions()
        for one in inner:
            if one is not None and not isinstance(one, str | bool | list | tuple):
                yield from _read(one)


def test_every_column_of_the_rule_is_watched_or_noted_by_hand() -> None:
    read = {
        (model, name)
        for model, name in _read(to_be_public().query)
        if not model._meta.get_field(name).primary_key or model._meta.get_field(name).is_relation
    }
    known = {(one.model, name) for one in watched() for name in one.columns} | BY_HAND
    assert read == known


def _writes(function: ast.AST, columns: set[str]) -> bool:
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    return any(
        _name(call) in ("update", "take", "bulk_update", "get_or_create", "update_or_create")
        and any(word.arg in columns for word in call.keywords)
        for call in calls
    )


def _name(call: ast.Call) -> str:
    return getattr(call.func, "attr", "") or getattr(call.func, "id", "")


def _functions() -> Iterator[tuple[str, ast.AST]]:
    for room in ("gigs", "users", "uploads_app"):
        for path in sorted((Path(settings.BASE_DIR) / room).rglob("*.py")):
            if {"tests", "migrations"}.isdisjoint(path.parts):
                for node in ast.walk(ast.parse(path.read_text())):
                    if isinstance(node, ast.FunctionDef):
                        yield f"{path.parent.name}/{path.name} {node.name}", node


def test_who_writes_such_a_column_by_a_query_leaves_a_note() -> None:
    columns = {name for _, name in BY_HAND if name not in ("state", "file")}
    columns |= {
        name for one in watched() for name in one.columns if name not in ("user", "owner", "gig", "file")
    }
    found = {where: function for where, function in _functions() if _writes(function, columns)}
    assert "uses.py detach" in {where.partition("/")[2] for where in found}
    without = {
        where
        for where, function in found.items()
        if not any(_name(node) in NOTING for node in ast.walk(function) if isinstance(node, ast.Call))
    }
    assert without == set(PRIVATE)


def test_nothing_is_noted_where_there_are_no_public_copies(gig: Any, settings: Any) -> None:
    settings.STORAGES = {name: one for name, one in settings.STORAGES.items() if name != "s3_public"}
    PublicityChange.objects.all().delete()
    GigImage.objects.create(gig=gig, file=FileFactory.create(owner=gig.owner), position=9)
    gig.delete()
    assert not PublicityChange.objects.exists()
