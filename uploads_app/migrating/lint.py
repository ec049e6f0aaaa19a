"""Finds what would keep a table locked for as long as its rows take to be read, or written anew."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.state import ProjectState
from django.db.models.expressions import Value

from uploads_app.migrating.operations import AddCheckInUse, AddIndexInUse, RemoveIndexInUse

IN_USE = (AddIndexInUse, RemoveIndexInUse, AddCheckInUse)
_CHECKED = (models.PositiveIntegerField, models.PositiveBigIntegerField, models.PositiveSmallIntegerField)


def long_locks(migration: Migration, state: ProjectState) -> list[str]:
    """What is wrong with a migration that begins at `state`, a sentence each. `state` is moved on to its end.

    Tables that the migration makes itself have no rows, and may be treated in any way.
    """
    fresh = {one.name_lower for one in migration.operations if isinstance(one, operations.CreateModel)}
    found = list(_as_a_whole(migration))
    for operation in migration.operations:
        if str(getattr(operation, "model_name", "")).lower() not in fresh:
            wrong = _wrong(operation, migration.app_label, state)
            found += [f"{migration}: {operation.describe()}: {wrong}"] if wrong else []
        operation.state_forwards(migration.app_label, state)
    return found


def _as_a_whole(migration: Migration) -> Iterator[str]:
    several = len(migration.operations) > 1
    if any(isinstance(one, operations.RunPython | operations.RunSQL) for one in migration.operations):
        if migration.atomic:
            yield f"{migration}: its rows stay locked to its end. atomic = False, and a batch at a time."
        if several:
            yield f"{migration}: data and schema are migrated apart."
    if any(isinstance(one, IN_USE) for one in migration.operations):
        if migration.atomic:
            yield f"{migration}: needs atomic = False."
        if several:
            yield f"{migration}: what it began could not be repeated. One operation in each such migration."


def _wrong(operation: Any, app_label: str, state: ProjectState) -> str:
    match operation:
        case AddIndexInUse() | RemoveIndexInUse() | AddCheckInUse():
            return ""
        case operations.AddIndex():
            return "locks out writes while it is built. AddIndexInUse does not."
        case operations.AddConstraint():
            return "locks the table while all rows are checked. AddCheckInUse does not."
        case operations.AlterUniqueTogether() | operations.AlterIndexTogether():
            return "locks out writes while an index is built."
        case operations.AddField():
            return _wrong_new(operation.field)
        case operations.AlterField():
            before = state.models[app_label, operation.model_name_lower].fields[operation.name]
            return _wrong_change(before, operation.field)
    return ""


def _wrong_new(field: Any) -> str:
    if isinstance(field, models.ManyToManyField):
        return ""  # a table of its own
    if field.remote_field and getattr(field, "db_constraint", True):
        return (
            "a foreign key locks both tables while it is checked. db_constraint=False, or by hand in steps."
        )
    if field.unique or field.db_index:
        return "its index is built at once. Add the field without, then AddIndexInUse."
    if isinstance(field, _CHECKED):
        return "the check that it is positive reads all rows. A plain integer, then AddCheckInUse."
    if isinstance(field, models.GeneratedField) or field.primary_key:
        return "all rows are written anew."
    if field.has_db_default() and not isinstance(field.db_default, Value | str | int | float | bool):
        return "a default that is worked out for each row has all of them written anew."
    if not (field.null or field.has_default() or field.has_db_default() or field.empty_strings_allowed):
        return "has no value for the rows that are there."
    return ""


def _wrong_change(before: Any, after: Any) -> str:
    """Nothing where the column stays as it is, becomes nullable, or a text gets more room."""
    if _column(before) == _column(after):
        return ""
    if type(before) is not type(after) or before.db_index != after.db_index or before.unique != after.unique:
        return "the column or its index is made anew."
    if before.null and not after.null:
        return "all rows are checked. AddCheckInUse first, and then by hand."
    if getattr(before, "max_length", None) and (after.max_length or 0) < before.max_length:
        return "all rows are checked."
    return ""


def _column(field: Any) -> Any:
    """What of a field its column knows."""
    _, path, args, named = field.deconstruct()
    python_only = {"default", *field.non_db_attrs}
    return path, args, {name: value for name, value in named.items() if name not in python_only}
