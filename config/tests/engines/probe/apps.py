from django.apps import AppConfig


class ProbeConfig(AppConfig):
    name = "config.tests.engines.probe"
    label = "probe"

    def ready(self) -> None:
        from config.tests.engines.probe.notes import own
        from uploads_app.worker import periodic

        periodic.register("probe", lambda: 3600, lambda: own().write("round"))
