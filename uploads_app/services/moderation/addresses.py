"""Every address that bytes of a file were ever served at."""

from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.models import UploadedFile
from uploads_app.rendition_sets import address
from uploads_app.services.publishing.addresses import public_addresses_of
from uploads_app.services.rendering.wanted import valid_digests
from uploads_app.services.share import LONGEST, share


def addresses_of(file: UploadedFile) -> list[str]:
    """Absolute paths: the original, by a link too, and each size and format with and without a version.

    And the whole addresses of its public copies.

    The versions are those that may be made now and those of all renditions that there are, retired ones too.
    """
    whole = file.get_absolute_url()
    link = share(file.pk, LONGEST, file.share_epoch).token
    found = [whole, f"{whole}?share={link}"]
    found += [f"{whole}/{name}.{format_.value}" for name in PRESETS for format_ in OutputFormat]
    versions = {
        digest: (recipe.preset.name, recipe.format.value) for digest, recipe in valid_digests(file).items()
    }
    kept = file.renditions.values_list("digest", "preset", "format")
    versions |= {digest: (preset, format_) for digest, preset, format_ in kept}
    for digest, (preset, format_) in sorted(versions.items()):
        named = address(whole, preset, format_, digest)
        found += [named, f"{named}&share={link}"]
    return found + public_addresses_of(file)
