"""Errors: every code through nginx, but that of what is away, which faults of their own bring about."""

import httpx

from config.tests.deployed.sections.cast import Cast, refused


def errors(cast: Cast) -> None:
    _bodies(cast)
    _people(cast)
    _rights(cast)


def _bodies(cast: Cast) -> None:
    corpus = cast.shared / "corpus"
    for folder, name, status, code in (
        ("invalid", "gen_trunc90.jpg", 422, "corrupt_image"),
        ("bombs", "png_30000x30000_1bit_adam7.png", 422, "too_many_pixels"),
    ):
        refused(_send(cast.owner, name, (corpus / folder / name).read_bytes()), status, code)
    refused(_send(cast.owner, "a.jpg", b"%PDF-1.7 no picture"), 415, "unsupported_media_type")
    refused(_send(cast.owner, "a.jpg", b"\xff\xd8" * 6_000_000), 413, "file_too_large")
    refused(cast.owner.post("/api/upload/general", json={}), 415, "unsupported_media_type")
    refused(cast.owner.post("/api/gigs", json={"price": "much"}), 400, "invalid")
    name, data = cast.photo("immich__rating_mongolels.jpg")
    assert _send(cast.owner, name, data, "twice").status_code == 201
    refused(_send(cast.owner, name, data + b"x", "twice"), 422, "idempotency_mismatch")


def _send(who: httpx.Client, name: str, data: bytes, key: str = "") -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return who.post("/api/upload/general", files={"file": (name, data)}, headers=headers)


def _people(cast: Cast) -> None:
    refused(cast.visitor.get("/api/users/me"), 401, "not_authenticated")
    refused(
        cast.visitor.get("/api/users/me", headers={"Authorization": "Bearer x.y.z"}), 401, "token_not_valid"
    )
    refused(cast.owner.get("/api/users/nobody"), 404, "not_found")
    cast.sign_up("guessed")
    guess = {"username": "guessed", "password": "wrong"}
    for _ in range(10):
        answer = cast.visitor.post("/api/auth/token", json=guess)
    answer = cast.visitor.post("/api/auth/token", json=guess)
    refused(answer, 429, "throttled")
    assert int(answer.headers["retry-after"]) > 0


def _rights(cast: Cast) -> None:
    """Full storage, another's picture that one may see and not change, and the admin's word on one."""
    hoarder = cast.sign_up("hoarder")
    cast.upload(hoarder, "general", "elementary__Jonas_Nilsson_Lee.jpg")
    refused(_send(hoarder, *cast.photo("elementary__Carmine_De_Fazio.jpg")), 403, "quota_exceeded")
    avatar = cast.owner.get("/api/users/me").json()["profile_image_url"]
    refused(cast.stranger.delete(avatar), 403, "permission_denied")
