"""Threads of one process that work in turn: never at once, and none is kept from its turn."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from uploads_app.worker.turn import Turn


def test_who_waits_has_the_next_turn() -> None:
    turn, order = Turn(), []
    begun, waits = threading.Event(), threading.Event()

    def greedy() -> None:
        for _ in range(3):
            with turn.taken():
                order.append("greedy")
                begun.set()
                waits.wait(10)

    def patient() -> None:
        begun.wait(10)
        with turn.taken():
            order.append("patient")

    threads = [threading.Thread(target=work) for work in (greedy, patient)]
    for thread in threads:
        thread.start()
    begun.wait(10)
    while not turn._door.locked():  # until the other stands at the door
        pass
    waits.set()
    for thread in threads:
        thread.join(10)
    assert order == ["greedy", "patient", "greedy", "greedy"]


def test_a_message_is_remembered_for_a_while() -> None:
    turn = Turn()
    with turn.taken():
        pass
    assert not turn.told_within(1e9)
    with turn.taken_for_a_message():
        pass
    assert turn.told_within(1e9)
    assert not turn.told_within(0)


def test_what_bounds_a_turn_bounds_all_who_have_it_and_none_who_wait() -> None:
    bounded: list[str] = []

    @contextmanager
    def bound() -> Iterator[None]:
        bounded.append(threading.current_thread().name)
        yield
        bounded.append("over")

    def wait() -> None:
        with turn.taken_for_a_message():
            pass

    turn = Turn(bound)
    second = threading.Thread(target=wait, name="second")
    with turn.taken():
        second.start()
        while not turn._door.locked():  # until the other stands at the door
            pass
        assert bounded == [threading.current_thread().name]
    second.join(10)
    assert bounded == [threading.current_thread().name, "over", "second", "over"]
