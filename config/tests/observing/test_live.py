"""A real site of two processes behind nginx, watched by all that can watch: what is counted, and what is told."""

import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.parser import text_string_to_metric_families

from config.tests.front import NGINX, nginx
from config.tests.live import LiveServer, installation
from config.tests.observing.faulty_site import SECRET, WORDS
from config.tests.observing.receiver import Receiver, receiver
from uploads_app.tests.image_factories import jpeg_bytes

pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
]
TOKEN = "scrape-" + "m" * 32
PASSWORD = "canary horse battery"
COUNTED = "/api/upload/config"


@dataclass
class Watched:
    server: LiveServer
    front: str
    sinks: Receiver
    home: Path

    @property
    def metrics(self) -> Path:
        return self.home / "metrics"

    def get(self, path: str, base: str = "", **headers: str) -> httpx.Response:
        return httpx.get((base or self.front) + path, headers=headers, trust_env=False, timeout=30)

    def counted(self, name: str, **labels: str) -> float:
        """The sum of what /metrics tells, over all labels that are not given."""
        text = self.get("/metrics", self.server.url, Authorization=f"Bearer {TOKEN}").raise_for_status().text
        return sum(
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def logs(self) -> dict[str, str]:
        """All that is written anywhere, by where."""
        return {
            "server": self.server.log(),
            "nginx": (self.home / "nginx.log").read_text(),
            "access": (self.home / "access.log").read_text(),
            "traces": self.sinks.at("/v1/traces").decode(errors="replace"),
            "errors": self.sinks.at("/envelope").decode(errors="replace"),
        }

    def serving(self) -> dict[int, float]:
        """What each process that is alive has counted of COUNTED, by its id."""
        found: dict[int, float] = {}
        for alive in self.metrics.glob("*.alive"):
            file = self.metrics / f"counter_{alive.stem}.db"
            values = MmapedDict.read_all_values_from_file(str(file)) if file.exists() else []
            found[int(alive.stem.split("-")[0])] = sum(
                value for key, value, _, _ in values if "vitrine_requests_total" in key and COUNTED[1:] in key
            )
        return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    home = tmp_path_factory.mktemp("watched")
    with receiver() as sinks:
        settings = {
            "VITRINE_STORAGE": "local",
            "VITRINE_ACCEL": "/_stored/",
            "VITRINE_TRUSTED_PROXIES": "1",
            "VITRINE_METRICS_DIR": str(home / "metrics"),
            "VITRINE_METRICS_TOKEN": TOKEN,
            "VITRINE_METRICS_STATE_TTL": "0",
            "VITRINE_LOG": "json",
            "VITRINE_OTEL_ENDPOINT": sinks.url,
            "VITRINE_OTEL_SHARE": "1",
            "OTEL_BSP_SCHEDULE_DELAY": "100",  # milliseconds
            "VITRINE_SENTRY_DSN": sinks.url.replace("://", "://key@") + "/1",
            "APPLICATION": "config.tests.observing.faulty_site:application",
        }
        with installation(home, **settings) as server:
            server.start(workers=2)
            log = str(home / "access.log")
            with nginx(home, server.port, server.media, ACCESS_LOG=log) as place:
                yield Watched(server, f"http://{place}", sinks, home)


def eventually(holds: Callable[[], bool], what: str) -> None:
    limit = time.monotonic() + 60
    while True:
        with suppress(httpx.TransportError):  # what a killed process had not answered
            if holds():
                return
        assert time.monotonic() < limit, what
        time.sleep(0.1)


def test_two_processes_count_together_and_a_killed_one_s_counts_stay(site: Watched) -> None:
    sent = 0
    while len([count for count in site.serving().values() if count]) < 2:
        for _ in range(10):
            site.get(COUNTED, site.server.url).raise_for_status()
        sent += 10
        assert sent < 5000
    route = {"route": COUNTED[1:], "method": "GET", "status": "200"}
    assert site.counted("vitrine_requests_total", **route) == sent
    assert site.counted("vitrine_request_seconds_count", route=COUNTED[1:]) == sent
    before = site.serving()
    killed = next(pid for pid, count in before.items() if count)
    os.kill(killed, signal.SIGKILL)
    eventually(
        lambda: killed not in site.serving() or site.counted("vitrine_requests_total", **route) < 0,
        "it lives",
    )
    eventually(lambda: len(site.serving()) >= 2, "nobody took its place")
    eventually(lambda: site.counted("vitrine_requests_total", **route) == sent, "its counts are lost")


def test_what_the_worker_does_is_told_by_the_server(site: Watched) -> None:
    picture = ("a.jpg", jpeg_bytes((300, 200), noisy=True))
    owner = site.server.sign_up("painter")
    site.server.manage("worker", "--drain")  # of what other tests sent

    def told() -> list[float]:
        return [
            site.counted("vitrine_uploads_total", way="multipart", outcome="ok"),
            site.counted("vitrine_renditions_total", preset="thumb", format="webp", outcome="ok"),
            site.counted("vitrine_tasks_run_total", task="uploads_app.tasks.render", outcome="ok"),
            site.counted("vitrine_work_waiting", list="renditions"),
        ]

    uploads, thumbs, runs, waiting = told()
    assert waiting == 0
    owner.post("/api/upload/general", files={"file": picture}).raise_for_status()
    assert told() == [uploads + 1, thumbs, runs, 1]
    site.server.manage("worker", "--drain")
    assert told() == [uploads + 1, thumbs + 1, runs + 1, 0]
    assert site.counted("vitrine_work_waiting") == 0
    assert site.counted("vitrine_render_seconds_count", format="webp") >= 1
    assert site.counted("vitrine_storage_calls_total", storage="local_renditions", method="write_once") > 1
    printed = site.server.manage("metrics")
    assert f'vitrine_uploads_total{{outcome="ok",way="multipart"}} {uploads + 1}' in printed


def test_metrics_stop_at_nginx_and_readiness_says_one_word_there(site: Watched) -> None:
    for path in ("/metrics", "//metrics", "/%6detrics", "/metrics?x"):
        assert site.get(path, Authorization=f"Bearer {TOKEN}").status_code == 404
    assert site.get("/readyz").json() == {"ready": True}
    assert set(site.get("/readyz", site.server.url).json()["parts"].values()) == {"ok"}


def test_one_id_leads_from_the_answer_through_all_logs(site: Watched) -> None:
    forged = "forged-by-the-client"
    answer = site.get("/api/gigs", **{"X-Request-ID": forged})
    found = answer.headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", found)
    eventually(lambda: found in site.logs()["access"], "nginx did not log it")
    lines = [json.loads(line) for line in site.server.log().splitlines() if found in line]
    assert [(line["event"], line["route"], line["status"]) for line in lines] == [
        ("request", "api/gigs", 200)
    ]
    assert forged not in "".join(site.logs().values())


def test_lines_are_one_object_each(site: Watched) -> None:
    site.get("/api/gigs", **{"User-Agent": "x\x1b[31m"})
    logs = site.logs()
    for name in ("server", "access"):
        assert logs[name]
        for line in logs[name].splitlines():
            if line.startswith(("[WARNING]", "[INFO]", "[ERROR]")):
                continue  # granian's own, of its start
            if "resource_tracker" in line or line.startswith("  warnings.warn("):
                continue  # Python's own, of what the killed one left
            assert line.startswith("{"), line
            assert isinstance(json.loads(line), dict), line


def _use_secrets(site: Watched) -> list[str]:
    """Does all that takes a secret; gives the secrets."""
    client = httpx.Client(base_url=site.front, timeout=30, trust_env=False)
    for name in ("lucky", "unlucky"):
        person = {"username": name, "password": PASSWORD, "email": f"{name}-canary@example.org"}
        client.post("/api/auth/register", json=person).raise_for_status()
    wrong = "canary-of-a-wrong-password"
    client.post("/api/auth/token", json={"username": "lucky", "password": wrong})
    assert (
        client.post("/api/auth/token", json={"username": "unlucky", "password": PASSWORD}).status_code == 500
    )
    tokens = client.post("/api/auth/token", json={"username": "lucky", "password": PASSWORD}).json()
    client.headers["Authorization"] = f"Bearer {tokens['access']}"
    client.headers["Cookie"] = "sessionid=canary-of-a-session"
    picture = {"file": ("canary-name.jpg", jpeg_bytes((300, 200), noisy=True))}
    file_id = client.post("/api/upload/general", files=picture).raise_for_status().json()["file_id"]
    link = (
        client.post(f"/api/upload/{file_id}/share", json={"expires_in": 60}).raise_for_status().json()["url"]
    )
    share = link.split("share=")[1]
    assert site.get(link[link.index("/api/") :]).status_code == 200
    assert site.get(f"/api/upload/{file_id}?share=canary-of-a-share").status_code in (401, 404)
    assert site.get("/password/reset/MQ/canary-of-a-reset").status_code in (200, 302, 400, 403, 404, 410)
    for path in ("/api/upload/direct/canary-of-a-permit", "/api/upload/%64irect/canary-of-an-odd-permit"):
        client.post(path)
    client.get(f"/api/gigs?search=canary-of-a-query&token={tokens['access']}")
    client.post("/api/auth/token/refresh", json={"refresh": tokens["refresh"]})
    return [PASSWORD, "canary-", tokens["access"], tokens["refresh"], share, SECRET, "-canary@"]


def test_no_secret_is_in_any_sink(site: Watched) -> None:
    secrets = _use_secrets(site)
    eventually(lambda: WORDS in site.logs()["errors"], "Sentry was told nothing")
    eventually(lambda: "decode" in site.logs()["traces"], "no span of a decoder arrived")
    eventually(
        lambda: "api/upload/<uuid:file_id>/share" in site.logs()["traces"], "no span of a request arrived"
    )
    logs = site.logs()
    assert "/api/upload/direct/-" in logs["access"]
    assert "password/reset/<str:uid>/<str:token>" in logs["server"]
    assert WORDS in logs["server"]
    for sink, text in logs.items():
        for secret in secrets:
            assert secret not in text, f"{secret} in {sink}: {text[max(0, text.find(secret) - 300) :][:400]}"


def test_nothing_is_left_of_the_site_s_temporary_counts_but_what_the_living_have(site: Watched) -> None:
    site.counted("vitrine_requests_total")
    alive = {path.stem for path in site.metrics.glob("*.alive")}
    counted = {path.stem.split("_", 1)[1] for path in site.metrics.glob("*.db")}
    assert counted <= alive | {"past"}
