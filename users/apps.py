from django.apps import AppConfig
from django.conf import settings


class UsersConfig(AppConfig):
    name = "users"
    verbose_name = "People"

    def ready(self) -> None:
        """Tells uploads_app what people use files for, whether that is public, and what comes round."""
        from django.contrib.auth.signals import user_logged_in

        from uploads_app import visibility
        from uploads_app.worker import periodic
        from users import checks, sessions  # noqa: F401  (checks register themselves)
        from users.counting import counts
        from users.services import login
        from users.staff import clock
        from users.uses import ProfileUse

        visibility.register(ProfileUse())
        user_logged_in.connect(clock.begin_with_login, dispatch_uid="staff.clock")
        periodic.register("logins.prune", lambda: settings.VITRINE_RECONCILE_EVERY, login.prune)
        periodic.register("throttles.prune", lambda: settings.VITRINE_RECONCILE_EVERY, counts.prune)
        periodic.register(
            "sessions.prune",
            lambda: settings.VITRINE_RECONCILE_EVERY,
            sessions.SessionStore.clear_expired,
        )
