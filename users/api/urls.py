"""Addresses of accounts and people, without a final slash."""

from django.urls import path, re_path

from users.api import auth, buddies, people
from users.api.schema import BearerScheme, CookieScheme
from users.models import USERNAME_PATTERN

__all__ = ["BearerScheme", "CookieScheme", "urlpatterns"]  # the schemes are found by being imported

urlpatterns = [
    path("api/auth/register", auth.RegisterView.as_view()),
    path("api/auth/token", auth.TokenView.as_view()),
    path("api/auth/token/refresh", auth.TokenRefreshView.as_view()),
    path("api/auth/token/verify", auth.TokenVerifyView.as_view()),
    path("api/auth/logout", auth.LogoutView.as_view()),
    path("api/users/me", people.MeView.as_view()),
    path("api/users/me/export", people.ExportView.as_view()),
    re_path(rf"^api/users/(?P<username>{USERNAME_PATTERN})\Z", people.ProfileView.as_view()),
    path("api/buddies", buddies.BuddiesView.as_view()),
    re_path(rf"^api/buddies/(?P<username>{USERNAME_PATTERN})\Z", buddies.BuddyView.as_view()),
    path("api/upload/profile/set", people.ProfileImageView.as_view()),
]
