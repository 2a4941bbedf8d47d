"""Words of EPCIS 2.0 and of the Core Business Vocabulary (CBV) 2.0, and the URIs they are short for."""

from __future__ import annotations

import re

EVENT_TYPES = ("ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent")
STANDARD_CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
# Addresses under which the standard's context is and was published.
CONTEXTS = frozenset(
    {
        STANDARD_CONTEXT,
        "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
        "https://ref.gs1.org/standards/epcis/2.0.1/epcis-context.jsonld",
        "https://gs1.github.io/EPCIS/epcis-context.jsonld",
        "https://id.gs1.org/epcis-context.jsonld",
    }
)
# Prefixes that the standard's context defines itself.
NAMESPACES = {
    "epcis": "https://ref.gs1.org/epcis/",
    "cbv": "https://ref.gs1.org/cbv/",
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "gs1": "https://gs1.org/voc/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
}
# Schemes of absolute URIs: what stands before their colon is no prefix of a context.
SCHEMES = frozenset({"http", "https", "urn", "ni", "geo", "mailto", "tel", "did", "info", "tag", "data", "ftp"})

BIZ_STEP = "https://ref.gs1.org/cbv/BizStep-"
DISPOSITION = "https://ref.gs1.org/cbv/Disp-"
TRANSACTION_TYPE = "https://ref.gs1.org/cbv/BTT-"
PARTY_TYPE = "https://ref.gs1.org/cbv/SDT-"
COMPONENT = "https://ref.gs1.org/cbv/Comp-"
ERROR_REASON = "https://ref.gs1.org/cbv/ER-"
WEB_VOCABULARY = "https://gs1.org/voc/"
# How CBV 1.2 wrote them.
_URNS = {
    "urn:epcglobal:cbv:bizstep:": BIZ_STEP,
    "urn:epcglobal:cbv:disp:": DISPOSITION,
    "urn:epcglobal:cbv:btt:": TRANSACTION_TYPE,
    "urn:epcglobal:cbv:sdt:": PARTY_TYPE,
    "urn:epcglobal:cbv:er:": ERROR_REASON,
}
_BARE = re.compile(r"[A-Za-z_]+\Z")


def expanded(word: str, base: str, namespaces: dict[str, str] = NAMESPACES) -> str:
    """The URI of a word of the vocabulary under `base`, however it is written: bare, compact (`cbv:…`), as URN or in full."""
    if _BARE.match(word):
        return base + word
    for urn, uri in _URNS.items():
        if word.startswith(urn):
            return uri + word[len(urn) :]
    return uncompacted(word, namespaces)


def bare(word: str, base: str) -> str:
    """The word as JSON-LD writes it: bare where it is of the standard's vocabulary under `base`, as it is otherwise."""
    uri = expanded(word, base)
    return uri[len(base) :] if uri.startswith(base) else uri


def uncompacted(text: str, namespaces: dict[str, str]) -> str:
    """A compact URI (`prefix:name`) in full, where the prefix is known; other text as it is."""
    prefix, colon, name = text.partition(":")
    if colon and prefix in namespaces and not name.startswith("//"):
        return namespaces[prefix] + name
    return text
