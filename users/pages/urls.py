"""Addresses of the pages of accounts."""

from django.urls import path

from uploads_app.pages.unbuilt import unbuilt

urlpatterns = [
    path("register", unbuilt, name="register"),
    path("login", unbuilt, name="login"),
    path("logout", unbuilt, name="logout"),
    path("account/", unbuilt, name="account"),
]
