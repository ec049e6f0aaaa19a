from django.apps import AppConfig


class UploadsConfig(AppConfig):
    name = "uploads_app"
    verbose_name = "Files"
