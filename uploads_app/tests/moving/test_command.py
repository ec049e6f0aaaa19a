"""manage.py storage: its words and exit statuses."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from uploads_app.tests.moving.places import at, lying, picture, pictures
from users.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both")]


def run(*words: str) -> str:
    out = StringIO()
    call_command("storage", *words, stdout=out)
    return out.getvalue()


def test_a_whole_move_in_its_steps(owner: User, settings: Any) -> None:
    pictures(owner, 3)
    settings.VITRINE_STORAGE = "s3"
    assert run("copy", "--to", "s3", "--jobs", "2").startswith("copied 3 (")
    assert run("verify", "--to", "s3") == "looked at 3, wrong 0, not read 0\n"
    assert run("verify", "--to", "s3", "--quick") == "looked at 3, wrong 0, not read 0\n"
    assert run("switch", "--to", "s3") == "switched 3, not copied yet 0\n"
    assert run("clean", "--to", "s3") == "removed 0, kept 0, put off 0\n"
    assert run("clean", "--to", "s3", "--grace", "0") == "removed 3, kept 0, put off 0\n"
    assert (len(lying("local")), len(lying("s3"))) == (0, 3)


def test_status_says_what_there_is(owner: User) -> None:
    picture(owner)
    said = run("status", "--to", "s3")
    assert "new pictures are stored in: local" in said
    assert f"  to be copied            {1:>10}" in said


def test_what_cannot_be_copied_is_named_and_fails_the_command(owner: User) -> None:
    bad, _ = pictures(owner, 2)
    at("local", bad).write_bytes(b"rotten")
    with pytest.raises(CommandError, match=f"{bad.key}: its bytes are not what their row says") as failed:
        run("copy", "--to", "s3")
    assert failed.value.returncode == 1


def test_a_wrong_copy_fails_the_command(owner: User) -> None:
    file = picture(owner)
    run("copy", "--to", "s3")
    at("s3", file).write_bytes(b"rotten")
    with pytest.raises(CommandError, match=f"{file.key}: wrong, to be copied again"):
        run("verify", "--to", "s3")


def test_a_switch_that_leaves_some_fails_the_command(owner: User) -> None:
    picture(owner)
    with pytest.raises(CommandError, match="1 stay where they are"):
        run("switch", "--to", "s3", "--force")


def test_a_refused_switch_says_how(owner: User) -> None:
    with pytest.raises(CommandError, match="set VITRINE_STORAGE=s3 first"):
        run("switch", "--to", "s3")


def test_a_storage_that_is_not_there_is_exit_status_2(owner: User, media: Path) -> None:
    file = picture(owner)
    (media / file.key).unlink()
    (media / ".vitrine").rmdir()
    with pytest.raises(CommandError) as failed:
        run("copy", "--to", "s3")
    assert failed.value.returncode == 2


def test_long_lists_are_cut(owner: User) -> None:
    for file in pictures(owner, 23):
        at("local", file).unlink()
    with pytest.raises(CommandError, match=r"… and 3 more"):
        run("copy", "--to", "s3")
