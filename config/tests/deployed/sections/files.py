"""Files: uploads of each category with real photographs, bytes by all ways, edits, links, direct uploads."""

import hashlib
import math
from typing import Any

import httpx

from config.tests.deployed.sections.cast import Cast, patiently, rendered

_PICTURE = "immich__gps-position_empty_gps.jpg"


def files(cast: Cast) -> None:
    up = _uploaded(cast)
    path = f"/api/upload/{up['file_id']}"
    _kept_apart(cast, path, up)
    _renditions(cast, path)
    _edited(cast, path)
    _shared(cast, path)
    _reported(cast)
    _direct(cast)
    assert cast.owner.delete(path).status_code == 204
    assert cast.owner.delete(path).status_code == 404


def _uploaded(cast: Cast) -> dict[str, Any]:
    """Once, however often it is sent."""
    picture, key = {"file": cast.photo(_PICTURE)}, {"Idempotency-Key": "once"}
    first = cast.owner.post("/api/upload/general", files=picture, headers=key, data={"alt_text": "A hill"})
    assert first.status_code == 201, first.text
    up: dict[str, Any] = first.json()
    assert first.headers["location"] == up["file_url"]
    assert "gps" in up["removed_metadata"]
    again = cast.owner.post("/api/upload/general", files=picture, headers=key, data={"alt_text": "A hill"})
    assert (again.json(), again.headers["idempotent-replayed"]) == (up, "true")
    return up


def _kept_apart(cast: Cast, path: str, up: dict[str, Any]) -> None:
    """What is told of it, and that only its owner gets to see it."""
    about = cast.owner.patch(
        f"{path}/metadata", json={"caption": "Above Ulm", "focal_point": {"x": 0.5, "y": 0.4}}
    )
    assert about.json()["caption"] == "Above Ulm"
    bytes_ = cast.owner.get(path)
    assert bytes_.headers["cache-control"] == "private, no-cache"
    found = cast.owner.get(f"{path}/metadata").json()
    assert hashlib.sha256(bytes_.content).hexdigest() == found["sha256"]
    assert b"GPS" not in bytes_.content[:4096]
    assert cast.visitor.get(path).status_code == 401
    assert cast.stranger.get(path).status_code == 404
    listed = cast.owner.get("/api/upload/my-files/", params={"category": "general", "search": "gps"}).json()
    assert [one["file_id"] for one in listed["results"]] == [up["file_id"]]
    assert cast.owner.get("/api/upload/usage").json()["files"] >= 1
    assert "card" in cast.visitor.get("/api/upload/config").json()["presets"]


def _renditions(cast: Cast, path: str) -> None:
    """Made by a worker, in the format asked for; ranges and conditions as of any bytes."""
    url = rendered(cast.owner, path.rpartition("/")[2], "w640")["url"]
    whole = patiently(cast.owner, url)
    assert whole.headers["content-type"] == "image/webp"
    for kind, name in (("avif", "image/avif"), ("jpg", "image/jpeg")):
        assert patiently(cast.owner, url.replace(".webp", f".{kind}")).headers["content-type"] == name
    _validated(cast.owner, url, whole)
    _validated(cast.owner, path, cast.owner.get(path))


def _validated(who: httpx.Client, url: str, whole: httpx.Response) -> None:
    tag, date, size = whole.headers["etag"], whole.headers["last-modified"], len(whole.content)
    part = who.get(url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{size}"
    assert who.get(url, headers={"If-None-Match": tag}).status_code == 304
    assert who.get(url, headers={"If-Modified-Since": date}).status_code == 304
    assert who.get(url, headers={"Range": "bytes=0-1", "If-Range": tag}).status_code == 206
    assert who.get(url, headers={"Range": "bytes=0-1", "If-Range": '"x"'}).content == whole.content
    assert who.get(url, headers={"Range": f"bytes={size}-"}).status_code == 416
    head = who.head(url)
    assert (head.headers["content-length"], head.headers["etag"], head.content) == (str(size), tag, b"")


def _edited(cast: Cast, path: str) -> None:
    before = cast.owner.get(f"{path}/metadata").json()
    crop = {"x": 0.25, "y": 0.25, "width": 0.5, "height": 0.5}
    assert cast.owner.put(f"{path}/edits", json={"crop": crop, "rotate": 90}).status_code == 200
    after = rendered(cast.owner, path.rpartition("/")[2], "w320")
    assert patiently(cast.owner, after["url"]).headers["content-type"] == "image/webp"
    upright = before["height"] / before["width"]
    assert math.isclose(after["width"] / after["height"], upright, rel_tol=0.05)
    assert cast.owner.delete(f"{path}/edits").status_code == 200


def _shared(cast: Cast, path: str) -> None:
    link = cast.owner.post(f"{path}/share", json={"expires_in": 3600}).json()["url"]
    assert cast.visitor.get(link).status_code == 200
    assert cast.visitor.get(link.replace("share=", "share=x")).status_code == 401


def _reported(cast: Cast) -> None:
    avatar = cast.owner.get("/api/users/me").json()["profile_image_url"]
    complaint = {"reason": "spam", "detail": "An advertisement"}
    assert cast.stranger.post(f"{avatar}/report", json=complaint).status_code == 202


def _direct(cast: Cast) -> None:
    """Three steps: announced, sent straight to the storage without credentials, completed."""
    name, data = cast.photo("immich__rating_mongolels.jpg")
    said = {
        "upload_category": "general",
        "filename": name,
        "content_type": "image/jpeg",
        "file_size": len(data),
    }
    said |= {"sha256": hashlib.sha256(data).hexdigest()}
    begun = cast.owner.post("/api/upload/direct", json=said).raise_for_status().json()
    form = begun["upload"]
    with httpx.Client(trust_env=False, timeout=60) as anybody:
        sent = anybody.request(
            form["method"], form["url"], data=form["fields"], files={"file": data}, headers=form["headers"]
        )
    assert sent.is_success, sent.text
    done = cast.owner.post(f"/api/upload/{begun['file_id']}/complete")
    assert (done.status_code, done.json()["file_id"]) == (201, begun["file_id"])
    assert cast.owner.get(done.json()["file_url"]).status_code == 200
