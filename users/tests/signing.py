"""Tokens as forgers make them: any header, any claims, any key."""

import base64
import hmac
import json
import time
import uuid
from typing import Any

from django.conf import settings

from users.models import Login

Json = dict[str, Any]


def part(data: Any) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def signed(header: Any, payload: Any, key: str | None = None, digest: str = "sha256") -> str:
    """A token with a right signature of ours, unless another key is given."""
    secret = settings.SIMPLE_JWT["SIGNING_KEY"] if key is None else key
    body = f"{part(header)}.{part(payload)}"
    return f"{body}.{part(hmac.new(secret.encode(), body.encode(), digest).digest())}"


class Forgeable:
    """A login, and which of its tokens is being forged."""

    def __init__(self, login: Login, kind: str = "access") -> None:
        self.login, self.kind = login, kind
        self.user_id: int = login.user_id


def claims(target: Login | Forgeable, **changes: Any) -> Json:
    """The claims of a good token (access, unless the target says), changed; None takes one away."""
    now = int(time.time())
    login, kind = (target.login, target.kind) if isinstance(target, Forgeable) else (target, "access")
    good = {
        "token_type": kind,
        "sid": login.pk.hex,
        "user_id": str(login.user_id),
        "jti": login.current_jti if kind == "refresh" else uuid.uuid4().hex,
        "iat": now,
        "exp": now + 300,
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


HEADER: Json = {"alg": "HS256", "typ": "JWT"}


def payload_of(token: str) -> Json:
    middle = token.split(".")[1]
    found: Json = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return found
