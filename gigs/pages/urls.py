"""Addresses of the pages of gigs."""

from django.urls import path

from gigs.pages import making, my_gigs, pictures
from gigs.pages.buddies import buddies
from gigs.pages.gig import gig
from gigs.pages.marketplace import marketplace
from gigs.pages.profile import profile

urlpatterns = [
    path("", marketplace, name="marketplace"),
    path("gigs/", my_gigs.my_gigs, name="my-gigs"),
    path("gigs/new", making.new_gig, name="gig-new"),
    path("gigs/<int:gig_id>/", gig, name="gig-by-id"),
    path("gigs/<int:gig_id>-<slug:slug>/", gig, name="gig"),
    path("gigs/<int:gig_id>/edit", making.edit_gig, name="gig-edit"),
    path("gigs/<int:gig_id>/pictures", pictures.add_pictures, name="gig-pictures"),
    path("gigs/<int:gig_id>/arrange", pictures.arrange_pictures, name="gig-arrange"),
    path("gigs/<int:gig_id>/unpublish", making.unpublish_gig, name="gig-unpublish"),
    path("gigs/<int:gig_id>/delete", making.delete_gig, name="gig-delete"),
    path("people/<str:username>/", profile, name="profile"),
    path("buddies/", buddies, name="buddies"),
]
