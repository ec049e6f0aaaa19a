"""Content-Disposition of pictures (RFC 6266)."""

from urllib.parse import quote


def inline(name: str) -> str:
    """Inline, with the name encoded by RFC 6266: a plain form where it is ASCII, else RFC 8187's."""
    if name.isascii() and name.isprintable():
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'inline; filename="{escaped}"'
    return f"inline; filename*=UTF-8''{quote(name, safe='')}"


def rendition_name(original_filename: str, extension: str) -> str:
    """What a rendition is called, for whoever saves it: the file's own name with another ending."""
    stem, dot, _ = original_filename.rpartition(".")
    return f"{stem if dot and stem else original_filename or 'picture'}.{extension}"
