"""A log line is one line, tells the request, and holds nothing that is nobody's to read."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from config.observing.discretion import Discreet, discreet
from config.observing.logs import JsonLine, Line
from config.tests.live import ROOT
from uploads_app.observing.carried import carrying, request_id
from uploads_app.worker import queue
from uploads_app.worker.task import enqueue, task

HOSTILE = 'x\r\n{"level":"error"}\n\x1b[31mred\x1b]0;title\x07\u2028\x85end'


@pytest.fixture
def lines() -> Iterator[Any]:
    """What is written while a test runs, as JSON by our formatter, line by line."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLine())
    handler.addFilter(Discreet())
    requests = logging.getLogger("vitrine.requests")
    level = requests.level
    requests.setLevel(logging.INFO)
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)
    requests.setLevel(level)


def record(message: str, *arguments: Any) -> logging.LogRecord:
    return logging.LogRecord("a.b", logging.WARNING, "f", 1, message, arguments, None)


def test_hostile_text_is_one_json_line() -> None:
    line = JsonLine().format(record("name %s", HOSTILE))
    assert len(line.splitlines()) == 1
    assert line.isascii()
    assert "\x1b" not in line
    assert json.loads(line)["event"] == f"name {HOSTILE}"


def test_hostile_text_is_one_plain_line() -> None:
    line = Line().format(record("name %s", HOSTILE))
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line
    assert "\\x1b[31mred" in line


def test_a_traceback_is_within_the_line() -> None:
    try:
        raise ValueError(HOSTILE + " password=canary")
    except ValueError as error:
        told = record("it failed")
        told.exc_info = (type(error), error, error.__traceback__)
    line = JsonLine().format(told)
    assert len(line.splitlines()) == 1
    assert "ValueError" in json.loads(line)["traceback"]
    assert "canary" not in line
    assert "canary" not in Line().format(told)


@pytest.mark.parametrize(
    "text",
    [
        "GET https://s3.example/b/k?X-Amz-Signature=canary&X-Amz-Credential=canary",
        "/api/upload/1?share=canary",
        "Authorization: Bearer canary",
        "authorization=Basic canary",
        '{"password": "canary"}',
        "{'refresh': 'canary', 'x': 1}",
        "token=canary;",
        "redis://name:canary@host:6379/0",
        "no eyJcanary0.eyJcanary1.sig here",
        "-eyJcanary0.eyJcanary1-",
        "what?? a?b?token=canary",
        "url=-redis://name:canary@host",
        "DETAIL: Key (email)=(canary@example.org) already exists.",
        "Set-Cookie: canary",
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str) -> None:
    assert "canary" not in discreet(text)
    assert "[hidden]" in discreet(text)


@pytest.mark.parametrize(
    "piece", ["a", "?", "?a", "a.a-", "a://", "a@a.", "eyJ", "eyJaaaaa.", "token ", "x:"]
)
def test_text_that_others_made_up_to_be_slow_is_read_in_one_go(piece: str) -> None:
    """Of a hundred thousand signs, in a process of its own: what tries each beginning again is at it for minutes."""
    code = f"from config.observing.discretion import discreet; discreet(({piece!r} * 100_000)[:100_000])"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)


@pytest.mark.parametrize(
    "text", ["task 7 failed", "renditions of 12 put off: S3 says SlowDown", "what? nothing"]
)
def test_plain_words_stay(text: str) -> None:
    assert discreet(text) == text


@pytest.mark.django_db
def test_a_request_is_one_line_by_its_pattern(lines: Any, client: Client) -> None:
    answer = client.get("/password/reset/MQ/canary-token?also=canary", headers={"User-Agent": HOSTILE})
    told = [line for line in lines() if line["logger"] == "vitrine.requests"]
    assert len(told) == 1
    assert told[0]["request"] == answer["X-Request-ID"]
    assert told[0]["route"] == "password/reset/<str:uid>/<str:token>"
    assert told[0]["status"] == answer.status_code
    assert "canary" not in json.dumps(lines())


@pytest.mark.django_db
def test_who_asked_is_told_by_number(lines: Any, owner: Any, signed_in: Any) -> None:
    signed_in(owner).get("/api/users/me")
    told = [line for line in lines() if line["logger"] == "vitrine.requests"]
    assert told[0]["user"] == owner.pk
    assert owner.username not in json.dumps(told)


@pytest.mark.parametrize(
    ("proxies", "given", "believed"),
    [
        (1, "0123456789abcdef", True),
        (0, "0123456789abcdef", False),
        (1, "short", False),
        (1, "x" * 65, False),
        (1, "0123456789\r\nX-Evil: 1", False),
        (1, "0123456789 abc", False),
        (1, "０１２３４５６７８９", False),
    ],
)
def test_an_id_is_believed_of_our_proxy_alone_and_if_it_is_sane(
    settings: Any, client: Client, proxies: int, given: str, believed: bool
) -> None:
    settings.VITRINE_TRUSTED_PROXIES = proxies
    answer = client.get("/healthz", HTTP_X_REQUEST_ID=given)
    assert (answer["X-Request-ID"] == given) is believed
    assert len(answer["X-Request-ID"]) >= 8


def test_no_request_is_told_of_after_its_end(client: Client) -> None:
    client.get("/healthz")
    assert request_id() == ""


seen: list[str] = []


@task()
def look(word: str) -> None:
    seen.append(f"{word} {request_id()}")
    if word == "fail":
        raise ZeroDivisionError


@pytest.mark.django_db
def test_a_task_works_for_the_request_that_left_it(lines: Any) -> None:
    seen.clear()
    with carrying("request-of-mine"):
        enqueue(look, "well")
        enqueue(look, "fail")
    enqueue(look, "alone")
    for _ in range(3):
        found = queue.claim("worker")
        assert found
        queue.run(found)
    assert sorted(seen) == ["alone ", "fail request-of-mine", "well request-of-mine"]
    failed = [line for line in lines() if line["logger"] == "uploads_app.worker.queue"]
    assert [line["request"] for line in failed] == ["request-of-mine"]
