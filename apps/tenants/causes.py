"""The rows of this app that cause transfers: organizations, by signing up."""

from apps.common.causes import CauseType, register

ORGANIZATION = register(
    CauseType(name="tenants.organization", label="Signed up", models=("tenants.Organization",), staff_may_reverse=True)
)
