"""Pictures that staff banned, and the hashes by which copies are found: of bans and of present files.

A search for all hashes within some distance of one goes by parts (Norouzi, Punjani and Fleet, Fast Search
in Hamming Space with Multi-Index Hashing, 2012): two hashes of 64 bits that differ in at most d bits differ
in at most d/4, rounded down, in at least one of their four parts of 16 bits. Each part has its index.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from uploads_app.hashes import signed, unsigned
from uploads_app.models.reasons import Reason

PARTS = 4
PART_BITS = 16


class BannedPicture(models.Model):
    """A picture that nobody may upload again, by the bytes of the file it was banned with.

    A ban that was lifted stays as a row without hashes.
    """

    sha256 = models.CharField(max_length=64)  # hex, of the stored bytes
    # The row of a file outlives its bytes, and tells who brought the picture and what was decided.
    file = models.ForeignKey(
        "uploads_app.UploadedFile", null=True, on_delete=models.SET_NULL, related_name="bans"
    )
    reason = models.CharField(max_length=10, choices=Reason)
    note = models.CharField(max_length=1000, blank=True)
    # Null once the account is gone; the name stays.
    banned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    banned_by_name = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "banned picture"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sha256"], condition=Q(lifted_at__isnull=True), name="ban_once_while_it_stands"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reason}: {self.sha256[:12]}"


def parts_of(hash_: int) -> dict[str, int]:
    """The columns of a hash, which is unsigned: itself, and its parts from the most significant bits on."""
    shifts = range(PART_BITS * (PARTS - 1), -1, -PART_BITS)
    parts = {f"part_{number}": hash_ >> shift & (1 << PART_BITS) - 1 for number, shift in enumerate(shifts)}
    return {"hash": signed(hash_)} | parts


class SearchableHash(models.Model):
    """A perceptual hash that can be searched by nearness."""

    hash = models.BigIntegerField()  # 64 bits, as a signed integer
    # Plain columns, filled from `parts_of`: SQLite answers from an index alone only where none is generated.
    part_0 = models.IntegerField()
    part_1 = models.IntegerField()
    part_2 = models.IntegerField()
    part_3 = models.IntegerField()

    class Meta:
        abstract = True
        # The whole hash and the row's number are in the index too: nearly all candidates are too far away,
        # and are known to be so without their rows.
        indexes: ClassVar = [
            models.Index(fields=[f"part_{number}", "hash", "id"], name=f"%(class)s_part_{number}")
            for number in range(PARTS)
        ]

    def __str__(self) -> str:
        return f"{unsigned(self.hash):016x}"


class BannedHash(SearchableHash):
    """A hash that a copy of a banned picture may have."""

    ban = models.ForeignKey(BannedPicture, on_delete=models.CASCADE, related_name="hashes")

    class Meta(SearchableHash.Meta):
        pass


class FileHash(SearchableHash):
    """The hash of a file that has bytes, from its upload to its purge. A flat picture has none."""

    file = models.OneToOneField(
        "uploads_app.UploadedFile", on_delete=models.CASCADE, related_name="searchable_hash"
    )

    class Meta(SearchableHash.Meta):
        pass
