"""One break for each mechanism of docs/promised.py: a line where the product wires it, and what stands there instead.

`promise`: the row's number; `keeps`: the mechanism, as the row names it; `file`: below src/call24; `was`: text that is
there once; `red`: tests of the row that have to fail with it. tests/unit/repository/test_promises_broken.py holds that
each still fits the code. `run.py` applies them, in a copy.
"""

from __future__ import annotations

from dataclasses import dataclass

BACKSTOP = "telephony/test_retention_backstop.py::"
KEPT = "telephony/test_kept_as_promised.py::"
ERASED = "telephony/test_callers_erased.py::"
RIGHTS_TOLD = "telephony/test_rights_passed_on.py::"
PASSED_ON = "telephony/test_erasure_passed_on.py::"
IN_CRM = "integration/crm/test_crm.py::"
IN_ROUNDUP = "integration/crm/test_real_roundup.py::"
IN_ZAMMAD = "integration/crm/test_crm_zammad.py::"
RECORDED = "telephony/test_calls_recorded.py::"
MATRIX = "authorisation/test_matrix.py::"
TENANCY = "integration/tenants/test_tenancy.py::"
CORRECTIONS = "integration/corrections/test_corrections.py::"
PUSHED = "telephony/test_web_push.py::"
AUDITS = "integration/privacy/test_self_audit.py::"


@dataclass(frozen=True, kw_only=True)
class Break:
    promise: int
    keeps: str
    what: str
    file: str
    was: str
    becomes: str
    red: tuple[str, ...]

    @property
    def id(self) -> str:
        return f"{self.promise} {self.what}"


UNBROKEN: dict[str, str] = {}
"""Mechanisms that no break is made of, and why."""

BREAKS = (
    Break(
        promise=1,
        keeps="kit/mongo/client.py::Mongo",
        what="writes are acknowledged before they are in MongoDB's journal",
        file="kit/mongo/client.py",
        was='write_concern=WriteConcern(w="majority", j=True)',
        becomes="write_concern=WriteConcern(w=1, j=False)",
        red=(
            "integration/kit/test_mongo.py::test_a_killed_server_is_noticed_and_found_again_with_what_was_acknowledged",
        ),
    ),
    Break(
        promise=1,
        keeps="kit/holdings.py::Holdings",
        what="the installer's files are not declared",
        file="server/rooms.py",
        was=", asterisk.HOLDS, installer.HOLDS)",
        becomes=", asterisk.HOLDS)",
        red=(
            "telephony/test_places_declared.py"
            "::test_every_file_is_in_the_data_map_and_so_is_what_a_closed_organisation_leaves",
        ),
    ),
    Break(
        promise=2,
        keeps="recordings/service.py::Recordings",
        what="the sides of a recording are exchanged",
        file="recordings/wav.py",
        was="for place, file in ((0, lefts), (2, rights)):",
        becomes="for place, file in ((0, rights), (2, lefts)):",
        red=(RECORDED + "test_the_caller_is_on_the_left_the_agent_on_the_right_and_nothing_is_missing",),
    ),
    Break(
        promise=2,
        keeps="recordings/service.py::Recordings",
        what="nobody looks whether the disk is full when a recording is settled",
        file="recordings/room.py",
        was="exhausted=space.exhausted,",
        becomes="",
        red=("telephony/test_recording_full_disk.py::test_a_message_that_a_full_disk_cut_off_is_called_short",),
    ),
    Break(
        promise=2,
        keeps="recordings/service.py::Recordings",
        what="nobody compares how long a recording is with how long it should be",
        file="recordings/service.py",
        was="judged(recording, expected_s, exhausted=self._exhausted())",
        becomes="judged(recording, None)",
        red=("telephony/test_recording_full_disk.py::test_a_call_that_a_full_disk_cut_off_is_called_short",),
    ),
    Break(
        promise=2,
        keeps="recordings/encrypted_file.py::write",
        what="organisations have one key between them",
        file="recordings/keys.py",
        was='key = DataKey(KeyId(new_id("key")), os.urandom(32))',
        becomes='key = DataKey(KeyId(new_id("key")), bytes(32))',
        red=("integration/recordings/test_recordings.py::test_each_organisation_has_its_own_key_and_none_lies_open",),
    ),
    Break(
        promise=2,
        keeps="recordings/encrypted_file.py::write",
        what="the sound in a file is not encrypted",
        file="recordings/encrypted_file.py",
        was="return AESGCM(key.secret if isinstance(key, FileKey) else _derived(key, salt))",
        becomes="""return type(
        "Clear",
        (),
        {"encrypt": lambda _, n, text, b: text + bytes(16), "decrypt": lambda _, n, text, b: text[:-16]},
    )()""",
        red=(
            "integration/recordings/test_recordings.py"
            "::test_another_recordings_or_organisations_file_cannot_be_put_in_its_place",
        ),
    ),
    Break(
        promise=3,
        keeps="kit/mongo/client.py::TenantScope",
        what="an organisation's scope gives out collections of all organisations",
        file="kit/mongo/collection.py",
        was='return {"tenant_id": self._tenant_id, **plain(filter)}',
        becomes="return {**plain(filter)}",
        red=(
            MATRIX + "test_a_foreign_id_is_answered_like_an_invented_one",
            TENANCY + "test_every_collection_answers_a_foreign_scope_with_nothing",
        ),
    ),
    Break(
        promise=3,
        keeps="kit/mongo/client.py::TenantScope",
        what="what is unique in an organisation is unique in all of them",
        file="kit/mongo/schema.py",
        was='front = ("tenant_id",) if document_of(self.struct).tenant and not self.across else ()',
        becomes='front = ("tenant_id",) if document_of(self.struct).tenant and '
        "not (self.across or self.unique) else ()",
        red=(TENANCY + "test_the_same_names_live_side_by_side",),
    ),
    Break(
        promise=4,
        keeps="kit/tls.py::CIPHERS",
        what="the server takes TLS suites that are not authenticated encryption",
        file="server/server.py",
        was="ssl_ciphers=CIPHERS,",
        becomes='ssl_ciphers="ALL:@SECLEVEL=0",',
        red=("integration/server/test_edge.py::test_tls_is_of_version_1_2_or_1_3_and_has_good_suites_alone",),
    ),
    Break(
        promise=4,
        keeps="installer/asterisk_conf.py::render",
        what="Asterisk's HTTP interface, which has no TLS, is open to the network",
        file="installer/asterisk_conf.py",
        was="nenabled=yes\\nbindaddr=127.0.0.1\\nbindport",
        becomes="nenabled=yes\\nbindaddr=0.0.0.0\\nbindport",
        red=("telephony/test_hardening.py::test_nothing_is_served_in_the_clear_but_to_this_machine",),
    ),
    Break(
        promise=4,
        keeps="asterisk/trunks.py::objects",
        what="the sound of a trunk with SRTP is not encrypted",
        file="asterisk/trunks.py",
        was='common = {**common, "media_encryption": "sdes"}',
        becomes='common = {**common, "media_encryption": "no"}',
        red=(
            "telephony/test_secured_trunks.py::test_a_call_comes_in_and_goes_out_sealed_and_both_ends_hear_each_other",
        ),
    ),
    Break(
        promise=5,
        keeps="identity/rules.py::secret_hash",
        what="tokens are kept as they are",
        file="identity/rules.py",
        was="return hashlib.sha256(secret.encode()).hexdigest()",
        becomes="return secret",
        red=("integration/identity/test_sessions.py::test_only_the_hash_of_a_token_is_stored",),
    ),
    Break(
        promise=5,
        keeps="identity/service.py::IdentityService",
        what="a revoked token stays in the database",
        file="identity/service.py",
        was="        await self._store.drop_token(tenant_id, token_id, device_id)\n",
        becomes="",
        red=(
            "integration/identity/test_tokens.py"
            "::test_a_revoked_token_is_refused_by_the_next_request_and_its_sockets_are_told",
        ),
    ),
    Break(
        promise=5,
        keeps="identity/service.py::IdentityService",
        what="sockets are not told that their token was revoked",
        file="identity/service.py",
        was="        self._tokens.pop(token_id, None)\n        await self._tell_revoked(token_id)\n",
        becomes="        self._tokens.pop(token_id, None)\n",
        red=(
            "integration/identity/test_tokens.py"
            "::test_a_revoked_token_is_refused_by_the_next_request_and_its_sockets_are_told",
            "telephony/test_accounts.py::test_an_ended_session_has_no_socket_and_no_phone_within_a_second",
        ),
    ),
    Break(
        promise=6,
        keeps="realtime/handshake.py::origin_allowed",
        what="sockets of every page are let in",
        file="realtime/socket.py",
        was="if is_built_in(self._hub, asked) and not origin_allowed(asked, self._origins):",
        becomes="if is_built_in(self._hub, asked) and not origin_allowed(asked, frozenset([asked.origin])):",
        red=("integration/realtime/test_sockets.py::test_a_page_of_another_host_is_refused_at_the_door",),
    ),
    Break(
        promise=6,
        keeps="identity/channel_auth.py::ChannelGrants",
        what="every channel is signed for whoever asks",
        file="realtime/broadcasting.py",
        was="if channel is not None and channel not in channels_of(principal.user_id, principal.tenant_id):",
        becomes="if False:",
        red=(TENANCY + "test_channels_of_others_are_refused_like_channels_that_do_not_exist",),
    ),
    Break(
        promise=7,
        keeps="doctor/audit/run.py::SelfAuditChecks",
        what="the audit leaves out what is connected",
        file="doctor/audit/run.py",
        was='            "egress": (self.egress, LIMIT_S),\n',
        becomes="",
        red=(
            "telephony/test_self_audit.py"
            "::test_an_installation_that_is_well_passes_its_audit_and_one_with_an_open_key_does_not",
        ),
    ),
    Break(
        promise=7,
        keeps="self_audit/service.py::SelfAudits",
        what="an audit with a check that was not made passes",
        file="self_audit/service.py",
        was='all(one.answer == "pass" for',
        becomes='all(one.answer != "fail" for',
        red=(AUDITS + "test_one_check_that_is_unverified_is_an_audit_that_did_not_pass_and_so_is_one_without_checks",),
    ),
    Break(
        promise=7,
        keeps="self_audit/service.py::SelfAudits",
        what="nobody is reminded of the next audit",
        file="self_audit/service.py",
        was="return not newest or self._clock.now() - newest[0].at > DUE_AFTER",
        becomes="return not newest",
        red=(AUDITS + "test_doctor_and_api_remind_after_90_days_and_the_policy_quotes_the_newest",),
    ),
    Break(
        promise=8,
        keeps="http/access.py::allowed",
        what="no operation asks for its permissions",
        file="http/access.py",
        was="        for permission in self.permissions:\n            require(principal, permission)\n",
        becomes="",
        red=(MATRIX + "test_only_who_may_is_answered_and_nothing_else_changes_anything",),
    ),
    Break(
        promise=8,
        keeps="http/access.py::allowed",
        what="of several permissions the first is enough",
        file="http/access.py",
        was="for permission in self.permissions:\n",
        becomes="for permission in self.permissions[:1]:\n",
        red=(MATRIX + "test_each_of_several_permissions_is_needed",),
    ),
    Break(
        promise=9,
        keeps="data_map/places.py::GivenTo",
        what="the policy's table names no recipient of what is stored",
        file="policy/tables.py",
        was="yield fact, str(document.kept_of(path)), tuple(map(str, fact.recipients))",
        becomes="yield fact, str(document.kept_of(path)), ()",
        red=("unit/policy/test_texts.py::test_whoever_is_given_data_is_in_the_table_of_recipients",),
    ),
    Break(
        promise=9,
        keeps="doctor/audit/egress.py::DECLARED",
        what="processors are no declared recipients",
        file="doctor/audit/egress.py",
        was="    Recipient.PROCESSOR: _processors,\n",
        becomes="    Recipient.PROCESSOR: _nobody,\n",
        red=(
            "telephony/test_egress.py"
            "::test_a_day_of_work_reaches_those_who_are_in_the_register_of_recipients_and_looks_up_no_other_name",
        ),
    ),
    Break(
        promise=9,
        keeps="doctor/audit/egress.py::DECLARED",
        what="the audit calls every connection declared",
        file="doctor/audit/egress.py",
        was="if not any(ipaddress.ip_address(one.address) in net for net in nets)]",
        becomes="if not nets]",
        red=("unit/doctor/test_self_audit.py::test_a_connection_to_nobody_who_is_declared_fails",),
    ),
    Break(
        promise=10,
        keeps="privacy/retention_watch.py::RetentionWatch",
        what="nobody counts what should have been deleted a day ago",
        file="privacy/retention_watch.py",
        was="return _counted(overdue), _counted(kept)",
        becomes="return {}, {}",
        red=(
            "telephony/test_retention_alarms.py::test_a_sweeper_that_does_nothing_is_noticed_after_a_day",
            "telephony/test_metrics.py::test_the_heartbeat_is_seen_from_two_sides",
        ),
    ),
    Break(
        promise=10,
        keeps="privacy/retention_watch.py::RetentionWatch",
        what="metrics do not ask the watch",
        file="server/metric_sources/__init__.py",
        was='    ask("retention", partial(stored.retention, server.there), SELDOM_S)\n',
        becomes="",
        red=("telephony/test_metrics.py::test_the_heartbeat_is_seen_from_two_sides",),
    ),
    Break(
        promise=10,
        keeps="privacy/backstop.py::Backstop",
        what="the backstop leaves calls",
        file="privacy/backstop.py",
        was="self._try(document_of(CallRecord).collection, self._delete_calls(due_before, run.now, run), run)",
        becomes="asyncio.sleep(0)",
        red=(
            BACKSTOP + "test_a_day_after_their_day_calls_recordings_and_callers_are_gone_though_the_sweeper_is_dead",
            BACKSTOP + "test_all_that_the_data_map_has_deleted_on_its_day_is_deleted_by_the_backstop",
        ),
    ),
    Break(
        promise=10,
        keeps="privacy/backstop.py::Backstop",
        what="the backstop asks no legal hold",
        file="privacy/backstop.py",
        was="await self._store.due_records(due_before, BATCH, await self._register.read())",
        becomes="await self._store.due_records(due_before, BATCH, {})",
        red=(BACKSTOP + "test_a_day_after_their_day_calls_recordings_and_callers_are_gone_though_the_sweeper_is_dead",),
    ),
    Break(
        promise=10,
        keeps="privacy/backstop.py::Backstop",
        what="the backstop leaves the files of recordings",
        file="server/backstop_process.py",
        was="OverdueFiles(there.get(Settings).data, HOLDINGS, ",
        becomes="OverdueFiles(there.get(Settings).run, HOLDINGS, ",
        red=(BACKSTOP + "test_a_day_after_their_day_calls_recordings_and_callers_are_gone_though_the_sweeper_is_dead",),
    ),
    Break(
        promise=10,
        keeps="installer/periodic.py::Periodic",
        what="nobody starts the backstop",
        file="cli/up.py",
        was="                supervisor.periodic.append(stack.backstop())\n",
        becomes="",
        red=("unit/installer/test_periodic.py::test_call24_up_has_the_backstop_of_retention_started",),
    ),
    Break(
        promise=10,
        keeps="installer/periodic.py::Periodic",
        what="the supervisor turns nothing periodic",
        file="installer/supervise.py",
        was="            periodic.turn(self._clock(), self.say)\n",
        becomes="            pass\n",
        red=(BACKSTOP + "test_the_parent_process_starts_the_backstop_again_and_again",),
    ),
    Break(
        promise=10,
        keeps="privacy/service.py::Sweeper",
        what="the sweeper says that it was done before it begins",
        file="privacy/service.py",
        was="            try:\n                await self.sweep()\n",
        becomes="            self.swept_at = time.time()\n            try:\n                await self.sweep()\n",
        red=("telephony/test_metrics.py::test_the_heartbeat_is_seen_from_two_sides",),
    ),
    Break(
        promise=10,
        keeps="privacy/service.py::Sweeper",
        what="the sweeper does not run",
        file="server/app.py",
        was='            "sweeper": self.readers.sweeper.run,\n',
        becomes="",
        red=(KEPT + "test_a_call_is_kept_as_long_as_the_organisation_says_and_gone_within_a_minute_of_its_day",),
    ),
    Break(
        promise=10,
        keeps="privacy/service.py::Sweeper",
        what="calls are swept a day early",
        file="privacy/service.py",
        was="due = await self._store.due_records(now, BATCH, held)",
        becomes="due = await self._store.due_records(now + timedelta(days=1), BATCH, held)",
        red=(KEPT + "test_a_call_is_kept_as_long_as_the_organisation_says_and_gone_within_a_minute_of_its_day",),
    ),
    Break(
        promise=10,
        keeps="privacy/agreed_time.py::AgreedTime",
        what="the sweeper believes the server's clock",
        file="privacy/agreed_time.py",
        was="if not agree(off, vouched_before=vouched_before, vouched=vouched):",
        becomes="if False:",
        red=(
            "telephony/test_retention_alarms.py"
            "::test_a_server_whose_clock_is_eleven_years_ahead_deletes_nothing_and_says_so",
        ),
    ),
    Break(
        promise=10,
        keeps="privacy/retention_changes.py::RetentionChanges",
        what="calls that are kept do not follow a changed retention",
        file="server/projections.py",
        was="            follow=there.get(RetentionChanges).follow,\n",
        becomes="",
        red=(KEPT + "test_calls_that_are_kept_follow_a_shorter_time_after_a_day_and_a_longer_one_at_once",),
    ),
    Break(
        promise=10,
        keeps="privacy/deletion_notices.py::DeletionNotices",
        what="nobody is told before the first deletion",
        file="server/projections.py",
        was="            announce=there.get(DeletionNotices).announce,\n",
        becomes="",
        red=(
            "telephony/test_first_deletion.py"
            "::test_owners_are_told_a_week_before_the_first_deletion_and_what_it_will_be",
        ),
    ),
    Break(
        promise=10,
        keeps="statistics/totals.py::Totals",
        what="calls are deleted before their totals are written",
        file="server/projections.py",
        was="            totals=there.get(Totals).write_until,\n",
        becomes="",
        red=(
            "telephony/test_totals_kept.py"
            "::test_a_days_totals_are_written_before_its_calls_go_and_are_all_that_is_left_of_them",
        ),
    ),
    Break(
        promise=10,
        keeps="statistics/totals_rules.py::kept",
        what="totals of nine callers are kept",
        file="statistics/totals_rules.py",
        was="FEWEST = 10\n",
        becomes="FEWEST = 9\n",
        red=("unit/statistics/test_totals_rules.py::test_whatever_is_added_or_subtracted_has_ten_callers_or_none",),
    ),
    Break(
        promise=10,
        keeps="privacy/hold_register.py::HoldRegister",
        what="the sweeper knows of no legal hold",
        file="privacy/service.py",
        was="held, late = await self._store.held(), list[timedelta]()",
        becomes="held, late = dict[TenantId, HeldBack](), list[timedelta]()",
        red=(
            "telephony/test_legal_holds.py::test_a_held_call_outlives_its_day_in_every_place_and_goes_after_the_release",
        ),
    ),
    Break(
        promise=11,
        keeps="tasks/service.py::TaskService",
        what="tasks are left when an organisation is closed",
        file="kit/mongo/client.py",
        was="        for declared in documents():\n            if declared.tenant:\n",
        becomes="        for declared in documents():\n"
        '            if declared.tenant and declared.struct.__name__ != "Task":\n',
        red=(KEPT + "test_an_organisation_that_its_owner_closes_is_gone_everywhere_after_its_days_and_not_before",),
    ),
    Break(
        promise=12,
        keeps="privacy/persons.py::Persons",
        what="rooms are not asked to let go of a person",
        file="privacy/persons.py",
        was="        await self._held.forget_person(user)\n        deleted = Counter(",
        becomes="        deleted = Counter(",
        red=(KEPT + "test_a_persons_account_goes_from_every_place_and_what_comes_late_goes_too",),
    ),
    Break(
        promise=12,
        keeps="privacy/persons.py::Persons",
        what="what is written of a person after the deletion stays",
        file="privacy/personal_data.py",
        was='Keeper(of=Persons, erase_due=("persons", Persons.erase_again)),',
        becomes="",
        red=(KEPT + "test_a_persons_account_goes_from_every_place_and_what_comes_late_goes_too",),
    ),
    Break(
        promise=12,
        keeps="privacy/receipts.py::Receipts",
        what="a receipt is signed by a key that nobody publishes",
        file="privacy/receipts.py",
        was="receipt = signed(unsigned, self._key)",
        becomes="receipt = signed(unsigned, Ed25519PrivateKey.generate())",
        red=(
            "integration/privacy/test_receipts.py::test_the_receipt_of_a_deleted_account_is_checked_by_the_published_key",
        ),
    ),
    Break(
        promise=12,
        keeps="privacy/deletion_register.py::DeletionRegister",
        what="nobody asks the register at the start",
        file="server/app.py",
        was="            await self._delete_again()\n",
        becomes="",
        red=(
            "telephony/test_deleted_again.py"
            "::test_an_account_and_an_organisation_that_an_old_copy_brings_back_are_gone_before_the_port_opens",
        ),
    ),
    Break(
        promise=13,
        keeps="recordings/retention.py::day_of",
        what="recordings have no days of their own",
        file="recordings/room.py",
        was="        retention=_retention(mongo, tenants, there.get(QueueService)),\n",
        becomes="",
        red=(KEPT + "test_a_recording_goes_on_its_own_day_and_its_record_stays_and_says_so",),
    ),
    Break(
        promise=13,
        keeps="call_records/kept_calls.py::KeptCalls",
        what="the sweeper does not ask which recordings stay longer than their record",
        file="server/projections.py",
        was="            outlasting=self.recordings.outlasting,\n",
        becomes="",
        red=(
            "telephony/test_recordings_kept_longer.py"
            "::test_a_recording_that_is_kept_longer_is_heard_by_who_heard_it_before_and_goes_on_its_own_day",
        ),
    ),
    Break(
        promise=13,
        keeps="call_records/kept_calls.py::KeptCalls",
        what="the erasure of a caller leaves recordings whose record is gone",
        file="privacy/caller_erasure.py",
        was="return held + await self._delete_records(tenant_id, ids, KeptCall, deleted)",
        becomes="return held",
        red=(
            "telephony/test_recordings_kept_longer.py"
            "::test_an_erased_caller_takes_along_a_recording_that_is_kept_longer_unless_a_legal_hold_keeps_it",
        ),
    ),
    Break(
        promise=13,
        keeps="call_records/kept_calls.py::KeptCalls",
        what="a caller's file leaves out recordings whose record is gone",
        file="caller_files/packing.py",
        was="        await self._kept_longer()\n",
        becomes="",
        red=(
            "telephony/test_recordings_kept_longer.py"
            "::test_a_recording_whose_call_record_is_gone_is_found_wherever_its_caller_looks_or_is_looked_for",
        ),
    ),
    Break(
        promise=13,
        keeps="call_records/kept_calls.py::KeptCalls",
        what="the callers' page leaves them out",
        file="privacy_requests/api/door.py",
        was="[*calls, *longer]",
        becomes="calls",
        red=(
            "telephony/test_recordings_kept_longer.py"
            "::test_a_recording_whose_call_record_is_gone_is_found_wherever_its_caller_looks_or_is_looked_for",
        ),
    ),
    Break(
        promise=13,
        keeps="call_records/kept_calls.py::KeptCalls",
        what="a disclosure of one names nobody",
        file="disclosures/service.py",
        was="            contacts |= {kept.contact_id} - {None}\n            users |= set(kept.agents)\n",
        becomes="            pass\n",
        red=(
            "telephony/test_recordings_kept_longer.py"
            "::test_a_recording_whose_call_record_is_gone_is_found_wherever_its_caller_looks_or_is_looked_for",
        ),
    ),
    Break(
        promise=13,
        keeps="call_records/kept_calls.py::KeptCalls",
        what="an incident does not look whose they are",
        file="incidents/searching.py",
        was="        return kept | {one.id",
        becomes="        return {one.id",
        red=(
            "telephony/test_recordings_kept_longer.py"
            "::test_a_recording_whose_call_record_is_gone_is_found_wherever_its_caller_looks_or_is_looked_for",
        ),
    ),
    Break(
        promise=13,
        keeps="call_records/kept_calls.py::KeptCalls",
        what="a legal hold does not keep them",
        file="privacy/hold_register.py",
        was="found += await kept.find_parts(",
        becomes="await kept.find_parts(",
        red=(
            "telephony/test_recordings_kept_longer.py"
            "::test_legal_holds_that_are_set_after_the_records_day_keep_a_recording_beyond_its_own",
        ),
    ),
    Break(
        promise=13,
        keeps="call_records/kept_calls.py::KeptCalls",
        what="what a deleted queue kept longer goes with the queue",
        file="recordings/retention.py",
        was="not days.known.issuperset(call.queues)",
        becomes="False",
        red=(
            "telephony/test_recordings_kept_longer.py"
            "::test_what_a_deleted_queue_has_kept_longer_stays_until_its_own_day",
        ),
    ),
    Break(
        promise=13,
        keeps="queues/rules.py::check_announced",
        what="a new queue may record every call unheard",
        file="queues/service.py",
        was="        check_announced(queue)\n        try:\n            await self._store.add(queue)",
        becomes="        try:\n            await self._store.add(queue)",
        red=(
            "integration/queues/test_queues_and_hours.py"
            "::test_a_queue_that_records_every_call_announces_it_or_says_why_not",
        ),
    ),
    Break(
        promise=13,
        keeps="calls/conversation.py::connect",
        what="a queue that never records is recorded",
        file="calls/conversation.py",
        was='fresh = m.rules.record == "always" and',
        becomes="fresh = True and",
        red=(RECORDED + "test_a_queue_that_never_records_keeps_no_sound",),
    ),
    Break(
        promise=14,
        keeps="privacy/person_file.py::person_file",
        what="a part of what is kept is not in the copy",
        file="privacy/persons.py",
        was="self._store = PersonStore(mongo, held.traces)",
        becomes='self._store = PersonStore(mongo, [one for one in held.traces if one.file != "listened"])',
        red=(
            "integration/privacy/test_persons.py::test_a_person_is_given_all_that_is_kept_and_nothing_that_opens_an_account",
        ),
    ),
    Break(
        promise=14,
        keeps="caller_files/packing.py::CallerFileWriter",
        what="a room is not asked where callers stand",
        file="server/export_process.py",
        was="building = Building(ROOMS, there, Held(HOLDINGS))",
        becomes='building = Building(ROOMS, there, Held(one for one in HOLDINGS if one.room != "tasks"))',
        red=(
            "telephony/test_caller_files.py"
            "::test_a_file_has_what_the_data_map_has_of_the_caller_and_an_erasure_deletes_the_same",
        ),
    ),
    Break(
        promise=14,
        keeps="caller_files/signing.py::VconSigner",
        what="a vCon is signed by a key that nobody vouches for",
        file="server/export_process.py",
        was="VconSigner(there.get(AppKey), settings.data)",
        becomes='VconSigner(AppKey(b"o" * 32), settings.data)',
        red=(
            "telephony/test_caller_files.py"
            "::test_a_file_has_what_the_data_map_has_of_the_caller_and_an_erasure_deletes_the_same",
        ),
    ),
    Break(
        promise=14,
        keeps="caller_files/import_file.py::CallerFile",
        what="the hashes of an imported file are not compared",
        file="caller_files/importing.py",
        was="            await asyncio.to_thread(file.check)\n",
        becomes="",
        red=("telephony/test_caller_imports.py::test_a_file_that_was_changed_is_refused_whole_and_says_why",),
    ),
    Break(
        promise=14,
        keeps="caller_files/importing.py::CallerFileReader",
        what="what was imported is not in the next file",
        file="caller_files/packing.py",
        was="done += await self._imported(now, calls)",
        becomes="done += 0",
        red=(
            "telephony/test_caller_imports.py::test_what_is_imported_comes_out_as_it_went_in_and_goes_with_the_person",
        ),
    ),
    Break(
        promise=15,
        keeps="privacy_requests/machine.py::advanced",
        what="a step is taken without being noted",
        file="privacy_requests/service.py",
        was="after = advanced(before, taken)",
        becomes="after = msgspec.structs.replace(before, version=before.version + 1)",
        red=("integration/privacy_requests/test_desk.py::test_a_request_by_letter_goes_from_the_number_to_its_answer",),
    ),
    Break(
        promise=15,
        keeps="privacy_requests/correcting.py::RequestedCorrections",
        what="the correction is answered and not made",
        file="privacy_requests/correcting.py",
        was="taken, seen=seen, also=also)",
        becomes="taken, seen=seen)",
        red=(CORRECTIONS + "test_a_caller_says_what_is_wrong_and_sees_on_the_page_that_it_was_corrected",),
    ),
    Break(
        promise=15,
        keeps="contacts/service.py::ContactService",
        what="a contact is renamed without a history",
        file="contacts/service.py",
        was="await self._corrections.add(writing.scope, correction)",
        becomes="del correction",
        red=(CORRECTIONS + "test_a_caller_says_what_is_wrong_and_sees_on_the_page_that_it_was_corrected",),
    ),
    Break(
        promise=15,
        keeps="corrections/store.py::CorrectionStore",
        what="older corrections are not deleted",
        file="corrections/store.py",
        was="if len(found) > KEPT_EACH:",
        becomes="if len(found) > KEPT_EACH * 2:",
        red=(CORRECTIONS + "test_the_newest_50_are_kept_page_by_page_and_say_how_many_are_not",),
    ),
    Break(
        promise=15,
        keeps="identity/store.py::IdentityStore",
        what="a user's change has no history",
        file="identity/user_admin.py",
        was="await self._store.correct_user(tenant_id, user_id, changes, made)",
        becomes="await self._store.change_user(tenant_id, user_id, changes)",
        red=(CORRECTIONS + "test_a_user_reads_what_was_changed_of_them_and_has_it_in_their_file",),
    ),
    Break(
        promise=16,
        keeps="privacy/caller_erasure.py::CallerErasures",
        what="rooms are not asked to let go of a caller",
        file="privacy/caller_erasure.py",
        was="deleted += await self._held.erase_number(tenant_id, contact.number)",
        becomes="pass",
        red=(ERASED + "test_an_erased_caller_is_gone_everywhere_and_rings_again_as_a_stranger",),
    ),
    Break(
        promise=16,
        keeps="privacy/caller_erasure.py::CallerErasures",
        what="who came back with an old copy of the database is not erased again",
        file="privacy/room.py",
        was="start=(callers.after_restore,),",
        becomes="",
        red=(
            ERASED + "test_who_was_erased_and_came_back_with_an_old_copy_of_the_database_is_gone_before_the_first_call",
        ),
    ),
    Break(
        promise=16,
        keeps="privacy/register_copies.py::RegisterCopies",
        what="the register of erasures is not copied to another disk",
        file="privacy/room.py",
        was="if not settings.register_copy:",
        becomes="if True:",
        red=("telephony/test_backup.py::test_what_was_backed_up_is_there_again_and_who_was_erased_since_is_not",),
    ),
    Break(
        promise=16,
        keeps="privacy/caller_erasure.py::CallerErasures",
        what="an erasure that was cut off is not carried on",
        file="privacy/caller_erasure.py",
        was="return sum([(await self._carry_on(line)).total() for line in lines])",
        becomes="return len(lines)",
        red=(
            "integration/privacy/test_caller_erasure.py"
            "::test_an_erasure_that_was_cut_off_at_any_step_ends_as_if_it_had_not_been",
        ),
    ),
    Break(
        promise=16,
        keeps="contacts/erasure_register.py::ErasureRegister",
        what="who was erased is known again at the next call",
        file="contacts/erasure_register.py",
        was="return first if line is None else id_of_generation(self._key, first, line.generation)",
        becomes="return first",
        red=(ERASED + "test_an_erased_caller_is_gone_everywhere_and_rings_again_as_a_stranger",),
    ),
    Break(
        promise=16,
        keeps="people/service.py::People",
        what="the address book keeps a number that was erased",
        file="people/personal_data.py",
        was='erase_callers=("people", People.erase_callers),',
        becomes="",
        red=(
            "integration/people/test_people.py"
            "::test_an_erased_number_goes_from_its_people_and_its_next_entry_is_another_contact",
        ),
    ),
    Break(
        promise=16,
        keeps="files/service.py::Files",
        what="a file about a caller outlives who is erased",
        file="files/personal_data.py",
        was='erase_callers=("files", Files.erase_callers),',
        becomes="",
        red=(
            "integration/files/test_files.py"
            "::test_files_go_along_in_a_merge_come_back_with_who_comes_back_and_go_with_the_erased",
        ),
    ),
    Break(
        promise=16,
        keeps="address_book_files/service.py::AddressBookImports",
        what="a file that waits to be imported outlives who is erased",
        file="address_book_files/personal_data.py",
        was='erase_callers=("address_book_files", AddressBookImports.erase_callers),',
        becomes="",
        red=(
            "integration/address_book_files/test_imports.py"
            "::test_when_a_caller_is_erased_files_that_may_have_them_go_and_so_does_what_was_imported",
        ),
    ),
    Break(
        promise=16,
        keeps="carddav/service.py::CardBooks",
        what="what a phone wrote outlives who is erased",
        file="carddav/personal_data.py",
        was='keepers=(Keeper(of=CardBooks, stage=Stage.WRITERS, erase_callers=("cards", CardBooks.erase_callers)),),',
        becomes="",
        red=(
            "integration/carddav/test_carddav.py"
            "::test_of_who_is_erased_the_phone_is_told_and_nothing_of_the_card_is_left",
        ),
    ),
    Break(
        promise=16,
        keeps="privacy/person_erasure.py::PersonErasures",
        what="the erasure of a person takes along numbers that others have",
        file="privacy/person_erasure.py",
        was="return sum(one.id != person.id for one in found)",
        becomes="return 0",
        red=(
            "telephony/test_people_erased.py"
            "::test_a_person_is_erased_with_their_own_numbers_and_another_keeps_the_shared_one_with_its_call",
        ),
    ),
    Break(
        promise=16,
        keeps="privacy/person_erasure.py::PersonErasures",
        what="a person's erasure that was cut off is not carried on",
        file="privacy/personal_data.py",
        was='Keeper(of=PersonErasures, erase_due=("person_erasures", PersonErasures.carry_on)),',
        becomes="",
        red=(
            "integration/privacy/test_person_erasure.py"
            "::test_an_erasure_that_was_cut_off_at_any_step_ends_as_if_it_had_not_been",
        ),
    ),
    Break(
        promise=15,
        keeps="processors/notices.py::ErasureNotices",
        what="a correction is not passed on",
        file="privacy_requests/correcting.py",
        was="            await self._tell(writing, whose, made, entry.field, said(entry.change.after, entry.field))\n",
        becomes="            pass\n",
        red=(RIGHTS_TOLD + "test_a_correction_is_told_to_a_processor_with_its_history_and_a_newer_one_supersedes_it",),
    ),
    Break(
        promise=15,
        keeps="processors/notices.py::ErasureNotices",
        what="a newer correction leaves an older one waiting",
        file="processors/notices.py",
        was="                await self.store.supersede(notice, scope)\n",
        becomes="",
        red=(RIGHTS_TOLD + "test_a_correction_is_told_to_a_processor_with_its_history_and_a_newer_one_supersedes_it",),
    ),
    Break(
        promise=24,
        keeps="processors/notices.py::ErasureNotices",
        what="a restriction is not passed on",
        file="privacy_requests/restricting.py",
        was='                    await self._pass_on(writing, changed, "restriction")\n',
        becomes="",
        red=(RIGHTS_TOLD + "test_a_restriction_and_its_lifting_are_told_to_a_processor_until_it_answers",),
    ),
    Break(
        promise=24,
        keeps="processors/notices.py::ErasureNotices",
        what="a lifting is told of what another restriction holds",
        file="privacy_requests/restricting.py",
        was="        told_of = [one for one in restriction.contact_ids if one not in held]\n",
        becomes="        told_of = list(restriction.contact_ids)\n",
        red=(
            "integration/restrictions/test_restrictions.py"
            "::test_processors_are_told_that_data_may_be_used_again_when_nothing_holds_it_any_more",
        ),
    ),
    Break(
        promise=16,
        keeps="processors/notices.py::ErasureNotices",
        what="a caller's erasure is not passed on",
        file="privacy/caller_erasure.py",
        was="        await self._pass_on(tenant_id, ids)\n",
        becomes="",
        red=(PASSED_ON + "test_a_callers_erasure_is_asked_of_a_processor_until_it_answers_and_its_answer_is_kept",),
    ),
    Break(
        promise=16,
        keeps="processors/sender.py::NoticeSender",
        what="nobody sends what processors are to be asked",
        file="processors/room.py",
        was="tasks=(sending,), ",
        becomes="",
        red=(PASSED_ON + "test_a_callers_erasure_is_asked_of_a_processor_until_it_answers_and_its_answer_is_kept",),
    ),
    Break(
        promise=16,
        keeps="crm/engine.py::Engine",
        what="a CRM's turn begins with its list",
        file="crm/engine.py",
        was="        more = await self.rights(connection, client, pace)\n",
        becomes="        more = False\n",
        red=(IN_CRM + "test_who_is_erased_here_is_erased_in_the_crm_and_its_answer_is_the_receipt",),
    ),
    Break(
        promise=16,
        keeps="crm/erasing.py::Erasing",
        what="CRMs are not asked by number",
        file="crm/erasing.py",
        was="            await self._by_number(connection, client, job)\n",
        becomes="            pass\n",
        red=(IN_CRM + "test_an_erasure_asks_each_crm_by_number_for_whom_nobody_linked",),
    ),
    Break(
        promise=16,
        keeps="crm/erasing.py::Erasing",
        what="what a CRM is still erasing has a receipt",
        file="crm/erasing.py",
        was='            await self._again(link, f"The CRM is erasing: {error}")\n',
        becomes="            await self._telling.erased(connection, link.erasing, str(error), but=link.id)\n",
        red=(IN_ZAMMAD + "test_who_is_erased_here_has_a_receipt_once_the_data_privacy_task_is_done",),
    ),
    Break(
        promise=16,
        keeps="crm/erasing.py::Erasing",
        what="a Roundup that keeps the history has a receipt",
        file="crm/connectors/roundup/client.py",
        was="            raise Rejected(ABSENT)\n",
        becomes="            return ABSENT\n",
        red=(IN_ROUNDUP + "test_without_call24s_file_an_erasure_is_refused_and_nobody_is_found_by_number",),
    ),
    Break(
        promise=16,
        keeps="crm/recipients.py::CrmRecipients",
        what="CRMs are no recipients of erasures",
        file="crm/room.py",
        was='    there.get(ErasureNotices).add_recipients("crm", recipients)\n',
        becomes="",
        red=(IN_CRM + "test_who_is_erased_here_is_erased_in_the_crm_and_its_answer_is_the_receipt",),
    ),
    Break(
        promise=16,
        keeps="processors/sender.py::NoticeSender",
        what="processors may be on this machine",
        file="processors/room.py",
        was="outward = OutboundHttp(private=private)",
        becomes="outward = OutboundHttp(private=True)",
        red=(PASSED_ON + "test_no_erasure_is_passed_on_to_this_machine_or_a_private_network",),
    ),
    Break(
        promise=16,
        keeps="processors/notices.py::ErasureNotices",
        what="nobody is told of a processor that does not answer",
        file="processors/room.py",
        was="notices.late = LateEmails(",
        becomes="LateEmails(",
        red=(PASSED_ON + "test_officers_are_told_once_a_week_of_a_processor_that_does_not_answer",),
    ),
    Break(
        promise=17,
        keeps="privacy_requests/service.py::PrivacyRequests",
        what="what a caller asks for on the page is not kept",
        file="privacy_requests/service.py",
        was="            await self._store.add(writing.scope, request)\n",
        becomes="",
        red=(
            "integration/privacy_requests/test_door.py"
            "::test_the_code_of_the_call_opens_the_page_and_a_request_comes_to_the_desk",
        ),
    ),
    Break(
        promise=17,
        keeps="consents/service.py::Consents",
        what="calls do not ask who objected to being recorded",
        file="server/call_configuration.py",
        was="found = (asked(Purpose.RECORDING, self._tenant_id, one) for one in contact_ids)",
        becomes="found = (None for one in contact_ids)",
        red=(
            "telephony/test_consents.py"
            "::test_who_objected_is_not_recorded_though_the_queue_always_does_and_is_again_once_they_agree",
        ),
    ),
    Break(
        promise=17,
        keeps="consents/service.py::Consents",
        what="listening does not ask the agent's objection",
        file="server/call_configuration.py",
        was="return not self._known.consents.may(Purpose.MONITORING, self._tenant_id, agent_id)",
        becomes="return False",
        red=("telephony/test_consents.py::test_nobody_listens_to_an_agent_who_objected_nor_goes_on_listening",),
    ),
    Break(
        promise=17,
        keeps="notifications/email/outbox.py::EmailOutbox",
        what="reminders do not ask who objected to them",
        file="notifications/emails.py",
        was="why_not = self._consents.why_not(Purpose.NOTIFICATIONS, letter.tenant_id, user.id)",
        becomes="why_not = None",
        red=(
            "telephony/test_reminders.py"
            "::test_who_objected_to_reminders_is_sent_none_and_is_told_of_a_changed_password",
        ),
    ),
    Break(
        promise=18,
        keeps="consents/service.py::Consents",
        what="a click on the callers' page is not entered",
        file="privacy_requests/api/door.py",
        was=(
            'await consents.enter(declared.purpose, said, tenant.id, session.contact_id, "page", seen=form.get("hash"))'
        ),
        becomes="pass",
        red=(
            "telephony/test_consents.py"
            "::test_a_caller_stops_the_recording_of_their_calls_with_one_click_on_the_public_page",
        ),
    ),
    Break(
        promise=18,
        keeps="consents/receipt.py::receipt",
        what="a receipt says nothing",
        file="consents/api.py",
        was="json.dumps(receipt(entry, of, signing_key(key)), indent=2)",
        becomes="json.dumps({})",
        red=(
            "telephony/test_consents.py"
            "::test_a_caller_stops_the_recording_of_their_calls_with_one_click_on_the_public_page",
        ),
    ),
    Break(
        promise=18,
        keeps="calls/withdrawal.py::stop",
        what="keys of a customer who talks are not listened to",
        file="calls/machine.py",
        was="K.DIGIT, withdrawal.key_pressed)",
        becomes="K.DIGIT, lambda m, signal: None)",
        red=(
            "telephony/test_recording_stopped.py::test_within_a_second_nothing_is_kept_and_nothing_starts_it_again",
            "telephony/test_recording_stopped.py::test_a_server_that_is_killed_does_not_record_it_again",
        ),
    ),
    Break(
        promise=18,
        keeps="calls/withdrawal.py::stop",
        what="a consent that is withdrawn meanwhile holds from the next call on",
        file="server/refusals.py",
        was="if call.contact_id == entry.contact_id:",
        becomes="if False:",
        red=(
            "telephony/test_recording_stopped.py"
            "::test_a_consent_that_is_withdrawn_elsewhere_stops_the_recording_of_the_call_that_goes_on",
        ),
    ),
    Break(
        promise=18,
        keeps="recordings/service.py::Recordings",
        what="what was recorded before the key stays",
        file="recordings/service.py",
        was="await self._erase([gone])",
        becomes="pass",
        red=("telephony/test_recording_stopped.py::test_within_a_second_nothing_is_kept_and_nothing_starts_it_again",),
    ),
    Break(
        promise=18,
        keeps="crash_reports/service.py::CrashReports",
        what="crash reports are taken from who did not agree",
        file="crash_reports/service.py",
        was="if not self._consents.may(Purpose.TELEMETRY, tenant_id, user_id):",
        becomes="if False:",
        red=(
            "integration/crash_reports/test_crash_reports.py"
            "::test_nothing_is_stored_until_the_user_agrees_and_nothing_once_they_withdraw",
        ),
    ),
    Break(
        promise=19,
        keeps="identity/age_rules.py::old_enough",
        what="everybody is old enough",
        file="identity/api/age_screen.py",
        was="if NAME in request.cookies or not old_enough(birth_date, at_least, now):",
        becomes="if NAME in request.cookies:",
        red=(
            "integration/identity/test_age_screen.py"
            "::test_a_refusal_leaves_no_trace_on_the_server_and_the_link_is_not_used_up",
        ),
    ),
    Break(
        promise=20,
        keeps="policy/service.py::Policies",
        what="no version of the policy is asked for",
        file="policy/service.py",
        was="due = is_due(applying, _as_they_are(accepted, known))",
        becomes="due = False",
        red=("integration/policy/test_policy.py::test_a_material_change_is_announced_and_asked_for_from_its_day_on",),
    ),
    Break(
        promise=20,
        keeps="policy/texts.py::versions",
        what="a text is changed without a new version",
        file="policy/texts/2026-12-01.en.md",
        was="material: yes",
        becomes="material: no",
        red=("unit/policy/test_texts.py::test_each_text_and_each_table_is_as_its_hash_says",),
    ),
    Break(
        promise=20,
        keeps="policy/notices.py::PolicyNotices",
        what="a user is told of a version in another transaction than the decision",
        file="policy/notices.py",
        was="            await self._mongo.transact(user.tenant_id, work)",
        becomes="            await self._mongo.transact("
        "user.tenant_id, lambda scope: scope.collection(PolicyNotice).insert(notice))\n"
        "            await self._mongo.transact(user.tenant_id, lambda scope: self._mailer().keep(scope, letter))",
        red=(
            "integration/policy/test_notices.py::test_a_server_that_is_killed_anywhere_decides_once_and_sends_at_least_once",
        ),
    ),
    Break(
        promise=20,
        keeps="policy/pages.py::paper",
        what="the PDF of the policy leaves out its last part",
        file="policy/pages.py",
        was="parts=paper_parts(published, origin),",
        becomes="parts=paper_parts(published[:-1], origin),",
        red=("integration/policy/test_policy_pdf.py::test_the_pdf_says_each_sentence_of_the_page_in_its_language",),
    ),
    Break(
        promise=21,
        keeps="data_transfers/service.py::DataTransfers",
        what="settings do not ask the transfer register",
        file="data_transfers/room.py",
        was="    tenants.why_not = webhooks.why_not = processors.why_not = pushes.why_not = provider.why_not = "
        "transfers.why_not\n",
        becomes="",
        red=(
            "integration/data_transfers/test_data_transfers.py"
            "::test_a_setting_in_another_region_is_refused_until_the_register_has_an_entry",
        ),
    ),
    Break(
        promise=21,
        keeps="data_transfers/service.py::DataTransfers",
        what="hosted Pusher is no endpoint of the installation",
        file="data_transfers/room.py",
        was="if settings.pusher_url_file is None\n",
        becomes="if True\n",
        red=(
            "telephony/test_data_transfers.py"
            "::test_hosted_pusher_in_another_region_is_refused_until_the_register_has_an_entry",
        ),
    ),
    Break(
        promise=22,
        keeps="toll_fraud/service.py::TollFraudGuard",
        what="refused calls are not counted",
        file="engine/requests.py",
        was="self._engine.fence.ask(",
        becomes="self._engine.fence.verdict(",
        red=(
            "telephony/test_fence.py::test_a_login_that_tries_dear_numbers_again_and_again_is_frozen_until_the_owner_lifts_it",
        ),
    ),
    Break(
        promise=22,
        keeps="disclosures/service.py::Disclosures",
        what="secret disclosures are told to the caller",
        file="disclosures/store.py",
        was='which = {"$and": [{"contact_ids": {"$in": list(contact_ids)}}, told_at(now)]}',
        becomes='which = {"contact_ids": {"$in": list(contact_ids)}}',
        red=(
            "integration/disclosures/test_disclosures.py"
            "::test_the_persons_are_told_unless_it_is_secret_and_once_that_is_over",
        ),
    ),
    Break(
        promise=22,
        keeps="incidents/searching.py::IncidentSearches",
        what="nobody looks for those whom an incident affects",
        file="incidents/room.py",
        was='name="searches for affected people", run=searches.run,',
        becomes='name="searches for affected people", run=incidents.run,',
        red=(
            "telephony/test_registers.py"
            "::test_who_called_is_found_for_an_incident_and_an_authority_was_given_their_export",
        ),
    ),
    Break(
        promise=22,
        keeps="incidents/searching.py::IncidentSearches",
        what="who talked to the caller is not found",
        file="incidents/searching.py",
        was="contacts, users = contacts | on_call[0], users | on_call[1]",
        becomes="contacts = contacts | on_call[0]",
        red=("integration/incidents/test_incidents.py::test_a_recording_leads_to_all_who_are_heard_in_it",),
    ),
    Break(
        promise=23,
        keeps="privacy/store_files.py::data_safety",
        what="app stores are told only of what is kept in files",
        file="privacy/store_files.py",
        was="for fact in [*stored, *(fact for place in places for fact in place.what.values())] if fact.personal]",
        becomes="for place in places for fact in place.what.values() if fact.personal]",
        red=("unit/privacy/test_store_files.py::test_the_file_is_up_to_date",),
    ),
    Break(
        promise=24,
        keeps="restrictions/service.py::Restrictions",
        what="contacts do not ask whether their data is restricted",
        file="contacts/room.py",
        was="    contacts.restricted = there.get(Restrictions).restricted\n",
        becomes="",
        red=(
            "telephony/test_restrictions.py"
            "::test_restricted_data_is_kept_and_shown_to_nobody_until_the_person_was_told_and_it_is_lifted",
        ),
    ),
    Break(
        promise=24,
        keeps="restrictions/service.py::Restrictions",
        what="consents do not ask, so new calls are recorded",
        file="consents/room.py",
        was=", there.get(Restrictions))",
        becomes=")",
        red=(
            "telephony/test_restrictions.py"
            "::test_restricted_data_is_kept_and_shown_to_nobody_until_the_person_was_told_and_it_is_lifted",
        ),
    ),
    Break(
        promise=24,
        keeps="privacy_requests/restricting.py::RequestedRestrictions",
        what="the step restricts nothing",
        file="privacy_requests/restricting.py",
        was="before.contact_id is not None and ground is not None:",
        becomes="before.contact_id is None and ground is not None:",
        red=(
            "telephony/test_restrictions.py"
            "::test_restricted_data_is_kept_and_shown_to_nobody_until_the_person_was_told_and_it_is_lifted",
        ),
    ),
    Break(
        promise=24,
        keeps="privacy/hold_register.py::HoldRegister",
        what="restricted data goes on its day",
        file="privacy/hold_register.py",
        was="restricted.setdefault(restriction.tenant_id, set()).update(restriction.contact_ids)",
        becomes="restricted.setdefault(restriction.tenant_id, set())",
        red=(
            "telephony/test_restrictions.py"
            "::test_restricted_data_is_kept_and_shown_to_nobody_until_the_person_was_told_and_it_is_lifted",
        ),
    ),
    Break(
        promise=25,
        keeps="web_push/encoding.py::encrypt",
        what="push services are given the message as it is",
        file="web_push/sender.py",
        was="body = encrypt(push.message, unb64(push.target.p256dh), unb64(push.target.auth))",
        becomes="body = push.message",
        red=(PUSHED + "test_a_call_rings_on_all_of_an_agents_browsers_and_an_answer_elsewhere_takes_its_place",),
    ),
    Break(
        promise=25,
        keeps="web_push/service.py::WebPush",
        what="callers are named on every screen",
        file="web_push/service.py",
        was="shown = message if one.shows_caller or discreet is None else discreet",
        becomes="shown = message",
        red=(PUSHED + "test_a_caller_who_hangs_up_is_shown_as_missed_and_only_where_the_user_wants_it_by_name",),
    ),
    Break(
        promise=25,
        keeps="notifications/rules.py::wants",
        what="a call that rings asks nobody whether it is wanted",
        file="realtime/ringing.py",
        was=" and await self._wanted(one):\n                    await self._ring",
        becomes=":\n                    await self._ring",
        red=(PUSHED + "test_what_a_user_does_not_want_pushed_is_not_and_the_rest_is",),
    ),
)
