"""Addresses of the pages of files."""

from django.urls import path

from uploads_app.pages.unbuilt import unbuilt

urlpatterns = [
    path("files/", unbuilt, name="files"),
    path("files/<uuid:file_id>/", unbuilt, name="file"),
]
