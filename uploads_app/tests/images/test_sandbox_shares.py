"""Decoder processes are shared: renders never keep a picture on its way in from its decoder."""

import threading
import time
from pathlib import Path

import pytest

from uploads_app.images import sandbox as module
from uploads_app.images.errors import SandboxUnavailable
from uploads_app.images.limits import Limits
from uploads_app.images.sandbox import Sandbox
from uploads_app.tests.image_factories import jpeg_bytes

from . import misbehaviour


@pytest.mark.parametrize(("workers", "renders"), [(1, 1), (2, 1), (3, 2)])
def test_one_decoder_of_several_is_always_left_to_uploads(
    workers: int, renders: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "render", misbehaviour.slow_render)
    (tmp_path / "good").write_bytes(jpeg_bytes())
    sandbox, refused = Sandbox(workers=workers, queue_seconds=0.3), list[float]()
    sandbox.warm_up()

    def render() -> None:
        begun = time.monotonic()
        try:
            sandbox.render(tmp_path / "good", [])
        except SandboxUnavailable:
            refused.append(time.monotonic() - begun)

    threads = [threading.Thread(target=render) for _ in range(renders + 2)]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    if workers > 1:
        assert sandbox.ingest(tmp_path / "good", tmp_path / "clean", Limits()).width == 64
    for thread in threads:
        thread.join()
    assert len(refused) == 2
    sandbox.close()
