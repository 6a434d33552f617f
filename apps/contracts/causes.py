"""The rows of this app that cause transfers."""

from apps.common.causes import CauseType, Explanation, register

CONTRACT = register(CauseType(name="contracts.contract", label="Contract bonus", models=("contracts.Contract",)))
INSTALLMENT = register(
    CauseType(
        name="contracts.installment",
        label="Installment",
        models=("contracts.Installment",),
        page=Explanation("installment", lambda row: row.pk),
    )
)
INSTALLMENT_REFUND = register(
    CauseType(
        name="contracts.installment_refund",
        label="Installment refund",
        models=("contracts.InstallmentRefund",),
        page=Explanation("installment", lambda row: row.installment_id),
    )
)
SERVICE_REVENUE = register(
    CauseType(
        name="contracts.service_revenue",
        label="Month of service",
        models=("contracts.ServiceRevenue",),
        page=Explanation("installment", lambda row: row.installment_id),
    )
)
SERVICE_AGREEMENT = register(
    CauseType(
        name="contracts.service_agreement",
        label="Service agreement",
        models=("contracts.ServiceAgreement",),
        staff_may_reverse=True,
    )
)
