"""Making renditions: which are wanted, who makes them, and what becomes of those that nothing leads to."""
