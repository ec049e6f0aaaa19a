"""Backups: what is held while one is made, its copy of the stored bytes, and putting them back."""
