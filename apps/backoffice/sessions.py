"""Who has signed in and what they may do: read at the start of every staff page, in three prepared statements.

Django's own queries do the same, but are built anew and planned anew for each page, a tenth of a page's time.
"""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.common.queries import prepared_rows

SESSION = (
    "SELECT session_key, session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > %s"
)
COLUMNS = [field.attname for field in User._meta.concrete_fields]
PERSON = f"SELECT {', '.join(COLUMNS)} FROM auth_user WHERE id = %s"  # noqa: S608  # columns of a model
PERMISSIONS = """
SELECT kind.app_label || '.' || permission.codename
FROM auth_permission permission JOIN django_content_type kind ON kind.id = permission.content_type_id
WHERE permission.id IN (
    SELECT permission_id FROM auth_user_user_permissions WHERE user_id = %s
    UNION ALL
    SELECT held.permission_id FROM auth_group_permissions held JOIN auth_user_groups USING (group_id) WHERE user_id = %s
)
"""


class SessionStore(db.SessionStore):
    """Sessions in the database, as Django's."""

    def _get_session_from_db(self) -> Session | None:
        for key, data, expires in prepared_rows(SESSION, [self.session_key, timezone.now()]):
            return Session(session_key=key, session_data=data, expire_date=expires)
        self._session_key = None
        return None


class StaffBackend(ModelBackend):
    """Names and passwords, and permissions by person and group, as Django's."""

    def get_user(self, user_id: Any) -> User | None:
        for row in prepared_rows(PERSON, [user_id]):
            person: User = User.from_db("default", COLUMNS, row)
            return person if self.user_can_authenticate(person) else None
        return None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        person: User | AnonymousUser = user_obj
        if not person.is_active or person.is_anonymous or person.is_superuser or obj is not None:
            return super().get_all_permissions(person, obj)
        kept: set[str] | None = person.__dict__.get("_perm_cache")  # where Django keeps them
        if kept is None:
            kept = {name for (name,) in prepared_rows(PERMISSIONS, [person.pk, person.pk])}
            person.__dict__["_perm_cache"] = kept
        return kept
