"""Gigs with their pictures, and buddies."""

from typing import Any

from config.tests.deployed.sections.cast import Cast, eventually, patiently, refused, rendered


def gigs(cast: Cast) -> None:
    gig, first = _published(cast)
    path = f"/api/gigs/{gig}"
    second = cast.upload(cast.owner, "gig", "elementary__photo-1451187580459-43490279c0fa.jpeg")
    order = {"file_ids": [second["file_id"], first["file_id"]]}
    assert cast.owner.put(f"/api/upload/gig-images/{gig}", json=order).status_code == 200
    shown = cast.visitor.get(f"/api/upload/gig-images/{gig}").json()["images"]
    assert [one["file_id"] for one in shown] == order["file_ids"]
    _seen(cast, gig, second)
    assert cast.owner.post(f"{path}/unpublish").status_code == 200
    eventually(lambda: cast.visitor.get(first["file_url"]).status_code == 401, seconds=10)
    refused(cast.stranger.patch(path, json={"title": "Mine"}), 404, "not_found")
    assert cast.owner.delete(path).status_code == 204


def _published(cast: Cast) -> tuple[int, dict[str, Any]]:
    words = {
        "title": "A vase",
        "description": "Blue.",
        "price": "25.00",
        "currency": "EUR",
        "tags": ["pottery"],
    }
    made = cast.owner.post("/api/gigs", json=words)
    assert made.status_code == 201, made.text
    gig: int = made.json()["id"]
    refused(cast.owner.post(f"/api/gigs/{gig}/publish"), 409, "conflict")
    refused(cast.visitor.get(f"/api/gigs/{gig}"), 404, "not_found")
    first = cast.upload(cast.owner, "gig", "immich__rating_mongolels.jpg", gig_id=str(gig))
    assert cast.owner.patch(f"/api/gigs/{gig}", json={"price": "30.00"}).json()["price"] == "30.00"
    assert cast.owner.post(f"/api/gigs/{gig}/publish").status_code == 200
    return gig, first


def _seen(cast: Cast, gig: int, cover: dict[str, Any]) -> None:
    """By everybody: in the list, alone, on its page, and its bytes as nginx sends them."""
    listed = cast.visitor.get("/api/gigs", params={"tag": "pottery", "ordering": "-price"}).json()["results"]
    assert [one["id"] for one in listed] == [gig]
    assert cast.visitor.get(f"/api/gigs/{gig}").json()["title"] == "A vase"
    card = rendered(cast.owner, cover["file_id"], "card")["url"]
    for path in (cover["file_url"], card):
        fresh, again = patiently(cast.visitor, path), cast.visitor.get(path)
        assert fresh.headers["cache-control"] == "public, max-age=31536000, s-maxage=5, immutable"
        assert fresh.content == again.content == cast.owner.get(path).content


def buddies(cast: Cast) -> None:
    cast.stranger.patch("/api/users/me", json={"is_public": True}).raise_for_status()
    assert cast.owner.put("/api/buddies/stranger").status_code == 204
    assert cast.owner.put("/api/buddies/stranger").status_code == 204
    refused(cast.owner.put("/api/buddies/owner"), 400, "invalid")
    found = cast.owner.get("/api/buddies").json()
    assert [one["username"] for one in found["results"]] == ["stranger"]
    assert cast.owner.get("/api/buddies/recommendations").status_code == 200
    assert cast.owner.delete("/api/buddies/stranger").status_code == 204
