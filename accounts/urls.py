from django.urls import path

from accounts.enums import LegalKind
from accounts.views.legal import legal_page

urlpatterns = [path(f"{kind}/", legal_page, {"kind": kind}, name=kind) for kind in LegalKind.values]
