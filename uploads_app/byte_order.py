"""Keys in the order of their bytes, in every database: storages list them so, and a collation may not."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, Value
from django.db.models.expressions import OrderBy
from django.db.models.sql.compiler import SQLCompiler


def in_bytes(key: str) -> bytes:
    """What keys are compared by; names that are no UTF-8 on the disk included."""
    return key.encode("utf-8", "surrogateescape")


class _Ascending(OrderBy):
    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        # COLLATE "C" would sort the whole table for each batch. This order is that of the index that Django
        # makes for LIKE on a unique column. (The compiler looks for a direction: hence the comment.)
        return super().as_sql(compiler, connection, template="%(expression)s USING ~<~ /* ASC */")


class _NotBefore(Func):
    output_field = BooleanField()
    template = "%(expressions)s"

    def __init__(self, key: str, value: str, *, inclusive: bool) -> None:
        self._sign = ">=" if inclusive else ">"
        super().__init__(F(key), Value(value))

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, arg_joiner=f" {self._sign} ")

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, arg_joiner=f" ~{self._sign}~ ")


def ascending(key: str) -> OrderBy:
    """For `order_by`: a column in the order of its bytes. SQLite compares bytes anyway."""
    return _Ascending(F(key))


def not_before(key: str, value: str, *, inclusive: bool) -> Func:
    """For `filter`: the column's bytes come after those of `value`, or, if `inclusive`, are the same."""
    return _NotBefore(key, value, inclusive=inclusive)
