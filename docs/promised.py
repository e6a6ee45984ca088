"""What Call24 promises about data: each promise with what keeps it, the tests that show it, and what is missing.

`docs/build_promises.py` makes docs/promises.md of it; tests/unit/repository/test_promises.py holds that what is named
here exists. `keeps`: file of src/call24 and a name in it; `shown`: file of tests and the name of a test.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Promise:
    says: str
    keeps: tuple[str, ...]
    shown: tuple[str, ...]
    missing: str = ""


PROMISES = (
    Promise(
        says="Data is stored in MongoDB; what is kept elsewhere is declared.",
        keeps=("kit/mongo/client.py::Mongo", "kit/holdings.py::Holdings"),
        shown=(
            "integration/kit/test_mongo.py::test_a_killed_server_is_noticed_and_found_again_with_what_was_acknowledged",
            "telephony/test_places_declared.py"
            "::test_every_file_is_in_the_data_map_and_so_is_what_a_closed_organisation_leaves",
            "telephony/test_canary.py"
            "::test_what_is_said_of_a_caller_is_where_the_map_says_and_nowhere_when_they_are_erased",
            "telephony/test_canary.py"
            "::test_what_is_said_of_a_user_is_where_the_map_says_and_nowhere_when_the_account_is_deleted",
        ),
        missing="What MongoDB frees in its own files stays there until it is overwritten (docs/canaries.md). "
        "Fields that need another installation, an identity provider or an authenticator have no word in the campaign.",
    ),
    Promise(
        says="Recordings stay on the server, and one that is cut short says so.",
        keeps=("recordings/service.py::Recordings", "recordings/encrypted_file.py::write"),
        shown=(
            "telephony/test_calls_recorded.py"
            "::test_the_caller_is_on_the_left_the_agent_on_the_right_and_nothing_is_missing",
            "telephony/test_recording_full_disk.py::test_a_call_that_a_full_disk_cut_off_is_called_short",
            "telephony/test_recording_full_disk.py::test_a_message_that_a_full_disk_cut_off_is_called_short",
            "integration/recordings/test_recordings.py::test_each_organisation_has_its_own_key_and_none_lies_open",
            "integration/recordings/test_recordings.py"
            "::test_another_recordings_or_organisations_file_cannot_be_put_in_its_place",
        ),
    ),
    Promise(
        says="Organisations are isolated from each other.",
        keeps=("kit/mongo/client.py::TenantScope",),
        shown=(
            "authorisation/test_matrix.py::test_a_foreign_id_is_answered_like_an_invented_one",
            "integration/tenants/test_tenancy.py::test_every_collection_answers_a_foreign_scope_with_nothing",
            "integration/tenants/test_tenancy.py::test_the_same_names_live_side_by_side",
        ),
    ),
    Promise(
        says="Everything is encrypted on its way.",
        keeps=("kit/tls.py::CIPHERS", "installer/asterisk_conf.py::render", "asterisk/trunks.py::objects"),
        shown=(
            "integration/server/test_edge.py::test_tls_is_of_version_1_2_or_1_3_and_has_good_suites_alone",
            "telephony/test_hardening.py::test_nothing_is_served_in_the_clear_but_to_this_machine",
            "telephony/test_secured_trunks.py::test_a_call_comes_in_and_goes_out_sealed_and_both_ends_hear_each_other",
        ),
        missing="A trunk without SRTP can be heard on its way to the carrier; the organisation chooses it.",
    ),
    Promise(
        says="Tokens are kept as hashes, and a token that is revoked ends at once.",
        keeps=("identity/rules.py::secret_hash", "identity/service.py::IdentityService"),
        shown=(
            "integration/identity/test_sessions.py::test_only_the_hash_of_a_token_is_stored",
            "integration/identity/test_tokens.py"
            "::test_a_revoked_token_is_refused_by_the_next_request_and_its_sockets_are_told",
            "telephony/test_accounts.py::test_an_ended_session_has_no_socket_and_no_phone_within_a_second",
        ),
    ),
    Promise(
        says="Realtime connections are authorised for each channel, and only from known pages.",
        keeps=("identity/channel_auth.py::ChannelGrants", "realtime/handshake.py::origin_allowed"),
        shown=(
            "integration/realtime/test_sockets.py::test_a_page_of_another_host_is_refused_at_the_door",
            "integration/tenants/test_tenancy.py::test_channels_of_others_are_refused_like_channels_that_do_not_exist",
        ),
    ),
    Promise(
        says="Security is audited regularly.",
        keeps=("doctor/audit/run.py::SelfAuditChecks", "self_audit/service.py::SelfAudits"),
        shown=(
            "telephony/test_self_audit.py"
            "::test_an_installation_that_is_well_passes_its_audit_and_one_with_an_open_key_does_not",
            "integration/privacy/test_self_audit.py"
            "::test_one_check_that_is_unverified_is_an_audit_that_did_not_pass_and_so_is_one_without_checks",
            "integration/privacy/test_self_audit.py"
            "::test_doctor_and_api_remind_after_90_days_and_the_policy_quotes_the_newest",
            "e2e/test_app_privacy.py"
            "::test_an_officer_is_reminded_on_the_first_page_when_no_self_audit_was_made_for_90_days",
        ),
    ),
    Promise(
        says="Access follows from roles, and what is not allowed is refused.",
        keeps=("http/access.py::allowed",),
        shown=(
            "authorisation/test_matrix.py::test_only_who_may_is_answered_and_nothing_else_changes_anything",
            "authorisation/test_matrix.py::test_each_of_several_permissions_is_needed",
        ),
    ),
    Promise(
        says="Personal data is never sold: who gets it is declared.",
        keeps=("data_map/places.py::GivenTo", "doctor/audit/egress.py::DECLARED"),
        shown=(
            "unit/policy/test_texts.py::test_whoever_is_given_data_is_in_the_table_of_recipients",
            "unit/doctor/test_self_audit.py::test_a_connection_to_nobody_who_is_declared_fails",
            "telephony/test_egress.py"
            "::test_a_day_of_work_reaches_those_who_are_in_the_register_of_recipients_and_looks_up_no_other_name",
        ),
        missing="What is sent to a recipient is not read.",
    ),
    Promise(
        says="Call records are kept for 90 days, or as the organisation sets, unless a legal hold keeps them.",
        keeps=(
            "privacy/service.py::Sweeper",
            "privacy/agreed_time.py::AgreedTime",
            "privacy/hold_register.py::HoldRegister",
            "privacy/retention_changes.py::RetentionChanges",
            "privacy/deletion_notices.py::DeletionNotices",
            "privacy/retention_watch.py::RetentionWatch",
            "privacy/backstop.py::Backstop",
            "installer/periodic.py::Periodic",
            "statistics/totals.py::Totals",
            "statistics/totals_rules.py::kept",
        ),
        shown=(
            "telephony/test_totals_kept.py"
            "::test_a_days_totals_are_written_before_its_calls_go_and_are_all_that_is_left_of_them",
            "unit/statistics/test_totals_rules.py"
            "::test_whatever_is_added_or_subtracted_has_ten_callers_or_none",
            "telephony/test_kept_as_promised.py"
            "::test_calls_that_are_kept_follow_a_shorter_time_after_a_day_and_a_longer_one_at_once",
            "integration/privacy/test_retention_changes.py"
            "::test_a_change_that_is_cut_off_goes_on_where_it_was",
            "telephony/test_kept_as_promised.py"
            "::test_a_call_is_kept_as_long_as_the_organisation_says_and_gone_within_a_minute_of_its_day",
            "telephony/test_retention_alarms.py"
            "::test_a_server_whose_clock_is_eleven_years_ahead_deletes_nothing_and_says_so",
            "telephony/test_retention_alarms.py::test_a_sweeper_that_does_nothing_is_noticed_after_a_day",
            "telephony/test_metrics.py::test_the_heartbeat_is_seen_from_two_sides",
            "telephony/test_retention_backstop.py"
            "::test_a_day_after_their_day_calls_recordings_and_callers_are_gone_though_the_sweeper_is_dead",
            "telephony/test_retention_backstop.py"
            "::test_all_that_the_data_map_has_deleted_on_its_day_is_deleted_by_the_backstop",
            "integration/privacy/test_backstop.py"
            "::test_files_that_cannot_be_deleted_hold_up_no_other_organisation_and_are_found_again",
            "telephony/test_retention_backstop.py::test_the_parent_process_starts_the_backstop_again_and_again",
            "unit/installer/test_periodic.py::test_call24_up_has_the_backstop_of_retention_started",
            "telephony/test_legal_holds.py"
            "::test_a_held_call_outlives_its_day_in_every_place_and_goes_after_the_release",
            "telephony/test_first_deletion.py"
            "::test_owners_are_told_a_week_before_the_first_deletion_and_what_it_will_be",
        ),
    ),
    Promise(
        says="Tasks are kept while the organisation's account is active.",
        keeps=("tasks/service.py::TaskService",),
        shown=(
            "telephony/test_kept_as_promised.py"
            "::test_an_organisation_that_its_owner_closes_is_gone_everywhere_after_its_days_and_not_before",
        ),
    ),
    Promise(
        says="Accounts are kept until they are deleted, and a receipt remains.",
        keeps=(
            "privacy/persons.py::Persons",
            "privacy/receipts.py::Receipts",
            "privacy/deletion_register.py::DeletionRegister",
        ),
        shown=(
            "telephony/test_kept_as_promised.py"
            "::test_a_persons_account_goes_from_every_place_and_what_comes_late_goes_too",
            "integration/privacy/test_receipts.py"
            "::test_the_receipt_of_a_deleted_account_is_checked_by_the_published_key",
            "integration/privacy/test_account_deletion_page.py"
            "::test_anybody_reads_the_page_and_who_shows_the_password_is_deleted_with_a_receipt",
            "telephony/test_deleted_again.py"
            "::test_an_account_and_an_organisation_that_an_old_copy_brings_back_are_gone_before_the_port_opens",
            "e2e/test_app_served.py::test_a_user_deletes_the_account_on_the_public_page_without_script",
            "telephony/test_erasure_passed_on.py"
            "::test_a_users_deletion_is_asked_of_a_processor_that_gets_users_and_of_no_other",
        ),
        missing="Users who sign in with the organisation's identity provider cannot use the public page.",
    ),
    Promise(
        says="Recordings are made and kept as the organisation and the queue say.",
        keeps=(
            "recordings/retention.py::day_of",
            "call_records/kept_calls.py::KeptCalls",
            "calls/conversation.py::connect",
            "queues/rules.py::check_announced",
        ),
        shown=(
            "telephony/test_kept_as_promised.py::test_a_recording_goes_on_its_own_day_and_its_record_stays_and_says_so",
            "telephony/test_recordings_kept_longer.py"
            "::test_a_recording_that_is_kept_longer_is_heard_by_who_heard_it_before_and_goes_on_its_own_day",
            "telephony/test_recordings_kept_longer.py"
            "::test_an_erased_caller_takes_along_a_recording_that_is_kept_longer_unless_a_legal_hold_keeps_it",
            "telephony/test_recordings_kept_longer.py"
            "::test_a_recording_whose_call_record_is_gone_is_found_wherever_its_caller_looks_or_is_looked_for",
            "telephony/test_recordings_kept_longer.py"
            "::test_legal_holds_that_are_set_after_the_records_day_keep_a_recording_beyond_its_own",
            "telephony/test_recordings_kept_longer.py"
            "::test_what_a_deleted_queue_has_kept_longer_stays_until_its_own_day",
            "telephony/test_calls_recorded.py::test_a_queue_that_never_records_keeps_no_sound",
            "integration/queues/test_queues_and_hours.py"
            "::test_a_queue_that_records_every_call_announces_it_or_says_why_not",
            "telephony/test_recording_stopped.py"
            "::test_where_the_organisation_keeps_it_the_recording_ends_with_the_key",
        ),
        missing="A queue from before records as it did, announced or not, until its recording is changed.",
    ),
    Promise(
        says="Everybody can have a copy of their data.",
        keeps=(
            "privacy/person_file.py::person_file",
            "caller_files/packing.py::CallerFileWriter",
            "caller_files/signing.py::VconSigner",
            "caller_files/import_file.py::CallerFile",
            "caller_files/importing.py::CallerFileReader",
        ),
        shown=(
            "integration/privacy/test_persons.py"
            "::test_a_person_is_given_all_that_is_kept_and_nothing_that_opens_an_account",
            "telephony/test_caller_files.py"
            "::test_a_file_has_what_the_data_map_has_of_the_caller_and_an_erasure_deletes_the_same",
            "telephony/test_caller_files.py::test_a_call_is_a_vcon_whose_audio_is_the_recording",
            "unit/caller_files/test_signing.py"
            "::test_a_signed_vcon_is_as_the_draft_says_and_verified_by_another_library",
            "unit/caller_files/test_signing.py::test_one_changed_character_of_the_vcon_is_found_wherever_it_is",
            "telephony/test_caller_imports.py"
            "::test_what_is_imported_comes_out_as_it_went_in_and_goes_with_the_person",
            "telephony/test_caller_imports.py::test_a_file_that_was_changed_is_refused_whole_and_says_why",
            "telephony/test_caller_imports.py::test_an_import_goes_on_after_kill_9",
            "integration/privacy_requests/test_door.py"
            "::test_who_was_let_in_makes_and_fetches_a_file_of_their_data_and_only_one",
            "e2e/test_app_served.py"
            "::test_an_officer_makes_a_callers_file_for_a_request_and_another_organisation_imports_it",
        ),
        missing="What was imported is shown to officers alone. Who signed an imported vCon is not checked. Free text is not searched for other people.",
    ),
    Promise(
        says="Data can be corrected.",
        keeps=(
            "privacy_requests/machine.py::advanced",
            "privacy_requests/correcting.py::RequestedCorrections",
            "contacts/service.py::ContactService",
            "corrections/store.py::CorrectionStore",
            "identity/store.py::IdentityStore",
            "processors/notices.py::ErasureNotices",
        ),
        shown=(
            "integration/privacy_requests/test_desk.py::test_a_request_by_letter_goes_from_the_number_to_its_answer",
            "integration/corrections/test_corrections.py"
            "::test_a_caller_says_what_is_wrong_and_sees_on_the_page_that_it_was_corrected",
            "integration/corrections/test_corrections.py"
            "::test_a_corrected_caller_is_called_so_at_once_and_found_so_whatever_the_network_says_later",
            "integration/corrections/test_corrections.py"
            "::test_the_newest_50_are_kept_page_by_page_and_say_how_many_are_not",
            "integration/corrections/test_corrections.py::test_the_history_ends_with_the_caller",
            "integration/corrections/test_corrections.py"
            "::test_a_user_reads_what_was_changed_of_them_and_has_it_in_their_file",
            "telephony/test_caller_files.py"
            "::test_a_file_has_what_the_data_map_has_of_the_caller_and_an_erasure_deletes_the_same",
            "telephony/test_rights_passed_on.py"
            "::test_a_correction_is_told_to_a_processor_with_its_history_and_a_newer_one_supersedes_it",
        ),
        missing="What was downloaded before is not corrected. Processors are told of corrections that an officer makes for "
        "a request, by numbers that are the person's alone.",
    ),
    Promise(
        says="Callers, and people of the address book, are erased on request, also from what a restore brings back; "
        "processors and CRMs are told.",
        keeps=(
            "privacy/caller_erasure.py::CallerErasures",
            "privacy/register_copies.py::RegisterCopies",
            "contacts/erasure_register.py::ErasureRegister",
            "people/service.py::People",
            "address_book_files/service.py::AddressBookImports",
            "carddav/service.py::CardBooks",
            "files/service.py::Files",
            "privacy/person_erasure.py::PersonErasures",
            "processors/notices.py::ErasureNotices",
            "processors/sender.py::NoticeSender",
            "crm/engine.py::Engine",
            "crm/recipients.py::CrmRecipients",
            "crm/erasing.py::Erasing",
        ),
        shown=(
            "telephony/test_callers_erased.py::test_an_erased_caller_is_gone_everywhere_and_rings_again_as_a_stranger",
            "telephony/test_callers_erased.py"
            "::test_who_was_erased_and_came_back_with_an_old_copy_of_the_database_is_gone_before_the_first_call",
            "telephony/test_backup.py::test_what_was_backed_up_is_there_again_and_who_was_erased_since_is_not",
            "integration/privacy/test_caller_erasure.py"
            "::test_an_erasure_that_was_cut_off_at_any_step_ends_as_if_it_had_not_been",
            "telephony/test_erasures_cut_off.py::test_who_was_erased_is_unknown_also_while_mongodb_is_away",
            "telephony/test_erasures_cut_off.py::test_an_erasure_that_kill_9_cut_off_is_finished_after_the_restart",
            "integration/people/test_people.py"
            "::test_an_erased_number_goes_from_its_people_and_its_next_entry_is_another_contact",
            "integration/people/test_merging.py::test_an_erased_caller_is_in_nothing_that_can_be_undone",
            "integration/address_book_files/test_imports.py"
            "::test_when_a_caller_is_erased_files_that_may_have_them_go_and_so_does_what_was_imported",
            "integration/carddav/test_carddav.py"
            "::test_of_who_is_erased_the_phone_is_told_and_nothing_of_the_card_is_left",
            "integration/files/test_files.py"
            "::test_files_go_along_in_a_merge_come_back_with_who_comes_back_and_go_with_the_erased",
            "telephony/test_people_erased.py"
            "::test_a_person_is_erased_with_their_own_numbers_and_another_keeps_the_shared_one_with_its_call",
            "integration/privacy/test_person_erasure.py"
            "::test_an_erasure_that_was_cut_off_at_any_step_ends_as_if_it_had_not_been",
            "telephony/test_erasure_passed_on.py"
            "::test_a_callers_erasure_is_asked_of_a_processor_until_it_answers_and_its_answer_is_kept",
            "telephony/test_erasure_passed_on.py"
            "::test_no_erasure_is_passed_on_to_this_machine_or_a_private_network",
            "telephony/test_erasure_passed_on.py"
            "::test_officers_are_told_once_a_week_of_a_processor_that_does_not_answer",
            "integration/crm/test_crm.py"
            "::test_who_is_erased_here_is_erased_in_the_crm_and_its_answer_is_the_receipt",
            "integration/crm/test_crm.py::test_of_who_keeps_another_number_the_crm_loses_the_erased_one_alone",
            "integration/crm/test_crm.py::test_an_erasure_reaches_a_crm_that_is_switched_off",
            "integration/crm/test_crm.py::test_an_erasure_asks_each_crm_by_number_for_whom_nobody_linked",
            "integration/crm/test_crm_zammad.py::test_who_is_erased_here_has_a_receipt_once_the_data_privacy_task_is_done",
            "integration/crm/test_real_roundup.py"
            "::test_without_call24s_file_an_erasure_is_refused_and_nobody_is_found_by_number",
            "integration/processors/test_processors.py::test_an_erasure_that_is_cut_off_asks_each_processor_once",
        ),
        missing="Who was deleted from the address book, and has no number that called, is erased with the 30 days in which "
        "that can be undone, or once they are brought back. A phone that keeps a copy of the address book deletes them when it next asks, and no sooner. Only processors that the organisation registers, and CRMs that it connects, are asked; a CRM that cannot be searched by number, of the records that are linked. Webhooks are told by the events "
        "`contact.deleted` and `person.deleted` alone, where they subscribed to them.",
    ),
    Promise(
        says="Everybody can object to a purpose.",
        keeps=(
            "consents/service.py::Consents",
            "privacy_requests/service.py::PrivacyRequests",
            "notifications/email/outbox.py::EmailOutbox",
        ),
        shown=(
            "telephony/test_consents.py"
            "::test_who_objected_is_not_recorded_though_the_queue_always_does_and_is_again_once_they_agree",
            "telephony/test_consents.py::test_nobody_listens_to_an_agent_who_objected_nor_goes_on_listening",
            "integration/consents/test_consents.py::test_an_agent_who_objected_is_counted_in_totals_alone",
            "integration/consents/test_consents.py::test_of_a_caller_who_objected_no_webhook_is_told_but_of_the_deletion",
            "telephony/test_people_told.py"
            "::test_of_who_objected_or_is_deleted_nothing_that_waits_is_sent_but_the_deletion",
            "telephony/test_reminders.py"
            "::test_who_objected_to_reminders_is_sent_none_and_is_told_of_a_changed_password",
            "integration/privacy_requests/test_door.py"
            "::test_the_code_of_the_call_opens_the_page_and_a_request_comes_to_the_desk",
        ),
        missing="A small team's total tells who objected.",
    ),
    Promise(
        says="A consent can be withdrawn as easily as it was given.",
        keeps=(
            "consents/service.py::Consents",
            "consents/receipt.py::receipt",
            "calls/withdrawal.py::stop",
            "recordings/service.py::Recordings",
            "crash_reports/service.py::CrashReports",
        ),
        shown=(
            "integration/crash_reports/test_crash_reports.py"
            "::test_nothing_is_stored_until_the_user_agrees_and_nothing_once_they_withdraw",
            "telephony/test_consents.py"
            "::test_a_caller_stops_the_recording_of_their_calls_with_one_click_on_the_public_page",
            "e2e/test_callers_page.py::test_a_caller_sees_exports_withdraws_and_asks_for_deletion",
            "integration/consents/test_consents.py::test_to_withdraw_takes_one_request_as_to_agree_does",
            "integration/consents/test_consents.py"
            "::test_a_receipt_is_checked_offline_and_one_that_was_changed_is_refused",
            "integration/consents/test_consents.py"
            "::test_who_stops_the_recording_in_a_call_is_not_recorded_in_the_next_either",
            "telephony/test_recording_stopped.py"
            "::test_within_a_second_nothing_is_kept_and_nothing_starts_it_again",
            "telephony/test_recording_stopped.py::test_a_server_that_is_killed_does_not_record_it_again",
            "telephony/test_recording_stopped.py"
            "::test_a_consent_that_is_withdrawn_elsewhere_stops_the_recording_of_the_call_that_goes_on",
        ),
        missing="Callers agree by going on with the call. An older copy of the database brings back what was agreed "
        "then.",
    ),
    Promise(
        says="Nobody under 13 has an account.",
        keeps=("identity/age_rules.py::old_enough",),
        shown=(
            "integration/identity/test_age_screen.py"
            "::test_a_refusal_leaves_no_trace_on_the_server_and_the_link_is_not_used_up",
        ),
        missing="Accounts that an administrator or single sign-on makes are not asked for an age.",
    ),
    Promise(
        says="Changes of the privacy policy are announced, with a date.",
        keeps=(
            "policy/service.py::Policies",
            "policy/texts.py::versions",
            "policy/notices.py::PolicyNotices",
            "policy/pages.py::paper",
        ),
        shown=(
            "integration/policy/test_policy_pdf.py::test_the_pdf_says_each_sentence_of_the_page_in_its_language",
            "integration/policy/test_policy_pdf.py::test_an_older_version_stays_and_an_unknown_one_is_not_found",
            "unit/policy/test_texts.py::test_each_text_and_each_table_is_as_its_hash_says",
            "integration/policy/test_policy.py::test_a_material_change_is_announced_and_asked_for_from_its_day_on",
            "integration/policy/test_notices.py"
            "::test_a_server_that_is_killed_anywhere_decides_once_and_sends_at_least_once",
        ),
        missing="The tables are English only; nobody but its author read the Mongolian text of "
        "the policy. Without a mail server only the app tells of a new version.",
    ),
    Promise(
        says="Personal data leaves its region only with a safeguard.",
        keeps=("data_transfers/service.py::DataTransfers",),
        shown=(
            "integration/data_transfers/test_data_transfers.py"
            "::test_a_setting_in_another_region_is_refused_until_the_register_has_an_entry",
            "telephony/test_data_transfers.py"
            "::test_hosted_pusher_in_another_region_is_refused_until_the_register_has_an_entry",
        ),
        missing="The country of a recipient is what the organisation states.",
    ),
    Promise(
        says="Fraud is prevented, and data is disclosed to authorities as the law asks.",
        keeps=(
            "toll_fraud/service.py::TollFraudGuard",
            "disclosures/service.py::Disclosures",
            "incidents/searching.py::IncidentSearches",
        ),
        shown=(
            "telephony/test_fence.py"
            "::test_a_login_that_tries_dear_numbers_again_and_again_is_frozen_until_the_owner_lifts_it",
            "integration/disclosures/test_disclosures.py"
            "::test_an_entry_says_about_whom_it_is_and_cannot_be_changed_only_corrected",
            "integration/disclosures/test_disclosures.py"
            "::test_the_persons_are_told_unless_it_is_secret_and_once_that_is_over",
            "integration/incidents/test_incidents.py"
            "::test_officers_are_warned_once_of_each_hour_also_where_the_server_is_killed_half_way",
            "integration/incidents/test_incidents.py"
            "::test_the_map_finds_who_called_in_the_span_and_who_talked_to_them",
            "integration/incidents/test_incidents.py::test_a_recording_leads_to_all_who_are_heard_in_it",
            "integration/incidents/test_incidents.py::test_no_edit_moves_the_clock_and_what_was_said_before_stays",
            "telephony/test_registers.py"
            "::test_who_called_is_found_for_an_incident_and_an_authority_was_given_their_export",
        ),
        missing="An officer enters a disclosure: an export that is handed over makes no entry by "
        "itself. Notices of a breach are sent by the officer; what was deleted before the search is not counted.",
    ),
    Promise(
        says="App stores are told what the app collects.",
        keeps=("privacy/store_files.py::data_safety",),
        shown=("unit/privacy/test_store_files.py::test_the_file_is_up_to_date",),
        missing="The files were not tried on the stores' own pages.",
    ),
    Promise(
        says="Processing can be restricted: data is kept and not used until the person was told and it is lifted.",
        keeps=(
            "restrictions/service.py::Restrictions",
            "privacy_requests/restricting.py::RequestedRestrictions",
            "privacy/hold_register.py::HoldRegister",
            "processors/notices.py::ErasureNotices",
        ),
        shown=(
            "telephony/test_rights_passed_on.py"
            "::test_a_restriction_and_its_lifting_are_told_to_a_processor_until_it_answers",
            "integration/restrictions/test_restrictions.py"
            "::test_processors_are_told_that_data_may_be_used_again_when_nothing_holds_it_any_more",
            "telephony/test_restrictions.py"
            "::test_restricted_data_is_kept_and_shown_to_nobody_until_the_person_was_told_and_it_is_lifted",
            "integration/restrictions/test_restrictions.py"
            "::test_a_person_is_restricted_with_the_numbers_that_are_theirs_alone_and_others_keep_the_shared_one",
            "integration/restrictions/test_restrictions.py"
            "::test_the_register_is_known_again_after_a_restart_and_until_it_is_read_nothing_is_shown",
            "e2e/test_app_restrictions.py"
            "::test_an_officer_restricts_a_caller_and_agents_see_that_and_no_more_until_it_is_lifted",
        ),
        missing="Exports that were made before are not taken back. A number that several people have is restricted for "
        "all of them. Users with an account are not restricted by the product: the officer sees to it.",
    ),
    Promise(
        says="A notification on a device can be read by nobody on its way, names a caller only where the user chose "
        "so, and is sent only as they want it.",
        keeps=("web_push/encoding.py::encrypt", "web_push/service.py::WebPush", "notifications/rules.py::wants"),
        shown=(
            "unit/web_push/test_encoding.py::test_the_example_of_the_standard_comes_out_byte_for_byte",
            "telephony/test_web_push.py"
            "::test_a_call_rings_on_all_of_an_agents_browsers_and_an_answer_elsewhere_takes_its_place",
            "telephony/test_web_push.py"
            "::test_a_caller_who_hangs_up_is_shown_as_missed_and_only_where_the_user_wants_it_by_name",
            "telephony/test_web_push.py::test_what_a_user_does_not_want_pushed_is_not_and_the_rest_is",
        ),
        missing="The browser's vendor learns that and when something is sent, and to which browser. No real push "
        "service was sent to.",
    ),
)
