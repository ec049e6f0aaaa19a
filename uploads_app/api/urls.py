"""Addresses of files, without a final slash."""

from django.urls import path

from uploads_app.api import appeal, direct, edits, files, renditions, report, share, tus, uploads

urlpatterns = [
    path("api/upload/profile", uploads.ProfileUploadView.as_view()),
    path("api/upload/general", uploads.GeneralUploadView.as_view()),
    path("api/upload/my-files", files.MyFilesView.as_view()),
    path("api/upload/config", files.ImageValidationConfigView.as_view()),
    path("api/upload/usage", files.StorageUsageView.as_view()),
    path("api/upload/direct", direct.DirectUploadView.as_view()),
    path("api/upload/direct/<str:token>", direct.DirectSendView.as_view()),
    path("api/upload/tus", tus.TusUploadsView.as_view()),
    path("api/upload/tus/<uuid:upload_id>", tus.TusUploadView.as_view()),
    path("api/upload/<uuid:file_id>/complete", direct.DirectCompleteView.as_view()),
    # GET and HEAD of these two are answered before (config.middleware.PicturesFirst).
    path("api/upload/<uuid:file_id>", files.FileView.as_view()),
    path("api/upload/<uuid:file_id>/<slug:preset>.<slug:extension>", renditions.RenditionView.as_view()),
    path("api/upload/<uuid:file_id>/share", share.ShareView.as_view()),
    path("api/upload/<uuid:file_id>/report", report.ReportView.as_view()),
    path("api/upload/<uuid:file_id>/appeal", appeal.AppealView.as_view()),
    path("api/upload/<uuid:file_id>/edits", edits.EditsView.as_view()),
    path("api/upload/<uuid:file_id>/metadata", files.FileMetadataView.as_view()),
]
