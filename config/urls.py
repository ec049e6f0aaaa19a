"""Every address. Paths under /api/ are written without their final slash; the middleware strips one."""

from django.contrib import admin
from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from config.health import healthz
from config.icon import favicon
from config.robots import robots
from gigs.api.urls import urlpatterns as gig_paths
from gigs.pages.urls import urlpatterns as gig_pages
from uploads_app.api.urls import urlpatterns as file_paths
from uploads_app.pages.urls import urlpatterns as file_pages
from users.api.urls import urlpatterns as people_paths
from users.pages.urls import urlpatterns as people_pages

handler400 = "config.pages.bad_request"
handler403 = "config.pages.permission_denied"
handler404 = "config.pages.page_not_found"
handler500 = "config.pages.server_error"

urlpatterns = [
    path("healthz", healthz),
    path("favicon.ico", favicon),
    path("robots.txt", robots),
    path("admin/", admin.site.urls),
    path("api/schema", SpectacularJSONAPIView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    *gig_paths,
    *people_paths,
    *file_paths,
    *gig_pages,
    *people_pages,
    *file_pages,
]
