"""What workers go through a part at a time, since it grows with the number of files (docs/decisions/0036)."""

from environs import Env, validate

env = Env()

_positive = validate.Range(min=1)

# How often the next part of rows and stored bytes is compared, in seconds.
VITRINE_COMPARE_EVERY: int = env.int("VITRINE_COMPARE_EVERY", default=300, validate=_positive)
# How much that is: rows of each table, and keys of each folder.
VITRINE_COMPARE_ROWS: int = env.int("VITRINE_COMPARE_ROWS", default=10_000, validate=_positive)
# Of how many renditions it is looked up every VITRINE_TIDY_EVERY seconds whether everybody may see them now, and they
# lack a public copy. What is done through the site is noted, and does not wait for its turn.
VITRINE_PUBLISH_ROWS: int = env.int("VITRINE_PUBLISH_ROWS", default=2_000, validate=_positive)
# Up to how many public copies are compared with the rule of who sees what each time, all of them.
VITRINE_PUBLIC_SWEEP_ALL: int = env.int("VITRINE_PUBLIC_SWEEP_ALL", default=50_000, validate=_positive)
# Within how many seconds each of them is where there are more: so long, at most, a copy may stay whose picture
# ceased to be public without a note, such as by SQL.
VITRINE_PUBLIC_TURN: int = env.int("VITRINE_PUBLIC_TURN", default=3_600, validate=_positive)
