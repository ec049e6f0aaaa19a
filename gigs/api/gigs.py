"""Gigs over HTTP: list, make, see, change, delete, publish."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gigs.api import serializers as shapes
from gigs.api.representation import detail, summary
from gigs.api.schema import ANYBODY, GIG_ID
from gigs.pictures import cover_of
from gigs.services.access import own_gig, visible_gig
from gigs.services.create import create
from gigs.services.delete import delete
from gigs.services.publish import publish
from gigs.services.search import search_gigs
from gigs.services.unpublish import unpublish
from gigs.services.update import update
from uploads_app import pagination
from uploads_app.api.people import person
from uploads_app.api.schema import problems


class GigListView(APIView):
    permission_classes = (IsAuthenticatedOrReadOnly,)

    @extend_schema(
        operation_id="gig_list",
        summary="Published gigs, with their covers",
        parameters=[shapes.GigListQuerySerializer],
        responses={200: shapes.GigListSerializer, **problems(400, 401)},
        auth=ANYBODY,
    )
    def get(self, request: Request) -> Response:
        query = shapes.GigListQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        page = search_gigs(viewer=request.user, wanted=query.wanted())
        return Response(
            {
                "next": pagination.link(request.path, request.query_params, page.next),
                "previous": pagination.link(request.path, request.query_params, page.previous),
                "results": [summary(gig, cover_of(gig)) for gig in page.rows],
            }
        )

    @extend_schema(
        operation_id="gig_create",
        summary="Make a gig; a draft at first",
        request=shapes.GigCreateSerializer,
        responses={201: shapes.GigDetailSerializer, **problems(400, 401, 403, 413, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        body = shapes.GigCreateSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        gig = create(owner=person(request), **body.validated_data)
        return Response(detail(gig, request.user), status=201, headers={"Location": f"/api/gigs/{gig.pk}"})


class GigView(APIView):
    permission_classes = (IsAuthenticatedOrReadOnly,)

    @extend_schema(
        operation_id="gig_read",
        summary="A gig with its pictures; drafts are their owner's alone",
        parameters=[GIG_ID],
        responses={200: shapes.GigDetailSerializer, **problems(401, 404)},
        auth=ANYBODY,
    )
    def get(self, request: Request, gig_id: int) -> Response:
        return Response(detail(visible_gig(request.user, gig_id), request.user))

    @extend_schema(
        operation_id="gig_update",
        summary="Change what a gig says",
        parameters=[GIG_ID],
        request=shapes.GigUpdateSerializer,
        responses={200: shapes.GigDetailSerializer, **problems(400, 401, 403, 404, 409, 413, 415, 429)},
    )
    def patch(self, request: Request, gig_id: int) -> Response:
        gig = own_gig(person(request), gig_id)
        body = shapes.GigUpdateSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(detail(update(gig=gig, changes=body.validated_data), request.user))

    @extend_schema(
        operation_id="gig_delete",
        summary="Delete a gig; its pictures stay among one's files",
        parameters=[GIG_ID],
        responses={204: None, **problems(401, 403, 404, 429)},
    )
    def delete(self, request: Request, gig_id: int) -> Response:
        delete(gig=own_gig(person(request), gig_id))
        return Response(status=204)


class GigPublishView(APIView):
    @extend_schema(
        operation_id="gig_publish",
        summary="Show a gig to everybody",
        parameters=[GIG_ID],
        request=None,
        responses={200: shapes.GigDetailSerializer, **problems(401, 403, 404, 409, 429)},
    )
    def post(self, request: Request, gig_id: int) -> Response:
        return Response(detail(publish(gig=own_gig(person(request), gig_id)), request.user))


class GigUnpublishView(APIView):
    @extend_schema(
        operation_id="gig_unpublish",
        summary="Make a gig a draft again",
        parameters=[GIG_ID],
        request=None,
        responses={200: shapes.GigDetailSerializer, **problems(401, 403, 404, 429)},
    )
    def post(self, request: Request, gig_id: int) -> Response:
        return Response(detail(unpublish(gig=own_gig(person(request), gig_id)), request.user))
