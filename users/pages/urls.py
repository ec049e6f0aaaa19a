"""Addresses of the pages of accounts."""

from django.urls import path

from users.pages import account, buddies, entering, leaving, password, picture

urlpatterns = [
    path("register", entering.register_page, name="register"),
    path("login", entering.login_page, name="login"),
    path("logout", entering.logout_page, name="logout"),
    path("account/", account.account, name="account"),
    path("account/picture", picture.picture, name="account-picture"),
    path("account/pictures", picture.upload_picture, name="account-pictures"),
    path("account/picture/remove", picture.remove_picture, name="account-picture-remove"),
    path("account/password", password.change, name="account-password"),
    path("account/export", leaving.export, name="account-export"),
    path("account/delete", leaving.delete, name="account-delete"),
    path("password/reset", password.ask, name="password-reset"),
    path("password/reset/sent", password.link_sent, name="password-reset-sent"),
    path("password/reset/<str:uid>/<str:token>", password.choose, name="password-reset-link"),
    path("people/<str:username>/buddy/add", buddies.add, name="buddy-add"),
    path("people/<str:username>/buddy/remove", buddies.remove, name="buddy-remove"),
]
