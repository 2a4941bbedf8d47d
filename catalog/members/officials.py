"""The officials of the agencies that a reader answers for, and inviting one."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed
from accounts.models import Agency, Post, User
from accounts.scopes import AGRICULTURE, TRADE, scope_of
from accounts.sign_in.fields import ContactField
from catalog.members.agencies import agencies_kept_by, agency_at, places_kept_by
from catalog.members.errors import AlreadyThereError
from catalog.members.invitations import invite
from catalog.members.signing import leads
from catalog.members.views import link_to_accept, tell_of, too_many_invitations
from catalog.models import Invitation
from places.models import Province

PER_PAGE = 50
_invites_officials = allowed("catalog.invite_officials")


class InviteOfficialForm(forms.Form):
    """Whom to ask to hold a post, and where."""

    place = forms.ChoiceField(label=gettext_lazy("Agency"))
    contact = ContactField(
        help_text=gettext_lazy("The link goes there, and it becomes the sign-in."), widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=150, required=False)
    title = forms.CharField(label=gettext_lazy("Post"), max_length=150, required=False)

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["place"]).choices = [("", "–"), *places]


def _province(request: HttpRequest) -> Province:
    """The reader's own; an administrator's choice by `?province=`, else the first."""
    scope = scope_of(cast(User, request.user), kinds=TRADE | AGRICULTURE)
    if scope is not None and not scope.everything:
        return get_object_or_404(Province, pk=scope.province)
    asked = request.GET.get("province", "")
    return Province.objects.filter(pk=asked[:2].replace("\x00", "")).first() or Province.objects.earliest("pk")


@_invites_officials
@require_safe
def official_list(request: HttpRequest) -> HttpResponse:
    """Agencies with those who hold a post in them today, and who is invited."""
    user = cast(User, request.user)
    posts = Post.objects.in_force(timezone.localdate()).select_related("user", "signing_given_by").order_by("user__full_name", "pk")
    agencies = agencies_kept_by(user)
    if user.is_superuser and request.GET.get("province"):
        agencies = agencies.filter(province=_province(request))
    waiting = Invitation.objects.open(timezone.now())
    rows = agencies.prefetch_related(
        Prefetch("posts", posts, to_attr="held"), Prefetch("invitations", waiting, to_attr="waiting")
    ).order_by("province_id", "-kind", "name_vi")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    led = {agency.pk for agency in page if agency.kind == Agency.Kind.INDUSTRY_TRADE and (user.is_superuser or leads(user, agency))}
    return render(request, "catalog/members/officials.html", {"page": page, "led": led})


@_invites_officials
@require_http_methods(["GET", "HEAD", "POST"])
def official_invite(request: HttpRequest) -> HttpResponse:
    """Ask somebody to hold a post in the own department or in a commune of the province."""
    user, province = cast(User, request.user), _province(request)
    form = InviteOfficialForm(request.POST if request.method == "POST" else None, places=places_kept_by(user, province))
    if request.method == "POST" and form.is_valid():
        if too_many := too_many_invitations(request):
            return too_many
        asked = form.cleaned_data
        try:
            invited = invite(
                by=user,
                to=agency_at(asked["place"], province),
                contact=asked["contact"],
                full_name=asked["full_name"],
                title=asked["title"],
                address_of=lambda token: link_to_accept(request, token),
            )
        except AlreadyThereError:
            form.add_error("contact", _("Somebody with this number or address holds a post there already."))
        else:
            tell_of(request, invited.message, invited.invitation.contact_shown)
            return redirect("official_list")
    provinces = Province.objects.order_by("name") if user.is_superuser else []
    context = {"form": form, "province": province, "provinces": provinces}
    return render(request, "catalog/members/official_invite.html", context, status=422 if form.errors else 200)
