from django.apps import AppConfig


class GigsConfig(AppConfig):
    name = "gigs"
    verbose_name = "Gigs"

    def ready(self) -> None:
        """Tells uploads_app what gigs use files for, and whether that is public."""
        from gigs.models import Gig, GigImage
        from gigs.services.attach_image import attaching_to
        from gigs.uses import GigUse, file_of_image, files_of_gig, files_of_person
        from uploads_app import visibility
        from uploads_app.models import UploadedFile
        from uploads_app.services.publishing.watching import watch
        from uploads_app.services.tus import uses
        from users.models import User

        visibility.register(GigUse())
        watch(Gig, ("published_at", "owner"), files_of_gig)
        watch(GigImage, ("gig", "file"), file_of_image, lambda image: [image.file_id])
        watch(User, ("is_active",), files_of_person)
        uses.register(UploadedFile.Category.GIG, "gig_id", attaching_to)
