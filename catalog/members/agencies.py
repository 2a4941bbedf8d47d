"""The agencies that somebody may invite officials to, and making one when its first official is invited."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import Agency, User
from accounts.scopes import AGRICULTURE, TRADE, scope_of
from places.models import Commune, Province

DEPARTMENTS = {
    Agency.Kind.INDUSTRY_TRADE: ("Sở Công Thương {vi}", "{en} Department of Industry and Trade"),
    Agency.Kind.AGRICULTURE_ENVIRONMENT: ("Sở Nông nghiệp và Môi trường {vi}", "{en} Department of Agriculture and Environment"),
}


def agencies_kept_by(user: User) -> QuerySet[Agency]:
    """An administrator's: all. A department's official's: the own department, and the communes of its province."""
    if user.is_superuser:
        return Agency.objects.all()
    scope = scope_of(user, kinds=TRADE | AGRICULTURE)
    if scope is None:
        return Agency.objects.none()
    return Agency.objects.filter(province=scope.province, kind__in={Agency.Kind.COMMUNE, *_kinds(user)})


def places_kept_by(user: User, province: Province) -> list[tuple[str, str]]:
    """(value, words) of every agency in the province that the user may invite to, there already or not yet: `commune:23911`, or a kind."""
    kinds = DEPARTMENTS if user.is_superuser else _kinds(user)
    communes = Commune.objects.filter(province=province).order_by("name")
    chosen = [(kind.value, _department_names(kind, province)[0]) for kind in DEPARTMENTS if kind in kinds]
    return [*chosen, *((f"commune:{commune.pk}", f"UBND {_small(commune.name)}") for commune in communes)]


def agency_at(place: str, province: Province) -> Agency:
    """The agency of a value of `places_kept_by`; made where nobody was invited to it before."""
    kind, _colon, code = place.partition(":")
    if code:
        commune = Commune.objects.get(pk=code, province=province)
        names = {"name_vi": f"UBND {_small(commune.name)}", "name_en": f"People's Committee of {commune.name.partition(' ')[2]}"}
        return Agency.objects.get_or_create(kind=Agency.Kind.COMMUNE, province=province, commune=commune, defaults=names)[0]
    name_vi, name_en = _department_names(Agency.Kind(kind), province)
    return Agency.objects.get_or_create(kind=kind, province=province, commune=None, defaults={"name_vi": name_vi, "name_en": name_en})[0]


def _kinds(user: User) -> set[str]:
    return {post.agency.kind for post in user.current_posts()} & set(DEPARTMENTS)


def _department_names(kind: Agency.Kind, province: Province) -> tuple[str, str]:
    vi, en = DEPARTMENTS[kind]
    return vi.format(vi=_small(province.name)), en.format(en=province.short_name)


def _small(name: str) -> str:
    """“Xã Ia Boòng” in the middle of a name: “xã Ia Boòng”."""
    return name[:1].lower() + name[1:]
