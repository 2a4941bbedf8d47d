"""A producer's own listings: its members read and write them with their token; officials review them as ever.

Nothing written here is public: it waits in a draft until it is submitted and an official has published it.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import throttle_classes
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import api_view
from accounts.models import User
from catalog.api.http import INVALID, PROBLEMS, READ_ERRORS, WRITING, DetailSerializer, Throttle, asked, etags
from catalog.api.paging import PER_PART, next_address, position_of
from catalog.api.reading import CODE, NoQuery, PartQuery, plain_code
from catalog.api.shapes import REVISION_STATES
from catalog.listings import drafts
from catalog.listings.errors import (
    NotEditableError,
    NothingChangedError,
    NotTheirsError,
    ProblemsError,
    SameNameError,
    StaleError,
    TooManyDraftsError,
)
from catalog.listings.fields import MOST_TYPED, PRODUCT_FIELDS, FieldError
from catalog.models import ListingRevision, Producer, Product

NAME = next(field for field in PRODUCT_FIELDS if field.key == "name_vi")
KEYS = [field.key for field in PRODUCT_FIELDS]


class Text(serializers.CharField):
    """A text as somebody typed it: no number is taken for one, and nothing is cut off."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MOST_TYPED, allow_blank=True, required=False, trim_whitespace=False, **options)
        self.validators = [one for one in self.validators if "Prohibit" not in type(one).__name__]

    def to_internal_value(self, data: Any) -> str:
        """The text. Raises ValidationError for anything else."""
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class StrictBody(serializers.Serializer[Any]):
    """A body: a field that is not described is refused."""

    def to_internal_value(self, data: Any) -> Any:
        """The values. Raises ValidationError."""
        found = super().to_internal_value(data)
        unknown = [name for name in data if name not in self.fields]
        if unknown:
            raise ValidationError({name: [_("There is no such field.")] for name in unknown})
        return found


def _typed(limit: int, needed: bool) -> Text:
    return Text(help_text=f"at most {limit} characters to be submitted" + ("; needed" if needed else ""))


FIELDS = {field.key: _typed(field.limit, field.needed) for field in PRODUCT_FIELDS}
FieldsSerializer: Any = type("FieldsSerializer", (StrictBody,), {**FIELDS, "__doc__": "What a draft holds, as text, right or wrong."})
ContentSerializer: Any = inline_serializer("ListingContent", {key: serializers.CharField(allow_blank=True) for key in KEYS})


class NewSerializer(StrictBody):
    """A new product: its name, and whose it is where the member belongs to several producers."""

    name_vi = serializers.CharField(max_length=NAME.limit)
    producer = serializers.RegexField(CODE, required=False, help_text="code")


class RemarkSerializer(serializers.Serializer[Any]):
    """What an official asks for, until it is submitted again; `field` empty: of the whole."""

    field = serializers.CharField(allow_blank=True)
    text = serializers.CharField()


class ListingEntrySerializer(serializers.Serializer[Any]):
    """A listing of one's own in the list. `state` and `number` are those of the open revision; null: none is open."""

    code = serializers.CharField()
    name_vi = serializers.CharField(help_text="as it is public, or was begun")
    producer = serializers.CharField()
    public = serializers.BooleanField()
    state = serializers.ChoiceField(REVISION_STATES, allow_null=True)
    number = serializers.IntegerField(allow_null=True)


class ListingSerializer(ListingEntrySerializer):
    """A listing of one's own; `content` is the open revision's, or what is public where none is open."""

    content = ContentSerializer
    remarks = RemarkSerializer(many=True)
    problems = serializers.DictField(child=serializers.CharField(), help_text="by field, what is wrong with what was just saved")


class ListingPageSerializer(serializers.Serializer[Any]):
    """A part of the list; `next` is the address of the part that follows, null at the end."""

    next = serializers.CharField(allow_null=True)
    results = ListingEntrySerializer(many=True)


class Refused(APIException):
    """The verb was refused; nothing was changed."""

    def __init__(self, status: HTTPStatus, detail: str | dict[str, list[str]]) -> None:
        super().__init__(detail)
        self.status_code = status


ERRORS = {
    400: INVALID,
    401: OpenApiResponse(DetailSerializer, description="No token, or one that is not known."),
    403: OpenApiResponse(DetailSerializer, description="The token's user belongs to no producer."),
    404: OpenApiResponse(DetailSerializer, description="The user's producers have no such product, or the cursor belongs to no such list."),
    406: READ_ERRORS[406],
    429: READ_ERRORS[429],
}
CONFLICT = {409: OpenApiResponse(DetailSerializer, description="An official has the listing: it cannot be changed now.")}
UNFIT = {422: OpenApiResponse(PROBLEMS, description="By field what has to be mended first.")}
TYPED = {
    413: OpenApiResponse(DetailSerializer, description="The body is larger than 5 MB."),
    415: OpenApiResponse(DetailSerializer, description="The body is not JSON."),
}
IF_MATCH = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True, description="the ETag of the listing as it was read last"
)
TAGS = ["own listings"]


@extend_schema(
    methods=["GET"], operation_id="listings", tags=TAGS, parameters=[PartQuery], responses={200: ListingPageSerializer, **ERRORS}
)
@extend_schema(
    methods=["POST"],
    operation_id="listing_new",
    tags=TAGS,
    request=NewSerializer,
    responses={201: ListingSerializer, **ERRORS, **TYPED, **UNFIT},
)
@api_view(WRITING, "GET", "POST")
@throttle_classes([Throttle])
def listings(request: Request) -> Response:
    """The products of the user's producers with their open drafts; a new one, which nobody sees before it is published."""
    if request.method == "POST":
        return _new(request)
    query = asked(request, PartQuery)
    most, behind = query.get("page_size", PER_PART), position_of(query)
    found = list(_own(request).filter(pk__gt=behind).order_by("pk")[: most + 1])
    following = found[most - 1].pk if len(found) > most else 0
    open_ones = {one.product_id: one for one in ListingRevision.objects.open().filter(product__in=found[:most]).defer("base", "content")}
    rows = [_entry(product, open_ones.get(product.pk)) for product in found[:most]]
    answer = {"next": next_address(request, query, following) if following else None, "results": rows}
    return Response(ListingPageSerializer(answer).data)


@extend_schema(methods=["GET"], operation_id="listing", tags=TAGS, responses={200: ListingSerializer, **ERRORS})
@extend_schema(
    methods=["PATCH"],
    operation_id="listing_save",
    tags=TAGS,
    parameters=[IF_MATCH],
    request=FieldsSerializer,
    responses={
        200: ListingSerializer,
        **ERRORS,
        **CONFLICT,
        412: OpenApiResponse(ListingSerializer, description="Somebody else changed it since: the listing as it is now."),
        **TYPED,
        428: OpenApiResponse(DetailSerializer, description="If-Match is missing."),
    },
)
@api_view(WRITING, "GET", "PATCH")
@throttle_classes([Throttle])
def listing(request: Request, code: str) -> Response:
    """One listing of one's own with its ETag; some of its fields, saved into the draft, whatever is still wrong with them."""
    asked(request, NoQuery)
    product = get_object_or_404(_own(request), code=plain_code(code))
    if request.method == "GET":
        return _listing(product)
    return _save(request, product)


@extend_schema(
    operation_id="listing_submit",
    tags=TAGS,
    request=None,
    responses={200: ListingSerializer, **ERRORS, **CONFLICT, **TYPED, **UNFIT},
)
@api_view(WRITING, "POST")
@throttle_classes([Throttle])
def listing_submit(request: Request, code: str) -> Response:
    """Hand the draft to the officials, with the photos, papers and links that the producer keeps now."""
    asked(request, NoQuery)
    product = get_object_or_404(_own(request), code=plain_code(code))
    try:
        drafts.submit(owner=product, by=_user(request))
    except ProblemsError as error:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, _by_field((one.field.key, one.text) for one in error.problems)) from None
    except NothingChangedError:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, {"detail": [_("Nothing was changed: all of this is public already.")]}) from None
    except NotEditableError:
        raise _with_an_official() from None
    return _listing(product)


def _new(request: Request) -> Response:
    asked(request, NoQuery)
    body = NewSerializer(data=_sent(request))
    body.is_valid(raise_exception=True)
    own = Producer.objects.filter(memberships__user=_user(request))
    code = body.validated_data.get("producer")
    makers = list(own.filter(code=code) if code else own[:2])
    if len(makers) != 1:
        words = _("You belong to no such producer.") if code else _("You belong to several producers: say which one by its code.")
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, {"producer": [words]})
    try:
        name = NAME.tidy(body.validated_data["name_vi"])
        if not name:
            raise FieldError(_("This is needed before the listing can be published."))
        product = drafts.new_product(producer=makers[0], name=name, by=_user(request))
    except FieldError as error:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, {"name_vi": [str(error)]}) from None
    except SameNameError:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, {"name_vi": [_("The producer has a product of this name already.")]}) from None
    except TooManyDraftsError:
        words = _("Too many products wait for their first publication: finish some of them first.")
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, {"detail": [words]}) from None
    return _listing(product, status=HTTPStatus.CREATED)


def _save(request: Request, product: Product) -> Response:
    known = etags(request.headers, "If-Match")
    if not known:
        raise Refused(HTTPStatus.PRECONDITION_REQUIRED, _("Say by If-Match which state of the listing this changes: its ETag."))
    body = FieldsSerializer(data=_sent(request))
    body.is_valid(raise_exception=True)
    values: dict[str, str] = body.validated_data
    now = drafts.content_now(product)
    if _etag(now) not in known:
        return _listing(product, status=HTTPStatus.PRECONDITION_FAILED)
    try:
        saved = drafts.save_fields(owner=product, values=values, etag=drafts.etag_of(now, values), by=_user(request))
    except StaleError:
        return _listing(product, status=HTTPStatus.PRECONDITION_FAILED)
    except NotEditableError:
        raise _with_an_official() from None
    except NotTheirsError:
        raise Refused(HTTPStatus.NOT_FOUND, _("Not found.")) from None
    return _listing(product, problems=saved.errors)


def _sent(request: Request) -> Any:
    """The body, looked at before it is read: Django's own refusal of a large one would be a page, not an answer of the API."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("The body is larger than 5 MB."))
    return request.data


def _own(request: Request) -> Any:
    return Product.objects.kept_by(_user(request)).select_related("producer")


def _user(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user


def _with_an_official() -> Refused:
    return Refused(HTTPStatus.CONFLICT, _("An official has this listing: it can be changed once it is published or returned."))


def _by_field(problems: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, text in problems:
        found.setdefault(key, []).append(text)
    return found


def _etag(content: dict[str, Any]) -> str:
    return f'"{drafts.etag_of(content, KEYS)}"'


def _entry(product: Product, revision: ListingRevision | None) -> dict[str, Any]:
    return {
        "code": product.code,
        "name_vi": product.name_vi,
        "producer": product.producer.code,
        "public": product.published_at is not None,
        "state": revision.state if revision else None,
        "number": revision.number if revision else None,
    }


def _row(product: Product, problems: dict[str, str] | None = None) -> dict[str, Any]:
    revision = ListingRevision.objects.of(product).open().first()
    content = revision.content if revision else drafts.content_now(product)
    return _entry(product, revision) | {
        "content": {key: str(content.get(key, "")) for key in KEYS},
        "remarks": [{"field": remark.field, "text": remark.text} for remark in revision.open_remarks()] if revision else [],
        "problems": problems or {},
    }


def _listing(product: Product, *, status: HTTPStatus = HTTPStatus.OK, problems: dict[str, str] | None = None) -> Response:
    row = _row(product, problems)
    return Response(
        ListingSerializer(row).data, status=status, headers={"ETag": _etag(row["content"]), "Cache-Control": "private, no-cache"}
    )
