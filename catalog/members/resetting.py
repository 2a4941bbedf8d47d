"""Whom an official may let choose a new password, face to face, and the page on which it is done."""

from __future__ import annotations

from typing import cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import allowed
from accounts.models import Post, User
from accounts.resets.services import PhoneTakenError, make_reset
from accounts.scopes import COMMUNE, scope_of
from catalog.members.forms import ResetForm
from catalog.models import Producer, ProducerMember


def resettable_by(official: User) -> QuerySet[User]:
    """An administrator's: everybody but himself. A commune official's: members of producers that sit in the commune.

    Never somebody with a post or an administrator: a commune must not come to a department's account by way of a membership.
    """
    people = User.objects.filter(is_active=True).exclude(pk=official.pk)
    if official.is_superuser:
        return people
    scope = scope_of(official, kinds=COMMUNE)
    if scope is None or scope.commune is None:
        return people.none()
    here = ProducerMember.objects.filter(producer__in=Producer.objects.seated_in(scope.commune))
    holders = Post.objects.in_force(timezone.localdate())
    return people.filter(is_superuser=False, pk__in=here.values("user")).exclude(pk__in=holders.values("user"))


@allowed("catalog.reset_people")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def person_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Give out a one-time code. It is on the answer to this POST and nowhere else: loading the page again makes another."""
    official = cast(User, request.user)
    person = get_object_or_404(resettable_by(official), pk=pk)
    form = ResetForm(request.POST if request.method == "POST" else None)
    made = None
    if request.method == "POST" and form.is_valid():
        try:
            made = make_reset(user=person, by=official, new_phone=form.cleaned_data["new_phone"])
        except PhoneTakenError:
            form.add_error("new_phone", _("Another account has this phone number."))
    context = {
        "person": person,
        "form": form,
        "made": made,
        "code": f"{made.code[:4]} {made.code[4:]}" if made else "",
        "resets": person.resets.select_related("made_by")[:10],
    }
    return render(request, "catalog/members/reset.html", context, status=422 if form.errors else 200)
