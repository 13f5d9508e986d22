# They register themselves.
from payments.admin import (  # noqa: F401 - for what importing does
    cases,
    invoices,
    ledger,
    payments,
    refunds,
    settings,
)
