from django.apps import AppConfig
from django.conf import settings


class UsersConfig(AppConfig):
    name = "users"
    verbose_name = "People"

    def ready(self) -> None:
        """Tells uploads_app what people use files for, whether that is public, and what comes round."""
        from django.contrib.auth.signals import user_logged_in

        from uploads_app import visibility
        from uploads_app.services.publishing.watching import watch
        from uploads_app.worker import periodic
        from users import checks, sessions  # noqa: F401  (checks register themselves)
        from users.counting import counts
        from users.models import Profile, User
        from users.services import login
        from users.staff import clock
        from users.uses import ProfileUse, files_of_profile

        visibility.register(ProfileUse())
        watch(Profile, ("is_public", "image", "user"), files_of_profile, lambda profile: [profile.image_id])
        watch(User, ("is_active",), files_of_profile)
        user_logged_in.connect(clock.begin_with_login, dispatch_uid="staff.clock")
        periodic.register("logins.prune", lambda: settings.VITRINE_RECONCILE_EVERY, login.prune)
        periodic.register("throttles.prune", lambda: settings.VITRINE_RECONCILE_EVERY, counts.prune)
        periodic.register(
            "sessions.prune",
            lambda: settings.VITRINE_RECONCILE_EVERY,
            sessions.SessionStore.clear_expired,
        )
