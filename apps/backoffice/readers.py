"""Who reads a staff page: their style, their time zone, and the roles by which the sidebar chooses lists."""

from zoneinfo import ZoneInfo

from django.contrib.auth.models import AnonymousUser, User
from django.contrib.postgres.aggregates import ArrayAgg

from apps.common.admin import NOBODY, Reader, Role, Style

ROLES = {role.value: role for role in Role}


def reader_of(user: User | AnonymousUser) -> Reader:
    """Return a person as a reader, in one query; a superuser without a group has the role Administrator."""
    if not isinstance(user, User):
        return NOBODY
    groups = ArrayAgg("groups__name", default=[])
    found = User.objects.filter(pk=user.pk).values_list("preference__style", "preference__time_zone", groups).first()
    style, zone, names = found or (None, None, [])
    roles = frozenset(ROLES[name] for name in names if name in ROLES)
    if user.is_superuser and not roles:
        roles = frozenset([Role.ADMINISTRATOR])
    return Reader(Style[style] if style else NOBODY.style, ZoneInfo(zone) if zone else NOBODY.zone, roles)
