"""What may be kept of a text that anybody could have written anything into: a file's name, a value in a row that was refused.

People call files “don hang chi Hoa 0912345678.xlsx”, and a row with a separator too many has the buyer's name where the quantity
should be. Nobody can tell a name from a word; so only words that belong to order files are kept, and numbers that are none of a person's.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath
from string import punctuation

GONE = "…"

# Words of order files, of the platforms' states, of days; with and without accents where people write both. With its accents no given or
# family name is among them: so “năm” and not “nam”, and neither “thành” nor “hoàn”. Without, “don”, “hang”, “thang” and “lieu” could be
# Đôn, Hằng, Thắng and Liễu too; but most file names are written so, and such a word without the rest of a name tells nobody.
_WORDS = """
order orders orderskulist orderlist sku skus list all to ship shipped unpaid paid completed canceled cancelled delivered export exported
tiktok shopee lazada shop file data report copy test demo sample csv xlsx xls from until part rejected run apart page sheet live livestream
pending processing ready in transit return returned refund refunded failed delivery awaiting collection true false null none nan t
đơn hàng don hang donhang tất cả tat ca tệp tep gian cửa cua báo số liệu so lieu dữ du lieu bản mẫu sàn phiên
tháng thang tuần năm ngày ngay từ đến lần phần mới
chờ xác nhận xac nhan toán giao đang đã lấy vận chuyển chuyen hủy trả lại được người mua không kho chuẩn bị yêu cầu
"""
_KNOWN = frozenset(_WORDS.split())
_SIGNS = frozenset(f" {punctuation}–₫{GONE}")
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[\W_]")
# Written in groups too; the number of an identity card has twelve digits.
_PERSONS = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .\-]?\d){8,11}(?!\d)|\(?\+84\)?(?:[ .\-]?\d){8,10}")
_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}[-/._ ]\d{1,2}[-/._ ]20\d\d|20\d\d[-/._ ]?\d{1,2}[-/._ ]?\d{1,2})(?!\d)|(?<!\d)20\d{6}(?:\d\d){0,3}(?!\d)"
)


def kept_words(text: str) -> str:
    """The text with everything that could be somebody's name, number or address replaced by “…”."""
    plain = unicodedata.normalize("NFC", text)
    found, end = [], 0
    # A day is a day, also where its digits could be those of a telephone number.
    for date in _DATE.finditer(plain):
        found += [_without(plain[end : date.start()]), date[0]]
        end = date.end()
    kept = "".join([*found, _without(plain[end:])])
    return re.sub(rf"{GONE}(?:[ ._\-,&@]*{GONE})+", GONE, kept)


def kept_name(file_name: str) -> str:
    """What is kept of a file's name: enough to find the file among one's own."""
    path = PurePath(file_name.replace("\\", "/").rpartition("/")[2])
    suffix = path.suffix if path.suffix.lower() in {".csv", ".xlsx"} else ""
    return f"{kept_words(path.name.removesuffix(suffix))}{suffix}"[-255:]


def _without(text: str) -> str:
    return "".join(token if _harmless(token) else GONE for token in _TOKEN.findall(_PERSONS.sub(GONE, text)))


def _harmless(token: str) -> bool:
    if token[0].isdigit():
        return len(token) <= 8 or len(token) > 12
    return token in _SIGNS or token.lower() in _KNOWN
