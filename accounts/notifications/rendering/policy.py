"""What a browser may do with a mail that is shown on its own, inside a frame of ours."""

from typing import Any

from django.utils.csp import CSP

# A mail brings its styles along; scripts, forms and pictures are for nobody.
OF_A_MAIL: dict[str, Any] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": ["allow-popups"],
}
