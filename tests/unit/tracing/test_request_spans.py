"""The span of a request, and which `traceparent` headers are taken for one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.clock import START

from call24.http.middleware.served_requests import ServedRequest
from call24.policy.tables import tables
from call24.tracing.model import SpanContext
from call24.tracing.personal_data import HOLDS
from call24.tracing.request_spans import sent_context, span_of

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
OWN = SpanContext(trace_id=b"t" * 16, span_id=b"s" * 8)
REQUEST = ServedRequest(
    method="GET",
    route="/v1/me",
    status=200,
    tenant_id=None,
    request_id="",
    traceparent="",
    began_at=START,
    ended_at=START + timedelta(microseconds=1500),
)


@pytest.mark.parametrize("sent", [f"00-{TRACE}-{PARENT}-01", f"00-{TRACE}-{PARENT}-00", f"cc-{TRACE}-{PARENT}-01-more"])
def test_a_traceparent_is_read(sent: str) -> None:
    found = sent_context(sent)
    assert found is not None and (found.trace_id.hex(), found.span_id.hex()) == (TRACE, PARENT)


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "zebulon",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}-01-more",
        f"00-{TRACE.upper()}-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}-{PARENT}",
        f"00-{TRACE}-{PARENT}-01\n",
    ],
)
def test_what_is_no_traceparent_is_none(sent: str) -> None:
    assert sent_context(sent) is None
    assert span_of(replace(REQUEST, traceparent=sent), OWN).links == ()


def test_the_word_of_a_method_that_nobody_knows_stays_out() -> None:
    span = span_of(replace(REQUEST, method="ZEBULON"), OWN)
    assert (span.name, span.attributes["http.request.method"]) == ("HTTP /v1/me", "_OTHER")


@pytest.mark.parametrize(("status", "failed"), [(200, False), (404, False), (499, False), (500, True), (503, True)])
def test_a_fault_of_the_server_is_an_error(status: int, failed: bool) -> None:
    span = span_of(replace(REQUEST, status=status), OWN)
    assert (span.failed, span.attributes.get("error.type")) == (failed, str(status) if failed else None)


def test_the_data_map_and_the_policy_say_that_requests_of_users_wait_and_go_to_the_collector() -> None:
    collector = "the operator's collector of traces, where they set one"
    told = {str(one.where): tables((), [one]) for one in HOLDS.places}
    assert {where: [row.what for row in one.users] for where, one in told.items()} == {
        "tracing.service.Tracing": ["What somebody did, and when"],
        collector: ["What somebody did, and when"],
    }
    [users] = told[collector].users
    assert (users.purposes, users.recipients) == (("finding what is slow or fails in requests",), (collector,))


def test_a_client_that_was_gone_before_the_answer_has_no_status() -> None:
    assert "http.response.status_code" not in span_of(replace(REQUEST, status=None), OWN).attributes
