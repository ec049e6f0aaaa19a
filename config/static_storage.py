"""Static files under names that hold a hash of their content, so that browsers may keep them for a year."""

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Whatever a module of ours takes from another by a relative address. Django's own patterns for this run on
# from the import of a module as a whole into the next statement, and search others' minified scripts as well.
_IMPORTS = (
    (
        r"""(?m)(?P<matched>^(?P<head>\s*(?:(?:import|export)\b[^'"`;=()]*\bfrom|import)\s*)"""
        r"""["'](?P<url>\.{1,2}/[^"'\n]+)["'])""",
        """%(head)s"%(url)s\"""",
    ),
    (
        r"""(?P<matched>\bimport\(\s*["'](?P<url>\.{1,2}/[^"'\n]+)["']\s*\))""",
        """import("%(url)s")""",
    ),
)


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped there
    """WhiteNoise's storage, which also writes the hashed names into the imports of the modules in js/.

    Modules may import each other up to ten deep, never in a circle: a name depends on all that is below it.
    """

    max_post_process_passes = 10
    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", _IMPORTS))

    def create_compressor(self, **options: Any) -> Compressor:
        """gzip alone: brotli, where it happens to be installed, takes most of a minute for a tenth of the bytes."""
        return super().create_compressor(**options | {"use_brotli": False})
