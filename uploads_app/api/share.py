"""Signed links over HTTP."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from uploads_app.api.fields import WholeNumberField
from uploads_app.api.schema import problems
from uploads_app.services.access import own_file
from uploads_app.services.share import LONGEST, SHORTEST, share


class ShareRequestSerializer(serializers.Serializer[Any]):
    expires_in = WholeNumberField(min_value=SHORTEST, max_value=LONGEST, help_text="Seconds.")


class ShareLinkSerializer(serializers.Serializer[Any]):
    url = serializers.CharField(help_text="An absolute path; whoever has it sees the picture.")
    expires_at = serializers.DateTimeField()


class ShareView(APIView):
    @extend_schema(
        operation_id="upload_share",
        summary="Make a signed link to a file",
        request=ShareRequestSerializer,
        responses={200: ShareLinkSerializer, **problems(400, 401, 403, 404, 409, 413, 415, 429)},
    )
    def post(self, request: Request, file_id: UUID) -> Response:
        body = ShareRequestSerializer(data=request.data)
        file = own_file(request.user, file_id)
        body.is_valid(raise_exception=True)
        link = share(file.pk, body.validated_data["expires_in"], file.share_epoch)
        return Response(
            {
                "url": f"{file.get_absolute_url()}?share={link.token}",
                "expires_at": link.expires_at.isoformat().replace("+00:00", "Z"),
            }
        )
