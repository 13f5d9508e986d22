from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ticketing.core.collations import CASE_INSENSITIVE, TEXT_ORDER
from ticketing.core.ids import new_id


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email, **fields)
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
    email = models.EmailField(_("e-mail address"), unique=True, db_collation=CASE_INSENSITIVE)
    name = models.CharField(_("name"), max_length=200, blank=True, db_collation=TEXT_ORDER)
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

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "email"]

    def __str__(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] or self.email
