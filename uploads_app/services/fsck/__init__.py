"""media_fsck: whether the database and its storages tell the same, and mending what can be mended."""
