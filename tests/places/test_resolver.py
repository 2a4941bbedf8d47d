"""Old and new addresses lead to today's communes; what cannot be known is left open."""

from __future__ import annotations

from typing import Any

import pytest

from places import index as place_names
from places import resolver
from places.index import PlaceIndex
from places.models import Commune, FormerCommune
from places.resolver import DeliveryPlaces, Resolution, resolve

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "province", "commune"),
    [
        (("Xã Quách Phẩm", "", "Cà Mau"), "96", "32182"),
        (("Xã Quách Phẩm", "Huyện Đầm Dơi", "Tỉnh Cà Mau"), "96", "32182"),
        (("quach pham bac", "dam doi", "ca mau"), "96", "32182"),
        (("TT. Trần Văn Thời", "H. Trần Văn Thời", "Cà Mau"), "96", "32095"),
        (("Xã Ia Boòng", "", ""), "52", "23911"),
        (("Phường Trần Phú", "Thành phố Quy Nhơn", "Bình Định"), "52", "21583"),
        (("Phường Trần Phú", "", "Bình Định"), "52", "21583"),
        (("Phường 7", "Thành phố Bạc Liêu", "Bạc Liêu"), "96", "31825"),
        (("Phường Đúc", "", "Thừa Thiên Huế"), "46", "19789"),
        (("Xã H'Bông", "", "Gia Lai"), "52", "23971"),
        (("Đặc khu Côn Đảo", "", "TP.HCM"), "79", "26732"),
        (("Côn Đảo", "", "Vũng Tàu"), "79", "26732"),
        (("Thị trấn Phước Long", "Huyện Phước Long", "Bạc Liêu"), "96", "31867"),
        (("Xã Phước Long", "Huyện Phước Long", "Bạc Liêu"), "96", "31876"),
        (("32182", "", ""), "96", "32182"),
        (("32182", "", "96"), "96", "32182"),
        (("Ấp 3, Xã Quách Phẩm Bắc, Huyện Đầm Dơi, Tỉnh Cà Mau", "", ""), "96", "32182"),
        (("Số 5, Xã Quách Phẩm, Cà Mau", "", ""), "96", "32182"),
        (("Xã Quách Phẩm, Cà Mau", "", ""), "96", "32182"),
    ],
)
def test_one_commune(address: tuple[str, str, str], province: str, commune: str) -> None:
    assert resolve(*address) == Resolution(province, commune)
    assert resolve(*address).kind == "commune"


def test_a_split_commune_gives_its_successors_and_no_guess() -> None:
    assert resolve("Phường Cống Vị", "Quận Ba Đình", "Hà Nội") == Resolution("01", None, ("00008", "00025"))
    assert resolve("Phường Cống Vị", "Quận Ba Đình", "Hà Nội").kind == "candidates"


def test_a_number_without_its_district_is_many_wards() -> None:
    found = resolve("Phường 7", "", "Hồ Chí Minh")
    assert (found.province, found.commune, found.kind) == ("79", None, "candidates")
    assert len(found.candidates) == 9
    assert resolve("Phường 7", "Quận 5", "Hồ Chí Minh") == Resolution("79", "27316")


@pytest.mark.parametrize(
    ("address", "expected", "kind"),
    [
        (("", "", "Gia Lai"), Resolution("52"), "province"),
        (("Xã Không Có", "", "Gia Lai"), Resolution("52"), "province"),
        (("", "", "Bình Định"), Resolution("52"), "province"),
        (("", "", "Tiền Giang"), Resolution("82"), "province"),
        (("32182", "", "Gia Lai"), Resolution("52"), "province"),
        (("99999", "", ""), Resolution(), "none"),
        (("Xã Quách Phẩm", "", "Bangkok"), Resolution(), "none"),
        (("", "", ""), Resolution(), "none"),
        (("Bangkok, Thailand", "", ""), Resolution(), "none"),
    ],
)
def test_less_than_a_commune(address: tuple[str, str, str], expected: Resolution, kind: str) -> None:
    assert resolve(*address) == expected
    assert resolve(*address).kind == kind


def test_every_commune_of_today_is_found_by_its_name() -> None:
    for code, name, province in Commune.objects.values_list("code", "name", "province__name"):
        assert resolve(name, "", province) == Resolution(resolve("", "", province).province, code), name


def test_every_commune_of_before_leads_exactly_to_its_successors() -> None:
    rows = FormerCommune.objects.exclude(name="").prefetch_related("successors")
    assert len(rows) == 10023
    for row in rows:
        found = resolve(row.name, row.district, row.province_name)
        successors = tuple(sorted(commune.code for commune in row.successors.all()))
        assert ((found.commune,) if found.commune else found.candidates) == successors, row


def test_all_63_provinces_of_before_lead_to_one_of_today() -> None:
    names = set(FormerCommune.objects.values_list("province_name", flat=True))
    assert len(names) == 63
    assert {resolve("", "", name).kind for name in names} == {"province"}
    assert {name for name in names if resolve("", "", name).province in {"52", "96"}} == {
        "Tỉnh Gia Lai",
        "Tỉnh Bình Định",
        "Tỉnh Cà Mau",
        "Tỉnh Bạc Liêu",
    }


def test_delivery_places_read_once_and_remember(monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any) -> None:
    monkeypatch.setattr(place_names, "_loaded", None)
    with django_assert_num_queries(3):
        places = DeliveryPlaces()
        assert places.codes("Cà Mau", "Xã Quách Phẩm") == ("96", "32182")
        assert places.codes("Bình Định", None) == ("52", None)
        assert places.codes(None, None) == (None, None)
        assert places.codes("Hà Nội", "Phường Cống Vị", "Quận Ba Đình") == ("01", None)
        assert places.codes("Hồ Chí Minh", "Phường 7", "Quận 5") == ("79", "27316")
        assert DeliveryPlaces().codes("Cà Mau", "Xã Quách Phẩm") == ("96", "32182")


def test_delivery_places_resolve_a_text_once(monkeypatch: pytest.MonkeyPatch) -> None:
    places = DeliveryPlaces()
    asked: list[tuple[str, ...]] = []

    def counted(*texts: str, index: PlaceIndex) -> Resolution:
        asked.append(texts)
        return resolve(*texts, index=index)

    monkeypatch.setattr(resolver, "resolve", counted)
    for _ in range(1000):
        assert places.codes("Cà Mau", "Xã Quách Phẩm") == ("96", "32182")
        assert places.codes("Bangkok", "") == (None, None)
    assert asked == [("Xã Quách Phẩm", "", "Cà Mau"), ("", "", "Bangkok")]


def test_memory_of_texts_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DeliveryPlaces, "LIMIT", 10)
    places = DeliveryPlaces()
    for number in range(25):
        assert places.codes("Cà Mau", f"Xã Quách Phẩm {number}x") == ("96", None)
    assert len(places._known) == 5


def test_an_index_of_an_empty_database_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place_names, "_loaded", PlaceIndex())
    assert resolve("Xã Quách Phẩm", "", "Cà Mau") == Resolution("96", "32182")
