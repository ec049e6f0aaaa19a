"""Deployed sites that the tests of one process share."""

from collections.abc import Iterator

import pytest

from config.tests.deployed.site import Deployed, deployed
from config.tests.services import need_s3


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """With its pictures in a folder."""
    with deployed(tmp_path_factory.mktemp("deployed"), VITRINE_STORAGE="local") as found:
        yield found


@pytest.fixture(scope="session")
def site_on_s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """With its pictures in S3, where people are sent to for them."""
    where = need_s3() | {"VITRINE_STORAGE": "s3", "VITRINE_S3_DELIVERY": "redirect"}
    with deployed(tmp_path_factory.mktemp("deployed_s3"), **where) as found:
        yield found
