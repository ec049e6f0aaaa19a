"""Appeals over HTTP."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from uploads_app.api import representation
from uploads_app.api.fields import TextField
from uploads_app.api.people import person
from uploads_app.api.schema import problems
from uploads_app.api.serializers import AppealSerializer
from uploads_app.services.access import own_file
from uploads_app.services.moderation.appeal import LONGEST, appeal


class AppealRequestSerializer(serializers.Serializer[Any]):
    text = TextField(max_length=LONGEST, lines=True, help_text="Why the picture should be shown.")


class AppealView(APIView):
    throttle_scope = "appeal"

    @extend_schema(
        operation_id="upload_appeal",
        summary="Ask staff to look again at one's rejected file, once",
        request=AppealRequestSerializer,
        responses={201: AppealSerializer, **problems(400, 401, 403, 404, 409, 413, 415, 429)},
    )
    def post(self, request: Request, file_id: UUID) -> Response:
        body = AppealRequestSerializer(data=request.data)
        own_file(request.user, file_id)  # whose it is not learns nothing of the body either
        body.is_valid(raise_exception=True)
        said = appeal(owner=person(request), file_id=file_id, **body.validated_data)
        return Response(representation.appeal(said), status=201)
