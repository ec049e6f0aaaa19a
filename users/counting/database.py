"""Counts as rows. Old ones stay until they are pruned."""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone

from users.counting.base import Hits
from users.models import ThrottleCount


class DatabaseCounts:
    """One atomic statement for all keys of a hit."""

    def hit(self, *keys: str, period: int) -> dict[str, Hits]:
        """Keys in a fixed order, so that no two statements wait for each other in a ring."""
        now = timezone.now()
        adapt = connection.ops.adapt_datetimefield_value
        rows = [(key, 1, adapt(_end_of(period))) for key in sorted(set(keys))]
        values = ", ".join(["(%s, %s, %s)"] * len(rows))
        table = connection.ops.quote_name(ThrottleCount._meta.db_table)
        # The table's name is the model's; all else is bound.
        statement = f"""
            INSERT INTO {table} AS t (key, count, window_end) VALUES {values}
            ON CONFLICT (key) DO UPDATE SET
                count = CASE WHEN t.window_end <= %s THEN 1 ELSE t.count + 1 END,
                window_end = CASE WHEN t.window_end <= %s THEN excluded.window_end ELSE t.window_end END
            RETURNING key, count, window_end
        """  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(statement, [*(value for row in rows for value in row), adapt(now), adapt(now)])
            return {key: _hits(count, _moment(end)) for key, count, end in cursor.fetchall()}

    def look(self, key: str) -> Hits:
        row = ThrottleCount.objects.filter(key=key, window_end__gt=timezone.now()).first()
        return _hits(row.count, row.window_end) if row else Hits(0, 0.0)

    def hold(self, key: str, *, count: int, period: int) -> None:
        said = {"count": count, "window_end": _end_of(period)}
        if not ThrottleCount.objects.filter(key=key).update(**said):
            row = ThrottleCount(key=key, **said)
            fields = ["count", "window_end"]
            ThrottleCount.objects.bulk_create(
                [row], update_conflicts=True, unique_fields=["key"], update_fields=fields
            )

    def forget(self, key: str) -> None:
        ThrottleCount.objects.filter(key=key).delete()

    def prune(self) -> int:
        """Deletes counts whose window is over; says how many there were."""
        return ThrottleCount.objects.filter(window_end__lt=timezone.now()).delete()[0]


def _end_of(period: int) -> datetime:
    return timezone.now() + timedelta(seconds=period)


def _hits(count: int, window_end: datetime) -> Hits:
    return Hits(count, (window_end - timezone.now()).total_seconds())


def _moment(value: datetime | str) -> datetime:
    """SQLite hands back the text that it was given, in UTC."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=UTC)
