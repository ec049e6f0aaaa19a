"""Who may see a file, and how staff change that in the admin."""

import base64
import re

import httpx

from config.tests.deployed.sections.cast import PASSWORD, Cast, eventually, refused
from users.tests.second_factor import code_of, field


def visibility(cast: Cast) -> None:
    """A reported avatar is looked at, rejected and banned by staff: it is gone for everybody but its owner."""
    person, seer = cast.sign_up("banned"), cast.sign_up("seer")
    person.patch("/api/users/me", json={"is_public": True}).raise_for_status()
    up = cast.upload(person, "profile", "elementary__Ashim_DSilva.jpg")
    person.put("/api/upload/profile/set", json={"file_id": up["file_id"]}).raise_for_status()
    path = up["file_url"]
    assert [who.get(path).status_code for who in (person, seer, cast.visitor)] == [200, 200, 200]
    assert seer.post(f"{path}/report", json={"reason": "spam"}).status_code == 202
    staff = _staff(cast)
    assert up["file_id"] in staff.get("/admin/uploads_app/uploadedfile/queue/").raise_for_status().text
    _ban(staff, up["file_id"])
    eventually(lambda: cast.visitor.get(path).status_code == 401, seconds=10)
    assert [who.get(path).status_code for who in (person, seer, staff)] == [200, 404, 200]
    again = {"file": cast.photo("elementary__Ashim_DSilva.jpg")}
    refused(cast.stranger.post("/api/upload/general", files=again), 422, "banned_image")


def _ban(staff: httpx.Client, file_id: str) -> None:
    page = f"/admin/uploads_app/uploadedfile/{file_id}/ban/"
    html = staff.get(page).raise_for_status().text
    form = {"seen": field(html, "seen"), "reason": "spam", "note": ""}
    assert _posted(staff, page, form).status_code == 302


def _posted(staff: httpx.Client, page: str, form: dict[str, str]) -> httpx.Response:
    token = {"csrfmiddlewaretoken": staff.cookies["__Host-csrftoken"]}
    return staff.post(
        page, data=form | token, headers={"Referer": f"https://127.0.0.1:{staff.base_url.port}{page}"}
    )


def _staff(cast: Cast) -> httpx.Client:
    """Made on the machine; signed in to the admin with both factors."""
    who = f"'staff', 'staff@example.org', '{PASSWORD}'"
    made = f"from users.models import User; User.objects.create_superuser({who})"
    cast.site.manage("shell", "-v", "0", "-c", made)
    client = cast.somebody()
    client.get("/admin/login/").raise_for_status()
    login = {"username": "staff", "password": PASSWORD}
    assert _posted(client, "/admin/login/?next=/admin/", login).status_code == 302
    page = "/admin/second-factor/set-up/"
    html = client.get(page).raise_for_status().text
    key = base64.b32decode(re.findall(r"<code>([A-Z2-7-]+)</code>", html)[0].replace("-", ""))
    form = {"secret": field(html, "secret"), "code": code_of(key.hex())}
    assert _posted(client, page, form).status_code == 200
    return client
