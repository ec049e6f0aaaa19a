"""Settings of resumable uploads (the tus protocol)."""

from environs import validate

from config.settings.vitrine import env

# How long an upload may be sent and completed after it began, in seconds.
VITRINE_TUS_TTL: int = env.int(
    "VITRINE_TUS_TTL", default=24 * 3600, validate=validate.Range(10, 7 * 24 * 3600)
)
# Uploads of one person that are under way at once.
VITRINE_TUS_OPEN: int = env.int("VITRINE_TUS_OPEN", default=50, validate=validate.Range(1))
# A part smaller than this is put together with the one that follows, in bytes. An upload has no more parts
# than it has of these, and two.
VITRINE_TUS_SMALL_PART: int = env.int(
    "VITRINE_TUS_SMALL_PART", default=256 * 1024, validate=validate.Range(1)
)
