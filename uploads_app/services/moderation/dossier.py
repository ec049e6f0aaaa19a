"""All that staff should know of one file before they decide on it, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db.models import Count, Q, Sum

from uploads_app import visibility
from uploads_app.models import Appeal, BannedPicture, ModerationEvent, Report, UploadedFile
from uploads_app.services.moderation.bans import standing_ban
from uploads_app.services.moderation.copies import Copy, present_copies
from uploads_app.services.moderation.powers import Power, has
from uploads_app.services.moderation.standing import TRANSITIONS, Action
from uploads_app.visibility import UsedBy

MOST = 100  # reports and steps of the history that are shown in full
SIMILAR = 12  # pictures
_READY = UploadedFile.Lifecycle.READY


@dataclass(frozen=True, slots=True)
class OwnerRecord:
    """How somebody's files fared. Counts are of files that are there, but for `reports`, which are all, and
    `bans`, which are those that stand."""

    since: datetime
    files: int
    approved: int
    rejected: int
    open_reports: int
    reports: int
    bans: int


@dataclass(frozen=True, slots=True)
class Dossier:
    """Lists are newest first and MOST long at most; `reasons` counts all reports, as (reason, count).

    `ban` is the one that stands on the file's bytes; `similar` are the SIMILAR nearest pictures.
    """

    uses: list[UsedBy]
    record: OwnerRecord | None
    reasons: list[tuple[str, int]]
    reports: list[Report]
    events: list[ModerationEvent]
    appeals: list[Appeal]
    ban: BannedPicture | None
    similar: list[Copy]


def dossier(file: UploadedFile) -> Dossier:
    """Of a file fetched with its owner. Reports come with who made them: whose names are shown is for
    the caller to judge."""
    reports = Report.objects.filter(file=file)
    counted = reports.order_by().values("reason").annotate(many=Count("pk")).order_by("-many", "reason")
    return Dossier(
        uses=visibility.used_by([file.pk]).get(file.pk, []),
        record=None if file.owner is None else owner_record(file.owner),
        reasons=[(row["reason"], row["many"]) for row in counted],
        reports=list(reports.select_related("reporter").order_by("-pk")[:MOST]),
        events=list(file.moderation_events.defer("evidence").order_by("-pk")[:MOST]),
        appeals=list(file.appeals.order_by("-pk")[:MOST]),
        ban=standing_ban(file),
        similar=present_copies(file, most=SIMILAR) if file.is_active else [],
    )


def owner_record(owner: Any) -> OwnerRecord:
    """Three queries, each bounded by what this person has."""
    counted = UploadedFile.objects.filter(owner=owner.pk, lifecycle=_READY).aggregate(
        files=Count("pk"),
        approved=Count("pk", filter=Q(moderation="approved")),
        rejected=Count("pk", filter=Q(moderation="rejected")),
        open_reports=Sum("reports_open", default=0),
    )
    theirs = Q(file__owner=owner.pk)
    return OwnerRecord(
        since=owner.date_joined,
        reports=Report.objects.filter(theirs).count(),
        bans=BannedPicture.objects.filter(theirs, lifted_at__isnull=True).count(),
        **counted,
    )


def open_steps(file: UploadedFile, by: AbstractUser, known: Dossier) -> set[Action]:
    """What this person may do with the file as it stands. Only for what to offer: the services ask again."""
    if file.owner_id == by.pk:
        return set()
    allowed = _decisions(file, by, known.events) if file.is_active and has(by, Power.DECIDE) else set()
    if has(by, Power.HOLD):
        if file.legal_hold:
            allowed.add(Action.RELEASE)
        elif file.is_active:
            allowed.add(Action.HOLD)
        if file.is_active:
            allowed.add(Action.TAKEDOWN)
    if has(by, Power.BAN):
        if file.is_active and has(by, Power.DECIDE):
            allowed.add(Action.BAN)
        if known.ban is not None:
            allowed.add(Action.LIFT_BAN)
    return allowed


def _decisions(file: UploadedFile, by: AbstractUser, events: Sequence[ModerationEvent]) -> set[Action]:
    steps = {step for step in (Action.APPROVE, Action.REJECT) if file.moderation in TRANSITIONS[step]}
    if not has(by, Power.HOLD) and any(event.action == Action.TAKEDOWN for event in events):
        steps.discard(Action.APPROVE)
    last = next(iter(events), None)
    if last is not None and last.actor_id == by.pk and last.action in (Action.APPROVE, Action.REJECT):
        steps.add(Action.UNDO)
    return steps | {Action.NOTE}
