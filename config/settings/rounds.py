"""What workers go through a part at a time, since it grows with the number of files (docs/decisions/0036)."""

from environs import Env, validate

env = Env()

_positive = validate.Range(min=1)

# How often the next part of rows and stored bytes is compared, in seconds.
VITRINE_COMPARE_EVERY: int = env.int("VITRINE_COMPARE_EVERY", default=300, validate=_positive)
# How much that is: rows of each table, and keys of each folder.
VITRINE_COMPARE_ROWS: int = env.int("VITRINE_COMPARE_ROWS", default=10_000, validate=_positive)
# Of how many public copies, and of how many renditions, it is checked every VITRINE_TIDY_EVERY seconds whether
# everybody may still, or now, see them. What is done through the site is noted, and does not wait for its turn.
VITRINE_PUBLISH_ROWS: int = env.int("VITRINE_PUBLISH_ROWS", default=2_000, validate=_positive)
