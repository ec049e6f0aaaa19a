"""The site with the app of these tests."""

from config.settings.base import INSTALLED_APPS
from config.settings.development import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "config.tests.engines.probe.apps.ProbeConfig"]
