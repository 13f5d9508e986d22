"""VAT identification numbers: whether one can exist, by its own check digits. No register is asked."""

from django.utils.translation import gettext_lazy as _
from stdnum import get_cc_module
from stdnum.exceptions import ValidationError

from ticketing.core.errors import InvalidInput

# Where the number of a business in another of these countries may shift who owes the tax.
EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)


class NoSuchVatNumber(InvalidInput):
    code = "no_such_vat_number"
    message = _("This cannot be a VAT number of that country. Please check it.")


def checked_vat_id(number: str, country: str) -> str:
    """As it is written officially, with the country's letters; empty if it cannot be one."""
    code = country.upper()
    module = get_cc_module(code.lower(), "vat") if code else None
    if module is None:
        return ""
    letters = "EL" if code == "GR" else code
    bare = "".join(number.upper().split()).replace(".", "").replace("-", "")
    try:
        found = str(module.validate(bare.removeprefix(letters) if code in EU else bare))
    except ValidationError:
        return ""
    return f"{letters}{found.removeprefix(letters)}" if code in EU else found


def is_reverse_charge(*, seller_country: str, buyer_country: str, buyer_vat_id: str) -> bool:
    """Whether a business elsewhere in the union owes the tax itself."""
    is_abroad = seller_country != buyer_country and {seller_country, buyer_country} <= EU
    return is_abroad and bool(buyer_vat_id)
