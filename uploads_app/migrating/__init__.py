"""What migrations of tables with many rows need, so that nobody waits for them longer than for a write."""
