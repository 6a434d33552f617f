"""Notes on customers, saved views of lists, and imported files. Nothing here moves money."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q, UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.common.reader import Style
from apps.common.triggers import FixedFields
from apps.tenants.models import Organization

STYLES = [(style.name, style.title) for style in Style]


class Note(models.Model):
    """A note for colleagues on a customer, or on one of its rows, such as a contract. A pinned one is at the top."""

    audit_trail = AuditTrail(relations=("mentioned",))

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    subject_type = models.CharField(
        max_length=100, blank=True, help_text="The model of the row it is about, such as `contracts.contract`."
    )
    subject_id = models.CharField(max_length=64, blank=True, help_text="The row's id; empty if about the customer.")
    text = models.TextField(max_length=4000, help_text="@name mentions a colleague, who gets an email.")
    is_pinned = models.BooleanField(
        "pinned", default=False, help_text="Show it at the top of the page, and of the customer's."
    )
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["organization", "-id"], name="backoffice_note_of_customer"),
            models.Index(fields=["subject_id", "-id"], name="backoffice_note_of_row", condition=~Q(subject_id="")),
        ]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 60 else f"{self.text[:59]}…"


class SavedView(models.Model):
    """A list with the filters, search, order and columns in its address, saved under a name.

    A default view opens with its list. An emailed one is sent to its owner as a file.
    """

    class Mailed(models.TextChoices):
        NEVER = "never", "Not emailed"
        DAILY = "daily", "Every day"
        WEEKLY = "weekly", "Every Monday"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    list_name = models.CharField(max_length=100, help_text="The list it belongs to, such as `wallets.grant`.")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, blank=True, help_text="The query of the list's address, after the `?`.")
    is_shared = models.BooleanField("shared", default=False, help_text="Whether colleagues see it.")
    team = models.ForeignKey(
        Group,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The group that sees it. Empty: everybody.",
    )
    is_default = models.BooleanField("default", default=False, help_text="Whether the list opens with it.")
    mailed = models.CharField(
        "emailed", max_length=6, choices=Mailed, default=Mailed.NEVER, help_text="As CSV, to your address."
    )
    mailed_on = models.DateField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            UniqueConstraint(fields=["owner", "list_name", "name"], name="backoffice_savedview_name_once_per_person"),
            UniqueConstraint(
                fields=["owner", "list_name"],
                name="backoffice_savedview_one_default",
                condition=Q(is_default=True),
                violation_error_message="Another view of this list is your default.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ImportedFile(models.Model):
    """A CSV file of customers or contracts: checked when it is uploaded, and imported once as a whole.

    Its content is kept, compressed, until it is imported; the hash stays, so that it is not imported again.
    """

    audit_trail = AuditTrail(excluded=("content", "problems"))

    class Kind(models.TextChoices):
        CUSTOMERS = "customers", "Customers"
        CONTRACTS = "contracts", "Contracts"

    kind = models.CharField(max_length=9, choices=Kind)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, help_text="SHA-256 of the uploaded file.")
    content = models.BinaryField(help_text="The file, compressed with gzip; empty once it is imported.")
    line_count = models.PositiveIntegerField("lines")
    problems = models.JSONField(default=list, help_text="Line number, column and reason of each problem.")
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    imported_by = models.CharField(max_length=200, blank=True)
    imported_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["kind", "sha256"], name="backoffice_importedfile_once")]
        triggers = [
            FixedFields("kind", "sha256", "created_at"),
            FixedFields(
                "content",
                "problems",
                "line_count",
                "imported_at",
                name="imported",
                where="OLD.imported_at IS NOT NULL",
                message="an imported file never changes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.file_name}"


class Preference(models.Model):
    """How a member of staff reads and types amounts, days and times. Without one, days are ISO and times UTC."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preference")
    style = models.CharField("days and amounts", max_length=13, choices=STYLES, default=Style.ISO.name)
    time_zone = models.CharField(max_length=64, default="UTC", help_text="Times are stored in UTC all the same.")

    def __str__(self) -> str:
        return f"{self.get_style_display()}, {self.time_zone}"


class StaffPermission(models.Model):
    """The permissions of staff for actions that are not a change to a single row. It has no table."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("move_money", "Can grant, deduct, reverse, refund, settle and write off"),
            ("replay_work", "Can replay webhooks and send parked work again"),
            ("see_api_answers", "Can see what the API answers a customer"),
            ("export_lists", "Can export lists"),
        ]

    def __str__(self) -> str:
        return "staff permission"
