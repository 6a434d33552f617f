"""Who reads a staff page: their style, their time zone, and the roles by which the sidebar chooses lists."""

from zoneinfo import ZoneInfo

from django.contrib.auth.models import AnonymousUser, User

from apps.common.admin import NOBODY, Reader, Role, Style
from apps.common.queries import prepared_rows

ROLES = {role.value: role for role in Role}
# Read at the start of every page. A parameter stands for the person's id.
READ = """
SELECT preference.style, preference.time_zone, ARRAY(
    SELECT role.name::text FROM auth_user_groups member JOIN auth_group role ON role.id = member.group_id
    WHERE member.user_id = person.id
)
FROM (VALUES (%s::int)) AS person (id) LEFT JOIN backoffice_preference preference ON preference.user_id = person.id
"""


def reader_of(user: User | AnonymousUser) -> Reader:
    """Return a person as a reader, in one query; a superuser without a group has the role Administrator."""
    if not isinstance(user, User):
        return NOBODY
    ((style, zone, names),) = prepared_rows(READ, [user.pk])
    roles = frozenset(ROLES[name] for name in names if name in ROLES)
    if user.is_superuser and not roles:
        roles = frozenset([Role.ADMINISTRATOR])
    return Reader(Style[style] if style else NOBODY.style, ZoneInfo(zone) if zone else NOBODY.zone, roles)
