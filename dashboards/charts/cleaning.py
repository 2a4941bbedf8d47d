"""What leaves the renderer: an SVG of drawn shapes and text alone, named for screen readers."""

from __future__ import annotations

import re
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
ELEMENTS = {"svg", "g", "path", "rect", "line", "text", "tspan"}
ATTRIBUTES = set(
    "x y x1 y1 x2 y2 d width height viewBox transform fill fill-opacity stroke stroke-width stroke-opacity stroke-dasharray "  # noqa: SIM905
    "stroke-linecap stroke-linejoin opacity font-family font-size font-weight text-anchor".split()
)
ElementTree.register_namespace("", SVG)


def clean(svg: str, *, title: str, description: str) -> str:
    """Return `svg` with the elements and attributes of a list and nothing else, with role, title and description.

    A list of what may stay, not of what must go: no script, no event handler, no reference to anything outside can be on it.
    Empty groups and marks that draw nothing go too, which takes off about half of the text.
    """
    # The text comes from our own renderer; a document type, the one way to make a small XML text large, is never in it.
    if "<!DOCTYPE" in svg:
        raise ValueError("an SVG with a document type")
    root = ElementTree.fromstring(svg)  # noqa: S314
    _prune(root)
    root.set("role", "img")
    root.set("aria-labelledby", "title description" if description else "title")
    named = [("title", title)] + ([("desc", description)] if description else [])
    for place, (tag, words) in enumerate(named):
        element = ElementTree.Element(f"{{{SVG}}}{tag}", {"id": "title" if tag == "title" else "description"})
        element.text = words
        root.insert(place, element)
    return ElementTree.tostring(root, encoding="unicode")


def _prune(element: ElementTree.Element) -> None:
    for name in list(element.attrib):
        if name not in ATTRIBUTES or element.attrib[name] in {"translate(0,0)", ""}:
            del element.attrib[name]
    for name in ("d", "transform"):
        if name in element.attrib:
            # A tenth of a pixel is as fine as anybody sees.
            element.attrib[name] = re.sub(r"-?\d+\.\d{2,}", lambda found: f"{float(found[0]):.1f}", element.attrib[name])
    for child in list(element):
        _prune(child)
        tag = child.tag.removeprefix(f"{{{SVG}}}")
        if tag not in ELEMENTS or _draws_nothing(tag, child):
            element.remove(child)


def _draws_nothing(tag: str, element: ElementTree.Element) -> bool:
    if tag == "g":
        return len(element) == 0
    if tag == "path":
        return not element.get("d") or not (_paints(element, "fill", default=False) or _paints(element, "stroke", default=False))
    return tag == "text" and not (element.text or len(element))


def _paints(element: ElementTree.Element, name: str, *, default: bool) -> bool:
    # Vega writes fill="none" on the outermost group, so a shape paints only with what it says itself.
    return element.get(name, "none") not in {"none", "transparent"} or default
