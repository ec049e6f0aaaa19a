"""Uploads in parts over HTTP, by the tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload)."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import UnreadablePostError
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from uploads_app.api import tus_headers as headers
from uploads_app.api.people import person
from uploads_app.api.representation import Json, upload_response
from uploads_app.api.tus_schema import ENDING, INSTEAD, READING, SENDING, STARTING
from uploads_app.api.tus_wanted import wanted
from uploads_app.errors import Conflict, NotFound, VitrineError
from uploads_app.images.errors import ImageError
from uploads_app.models import TusUpload
from uploads_app.services.access import own_file
from uploads_app.services.tus.begin import begin
from uploads_app.services.tus.begin_once import begin_once
from uploads_app.services.tus.end import end, refuse
from uploads_app.services.tus.find import anew, own, require_usable, usable
from uploads_app.services.tus.receive import Body, receive

_PIECE = 256 * 1024  # bytes that are read at once
_State = TusUpload.State


class UnreadParser(BaseParser):
    """Leaves the bytes to the view. Without a parser for them, asking for a form's token would be an error."""

    media_type = headers.BYTES

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        return {}


class TusView(APIView):
    """What all answers of the protocol have in common."""

    parser_classes = (UnreadParser,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in ("POST", "PATCH", "HEAD", "DELETE"):
            headers.require_version(request)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return Response(status=204, headers=headers.abilities())

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        for name, said in headers.of_every_answer(answer.status_code).items():
            answer[name] = said
        return answer


class TusUploadsView(TusView):
    throttle_scope = "upload"

    @extend_schema(**STARTING)
    def post(self, request: Request) -> Response:
        headers.require_offered(request)
        owner, asked, body = person(request), wanted(request), _body(request)
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return _begun(_first_bytes(request, begin(owner=owner, wanted=asked), body))
        row, replayed = begin_once(owner, asked, key)
        if replayed:
            return _begun(row, {"Idempotent-Replayed": "true"})
        return _begun(_first_bytes(request, row, body))


class TusUploadView(TusView):
    @property
    def throttle_scope(self) -> str | None:
        return "part" if self.request.method in ("PATCH", "POST") else None

    @extend_schema(**READING)
    def get(self, request: Request, upload_id: UUID) -> Response:
        row = own(person(request), upload_id)
        if row.refusal is None:
            require_usable(row)
        return Response(_shown(request, row), headers=headers.progress(row))

    def head(self, request: Request, upload_id: UUID) -> Response:
        row = usable(person(request), upload_id)
        said = {"Upload-Metadata": row.metadata} if row.metadata else {}
        length = {"Upload-Length": str(row.file_size), "Cache-Control": "no-store"}
        return Response(headers=headers.progress(row) | length | said)

    @extend_schema(**SENDING)
    def patch(self, request: Request, upload_id: UUID) -> Response:
        headers.require_bytes(request)
        start, body = headers.number(request, "Upload-Offset"), _body(request)
        row = receive(person(request), usable(person(request), upload_id), start, body)
        return Response(status=204, headers=headers.progress(row))

    @extend_schema(**ENDING)
    def delete(self, request: Request, upload_id: UUID) -> Response:
        end(usable(person(request), upload_id))
        return Response(status=204)

    @extend_schema(**INSTEAD)
    def post(self, request: Request, upload_id: UUID) -> Response:
        """For clients between which and us some methods do not get through: a header says which is meant."""
        meant = {"PATCH": self.patch, "DELETE": self.delete, "HEAD": self.head}
        method = request.headers.get("X-HTTP-Method-Override", "").upper()
        if method not in meant:
            raise MethodNotAllowed("POST")
        answer: Response = meant[method](request, upload_id)
        return answer


def _begun(row: TusUpload, said: dict[str, str] | None = None) -> Response:
    where = {"Location": f"/api/upload/tus/{row.pk}"}
    return Response(status=201, headers=headers.progress(row) | where | (said or {}))


def _body(request: Request) -> Body:
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length:
        headers.require_bytes(request)
    else:
        headers.require_no_chunks(request)
    return Body(length, _pieces(request), headers.checksum(request))


def _pieces(request: Request) -> Iterator[bytes]:
    """What arrives of a body. Of one that is cut off, what came before."""
    try:
        while piece := request._request.read(_PIECE):
            yield piece
    except UnreadablePostError:
        return


def _first_bytes(request: Request, row: TusUpload, body: Body) -> TusUpload:
    """Bytes that came with the request to begin. What cannot be done with them now is done when they are sent again.

    Whatever else is wrong with them ends the upload, since its sender does not know its address yet; unless they
    do, by their Idempotency-Key, and go on with it meanwhile.
    """
    try:
        return receive(person(request), row, 0, body)
    except (VitrineError, ImageError) as error:
        if error.code == "unavailable":
            return anew(row)
        if isinstance(error, Conflict) and (now := anew(row)).state != _State.FAILED:
            return now
        refuse(row, error)
        raise


class _Refused(VitrineError):
    """An error that ended an upload, as its row keeps it."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code  # type: ignore[misc]  # of this one alone


def _shown(request: Request, row: TusUpload) -> Json:
    state = {_State.DONE: "done", _State.FAILED: "refused"}.get(_State(row.state), "open")
    problem = None
    if row.refusal is not None:
        handler: Any = api_settings.EXCEPTION_HANDLER
        problem = handler(_Refused(**row.refusal), {}).data
    return {
        "state": state,
        "offset": row.offset,
        "length": row.file_size,
        "expires_at": row.expires_at.isoformat().replace("+00:00", "Z"),
        "file": _file(request, row) if state == "done" else None,
        "problem": problem,
    }


def _file(request: Request, row: TusUpload) -> Json | None:
    """The file as any upload answers it; None once it was deleted."""
    try:
        return upload_response(own_file(person(request), row.pk))
    except NotFound:
        return None
