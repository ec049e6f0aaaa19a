"""Static files under names that hold a hash of their content, so that browsers may keep them for a year."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which also writes the hashed names into the imports of our ES modules."""

    support_js_module_import_aggregation = True
