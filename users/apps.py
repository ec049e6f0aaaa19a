from django.apps import AppConfig
from django.conf import settings


class UsersConfig(AppConfig):
    name = "users"
    verbose_name = "People"

    def ready(self) -> None:
        """Tells uploads_app what people use files for, whether that is public, and what comes round."""
        from uploads_app import visibility
        from uploads_app.worker import periodic
        from users import sessions, throttling
        from users.services import login
        from users.uses import ProfileUse

        visibility.register(ProfileUse())
        periodic.register("logins.prune", lambda: settings.VITRINE_RECONCILE_EVERY, login.prune)
        periodic.register("throttles.prune", lambda: settings.VITRINE_RECONCILE_EVERY, throttling.prune)
        periodic.register(
            "sessions.prune",
            lambda: settings.VITRINE_RECONCILE_EVERY,
            sessions.SessionStore.clear_expired,
        )
