"""Where everybody reaches public copies."""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings

from uploads_app.models import PublicCopy, UploadedFile


def public_address(key: str) -> str:
    """The address of a copy, under VITRINE_S3_PUBLIC_URL."""
    location = settings.VITRINE_S3_LOCATION
    path = f"{location}/{key}" if location else key
    return f"{settings.VITRINE_S3_PUBLIC_URL.rstrip('/')}/{quote(path)}"


def is_public_address(address: str) -> bool:
    """Whether an address is one of those."""
    base: str = settings.VITRINE_S3_PUBLIC_URL.rstrip("/")
    return bool(base) and address.startswith(f"{base}/")


def public_addresses_of(file: UploadedFile) -> list[str]:
    """Every address that a public copy of a file ever had; none where there is no public URL."""
    if not settings.VITRINE_S3_PUBLIC_URL:
        return []
    keys = PublicCopy.objects.filter(file=file.pk).order_by("pk").values_list("key", flat=True)
    return [public_address(key) for key in keys]
