"""What is named as a file and is none, and bytes of every kind under every ending."""

import os
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.domain.errors import FileRefused
from assetmap.layers.boundaries import read_wards
from assetmap.layers.postcode_files import read_postcodes
from assetmap.layers.read import ENDINGS, read_table

READERS = [read_table, read_wards, read_postcodes]


def refusal(read, path):
    with pytest.raises(FileRefused) as caught:
        read(path)
    return caught.value.message


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    "address",
    [
        "/vsicurl/http://127.0.0.1:9/x.geojson",
        "/vsizip//tmp/x.zip/x.csv",
        "/VSISTDIN/",
        "http://127.0.0.1:9/x.csv",
        "https://example.org/x.gpkg",
        "file:///etc/passwd",
        "s3://bucket/x.csv",
        "GPKG:/tmp/x.gpkg:layer",
    ],
)
def test_an_address_is_not_a_file(read, address):
    assert "address" in refusal(read, address)


@pytest.mark.parametrize("read", READERS)
def test_a_missing_file_a_folder_and_odd_names_are_told(read, tmp_path):
    assert "no file" in refusal(read, tmp_path / "none.csv")
    assert "folder" in refusal(read, tmp_path)
    assert "cannot be opened" in refusal(read, "x" * 5000 + ".csv")
    assert "cannot be opened" in refusal(read, "x\0.csv")
    assert "cannot be opened" in refusal(read, "x\ud800.csv")


@pytest.mark.parametrize("read", READERS)
def test_a_pipe_and_a_device_are_refused_at_once(read, tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    began = time.monotonic()
    assert "not an ordinary file" in refusal(read, tmp_path / "pipe.csv")
    assert "not an ordinary file" in refusal(read, "/dev/zero")
    assert time.monotonic() - began < 2


def test_a_file_that_may_not_be_read_is_told(tmp_path, monkeypatch):
    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert "may not be read" in refusal(read_table, tmp_path / "x.csv")


def test_a_link_to_a_file_is_followed(tmp_path):
    (tmp_path / "real.csv").write_text("name,day\nA,Mon\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    assert read_table(tmp_path / "link.csv").rows == [["A", "Mon"]]


def test_an_ending_we_do_not_read_is_told_with_those_we_do(tmp_path):
    (tmp_path / "notes.docx").write_text("hello")
    message = refusal(read_table, tmp_path / "notes.docx")
    assert ".docx" in message and "CSV, XLSX, GeoJSON or GeoPackage" in message


starts = st.sampled_from(
    [
        b"",
        b"name,lat\n",
        b'{"type": "FeatureCollection", "features": [',
        b"PK\x03\x04",
        b"SQLite format 3\0",
        b"\xff\xfe",
        b"[",
    ]
)


@pytest.mark.parametrize("read", READERS)
@settings(max_examples=60)
@given(
    start=starts,
    rest=st.binary(max_size=300) | st.text(max_size=100).map(lambda t: t.encode("utf-8", "replace")),
)
def test_any_bytes_under_any_ending_give_an_answer_or_a_sentence(tmp_path_factory, read, start, rest):
    folder = tmp_path_factory.getbasetemp()
    for ending in ENDINGS:
        path = folder / f"any{ending}"
        path.write_bytes(start + rest)
        try:
            read(path)
        except FileRefused as refused:
            assert refused.message.endswith((".", "?", ")."))
