from django.apps import AppConfig
from django.conf import settings


class UploadsConfig(AppConfig):
    name = "uploads_app"
    verbose_name = "Files"

    def ready(self) -> None:
        """Says who names keys and what comes round for files, and makes the checks of new ones."""
        from uploads_app import checks  # noqa: F401  (checks register themselves)
        from uploads_app.screening import chain
        from uploads_app.services import namers, naming
        from uploads_app.services.direct.end import expire
        from uploads_app.services.publishing.sweep import sweep
        from uploads_app.services.reconcile import compare_on, finish
        from uploads_app.services.rendering.retire import give_up_expired, remove_retired
        from uploads_app.services.tus import end as tus
        from uploads_app.worker import heart, periodic, queue

        for table in namers.ALL:
            naming.register(table)
        chain.checks()  # a check that cannot be made stops the start
        periodic.register("files.reconcile", lambda: settings.VITRINE_RECONCILE_EVERY, finish)
        periodic.register("files.compare", lambda: settings.VITRINE_COMPARE_EVERY, compare_on)
        periodic.register("direct.expired", lambda: settings.VITRINE_TIDY_EVERY, expire)
        periodic.register("tus.expired", lambda: settings.VITRINE_TIDY_EVERY, tus.expire)
        periodic.register("renditions.retired", lambda: settings.VITRINE_TIDY_EVERY, remove_retired)
        periodic.register("renditions.expired", lambda: settings.VITRINE_TIDY_EVERY, give_up_expired)
        periodic.register("public.copies", lambda: settings.VITRINE_TIDY_EVERY, sweep)
        periodic.register("tasks.prune", lambda: settings.VITRINE_RECONCILE_EVERY, queue.prune)
        periodic.register("workers.prune", lambda: settings.VITRINE_RECONCILE_EVERY, heart.forget_the_dead)
