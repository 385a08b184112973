"""Bodies as files in a folder, and the manifest of them."""

import gzip
import json
import os
from hashlib import md5, sha256
from pathlib import Path
from typing import Any, Dict, List

import pytest

from fcgidissect.cli import main
from fcgidissect.errors import UsageError
from fcgidissect.export import Wanted
from tests.corpus import CAPTURES
from tests.export.talk import LIMIT, PAGE, UPLOAD, answered, asked, exported, pcap

FILE = bytes(range(256)) * 300
HOSTILE = (
    "/../../../../tmp/fcgidissect-escaped",
    "/%2e%2e%2f%2e%2e%2ftmp%2ffcgidissect-escaped",
    "//tmp/fcgidissect-escaped",
    "/a%00b",
    "/" + "x" * 10_000,
    "/NUL",
    "/com1.txt",
    "/Page.html",
    "/page.HTML",
    "/..",
    "/manifest.json",
    "/.fcgidissect-",
    r"/..\..\fcgidissect-escaped",
    "/\x1b[31m\u202e",
)


def manifest(folder: Path) -> "List[Dict[str, Any]]":
    """What is noted; it is held against the files."""
    noted: "List[Dict[str, Any]]" = json.loads((folder / "manifest.json").read_text())
    names = {each["file"] for each in noted}
    assert {path.name for path in folder.iterdir()} == {*names, "manifest.json"}
    assert len({name.casefold() for name in names}) == len(noted)
    for each in noted:
        data = (folder / each["file"]).read_bytes()
        assert (each["size"], each["sha256"]) == (len(data), sha256(data).hexdigest())
    return noted


def test_an_upload_and_a_download_come_out_as_they_were(tmp_path: Path) -> None:
    media = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": f"multipart/form-data; boundary={LIMIT}",
    }
    page = b"Content-Encoding: gzip\r\nContent-Type: image/png\r\n\r\n" + gzip.compress(
        FILE
    )
    turns = asked(media, UPLOAD), answered(page)
    exported(pcap(tmp_path / "a.pcap", *turns), Wanted(str(tmp_path / "out")))
    title, photo, answer = manifest(tmp_path / "out")
    assert photo["sha256"] == answer["sha256"] == sha256(FILE).hexdigest()
    assert photo["file"] == "0-request-_CON.png" and photo["type"] == "image/png"
    assert photo["part"] == {"name": "photo", "filename": "../../CON.png"}
    assert title["part"] == {"name": "title", "filename": None} and title["size"] == 5
    assert (answer["file"], answer["side"]) == ("0-response-cart.php", "response")
    assert answer["codings"] == ["gzip"] and answer["whole"] and photo["whole"]
    assert (answer["method"], answer["status"]) == ("POST", 200)


def test_no_name_leaves_the_folder(tmp_path: Path) -> None:
    turns: "List[bytes]" = []
    for uri in HOSTILE:
        turns += [asked({"REQUEST_URI": uri}), answered()]
    folder = tmp_path / "deep" / "out"
    exported(pcap(tmp_path / "a.pcap", *turns), Wanted(str(folder)))
    noted = manifest(folder)
    assert [each["uri"] for each in noted] == list(HOSTILE)
    assert sorted(os.listdir(tmp_path)) == ["a.pcap", "deep"]
    assert os.listdir(tmp_path / "deep") == ["out"]
    assert not os.path.lexists("/tmp/fcgidissect-escaped")


def test_parts_of_one_name_become_files_of_several(tmp_path: Path) -> None:
    part = b'--L\r\nContent-Disposition: form-data; name=f; filename="%s"\r\n\r\n%d\r\n'
    parts = [
        part % (name, at) for at, name in enumerate((b"a.txt", b"A.TXT", b"a.txt"))
    ]
    values = {"CONTENT_TYPE": "multipart/form-data; boundary=L"}
    request = asked(values, b"".join(parts) + b"--L--\r\n")
    exported(pcap(tmp_path / "a.pcap", request), Wanted(str(tmp_path / "out")))
    assert [each["file"] for each in manifest(tmp_path / "out")] == [
        *("0-request-a.txt", "0-request-A-2.TXT", "0-request-a-3.txt"),
    ]


def test_a_body_that_is_no_multipart_is_a_file(tmp_path: Path) -> None:
    values = {"CONTENT_TYPE": "multipart/form-data; boundary=L"}
    request = asked(values, b"not what it says")
    exported(pcap(tmp_path / "a.pcap", request), Wanted(str(tmp_path / "out")))
    (noted,) = manifest(tmp_path / "out")
    assert (noted["size"], noted["whole"]) == (16, True)


def test_what_is_not_whole_is_noted(tmp_path: Path) -> None:
    turns = asked({}), answered()[:-30]
    exported(pcap(tmp_path / "a.pcap", *turns), Wanted(str(tmp_path / "out")))
    (noted,) = manifest(tmp_path / "out")
    assert not noted["whole"] and noted["fault"]


def test_no_file_is_written_over(tmp_path: Path) -> None:
    path, out = pcap(tmp_path / "a.pcap", asked({}), answered()), tmp_path / "out"
    out.mkdir()
    outside = tmp_path / "outside"
    outside.write_text("mine")
    (out / "0-response-cart.php").symlink_to(outside)
    with pytest.raises(UsageError, match="is there already"):
        exported(path, Wanted(str(out)))
    assert outside.read_text() == "mine"
    exported(path, Wanted(str(out), force=True))
    assert outside.read_text() == "mine"
    assert (out / "0-response-cart.php").read_bytes() == PAGE.partition(b"\r\n\r\n")[2]
    with pytest.raises(UsageError, match="manifest.json: is there already"):
        exported(path, Wanted(str(out)))


def test_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError):
        exported(str(tmp_path / "a.pcap"), Wanted(str(tmp_path / "file" / "out")))


def test_a_real_upload_is_taken_apart(
    tmp_path: Path, capsys: "pytest.CaptureFixture[str]"
) -> None:
    words = ["-p", "9000", str(CAPTURES / "nginx-upload.pcap.gz")]
    assert main([*words, "--export-objects", f"fcgi,{tmp_path}"]) == 0
    said = capsys.readouterr()
    assert (said.out, "2 files in" in said.err) == ("", True)
    upload, answer = manifest(tmp_path)
    told = (tmp_path / answer["file"]).read_text()
    assert upload["part"]["filename"] == "report.txt" and upload["whole"]
    digest = md5((tmp_path / upload["file"]).read_bytes()).hexdigest()
    assert told == f"{upload['size']} bytes, MD5 {digest}\n"
