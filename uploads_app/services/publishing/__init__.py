"""Copies of public renditions for everybody: made when something is public, gone when it is not any more."""
