"""The record of processing activities over HTTP."""

from __future__ import annotations

from tests.support.http.api import Api


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
