"""The record of processing activities over HTTP."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader
from tests.support.http.api import Api
from tests.support.http.pdf import missing_in, outline, structure, texts_of


async def test_a_privacy_officer_reads_the_record_of_the_own_organisation(api: Api) -> None:
    acme, _ = await api.organisation(), await api.organisation("Other")
    await acme.join("privacy_officer")
    await acme.join("auditor")
    path = "/v1/organisation/processing-record"
    await api.services.tenants.change(acme.tenant.id, record_days=42)
    await acme.call("owner", "PATCH", "/v1/organisation/policy", json={"officer": "Ottilie Grau"})
    for role, status in (("privacy_officer", 200), ("auditor", 200), ("supervisor", 403), ("agent", 403)):
        assert (await acme.call(role, "GET", path)).status_code == status
    record = (await acme.call("privacy_officer", "GET", path)).json()
    assert (record["controller"], record["record_days"]) == (acme.tenant.name, 42)
    assert record["officer"] == "Ottilie Grau" and "data protection officer" not in record["missing"]
    rooms = {activity["name"] for activity in record["activities"]}
    assert {"call_records", "contacts", "identity", "recordings", "installer"} <= rooms
    page = await acme.call("privacy_officer", "GET", f"{path}/page")
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["cache-control"] == "no-store" and page.headers["content-disposition"].startswith("attachment")
    assert acme.tenant.name in page.text and "Other" not in page.text


@pytest.mark.long("integration/policy/test_policy_pdf.py::test_the_pdf_says_each_sentence_of_the_page_in_its_language")
async def test_the_record_as_pdf_says_what_its_page_says(api: Api) -> None:
    acme, _ = await api.organisation("Өнөр ХХК"), await api.organisation("Other")
    await acme.join("privacy_officer")
    await acme.join("auditor")
    await acme.call("owner", "PATCH", "/v1/organisation/policy", json={"officer": "Г. Үүрийнтуяа"})
    path = "/v1/organisation/processing-record"
    for role, status in (("auditor", 200), ("supervisor", 403), ("agent", 403)):
        assert (await acme.call(role, "GET", f"{path}/pdf")).status_code == status
    answer = await acme.call("privacy_officer", "GET", f"{path}/pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == 'attachment; filename="call24-processing-record.pdf"'
    pdf = PdfReader(io.BytesIO(answer.content))
    record = (await acme.call("privacy_officer", "GET", path)).json()
    page = (await acme.call("privacy_officer", "GET", f"{path}/page")).text
    said = texts_of(page)
    assert len(said) > 300 and missing_in(pdf, said) == []
    assert missing_in(pdf, ["Data protection officer: Г. Үүрийнтуяа", *record["missing"], *record["measures"]]) == []
    assert structure(pdf)["/TR"] == page.count("<tr>") > 100
    activities = [one["name"] for one in record["activities"]]
    assert outline(pdf)[-len(activities) :] == activities and structure(pdf)["/Table"] == len(activities)
    about = pdf.metadata
    assert about is not None and (about.title, about.author) == ("Record of processing activities", "Өнөр ХХК")
    assert pdf.root_object["/Lang"] == "en" and "Other" not in "".join(page.extract_text() for page in pdf.pages)
    first = pdf.pages[0].mediabox
    assert first.width > first.height, "eight columns"
