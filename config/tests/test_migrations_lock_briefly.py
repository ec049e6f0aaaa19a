"""No migration that is still to come keeps a table locked for as long as its rows take to be read."""

from typing import Any, cast

import pytest
from django.db import migrations, models
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models.functions import Now

from uploads_app.migrating.lint import long_locks
from uploads_app.migrating.operations import AddCheckInUse, AddIndexInUse

# The last of each room that was written before anybody looked; what they lock is in docs/benchmarks.md.
BEFORE = {"uploads_app": "0013", "users": "0006", "gigs": "0003"}
INDEX = models.Index(fields=["width"], name="by_width")
CHECK = models.CheckConstraint(name="wide", condition=models.Q(width__gt=0))
FILE = "uploadedfile"


def nothing(apps: Any, schema_editor: Any) -> None:
    """A migration of data."""


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None)


def one(*operations: Any, atomic: bool = True) -> Migration:
    kind = type("Migration", (Migration,), {"operations": list(operations), "atomic": atomic})
    return cast(Migration, kind("9999_of_a_test", "uploads_app"))


def state(loader: MigrationLoader) -> ProjectState:
    return loader.project_state()


@pytest.mark.django_db
def test_migrations_of_our_rooms_lock_briefly(loader: MigrationLoader) -> None:
    plan = [key for leaf in loader.graph.leaf_nodes() for key in loader.graph.forwards_plan(leaf)]
    newer = [key for key in dict.fromkeys(plan) if key[0] in BEFORE and key[1][:4] > BEFORE[key[0]]]
    assert ("uploads_app", "0014_storage_of_rows") in newer
    found = [
        wrong
        for key in newer
        for wrong in long_locks(loader.graph.nodes[key], loader.project_state(key, at_end=False))
    ]
    assert found == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "operations",
    [
        [migrations.AddIndex(FILE, INDEX)],
        [migrations.AddConstraint(FILE, CHECK)],
        [AddIndexInUse(FILE, INDEX)],
        [migrations.AddField(FILE, "made", models.DateTimeField(db_default=Now()))],
        [migrations.AddField(FILE, "made", models.IntegerField(null=True, db_index=True))],
        [migrations.AddField(FILE, "gig", models.ForeignKey("gigs.Gig", models.CASCADE, null=True))],
        [migrations.AddField(FILE, "number", models.IntegerField())],
        [migrations.AddField(FILE, "count", models.PositiveIntegerField(default=0))],
        [migrations.AlterField(FILE, "width", models.BigIntegerField())],
        [migrations.AlterField(FILE, "lease_until", models.DateTimeField())],
        [migrations.AlterField(FILE, "caption", models.CharField(blank=True, max_length=10))],
        [migrations.RunPython(nothing, nothing)],
        [migrations.RunSQL("select 1")],
    ],
    ids=lambda operations: str(operations[0].describe()),
)
def test_what_would_lock_long_is_found(loader: MigrationLoader, operations: list[Any]) -> None:
    assert len(long_locks(one(*operations), state(loader))) == 1


@pytest.mark.django_db
def test_what_could_not_be_repeated_is_found(loader: MigrationLoader) -> None:
    both = one(AddIndexInUse(FILE, INDEX), AddCheckInUse(FILE, CHECK), atomic=False)
    assert len(long_locks(both, state(loader))) == 1
    mixed = one(
        migrations.AddField(FILE, "number", models.IntegerField(null=True)),
        migrations.RunPython(nothing, nothing),
        atomic=False,
    )
    assert len(long_locks(mixed, state(loader))) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fine",
    [
        one(AddIndexInUse(FILE, INDEX), atomic=False),
        one(AddCheckInUse(FILE, CHECK), atomic=False),
        one(migrations.RunPython(nothing, nothing), atomic=False),
        one(migrations.AddField(FILE, "number", models.IntegerField(null=True))),
        one(migrations.AddField(FILE, "number", models.IntegerField(default=0))),
        one(migrations.AlterField(FILE, "caption", models.CharField(blank=True, max_length=2000))),
        one(migrations.AlterField(FILE, "category", models.CharField(choices=[("a", "b")], max_length=10))),
        one(
            migrations.CreateModel("New", [("width", models.IntegerField(primary_key=True))]),
            migrations.AddIndex("new", INDEX),
        ),
    ],
    ids=lambda migration: str(migration.operations[0].describe()),
)  # fmt: skip
def test_what_locks_briefly_is_let_through(loader: MigrationLoader, fine: Migration) -> None:
    assert long_locks(fine, state(loader)) == []
