import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.canonical import canonical, sha256

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), TEXT),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(TEXT, inner)),
    max_leaves=12,
)


def test_keys_are_sorted_at_every_depth_and_lists_are_not():
    value = {"b": [3, 1, 2], "a": {"z": None, "y": True}, "aa": False, "A": -7, "1": "x"}

    assert canonical(value) == (b'{"1":"x","A":-7,"a":{"y":true,"z":null},"aa":false,"b":[3,1,2]}')


def test_strings_are_written_as_rfc_8785_writes_them():
    text = "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/\u007f\u2028\U0001f600"

    assert canonical(text).decode("utf-8") == (
        '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u007f\u2028\U0001f600"'
    )
    assert canonical("\b\t\n\f\r\x00\x1f") == b'"\\b\\t\\n\\f\\r\\u0000\\u001f"'


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), float("inf"), [0.5], {"a": {"b": [1, 2.0]}}, ({"a": 1.5},)],
    ids=repr,
)
def test_a_fraction_is_refused_at_every_depth(value):
    with pytest.raises(TypeError, match="a record holds no fractions"):
        canonical(value)


@pytest.mark.parametrize("value", [{1, 2}, object(), b"bytes"], ids=["set", "object", "bytes"])
def test_what_is_no_json_is_refused(value):
    with pytest.raises(TypeError):
        canonical(value)


def test_a_lone_surrogate_is_refused():
    with pytest.raises(UnicodeEncodeError):
        canonical({"a": "\ud800"})


@given(VALUES)
def test_what_goes_in_comes_out_and_the_bytes_are_the_same_again(value):
    data = canonical(value)

    assert json.loads(data) == value
    assert canonical(json.loads(data)) == data


@given(st.dictionaries(TEXT, st.integers()))
def test_the_order_of_the_keys_as_given_changes_nothing(value):
    assert canonical(dict(reversed(value.items()))) == canonical(value)


def test_a_digest_is_that_of_the_standard():
    assert sha256(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
