"""Announcing a direct upload under an Idempotency-Key."""

import hashlib
import json
from dataclasses import astuple
from functools import partial

from django.contrib.auth.base_user import AbstractBaseUser

from uploads_app.models import DirectUpload
from uploads_app.services.direct.begin import Announced, begin
from uploads_app.services.direct.once import once


def begin_once(owner: AbstractBaseUser, announced: Announced, key: str) -> tuple[DirectUpload, bool]:
    """The upload that `key` leads to, and whether it was there before. Raises what `once` raises."""
    digest = hashlib.sha256(json.dumps(["direct", *astuple(announced)]).encode()).hexdigest()
    opening = partial(begin, owner=owner, announced=announced)
    return once(owner, key, digest, DirectUpload, lambda on_begun: opening(on_begun=on_begun))
