"""Moving an installation from one storage to another while it serves: docs/moving.md, decision 28."""
