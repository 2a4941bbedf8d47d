"""Where products are sold and livestreams are broadcast: one vocabulary for sales links, shops and sessions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Platform(models.TextChoices):
    """An e-commerce floor, a social network, or another place where something is sold or broadcast."""

    TIKTOK = "tiktok", "TikTok Shop"
    SHOPEE = "shopee", "Shopee"
    LAZADA = "lazada", "Lazada"
    TIKI = "tiki", "Tiki"
    SENDO = "sendo", "Sendo"
    POSTMART = "postmart", "Postmart"
    VOSO = "voso", "Vỏ Sò"
    OCOP_FLOOR = "ocop_floor", _("Online OCOP floor")
    FACEBOOK = "facebook", "Facebook"
    ZALO = "zalo", "Zalo"
    WEBSITE = "website", _("Own website")
    BOOTH = "booth", _("Booth or fair")
    OTHER = "other", _("Other")


# Where a session can be on air; a booth is where some are broadcast from.
BROADCASTING = (
    Platform.TIKTOK,
    Platform.SHOPEE,
    Platform.LAZADA,
    Platform.FACEBOOK,
    Platform.ZALO,
    Platform.BOOTH,
    Platform.OTHER,
)
# Where a page can be linked to: everywhere but a booth.
LINKED = tuple(platform for platform in Platform if platform is not Platform.BOOTH)
