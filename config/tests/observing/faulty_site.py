"""The site with a fault of its own: who logs in as `unlucky` meets an error whose words hold secrets."""

from typing import Any

from config.wsgi import application
from users.services import login

__all__ = ["application"]

WORDS = "words-of-the-error-itself"
SECRET = "canary-in-an-error"
_log_in = login.log_in


def _fail(user: Any) -> Any:
    if user.username != "unlucky":
        return _log_in(user)
    address = f"https://s3.example/b/k?X-Amz-Signature={SECRET}"
    raise RuntimeError(f"{WORDS}: {address} password={SECRET} Bearer {SECRET} {SECRET}@example.org")


login.log_in = _fail
