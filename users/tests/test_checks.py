"""`check --deploy` warns of staff without a second factor."""

from typing import Any

import pytest

from users.checks import NO_SECOND_FACTOR, staff_show_a_second_factor


@pytest.mark.parametrize(("on", "warned"), [(True, []), (False, [NO_SECOND_FACTOR])])
def test_production_is_warned_of_staff_without_a_second_factor(
    settings: Any, on: bool, warned: list[Any]
) -> None:
    settings.VITRINE_ADMIN_2FA = on
    assert staff_show_a_second_factor() == warned
