"""The XLSX of many order lines, made by the view as for a reader, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from bench._portal import ROOT, address

# What a web worker does, and nothing else: its memory is this child's.
CHILD = """
import sys
import django
django.setup()
from django.test import Client
from django.urls import reverse
from accounts.models import User
client = Client()
client.force_login(User.objects.get(), backend="allauth.account.auth_backends.AuthenticationBackend")
answer = client.get(reverse("line_list_xlsx"))
assert answer.status_code == 200, answer.status_code
sys.stdout.buffer.write(answer.content)
"""


def lines_file(lines: int) -> tuple[float, float]:
    """Seconds (start of Python and Django included) and peak megabytes for the file of so many lines taken in by way of intake and fold."""
    from python_calamine import CalamineWorkbook

    from accounts.models import User
    from catalog.models import Producer, ProducerMember, Product
    from orders.figures.fold import fold_all
    from orders.intake.services import take_in_file
    from orders.models import Shop, SkuMapping
    from orders.sampling import sample_skus, write_sample

    reader = User.objects.create(email="bench@example.vn")
    producer = Producer.objects.create(code="BENCH", name="Bench")
    product = Product.objects.create(code="BENCH", producer=producer, name_vi="Bench")
    ProducerMember.objects.create(producer=producer, user=reader)
    shop = Shop.objects.create(code="BENCH", name="Bench", platform="tiktok", province_id="52", producer=producer)
    SkuMapping.objects.bulk_create(
        SkuMapping(shop=shop, line_key=sku.sku_id, product=product, since=date(2020, 1, 1)) for sku in sample_skus()
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "orders.csv"
        write_sample(file, lines, 1, "csv", platform="tiktok")
        take_in_file(path=file, shop=shop, file_name=file.name, commit=True)
        fold_all()
        made = Path(folder) / "lines.xlsx"
        environment = {**os.environ, "DATABASE_URL": address()}
        began = time.perf_counter()
        with made.open("wb") as target:
            child = subprocess.Popen([sys.executable, "-c", CHILD], cwd=ROOT, env=environment, stdout=target)
            _pid, status, used = os.wait4(child.pid, 0)
        taken = time.perf_counter() - began
        assert status == 0, status
        assert CalamineWorkbook.from_path(str(made)).get_sheet_by_index(0).height == lines + 1
    return taken, used.ru_maxrss / 1024
