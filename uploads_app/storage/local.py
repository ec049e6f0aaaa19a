"""The local folder as a storage whose writes survive a crash."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from uploads_app.storage import folders
from uploads_app.storage.base import Facts, Link, Listed
from uploads_app.storage.errors import KeyTaken, StorageAway, Unmarked
from uploads_app.storage.held import held, link
from uploads_app.storage.keys import INCOMING, MARK, QUARANTINE, RENDITIONS, ROOT, part_key
from uploads_app.storage.measured import measured

_COPY_CHUNK = 1024 * 1024  # bytes


@measured
class DurableLocalStorage(FileSystemStorage):
    """Django's local storage, and `write_once`: whole or not at all, durable, never over another file.

    That a key is absent, or a root empty, is only believed of a root that bears our mark: an unmounted volume
    leaves an empty folder behind.
    """

    def check(self, *, seen_is_enough: bool = False) -> None:
        """Raises Unmarked when the root is absent or bears no mark, StorageAway when it cannot be asked."""
        try:
            marked = (Path(self.location) / MARK).is_dir()
        except OSError as error:
            raise StorageAway(f"{error.strerror} while looking for the media folder") from error
        if not marked:
            raise Unmarked(f"the media folder is not there or not mounted: it has no {MARK}")

    def mark(self) -> None:
        """Makes the root if need be, and marks it as ours for good. Raises StorageAway."""
        try:
            _make_folder(Path(self.location) / MARK)
        except OSError as error:
            raise StorageAway(f"{error.strerror} while marking the media folder") from error

    def exists(self, name: str) -> bool:
        """Whether there are bytes at a key. Raises what `check` raises: an empty root proves nothing."""
        found = super().exists(name)
        if not found:
            self.check()
        return found

    def size(self, name: str) -> int:
        """How many bytes there are at a key. Raises what `open_stored` raises."""
        with self.open_stored(name) as stored:
            return os.fstat(stored.fileno()).st_size

    def write_once(self, key: str, source: Path, facts: Facts) -> None:
        """Stores the bytes of `source` at `key`; when this returns they outlive a power cut.

        The facts are not kept: whoever serves the bytes has them from their row.

        A temporary file beside the key is written and synced, then linked to its name, which fails if the
        name is taken; then the folder is synced. (Django's own save leaves a cut file at the final name
        when it is killed, and never syncs: ticket 21602.)

        Raises KeyTaken, also while somebody else writes there, or StorageAway for anything the operating
        system refuses, and for an unmarked root.
        """
        self.check()
        final = Path(self.path(key))
        part = Path(self.path(part_key(key)))
        try:
            _make_folder(final.parent)
            with held(part) as out:
                _copy_synced(source, out)
                link(out, part, final)
            _sync_folder(final.parent)
        except FileExistsError as error:
            raise KeyTaken(key) from error
        except OSError as error:
            raise StorageAway(f"{error.strerror} while writing") from error

    def remove(self, key: str) -> None:
        """Removes the file at `key` and what a crash may have left beside it; absent is success.

        Raises StorageAway when the operating system refuses, or the root is unmarked.
        """
        self.check()
        final = Path(self.path(key))
        try:
            final.unlink(missing_ok=True)
            Path(self.path(part_key(key))).unlink(missing_ok=True)
            if final.parent.is_dir():
                _sync_folder(final.parent)
        except NotADirectoryError:
            return
        except OSError as error:
            raise StorageAway(f"{error.strerror} while removing") from error

    def open_stored(self, key: str) -> IO[bytes]:
        """Opens the bytes at `key`, refusing links.

        Raises FileNotFoundError when there are none, StorageAway when they cannot be read.
        """
        try:
            return os.fdopen(os.open(self.path(key), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")
        except FileNotFoundError:
            self.check()
            raise
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise FileNotFoundError(key) from error
            raise StorageAway(f"{error.strerror} while reading") from error

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """The bytes at `key` from `start` on, at most `length`. Raises what `open_stored` raises."""
        with self.open_stored(key) as stored:
            try:
                stored.seek(start)
                return stored.read(-1 if length is None else length)
            except OSError as error:
                raise StorageAway(f"{error.strerror} while reading") from error

    def link(self, key: str, at_most: int | None = None) -> Link | None:
        """None: nobody reaches the folder but through us."""
        return None

    @contextmanager
    def local_copy(self, key: str) -> Iterator[Path]:
        """A file on this machine with the bytes at `key`, to be read only, gone with the context.

        Here it is the stored file itself. Raises FileNotFoundError when there is none, and
        what `check` raises.
        """
        path = Path(self.path(key))
        if not path.is_file() or path.is_symlink():
            self.check()
            raise FileNotFoundError(key)
        yield path

    def keys(self, prefix: str, after: str | None = None) -> Iterator[tuple[str, float]]:
        """All keys under the folder `prefix` with their time of last change (seconds since the epoch).

        With `after`, those that come after it, in order: then one folder at a time is read.
        Temporary files beside keys are listed too, under their own names. Links are listed, never followed.
        Raises what `check` raises: an unmounted volume must never look empty.
        """
        self.check()
        root = Path(self.location)
        if after is not None:
            yield from ((one.key, one.changed) for one in self.listed(prefix, after) if one.key[-1] != "/")
            return
        for folder, _, names in os.walk(root / prefix):
            for name in names:
                path = Path(folder) / name
                try:
                    changed = path.lstat().st_mtime
                except FileNotFoundError:
                    continue
                yield path.relative_to(root).as_posix(), changed

    def listed(self, folder: str, after: str = "") -> Iterator[Listed]:
        """All that lies under a folder, after the key `after`, by keys in the order of their bytes.

        Raises what `check` raises: an unmounted volume must never look empty.
        """
        self.check()
        try:
            yield from folders.walk(Path(self.location), folder, after)
        except OSError as error:
            raise StorageAway(f"{error.strerror} while listing") from error

    def look(self, key: str) -> Listed | None:
        """What lies at a key now, links not followed. Raises what `check` raises."""
        try:
            found = folders.listed(Path(self.location), key)
        except OSError as error:
            raise StorageAway(f"{error.strerror} while looking") from error
        if found is None:
            self.check()
        return found

    def strangers(self) -> Iterator[Listed]:
        """What lies beside our folders in the root; that spool may be there is known."""
        self.check()
        root = Path(self.location)
        known = {MARK, QUARANTINE, ROOT, RENDITIONS, INCOMING}
        for path in sorted(root.iterdir()):
            found = folders.listed(root, path.name)
            if found and path.name not in known and path != settings.VITRINE_SPOOL_DIR:
                yield found

    def set_aside(self, key: str, to: str) -> None:
        """Renames within the root, a link itself and not where it leads to. Raises StorageAway."""
        self.check()
        source, target = Path(self.location) / key, Path(self.location) / to
        try:
            _make_folder(target.parent)
            source.rename(target)
            _sync_folder(target.parent)
            _sync_folder(source.parent)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise StorageAway(f"{error.strerror} while moving") from error

    def mend_mode(self, key: str) -> None:
        """Takes from others, and from execution, what a file or folder of ours never grants."""
        path = Path(self.location) / key
        try:
            path.chmod(0o750 if path.is_dir() else 0o640, follow_symlinks=False)
        except NotImplementedError:
            path.chmod(0o750 if path.is_dir() else 0o640)
        except OSError as error:
            raise StorageAway(f"{error.strerror} while mending a mode") from error

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Keys are written once: a second name would hide that one was taken."""
        raise TypeError("use write_once: Django's save is not crash safe")

    def _save(self, name: str | None, content: Any) -> str:
        raise TypeError("use write_once: Django's save is not crash safe")


def _make_folder(folder: Path) -> None:
    """Makes a folder and its parents, each durable in the one above it."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    try:
        folder.mkdir(mode=0o750)
    except FileExistsError:
        return
    _sync_folder(folder.parent)


def _copy_synced(source: Path, out: FileIO) -> None:
    with source.open("rb", buffering=0) as read:
        while chunk := read.read(_COPY_CHUNK):
            view = memoryview(chunk)
            while view:
                view = view[out.write(view) :]
    os.fsync(out.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
