"""Which characters a text may hold: what cannot be shown is refused, at the API and on pages alike."""

# No control characters; with lines, tabs and line breaks are let through. Blank text is not asked.
ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f]+$"
LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+$"
UNPRINTABLE = "This contains characters that cannot be shown."
