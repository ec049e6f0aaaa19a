"""Direct uploads over HTTP: announce, send (where the storage is ours alone), complete."""

from typing import Any
from uuid import UUID

from django.core.validators import RegexValidator
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from uploads_app.api.fields import TextField, WholeNumberField
from uploads_app.api.people import person
from uploads_app.api.representation import upload_response
from uploads_app.api.schema import IDEMPOTENCY_KEY, problems
from uploads_app.api.serializers import CATEGORIES, FileUploadResponseSerializer, PictureField
from uploads_app.api.spool import SpoolUploadHandler
from uploads_app.api.uploads import created, only_file
from uploads_app.models import DirectUpload
from uploads_app.services.direct.begin import Announced, begin
from uploads_app.services.direct.begin_once import begin_once
from uploads_app.services.direct.complete import complete
from uploads_app.services.direct.permit import read_permit
from uploads_app.services.direct.receive import receive
from uploads_app.services.direct.way import way_of

_SHA256 = r"^[0-9a-fA-F]{64}\Z"


class DirectUploadRequestSerializer(serializers.Serializer[Any]):
    """What is said of a picture before it is sent."""

    upload_category = serializers.ChoiceField(choices=CATEGORIES)
    filename = TextField(max_length=255, trim_whitespace=False)
    content_type = TextField(max_length=100, help_text="image/jpeg, image/png or image/webp.")
    file_size = WholeNumberField(min_value=1, help_text="Bytes.")
    sha256 = TextField(
        trim_whitespace=False, validators=[RegexValidator(_SHA256)], help_text="Of the bytes, in hex."
    )

    def announced(self) -> Announced:
        """What was checked, for the service."""
        data = self.validated_data
        return Announced(
            category=data["upload_category"],
            filename=data["filename"],
            content_type=data["content_type"].lower(),
            size=data["file_size"],
            sha256=data["sha256"].lower(),
        )


class DirectFormSerializer(serializers.Serializer[Any]):
    """A form to be sent as multipart/form-data: all `fields`, then the picture as the field `file`."""

    method = serializers.ChoiceField(choices=("POST",))
    url = serializers.URLField()
    fields = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]  # the contract's name
    headers = serializers.DictField(child=serializers.CharField())
    expires_at = serializers.DateTimeField()


class DirectUploadSerializer(serializers.Serializer[Any]):
    file_id = serializers.UUIDField(help_text="Of the file, once the upload is complete.")
    upload = DirectFormSerializer()


class SentPictureSerializer(serializers.Serializer[Any]):
    """The form of a direct upload to this server."""

    file = PictureField()


class DirectUploadView(APIView):
    throttle_scope = "upload"

    @extend_schema(
        operation_id="upload_direct",
        summary="Announce a picture whose bytes go straight to the storage",
        request=DirectUploadRequestSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: DirectUploadSerializer, **problems(400, 401, 403, 409, 413, 415, 422, 429)},
    )
    def post(self, request: Request) -> Response:
        body = DirectUploadRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        owner, announced = person(request), body.announced()
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return _begun(request, begin(owner=owner, announced=announced))
        row, replayed = begin_once(owner, announced, key)
        return _begun(request, row, {"Idempotent-Replayed": "true"} if replayed else {})


class DirectSendView(APIView):
    """Answers as S3 answers its forms. Who sends is not asked: the address says all."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="upload_direct_send",
        summary="Send the bytes of a direct upload to this server",
        request={"multipart/form-data": SentPictureSerializer},
        responses={204: None, **problems(400, 403, 404, 409, 413, 415, 429)},
        auth=[],
    )
    def post(self, request: Request, token: str) -> Response:
        permit = read_permit(token)
        # From here on the body may be read, and no more of it than was announced.
        request._request.upload_handlers = [SpoolUploadHandler(request._request, permit.size)]
        spooled = only_file(request)
        receive(permit, request.POST.dict(), spooled)
        return Response(status=204)


class DirectCompleteView(APIView):
    @extend_schema(
        operation_id="upload_complete",
        summary="Make a file of a direct upload whose bytes have arrived",
        request=None,
        responses={201: FileUploadResponseSerializer, **problems(401, 403, 404, 409, 413, 415, 422, 429)},
    )
    def post(self, request: Request, file_id: UUID) -> Response:
        return created(upload_response(complete(person(request), file_id)))


def _begun(request: Request, row: DirectUpload, headers: dict[str, str] | None = None) -> Response:
    way = way_of(row)
    upload = {
        "method": "POST",
        "url": request.build_absolute_uri(way.url),
        "fields": way.fields,
        "headers": {},
        "expires_at": way.expires_at.isoformat().replace("+00:00", "Z"),
    }
    return Response({"file_id": str(row.pk), "upload": upload}, status=201, headers=headers)
