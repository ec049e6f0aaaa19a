"""Pictures that come by HTTP are rendered by workers of either engine; one that cannot be is set aside."""

import os
import signal
from pathlib import Path

import httpx
import pytest
from PIL import Image

from config.tests.engines.site import Site, engine_settings, kill, site
from uploads_app.tests.image_factories import encoded, jpeg_bytes, noise

pytestmark = [pytest.mark.service, pytest.mark.timeout(300)]

_STATE = """
from collections import Counter
from uploads_app.models import Rendition, UploadedFile
from uploads_app.tests.stored import stored_renditions
rows = Rendition.objects.filter(state="ready")
sets = Counter(rows.values_list("file", flat=True)).values()
print(sorted(UploadedFile.objects.values_list("rendering", flat=True)), sorted(sets),
      stored_renditions() == set(rows.values_list("key", flat=True)))
"""


def upload(client: httpx.Client, picture: bytes) -> str:
    answer = client.post("/api/upload/general", files={"file": ("a.jpg", picture)})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["file_id"])


def test_all_sizes_are_made_of_all_pictures(on_engine: Site) -> None:
    on_engine.server.start()
    for _ in range(2):
        on_engine.start_worker()
    client = on_engine.server.sign_up("somebody")
    for _ in range(4):
        upload(client, jpeg_bytes((900, 600), noisy=True))
    on_engine.await_that(lambda: on_engine.waiting() == 0, 120)
    assert on_engine.ask(_STATE) == f"{['done'] * 4} {[8] * 4} True"
    on_engine.await_that(lambda: on_engine.left() == 0)


def test_a_killed_workers_picture_is_done_by_another_and_a_stop_finishes_it(on_engine: Site) -> None:
    on_engine.server.start()
    client = on_engine.server.sign_up("somebody")
    upload(client, jpeg_bytes((2400, 1600), noisy=True))
    assert on_engine.server.spool_is_empty()
    killed = on_engine.start_worker()
    on_engine.await_that(lambda: any(on_engine.server.spool.iterdir()))
    kill(killed)
    before = on_engine.ask(_HELD)
    stopped = on_engine.start_worker()
    on_engine.await_that(lambda: on_engine.ask(_HELD) not in (before, "None"))
    os.killpg(stopped.pid, signal.SIGTERM)
    assert stopped.wait(60) == 0
    assert on_engine.ask(_STATE) == "['done'] [8] True"


# Until when somebody works on a rendition; else the first that is there.
_HELD = """
from django.db.models import Max
from uploads_app.models import Rendition
print(Rendition.objects.filter(state="pending").aggregate(Max("lease_until"))["lease_until__max"]
      or Rendition.objects.filter(state="ready").values_list("pk", flat=True).first())
"""


def test_a_picture_that_ends_its_decoder_twice_is_set_aside_and_holds_up_no_other(
    engine: str, tmp_path: Path
) -> None:
    # Large ones do not fit into a decoder, small ones do.
    tight = {"VITRINE_RENDER_MEMORY": "160000000", "VITRINE_RENDER_SECONDS": "60"}
    slow = {"VITRINE_SANDBOX_CPU_SECONDS": "20", "VITRINE_SANDBOX_WALL_SECONDS": "60"}
    patient = {"VITRINE_RENDER_LEASE": "90"}
    with site(tmp_path, engine_settings(engine) | tight | slow | patient) as found:
        found.server.start()
        client = found.server.sign_up("somebody")
        upload(client, encoded(noise((60, 50)).resize((7000, 6000), Image.Resampling.NEAREST), "PNG"))
        for _ in range(2):
            upload(client, jpeg_bytes((300, 200)))
        found.start_worker()
        found.await_that(lambda: found.waiting() == 0, 120)
        assert found.ask(_STATE) == "['done', 'done', 'poison'] [8, 8] True"
        found.await_that(lambda: found.left() == 0)
