"""Staff accounts, their groups and sign-in. An account is deactivated when somebody leaves, never deleted."""

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from axes.models import AccessAttempt
from axes.utils import reset
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.decorators import action
from unfold.forms import AdminPasswordChangeForm, UserChangeForm
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminTextInputWidget,
)

from apps.approvals.models import AccessChange
from apps.backoffice import second_factor, services
from apps.common.admin import (
    ConfirmForm,
    DayRangeFilter,
    Menu,
    ModelAdmin,
    Question,
    ReadOnlyModelAdmin,
    Role,
    Section,
    confirm,
)
from apps.common.admin.pages import ROWS_PER_COLUMN

INVITED = ("email", "first_name", "last_name", "groups")
RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


class InviteForm(ConfirmForm):
    """The address to invite, and the groups."""

    email = forms.EmailField(label="Email address", max_length=150, widget=UnfoldAdminEmailInputWidget)
    first_name = forms.CharField(max_length=150, required=False, widget=UnfoldAdminTextInputWidget)
    last_name = forms.CharField(max_length=150, required=False, widget=UnfoldAdminTextInputWidget)
    groups = forms.ModelMultipleChoiceField(
        Group.objects.all(),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="At least one: without a group a person sees nothing.",
    )

    def clean_email(self) -> str:
        """Refuse an address that already has an account, ignoring case, or that is not a valid user name."""
        email: str = self.cleaned_data["email"]
        User.username_validator(email)
        if User.objects.filter(Q(username__iexact=email) | Q(email__iexact=email)).exists():
            raise forms.ValidationError("There is an account with this address already.", code="known")
        return email


class PersonForm(UserChangeForm):
    """A colleague, without the hash of the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password"]


class CheckboxList:
    """Shows a many-to-many field as check boxes, each with its label."""

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]


@admin.register(User)
class UserAdmin(CheckboxList, DjangoUserAdmin, ModelAdmin[User]):  # type: ignore[misc, type-arg]
    menu = Menu(Section.PEOPLE, 10, "person", (Role.ADMINISTRATOR,))
    form = PersonForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "first_name", "last_name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "groups")
    readonly_fields = ("password_state", "last_login", "date_joined")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("username", "password_state")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Permissions", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("History", {"fields": ("last_login", "date_joined")}),
    )
    filter_horizontal = ()
    actions_list = ("invite",)
    actions_detail = ("invite_again", "reset_second_factor")

    @admin.display(description="Password")
    def password_state(self, person: User) -> SafeString:
        """Return whether a password is set, with a link to the page that sets another; never the hash."""
        page = reverse("admin:auth_user_password_change", args=[person.pk])
        state = "Set" if person.has_usable_password() else "None yet"
        return format_html('{}, <a class="text-link" href="{}">set another</a>', state, page)

    def rows_with_id(self, text: str) -> Iterator[User]:
        """Return the colleagues with a text in their name or email address."""
        parts = ("username", "first_name", "last_name", "email")
        named = [Q(**{f"{part}__icontains": text}) for part in parts]
        yield from User.objects.filter(reduce(or_, named))[:ROWS_PER_COLUMN]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Make rights read-only on one's own account, and superuser status read-only for all but superusers."""
        frozen = list(super().get_readonly_fields(request, obj))
        if obj is not None and obj.pk == request.user.pk:
            return [*frozen, "is_active", *RIGHTS]
        if not request.user.is_superuser:
            return [*frozen, "is_superuser", "user_permissions"]
        return frozen

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        above = isinstance(obj, User) and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not above

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_invite_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """Lead to the invitation: nobody types a password for somebody else."""
        if self.has_invite_permission(request):
            return HttpResponseRedirect(reverse("admin:auth_user_invite"))
        return super().add_view(request, form_url, extra_context)

    @action(description="Invite a colleague", url_path="invite", permissions=["invite"], icon="person_add")
    def invite(self, request: HttpRequest) -> HttpResponse:
        def perform(cleaned: Any) -> str:
            person = services.invite(now=timezone.now(), **{name: cleaned[name] for name in INVITED})
            self.log_change(request, person, f"Invited: {cleaned['reason']}")
            return f"A link to choose a password goes to {person.email}."

        return confirm(
            request,
            admin=self,
            question=Question(
                title="Invite a colleague",
                explanation="They get an email with a link to choose a password. The user name is the address.",
                button="Send the invitation",
                form=InviteForm,
            ),
            perform=perform,
        )

    def has_invite_again_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        if not self.has_invite_permission(request) or object_id is None:
            return self.has_invite_permission(request)
        person = User.objects.filter(pk=object_id, is_active=True, is_staff=True).exclude(email="").first()
        return person is not None and not person.has_usable_password()

    @action(description="Invite again", url_path="invite-again", permissions=["invite_again"], icon="forward_to_inbox")
    def invite_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        person = get_object_or_404(User, pk=object_id)

        def perform(_: Any) -> str:
            services.ask_to_join(person=person, now=timezone.now())
            return f"A new link goes to {person.email}."

        return confirm(
            request,
            admin=self,
            question=Question(
                title="Invite again",
                explanation=f"A new link goes to {person.email}.",
                button="Send the invitation",
                history=[person],
            ),
            perform=perform,
            subject=person,
        )

    def has_reset_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_change_permission(request)

    @action(
        description="Reset second factor", url_path="reset-second-factor", permissions=["reset"], icon="phonelink_erase"
    )
    def reset_second_factor(self, request: HttpRequest, object_id: str) -> HttpResponse:
        person = get_object_or_404(User, pk=object_id)
        back = reverse("admin:auth_user_change", args=[person.pk])
        if not self.has_change_permission(request, person):
            return HttpResponse(status=403)

        def perform(_: Any) -> str:
            second_factor.forget_devices(user=person)
            return f"{person} sets up a second factor at the next sign-in."

        return confirm(
            request,
            admin=self,
            question=Question(
                title="Reset the second factor",
                explanation="Verify who it is first: until they set up a device, their password is enough.",
                button="Reset",
                danger=True,
                history=[person],
            ),
            perform=perform,
            back=back,
            subject=person,
        )


@admin.register(Group)
class GroupAdmin(CheckboxList, DjangoGroupAdmin, ModelAdmin[Group]):  # type: ignore[misc]
    filter_horizontal = ()
    menu = Menu(Section.PEOPLE, 20, "group", (Role.ADMINISTRATOR,))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(TOTPDevice)
class DeviceAdmin(ReadOnlyModelAdmin[TOTPDevice]):
    """Second factors by person. The device's key is never shown."""

    menu = Menu(Section.PEOPLE, 30, "phonelink_lock")
    list_title = "Second factors"
    list_display = ("user", "name", "confirmed", "created_at", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("user__username",)
    fields = ("user", "name", "confirmed", "created_at", "last_used_at", "throttling_failure_count")


@admin.register(AccessChange)
class AccessChangeAdmin(ReadOnlyModelAdmin[AccessChange]):
    """Who created whose account or changed whose access: for a week they may not approve each other's requests."""

    menu = Menu(Section.PEOPLE, 50, "manage_history", (Role.ADMINISTRATOR,))
    list_display = ("changed_at", "person", "what", "detail", "changed_by")
    list_filter = ("what", ("changed_at", DayRangeFilter))
    list_select_related = ("person", "changed_by")
    search_fields = ("person__username", "changed_by__username")


@admin.register(AccessAttempt)
class AccessAttemptAdmin(ReadOnlyModelAdmin[AccessAttempt]):
    """Failed sign-ins that count toward the lockout."""

    menu = Menu(Section.PEOPLE, 40, "lock_person")
    list_display = ("attempt_time", "username", "ip_address", "failures_since_start", "user_agent")
    search_fields = ("username", "ip_address")
    fields = ("attempt_time", "username", "ip_address", "user_agent", "path_info", "failures_since_start")
    actions_detail = ("unlock",)

    def has_unlock_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("axes.delete_accessattempt")

    @action(description="Unlock", url_path="open-again", permissions=["unlock"], icon="lock_open")
    def unlock(self, request: HttpRequest, object_id: str) -> HttpResponse:
        attempt = get_object_or_404(AccessAttempt, pk=object_id)

        def perform(_: Any) -> str:
            reset(username=attempt.username, ip=attempt.ip_address)
            return f"{attempt.username} may try again from {attempt.ip_address}."

        return confirm(
            request,
            admin=self,
            question=Question(title="Unlock sign-in", button="Unlock", history=[attempt]),
            perform=perform,
            back=reverse("admin:axes_accessattempt_changelist"),
            subject=attempt,
        )
