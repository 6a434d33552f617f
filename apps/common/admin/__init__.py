"""Base classes of every admin page: safe defaults, exact money, and actions that ask for confirmation."""

from apps.common.admin.base import (
    ModelAdmin,
    OffersByState,
    ReadOnlyInline,
    ReadOnlyModelAdmin,
    RowSearch,
    StackedInline,
    TabularInline,
)
from apps.common.admin.columns import shown_once
from apps.common.admin.confirmation import ConfirmForm, Question, Review, confirm
from apps.common.admin.extensions import PageExtension, register_extension
from apps.common.admin.filters import AmountRangeFilter, DayRangeFilter, TextFilter
from apps.common.admin.long_select import LongSelect
from apps.common.admin.money import (
    MicrosField,
    exact_at,
    for_people,
    micros_column,
    with_usual_decimals,
)
from apps.common.admin.numbers import quantity_column, quantity_text
from apps.common.admin.pages import Concern, Line, Menu, Section
from apps.common.admin.time_fields import DayInput, EndField, MomentField, day_field, moment_words
from apps.common.changes import Change
from apps.common.money import amount_text, money_text

__all__ = [
    "AmountRangeFilter",
    "Change",
    "Concern",
    "ConfirmForm",
    "DayInput",
    "DayRangeFilter",
    "EndField",
    "Line",
    "LongSelect",
    "Menu",
    "MicrosField",
    "ModelAdmin",
    "MomentField",
    "OffersByState",
    "PageExtension",
    "Question",
    "ReadOnlyInline",
    "ReadOnlyModelAdmin",
    "Review",
    "RowSearch",
    "Section",
    "StackedInline",
    "TabularInline",
    "TextFilter",
    "amount_text",
    "confirm",
    "day_field",
    "exact_at",
    "for_people",
    "micros_column",
    "moment_words",
    "money_text",
    "quantity_column",
    "quantity_text",
    "register_extension",
    "shown_once",
    "with_usual_decimals",
]
