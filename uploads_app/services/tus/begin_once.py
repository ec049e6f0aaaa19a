"""Beginning an upload in parts under an Idempotency-Key."""

import hashlib
import json
from dataclasses import astuple
from functools import partial

from django.contrib.auth.base_user import AbstractBaseUser

from uploads_app.models import TusUpload
from uploads_app.services.direct.once import once
from uploads_app.services.tus.begin import Wanted, begin


def begin_once(owner: AbstractBaseUser, wanted: Wanted, key: str) -> tuple[TusUpload, bool]:
    """The upload that `key` leads to, and whether it was there before. Raises what `once` raises."""
    digest = hashlib.sha256(json.dumps(["tus", *astuple(wanted)]).encode()).hexdigest()
    opening = partial(begin, owner=owner, wanted=wanted)
    return once(owner, key, digest, TusUpload, lambda on_begun: opening(on_begun=on_begun))
