"""What every admin page is made of: bases that are safe by default, exact money, and actions that ask first."""

from apps.common.admin.base import ModelAdmin, ReadOnlyModelAdmin, StackedInline, TabularInline
from apps.common.admin.confirm import Change, ConfirmForm, Question, confirm
from apps.common.admin.filters import AmountRangeFilter, DayRangeFilter, TextFilter
from apps.common.admin.money import MicrosField, amount_at, for_people, micros_column, money_text

__all__ = [
    "AmountRangeFilter",
    "Change",
    "ConfirmForm",
    "DayRangeFilter",
    "MicrosField",
    "ModelAdmin",
    "Question",
    "ReadOnlyModelAdmin",
    "StackedInline",
    "TabularInline",
    "TextFilter",
    "amount_at",
    "confirm",
    "for_people",
    "micros_column",
    "money_text",
]
