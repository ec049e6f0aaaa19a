"""What of compose.yaml is run by hand or by the machine's clock: it ends by itself, and has done its work."""

import pytest

from config.tests.deployed.by_compose import prepared

pytestmark = [pytest.mark.fleet, pytest.mark.service]


def test_a_backup_is_whole_and_the_check_finds_nothing_wrong() -> None:
    with prepared() as site:
        # As a worker does at its start: the bucket is ours from then on.
        site.run("check", ".venv/bin/python", "manage.py", "reconcile")
        site.run("backup")
        assert "clean" in site.run("check")
        [backup] = site.at.folders["backups"].glob("*Z")
        assert (backup / "whole").is_file()
        assert (backup / "db.dump").stat().st_size > 0
