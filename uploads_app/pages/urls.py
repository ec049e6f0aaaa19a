"""Addresses of the pages of files."""

from django.urls import path

from uploads_app.pages.appeal import appeal_for_file
from uploads_app.pages.deleting import delete_chosen
from uploads_app.pages.file import one_file
from uploads_app.pages.files import my_files
from uploads_app.pages.report import report_picture
from uploads_app.pages.share import share_file
from uploads_app.pages.uploading import add_files

urlpatterns = [
    path("files/", my_files, name="files"),
    path("files/pictures", add_files, name="files-add"),
    path("files/delete", delete_chosen, name="files-delete"),
    path("files/<uuid:file_id>/", one_file, name="file"),
    path("files/<uuid:file_id>/share", share_file, name="file-share"),
    path("files/<uuid:file_id>/appeal", appeal_for_file, name="file-appeal"),
    path("files/<uuid:file_id>/report", report_picture, name="report"),
]
