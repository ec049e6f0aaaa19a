"""When nothing is repaired: where so much is wrong, or so new, that it is rather the database that is."""

from __future__ import annotations

from collections.abc import Iterator

from uploads_app.errors import Conflict
from uploads_app.services import naming
from uploads_app.services.backup import restored
from uploads_app.services.backup.hold import under_way
from uploads_app.services.fsck.check import Check
from uploads_app.services.fsck.findings import OF_PAIRS, Finding, Kind
from uploads_app.services.fsck.repair import repair
from uploads_app.services.storage_check import in_use

_FEW = 10  # findings that are no sign of anything, in however small a house
_CLOCKS = 60  # seconds by which the clocks of database and storage may differ


def repaired(check: Check, max_ratio: float) -> Iterator[tuple[Finding, bool]]:
    """Checks all, then mends all: each finding, and whether it is mended.

    Raises Conflict before anything is changed when more than `max_ratio` of the keys that rows name are
    wrong, when stored bytes are newer than the database, unless the check is one after a restore, or while
    a backup is made. Raises what the check raises.
    """
    if under_way().exists():
        raise Conflict("A backup is being made: what it counts on must stay. Repair after it.")
    most = max(_FEW, int(max_ratio * naming.count(in_use())))
    moment = restored.last_known().timestamp()
    findings: list[Finding] = []
    suspicious = 0
    for finding in check:
        findings.append(finding)
        suspicious += finding.kind in OF_PAIRS
        if suspicious > most:
            raise Conflict(
                f"More than {most} files are missing, corrupt, deleted or nobody's: database and storage "
                "seem not to belong together. Nothing was repaired; --max-ratio allows more."
            )
        if finding.kind == Kind.ORPHAN and finding.changed > moment + _CLOCKS and not check.after_restore:
            raise Conflict(
                f"{finding.key} is newer than all that the database knows: it seems to be restored from a "
                "backup. Nothing was repaired; --after-restore keeps what is newer."
            )
    for finding in findings:
        yield finding, repair(finding)
