"""What becomes of uploads: photos written anew, documents looked through, and what is refused, with which words."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from PIL import Image, ImageCms

from catalog.media.documents import document_response, store_document
from catalog.media.errors import TooManyError, UploadRefusedError
from catalog.media.files import drop_unused, keep_file
from catalog.media.looking import called
from catalog.media.photos import MOST_PHOTOS, add_photo, order_photos, remove_photo
from catalog.media.pictures import encode_photo
from catalog.media.showing import Shown, current, show_only
from catalog.models import Paper, Photo, Product, SalesLink, StoredDocument, StoredFile
from tests import builders
from tests.catalog import upload_files
from tests.catalog.upload_files import pdf, photo, written

pytestmark = pytest.mark.django_db


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(bytes(content)))


def add(owner: Any, folder: Path, content: bytes, name: str = "a.jpg") -> Photo:
    return add_photo(owner=owner, path=written(folder, content), name=name)


def refusal(folder: Path, content: bytes, owner: Any = None, name: str = "a.jpg") -> str:
    """The English sentence with which the photo (or, without an owner, the document) is refused; and nothing is kept."""
    path = written(folder, content)
    with translation.override("en"), pytest.raises(UploadRefusedError) as caught:
        _ = add_photo(owner=owner, path=path, name=name) if owner else store_document(path=path, name=name, by=None)
    assert not StoredFile.objects.exists()
    assert not Photo.objects.exists()
    assert not StoredDocument.objects.exists()
    return str(caught.value)


def test_a_photo_comes_in_three_sizes_of_webp(coffee: Product, tmp_path: Path) -> None:
    added = add(coffee, tmp_path, photo(2000, 1000))
    assert (added.width, added.height, added.position, added.shown) == (1600, 800, 1, False)
    assert [size[1:] for size in added.sizes()] == [(360, 180), (800, 400), (1600, 800)]
    for digest, width, height in added.sizes():
        file = StoredFile.objects.get(pk=digest)
        image = opened(file.content)
        assert (image.format, image.size, file.media_type, file.size) == ("WEBP", (width, height), "image/webp", len(file.content))


def test_a_small_photo_is_not_blown_up(coffee: Product, tmp_path: Path) -> None:
    added = add(coffee, tmp_path, photo(300, 200))
    assert added.sizes() == [(added.large_id, 300, 200)]
    assert StoredFile.objects.count() == 1


def test_place_and_device_are_gone_and_the_photo_stands_upright(coffee: Product, tmp_path: Path) -> None:
    source = photo(640, 480, orientation=6, place=True)
    assert dict(opened(source).getexif().get_ifd(0x8825))[1] == "N"
    added = add(coffee, tmp_path, source)
    assert (added.width, added.height) == (480, 640)
    for digest, *_size in added.sizes():
        content = bytes(StoredFile.objects.get(pk=digest).content)
        image = opened(content)
        assert not image.getexif()
        assert not {"exif", "xmp", "icc_profile"} & set(image.info)
        assert b"Camera" not in content
        # Turned clockwise by a quarter: the white corner came from the upper left to the upper right.
        pixels = image.convert("RGB")
        corner, other = (int(image.width * 0.9), 5), (5, 5)
        assert min(pixels.getpixel(corner)) > 240  # type: ignore[type-var,arg-type]
        assert min(pixels.getpixel(other)) < 100  # type: ignore[type-var,arg-type]


@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("PNG", "1"), ("PNG", "I;16"), ("JPEG", "CMYK"), ("WEBP", "RGB")]
)
def test_pictures_of_every_mode_become_rgb(form: str, mode: str, tmp_path: Path) -> None:
    content = encode_photo(written(tmp_path, photo(200, 200, form=form, mode=mode)), "a")["large"].content
    assert opened(content).convert("RGB").getpixel((10, 10)) == pytest.approx((255, 255, 255), abs=3)


def test_what_is_clear_becomes_white(tmp_path: Path) -> None:
    clear = io.BytesIO()
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(clear, "PNG")
    content = encode_photo(written(tmp_path, clear.getvalue()), "a")["large"].content
    assert opened(content).convert("RGB").getpixel((10, 10)) == (255, 255, 255)


def test_a_colour_profile_is_applied_and_a_broken_one_left(tmp_path: Path) -> None:
    for profile in (ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), b"no profile"):
        output = io.BytesIO()
        Image.new("RGB", (200, 200), (200, 30, 30)).save(output, "JPEG", icc_profile=profile, quality=95)
        content = encode_photo(written(tmp_path, output.getvalue()), "a")["large"].content
        assert opened(content).convert("RGB").getpixel((10, 10)) == pytest.approx((200, 30, 30), abs=6)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "a.jpg is empty."),
        ("Đây là một đoạn văn bản.".encode(), "a.jpg is a text, whatever its name says."),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "(SVG, HTML)"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><svg/>', "(SVG, HTML)"),
        (pdf(), "a.jpg is a PDF, not a photo."),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00" + bytes(100), "a.jpg is a HEIC picture"),
        (b"GIF89a" + bytes(100), "another format"),
        (upload_files.archive(), "a.jpg is not a photo (JPEG, PNG or WebP)."),
        (photo() + upload_files.archive(), "something else besides"),
        (photo() + b"<script>alert(1)</script>", "something else besides"),
        (photo(form="PNG") + pdf(), "something else besides"),
        (photo()[:3000], "a.jpg is damaged"),
        (photo(form="PNG")[:600], "a.jpg is damaged"),
        (b"\xff\xd8\xff" + bytes(200), "a.jpg is damaged"),
        (photo(99, 400), "a.jpg is smaller than 100 pixels"),
        (photo(20_000, 100), "wider or higher than 12,000 pixels"),
        (upload_files.png_header(10_000, 10_000), "more than 50 megapixels"),
        (upload_files.png_header(60_000, 60_000), "wider or higher than 12,000 pixels"),
        (upload_files.png_header(7_000, 7_000), "a.jpg is damaged"),
        (upload_files.animated("PNG"), "a.jpg moves."),
        (upload_files.animated("WEBP"), "a.jpg moves."),
        (b"\xff\xd8\xff" + bytes(15 * 1024 * 1024), "a.jpg is larger than 15 MB."),
    ],
)
def test_what_is_no_photo_is_refused_with_a_sentence(coffee: Product, tmp_path: Path, content: bytes, words: str) -> None:
    assert words in refusal(tmp_path, content, coffee)


def test_the_file_is_named_without_folders_and_signs_that_cannot_be_seen(coffee: Product, tmp_path: Path) -> None:
    assert called("C:\\ảnh\\cà phê\u202egpj.exe\n") == "cà phêgpj.exe"
    assert called("../../../etc/passwd") == "passwd"
    assert len(called("a" * 500)) == 80
    assert refusal(tmp_path, b"", coffee, "../<b>.jpg").startswith("<b>.jpg is empty")


def test_the_same_photo_twice_is_one(coffee: Product, tmp_path: Path) -> None:
    first = add(coffee, tmp_path, photo())
    assert add(coffee, tmp_path, photo()).pk == first.pk
    other = builders.product("GL-2", coffee.producer)
    assert add(other, tmp_path, photo()).large_id == first.large_id
    assert add(coffee.producer, tmp_path, photo()).owner == coffee.producer
    assert (Photo.objects.count(), StoredFile.objects.count()) == (3, 2)


def test_ten_photos_are_enough(coffee: Product, tmp_path: Path) -> None:
    first = add(coffee, tmp_path, photo())
    Photo.objects.bulk_create(
        Photo(product=coffee, position=place, width=1, height=1, small=file, medium=file, large=file)
        for place in range(2, MOST_PHOTOS + 1)
        for file in [keep_file(content=bytes([place]), media_type="image/webp")]
    )
    with translation.override("en"), pytest.raises(TooManyError, match="ten photos already"):
        add(coffee, tmp_path, photo(colour="red"))
    remove_photo(photo=first)
    remove_photo(photo=first)
    assert add(coffee, tmp_path, photo(colour="red")).position == MOST_PHOTOS + 1


def test_photos_are_put_in_order(coffee: Product, tmp_path: Path) -> None:
    ids = [add(coffee, tmp_path, photo(colour=colour)).pk for colour in ("red", "green", "blue")]
    other = add(coffee.producer, tmp_path, photo())
    order_photos(owner=coffee, ids=[ids[2], other.pk, 10**6, ids[0]])
    assert list(Photo.objects.of(coffee).values_list("pk", "position")) == [(ids[2], 1), (ids[0], 2), (ids[1], 3)]


def test_publishing_shows_exactly_what_the_listing_names(coffee: Product, tmp_path: Path) -> None:
    ids = [add(coffee, tmp_path, photo(colour=colour)).pk for colour in ("red", "green", "blue")]
    old = Paper.objects.create(product=coffee, kind="haccp", shown=True)
    new = Paper.objects.create(product=coffee, kind="haccp", replaces=old)
    gone = Paper.objects.create(product=coffee, kind="vietgap", withdrawn_at=timezone.now())
    link = SalesLink.objects.create(product=coffee, floor="shopee", url="https://shopee.vn/a")
    assert current(coffee) == Shown(photos=ids, papers=[new.pk], links=[link.pk])
    assert current(coffee.producer) == Shown([], [], [])
    stranger = Paper.objects.create(producer=coffee.producer, kind="haccp")

    show_only(owner=coffee, wanted=Shown(photos=[ids[2], ids[0]], papers=[new.pk, gone.pk, stranger.pk], links=[link.pk]))
    assert list(Photo.objects.of(coffee).values_list("pk", "shown")) == [(ids[2], True), (ids[0], True), (ids[1], False)]
    assert set(Paper.objects.shown()) == {new}
    assert list(SalesLink.objects.shown()) == [link]
    show_only(owner=coffee, wanted=Shown())
    assert not Photo.objects.shown().exists()
    assert not Paper.objects.shown().exists()
    assert not SalesLink.objects.shown().exists()


def test_a_document_keeps_its_bytes(tmp_path: Path) -> None:
    signed = pdf(b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /Contents <00> >>")
    by = builders.user()
    document = store_document(path=written(tmp_path, signed), name="Giấy chứng nhận.PDF", by=by)
    assert (document.name, document.pages, document.uploaded_by) == ("Giấy chứng nhận.pdf", 1, by)
    answer = document_response(document)
    assert (answer.content, answer["Content-Type"], answer["Cache-Control"]) == (signed, "application/pdf", "private, no-store")
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''Gi%E1%BA%A5y")


def test_a_photographed_paper_becomes_a_picture_without_place(tmp_path: Path) -> None:
    document = store_document(path=written(tmp_path, photo(3000, 1500, place=True)), name="giay.jpg", by=None)
    image = opened(document.file.content)
    assert (document.name, image.format, image.size, bool(image.getexif())) == ("giay.webp", "WEBP", (2400, 1200), False)
    assert document_response(document)["Content-Disposition"] == 'inline; filename="giay.webp"'


SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (pdf(SCRIPT, catalog=b"/OpenAction 4 0 R"), "holds a script"),
        (pdf(b"<< /S /J#61vaScript /J#53 (x) >>"), "holds a script"),
        (pdf(b"<< /A << /B [ << /JS 3 0 R >> ] >> >>"), "holds a script"),
        (pdf(upload_files.packed([SCRIPT])), "holds a script"),
        (pdf(b"<< /XFA [] >>"), "holds a script"),
        (pdf(b"<< /S /Launch /F (cmd.exe) >>"), "start a program"),
        (pdf(b"<< /S /SubmitForm /F (http://a.example) >>"), "start a program"),
        (pdf(b"<< /Type /Filespec /EF << /F 3 0 R >> >>"), "holds another file"),
        (pdf(catalog=b"/Names << /EmbeddedFiles << /Names [] >> >>"), "holds another file"),
        (pdf(b"<< /Subtype /RichMedia >>"), "sound, video or 3D"),
        (pdf(b"<< /Filter /Standard /V 1 /R 2 /O <00> /U <00> /P -1 >>", trailer=b"/Encrypt 4 0 R /ID [<00> <00>]"), "password"),
        (pdf()[:200], "cut off"),
        (pdf() + b"MZ", "cut off"),
        (pdf() + upload_files.archive(), "something else besides"),
        (b"%PDF-1.7\n<html><script>alert(1)</script>\n%%EOF", "something else besides"),
        (b"%PDF-1.7\nnothing\n%%EOF", "damaged"),
        (b"%PDF-1.7\n%%EOF", "damaged"),
        (b"MZ\x90\x00" + bytes(100), "neither a PDF nor a photo"),
        (b"%PDF-1.7" + bytes(10 * 1024 * 1024), "larger than 10 MB"),
    ],
)
def test_a_document_that_could_act_is_refused_with_a_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    assert words in refusal(tmp_path, content, name="a.pdf")


def test_a_page_tree_without_end_is_refused(tmp_path: Path) -> None:
    round_and_round = pdf().replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")
    assert "a.pdf" in refusal(tmp_path, round_and_round, name="a.pdf")


def test_what_nothing_points_at_goes_after_a_day(coffee: Product, tmp_path: Path) -> None:
    kept = add(coffee, tmp_path, photo())
    removed = add(coffee, tmp_path, photo(colour="red"))
    paper = Paper.objects.create(
        product=coffee, kind="haccp", document=store_document(path=written(tmp_path, pdf()), name="a.pdf", by=None)
    )
    lost = store_document(path=written(tmp_path, pdf(b"<< >>")), name="b.pdf", by=None)
    remove_photo(photo=removed)
    assert drop_unused() == 0
    earlier = timezone.now() - timedelta(days=2)
    StoredFile.objects.update(kept_at=earlier)
    StoredDocument.objects.update(uploaded_at=earlier)
    assert drop_unused() == 1 + 1 + len(removed.sizes())
    assert not StoredDocument.objects.filter(pk=lost.pk).exists()
    assert StoredDocument.objects.get() == paper.document
    assert set(StoredFile.objects.values_list("pk", flat=True)) == {paper.document.file_id, *(size[0] for size in kept.sizes())}


def test_uploading_again_keeps_the_sweep_away(coffee: Product, tmp_path: Path) -> None:
    remove_photo(photo=add(coffee, tmp_path, photo()))
    StoredFile.objects.update(kept_at=timezone.now() - timedelta(days=2))
    again = encode_photo(written(tmp_path, photo()), "a.jpg")["large"]
    keep_file(content=again.content, media_type="image/webp")
    assert drop_unused() == 1
    assert StoredFile.objects.count() == 1


def test_a_row_has_exactly_one_owner(coffee: Product) -> None:
    for owners in ({}, {"product": coffee, "producer": coffee.producer}):
        with pytest.raises(IntegrityError, match="has_one_owner"), transaction.atomic():
            Paper.objects.create(kind="haccp", **owners)
        with pytest.raises(IntegrityError, match="has_one_owner"), transaction.atomic():
            SalesLink.objects.create(floor="shopee", url="https://shopee.vn/a", **owners)
