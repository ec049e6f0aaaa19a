"""Recommended people over HTTP. Here, and not among people, as gigs speak for them too."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gigs.services.recommend import DEFAULT, MOST, recommend
from uploads_app.api.schema import problems
from users.api.people import person
from users.api.representation import listed
from users.api.serializers import ListedPersonSerializer
from users.faces import faces_in_sizes


class RecommendationQuerySerializer(serializers.Serializer[Any]):
    limit = serializers.IntegerField(min_value=1, max_value=MOST, required=False, default=DEFAULT)


class RecommendationSerializer(ListedPersonSerializer):
    reason = serializers.CharField(help_text="A sentence for people.")


class RecommendationListSerializer(serializers.Serializer[Any]):
    results = RecommendationSerializer(many=True)


class RecommendationsView(APIView):
    @extend_schema(
        operation_id="buddy_recommendations",
        summary="People by shared buddies and gig tags, the best first",
        parameters=[RecommendationQuerySerializer],
        responses={200: RecommendationListSerializer, **problems(400, 401)},
    )
    def get(self, request: Request) -> Response:
        query = RecommendationQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        found = recommend(person(request), **query.validated_data)
        faces = faces_in_sizes([one.person for one in found], request.user)
        return Response(
            {"results": [listed(one.person, faces[one.person.pk]) | {"reason": one.reason} for one in found]}
        )
