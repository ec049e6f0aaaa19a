"""Uploading, by category. A room that attaches what is uploaded extends `UploadView`."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar, cast

from django.utils.datastructures import MultiValueDict
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from uploads_app.api.people import person
from uploads_app.api.representation import upload_response
from uploads_app.api.schema import IDEMPOTENCY_KEY, problems
from uploads_app.api.serializers import FileUploadResponseSerializer, FileUploadSerializer
from uploads_app.api.spool import SpooledUpload
from uploads_app.errors import Invalid
from uploads_app.models import UploadedFile
from uploads_app.services import idempotency
from uploads_app.services.spooling import Spooled
from uploads_app.services.upload import OnReady, upload

Data = dict[str, Any]
Method = TypeVar("Method", bound=Callable[..., Response])


class UploadView(APIView):
    """POST takes one picture in."""

    category: ClassVar[str]
    input_serializer: ClassVar[type[serializers.Serializer[Any]]] = FileUploadSerializer
    parser_classes = (MultiPartParser,)
    throttle_scope = "upload"

    def attachment(self, request: Request, data: Data) -> OnReady | None:
        """What else to do in the transaction that makes the file ready. Checks its input right away."""
        return None

    def post(self, request: Request) -> Response:
        body = self.input_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        spooled = only_file(request)
        return self._once(request, body.validated_data, spooled)

    def _once(self, request: Request, data: Data, spooled: Spooled) -> Response:
        """Runs the upload, or repeats the first answer of its Idempotency-Key."""
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return created(self._upload(request, data, spooled, None))
        held = idempotency.claim(person(request), idempotency.check_key(key), self._digest(data, spooled))
        if not isinstance(held, idempotency.Claim):
            return created(held, {"Idempotent-Replayed": "true"})
        try:
            return created(self._upload(request, data, spooled, held))
        except BaseException:
            idempotency.release(held)
            raise

    def _upload(
        self,
        request: Request,
        data: Data,
        spooled: Spooled,
        held: idempotency.Claim | None,
    ) -> Data:
        attach = self.attachment(request, data)

        def on_ready(file: UploadedFile) -> None:
            if attach is not None:
                attach(file)
            if held is not None:
                idempotency.settle(held, upload_response(file))

        file = upload(
            owner=person(request),
            category=self.category,
            spooled=spooled,
            alt_text=data["alt_text"],
            on_ready=on_ready,
        )
        return upload_response(file)

    def _digest(self, data: Data, spooled: Spooled) -> str:
        """The request in one hash: category, fields, name and bytes."""
        fields = {name: str(value) for name, value in data.items() if name != "file"}
        asked = [self.category, fields, spooled.name, spooled.sha256]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def upload_schema(
    summary: str, body: type[serializers.Serializer[Any]] = FileUploadSerializer
) -> Callable[[Method], Method]:
    """The schema of one upload call."""
    decorate: Callable[[Method], Method] = extend_schema(
        summary=summary,
        request={"multipart/form-data": body},
        parameters=[IDEMPOTENCY_KEY],
        responses={
            201: FileUploadResponseSerializer,
            **problems(400, 401, 403, 404, 409, 413, 415, 422, 429),
        },
    )
    return decorate


class ProfileUploadView(UploadView):
    category = UploadedFile.Category.PROFILE

    @upload_schema("Upload a profile picture")
    def post(self, request: Request) -> Response:
        return super().post(request)


class GeneralUploadView(UploadView):
    category = UploadedFile.Category.GENERAL

    @upload_schema("Upload a picture for general use")
    def post(self, request: Request) -> Response:
        return super().post(request)


def only_file(request: Request) -> Spooled:
    """The one file of a body. Raises Invalid."""
    files = cast("MultiValueDict[str, SpooledUpload]", request.FILES).getlist("file")
    if len(files) != 1:
        raise Invalid.field("file", "Exactly one file, please.")
    return files[0].spooled


def created(answer: Data, headers: dict[str, str] | None = None) -> Response:
    """FileUploadResponse, with its Location."""
    return Response(answer, status=201, headers={"Location": answer["file_url"], **(headers or {})})
