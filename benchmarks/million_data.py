"""A site with many files, made by PostgreSQL itself in minutes: people, gigs, sizes, decisions and what goes with them.

Of 100 files 97 are ready, each with eight sizes; 40 are in gigs, four of five of which are published; 15 wait in the
queue of moderation, 2 were rejected. A few people have very many. Which is which follows from a file's number alone,
so that every table is filled by statements that know nothing of each other, and twice the same way.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from benchmarks.lists_data import columns_of, rendition_of, template_of
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.rendering.wanted import wanted
from users.models import User

PEOPLE = 50  # files for each person
_ID = "md5('file' || {0})::uuid"
_KEY = "uuid_in(md5('{1}' || {0})::cstring)"
_BIG = ("uploads_app_uploadedfile", "uploads_app_rendition", "uploads_app_filehash", "uploads_app_publiccopy")

# The number n of a file: what becomes of it.
_LIFECYCLE = "CASE WHEN n %% 100 >= 97 THEN 'purged' ELSE 'ready' END"
_UNREVIEWED = "(n %% 10 = 5 OR n %% 20 = 4)"
_MODERATION = (
    f"CASE WHEN {_UNREVIEWED} THEN 'unreviewed' WHEN n %% 50 = 6 THEN 'rejected' ELSE 'approved' END"
)
_RANK = f"CASE WHEN NOT {_UNREVIEWED} THEN 0 WHEN n %% 5000 = 5 THEN 3 WHEN n %% 1000 = 15 THEN 2 ELSE 1 END"
# The cube gives some people thousands of files, and most of them a few.
_OWNER = "(%(first)s + floor(%(people)s * pow(('x' || substr(md5(n::text), 1, 7))::bit(28)::int / 268435456.0, 3)))::int"
_NUMBERS = "generate_series(0, %(rows)s - 1) n"

FILE = {
    "id": _ID.format("n"),
    "owner_id": _OWNER,
    "category": "CASE n %% 10 WHEN 8 THEN 'profile' WHEN 9 THEN 'general' ELSE 'gig' END",
    "lifecycle": _LIFECYCLE,
    "moderation": _MODERATION,
    "withheld": "CASE WHEN n %% 5000 = 5 THEN 'reports' ELSE '' END",
    "reports_open": "CASE WHEN n %% 1000 = 15 THEN 1 ELSE 0 END",
    "queue_rank": _RANK,
    "file": "'uploads/gig/' || md5('key' || n)::uuid || '.jpg'",
    "original_filename": "'picture ' || n || '.jpg'",
    "sha256": "encode(sha256(n::text::bytea), 'hex')",
    "phash": "('x' || substr(md5('hash' || n), 1, 16))::bit(64)::bigint",
    "uploaded_at": "now() - (%(rows)s - n) * interval '20 seconds'",
}

STATEMENTS = {
    "people": """
        INSERT INTO users_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active,
            date_joined)
        SELECT '!', false, 'person' || n, '', '', '', false, true, now() FROM generate_series(1, %(people)s) n""",
    "profiles": f"""
        INSERT INTO users_profile (user_id, display_name, headline, bio, location, is_public, image_id)
        SELECT %(first)s + n, 'Person ' || n, '', '', '', n %% 10 < 9, {_ID.format("(50 * n + 8)")}
        FROM generate_series(0, %(people)s - 1) n""",
    "buddies": """
        INSERT INTO users_buddy (person_id, buddy_id, created_at)
        SELECT %(first)s + n, %(first)s + (n + k * k) %% %(people)s, now() - k * interval '1 hour'
        FROM generate_series(0, %(people)s - 1) n, generate_series(1, 12) k WHERE k * k < %(people)s""",
    "gigs": f"""
        INSERT INTO gigs_gig (owner_id, title, description, price, currency, published_at, created_at, updated_at)
        SELECT {_OWNER}, 'Portraits ' || n, 'On film, in black and white.', n %% 900 + 10, 'EUR',
            CASE WHEN n %% 50 < 40 THEN now() - (%(rows)s - n) * interval '20 seconds' END, now(), now()
        FROM generate_series(0, %(rows)s - 1, 10) n ORDER BY n""",
    "gig images": f"""
        INSERT INTO gigs_gigimage (gig_id, file_id, position)
        SELECT (SELECT min(id) FROM gigs_gig) + n / 10, {_ID.format("(n + k)")}, k
        FROM generate_series(0, %(rows)s - 1, 10) n, generate_series(0, 3) k""",
    # More gigs for each than a page has, also where there are few.
    "tags": """
        INSERT INTO gigs_gigtag (gig_id, name)
        SELECT id, 'tag' || (id * (k + 7)) %% 20 + 20 * k FROM gigs_gig, generate_series(0, 2) k""",
    "events": f"""
        INSERT INTO uploads_app_moderationevent (file_id, actor_name, action, from_state, to_state, from_withheld,
            to_withheld, serial, reason, note, sha256, recipe, evidence, created_at)
        SELECT {_ID.format("n")}, 'staff', CASE WHEN n %% 50 = 6 THEN 'reject' ELSE 'approve' END, 'unreviewed',
            {_MODERATION}, '', '', 1, '', '', '', '{{}}', '{{}}', now() - (%(rows)s - n) * interval '20 seconds'
        FROM {_NUMBERS} WHERE NOT {_UNREVIEWED}""",
    "reports": f"""
        INSERT INTO uploads_app_report (file_id, reporter_id, reason, detail, created_at)
        SELECT {_ID.format("n")}, %(first)s, 'spam', '', now() FROM {_NUMBERS} WHERE n %% 1000 = 15""",
    "hashes": """
        INSERT INTO uploads_app_filehash (file_id, hash, part_0, part_1, part_2, part_3)
        SELECT id, phash, phash >> 48 & 65535, phash >> 32 & 65535, phash >> 16 & 65535, phash & 65535
        FROM uploads_app_uploadedfile WHERE lifecycle = 'ready'""",
    "usage": """
        INSERT INTO uploads_app_storageusage (owner_id, files, bytes)
        SELECT owner_id, count(*), sum(file_size) FROM uploads_app_uploadedfile
        WHERE lifecycle <> 'purged' GROUP BY owner_id""",
    # Of the last day, as they are kept.
    "tasks": """
        INSERT INTO django_tasks_database_dbtaskresult (id, status, enqueued_at, started_at, finished_at, args_kwargs, priority,
            task_path, worker_ids, queue_name, backend_name, run_after, exception_class_path, traceback)
        SELECT gen_random_uuid(), 'SUCCESSFUL', now(), now(), now(), '{"args": [], "kwargs": {}}', 0,
            'uploads_app.tasks.render', '["w"]', 'default', 'default', now(), '', ''
        FROM generate_series(1, %(rows)s / 200)""",
    "public copies": """
        INSERT INTO uploads_app_publiccopy (file_id, rendition_id, key, state, created_at)
        SELECT r.file_id, r.id, 'public/' || substr(r.sha256, 1, 2) || '/' || md5(r.key)::uuid || '.webp', 'offered', now()
        FROM uploads_app_rendition r JOIN uploads_app_uploadedfile f ON f.id = r.file_id JOIN (
            SELECT i.file_id FROM gigs_gigimage i JOIN gigs_gig g ON g.id = i.gig_id WHERE published_at IS NOT NULL
            UNION SELECT image_id FROM users_profile WHERE is_public) shown ON shown.file_id = f.id
        WHERE f.lifecycle = 'ready' AND f.withheld = '' AND f.moderation <> 'rejected'""",
}


def fill(rows: int) -> User:
    """Fills an empty, migrated database with a site of so many files; gives the person who has the most of them."""
    with connection.cursor() as cursor:
        # No row refers to what is not there: the checks of that would take most of the time.
        cursor.execute(
            "SET session_replication_role = replica; SET statement_timeout = 0; SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'"
        )
        cursor.execute(STATEMENTS["people"], {"people": max(rows // PEOPLE, 20)})
        heaviest = User.objects.order_by("pk")[0]
        sizes = {"rows": rows, "people": max(rows // PEOPLE, 20), "first": heaviest.pk}
        with _indexed_after(_BIG):
            _files_and_renditions(heaviest, sizes)
            for name, statement in STATEMENTS.items():
                if name != "people":
                    cursor.execute(statement, sizes)
        cursor.execute(
            "RESET session_replication_role; RESET statement_timeout; RESET maintenance_work_mem; RESET work_mem"
        )
        cursor.execute("VACUUM ANALYZE")
    return heaviest


def _files_and_renditions(owner: User, sizes: dict[str, int]) -> None:
    """One row by the ORM, with its sizes; all others are copied from it."""
    template = template_of(owner)
    made = Rendition.objects.bulk_create([rendition_of(template, one) for one in wanted(template).items()])
    sample, pattern = {"template": template.pk}, UploadedFile._meta.db_table
    columns = columns_of(UploadedFile)
    values = ", ".join(FILE.get(column, f"t.{column}") for column in columns)
    own = [column for column in columns_of(Rendition) if column != "id"]
    varied = {
        "file_id": "f.id",
        "claim": "gen_random_uuid()",
        "key": "'renditions/' || substr(f.made, 1, 2) || '/' || overlay(f.made placing substr(r.digest, 1, 6) from 27)::uuid || '.webp'",
        "sha256": "f.sha256",
        "created_at": "f.uploaded_at",
    }
    copied = ", ".join(varied.get(column, f"r.{column}") for column in own)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {pattern} ({', '.join(columns)}) SELECT {values} FROM {pattern} t, {_NUMBERS} WHERE t.id = %(template)s",
            {**sizes, **sample},
        )
        cursor.execute(
            f"INSERT INTO uploads_app_rendition ({', '.join(own)}) SELECT {copied} FROM (SELECT *, md5(file) AS made "
            f"FROM {pattern} WHERE lifecycle = 'ready' AND id <> %(template)s) f, uploads_app_rendition r "
            "WHERE r.file_id = %(template)s",
            sample,
        )
    Rendition.objects.filter(pk__in=[one.pk for one in made]).delete()
    template.delete()


@contextmanager
def _indexed_after(tables: tuple[str, ...]) -> Iterator[None]:
    """Builds the indexes of these tables, but for their primary keys', from what was filled in: several times as fast."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexrelid::regclass::text, i.indrelid::regclass::text, pg_get_indexdef(i.indexrelid), "
            "c.conname, pg_get_constraintdef(c.oid) FROM pg_index i "
            "LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'u' "
            "WHERE i.indrelid::regclass::text = ANY(%s) AND NOT i.indisprimary",
            [list(tables)],
        )
        found = cursor.fetchall()
        for index, table, _, constraint, _ in found:
            cursor.execute(
                f"ALTER TABLE {table} DROP CONSTRAINT {constraint}" if constraint else f"DROP INDEX {index}"
            )
        yield
        for _, table, written, constraint, rule in found:
            cursor.execute(
                f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {rule}" if constraint else written
            )


def sizes(files: int) -> list[tuple[str, int, int, int]]:
    """Of each large table: bytes of its rows, bytes of its indexes, and rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_table_size(oid), pg_indexes_size(oid), reltuples::bigint FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_total_relation_size(oid) > %s * 20 "
            "ORDER BY pg_total_relation_size(oid) DESC",
            [files],
        )
        return list(cursor.fetchall())


def index_sizes(files: int) -> list[tuple[str, str, int]]:
    """Of each large index: its table, its name and its bytes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, indexrelname, pg_relation_size(indexrelid) FROM pg_stat_user_indexes "
            "WHERE pg_relation_size(indexrelid) > %s * 10 ORDER BY 3 DESC",
            [files],
        )
        return list(cursor.fetchall())
