"""The cause of transfers ordered by staff: the key of the action, performed alone, after approval, or in bulk."""

from apps.common.causes import CauseType, Explanation, register

ACTION = register(
    CauseType(
        name="approvals.action",
        label="Ordered by staff",
        models=("approvals.SoloAction", "approvals.Approval", "approvals.BulkRow"),
        column="key",
        page=Explanation("action", lambda row: row.key),
        staff_may_reverse=True,
    )
)
