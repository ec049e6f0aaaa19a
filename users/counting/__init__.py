"""How often something was done within a window of time, counted for all processes together.

Fixed windows: the first time opens one, the rest is counted in it. There are two engines with the same
results: Redis, where there is one and it answers, and the database.
"""
