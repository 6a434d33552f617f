"""The routes of invoices."""

from django.urls import path

from apps.api.invoices import views

urlpatterns = [
    path("invoices", views.Invoices.as_view(), name="invoices"),
    path("invoices/<str:invoice_id>", views.Invoice.as_view(), name="invoice"),
    path("invoices/<str:invoice_id>/pdf", views.InvoicePdf.as_view(), name="invoice-pdf"),
]
