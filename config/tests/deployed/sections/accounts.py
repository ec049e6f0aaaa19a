"""Accounts: from registering to the end of an account."""

import io
import zipfile

from config.tests.deployed.sections.cast import PASSWORD, Cast, eventually, refused


def accounts(cast: Cast) -> None:
    _tokens(cast)
    _profile(cast)
    _end(cast)


def _tokens(cast: Cast) -> None:
    visitor = cast.visitor
    weak = {"username": "weak", "email": "weak@example.org", "password": "12345678"}
    refused(visitor.post("/api/auth/register", json=weak), 400, "invalid")
    wrong = {"username": "owner", "password": "not this one"}
    refused(visitor.post("/api/auth/token", json=wrong), 401, "authentication_failed")
    first = visitor.post("/api/auth/token", json={"username": "owner", "password": PASSWORD}).json()
    second = visitor.post("/api/auth/token/refresh", json={"refresh": first["refresh"]})
    assert second.status_code == 200
    old = visitor.post("/api/auth/token/refresh", json={"refresh": first["refresh"]})
    refused(old, 401, "token_not_valid")


def _profile(cast: Cast) -> None:
    words = {
        "display_name": "Anna",
        "headline": "Potter",
        "bio": "Clay.",
        "location": "Ulm",
        "is_public": True,
    }
    assert cast.owner.patch("/api/users/me", json=words).json()["display_name"] == "Anna"
    picture = cast.upload(cast.owner, "profile", "immich__rating_mongolels.jpg")
    set_ = cast.owner.put("/api/upload/profile/set", json={"file_id": picture["file_id"]})
    assert set_.json()["profile_image_url"] == picture["file_url"]
    mine = cast.owner.get("/api/users/me").json()
    assert (mine["bio"], mine["completeness"]["percent"]) == ("Clay.", 100)
    assert cast.visitor.get("/api/users/owner").json()["display_name"] == "Anna"
    assert cast.visitor.get(picture["file_url"]).status_code == 200


def _end(cast: Cast) -> None:
    leaver = cast.sign_up("leaver")
    tokens = cast.visitor.post("/api/auth/token", json={"username": "leaver", "password": PASSWORD}).json()
    verify = {"token": tokens["access"]}
    assert cast.visitor.post("/api/auth/token/verify", json=verify).status_code == 200
    picture = cast.upload(leaver, "profile", "immich__rating_mongolels.jpg")
    leaver.put("/api/upload/profile/set", json={"file_id": picture["file_id"]}).raise_for_status()
    kept = zipfile.ZipFile(io.BytesIO(leaver.get("/api/users/me/export").raise_for_status().content))
    assert any(name.endswith(".jpg") for name in kept.namelist())
    gone = leaver.post("/api/auth/logout", json={"refresh": tokens["refresh"]})
    assert gone.status_code == 204
    refused(leaver.request("DELETE", "/api/users/me", json={"password": "wrong"}), 400, "invalid")
    ended = leaver.request("DELETE", "/api/users/me", json={"password": PASSWORD})
    assert ended.status_code == 204
    refused(leaver.get("/api/users/me"), 401, "token_not_valid")
    eventually(lambda: cast.visitor.get(picture["file_url"]).status_code == 401)
