"""The cause of usage transfers: a posting of rated usage, characters or a minimum charge."""

from apps.common.causes import CauseType, Explanation, register

POSTING = register(
    CauseType(
        name="usage.posting",
        label="Usage",
        models=("usage.UsagePosting",),
        page=Explanation("posting", lambda row: row.pk),
        staff_may_reverse=True,
    )
)
