"""The decoders of this process, and the limits that pictures are held to."""

import logging
import threading
from multiprocessing.util import Finalize

from django.conf import settings

from uploads_app.images.errors import SandboxUnavailable
from uploads_app.images.limits import Limits
from uploads_app.images.sandbox import Sandbox

logger = logging.getLogger(__name__)

_lock = threading.Lock()
_sandbox: Sandbox | None = None
_workers: int | None = None


def for_a_worker() -> None:
    """One decoder for this process, which renders one picture after another. Called before the first use."""
    global _workers
    _workers = 1


def sandbox() -> Sandbox:
    """This process's sandbox, started at its first use and closed at exit."""
    global _sandbox
    with _lock:
        if _sandbox is None:
            _sandbox = Sandbox(
                workers=_workers or settings.VITRINE_SANDBOX_WORKERS,
                memory_bytes=settings.VITRINE_SANDBOX_MEMORY,
                cpu_seconds=settings.VITRINE_SANDBOX_CPU_SECONDS,
                wall_seconds=settings.VITRINE_SANDBOX_WALL_SECONDS,
                render_memory_bytes=settings.VITRINE_RENDER_MEMORY,
                render_cpu_seconds=settings.VITRINE_RENDER_SECONDS,
                render_wall_seconds=settings.VITRINE_RENDER_SECONDS,
            )
            # Not atexit: a server's worker process may itself be a child of multiprocessing, which joins
            # its own children at the end and calls no atexit function.
            Finalize(None, _sandbox.close, exitpriority=100)
        return _sandbox


def warm_up() -> None:
    """Starts the decoders now. A failure is logged: the first upload tries again."""
    try:
        sandbox().warm_up()
    except SandboxUnavailable as error:
        logger.warning("decoders did not start: %s", error)


def keep_running() -> None:
    """Starts decoders that ended, in a process that had some. Raises SandboxUnavailable."""
    if _sandbox is not None and not _sandbox.is_running():
        _sandbox.warm_up()


def limits() -> Limits:
    """What a picture may be, by the settings."""
    return Limits(
        max_bytes=settings.VITRINE_MAX_FILE_SIZE,
        max_pixels=settings.VITRINE_MAX_PIXELS,
        max_side=settings.VITRINE_MAX_SIDE,
        max_frames=settings.VITRINE_MAX_FRAMES,
        max_scans=settings.VITRINE_MAX_SCANS,
    )
