"""What workers go through a part at a time, since it grows with the number of files (docs/decisions/0036)."""

from environs import Env, validate

env = Env()

_positive = validate.Range(min=1)

# How often the next part of rows and stored bytes is compared, in seconds.
VITRINE_COMPARE_EVERY: int = env.int("VITRINE_COMPARE_EVERY", default=300, validate=_positive)
# How much that is: rows of each table, and keys of each folder.
VITRINE_COMPARE_ROWS: int = env.int("VITRINE_COMPARE_ROWS", default=10_000, validate=_positive)
