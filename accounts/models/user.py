from functools import partial
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from ticketing.core.ids import new_id
from ticketing.core.privacy import UNTIL_ERASED, Basis, Kind, nothing_personal, personal
from ticketing.core.text import UNICODE, TextOrder

of_the_account = partial(personal, basis=Basis.CONTRACT, kept=UNTIL_ERASED)


class EmailAddressField(models.EmailField):  # type: ignore[type-arg] # generic in stubs alone
    """Kept and looked up in lower case: one mailbox is one person, however it is typed."""

    def to_python(self, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(super().get_prep_value(value))


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, *, email: str, password: str, **fields: Any) -> "User":
        return self.create_user(
            email=email, password=password, is_staff=True, is_superuser=True, **fields
        )


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by an e-mail address."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = EmailAddressField(_("e-mail address"), unique=True, db_collation=UNICODE)
    name = models.CharField(_("name"), max_length=200, blank=True, db_collation=UNICODE)
    locale = models.CharField(
        _("language"), max_length=10, default=settings.LANGUAGE_CODE, choices=settings.LANGUAGES
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Who is not active cannot sign in.")
    )
    is_staff = models.BooleanField(
        _("staff"), default=False, help_text=_("May enter the back office.")
    )
    joined_at = models.DateTimeField(_("joined"), db_default=Now(), editable=False)

    privacy = nothing_personal(
        "is_active", "is_staff", "is_superuser", "groups", "user_permissions"
    ) | {
        "id": of_the_account(Kind.IDENTITY),
        "email": of_the_account(Kind.CONTACT),
        "name": of_the_account(Kind.IDENTITY),
        "locale": of_the_account(Kind.IDENTITY),
        "password": of_the_account(Kind.IDENTITY, is_secret=True),
        "joined_at": of_the_account(Kind.BEHAVIOUR),
        "last_login": of_the_account(Kind.BEHAVIOUR),
    }

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = [TextOrder("name"), "email"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="accounts_user_email_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] or self.email
