"""The pictures of a gig over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gigs.api import serializers as shapes
from gigs.api.representation import image_list
from gigs.api.schema import ANYBODY, GIG_ID
from gigs.services.access import own_gig, visible_gig
from gigs.services.attach_image import attaching
from gigs.services.set_images import set_images
from uploads_app.api.people import person
from uploads_app.api.schema import problems
from uploads_app.api.uploads import UploadView, upload_schema
from uploads_app.models import UploadedFile
from uploads_app.services.upload import OnReady


class GigImagesView(APIView):
    permission_classes = (IsAuthenticatedOrReadOnly,)

    @extend_schema(
        operation_id="gig_images_read",
        summary="A gig's pictures in order; the first is the cover",
        parameters=[GIG_ID],
        responses={200: shapes.GigImageListSerializer, **problems(401, 404)},
        auth=ANYBODY,
    )
    def get(self, request: Request, gig_id: int) -> Response:
        return Response(image_list(visible_gig(request.user, gig_id), request.user))

    @extend_schema(
        operation_id="gig_images_update",
        summary="Replace and reorder a gig's pictures, as one step",
        parameters=[GIG_ID],
        request=shapes.GigImageUpdateSerializer,
        responses={200: shapes.GigImageListSerializer, **problems(400, 401, 403, 404, 409, 413, 415, 429)},
    )
    def put(self, request: Request, gig_id: int) -> Response:
        gig = own_gig(person(request), gig_id)
        body = shapes.GigImageUpdateSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        gig = set_images(gig=gig, file_ids=body.validated_data["file_ids"], crops=body.wanted_crops())
        return Response(image_list(gig, request.user))


class GigUploadView(UploadView):
    category = UploadedFile.Category.GIG
    input_serializer = shapes.GigFileUploadSerializer

    @upload_schema("Upload a picture for a gig, and put it into one", shapes.GigFileUploadSerializer)
    def post(self, request: Request) -> Response:
        return super().post(request)

    def attachment(self, request: Request, data: dict[str, Any]) -> OnReady | None:
        if "gig_id" not in data:
            return None
        return attaching(own_gig(person(request), data["gig_id"]))
