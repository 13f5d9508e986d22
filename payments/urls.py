from django.urls import path

from payments.views import billing, history, invoices, paying, webhooks

urlpatterns = [
    path("bookings/<str:reference>/payment/", paying.payment_page, name="booking-payment"),
    path("bookings/<str:reference>/pay/", paying.pay, name="booking-pay"),
    path(
        "bookings/<str:reference>/invoice-details/", billing.invoice_details, name="booking-billing"
    ),
    path("account/payments/", history.MyPayments.as_view(), name="my-payments"),
    path("payments/<uuid:payment>/return/", paying.come_back, name="payment-return"),
]
without_language = [
    path(
        "bookings/<str:reference>/documents/<uuid:row>.pdf",
        invoices.document,
        name="booking-document",
    ),
    path("webhooks/<slug:gateway>", webhooks.webhook, name="webhook-payment"),
]
