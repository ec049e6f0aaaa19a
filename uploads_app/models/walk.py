"""How far work came that goes through what is long, a part at a time."""

from django.db import models


class Walk(models.Model):
    """One such work and where it goes on: after the row or key of this name; from the beginning where it is empty."""

    name = models.CharField(max_length=64, primary_key=True)
    after = models.CharField(max_length=1000, blank=True)

    def __str__(self) -> str:
        return f"{self.name} after {self.after}"
