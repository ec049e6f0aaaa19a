"""What a file's standing may become by which step: the table, and the columns that follow from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from uploads_app.errors import Conflict
from uploads_app.models import ModerationEvent, UploadedFile

Action = ModerationEvent.Action
_State, _Withheld, _Rank = UploadedFile.Moderation, UploadedFile.Withheld, UploadedFile.QueueRank
_NEW, _GOOD, _BAD = _State.UNREVIEWED, _State.APPROVED, _State.REJECTED

# From which states each step leads where. What is not here is refused.
TRANSITIONS: Mapping[Action, Mapping[str, str]] = {
    Action.APPROVE: {_NEW: _GOOD, _BAD: _GOOD, _GOOD: _GOOD},  # the last is an answer to reports
    Action.REJECT: {_NEW: _BAD, _GOOD: _BAD},
    Action.TAKEDOWN: {_NEW: _BAD, _GOOD: _BAD, _BAD: _BAD},
    Action.WITHHOLD: {_NEW: _NEW, _GOOD: _NEW},
    Action.RETURN: {_GOOD: _NEW},
    Action.APPEAL: {_BAD: _NEW},
}
_REFUSALS: Mapping[Action, str] = {
    Action.REJECT: "It is rejected already.",
    Action.APPEAL: "Only a rejected file can be appealed for.",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A file's place in moderation."""

    state: str
    withheld: str = ""
    reports_open: int = 0

    @property
    def rank(self) -> int:
        """Where it stands in the queue."""
        if self.withheld == _Withheld.APPEAL:
            return _Rank.APPEAL
        if self.withheld:
            return _Rank.WITHHELD
        if self.state == _BAD:
            return _Rank.OUT
        if self.reports_open:
            return _Rank.REPORTED
        return _Rank.PLAIN if self.state == _NEW else _Rank.OUT

    def columns(self) -> dict[str, Any]:
        """The same as the columns of a file."""
        return {
            "moderation": self.state,
            "withheld": self.withheld,
            "reports_open": self.reports_open,
            "queue_rank": self.rank,
        }


def standing_of(file: UploadedFile) -> Standing:
    return Standing(file.moderation, file.withheld, file.reports_open)


def after(file: UploadedFile, action: Action, *, withheld: str = "") -> Standing:
    """Where a step leads a file. Reports stay open until somebody decides. Raises Conflict by the table."""
    to_state = TRANSITIONS[action].get(file.moderation)
    if to_state is None:
        raise Conflict(_REFUSALS.get(action, "The present state does not allow this."))
    decided = action in (Action.APPROVE, Action.REJECT, Action.TAKEDOWN)
    return Standing(to_state, withheld, 0 if decided else file.reports_open)
