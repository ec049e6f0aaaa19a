"""Django's admin with a site of our own."""

from django.contrib.admin.apps import AdminConfig


class StaffAdmin(AdminConfig):
    """`admin.site` is the site that asks for a second factor."""

    default_site = "users.staff.site.StaffSite"
