"""Queries that are compiled once and run often: what the ORM says, without building it anew each time.

Building and compiling a queryset costs ten times what a database takes to answer it by its key. Where the
same is asked again and again (bytes, logins), the queryset is written as always, with an `Argument` for each
value that changes, and compiled at its first use.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Field, QuerySet

Row = TypeVar("Row")


class Argument(Expression):
    """A place in a prepared query, filled at each run with a value of `field`."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """A placeholder, and this argument as its own parameter: `Prepared` puts the value in."""
        return "%s", (self,)


class _Compiled(NamedTuple):
    sql: str
    params: tuple[Any, ...]
    converters: list[tuple[int, list[Any], Any]]  # index of the column, Django's converters, its expression


class Prepared(Generic[Row]):
    """A query that gives rows of one shape: whatever `shape` makes of the columns, a NamedTuple say.

    `build` makes the queryset, `fields` are its columns, in the order in which `shape` takes them. What it
    depends on beside its arguments (settings, registered uses) must not change once it has run.
    """

    def __init__(self, shape: Callable[..., Row], build: Callable[[], QuerySet[Any]], *fields: str) -> None:
        self._shape, self._build, self._fields = shape, build, fields
        self._compiled: dict[str, _Compiled] = {}

    def first(self, **arguments: Any) -> Row | None:
        """The first row, or None. Raises DatabaseError as any query does."""
        connection: Any = connections[DEFAULT_DB_ALIAS]
        compiled = self._compiled.get(connection.vendor) or self._compile(connection)
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, _filled(compiled.params, arguments, connection))
            row = cursor.fetchone()
        if row is None:
            return None
        return self._shape(*_converted(row, compiled.converters, connection))

    def _compile(self, connection: Any) -> _Compiled:
        rows = self._build().order_by().values_list(*self._fields)[:1]
        compiler = rows.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        found = compiler.get_converters([column for column, _, _ in compiler.select])
        converters = [(index, list(each), column) for index, (each, column) in found.items()]
        compiled = _Compiled(sql, tuple(params), converters)
        self._compiled[connection.vendor] = compiled
        return compiled


def _filled(params: tuple[Any, ...], arguments: dict[str, Any], connection: Any) -> list[Any]:
    return [
        each.output_field.get_db_prep_value(arguments[each.name], connection)
        if type(each) is Argument
        else each
        for each in params
    ]


def _converted(row: Any, converters: list[tuple[int, list[Any], Any]], connection: Any) -> list[Any]:
    values = list(row)
    for index, each, column in converters:
        value = values[index]
        for convert in each:
            value = convert(value, column, connection)
        values[index] = value
    return values
