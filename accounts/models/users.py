"""Who uses the portal: people with an account, known by phone number, e-mail or both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import rules
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.phones import shown

if TYPE_CHECKING:
    from accounts.models.agencies import PostQuerySet


class UserManager(BaseUserManager["User"]):
    """Makes users known by their phone number or e-mail address."""

    def create_user(self, email: str | None = None, password: str | None = None, **fields: Any) -> User:
        """A user with a hashed password; with none given nobody can sign in as that user. Raises ValueError without e-mail and phone."""
        if not email and not fields.get("phone"):
            raise ValueError("a user needs an e-mail address or a phone number")
        user = self.model(email=self.normalize_email(email).lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An administrator."""
        return self.create_user(email, password, is_superuser=True, **fields)

    def known_by(self, contact: str) -> User | None:
        """The user with that e-mail address (any case) or that phone number (E.164)."""
        return self.filter(phone=contact).first() if contact.startswith("+") else self.filter(email=contact.lower()).first()


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. `is_superuser` is the administrator's role; other roles come from posts and memberships."""

    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    phone = models.CharField(_("phone number"), max_length=16, unique=True, null=True, blank=True, help_text="E.164")
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="vi", help_text="of messages")
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        constraints = [
            models.CheckConstraint(
                name="user_can_be_reached",
                condition=Q(email__isnull=False) | Q(phone__isnull=False),
                violation_error_message=_("A user needs an e-mail address or a phone number."),
            ),
            # Two people without an address would both have the empty one.
            models.CheckConstraint(name="user_email_null_not_empty", condition=~Q(email="")),
            models.CheckConstraint(name="user_phone_is_e164", condition=Q(phone__isnull=True) | Q(phone__regex=r"^\+[1-9][0-9]{6,14}$")),
        ]

    def __str__(self) -> str:
        return self.full_name or self.contact

    @property
    def contact(self) -> str:
        """How the person is reached: the e-mail address, else the phone number as people write it."""
        return self.email or shown(self.phone or "")

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """As `<app>/rules.py` say, for administrators too: what is a member's alone is not theirs."""
        return self.is_active and bool(rules.has_perm(perm, self, *([] if obj is None else [obj])))

    def current_posts(self) -> PostQuerySet:
        """The posts held today, with their agencies."""
        return self.posts.in_force(timezone.localdate()).select_related("agency__province", "agency__commune")
