"""What cells mean, and which are refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from catalog.registry.values import CellError, read_cell


@pytest.mark.parametrize(
    ("column", "raw", "value"),
    [
        ("code", "GL-001", "GL-001"),
        ("code", 1001.0, "1001"),
        ("name_vi", 12.5, "12.5"),
        ("ocop_set", 1.1, "1.10"),
        ("ocop_set", 1.13, "1.13"),
        ("ocop_set", "1.01", "1.01"),
        ("commune", 4.0, "00004"),
        ("commune", "Xã Ia Boòng", "Xã Ia Boòng"),
        ("province", 1.0, "01"),
        ("net_weight", 500.0, 500),
        ("net_weight", "500", 500),
        ("net_weight", "500 g", 500),
        ("net_weight", "500gr", 500),
        ("net_weight", "500 gam.", 500),
        ("net_weight", "1,5 kg", 1500),
        ("net_weight", "1.5kg", 1500),
        ("net_weight", "0,500 kg", 500),
        ("net_weight", "0.25 KG", 250),
        ("net_weight", "2 kg", 2000),
        ("net_weight", "1000000 kg", 1_000_000_000),
        ("list_price", 120000.0, 120000),
        ("list_price", "120000", 120000),
        ("list_price", "120.000", 120000),
        ("list_price", "1,200,000 ₫", 1200000),
        ("list_price", "120.000 đồng", 120000),
        ("list_price", "120.000VND", 120000),
        ("gtin", "8934588012228", "8934588012228"),
        ("gtin", 8934588012228.0, "8934588012228"),
        ("gtin", 36000291452.0, "0036000291452"),
        ("stars", 4.0, 4),
        ("stars", "5 sao", 5),
        ("stars", "3 Stars", 3),
        ("stars", "★★★★", 4),
        ("points", "75,5", Decimal("75.5")),
        ("points", 75.50, Decimal("75.5")),
        ("points", "100", Decimal("100.0")),
        ("points", 0.0, Decimal("0.0")),
        ("decided_on", "2024-03-15", date(2024, 3, 15)),
        ("decided_on", "15/03/2024", date(2024, 3, 15)),
        ("decided_on", "5-3-2024", date(2024, 3, 5)),
        ("decided_on", "5.3.2024", date(2024, 3, 5)),
        ("tax_code", "0123456789", "0123456789"),
        ("tax_code", "0123456789001", "0123456789-001"),
        ("tax_code", "0123456789-001", "0123456789-001"),
        ("tax_code", 1234567890.0, "1234567890"),
        ("tax_code", "012345678901", "012345678901"),
        ("producer_kind", "Hợp tác xã", "cooperative"),
        ("producer_kind", "CÔNG TY", "company"),
        ("producer_kind", "Hộ kinh doanh", "household"),
        ("producer_kind", "Tổ hợp tác", "group"),
        ("producer_kind", "company", "company"),
    ],
)
def test_read(column: str, raw: str | float, value: object) -> None:
    assert read_cell(column, raw) == value


@pytest.mark.parametrize(
    ("column", "raw", "said"),
    [
        ("code", "Mã 1", "letters without accents"),
        ("code", "-x", "letters without accents"),
        ("code", "x" * 41, "at most 40"),
        ("name_vi", "x" * 201, "too long"),
        ("name_vi", "=A1&B1", "begins with “=”"),
        ("unit", "#REF!", "error of the spreadsheet"),
        ("net_weight", "500 ml", "volume"),
        ("net_weight", "1 lít", "volume"),
        ("net_weight", "1.500 g", "thousands or decimals"),
        ("net_weight", "1,500 kg", "thousands or decimals"),
        ("net_weight", "khoảng 500 g", "500 g or 1,5 kg"),
        ("net_weight", "1,2,3 kg", "500 g or 1,5 kg"),
        ("net_weight", "0", "above 0"),
        ("net_weight", "0,0001 kg", "whole number of grams"),
        ("net_weight", -5.0, "above 0"),
        ("net_weight", True, "500 g or 1,5 kg"),
        ("net_weight", "1000001 kg", "above 0"),
        ("list_price", "120.5", "whole VND"),
        ("list_price", "12.00", "whole VND"),
        ("list_price", "1.200,000", "whole VND"),
        ("list_price", "-1", "whole VND"),
        ("list_price", 0.0, "above 0"),
        ("list_price", 10.5, "whole number of VND"),
        ("list_price", True, "whole VND"),
        ("list_price", "10000000000000", "above 0"),
        ("gtin", "8934588012229", "mistyped"),
        ("gtin", 8934588012229.0, "mistyped"),
        ("stars", "2", "below three"),
        ("stars", 3.5, "3, 4 or 5"),
        ("stars", True, "3, 4 or 5"),
        ("points", "100,5", "0 to 100"),
        ("points", "75,25", "at most one decimal"),
        ("points", True, "0 to 100"),
        ("decided_on", "31/02/2024", "no such day"),
        ("decided_on", "03/2024", "dd/mm/yyyy"),
        ("decided_on", 45000.0, "dd/mm/yyyy"),
        ("decided_on", "15/03/1924", "check the year"),
        ("decided_on", "15/03/2204", "check the year"),
        ("tax_code", "123", "10, 12 or 13"),
        ("producer_kind", "tập đoàn", "cooperative"),
    ],
)
def test_refused(column: str, raw: str | float, said: str) -> None:
    with pytest.raises(CellError) as error:
        read_cell(column, raw)
    assert said in error.value.message
