"""The dashboard of moderation: numbers alone, for all staff who may look at files."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from uploads_app.admin import charts
from uploads_app.admin.base import ReadOnlyAdmin
from uploads_app.errors import PermissionDenied
from uploads_app.pages.words import size
from uploads_app.services.moderation.statistics import COUNTED, statistics


class DashboardPage(ReadOnlyAdmin):
    """The page beside the list of files."""

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(require_safe(self.dashboard_view))
        return [path("dashboard/", page, name="uploads_app_dashboard"), *super().get_urls()]

    def dashboard_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = statistics()
        context = {
            "title": "Dashboard",
            "opts": self.opts,
            "statistics": found,
            "counted": COUNTED,
            "charts": [
                charts.chart("decisions", "Decisions a day", found.decisions),
                charts.chart("reports", "Reports a day", found.reports),
                charts.chart("uploads", "Uploads a day", found.uploads),
                charts.chart("bytes", "Bytes uploaded a day", found.upload_bytes, size),
            ],
        }
        shown = self.admin_site.each_context(request) | context
        return TemplateResponse(request, "admin/moderation/dashboard.html", shown)
