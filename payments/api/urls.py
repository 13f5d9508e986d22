from django.urls import path

from payments.api import billing, history, invoices, payments, reports

app_name = "payments-api"
urlpatterns = [
    path(
        "bookings/<str:reference>/payments",
        payments.BookingPayments.as_view(),
        name="booking-payments",
    ),
    path(
        "bookings/<str:reference>/payment-methods",
        payments.PaymentMethods.as_view(),
        name="payment-methods",
    ),
    path(
        "bookings/<str:reference>/invoice",
        invoices.BookingInvoice.as_view(),
        name="booking-invoice",
    ),
    path(
        "bookings/<str:reference>/billing", billing.BookingBilling.as_view(), name="booking-billing"
    ),
    path(
        "organizers/<slug:slug>/report", reports.OrganizerReport.as_view(), name="organizer-report"
    ),
    path("payments", history.MyPayments.as_view(), name="my-payments"),
    path("events/<slug:slug>/payments", history.EventPayments.as_view(), name="event-payments"),
    path("payments/<uuid:payment>", payments.OnePayment.as_view(), name="payment"),
    path(
        "payments/<uuid:payment>/confirm", payments.ConfirmPayment.as_view(), name="payment-confirm"
    ),
    path("payments/<uuid:payment>/refunds", payments.Refunds.as_view(), name="payment-refunds"),
]
