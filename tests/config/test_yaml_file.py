from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fs2.config.files import parse_config
from fs2.config.yaml_file import LARGEST_FILE, read_mapping
from fs2.errors import FS2Error

LISTS = "a0: &a0 [x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join(9 * [f'*a{i - 1}'])}]\n" for i in range(1, 12)
)
MAPPINGS = "a0: &a0 {x: 1}\n" + "".join(
    f"a{i}: &a{i} {{{', '.join(f'k{j}: *a{i - 1}' for j in range(9))}}}\n" for i in range(1, 12)
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", "line 3: the key 'a' stands twice, first in line 1"),
        ("a:\n  b: 1\n  c: 1\n  b: 2\n", "line 4: the key 'b' stands twice, first in line 2"),
        ("a: [", "line 1: "),
        ("- a\n- b\n", "must hold 'key: value' lines"),
        ("? [1, 2]\n: 3\n", "a key must be a word"),
        ("a: !!python/object/apply:os.system [x]", "could not determine a constructor"),
        (LISTS, "stand for more than"),
        (MAPPINGS, "stand for more than"),
        ("a: &a [*a]\n", "stand for more than"),
        ("a: " + "[" * 5000 + "]" * 5000, "levels in each other"),
        ("a: " + "9" * 6000, "cannot be read as YAML"),
        ("a: " + "x" * LARGEST_FILE, "larger than 1 MB"),
        (b"a: \xe9\n", "cannot be read as YAML"),
        (b"a: x\0y\n", "cannot be read as YAML"),
    ],
)
def test_what_is_no_configuration_is_an_error_that_names_the_file(tmp_path, content, words):
    path = tmp_path / "some.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(FS2Error, match=r"some\.yaml") as caught:
        read_mapping(path)
    assert words in str(caught.value)


@pytest.mark.parametrize("path", ["/dev/zero", "/", "x" * 300, "a\0b", "nowhere.yaml"])
def test_what_is_no_file_is_an_error(path):
    with pytest.raises(FS2Error):
        read_mapping(path)


def test_what_yaml_may_hold(tmp_path):
    path = tmp_path / "some.yaml"
    path.write_text("a: &a {x: 1}\nb: {<<: *a, y: 2024-13-45}\n")
    assert read_mapping(path) == {"a": {"x": 1}, "b": {"x": 1, "y": "2024-13-45"}}
    path.write_text("# nothing\n")
    assert read_mapping(path) == {}


KEYS = ["training", "steps", "corpus", "path", "name", "systems", "model", "size", "seeds", "x"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(KEYS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4))
def test_any_values_are_a_configuration_or_an_error_that_says_why(values):
    try:
        parse_config(values)
    except FS2Error as error:
        assert str(error).startswith("configuration: ")


PIECES = st.sampled_from(
    [*"\n\t-|[]{}'\"%\0é", ": ", "  ", "a", "&a ", "*a", "!!", "<<", "1e9", "2024-01-01", "? "]
)


@settings(deadline=timedelta(seconds=2))
@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_text_is_read_or_an_error_that_names_the_file(text):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "any.yaml"
        path.write_text(text)
        try:
            assert isinstance(read_mapping(path), dict)
        except FS2Error as error:
            assert "any.yaml" in str(error)
