"""The reference data: complete, and loaded twice with the same result."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.test.utils import CaptureQueriesContext

from catalog.models import OcopGroup, OcopSet
from places.models import Commune, FormerCommune, Province

pytestmark = pytest.mark.django_db


def test_counts_and_facts() -> None:
    assert (Province.objects.count(), Commune.objects.count(), FormerCommune.objects.count()) == (34, 3321, 10033)
    assert FormerCommune.successors.through.objects.count() == 10565
    assert FormerCommune.objects.filter(is_split=True).count() == 441
    assert Province.objects.get(code="52").short_name == "Gia Lai"
    assert Province.objects.get(code="79").short_name == "Hồ Chí Minh"
    commune = Commune.objects.get(code="32182")
    assert (commune.name, commune.province_id, commune.name_key) == ("Xã Quách Phẩm", "96", "quach pham")
    assert sorted(commune.predecessors.values_list("name", flat=True)) == ["Xã Quách Phẩm", "Xã Quách Phẩm Bắc"]
    assert Commune.objects.get(code="06325").name == "Xã Bắc Sơn"
    assert str(FormerCommune.objects.get(code="32179")) == "Xã Quách Phẩm Bắc, Huyện Đầm Dơi, Tỉnh Cà Mau"


def test_six_groups_and_26_sets_in_two_languages() -> None:
    assert list(OcopGroup.objects.values_list("code", flat=True)) == ["1", "2", "3", "4", "5", "6"]
    assert OcopSet.objects.count() == 26
    assert [group.sets.count() for group in OcopGroup.objects.all()] == [13, 4, 3, 2, 3, 1]
    coffee = OcopSet.objects.get(code="1.13")
    assert (coffee.name_vi, coffee.name_en, coffee.group.code, coffee.position) == ("Cà phê, cacao", "Coffee and cocoa", "1", 13)
    assert not OcopSet.objects.filter(name_en="").exists()


def test_loading_again_repairs_and_changes_nothing_else(django_assert_max_num_queries: type[CaptureQueriesContext]) -> None:
    Commune.objects.filter(code="32182").update(name="?")
    FormerCommune.objects.get(code="32179").successors.set(["32095"])
    before = set(FormerCommune.successors.through.objects.exclude(formercommune="32179").values_list("pk", flat=True))
    out = io.StringIO()
    with django_assert_max_num_queries(25):
        call_command("load_reference", stdout=out)
    assert out.getvalue() == "provinces 34, communes 3321, former_communes 10033, ocop_groups 6, ocop_sets 26\n"
    assert Commune.objects.get(code="32182").name == "Xã Quách Phẩm"
    assert list(FormerCommune.objects.get(code="32179").successors.values_list("code", flat=True)) == ["32182"]
    assert before == set(FormerCommune.successors.through.objects.exclude(formercommune="32179").values_list("pk", flat=True))


def test_silent_at_verbosity_0() -> None:
    out = io.StringIO()
    call_command("load_reference", verbosity=0, stdout=out)
    assert out.getvalue() == ""
