"""What can go wrong, as exceptions with a stable code. They know no HTTP: config.errors gives the status."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


class VitrineError(Exception):
    """Base of every domain error.

    `code` is for programs and never changes; `str(error)` is a sentence for a person.
    """

    code: ClassVar[str] = "error"
    sentence: ClassVar[str] = "Something went wrong."

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail or self.sentence)


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field of the input that is missing or malformed."""

    field: str
    code: str
    detail: str


class Invalid(VitrineError):
    """The input is missing something or malformed; `errors` says what."""

    code = "invalid"
    sentence = "The request is missing something or is malformed."

    def __init__(self, errors: Sequence[FieldError], detail: str | None = None) -> None:
        super().__init__(detail)
        self.errors = tuple(errors)

    @classmethod
    def field(cls, field: str, detail: str, code: str = "invalid") -> "Invalid":
        """The error of a single field."""
        return cls([FieldError(field, code, detail)])


class NotAuthenticated(VitrineError):
    code = "not_authenticated"
    sentence = "Sign in to do this."


class PermissionDenied(VitrineError):
    code = "permission_denied"
    sentence = "You may see this, but it is not yours to change."


class NotFound(VitrineError):
    """Absent, or not the asker's to know of: the two are never told apart."""

    code = "not_found"
    sentence = "There is nothing here."


class Conflict(VitrineError):
    code = "conflict"
    sentence = "The present state does not allow this."


class Gone(VitrineError):
    """What was there for a while, and is over: its owner is told apart from whoever never had it."""

    code = "gone"
    sentence = "This is over."


class ChecksumMismatch(VitrineError):
    code = "checksum_mismatch"
    sentence = "The bytes that arrived do not come to their checksum. None was kept; send them again."


class UnknownVersion(VitrineError):
    """A protocol is spoken in a version that nobody here knows, or the version is not said."""

    code = "unknown_version"
    sentence = "This version of the protocol is not spoken here."


class QuotaExceeded(VitrineError):
    code = "quota_exceeded"
    sentence = "Your storage is full. Delete pictures that you no longer need, then try again."


class FileTooLarge(VitrineError):
    code = "file_too_large"
    sentence = "The file is larger than what is accepted."


class BannedImage(VitrineError):
    """An automatic check refuses the picture, above all as one that staff banned."""

    code = "banned_image"
    sentence = "This picture breaks the rules of this site and was banned from it. It cannot be uploaded."


class IdempotencyMismatch(VitrineError):
    code = "idempotency_mismatch"
    sentence = "This Idempotency-Key was used for another request."


class RangeNotSatisfiable(VitrineError):
    code = "range_not_satisfiable"
    sentence = "The range lies outside the file."

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size


class Throttled(VitrineError):
    code = "throttled"
    sentence = "That was too often. Wait a little, then try again."

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class Unavailable(VitrineError):
    """Database, storage or decoder is away. Nothing half-done stays; `retry_after` is in seconds."""

    code = "unavailable"
    sentence = "This cannot be done right now. Nothing was changed; try again in a moment."

    def __init__(self, detail: str | None = None, *, retry_after: int = 5) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
