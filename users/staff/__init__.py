"""The doors of the admin: a second factor, an end to every stay, and a log of what is done."""

ADMIN = "/admin/"
