"""What staff decide about files, and what follows by itself: a service for each, kept in the history."""
