from django.apps import AppConfig


class GigsConfig(AppConfig):
    name = "gigs"
    verbose_name = "Gigs"

    def ready(self) -> None:
        """Tells uploads_app what gigs use files for, and whether that is public."""
        from gigs.uses import GigUse
        from uploads_app import visibility

        visibility.register(GigUse())
