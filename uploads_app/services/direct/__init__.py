"""Uploads whose bytes go straight to the storage: announced, sent, completed, or ended."""
