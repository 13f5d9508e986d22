# They register themselves.
from payments.admin import (  # noqa: F401 - for what importing does
    cases,
    ledger,
    payments,
    refunds,
    settings,
)
