"""What `manage.py check --deploy` asks about people."""

from typing import Any

from django.conf import settings
from django.core import checks

NO_SECOND_FACTOR = checks.Warning(
    "Staff get their powers for a password alone.",
    hint="Leave VITRINE_ADMIN_2FA to its default in production, which is true.",
    id="vitrine.W001",
)


@checks.register(checks.Tags.security, deploy=True)
def staff_show_a_second_factor(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Warns where VITRINE_ADMIN_2FA is off."""
    return [] if settings.VITRINE_ADMIN_2FA else [NO_SECOND_FACTOR]
