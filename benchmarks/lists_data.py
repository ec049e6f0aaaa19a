"""People with many files, made quickly: one row by the ORM, all others copied from it inside the database."""

from datetime import UTC, datetime
from uuid import uuid4

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from gigs.models import Gig, GigImage
from uploads_app.images.geometry import rendered_size
from uploads_app.images.recipes import Recipe
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.rendering.wanted import wanted
from uploads_app.storage.keys import new_rendition_key
from users.models import Profile, User

START = datetime(2026, 1, 1, tzinfo=UTC)
IN_GIG = 5  # files of each measured page
BATCH = 50_000  # rows of a statement, which have to be made within the server's time limit

# What differs from row to row, three rows to a second; n counts from 0.
VARIED = {
    "sqlite": {
        "id": "lower(hex(randomblob(16)))",
        "file": "'uploads/general/' || lower(hex(randomblob(16))) || '.jpg'",
        "uploaded_at": f"strftime('%%Y-%%m-%%d %%H:%%M:%%S', {int(START.timestamp())} + n / 3, 'unixepoch')",
    },
    "postgresql": {
        "id": "gen_random_uuid()",
        "file": "'uploads/general/' || gen_random_uuid() || '.jpg'",
        "uploaded_at": f"timestamptz '{START.isoformat()}' + n / 3 * interval '1 second'",
    },
}
BOTH = {
    "category": "CASE n %% 3 WHEN 0 THEN 'profile' WHEN 1 THEN 'gig' ELSE 'general' END",
    "original_filename": "'picture ' || n || '.jpg'",
}


def person_with(rows: int, page: int) -> User:
    """Somebody with that many ready files; those of the first and last page are rendered, some are in use."""
    user = User.objects.create_user(f"owner{rows}", password=None)
    template = template_of(user)
    _copy(template, rows)
    template.delete()
    newest = UploadedFile.objects.filter(owner=user).order_by("-uploaded_at", "-id")[:page]
    oldest = UploadedFile.objects.filter(owner=user).order_by("uploaded_at", "id")[:page]
    _in_use(user, list(newest), list(oldest))
    return user


def template_of(user: User) -> UploadedFile:
    """The one row that others are copied from."""
    return UploadedFile.objects.create(
        owner=user,
        category="general",
        lifecycle="ready",
        rendering="done",
        file=f"uploads/general/{uuid4()}.jpg",
        original_filename="picture.jpg",
        content_type="image/jpeg",
        file_size=100_000,
        sha256="0" * 64,
        width=4000,
        height=3000,
        placeholder="1QcSHQRnh493V4dIh4eXh1h4kJUI",
        dominant_color="#336699",
        removed_metadata=["exif", "gps"],
    )


def _copy(template: UploadedFile, rows: int) -> None:
    varied = VARIED[connection.vendor] | BOTH
    columns = columns_of(UploadedFile)
    values = ", ".join(varied.get(column, f"t.{column}") for column in columns)
    table = UploadedFile._meta.db_table
    pk = UploadedFile._meta.pk.get_db_prep_value(template.pk, connection)
    for begin in range(0, rows, BATCH):
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH RECURSIVE numbers(n) AS "
                f"(SELECT {begin:d} UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {min(begin + BATCH, rows):d}) "
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} t, numbers WHERE t.id = %s",
                [pk],
            )


def _in_use(user: User, newest: list[UploadedFile], oldest: list[UploadedFile]) -> None:
    Rendition.objects.bulk_create(
        rendition_of(file, made) for file in (*newest, *oldest) for made in wanted(file).items()
    )
    gig = Gig.objects.create(owner=user, title="Portraits", price=100, published_at=timezone.now())
    GigImage.objects.bulk_create(
        GigImage(gig=gig, file=file, position=n) for n, file in enumerate(newest[:IN_GIG] + oldest[:IN_GIG])
    )
    Profile.objects.filter(user=user).update(image=newest[IN_GIG])


def columns_of(model: type[Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields]


def rendition_of(file: UploadedFile, made: tuple[str, Recipe]) -> Rendition:
    """A row of a size that a file should have, by its digest and recipe."""
    digest, recipe = made
    width, height = rendered_size(recipe, file.width, file.height)
    return Rendition(
        file=file,
        digest=digest,
        preset=recipe.preset.name,
        format=recipe.format.value,
        state="ready",
        key=new_rendition_key(recipe.format.value),
        width=width,
        height=height,
        size=10_000,
        sha256="0" * 64,
    )
