"""Queries that many requests make: written by the ORM once, run with other values each time.

Putting a query together takes Django longer than the database needs to answer it, and gives the same text
every time. A Statement keeps the text, and how rows become objects. Its condition: whatever the query's
writer works out for itself stands still, so what differs from run to run is `given`, and the time is the
database's (`Now()`).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, Expression, Field, Model, QuerySet, UUIDField
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators

Row = TypeVar("Row")
Make = Callable[[Sequence[Any]], Any]
_LIMIT = "limit"
# How fields that a query left out are fetched; Django asks for it from 6.1 on.
_FETCH_MODE: Any = (models.FETCH_ONE,) if hasattr(models, "FETCH_ONE") else ()
# How values of these types are handed to a database; all others are as they are.
_ADAPTED: dict[type, Field[Any, Any]] = {UUID: UUIDField(), datetime: DateTimeField()}


class _Given(Expression):
    def __init__(self, name: str, many: bool = False) -> None:
        super().__init__()
        self.name, self.many = name, many

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return (self.marker if self.many else "%s"), [self]

    @property
    def marker(self) -> str:
        return f"(<{self.name}>)"


def given(name: str) -> Any:
    """Stands for a value that comes with each run, in a filter."""
    return _Given(name)


def given_many(name: str) -> Any:
    """Stands for several values that come with each run, behind `__in`."""
    return _Given(name, many=True)


class Statement(Generic[Row]):
    """A query of model instances or of tuples (`values_list`). `limited` ones are run with a `limit`."""

    def __init__(self, write: Callable[[], "QuerySet[Any, Row]"], *, limited: bool = False) -> None:
        self._write, self._limited = write, limited
        self._compiled: dict[tuple[str, str], _Compiled] = {}

    def __call__(self, **values: Any) -> list[Row]:
        """The rows, in one query; none, without one, where `given_many` is given none."""
        connection = connections[DEFAULT_DB_ALIAS]
        return self._for(connection).run(connection, values)

    def first(self, **values: Any) -> Row | None:
        """The first row, or None, in one query."""
        return next(iter(self(**values)), None)

    def explain(self, **values: Any) -> str:
        """How the database goes about a run."""
        connection = connections[DEFAULT_DB_ALIAS]
        sql, params = self._for(connection).bound(connection, values)
        prefix = connection.ops.explain_query_prefix()
        with connection.cursor() as cursor:
            cursor.execute(f"{prefix} {sql}", params)
            return "\n".join(str(row[-1]) for row in cursor.fetchall())

    def _for(self, connection: BaseDatabaseWrapper) -> "_Compiled":
        # The one setting that queries are written by.
        key = connection.vendor, settings.VITRINE_MODERATION
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = self._compiled[key] = _Compiled(self._write(), self._limited)
        return compiled


class _Compiled:
    def __init__(self, rows: QuerySet[Any, Any], limited: bool) -> None:
        compiler = rows.query.get_compiler(using=rows.db)
        self._sql, params = compiler.as_sql()
        self._params: list[Any] = list(params)
        self._many = [param.name for param in params if isinstance(param, _Given) and param.many]
        if limited:
            self._sql += " LIMIT %s"
            self._params.append(_Given(_LIMIT))
        columns = [column for column, *_ in compiler.select or ()]
        # Bound to this thread's connection, of which they read only what all of them have alike.
        self._converters = list(compiler.get_converters(columns).items())
        self._make = _maker(rows, compiler)

    def run(self, connection: BaseDatabaseWrapper, values: dict[str, Any]) -> list[Any]:
        if not all(values[name] for name in self._many):
            return []
        sql, params = self.bound(connection, values)
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            found = cursor.fetchall()
        make = self._make
        return [make(row) for row in self._converted(connection, found)]

    def bound(self, connection: BaseDatabaseWrapper, values: dict[str, Any]) -> tuple[str, list[Any]]:
        sql, bound = self._sql, []
        for param in self._params:
            if not isinstance(param, _Given):
                bound.append(param)
            elif param.many:
                several = [_adapted(value, connection) for value in values[param.name]]
                sql = sql.replace(param.marker, f"({', '.join(['%s'] * len(several))})", 1)
                bound += several
            else:
                bound.append(_adapted(values[param.name], connection))
        return sql, bound

    def _converted(
        self, connection: BaseDatabaseWrapper, found: Iterable[Sequence[Any]]
    ) -> Iterable[Sequence[Any]]:
        rows = [list(row) for row in found]
        if len(rows) == 1:  # as most are: a plain loop is quickest
            self._convert_one(connection, rows[0])
            return rows
        for position, (converters, column) in self._converters:
            for convert in converters:
                made = _Made(partial(_call, convert, column, connection))
                change = made.__getitem__ if isinstance(column.output_field, UUIDField) else made.make
                for row in rows:
                    row[position] = change(row[position])
        return rows

    def _convert_one(self, connection: BaseDatabaseWrapper, row: list[Any]) -> None:
        for position, (converters, column) in self._converters:
            value = row[position]
            for convert in converters:
                value = convert(value, column, connection)
            row[position] = value


class _Made(dict[Any, Any]):
    """What was made of each raw value: many rows have few ids, and an object for each takes its time."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, raw: Any) -> Any:
        made = self[raw] = self.make(raw)
        return made


def _call(convert: Callable[..., Any], column: Any, connection: BaseDatabaseWrapper, raw: Any) -> Any:
    return convert(raw, column, connection)


def _adapted(value: Any, connection: BaseDatabaseWrapper) -> Any:
    field = _ADAPTED.get(type(value))
    return value if field is None else field.get_db_prep_value(value, connection)


def _maker(rows: QuerySet[Any, Any], compiler: Any) -> Make:
    if rows._iterable_class is ValuesListIterable:
        return tuple
    if rows._iterable_class is not ModelIterable:
        raise TypeError("a statement gives model instances or tuples")
    return _instances(compiler, rows.db)


def _instances(compiler: Any, alias: str) -> Make:
    """As ModelIterable makes them: the columns of the model, `select_related`, annotations."""
    info, select = compiler.klass_info, compiler.select
    begin, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column.target.attname for column, *_ in select[begin:end]]
    related = get_related_populators(info, select, alias, *_FETCH_MODE)
    annotations = compiler.annotation_col_map.items()
    from_db = info["model"].from_db

    def make(row: Sequence[Any]) -> Model:
        made: Model = from_db(alias, names, row[begin:end])
        for populator in related:
            populator.populate(row, made)
        for name, position in annotations:
            setattr(made, name, row[position])
        return made

    return make
