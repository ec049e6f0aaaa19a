from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "users"
    verbose_name = "People"

    def ready(self) -> None:
        """Tells uploads_app what people use files for, and whether that is public."""
        from uploads_app import visibility
        from users.uses import ProfileUse

        visibility.register(ProfileUse())
