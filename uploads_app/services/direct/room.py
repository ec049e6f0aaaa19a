"""Whether a person has room for one more announced upload, beside those that are under way."""

import math

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Count, Exists, Min, OuterRef, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from uploads_app.errors import QuotaExceeded, Throttled
from uploads_app.models import DirectUpload, StorageUsage, TusUpload, UploadedFile

Kind = type[DirectUpload] | type[TusUpload]
_MOST: dict[Kind, str] = {DirectUpload: "VITRINE_DIRECT_OPEN", TusUpload: "VITRINE_TUS_OPEN"}


def require_room(owner: AbstractBaseUser, size: int, kind: Kind) -> None:
    """Judges under the lock of the usage row, so that of several at once each sees the ones before.

    Nothing is taken: a file's room is taken when it is made. What is open is counted, of every kind, so that
    nobody fills the storage with what they could never complete. Raises QuotaExceeded, or Throttled with too
    many of this kind open. One that is becoming a file just now has its room in the usage already.
    """
    StorageUsage.objects.get_or_create(owner_id=owner.pk)
    usage = StorageUsage.objects.select_for_update().get(owner=owner.pk)
    reserved = UploadedFile.objects.filter(pk=OuterRef("pk"), lifecycle=UploadedFile.Lifecycle.PENDING)
    announced = 0
    for each, most in _MOST.items():
        going = each.objects.filter(owner=owner.pk).under_way()
        size_of_all = Coalesce(Sum("file_size", filter=~Exists(reserved)), 0)
        found = going.aggregate(many=Count("pk"), bytes=size_of_all, soonest=Min("expires_at"))
        if each is kind and found["many"] >= getattr(settings, most):
            left = (found["soonest"] - timezone.now()).total_seconds()
            raise Throttled(max(1, math.ceil(left)))
        announced += found["bytes"]
    if usage.bytes + announced + size > settings.VITRINE_QUOTA_BYTES:
        raise QuotaExceeded()
