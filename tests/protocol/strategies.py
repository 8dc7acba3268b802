"""Values of any message type, within its bounds: Hypothesis strategies derived from msgspec types."""

import re
from typing import Any, Final

import msgspec.inspect as inspect
from hypothesis import strategies as st

from breeze_protocol.ids import UUID_PATTERN

_LONGEST: Final = 40
"""Characters of a text, and elements of a collection, where the type allows more: bounds are tested elsewhere."""

_REPEATED: Final = re.compile(r"\^(\[[^]]+\])(?:\*|\{(\d+)(?:,\d*)?\})\$")
"""A pattern that is one class of characters again and again: drawn from directly, since that is much faster."""
_DIGEST: Final = "^[0-9a-f]{64}$"
_TEXT: Final = st.characters(codec="utf-8")
JSON_VALUES: Final = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 53), 1 << 53) | st.text(_TEXT, max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(_TEXT, max_size=8), inner, max_size=3),
    max_leaves=6,
)


def messages_of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a msgspec type: a struct, a union of structs, or whatever a field can have."""
    return _values(kind if isinstance(kind, inspect.Type) else inspect.type_info(kind))


def _values(kind: inspect.Type) -> st.SearchStrategy[Any]:
    match kind:
        case inspect.Metadata():
            return _values(kind.type)
        case inspect.StructType():
            return _structs(kind)
        case inspect.UnionType():
            return st.one_of([_values(each) for each in kind.types])
        case inspect.LiteralType():
            return st.sampled_from(kind.values)
        case inspect.ListType():
            return st.lists(
                _values(kind.item_type), min_size=kind.min_length or 0, max_size=min(kind.max_length or 3, 3)
            )
        case inspect.DictType():
            return st.dictionaries(_values(kind.key_type), _values(kind.value_type), max_size=3)
        case inspect.StrType():
            return _texts(kind)
        case inspect.IntType() | inspect.FloatType():
            return _numbers(kind)
        case inspect.BoolType():
            return st.booleans()
        case inspect.NoneType():
            return st.none()
        case inspect.AnyType():
            return JSON_VALUES
    raise NotImplementedError(f"no strategy for {kind}")


def _structs(kind: inspect.StructType) -> st.SearchStrategy[Any]:
    required = {f.name: _values(f.type) for f in kind.fields if f.required}
    optional = {f.name: _values(f.type) for f in kind.fields if not f.required}
    return st.fixed_dictionaries(required, optional=optional).map(lambda given: kind.cls(**given))


def _texts(kind: inspect.StrType) -> st.SearchStrategy[str]:
    least, most = kind.min_length or 0, kind.max_length or _LONGEST
    if kind.pattern is None:
        return st.text(_TEXT, min_size=least, max_size=min(most, _LONGEST))
    if kind.pattern == UUID_PATTERN:
        return st.uuids().map(str)
    if kind.pattern == _DIGEST:
        return st.binary(min_size=32, max_size=32).map(bytes.hex)
    repeated = _REPEATED.fullmatch(kind.pattern)
    if repeated is not None:
        letters = [chr(code) for code in range(128) if re.fullmatch(repeated[1], chr(code))]
        return st.text(
            st.sampled_from(letters), min_size=max(least, int(repeated[2] or 0)), max_size=min(most, _LONGEST)
        )
    whole = kind.pattern.removesuffix("$") + (r"\Z" if kind.pattern.endswith("$") else "")
    return st.from_regex(whole).filter(lambda text: least <= len(text) <= most)


def _numbers(kind: inspect.IntType | inspect.FloatType) -> st.SearchStrategy[Any]:
    if isinstance(kind, inspect.IntType):
        least = kind.ge if kind.ge is not None else None if kind.gt is None else kind.gt + 1
        most = kind.le if kind.le is not None else None if kind.lt is None else kind.lt - 1
        return st.integers(-(1 << 53) if least is None else least, 1 << 53 if most is None else most)
    least = kind.ge if kind.ge is not None else kind.gt
    most = kind.le if kind.le is not None else kind.lt
    return st.floats(
        least,
        most,
        exclude_min=kind.gt is not None,
        exclude_max=kind.lt is not None,
        allow_nan=False,
        allow_infinity=False,
    )
