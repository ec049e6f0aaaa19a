"""Clients that others wrote, against our resumable uploads."""
