"""What people call the columns and states of an order, in Vietnamese and English, as data.

All words are folded: without diacritics and case, `đ` as d, one space between words, `orderNumber` in two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from orders.intake.reading.platform import CANCELLED, COMPLETED, DELIVERED, PLACED, RETURNED, SHIPPED

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BETWEEN = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """A header or a state as it is compared with the words below."""
    spaced = _HUMP.sub(" ", unicodedata.normalize("NFD", text))
    bare = "".join(mark for mark in spaced if not unicodedata.combining(mark)).casefold().replace("đ", "d")
    return _BETWEEN.sub(" ", bare).strip()


def _words(text: str) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in text.split(";"))


COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "order_number": _words(
            """
            ma don hang; ma don; so don hang; so don; don hang so; order number; order id; order no; order sn; ma hoa
            don; so hoa don; so phieu; order code; ma dat hang
            """
        ),
        "placed_at": _words(
            """
            ngay dat hang; ngay dat; thoi gian dat hang; thoi gian dat; thoi gian tao don; ngay tao don; ngay tao;
            ngay ban; ngay ban hang; ngay mua; ngay mua hang; ngay don hang; ngay len don; ngay chot don; ngay chot;
            ngay lap; ngay lap hoa don; ngay hoa don; ngay chung tu; ngay phat sinh; thoi gian ban; thoi gian mua; thoi
            diem dat; thoi diem ban; thoi diem mua; create time; created at; created time; order date; order time; sale
            date; sold at; date; ngay; ngay thang; ngay thang nam; thoi gian; thoi diem; ngay gio; ngay gio ban; ngay
            gio dat; ngay gio mua
            """
        ),
        "product_name": _words(
            """
            ten san pham; san pham; ten hang; ten hang hoa; mat hang; hang hoa; ten mat hang; item name; product name;
            product; item; product title
            """
        ),
        "variation": _words(
            """
            phan loai hang; phan loai; ten phan loai hang; quy cach; bien the; loai; variation; variant; option; size
            """
        ),
        "units": _words(
            """
            so luong; sl; so luong ban; so luong mua; quantity; qty; units; so sp
            """
        ),
        "unit_price": _words(
            """
            don gia; gia ban; gia; gia san pham; gia goc; unit price; price; item price; gia 1 sp; don gia ban
            """
        ),
        "gross": _words(
            """
            thanh tien; tong tien hang; tien hang; doanh so; thanh tien hang; subtotal; line total; item total; gia
            tri; tong tien san pham; sub total
            """
        ),
        "state": _words(
            """
            trang thai don hang; trang thai; tinh trang; tinh trang don; tinh trang don hang; order status; status;
            state
            """
        ),
        "seller_discount": _words(
            """
            giam gia cua shop; nguoi ban giam gia; giam gia nguoi ban; chiet khau; giam gia; tien giam; khuyen mai;
            seller discount; seller discount total; discount
            """
        ),
        "platform_discount": _words(
            """
            giam gia cua san; san tro gia; platform discount; tro gia
            """
        ),
        "returned": _words(
            """
            so luong tra; so luong hoan; so luong tra hang; sl tra; sl hoan; returned quantity; returned; return qty
            """
        ),
        "sku_id": _words(
            """
            sku id; lazada sku; product id; item id; ma san pham tren san
            """
        ),
        "seller_sku": _words(
            """
            seller sku; sku; ma san pham; ma hang; ma sp; sku nguoi ban; ma sku; sku phan loai hang
            """
        ),
        "shipped_at": _words(
            """
            ngay gui hang; ngay gui; ngay xuat kho; shipped at; shipped time; ship date
            """
        ),
        "delivered_at": _words(
            """
            ngay giao hang; ngay giao; ngay ban giao; thoi gian giao hang; ngay nhan hang; delivered date; delivered at; delivered
            time
            """
        ),
        "cancelled_at": _words(
            """
            ngay huy; thoi gian huy; cancelled at; canceled at; cancelled time
            """
        ),
        "order_amount": _words(
            """
            tong gia tri don hang; tong tien; tong cong; tong thanh toan; khach phai tra; order amount; order total;
            total; tong don hang; paid price; tong tien thanh toan
            """
        ),
        "shipping_provider": _words(
            """
            don vi van chuyen; hang van chuyen; shipping provider; carrier; courier; dvvc
            """
        ),
        "delivery_province": _words(
            """
            tinh thanh pho; tinh; tinh thanh; tinh nhan hang; thanh pho; province; shipping region
            """
        ),
        "delivery_district": _words(
            """
            quan huyen; huyen; tp quan huyen; district
            """
        ),
        "delivery_commune": _words(
            """
            phuong xa; xa phuong; xa; phuong; ward; commune
            """
        ),
        "currency": _words(
            """
            loai tien; tien te; don vi tien te; don vi tien; currency; currency code
            """
        ),
        "shop_name": _words(
            """
            ten gian hang; gian hang; ten shop; ten cua hang; cua hang; shop name; shop; store; store name
            """
        ),
    }
)
"""Our field → what it is called, the surest first."""

_PERSONAL = re.compile(
    r"\b(?:ten khach|khach hang|ten nguoi|nguoi mua|nguoi nhan|nguoi dat|ho ten|ho va ten|sdt|so dt|so dien thoai|dien thoai|dt|dia chi|"
    r"ghi chu|loi nhan|tin nhan|cccd|cmnd|can cuoc|email|e mail|mail|zalo|facebook|fb|tai khoan|ma van don|van don|"
    r"customer|buyer|recipient|receiver|consignee|billing|phone|mobile|tel|address|note|notes|message|comment|remark|username|user|"
    r"tracking|national|shipping name|first name|last name|full name|contact)\b"
)
# In a shop's own notebook the buyer's column often has this one word. As part of a longer heading it says something else: “khách phải trả”.
_PERSONAL_ALONE = frozenset({"khach", "khach le", "khach mua", "khach dat", "kh", "ten kh"})
_PLACE = re.compile(r"\b(?:tinh|thanh pho|huyen|quan|xa|phuong|province|city|district|ward|commune|region)\b")

STATES: Mapping[str, int] = MappingProxyType(
    {
        word: state
        for state, text in {
            PLACED: """
                moi; don moi; cho xac nhan; da xac nhan; cho xu ly; dang xu ly; cho thanh toan; da thanh toan; cho
                lay hang; cho giao hang; cho giao; dang chuan bi; chua giao; pending; unpaid; paid; to ship; ready
                to ship; packed; processing; new; confirmed; placed; open; dat hang; da dat
            """,
            SHIPPED: """
                dang giao; dang giao hang; dang van chuyen; da van chuyen; da gui; da gui hang; da lay hang;
                shipped; in transit; shipping; sent; to receive
            """,
            DELIVERED: """
                da giao; da giao hang; giao thanh cong; giao hang thanh cong; da nhan; da nhan hang; delivered;
                received
            """,
            COMPLETED: """
                hoan thanh; hoan tat; thanh cong; xong; da doi soat; completed; complete; done; finished
            """,
            # Not “hoàn” alone: it is also said of a parcel that never reached the buyer, so it is asked.
            RETURNED: """
                tra hang; da tra hang; tra lai; da tra lai; hoan tra; da hoan tra; khach tra; khach tra hang; khach tra
                lai; returned; return
            """,
            CANCELLED: """
                da huy; huy; huy don; don huy; khach huy; cancelled; canceled; cancel; failed; giao that bai; that
                bai; failed delivery; package returned; bom hang; khong nhan hang
            """,
        }.items()
        for word in _words(text)
    }
)
"""A state's word → one of our five, or RETURNED."""

_KNOWN = frozenset(word for words in COLUMNS.values() for word in words)


def is_known(header: str) -> bool:
    """Whether a folded header is among the words, or one of a buyer's columns."""
    return header in _KNOWN or names_a_buyer(header)


def names_a_buyer(header: str) -> bool:
    """Whether a folded header says that the column is of a buyer: a name, a phone, an address, a note, a parcel's number."""
    if header in _PERSONAL_ALONE:
        return True
    return bool(_PERSONAL.search(header)) and not (_PLACE.search(header) and "dia chi" not in header and "address" not in header)
