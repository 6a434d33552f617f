"""Base classes of every admin page: safe defaults, exact money, and actions that ask for confirmation."""

from apps.common.admin.actors import actor_text, with_actor_text
from apps.common.admin.base import (
    KeptModelAdmin,
    ModelAdmin,
    OffersByState,
    ReadOnlyInline,
    ReadOnlyModelAdmin,
    RowSearch,
    StackedInline,
    TabularInline,
    TimestampedModelAdmin,
)
from apps.common.admin.change_list import MatchFilter
from apps.common.admin.columns import shown_once
from apps.common.admin.confirmation import (
    NEXT,
    ConfirmForm,
    Question,
    Review,
    WithoutReason,
    confirm,
    confirm_step,
)
from apps.common.admin.extensions import PageExtension, register_extension
from apps.common.admin.filters import AmountRangeFilter, DayRangeFilter, TextFilter, ValueFilter
from apps.common.admin.markup import LongSelect
from apps.common.admin.money import (
    MicrosField,
    exact_at,
    for_people,
    micros_column,
    with_usual_decimals,
)
from apps.common.admin.next_step import OffersNextStep
from apps.common.admin.numbers import quantity_column
from apps.common.admin.pages import Concern, Line, Menu, Section
from apps.common.admin.time_fields import DayInput, EndField, MomentField, day_field
from apps.common.admin.uploads import FileArguments, confirm_upload, file_field
from apps.common.changes import Change
from apps.common.reader import (
    EVERY_ROLE,
    NOBODY,
    Reader,
    Role,
    Style,
    amount_text,
    code_words,
    count_text,
    day_text,
    end_text,
    moment_words,
    money_text,
    quantity_text,
    read_by,
    reader,
    time_text,
)

__all__ = [
    "EVERY_ROLE",
    "NEXT",
    "NOBODY",
    "AmountRangeFilter",
    "Change",
    "Concern",
    "ConfirmForm",
    "DayInput",
    "DayRangeFilter",
    "EndField",
    "FileArguments",
    "KeptModelAdmin",
    "Line",
    "LongSelect",
    "MatchFilter",
    "Menu",
    "MicrosField",
    "ModelAdmin",
    "MomentField",
    "OffersByState",
    "OffersNextStep",
    "PageExtension",
    "Question",
    "ReadOnlyInline",
    "ReadOnlyModelAdmin",
    "Reader",
    "Review",
    "Role",
    "RowSearch",
    "Section",
    "StackedInline",
    "Style",
    "TabularInline",
    "TextFilter",
    "TimestampedModelAdmin",
    "ValueFilter",
    "WithoutReason",
    "actor_text",
    "amount_text",
    "code_words",
    "confirm",
    "confirm_step",
    "confirm_upload",
    "count_text",
    "day_field",
    "day_text",
    "end_text",
    "exact_at",
    "file_field",
    "for_people",
    "micros_column",
    "moment_words",
    "money_text",
    "quantity_column",
    "quantity_text",
    "read_by",
    "reader",
    "register_extension",
    "shown_once",
    "time_text",
    "with_actor_text",
    "with_usual_decimals",
]
