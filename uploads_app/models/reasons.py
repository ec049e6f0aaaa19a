"""What is wrong with a picture: said by people who report it, and by staff who reject it."""

from django.db import models


class Reason(models.TextChoices):
    """A closed list, so that decisions can be counted and told in words."""

    NUDITY = "nudity"
    VIOLENCE = "violence"
    HATE = "hate"
    STOLEN = "stolen"
    SPAM = "spam"
    OTHER = "other"
