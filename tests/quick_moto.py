"""moto answers DynamoDB's calls in less time, and as before: what it finds out anew in each call it finds out once.

A call about items takes the short way of tests/direct_moto.py; the rest of DynamoDB's go straight to moto's DynamoDB,
and are not signed: moto reads no signature. Of each attribute moto writes down the one type that it has, instead of
asking for all ten. The text of an expression is read once; who changes what was read changes a copy, as in moto itself,
made by pickle, and what must be true of all of an expression is asked of the whole, not of each part as well. The
actions of a service are listed once. botocore cleans the words of its user agent once, and looks once at what a handler
of its events takes; boto3 makes the class of a kind of resource once.
"""

import pickle
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import botocore.hooks
import botocore.useragent
from boto3.resources.factory import ResourceFactory
from botocore.auth import SigV4Auth
from botocore.client import BaseClient
from moto.core import responses
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import botocore_stubber
from moto.core.request import normalize_request
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.parsing import validators
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser, Node
from moto.dynamodb.parsing.expressions import UpdateExpressionParser
from moto.dynamodb.parsing.validators import ActionCountValidator, OverlappingPathsValidator
from moto.dynamodb.responses import DynamoHandler

from tests import direct_moto

DYNAMODB: Final = re.compile(r"https://dynamodb\.[a-z0-9-]+\.amazonaws\.com/")
_in_full: Any = BaseJSONSerializer._serialize_type_structure
_split: Any = ConditionExpressionParser._lex_condition_expression
_make_by_http: Any = vars(BaseClient)["_make_request"]
_process: Any = BotocoreStubber.process_request
_sign: Any = SigV4Auth.add_auth
_load: Any = ResourceFactory.load_from_definition
_counts: Any = ActionCountValidator.verify_action_counts
_overlaps: Any = OverlappingPathsValidator.check_for_overlapping_paths
_accepts: Any = botocore.hooks.accepts_kwargs
_classes: Final[dict[tuple[str, str], Any]] = {}  # of resources, by service and name


def _serialize(self: Any, serialized: dict[str, Any], value: Any, shape: Any, key: str) -> None:
    if shape.name != "AttributeValue" or not isinstance(value, dict):
        _in_full(self, serialized, value, shape, key)
        return
    written: dict[str, Any] = {}
    for name, what in value.items():
        self._serialize(written, what, shape.members[name], name)
    self._default_serialize(serialized, written, shape, key)


@cache
def _words_of(condition: str | None) -> tuple[Any, ...]:
    """They are tuples, so callers can share them."""
    return tuple(_split(ConditionExpressionParser(condition, None, None)))


def _split_once(self: Any) -> "deque[Any]":
    return deque(_words_of(self.condition_expression))


def _traverse(self: Any, node: Any) -> Any:
    """A processor takes care of the same kinds of nodes from the first of them to the last."""
    handlers = self._processing_map()
    return _processed(self, node, handlers, tuple(handlers))


def _processed(processor: Any, node: Any, handlers: dict[type, Any], kinds: tuple[type, ...], place: int = -1) -> Any:
    parent = node.parent
    for number, child in enumerate(node.children or ()):
        processor.pre_processing_of_child(node, number)
        if _is_node(child.__class__):
            _processed(processor, child, handlers, kinds, number)
    if (kind := _first(kinds, node.__class__)) is not None:
        node = handlers[kind](node)
        node.parent = parent
        if parent:
            parent.children[place] = node
    return node


@cache
def _is_node(kind: type) -> bool:
    """moto's nodes are abstract base classes, which take long to be asked."""
    return issubclass(kind, Node)


@cache
def _first(kinds: tuple[type, ...], kind: type) -> type | None:
    return next((each for each in kinds if issubclass(kind, each)), None)


def _copy(expression: Any) -> Any:
    return pickle.loads(pickle.dumps(expression))  # noqa: S301 (our own)


def _count_of_the_whole(self: Any, node: Any) -> Any:
    return node if node.parent else _counts(self, node)


def _overlaps_of_the_whole(self: Any, node: Any) -> Any:
    return node if node.parent else _overlaps(self, node)


def _make(self: Any, operation: Any, request: dict[str, Any], context: Any) -> Any:
    credentials = self._request_signer._credentials
    answer = None
    if botocore_stubber.enabled and credentials and DYNAMODB.fullmatch(request["url"]):
        answer = direct_moto.answer(operation, request, self.meta.region_name, credentials.access_key)
    return answer or _make_by_http(self, operation, request, context)


def _dispatch(self: Any, request: Any) -> Any:
    if DYNAMODB.fullmatch(request.url):
        return DynamoHandler.dispatch(normalize_request(request))
    return _process(self, request)


def _sign_for_others(self: Any, request: Any) -> None:
    """Who has no credentials still finds that out."""
    if self.credentials is None or not DYNAMODB.fullmatch(request.url):
        _sign(self, request)


def _load_once(self: Any, resource_name: str, single_resource_json_definition: Any, service_context: Any) -> Any:
    key = service_context.service_name, resource_name
    if key not in _classes:
        _classes[key] = _load(self, resource_name, single_resource_json_definition, service_context)
    return _classes[key]


@cache
def _function_accepts(function: Any) -> Any:
    return _accepts(function)


def _accepts_kwargs(handler: Any) -> Any:
    """A method is asked by its function, so that nobody is kept for the sake of the answer."""
    function = getattr(handler, "__func__", None)
    return _function_accepts(function) if function else _accepts(handler)


# Of whom, which method or function, and what stands in its place.
MENDS: Final[list[tuple[Any, str, Any]]] = [
    (BaseJSONSerializer, "_serialize_type_structure", _serialize),
    (ConditionExpressionParser, "_lex_condition_expression", _split_once),
    (ActionCountValidator, "verify_action_counts", _count_of_the_whole),
    (OverlappingPathsValidator, "check_for_overlapping_paths", _overlaps_of_the_whole),
    (BaseClient, "_make_request", _make),
    (BotocoreStubber, "process_request", _dispatch),
    (SigV4Auth, "add_auth", _sign_for_others),
    (ResourceFactory, "load_from_definition", _load_once),
    (DepthFirstTraverser, "traverse", _traverse),
    (validators, "deepcopy", _copy),
    (UpdateExpressionParser, "make", staticmethod(cache(UpdateExpressionParser.make))),
    (botocore.hooks, "accepts_kwargs", _accepts_kwargs),
    (responses, "camelcase_to_underscores", cache(responses.camelcase_to_underscores)),
    (responses, "method_names_from_class", cache(responses.method_names_from_class)),
    (
        botocore.useragent,
        "sanitize_user_agent_string_component",
        cache(botocore.useragent.sanitize_user_agent_string_component),
    ),
]


_AS_THEY_WERE: Final[list[tuple[Any, str, Any]]] = [(owner, name, vars(owner)[name]) for owner, name, _ in MENDS]


def apply() -> None:
    """For all of this process; nothing else that moto does changes."""
    for owner, name, mend in MENDS:
        setattr(owner, name, mend)


@contextmanager
def undone() -> Iterator[None]:
    """moto as it is, for who compares."""
    for owner, name, original in _AS_THEY_WERE:
        setattr(owner, name, original)
    try:
        yield
    finally:
        apply()
