"""What a storage can say besides yes."""


class KeyTaken(Exception):
    """There are bytes at this key already; keys are written once."""


class StorageAway(Exception):
    """The storage cannot do this now: full, read-only, gone or broken."""


class Unmarked(StorageAway):
    """Nothing says that this is our storage: an empty mount point, or a storage that was never written to."""


class NotKnownThere(StorageAway):
    """This storage does not know what it was asked for: not every S3 knows all of it."""
