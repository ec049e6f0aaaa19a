"""Addresses of the pages of gigs."""

from django.urls import path

from uploads_app.pages.unbuilt import unbuilt

urlpatterns = [
    path("", unbuilt, name="marketplace"),
    path("gigs/", unbuilt, name="my-gigs"),
    path("gigs/new", unbuilt, name="gig-new"),
    path("gigs/<int:gig_id>-<slug:slug>/", unbuilt, name="gig"),
    path("gigs/<int:gig_id>/edit", unbuilt, name="gig-edit"),
    path("people/<str:username>/", unbuilt, name="profile"),
    path("buddies/", unbuilt, name="buddies"),
]
