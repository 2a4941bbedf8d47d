"""The process that draws: one line of JSON in, one line of JSON out, until its input closes.

Started by `dashboards.charts.pool` with a bare environment. It knows no secret, no database and no setting of the portal; Django
is set up only as far as gettext needs it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import django
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent.parent


def draw(request: dict[str, Any]) -> str:
    """Return the SVG text of a request of `dashboards.charts.rendering`; raises what the declaration raises."""
    import vl_convert
    from django.utils import translation

    from dashboards.charts import theme
    from dashboards.charts.cleaning import clean
    from dashboards.charts.declarations import DECLARATIONS

    language = request["language"]
    with translation.override(language):
        # The tests hold every declaration against the Vega-Lite schema; here that would only cost 3 ms a chart.
        chart = DECLARATIONS[request["name"]](request["rows"], language, request["size"] == "narrow").to_dict(validate=False)
    chart["config"] = theme.config(request["theme"])
    # A declaration without autosize reckons its padding itself, and the size is that of the whole picture all the same.
    padding = chart["padding"] if chart.get("autosize") == "none" else dict.fromkeys(("left", "right", "top", "bottom"), 0)
    chart["width"] = request["width"] - padding["left"] - padding["right"]
    chart["height"] = request["height"] - padding["top"] - padding["bottom"]
    chart.setdefault("autosize", {"type": "fit", "contains": "padding"})
    title, description = chart["usermeta"].pop("title"), chart.pop("description", "")
    svg = vl_convert.vegalite_to_svg(chart, vl_version="6.4", allowed_base_urls=[], format_locale=theme.number_locale(language))
    return clean(svg, title=title, description=description)


def main() -> None:
    """Answer requests until the input ends."""
    # Ctrl-C goes to the whole group of processes; the parent ends this one by closing its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What a library prints must not come between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    settings.configure(USE_I18N=True, LANGUAGE_CODE="vi", LOCALE_PATHS=[ROOT / "locale"], INSTALLED_APPS=[])
    django.setup()
    for line in sys.stdin:
        try:
            answer = {"svg": draw(json.loads(line))}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
