"""What people reported, for staff. Who they are is for those alone who may see reporters."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from uploads_app.admin.history import ForGood
from uploads_app.models import Report
from uploads_app.services.moderation.powers import Power, has


@admin.register(Report)
class ReportAdmin(ForGood):
    list_filter = ("reason", "created_at")
    ordering = ("-pk",)

    def get_list_display(self, request: HttpRequest) -> Any:
        return ("created_at", "reason", "detail", *_reporter(request), "of_file")

    def get_fields(self, request: HttpRequest, obj: Report | None = None) -> Any:
        return ("of_file", "created_at", "reason", "detail", *_reporter(request))

    def get_readonly_fields(self, request: HttpRequest, obj: Report | None = None) -> Any:
        return self.get_fields(request, obj)

    def get_list_select_related(self, request: HttpRequest) -> Any:
        return ("reporter",) if _reporter(request) else False

    def get_search_fields(self, request: HttpRequest) -> Any:
        """A search by name would tell names as well."""
        return ("=file__id", "detail", *(("reporter__username",) if _reporter(request) else ()))

    def get_sortable_by(self, request: HttpRequest) -> Any:
        return ("created_at", "reason", *_reporter(request))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Nor may an address ask for the reports of one person."""
        if lookup.startswith("reporter") and (request is None or not _reporter(request)):
            return False
        return super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]  # None is Django 4's


def _reporter(request: HttpRequest) -> tuple[str, ...]:
    by: Any = request.user
    return ("reporter",) if has(by, Power.SEE_REPORTERS) else ()
