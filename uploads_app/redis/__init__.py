"""Redis, where there is one. It is never the only place of anything: who asks can do without the answer."""
