"""People for tests, made through the same door as in life, so each has a profile."""

from typing import Any

import factory

from users.models import Buddy, User

PASSWORD = "correct horse battery"


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A person whose password is PASSWORD."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda o: f"{o.username}@example.com")
    password = PASSWORD

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return model_class.objects.create_user(*args, **kwargs)


class BuddyFactory(factory.django.DjangoModelFactory[Buddy]):
    """`buddy` is a favourite of `person`."""

    class Meta:
        model = Buddy

    person = factory.SubFactory(UserFactory)
    buddy = factory.SubFactory(UserFactory)
