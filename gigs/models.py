"""What people offer, and the pictures that show it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.text import slugify

_PUBLISHED = Q(published_at__isnull=False)


class Gig(models.Model):
    """An offer. A draft (never published, or taken back) is seen by its owner and staff alone."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="gigs")
    title = models.CharField(max_length=120, blank=True)  # a draft may have none yet
    description = models.TextField(max_length=5000, blank=True)
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="EUR")  # ISO 4217
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(F("published_at").desc(), F("id").desc(), name="gig_newest", condition=_PUBLISHED),
            models.Index(fields=["price", "id"], name="gig_by_price", condition=_PUBLISHED),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="gig_price_not_negative", condition=Q(price__isnull=True) | Q(price__gte=0)
            ),
            models.CheckConstraint(
                name="gig_published_is_complete",
                condition=~_PUBLISHED | (~Q(title="") & Q(price__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"Gig {self.pk}, without a title"

    def get_absolute_url(self) -> str:
        """The gig's page, as an absolute path."""
        return reverse("gig", args=[self.pk, self.slug])

    @property
    def slug(self) -> str:
        """The title as a part of the page's address; "gig" where it has no letter that addresses know."""
        return slugify(self.title) or "gig"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


class GigTag(models.Model):
    """One tag of one gig, in lower case."""

    gig = models.ForeignKey(Gig, on_delete=models.CASCADE, related_name="tags", db_index=False)
    name = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["gig", "name"], name="gig_tag_once")]
        indexes: ClassVar = [models.Index(fields=["name", "gig"], name="gig_tag_by_name")]
        ordering: ClassVar = ["pk"]  # as their owner wrote them

    def __str__(self) -> str:
        return self.name


class GigImage(models.Model):
    """A picture's place in a gig; position 0 is the cover."""

    gig = models.ForeignKey(Gig, on_delete=models.CASCADE, related_name="images", db_index=False)
    # Rows of files are kept when their bytes go; deleting a file detaches it here first.
    file = models.ForeignKey("uploads_app.UploadedFile", on_delete=models.RESTRICT, related_name="gig_images")
    position = models.PositiveSmallIntegerField()
    # This gig's own crop of the edited picture: x, y, width and height in 0..1; null for the whole.
    crop = models.JSONField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gig", "position"], name="gig_image_one_per_place"),
            models.UniqueConstraint(fields=["gig", "file"], name="gig_image_once"),
        ]

    def __str__(self) -> str:
        return f"{self.gig_id} #{self.position}"
