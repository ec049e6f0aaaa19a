"""Every address. Paths under /api/ are written without their final slash; the middleware strips one."""

from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerView

from config.health import healthz
from gigs.api.urls import urlpatterns as gig_paths
from uploads_app.api.urls import urlpatterns as file_paths
from users.api.urls import urlpatterns as people_paths

admin.site.site_title = admin.site.site_header = "Vitrine"
admin.site.index_title = "Staff"
admin.site.site_url = "/api/docs"

urlpatterns = [
    path("", RedirectView.as_view(url="/api/docs")),  # until there are pages
    path("healthz", healthz),
    path("admin/", admin.site.urls),
    path("api/schema", SpectacularJSONAPIView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    *gig_paths,
    *people_paths,
    *file_paths,
]
