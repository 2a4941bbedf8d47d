"""Photos, papers and sales links of the demonstration's products.

Told to us are these: salted crab on an online OCOP floor since August 2023, booths of its cooperative on e-commerce floors (S2), the
website, fan page and floors of SK Noni (S3). Which floors, all addresses, every paper and every picture are made up: pictures are
drawings that say so, addresses end in `.example`, where nobody can have a page (RFC 2606).
"""

from __future__ import annotations

import io
import random
from datetime import date, timedelta
from functools import cache

from catalog.media.files import keep_file
from catalog.models import Owner, Paper, Photo, Platform, Product, SalesLink, StoredDocument, StoredFile
from catalog.models.files import WEBP
from catalog.models.photos import SIZES
from ocop_portal.demo.catalogue import Catalogue
from ocop_portal.demo.clock import Clock
from ocop_portal.demo.drawings import PALETTES, drawing

# What the unit is packed in.
PACKING = {
    **dict.fromkeys(("gói", "túi", "bao"), "bag"),
    **dict.fromkeys(("hũ", "lọ", "bình"), "jar"),
    **dict.fromkeys(("hộp", "thùng"), "box"),
    "chai": "bottle",
}
BY_GROUP = {"4": "basket", "5": "pot", "6": "house"}
FLOORS = (Platform.TIKTOK, Platform.SHOPEE, Platform.POSTMART, Platform.VOSO, Platform.OCOP_FLOOR, Platform.LAZADA, Platform.FACEBOOK)
ON_OCOP_FLOOR = date(2023, 8, 1)
Sizes = dict[str, StoredFile]


def build(clock: Clock, catalogue: Catalogue) -> None:
    """Give the catalogue's products, which are saved, pictures, papers and links; members' own things wait for review too."""
    chance = random.Random("photos, papers and links")  # noqa: S311  (repeatable on purpose)
    drawings = _Drawings()
    photos, papers, links = [], [], []
    scan = StoredDocument.objects.create(file=drawings.of("sheet", 0)["large"], name="giay-to-minh-hoa.webp")
    units = {facts.product.code: facts for facts in catalogue.facts}
    for number, product in enumerate(catalogue.products):
        facts = units[product.code]
        shape = _shape(facts.ocop_set.code if facts.ocop_set else "", facts.unit)
        photos.append(_photo(product, drawings.of(shape, number % len(PALETTES)), product.name_vi, product.name_en, 1))
        papers += _papers(product, clock, chance, scan)
        links += _links(product, chance)
    by_code = {product.code: product for product in catalogue.products}
    crab, noni = by_code["CM-BAKHIA-01"], by_code["CM-SKNONI-01"]
    links = [link for link in links if link.owner not in {crab, noni}] + [
        _link(crab, Platform.OCOP_FLOOR, "ba-khia-muoi", ON_OCOP_FLOOR),
        _link(crab, Platform.SHOPEE, "ba-khia-dam-doi", date(2024, 3, 1)),
        _link(noni.producer, Platform.WEBSITE, "sk-noni", None),
        _link(noni.producer, Platform.FACEBOOK, "sk-noni", None),
        _link(noni.producer, Platform.SHOPEE, "sk-noni", date(2024, 6, 1)),
    ]
    for producer in {crab.producer, noni.producer, by_code["GL-S01-01"].producer}:
        photos.append(_photo(producer, drawings.of("house", 0), producer.name, producer.name_en, 1))
    coffee = by_code["GL-S01-01"]
    photos.append(_photo(coffee, drawings.of("box", 1), coffee.name_vi, coffee.name_en, 2, shown=False))
    papers.append(Paper(product=coffee, kind=Paper.Kind.HACCP, number="MH-GL-S01-26 (minh họa)", issuer="Tổ chức chứng nhận (minh họa)"))
    links = [link for link in links if link.owner != coffee]
    links += [_link(coffee, Platform.TIKTOK, "ca-phe", date(2024, 11, 1)), _link(coffee, Platform.POSTMART, "ca-phe", None, shown=False)]
    Photo.objects.bulk_create(photos)
    Paper.objects.bulk_create(papers)
    SalesLink.objects.bulk_create(links)


class _Drawings:
    """Each drawing once, in the sizes of a photo."""

    def __init__(self) -> None:
        self.of = cache(self._draw)

    def _draw(self, shape: str, palette: int) -> Sizes:
        image = drawing(shape, PALETTES[palette])
        files: Sizes = {}
        for size, side in sorted(SIZES.items(), key=lambda entry: -entry[1]):
            if max(image.size) <= side and files:
                files[size] = files["large"]
                continue
            image.thumbnail((side, side))
            output = io.BytesIO()
            image.save(output, "WEBP", quality=78, method=4)
            files[size] = keep_file(content=output.getvalue(), media_type=WEBP)
        return files


def _shape(ocop_set: str, unit: str) -> str:
    return BY_GROUP.get(ocop_set[:1]) or PACKING.get(unit.split(" ", maxsplit=1)[0], "plate")


def _owned(owner: Owner) -> dict[str, Owner]:
    return {"product" if isinstance(owner, Product) else "producer": owner}


def _photo(owner: Owner, files: Sizes, vi: str, en: str, position: int, *, shown: bool = True) -> Photo:
    described = {"alt_vi": f"Hình vẽ minh họa: {vi}"[:200], "alt_en": f"A drawing that stands in for a photo: {en or vi}"[:200]}
    return Photo(**_owned(owner), **files, **described, position=position, shown=shown, width=800, height=600)


def _papers(product: Product, clock: Clock, chance: random.Random, scan: StoredDocument) -> list[Paper]:
    """A self-declaration, a test result of the last year, and sometimes a certificate; a few run out soon or have run out."""
    mark, issuer = f"MH-{product.code} (minh họa)", "Đơn vị cấp giấy (minh họa)"
    declared = clock.day(-chance.randrange(200, 900))
    tested = clock.day(-chance.randrange(10, 380))
    kinds = Paper.Kind
    found = [
        Paper(product=product, kind=kinds.SELF_DECLARATION, number=f"01/{mark}", issuer=product.producer.name, valid_from=declared),
        Paper(
            product=product,
            kind=kinds.TEST_RESULT,
            number=f"KN-{mark}",
            issuer=issuer,
            valid_from=tested,
            valid_until=tested + timedelta(days=365),
            document=scan,
            public_file=True,
        ),
    ]
    kind = chance.choice((None, None, kinds.VIETGAP, kinds.HACCP, kinds.ISO22000, kinds.ORGANIC))
    if kind is not None:
        begun = clock.day(-chance.randrange(30, 1000))
        until = begun + timedelta(days=3 * 365)
        found.append(Paper(product=product, kind=kind, number=f"CN-{mark}", issuer=issuer, valid_from=begun, valid_until=until))
    for paper in found:
        paper.shown = True
    return found


def _links(product: Product, chance: random.Random) -> list[SalesLink]:
    """Of two products in three one or more channels."""
    found = []
    for floor in chance.sample(FLOORS, chance.choice((0, 0, 1, 1, 2, 3))):
        opened = date(2022, 6, 1) + timedelta(days=chance.randrange(1500))
        link = _link(product, floor, product.code.lower(), opened)
        if chance.random() < 0.08:
            link.state = SalesLink.State.CLOSED
        found.append(link)
    return found


def _link(owner: Owner, floor: Platform, path: str, opened_on: date | None, *, shown: bool = True) -> SalesLink:
    url = f"https://{floor.value.replace('_', '-')}.example/{path}"
    return SalesLink(**_owned(owner), floor=floor, url=url, opened_on=opened_on, shown=shown)
