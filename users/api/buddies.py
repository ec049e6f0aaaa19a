"""Favourites over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from uploads_app import pagination
from uploads_app.api.schema import problems
from users.api import serializers as shapes
from users.api.people import person
from users.api.representation import listed
from users.api.schema import USERNAME
from users.faces import faces_in_sizes
from users.services.buddies import add_buddy, buddies_of, remove_buddy


class BuddiesView(APIView):
    @extend_schema(
        operation_id="buddy_list",
        summary="One's favourites, the latest first",
        parameters=[shapes.BuddyListQuerySerializer],
        responses={200: shapes.BuddyListSerializer, **problems(400, 401)},
    )
    def get(self, request: Request) -> Response:
        query = shapes.BuddyListQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        page = buddies_of(person(request), **query.validated_data)
        faces = faces_in_sizes([row.buddy for row in page.rows], request.user)
        return Response(
            {
                "next": pagination.link(request.path, request.query_params, page.next),
                "previous": pagination.link(request.path, request.query_params, page.previous),
                "results": [listed(row.buddy, faces[row.buddy_id]) for row in page.rows],
            }
        )


class BuddyView(APIView):
    @extend_schema(
        operation_id="buddy_add",
        summary="Make somebody a favourite",
        parameters=[USERNAME],
        request=None,
        responses={204: None, **problems(400, 401, 403, 404, 429)},
    )
    def put(self, request: Request, username: str) -> Response:
        add_buddy(person=person(request), username=username)
        return Response(status=204)

    @extend_schema(
        operation_id="buddy_remove",
        summary="Take a favourite back",
        parameters=[USERNAME],
        responses={204: None, **problems(400, 401, 403, 404, 429)},
    )
    def delete(self, request: Request, username: str) -> Response:
        remove_buddy(person=person(request), username=username)
        return Response(status=204)
