"""The API's shapes take limits from the settings when they are imported: before any test changes those."""

from gigs.api import urls as urls
