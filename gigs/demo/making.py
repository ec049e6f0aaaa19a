"""Makes the demo, through the same services as the site.

The staff account is made last, and so says that the demo is whole: until it is there, a run fills in what
is missing; afterwards nothing is touched, whatever people did to their gigs.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.text import slugify

from gigs.demo.cast import BUDDIES, CAST, STAFF, Person
from gigs.demo.disputes import dispute
from gigs.demo.drawing import Drawn, draw_avatar, draw_shot
from gigs.demo.offers import OFFERS, Offer
from gigs.models import Gig
from gigs.services.attach_image import attach_image
from gigs.services.create import create
from gigs.services.publish import publish
from uploads_app.models import UploadedFile
from uploads_app.services.spooling import spool_bytes
from uploads_app.services.upload import upload
from users.models import User
from users.services.buddies import add_buddy
from users.services.profile import profile_of, update_profile
from users.services.profile_image import set_profile_image
from users.services.register import register

# Only for accounts of example.com on one's own machine: everybody can read it here.
# Published, so good for loopback alone; where others reach the site, another is given.
PASSWORD = os.environ.get("VITRINE_DEMO_PASSWORD", "look-at-this-vitrine")
_DRAWERS = 2  # Pillow lets go of the interpreter, so drawing runs beside the uploads

Attach = Callable[[UploadedFile], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture that is missing: being drawn, for somebody, to be put to use by `attach`."""

    owner: User
    category: str
    drawn: Future[Drawn]
    attach: Attach


def is_whole() -> bool:
    """Whether the demo was made to its end."""
    return User.objects.filter(username=STAFF, is_staff=True).exists()


def make(tell: Callable[[str], None]) -> None:
    """Makes what is missing of people, gigs and pictures; `tell` hears how far it is."""
    people = {person.username: _person(person) for person in CAST}
    gigs = [(offer, _gig(offer, people[offer.owner])) for offer in OFFERS]
    with ThreadPoolExecutor(_DRAWERS) as drawers:
        wanted = [*_missing_avatars(people, drawers), *_missing_shots(gigs, drawers)]
        tell(f"{len(people)} people, {len(gigs)} gigs, {len(wanted)} pictures to draw")
        for number, picture in enumerate(wanted, 1):
            _take_in(picture)
            if number % 20 == 0:
                tell(f"{number} pictures")
    for offer, gig in gigs:
        if not offer.draft:
            publish(gig=gig)
    _befriend(people)
    with transaction.atomic():
        staff = _staff()
        if staff is not None:
            staff.second_factor_shown = True  # whoever runs commands here needs no phone
            dispute([gig for offer, gig in gigs if not offer.draft], list(people.values()), staff)


def _person(person: Person) -> User:
    user = User.objects.filter(username=person.username).first()
    if user is None:
        user = register(username=person.username, email=person.email, password=PASSWORD)
    if not profile_of(user).display_name:
        about: dict[str, str | bool] = {
            "display_name": person.name,
            "headline": person.headline,
            "bio": person.bio,
            "location": person.location,
        }
        update_profile(user, about)
    return user


def _gig(offer: Offer, owner: User) -> Gig:
    found = Gig.objects.select_related("owner").filter(owner=owner, title=offer.title).first()
    return found or create(
        owner=owner,
        title=offer.title,
        description=offer.description,
        price=Decimal(offer.price),
        currency=offer.currency,
        tags=offer.tags,
    )


def _missing_avatars(people: dict[str, User], drawers: ThreadPoolExecutor) -> Iterator[Wanted]:
    for number, person in enumerate(CAST):
        user = people[person.username]
        if profile_of(user).image_id is None:
            drawn = drawers.submit(draw_avatar, person, number)
            yield Wanted(user, UploadedFile.Category.PROFILE, drawn, _as_avatar(user))


def _missing_shots(gigs: list[tuple[Offer, Gig]], drawers: ThreadPoolExecutor) -> Iterator[Wanted]:
    for offer, gig in gigs:
        there = gig.images.count()
        for number, shot in list(enumerate(offer.shots))[there:]:
            drawn = drawers.submit(draw_shot, shot, slugify(offer.title), number)
            yield Wanted(gig.owner, UploadedFile.Category.GIG, drawn, _into(gig))


def _take_in(picture: Wanted) -> None:
    drawn = picture.drawn.result()
    with spool_bytes(drawn.data, drawn.name) as spooled:
        upload(
            owner=picture.owner,
            category=picture.category,
            spooled=spooled,
            alt_text=drawn.alt_text,
            on_ready=picture.attach,
            way="inside",
        )


def _as_avatar(user: User) -> Attach:
    def attach(file: UploadedFile) -> None:
        set_profile_image(user, file.pk)

    return attach


def _into(gig: Gig) -> Attach:
    def attach(file: UploadedFile) -> None:
        attach_image(gig=gig, file=file)

    return attach


def _befriend(people: dict[str, User]) -> None:
    for username, person in people.items():
        for buddy in BUDDIES.get(username, ()):
            if buddy in people:
                add_buddy(person=person, username=buddy)


def _staff() -> User | None:
    """Never makes somebody staff who took the name before."""
    if User.objects.filter(username__iexact=STAFF).exists():
        return None
    user = register(username=STAFF, email=f"{STAFF}@example.com", password=PASSWORD)
    user.is_staff = user.is_superuser = True
    user.save(update_fields=["is_staff", "is_superuser"])
    return user
