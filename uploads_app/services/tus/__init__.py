"""Uploads in parts, by the tus protocol: begun, received, completed, or ended."""
