"""People, their profiles and logins for staff."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from uploads_app.models import UploadedFile
from uploads_app.previews import preview, with_previews
from users.models import Login, Profile, User
from users.services import second_factor
from users.services.deletion import delete_account
from users.services.login import end_logins
from users.staff import log

_PREVIEW_SIDE = 40  # px
# Their pages would show keys and codes, and let people be given devices of others.
admin.site.unregister([TOTPDevice, StaticDevice])
_POWERS = ("is_staff", "is_superuser", "groups", "user_permissions")


def save_changed(form: ModelForm[Any], obj: Model) -> None:
    """Writes the columns that a form changed, and no others.

    The row was read before the form came in: writing it whole would undo what happened meanwhile, such as
    a new password or a picture taken away.
    """
    columns = {field.name for field in obj._meta.concrete_fields}
    if changed := [name for name in form.changed_data if name in columns]:
        obj.save(update_fields=changed)


class ProfileInline(admin.StackedInline[Profile, User]):
    """What a person shows. The picture is theirs to choose: staff moderate files, not profiles."""

    model = Profile
    can_delete = False
    fields = ("display_name", "headline", "bio", "location", "is_public", "picture")
    readonly_fields = ("picture",)

    @admin.display(description="picture")
    def picture(self, profile: Profile) -> SafeString | str:
        return preview(profile.image, _PREVIEW_SIDE) or "–"

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Accounts come with their profile."""
        return False


@admin.register(User)
class PeopleAdmin(UserAdmin[User]):
    list_display = ("picture", "username", "email", "shown_name", "is_active", "is_staff", "date_joined")
    list_display_links = ("username",)
    list_filter = ("is_active", "is_staff", "is_superuser", "profile__is_public", "date_joined")
    list_select_related = ("profile__image",)
    search_fields = ("username", "email", "profile__display_name")
    ordering = ("-date_joined", "-pk")
    date_hierarchy = "date_joined"
    list_per_page = 50
    show_full_result_count = False
    readonly_fields = ("last_login", "date_joined")
    inlines = (ProfileInline,)
    actions = ("reset_second_factor",)
    # An address is needed for people who register; the form asks for it as well.
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "email", "usable_password", "password1", "password2"),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related(with_previews("profile__image__"))

    @admin.display(description="")
    def picture(self, user: User) -> SafeString | str:
        return preview(user.profile.image, _PREVIEW_SIDE) or "–"

    @admin.display(description="display name", ordering="profile__display_name")
    def shown_name(self, user: User) -> str:
        return user.profile.display_name

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Only a superuser makes staff, else staff could make themselves anything."""
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, *_POWERS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Another one's staff account is for superusers: its password would be a way to its powers."""
        return super().has_change_permission(request, obj) and self._is_below(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and self._is_below(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change:
            save_changed(form, obj)
        else:
            super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if not change:
            super().save_formset(request, form, formset, change)
            return
        formset.save(commit=False)
        for part in formset.initial_forms:
            save_changed(part, part.instance)

    @admin.action(description="Reset the second factor", permissions=["reset_second_factor"])
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For who lost their phone: they are logged out, and set up another when they log in next."""
        people = list(queryset)
        if request.user in people:
            self.message_user(request, "Your own is changed under Second factor.", messages.ERROR)
            return
        for user in people:
            second_factor.reset(user=user)
            self.log_change(request, user, "Reset the second factor.")
        log.tell(request, "second factors reset")
        self.message_user(request, f"{len(people)} people set up a second factor when they log in next.")

    def has_reset_second_factor_permission(self, request: HttpRequest) -> bool:
        """For superusers: it leaves a password as all that a staff account needs."""
        return request.user.is_superuser

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Whoever may delete an account may delete what belongs to it, which cannot be deleted by itself."""
        objects, counts, _permissions, protected = super().get_deleted_objects(objs, request)
        owners = [user.pk for user in objs]
        files = UploadedFile.objects.filter(owner__in=owners, lifecycle=UploadedFile.Lifecycle.READY).count()
        return objects, counts | {"files, with their bytes": files}, set(), protected

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """The files of an account go with it, which a bare delete would not do."""
        delete_account(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        people = list(queryset)
        if not all(self.has_delete_permission(request, user) for user in people):
            raise PermissionDenied
        for user in people:
            delete_account(user)

    @staticmethod
    def _is_below(request: HttpRequest, obj: User | None) -> bool:
        return obj is None or not obj.is_staff or request.user.is_superuser or obj.pk == request.user.pk


@admin.register(Profile)
class ProfileAdmin(admin.ModelAdmin[Profile]):
    list_display = ("picture", "user", "display_name", "headline", "location", "is_public")
    list_display_links = ("user",)
    list_filter = ("is_public", ("image", admin.EmptyFieldListFilter))
    list_select_related = ("user", "image")
    search_fields = ("user__username", "display_name", "headline", "location")
    ordering = ("user",)
    list_per_page = 50
    show_full_result_count = False
    fields = ("user", "picture", "display_name", "headline", "bio", "location", "is_public")
    readonly_fields = ("user", "picture")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Profile]:
        return super().get_queryset(request).prefetch_related(with_previews("image__"))

    @admin.display(description="picture")
    def picture(self, profile: Profile) -> SafeString | str:
        return preview(profile.image, _PREVIEW_SIDE) or "–"

    def save_model(self, request: HttpRequest, obj: Profile, form: Any, change: bool) -> None:
        save_changed(form, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Accounts come with their profile."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Profile | None = None) -> bool:
        """A profile goes with its account."""
        return False


@admin.register(Login)
class LoginAdmin(admin.ModelAdmin[Login]):
    """Who is logged in. No token is stored, so there is none to be seen here."""

    list_display = ("user", "created_at", "expires_at", "revoked_at")
    list_filter = ("created_at", ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("user__username",)
    ordering = ("-created_at",)
    list_per_page = 50
    show_full_result_count = False
    fields = list_display
    readonly_fields = list_display
    actions = ("revoke",)

    @admin.action(description="End these logins", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Login]) -> None:
        self.message_user(request, f"{end_logins(queryset)} logins ended.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Login | None = None) -> bool:
        return False
