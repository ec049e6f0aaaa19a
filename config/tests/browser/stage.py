"""A little marketplace for tests that visit every page: somebody with gigs and files, and somebody else."""

from dataclasses import dataclass

from config.tests.browser.site import Person, Site
from uploads_app.tests.image_factories import jpeg_bytes

OPEN = (
    "/",
    "/?search=nothing-like-this",
    "{gig}",
    "/people/{owner}/",
    "/login",
    "/register",
    "/password/reset",
)
OWN = (
    "/", "{gig}", "/people/{owner}/", "/gigs/", "/gigs/new", "/gigs/{gig_id}/edit", "/gigs/{gig_id}/delete",
    "/files/", "/files/?search=nothing-like-this", "/files/{file}/", "/files/delete?file={file}", "/buddies/",
    "/account/", "/account/picture", "/account/password", "/account/delete",
)  # fmt: skip
OF_OTHERS = ("{gig}", "/people/{owner}/", "/files/{file}/report", "/buddies/", "/files/", "/gigs/")


@dataclass(frozen=True)
class Stage:
    """Who and what there is; `path` fills in an address."""

    owner: Person
    other: Person
    gig_id: int
    gig: str
    file: str

    def path(self, template: str) -> str:
        return template.format(owner=self.owner.name, gig_id=self.gig_id, gig=self.gig, file=self.file)


def set_up(
    site: Site,
    *,
    title: str = "Chairs, by hand",
    text: str = "Oak and ash.",
    tags: tuple[str, ...] = ("oak",),
) -> Stage:
    """Everybody writes `text` wherever they may write something."""
    owner, other = site.join("owner"), site.join("other")
    profile = {"display_name": text[:80], "headline": text[:120], "bio": text[:2000], "location": text[:80]}
    owner.api.patch("/api/users/me", json=profile).raise_for_status()
    words = {
        "title": title[:120],
        "description": text[:5000],
        "price": "120.00",
        "currency": "EUR",
        "tags": tags,
    }
    gig_id = owner.api.post("/api/gigs", json=words).raise_for_status().json()["id"]
    files = []
    for width in (900, 800):
        sent = {"file": (f"{text[:60]}.jpg", jpeg_bytes((width, 600)))}
        said = {"gig_id": gig_id, "alt_text": text[:300]}
        answer = owner.api.post("/api/upload/gig", files=sent, data=said).raise_for_status()
        files.append(answer.json()["file_id"])
    owner.api.patch(f"/api/upload/{files[0]}/metadata", json={"caption": text[:1000]}).raise_for_status()
    owner.api.post(f"/api/gigs/{gig_id}/publish").raise_for_status()
    avatar = owner.upload(jpeg_bytes((300, 300)), category="profile", alt_text=text[:300])
    owner.api.put("/api/upload/profile/set", json={"file_id": avatar}).raise_for_status()
    other.api.put(f"/api/buddies/{owner.name}").raise_for_status()
    return Stage(owner, other, gig_id, f"/gigs/{gig_id}/", files[0])
