"""The rules of the resolver as a table: what is asked, what is answered, and for which rule the case stands.

In paths and answers `{G}` is the GTIN of 14 digits, `{G13}` of 13, `{L}` the lot's number, `{S}` and `{S2}` serials of two units, `{B}` a
lot and `{T}` a serial of another product; `{U}`, `{P}`, `{C}`: codes of a unit, a product, a lot without a GTIN.
"""

from __future__ import annotations

from dataclasses import dataclass, field

UNIT, LOT, PRODUCT = "/01/{G}/10/{L}/21/{S}", "/01/{G}/10/{L}", "/01/{G}"
BAD = {"Accept": "application/json"}
LINKSET = {"Accept": "application/linkset+json"}
EN, VI = {"Accept-Language": "en"}, {"Accept-Language": "vi"}


@dataclass(frozen=True)
class Case:
    """One request and its answer."""

    rule: str
    asked: str
    status: int
    # The Location of a redirect; the `reason` of a 400; words of a page.
    location: str = ""
    reason: str = ""
    ai: str | None = None
    holds: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "GET"


def bad(rule: str, asked: str, reason: str, ai: str | None = None) -> Case:
    """A link that is refused with 400."""
    return Case(rule, asked, 400, reason=reason, ai=ai, headers=BAD)


def found(rule: str, asked: str, *holds: str, headers: dict[str, str] = VI, lacks: tuple[str, ...] = ()) -> Case:
    """A page."""
    return Case(rule, asked, 200, holds=holds, lacks=lacks, headers=headers)


def moved(rule: str, asked: str, location: str, status: int = 307, headers: dict[str, str] = VI) -> Case:
    """A redirect."""
    return Case(rule, asked, status, location=location, headers=headers)


def missing(rule: str, asked: str, *holds: str, headers: dict[str, str] = VI) -> Case:
    """404."""
    return Case(rule, asked, 404, holds=holds, headers=headers)


LONG = "A" * 21
NOT_ASCII = "%C4%90"
CASES = [
    # The page at the link itself: the default link, without a detour
    found("the default of a unit is its page", UNIT, "{S}", 'class="verdict valid"'),
    found("the default of a lot is its page", LOT, "{L}", 'class="verdict information"', lacks=("{S}",)),
    found("the default of a product is its page", PRODUCT, 'class="verdict information"', 'name="lot"'),
    found("a serial without its lot is the same unit", "/01/{G}/21/{S}", "{S}", "{L}", 'class="verdict valid"'),
    found("a variant (22) stands before the lot", "/01/{G}/22/2A/10/{L}", "{L}"),
    found("22, 10 and 21 in their order", "/01/{G}/22/2A/10/{L}/21/{S}", "{S}"),
    found("a trailing slash is tolerated after a product", PRODUCT + "/", 'name="lot"'),
    found("a trailing slash is tolerated after a lot", LOT + "/", "{L}"),
    found("a trailing slash is tolerated after a unit", UNIT + "/", "{S}"),
    found("attributes in the query are no part of the key", UNIT + "?17=261231", "{S}"),
    found("several attributes", PRODUCT + "?3103=000195&17=261231", 'name="lot"'),
    found("other parameters are nobody's business", PRODUCT + "?utm_source=zalo&q=1", 'name="lot"'),
    found("an empty linkType asks for nothing", PRODUCT + "?linkType=", 'name="lot"'),
    Case("HEAD is answered like GET", UNIT, 200, method="HEAD"),
    Case("HEAD of an unknown key", "/01/09520000999995", 404, method="HEAD"),
    Case("OPTIONS is answered", UNIT, 204, method="OPTIONS"),
    Case("OPTIONS needs no known key", "/01/09520000999995", 204, method="OPTIONS"),
    Case("no other method", UNIT, 405, method="DELETE"),
    Case("no other method", UNIT, 405, method="PUT"),
    # Shorter GTINs are written with 14 digits
    moved("13 digits lead to 14", "/01/{G13}", "/01/{G}", 301),
    moved("13 digits with lot and serial", "/01/{G13}/10/{L}/21/{S}", UNIT, 301),
    moved("13 digits keep the query", "/01/{G13}?17=261231&x=y", "/01/{G}?17=261231&x=y", 301),
    moved("13 digits with a trailing slash", "/01/{G13}/", "/01/{G}", 301),
    moved("12 digits lead to 14", "/01/614141123452", "/01/00614141123452", 301),
    moved("8 digits lead to 14", "/01/95050003", "/01/00000095050003", 301),
    bad("13 digits are checked before they lead on", "/01/9520000000072", "check_digit", "01"),
    bad("a faulty lot after 13 digits", "/01/{G13}/10/" + LONG, "length", "10"),
    # Structure
    bad("a key needs a value", "/01", "structure"),
    bad("a key needs a value, slash or not", "/01/", "structure"),
    bad("a qualifier needs a value", "/01/{G}/10", "structure"),
    bad("a qualifier needs a value, slash or not", "/01/{G}/10/", "structure"),
    bad("a value is not empty", "/01//10/{L}", "structure"),
    bad("no empty segment", "/01/{G}//10/{L}", "structure"),
    bad("two slashes at the end", "/01/{G}//", "structure"),
    bad("a serial is no key", "/21/{S}", "structure", "21"),
    bad("a lot is no key", "/10/{L}/01/{G}", "structure", "10"),
    bad("an attribute is no key", "/17/261231", "structure", "17"),
    bad("what is no AI is no key", "/0404/1", "structure", ""),
    bad("an attribute is no qualifier", "/01/{G}/17/261231", "structure", "17"),
    bad("a qualifier of another key", "/01/{G}/254/1", "structure", "254"),
    bad("a word is no qualifier", "/01/{G}/lot/{L}", "structure", "lot"),
    bad("a second key in the path", "/01/{G}/00/006141411234567890", "structure", "00"),
    bad("235 does not go with a serial", "/01/{G}/21/{S}/235/A1", "structure", "235"),
    bad("an SSCC has no lot", "/00/106141412345678908/10/A", "structure", "10"),
    # Length
    bad("a GTIN of 11 digits", "/01/95200000000", "length", "01"),
    bad("a GTIN of 15 digits", "/01/095200000000730", "length", "01"),
    bad("a GTIN of one digit", "/01/0", "length", "01"),
    bad("a lot of 21 characters", "/01/{G}/10/" + LONG, "length", "10"),
    bad("a serial of 21 characters", "/01/{G}/21/" + LONG, "length", "21"),
    bad("a variant of 21 characters", "/01/{G}/22/" + LONG, "length", "22"),
    bad("an SSCC of 17 digits", "/00/10614141234567890", "length", "00"),
    bad("a GLN of 12 digits", "/414/952000000001", "length", "414"),
    bad("a date of 5 digits", "/01/{G}?17=26123", "length", "17"),
    bad("an empty attribute", "/01/{G}?17=", "length", "17"),
    # Characters
    bad("letters in a GTIN", "/01/0952000000007A", "characters", "01"),
    bad("digits of another script in a GTIN", "/01/" + "%D9%A0" * 14, "characters", "01"),
    bad("a letter with an accent in a lot", "/01/{G}/10/" + NOT_ASCII, "characters", "10"),
    bad("a blank in a lot", "/01/{G}/10/A%20B", "characters", "10"),
    bad("a hash sign in a serial", "/01/{G}/21/A%23B", "characters", "21"),
    bad("a zero byte in a serial", "/01/{G}/21/A%00B", "characters", "21"),
    bad("a line break in a lot", "/01/{G}/10/A%0D", "characters", "10"),
    bad("markup in a lot is not fit for a lot", "/01/{G}/10/%5Bscript%5D", "characters", "10"),
    missing("bytes that are no text are taken as they are written", "/01/{G}/10/%FF"),
    bad("a letter in a date", "/01/{G}?17=2612AB", "characters", "17"),
    bad("a small letter in a CPID", "/8010/abcdef", "characters", "8010"),
    bad("letters in an SSCC", "/00/10614141234567890X", "characters", "00"),
    # Check digits, checked apart from the library
    bad("the check digit of a GTIN", "/01/09520000000074", "check_digit", "01"),
    bad("two digits of a GTIN exchanged", "/01/90520000000073", "check_digit", "01"),
    bad("the check digit is looked at before lot and serial", "/01/09520000000074/10/{L}/21/{S}", "check_digit", "01"),
    bad("the check digit of 12 digits", "/01/614141123453", "check_digit", "01"),
    bad("the check digit of 8 digits", "/01/95050004", "check_digit", "01"),
    bad("the check digit of an SSCC", "/00/106141412345678909", "check_digit", "00"),
    bad("the check digit of a GLN", "/414/9520000000072", "check_digit", "414"),
    bad("the check digit of a contained GTIN in the query", "/00/106141412345678908?02=00614141123453", "check_digit", "02"),
    # Form of a value
    bad("the month of a date", "/01/{G}?17=261331", "value", "17"),
    bad("a GRAI begins with 0", "/8003/195200000000730", "value", "8003"),
    bad("a GDTI begins with digits", "/253/95200000000AB", "value", "253"),
    # Order and repetition
    bad("lot before variant", "/01/{G}/10/{L}/22/2A", "order", "22"),
    bad("serial before lot", "/01/{G}/21/{S}/10/{L}", "order", "10"),
    bad("serial before variant", "/01/{G}/21/{S}/22/2A", "order", "22"),
    bad("the key in the place of a qualifier", "/01/{G}/01/{G}", "duplicate", "01"),
    bad("two lots", "/01/{G}/10/{L}/10/{L}", "duplicate", "10"),
    bad("two serials", "/01/{G}/21/{S}/21/{S2}", "duplicate", "21"),
    bad("an attribute twice", "/01/{G}?17=261231&17=261231", "duplicate", "17"),
    bad("the lot in path and query", "/01/{G}/10/{L}?10={L}", "duplicate", "10"),
    bad("the key in path and query", "/01/{G}?01={G}", "duplicate", "01"),
    bad("a name of digits that is no AI", "/01/{G}?0404=1", "structure", "0404"),
    # Ranges that no product in trade has
    bad("02 is for use within a company", "/01/00200000000004", "restricted", "01"),
    bad("04 is for use within a company", "/01/00400000000008", "restricted", "01"),
    bad("20 is for use within a shop", "/01/02000000000008", "restricted", "01"),
    bad("29 is for use within a shop", "/01/02900000000001", "restricted", "01"),
    bad("13 digits of a restricted range are not led on", "/01/2000000000008", "restricted", "01"),
    bad("zeros alone are no GTIN", "/01/00000000000000", "restricted", "01"),
    # Unknown keys
    missing("a GTIN that nobody of ours has", "/01/09520000999995", 'class="verdict unknown"'),
    missing("a lot that was never opened", "/01/{G}/10/KHONG-CO", 'class="verdict unknown"', "Sản phẩm"),
    missing("a serial that was never issued", "/01/{G}/21/0000000000000", 'class="verdict unknown"', "Sản phẩm"),
    missing("a serial never issued in a lot that is there", "/01/{G}/10/{L}/21/0000000000000", 'class="verdict unknown"'),
    missing("a lot is compared letter by letter", "/01/{G}/10/lo-1", 'class="verdict unknown"'),
    missing("a serial of another lot", "/01/{G}/10/{L}/21/{S2}", 'class="verdict unknown"'),
    missing("a serial of another product", "/01/{G}/21/{T}", 'class="verdict unknown"'),
    missing("a lot of another product", "/01/{G}/10/{B}", 'class="verdict unknown"'),
    missing("a third party's serial (235)", "/01/{G}/235/A1"),
    missing("a good key that is no GTIN", "/414/9520000000073"),
    missing("a good SSCC", "/00/106141412345678908"),
    missing("another unit of packing is another key", "/01/19520000000070"),
    missing("an unknown key has no links either", "/01/09520000999995?linkType=gs1:pip"),
    missing("an unknown key has no linkset either", "/01/09520000999995?linkType=linkset"),
    missing("an unknown serial has no linkset either", "/01/{G}/21/0000000000000", headers=LINKSET),
    # Types of links
    moved("gs1:pip of a product", PRODUCT + "?linkType=gs1:pip", "/trace/01/{G}?linkType=gs1:pip"),
    moved("gs1:traceability of a lot", LOT + "?linkType=gs1:traceability", "/trace" + LOT + "?linkType=gs1:traceability"),
    moved("gs1:traceability of a unit", UNIT + "?linkType=gs1:traceability", "/trace" + UNIT + "?linkType=gs1:traceability"),
    moved("walking up from a unit to its product", UNIT + "?linkType=gs1:pip", "/trace/01/{G}?linkType=gs1:pip"),
    moved("walking up from a lot to its product", LOT + "?linkType=gs1:pip", "/trace/01/{G}?linkType=gs1:pip"),
    moved(
        "walking up to a link of the producer",
        UNIT + "?linkType=gs1:instructions",
        "https://example.vn/huong-dan?linkType=gs1:instructions",
    ),
    moved(
        "walking up to a link of the lot",
        UNIT + "?linkType=gs1:certificationInfo",
        "https://example.vn/lo-1.pdf?linkType=gs1:certificationInfo",
    ),
    moved("the nearer level wins", LOT + "?linkType=gs1:recipeInfo", "https://example.vn/mon-lo?linkType=gs1:recipeInfo"),
    moved(
        "the farther level where asked there", PRODUCT + "?linkType=gs1:recipeInfo", "https://example.vn/mon?a=1&linkType=gs1:recipeInfo"
    ),
    missing("01+21 does not see what hangs on 01+10", "/01/{G}/21/{S}?linkType=gs1:certificationInfo"),
    missing("01 does not see what hangs on 01+10", PRODUCT + "?linkType=gs1:certificationInfo"),
    missing("another lot does not see it", "/01/{G}/10/LO-2?linkType=gs1:certificationInfo"),
    moved("a shop of the catalogue", PRODUCT + "?linkType=gs1:hasRetailers", "https://shop.example.vn/?linkType=gs1:hasRetailers"),
    missing("a type that we do not have", PRODUCT + "?linkType=gs1:epil"),
    missing("a type that is none", PRODUCT + "?linkType=gs1:nothing"),
    missing("a type of another vocabulary", PRODUCT + "?linkType=schema:url"),
    missing("a product has no way of its own", PRODUCT + "?linkType=gs1:traceability"),
    moved(
        "a type as a full address", PRODUCT + "?linkType=https://ref.gs1.org/voc/pip", "/trace/01/{G}?linkType=https://ref.gs1.org/voc/pip"
    ),
    moved("a type at its old address", PRODUCT + "?linkType=https://gs1.org/voc/pip", "/trace/01/{G}?linkType=https://gs1.org/voc/pip"),
    moved("the default link by its name", UNIT + "?linkType=gs1:defaultLink", "/trace" + UNIT + "?linkType=gs1:defaultLink"),
    moved(
        "the default link has no language", UNIT + "?linkType=gs1:defaultLink", "/trace" + UNIT + "?linkType=gs1:defaultLink", headers=EN
    ),
    moved(
        "the default by language",
        UNIT + "?linkType=gs1:defaultLinkMulti",
        "/en/trace" + UNIT + "?linkType=gs1:defaultLinkMulti",
        headers=EN,
    ),
    # The query string is passed on
    moved(
        "the whole query is passed on",
        PRODUCT + "?linkType=gs1:instructions&17=261231&x=1&x=2",
        "https://example.vn/huong-dan?linkType=gs1:instructions&17=261231&x=1&x=2",
    ),
    moved("the query as it was written", PRODUCT + "?x=%C4%90%20a&linkType=gs1:pip", "/trace/01/{G}?x=%C4%90%20a&linkType=gs1:pip"),
    moved(
        "the fragment of a link stays behind the query",
        PRODUCT + "?linkType=gs1:relatedVideo",
        "https://example.vn/phim?linkType=gs1:relatedVideo#t=10",
    ),
    # Languages
    found("Vietnamese where nothing is said", PRODUCT, 'lang="vi"', headers={}),
    found("English where it is asked for", PRODUCT, 'lang="en"', headers=EN),
    found("a region is English too", PRODUCT, 'lang="en"', headers={"Accept-Language": "en-GB"}),
    found("the better quality wins", PRODUCT, 'lang="en"', headers={"Accept-Language": "vi;q=0.4, en;q=0.9"}),
    found("q=0 is not wanted", PRODUCT, 'lang="en"', headers={"Accept-Language": "vi;q=0, *"}),
    found("a language that we do not speak", PRODUCT, 'lang="vi"', headers={"Accept-Language": "fr"}),
    found("the second choice", PRODUCT, 'lang="en"', headers={"Accept-Language": "fr, en;q=0.5"}),
    found("anything will do", PRODUCT, 'lang="vi"', headers={"Accept-Language": "*"}),
    found("nonsense is no language", PRODUCT, 'lang="vi"', headers={"Accept-Language": ";;q=x,,en;q=7"}),
    moved("a link in the language", PRODUCT + "?linkType=gs1:pip", "/en/trace/01/{G}?linkType=gs1:pip", headers=EN),
    moved(
        "a link of the producer in the language",
        PRODUCT + "?linkType=gs1:homepage",
        "https://example.vn/en?linkType=gs1:homepage",
        headers=EN,
    ),
    moved("and in the other", PRODUCT + "?linkType=gs1:homepage", "https://example.vn/vi?linkType=gs1:homepage"),
    moved(
        "a link in no language fits anybody",
        PRODUCT + "?linkType=gs1:instructions",
        "https://example.vn/huong-dan?linkType=gs1:instructions",
        headers=EN,
    ),
    # Codes of our own
    found("the code of a unit", "/t/{U}", "{U}", 'class="verdict valid"'),
    found("the code of a lot", "/t/{C}", 'class="verdict information"'),
    found("the code of a product", "/t/{P}", 'name="lot"'),
    found("a code with a trailing slash", "/t/{U}/", "{U}"),
    moved("a code in small letters", "/t/{u}", "/t/{U}", 301),
    moved("a code of what has a GTIN by now", "/t/{S}", UNIT, 301),
    moved("the code of its lot", "/t/{LC}", LOT, 301),
    moved("with the query", "/t/{S}?x=1", UNIT + "?x=1", 301),
    missing("a code that was never issued", "/t/0000000000000", 'class="verdict unknown"'),
    missing("a code of no length in use", "/t/ABC"),
    missing("a code of other characters", "/t/%C4%90%C4%90%C4%90%C4%90%C4%90%C4%90%C4%90%C4%90"),
    missing("a zero byte", "/t/AAAAAAA%00"),
    moved("a code has links too", "/t/{U}?linkType=gs1:pip", "/trace/t/{P}?linkType=gs1:pip"),
]
