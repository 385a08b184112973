"""Names that clients choose, made safe."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcgidissect.export.names import LONGEST, Taken, of_uri, safe

TABLE = (
    ("report.txt", "report.txt"),
    ("../../etc/passwd", "passwd"),
    ("/etc/shadow", "shadow"),
    (r"C:\windows\system32\cmd.exe", "cmd.exe"),
    (r"..\..\x.php", "x.php"),
    ("..", "index"),
    (".", "index"),
    ("", "index"),
    ("/", "index"),
    (".htaccess", "htaccess"),
    ("a\0b.txt", "a_b.txt"),
    ("a\r\nb\x1b[31m.txt", "a_b_31m.txt"),
    ("con", "_con"),
    ("AUX.txt", "_AUX.txt"),
    ("lpt1.tar.gz", "_lpt1.tar.gz"),
    ("console.txt", "console.txt"),
    ("name.", "name"),
    ("name ", "name"),
    ("a:b|c?d*e", "a_b_c_d_e"),
    ("-rf", "rf"),
    ("caf\u0065\u0301.txt", "caf\u00e9.txt"),
    ("\udcff\ud800", "index"),
    ("\u202etxt.exe", "txt.exe"),
)


@pytest.mark.parametrize("name, wanted", TABLE)
def test_a_name_is_made_safe(name: str, wanted: str) -> None:
    assert safe(name) == wanted


def test_a_long_name_keeps_its_extension() -> None:
    name = safe("x" * 10_000 + ".jpeg")
    assert len(name) == LONGEST and name.endswith("x.jpeg")
    assert len(safe("\u20ac" * 5_000).encode()) <= LONGEST


@settings(deadline=None)
@given(st.text())
def test_no_name_leaves_its_folder(name: str) -> None:
    made = safe(name)
    assert made and os.path.basename(made) == made and made not in (".", "..")
    assert 0 < len(made.encode()) <= LONGEST + 1 and made.isprintable()
    assert not set(made) & set('/\\:*?"<>|') and not made.startswith((".", "-"))


URIS = (
    ("/img/logo.png?v=1", "logo.png"),
    ("/a/b/", "b"),
    ("/%2e%2e%2f%2e%2e%2fpasswd", "passwd"),
    ("/caf%C3%A9", "caf\u00e9"),
    ("/x.php#y", "x.php"),
    ("*", "_"),
)


@pytest.mark.parametrize("uri, wanted", URIS)
def test_a_uri_names_a_file(uri: str, wanted: str) -> None:
    assert of_uri(uri) == (wanted if wanted != "_" else "index")


def test_names_that_differ_in_case_alone_are_told_apart() -> None:
    taken = Taken()
    names = [
        taken.one(name) for name in ("a.txt", "A.TXT", "a.Txt", "b", "B", "a-2.txt")
    ]
    assert names[:2] == ["a.txt", "A-2.TXT"] and names[3:5] == ["b", "B-2"]
    assert len({name.casefold() for name in names}) == len(names)
