"""The worker: takes tasks from the queue, sees to what is waiting anyway, and to what comes round."""
