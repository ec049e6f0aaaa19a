"""A deployed whole under the load of many people: `python -m benchmarks.load`."""
