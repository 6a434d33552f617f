"""The row that can cause a grant here: an attempt to charge the saved card."""

from apps.common.causes import CauseType, register

TOP_UP_ATTEMPT = register(CauseType(name="top_ups.attempt", label="Automatic top-up", models=("top_ups.TopUpAttempt",)))
