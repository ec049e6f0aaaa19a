"""Operations for tables in use: on PostgreSQL they read all rows without keeping anybody from writing.

Each stands alone in a migration with `atomic = False`, and may be run again after it was broken off. On
SQLite, whose writers wait for each other anyway, they are Django's own.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import DatabaseError, NotSupportedError
from django.db.migrations.operations import AddConstraint, AddIndex, RemoveIndex
from django.db.models import CheckConstraint

_VALID = "select i.indisvalid from pg_index i where i.indexrelid = to_regclass(%s)"
_CONSTRAINT = "select convalidated from pg_constraint where conname = %s and conrelid = %s::regclass"


class AddIndexInUse(AddIndex):
    """An index, built beside writes that go on. One that was left half-built is built anew."""

    atomic = False

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Raises NotSupportedError within a transaction."""
        if not _concurrent(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        valid = _first(schema_editor, _VALID, schema_editor.quote_name(self.index.name))
        if valid is False:
            schema_editor.remove_index(model, self.index, concurrently=True)
        if not valid:
            with _patient(schema_editor):
                schema_editor.add_index(model, self.index, concurrently=True)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        _remove(self, schema_editor, model, self.index)


class RemoveIndexInUse(RemoveIndex):
    """Takes an index away beside reads and writes that go on."""

    atomic = False

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Raises NotSupportedError within a transaction."""
        index = from_state.models[app_label, self.model_name_lower].get_index_by_name(self.name)
        _remove(self, schema_editor, from_state.apps.get_model(app_label, self.model_name), index)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        index = to_state.models[app_label, self.model_name_lower].get_index_by_name(self.name)
        add = AddIndexInUse(self.model_name, index)
        add.database_forwards(app_label, schema_editor, from_state, to_state)


class AddCheckInUse(AddConstraint):
    """A check, of new writes from the first moment on, of the rows that are there beside them."""

    atomic = False

    def __init__(self, model_name: str, constraint: CheckConstraint) -> None:
        super().__init__(model_name, constraint)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Raises IntegrityError when a row does not pass, NotSupportedError within a transaction."""
        if not _concurrent(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        table = schema_editor.quote_name(model._meta.db_table)
        if _first(schema_editor, _CONSTRAINT, self.constraint.name, table) is None:
            created = self.constraint.create_sql(model, schema_editor)
            schema_editor.execute(f"{created} NOT VALID", params=None)
        name = schema_editor.quote_name(self.constraint.name)
        with _patient(schema_editor):
            schema_editor.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def _concurrent(schema_editor: Any) -> bool:
    if schema_editor.connection.vendor != "postgresql":
        return False
    if schema_editor.connection.in_atomic_block:
        raise NotSupportedError("This operation needs atomic = False on its migration.")
    return True


def _remove(operation: Any, schema_editor: Any, model: Any, index: Any) -> None:
    if not operation.allow_migrate_model(schema_editor.connection.alias, model):
        return
    if _concurrent(schema_editor):
        with _patient(schema_editor):
            schema_editor.remove_index(model, index, concurrently=True)
    else:
        schema_editor.remove_index(model, index)


def _first(schema_editor: Any, query: str, *values: str) -> Any:
    if schema_editor.collect_sql:
        return None
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(query, values)
        row = cursor.fetchone()
    return row[0] if row else None


@contextmanager
def _patient(schema_editor: Any) -> Iterator[None]:
    """Inside, locks are waited for as long as it takes: these statements let everybody read and write."""
    before = _first(schema_editor, "select current_setting('lock_timeout')") or "0"
    schema_editor.execute("SET lock_timeout = 0")
    try:
        yield
    finally:
        with suppress(DatabaseError):  # of a connection that is gone
            schema_editor.execute("SET lock_timeout = %s", [before])
