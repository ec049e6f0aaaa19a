"""Reports over HTTP."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from uploads_app.api.fields import TextField
from uploads_app.api.people import person
from uploads_app.api.schema import problems
from uploads_app.models import Reason
from uploads_app.services.report import report


class ReportRequestSerializer(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=Reason.values)
    detail = TextField(max_length=1000, required=False, allow_blank=True, default="", lines=True)


class ReportView(APIView):
    throttle_scope = "report"

    @extend_schema(
        operation_id="upload_report",
        summary="Tell staff that something is wrong with a picture, once",
        request=ReportRequestSerializer,
        responses={202: None, **problems(400, 401, 403, 404, 409, 413, 415, 429)},
    )
    def post(self, request: Request, file_id: UUID) -> Response:
        body = ReportRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        report(person=person(request), file_id=file_id, **body.validated_data)
        return Response(status=202)
