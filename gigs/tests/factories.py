"""Gigs for tests, made the short way: published and with one picture unless said otherwise."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone

from gigs.models import Gig, GigImage, GigTag
from uploads_app.tests.factories import FileFactory
from users.tests.factories import UserFactory


class GigFactory(factory.django.DjangoModelFactory[Gig]):
    """A complete gig, with `pictures=n` pictures and `tag_names`; a draft with `published=False`."""

    class Meta:
        model = Gig
        skip_postgeneration_save = True

    class Params:
        published = True

    owner = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Gig number {n}")
    description = "What it is about."
    price = Decimal("25.00")
    published_at = factory.LazyAttributeSequence(
        lambda o, n: timezone.now() + timedelta(milliseconds=n) if o.published else None
    )

    @factory.post_generation  # type: ignore[untyped-decorator]
    def pictures(gig: Gig, create: bool, count: int | None, **kwargs: Any) -> None:  # noqa: N805
        for _ in range(1 if count is None else count):
            GigImageFactory.create(gig=gig)

    @factory.post_generation  # type: ignore[untyped-decorator]
    def tag_names(gig: Gig, create: bool, names: list[str] | None, **kwargs: Any) -> None:  # noqa: N805
        GigTag.objects.bulk_create(GigTag(gig=gig, name=name) for name in names or [])


class GigImageFactory(factory.django.DjangoModelFactory[GigImage]):
    """A ready picture of the gig's owner at the gig's end."""

    class Meta:
        model = GigImage

    gig = factory.SubFactory(GigFactory, pictures=0)
    file = factory.LazyAttribute(lambda o: FileFactory.create(owner=o.gig.owner, category="gig"))
    position = factory.LazyAttribute(lambda o: o.gig.images.count())
