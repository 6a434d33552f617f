"""What staff ordered, by the key of the action, whether one person carried it out or a second one agreed to it."""

from apps.common.causes import CauseType, Explanation, register

ACTION = register(
    CauseType(
        name="approvals.action",
        label="Ordered by staff",
        models=("approvals.SoloAction", "approvals.Approval"),
        column="key",
        page=Explanation("action", lambda row: row.key),
        staff_may_reverse=True,
    )
)
