"""What holds of every engine of tasks, with real workers that are killed and stopped."""
