"""Rows for benchmarks/migrations.py, made by PostgreSQL itself, with the columns that the tables have at first."""

# Table: statements that fill it, given the number of rows.
FILLS: dict[str, list[str]] = {
    "uploads_app_uploadedfile": [
        """
        insert into users_user (password, is_superuser, username, first_name, last_name, email, is_staff,
            is_active, date_joined)
        select '!', false, 'person' || n, '', '', '', false, true, now() from generate_series(1, 1000) n
        """,
        """
        insert into uploads_app_uploadedfile (id, owner_id, category, lifecycle, moderation, rendering, file,
            original_filename, content_type, file_size, sha256, width, height, orientation, frames, phash,
            placeholder, dominant_color, removed_metadata, alt_text, caption, uploaded_at)
        select id, (select min(users_user.id) from users_user) + n %% 1000, 'general', 'ready',
            case when n %% 10 = 0 then 'approved' else 'unreviewed' end, 'done',
            'uploads/general/' || id || '.jpg', 'picture ' || n || '.jpg', 'image/jpeg', 1000000,
            encode(sha256(id::text::bytea), 'hex'), 4000, 3000, 1, 1,
            ('x' || substr(md5(n::text), 1, 16))::bit(64)::bigint,
            '1QcSHQRnh493V4dIh4eXh1h4kJUI', '#336699', '[]', '', '', now() - n * interval '1 second'
        from (select gen_random_uuid() as id, n from generate_series(1, %(rows)s) n) made
        """,
    ],
    "uploads_app_rendition": [
        """
        insert into uploads_app_rendition (file_id, digest, preset, format, variant, state, claim, key, width,
            height, size, sha256, created_at)
        select id, substr(sha256, 1, 20), 'card', 'webp', '', 'ready', gen_random_uuid(),
            'renditions/' || id || '.webp', 640, 480, 30000, sha256, now()
        from uploads_app_uploadedfile
        """,
    ],
    "uploads_app_report": [
        """
        insert into uploads_app_report (file_id, reporter_id, reason, detail, created_at)
        select id, owner_id, 'spam', '', now() from uploads_app_uploadedfile limit %(rows)s / 1000
        """,
    ],
    # Else 0010, which adds them a thousand at a time and locks nothing, takes most of the time.
    "uploads_app_filehash": [
        """
        insert into uploads_app_filehash (file_id, hash, part_0, part_1, part_2, part_3)
        select id, phash, phash >> 48 & 65535, phash >> 32 & 65535, phash >> 16 & 65535, phash & 65535
        from uploads_app_uploadedfile
        """,
    ],
}
