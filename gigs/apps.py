from django.apps import AppConfig


class GigsConfig(AppConfig):
    name = "gigs"
    verbose_name = "Gigs"

    def ready(self) -> None:
        """Tells uploads_app what gigs use files for, and whether that is public."""
        from gigs.services.attach_image import attaching_to
        from gigs.uses import GigUse
        from uploads_app import visibility
        from uploads_app.models import UploadedFile
        from uploads_app.services.tus import uses

        visibility.register(GigUse())
        uses.register(UploadedFile.Category.GIG, "gig_id", attaching_to)
