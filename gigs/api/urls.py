"""Addresses of gigs, without a final slash."""

from django.urls import path

from gigs.api import buddies, gigs, images

urlpatterns = [
    path("api/gigs", gigs.GigListView.as_view()),
    path("api/gigs/<int:gig_id>", gigs.GigView.as_view()),
    path("api/gigs/<int:gig_id>/publish", gigs.GigPublishView.as_view()),
    path("api/gigs/<int:gig_id>/unpublish", gigs.GigUnpublishView.as_view()),
    path("api/buddies/recommendations", buddies.RecommendationsView.as_view()),
    path("api/upload/gig", images.GigUploadView.as_view()),
    path("api/upload/gig-images/<int:gig_id>", images.GigImagesView.as_view()),
]
