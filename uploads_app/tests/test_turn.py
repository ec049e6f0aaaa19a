"""Threads of one process that work in turn: never at once, and none is kept from its turn."""

import threading

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
