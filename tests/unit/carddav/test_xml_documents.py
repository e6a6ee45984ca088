"""XML of clients: read with namespaces, and nothing of it grows, fetches or is endless."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from call24.carddav.xml_documents import DEPTH_MAX, ELEMENTS_MAX, c, d, document, read, tag, text
from call24.kit.errors import BadRequest


def test_names_have_their_namespaces_whatever_the_prefixes_are() -> None:
    found = read(
        b'<?xml version="1.0"?><A:propfind xmlns:A="DAV:"><A:prop><B:addressbook-home-set'
        b' xmlns:B="urn:ietf:params:xml:ns:carddav"/><A:displayname/></A:prop></A:propfind>'
    )
    assert found is not None
    prop = found.child(d("prop"))
    assert found.name == d("propfind")
    assert prop is not None
    assert [one.name for one in prop.children] == [c("addressbook-home-set"), d("displayname")]


def test_an_empty_body_is_none() -> None:
    assert read(b"  \n") is None


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>
<propfind xmlns="DAV:">&c;</propfind>"""
FETCHES = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><propfind xmlns="DAV:">&b;</propfind>'


@pytest.mark.parametrize(
    "body",
    [
        LAUGHS,
        FETCHES,
        b'<!DOCTYPE a SYSTEM "http://elsewhere.example/a.dtd"><propfind xmlns="DAV:"/>',
        b'<?xml-stylesheet href="a.xsl"?><propfind xmlns="DAV:"/>',
        b"<a>" * (DEPTH_MAX + 1) + b"</a>" * (DEPTH_MAX + 1),
        b"<a>" + b"<b/>" * ELEMENTS_MAX + b"</a>",
        b"<a><b></a>",
        b"no xml",
        b"<a>\xff</a>",
        b'<?xml version="1.0" encoding="nonsense"?><a/>',
    ],
)
def test_what_could_grow_or_fetch_and_what_is_no_xml_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        read(body)


def test_what_is_written_can_be_read_whatever_stands_in_it() -> None:
    made = document(d("multistatus"), tag(d("response"), text("a < b & c\x00 ]]>")) + tag(("urn:x", "own"), "1"))
    root = ElementTree.fromstring(made)
    assert [(one.tag, one.text) for one in root] == [("{DAV:}response", "a < b & c ]]>"), ("{urn:x}own", "1")]
