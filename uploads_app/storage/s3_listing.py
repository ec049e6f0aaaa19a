"""What lies in a bucket: keys with their times, and all versions where the bucket keeps them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from typing import Any

from uploads_app.storage.errors import NotKnownThere

Ask = Callable[..., dict[str, Any]]


class Listing:
    """`ask` calls an operation of S3 by its name, tries again, and raises StorageAway."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._versions: bool | None = None  # whether the bucket keeps some; None while nobody has asked

    def under(self, prefix: str, after: str = "") -> Iterator[tuple[str, float]]:
        """Object keys that begin with `prefix`, each with its time of last change by this machine's clock.

        Only those after the key `after`, where one is given.
        """
        if self.keeps_versions():
            for page in self._pages_of_versions(prefix, after):
                shift = _ahead_of(page)
                for found in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                    if found["IsLatest"]:
                        yield found["Key"], found["LastModified"].timestamp() + shift
            return
        for page in self._pages(prefix, after):
            shift = _ahead_of(page)
            for found in page.get("Contents", ()):
                yield found["Key"], found["LastModified"].timestamp() + shift

    def keeps_versions(self, *, seen_is_enough: bool = False) -> bool:
        """Whether the bucket keeps versions, or did: to switch it off keeps those that are there.

        With `seen_is_enough` it is asked once in each process; `versions` notes that it does, however known.
        """
        if self._versions is None or not seen_is_enough:
            try:
                self._versions = self._ask("get_bucket_versioning").get("Status") in ("Enabled", "Suspended")
            except NotKnownThere:
                self._versions = False
        return self._versions

    def versions(self, key: str) -> list[str]:
        """Ids of everything that is kept at one key, marks of removals too.

        The latest is last: as long as there is one, the key is listed.
        """
        self._versions = True
        kept: list[dict[str, Any]] = []
        for page in self._pages_of_versions(key):
            listed = (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
            kept += [one for one in listed if one["Key"] == key]
            if any(one["Key"] > key for one in listed):
                break  # neighbours whose keys begin alike
        return [one["VersionId"] for one in sorted(kept, key=lambda one: bool(one["IsLatest"]))]

    def _pages(self, prefix: str, after: str = "") -> Iterator[dict[str, Any]]:
        place = {"StartAfter": after} if after else {}
        while True:
            page = self._ask("list_objects_v2", Prefix=prefix, **place)
            yield page
            if not page.get("IsTruncated"):
                return
            place = {"ContinuationToken": page["NextContinuationToken"]}

    def _pages_of_versions(self, prefix: str, after: str = "") -> Iterator[dict[str, Any]]:
        place = {"KeyMarker": after} if after else {}
        while True:
            page = self._ask("list_object_versions", Prefix=prefix, **place)
            yield page
            if not page.get("IsTruncated"):
                return
            names = {"KeyMarker": "NextKeyMarker", "VersionIdMarker": "NextVersionIdMarker"}
            place = {name: page[said] for name, said in names.items() if page.get(said)}


def _ahead_of(page: dict[str, Any]) -> float:
    """Seconds that this machine's clock is ahead of S3's, whose times are compared with ours.

    Headers tell whole seconds: less than two apart is none.
    """
    told = page["ResponseMetadata"]["HTTPHeaders"].get("date")
    if not told:
        return 0.0
    ahead = time.time() - parsedate_to_datetime(told).timestamp()
    return ahead if abs(ahead) >= 2 else 0.0
