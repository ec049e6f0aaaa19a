"""Waiting for a rendition: one render for all who ask, never so many waiting that nobody else is served."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from uploads_app.errors import Unavailable, VitrineError
from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.images.sandbox import Sandbox
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services import decoding
from uploads_app.services.rendering import flights
from uploads_app.services.rendering.claims import Claim, claim, give_back
from uploads_app.services.rendering.demand import rendition_on_demand
from uploads_app.services.rendering.rest import LATE_OF_REST
from uploads_app.services.rendering.wanted import recipe
from uploads_app.tests.factories import uploaded
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
Monkey = pytest.MonkeyPatch
Answer = tuple[str, float]  # digest of the bytes or code of the error, and when it came, in seconds


@pytest.fixture
def file(transactional_db: None) -> Iterator[UploadedFile]:
    decoding.sandbox().warm_up()
    yield uploaded(UserFactory.create())
    assert flights._flights == {}
    assert (flights.followers.taken, flights.pollers.taken) == (0, 0)


@pytest.fixture
def renders(monkeypatch: Monkey) -> list[float]:
    """Notes every render; a number put in front is how long each takes, in seconds."""
    render, found = Sandbox.render, [0.2]

    def counted(self: Sandbox, *args: Any) -> Any:
        found.append(time.monotonic())
        time.sleep(found[0])
        return render(self, *args)

    monkeypatch.setattr(Sandbox, "render", counted)
    return found


def held_elsewhere(file: UploadedFile, preset: str = "w640") -> list[Claim]:
    """As if another process were making it."""
    return claim(file, [recipe(file, PRESETS[preset], OutputFormat.AVIF)])


def ask(file: UploadedFile, preset: str = "w640") -> Answer:
    begun = time.monotonic()
    try:
        found = rendition_on_demand(file, preset, "avif", None).sha256
    except VitrineError as error:
        found = error.code
    finally:
        connection.close()
    return found, time.monotonic() - begun


def ask_at_once(number: int, one: Callable[[int], Answer]) -> list[Answer]:
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def test_64_at_once_take_one_render_and_get_equal_answers(
    file: UploadedFile, renders: list[float], settings: Any
) -> None:
    settings.VITRINE_RENDER_WAITERS = 2 * 64  # all may wait for as long as a busy machine takes
    answers = ask_at_once(64, lambda _: ask(file))
    assert len({found for found, _ in answers}) == 1
    assert len(answers[0][0]) == 64  # a SHA-256, not a code
    assert len(renders) == 2


def test_what_another_process_makes_is_waited_for_and_given(file: UploadedFile, renders: list[float]) -> None:
    held = held_elsewhere(file)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask, file)
        time.sleep(0.3)
        done = Rendition.objects.filter(pk=held[0].row.pk)
        done.update(state="ready", lease_until=None, sha256="f" * 64)
        assert answer.result()[0] == "f" * 64
    assert len(renders) == 1


@pytest.mark.parametrize("counts", [{"failures": 1}, {"failures": 2}, {"late": 1}, {"late": LATE_OF_REST}])
def test_what_another_process_tries_again_is_waited_for_as_well(
    file: UploadedFile, renders: list[float], counts: dict[str, int]
) -> None:
    held = held_elsewhere(file)
    retried = Rendition.objects.filter(pk=held[0].row.pk)
    retried.update(**counts)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask, file)
        time.sleep(0.3)
        retried.update(state="ready", lease_until=None, sha256="f" * 64)
        assert answer.result()[0] == "f" * 64
    assert len(renders) == 1


def test_what_another_process_gave_up_is_made_here(file: UploadedFile, renders: list[float]) -> None:
    held = held_elsewhere(file)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask, file)
        time.sleep(0.2)
        give_back(held)
        assert len(answer.result()[0]) == 64
    assert len(renders) == 2


def test_what_a_dead_process_held_is_taken_over_when_its_lease_ends(
    file: UploadedFile, renders: list[float]
) -> None:
    held = held_elsewhere(file)
    Rendition.objects.update(lease_until=timezone.now() + timedelta(seconds=0.4))
    assert len(ask(file)[0]) == 64
    assert Rendition.objects.get(state="ready").key == held[0].row.key
    assert len(renders) == 2


def test_one_that_another_process_holds_for_long_is_not_waited_for_long(
    file: UploadedFile, settings: Any
) -> None:
    settings.VITRINE_RENDER_WAIT_FOR_OTHERS = 0.3
    held_elsewhere(file)
    found, seconds = ask(file)
    assert found == "unavailable"
    assert 0.3 <= seconds < 1.5


def test_surplus_waiters_are_asked_to_come_back_within_a_second(
    file: UploadedFile, renders: list[float], settings: Any
) -> None:
    settings.VITRINE_RENDER_WAITERS = 4
    renders[0] = 2.0
    answers = ask_at_once(12, lambda _: ask(file))
    made = [seconds for found, seconds in answers if len(found) == 64]
    asked_back = [seconds for found, seconds in answers if found == "unavailable"]
    assert len(made) == 1 + 2
    assert len(asked_back) == 9
    assert max(asked_back) < 1.8
    late = ask(file)
    assert len(late[0]) == 64


def test_few_wait_for_other_processes_and_the_rest_is_answered_at_once(
    file: UploadedFile, settings: Any
) -> None:
    settings.VITRINE_RENDER_WAITERS, settings.VITRINE_RENDER_WAIT_FOR_OTHERS = 4, 2.0
    names = list(PRESETS)
    for name in names:
        held_elsewhere(file, name)
    answers = ask_at_once(len(names), lambda index: ask(file, names[index]))
    assert {found for found, _ in answers} == {"unavailable"}
    assert sum(seconds >= 2 for _, seconds in answers) == 2
    assert sum(seconds < 1 for _, seconds in answers) == len(names) - 2


def test_waiting_for_another_process_costs_few_queries(file: UploadedFile, settings: Any) -> None:
    settings.VITRINE_RENDER_WAIT_FOR_OTHERS = 1.0
    held_elsewhere(file)
    asked: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note), pytest.raises(Unavailable):
        rendition_on_demand(file, "w640", "avif", None)
    assert len(asked) < 14


def test_who_waits_too_long_for_a_thread_of_this_process_is_asked_to_come_back(
    file: UploadedFile, renders: list[float], settings: Any
) -> None:
    settings.VITRINE_RENDER_WAIT = 0.2
    renders[0] = 1.0
    first = threading.Thread(target=ask, args=(file,))
    first.start()
    time.sleep(0.3)
    assert ask(file)[0] == "unavailable"
    first.join()
