/** What the API takes and answers, made from the OpenAPI document by clients/app_types.py: do not edit. */
export interface components {
    schemas: {
        /** @description The version that the user has read: `current` of `GET /v1/me/policy`. */
        Acceptance: {
            hash: string;
            version: string;
        };
        /** @description Why the account is deleted: the user has left, asked for it, was created by mistake, or another reason. */
        AccountDeletion: {
            /** @enum {string} */
            reason: "left" | "asked" | "mistake" | "other";
        };
        /** @description An account that was deleted, with all that was kept of the person. */
        AccountErasure: {
            /** @description Collection -> how many documents were deleted */
            deleted: {
                [key: string]: number;
            };
            /** @description The id that the account had */
            id: string;
            /** @description The signed receipt of the deletion */
            receipt: components["schemas"]["ErasureReceiptAnswer"];
        };
        /** @description A processing activity. */
        Activity: {
            data: components["schemas"]["ProcessedData"][];
            /** @description The part of Call24 that processes the data */
            name: string;
        };
        /** @description A field that was changed. Instants are in ISO 8601, users and queues by their ids. */
        ActivityChangeAnswer: {
            /** @description Null: nothing, or not told. Cut off at 200 characters */
            after: string | null;
            /** @description Null: nothing, or not told. Cut off at 200 characters */
            before: string | null;
            field: string;
        };
        /** @description Something that happened. */
        ActivityEntryAnswer: {
            at: string;
            /** @description Who did it. Null: nobody who has an account, or Call24 itself */
            by: components["schemas"]["UserRef"] | null;
            changes: components["schemas"]["ActivityChangeAnswer"][];
            /** @description A further code. call: its direction; task and comment: the task's kind; consent: the purpose; privacy_request: its kind; file: its media type; crm: the state */
            detail: string | null;
            /** @description Of a call: seconds from its beginning to its end */
            duration_s: number | null;
            id: string;
            /** @enum {string} */
            kind: "call" | "note" | "task" | "comment" | "person" | "correction" | "consent" | "privacy_request" | "file" | "crm" | "notification";
            opens: components["schemas"]["ActivityOpens"] | null;
            /** @description What a user wrote: a comment, a note, why it was corrected */
            text: string | null;
            /** @description What the task, person, file or CRM connection is called */
            title: string | null;
            /** @description A code. call: its outcome; note (of a call): written; task: created, changed, settled (by a later call), undone, reminded; comment: added; person: created, changed, merged, deleted, undone; correction: corrected; consent: grant, withdraw, object; privacy_request: received, or a step of it; file: attached; crm: linked, or what the CRM was told (call, objection, objection_lifted, erasure); notification: the event that you were notified of */
            what: string;
        };
        /** @description What an entry is about, by its id. */
        ActivityOpens: {
            id: string;
            /** @enum {string} */
            kind: "call" | "task" | "person" | "contact" | "file" | "crm_connection" | "privacy_request";
        };
        /** @description A page of an activity log, the newest first. */
        ActivityPageAnswer: {
            items: components["schemas"]["ActivityEntryAnswer"][];
            /** @description The `cursor` of the next page. Null on the last page. A page may have fewer than `limit` */
            next: string | null;
        };
        /** @description An import of people into the address book. */
        AddressBookImportAnswer: {
            asked_by: string;
            counts: components["schemas"]["ImportCounts"];
            created_at: string;
            /** @description When it is forgotten, and cannot be undone any more */
            delete_at: string;
            ended_at: string | null;
            /** @enum {string} */
            format: "csv" | "vcard";
            id: string;
            /**
             * @description What is done with rows whose person is there already
             * @enum {string}
             */
            known: "skip" | "update" | "create";
            /** @description Rows whose person is there already, when the file was checked */
            matching: number;
            /** @description Of importing, from 0 to 100 */
            percent: number;
            /**
             * @description Why it failed or was stopped, else empty. `address_book_file_unreadable`: the file is no CSV or vCard file, or broken; `address_book_file_too_long`: more than 100,000 people; `caller_erased`: somebody who may be in it was erased meanwhile: send it again; `import_interrupted`: try again
             * @enum {string}
             */
            problem: "" | "address_book_file_unreadable" | "address_book_file_too_long" | "caller_erased" | "import_interrupted";
            /** @description Of the file. Null until it was checked */
            rows: number | null;
            /**
             * @description `checking`: the file is read, nothing is stored; `ready`: see its preview and start it; `stopped`: what was imported by then is there
             * @enum {string}
             */
            state: "checking" | "ready" | "running" | "done" | "stopped" | "undoing" | "undone" | "failed";
            /** @description Why it failed, in words */
            trouble: string | null;
        };
        /** @description One page of imports, newest first. */
        AddressBookImportPage: {
            items: components["schemas"]["AddressBookImportAnswer"][];
            /** @description The `cursor` of the next page. Null on the last page */
            next: string | null;
        };
        /** @description A postal address, in lines as on an envelope. */
        AddressWritten: {
            label?: string;
            text: string;
        };
        /** @description How many there are of what you may see; what you may not see is left out. */
        AdministrationCounts: {
            /** @description Where something needs somebody: a trunk that is down, a webhook or a CRM that fails, an open request or incident whose `due_at` is past */
            attention: ("numbers" | "trunks" | "queues" | "opening_hours" | "flows" | "prompts" | "dispositions" | "pause_reasons" | "users" | "roles" | "task_addresses" | "webhooks" | "applications" | "crm_connections" | "api_tokens" | "privacy_requests" | "restrictions" | "legal_holds" | "disclosures" | "data_transfers" | "processors" | "incidents")[];
            /** @description `privacy_requests`, `incidents` and `legal_holds`: open ones; `restrictions`: those that hold; `dispositions` and `pause_reasons`: those that are not retired; `roles`: built-in ones too; `api_tokens`: your own, in a signed-in app */
            counts: {
                [key: string]: number;
            };
        };
        /** @description A page of affected people, callers first. */
        AffectedPeoplePage: {
            items: components["schemas"]["AffectedPersonAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description Somebody whom an incident affects. */
        AffectedPersonAnswer: {
            contact_id: string | null;
            /** @description Of a user */
            email: string | null;
            /** @enum {string} */
            kind: "caller" | "user";
            /** @description null: none is known, or it was deleted */
            name: string | null;
            /** @description Of a caller */
            number: string | null;
            places: string[];
            user_id: string | null;
        };
        /** @description The state that the agent is to have, and why: a code, because journals keep no words about people. */
        AgentCorrection: {
            /** @enum {string} */
            reason: "asked" | "forgotten" | "away" | "stuck" | "technical" | "shift_over" | "other";
            /** @enum {string} */
            state: "available" | "paused" | "offline";
        };
        /** @description How many of a queue's members are in each state. */
        AgentCounts: {
            available: number;
            offered: number;
            offline: number;
            on_call: number;
            paused: number;
            wrap_up: number;
        };
        /** @description Something that changed an agent's session. */
        AgentDayEvent: {
            at: string;
            /** @description The supervisor who corrected it; null: nobody did */
            by: components["schemas"]["UserRef"] | null;
            call_id: string | null;
            /** @description The disposition that was given; null: none */
            disposition: components["schemas"]["DispositionRef"] | null;
            /** @description The name of the journal event, such as PauseStarted */
            event: string;
            /** @description A pause reason's id, or a built-in code; null: none */
            reason: string | null;
            /** @description The reason in words; null: none */
            reason_name: string | null;
            /** @description From here on */
            state: components["schemas"]["AgentState"];
            /** @description The supervisor's code for why; null: nobody corrected it */
            why: string | null;
        };
        /** @description A time that an agent spent in one state. */
        AgentDayStretch: {
            call_id: string | null;
            from: string;
            /** @description A pause reason's id, or a built-in code; null: none */
            reason: string | null;
            /** @description The reason in words; null: none */
            reason_name: string | null;
            state: components["schemas"]["AgentState"];
            /** @description null: it goes on */
            to: string | null;
        };
        /** @description What an agent did today, in the measures of reports. */
        AgentFigures: {
            /** @description As in reports: mean talk + hold + wrap-up. Null: no call yet */
            handle_time_s: number | null;
            /** @description As `handled` in reports: times that the agent had a call and spoke */
            handled: number;
            id: string;
        };
        /** @description An agent, as the live screen lists it. */
        AgentRow: {
            call_id: string | null;
            id: string;
            name: string;
            /** @description True while the customer is on hold; else absent */
            on_hold?: boolean;
            /** @description The time of the wrap-up or of the pause is up */
            overdue: boolean;
            /** @description Until when this pause may last */
            pause_limit_at: string | null;
            /** @description Of a pause or of being offline: its code */
            reason: string | null;
            since: string;
            state: components["schemas"]["AgentState"];
            /** @description Whom the agent talks to; only for who may see all calls */
            with: string | null;
        };
        /** @description An agent's session, with the day so far. */
        AgentSessionAnswer: {
            agent_id: string;
            call_id: string | null;
            day: components["schemas"]["SessionDayPart"][];
            /** @description The call whose disposition is still to be given */
            disposition_due: string | null;
            /** @description Given for the call in hand */
            disposition_id: string | null;
            /** @description The wrap-up lasts until the disposition is given */
            disposition_required: boolean;
            /** @description What the agent asked to be once the work in hand is done */
            next: components["schemas"]["AgentState"] | null;
            /** @description The time of the wrap-up or of the pause is up */
            overdue: boolean;
            /** @description Until when this pause may last */
            pause_limit_at: string | null;
            /** @description Of a pause or of being offline: its code */
            reason: string | null;
            since: string;
            state: components["schemas"]["AgentState"];
            wrap_up_until: string | null;
        };
        /** @enum {string} */
        AgentState: "offline" | "available" | "offered" | "on_call" | "wrap_up" | "paused";
        /** @description One agent's day, in the organisation's time zone. */
        AgentTimeline: {
            agent: components["schemas"]["UserRef"];
            day: string;
            from: string;
            /** @description Events, the oldest first */
            items: components["schemas"]["AgentDayEvent"][];
            /** @description The states, one after the other */
            stretches: components["schemas"]["AgentDayStretch"][];
            to: string;
        };
        /** @description An agent's figures since midnight, in the organisation's time zone. */
        AgentToday: {
            /** @description Calls handled: what reports call `handled` */
            answered: number;
            /** @description Mean handle time in seconds. Null: no calls yet */
            handle_s: number | null;
            service_level: number | null;
        };
        /** @description The date of birth of whoever is about to create an account. */
        AgeScreen: {
            /** @description Date of birth, `YYYY-MM-DD`. It is not stored. */
            birth_date: string;
        };
        /** @description Plays a sound and goes on. */
        AnnounceNode: {
            /** @description The id of the node that follows; empty: not chosen yet */
            next: string;
            /** @description A built-in sound's name, or a prompt's id */
            prompt: string;
            /** @constant */
            type: "announce";
        };
        /** @description Plays a sound and goes on. */
        AnnounceNodeBody: {
            next?: string;
            /** @description a built-in sound, or a prompt's id */
            prompt?: string;
            /** @constant */
            type: "announce";
        };
        /** @description An API token, without its secret. */
        ApiToken: {
            /** @description Its scopes: names of permissions, or `*` */
            abilities: string[];
            created_at: string;
            expires_at: string;
            id: string;
            /** @description Null if it was never used */
            last_used_at: string | null;
            name: string;
        };
        /** @description A page of a user's API tokens, the oldest first. */
        ApiTokenPage: {
            items: components["schemas"]["ApiToken"][];
            /** @description Pass it as `cursor` to get the next page; null on the last one */
            next: string | null;
        };
        /** @description A place in one of the app's own built files. */
        AppFrame: {
            column?: number;
            file: string;
            line: number;
        };
        /** @description A device's own password for CardDAV. Its secret is not answered. */
        AppPasswordAnswer: {
            created_at: string;
            id: string;
            /** @description To the minute; null: never */
            last_used_at: string | null;
            name: string;
        };
        /** @description A page of the current user's app passwords, the oldest first. */
        AppPasswordPage: {
            /** @description What devices are given as their server */
            address: string;
            items: components["schemas"]["AppPasswordAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
            /** @description What devices are given as their user name */
            user_name: string;
        };
        /** @description A field of a setting that was changed. */
        AuditChangeAnswer: {
            /** @description Of a list: what is in it since then, ten at most */
            added: string[];
            /** @description null: there is none, or it is a list */
            after: string | number | boolean | null;
            /** @description null: there was none, or it is a list */
            before: string | number | boolean | null;
            /** @description Its name, such as `max_wait_s`; `exits.closed.to` is inside `exits` */
            field: string;
            /** @description More was added or removed than is listed */
            more: boolean;
            /** @description Of a list: what is in it no more, ten at most */
            removed: string[];
        };
        /** @description Whether the audit log is as it was written. */
        AuditCheck: {
            /** @description How many entries there are */
            lines: number;
            /** @description The first entry that is wrong; null if the log is whole */
            seq: number | null;
            /** @description What is wrong with it; null if the log is whole */
            what: string | null;
            /** @description No entry was changed, and none is missing */
            whole: boolean;
        };
        /** @description An entry of the audit log: who did what to what, from where and with what result. */
        AuditEntryAnswer: {
            /** @description Method and route, such as `PATCH /v1/queues/{queue_id}` */
            action: string;
            /** @description The user's current name; null if the account was deleted */
            actor: string | null;
            /** @description The user who did it; `nobody` if the user was not known */
            actor_id: string;
            /** @description The IP address it was done from */
            address: string;
            at: string;
            /** @description Of settings (queues, numbers, trunks, opening hours, roles, the organisation, calling limits) what was changed to what; empty for entries of earlier versions. No secrets, nothing of callers */
            changes: components["schemas"]["AuditChangeAnswer"][];
            /** @description The code of the problem; null if it succeeded */
            code: string | null;
            /** @description Names of the fields that were sent, never their values */
            fields: string[];
            /** @description Ids of what it was done to, or of what was created */
            objects: string[];
            /** @description Counts from 1 in the organisation, without gaps */
            seq: number;
            /** @description The HTTP status of the answer */
            status: number;
            /** @description The session or API token; null if there was none */
            token_id: string | null;
            /** @description The code of the reason that was given, if one was */
            why: string | null;
        };
        /** @description A page of audit entries, the newest first. */
        AuditPage: {
            items: components["schemas"]["AuditEntryAnswer"][];
            /** @description Pass it as `cursor` to get the next page; null on the last one */
            next: number | null;
        };
        /** @description `code`: from the authenticator, or a recovery code; needed if the session has not stepped up recently. */
        AuthenticatorRemoval: {
            code?: string;
            current_password: string;
        };
        /** @description What the device must be able to do. */
        AuthenticatorSelection: {
            requireResidentKey: boolean;
            /** @constant */
            residentKey: "required";
            /** @constant */
            userVerification: "required";
        };
        /** @description A new authenticator, to be confirmed with one of its codes. */
        AuthenticatorSetup: {
            /** @description Base32, to be typed in by hand */
            secret: string;
            /** @description The `otpauth://` URI to show as a QR code */
            uri: string;
        };
        /** @description A page of the users who have an avatar. */
        AvatarPage: {
            items: components["schemas"]["AvatarVersion"][];
            /** @description Pass it as `cursor` to get the next page; null on the last one */
            next: string | null;
        };
        /** @description Names a version of an avatar. */
        AvatarTag: {
            /** @description Changes whenever the picture does */
            tag: string;
        };
        /** @description Which version of an avatar a user has. */
        AvatarVersion: {
            /** @description Changes whenever the picture does */
            tag: string;
            user_id: string;
        };
        /** @description An IP address that is kept out for some time. */
        Ban: {
            address: string;
            id: string;
            /**
             * @description `challenged`: asked for a password like a stranger. `dropped`: not answered at all. `refused`: phones cannot connect from there
             * @enum {string}
             */
            state: "challenged" | "dropped" | "refused";
            /** @description Trunks that name the address */
            trunk_ids: string[];
            until: string;
        };
        /** @description One page of banned addresses; those that are let in first come first. */
        BanPage: {
            items: components["schemas"]["Ban"][];
            /** @description The `cursor` of the next page. Null on the last page */
            next: string | null;
        };
        /** @description What the organisation looks like. */
        BrandingAnswer: {
            /** @description `#` and six hexadecimal digits; null: Call24's own colour */
            accent: string | null;
            /** @description On dark surfaces */
            dark_logo: components["schemas"]["BrandLogo"] | null;
            /** @description An e-mail address, an https address or a phone number; empty: none */
            help_contact: string;
            /** @description On light surfaces, and on dark ones without `dark_logo` */
            logo: components["schemas"]["BrandLogo"] | null;
            /** @description The organisation's name; `PATCH /v1/organisation` changes it */
            name: string;
            /** @description null: Call24's own colours */
            tones: components["schemas"]["BrandTones"] | null;
            /** @description One more with each change; 0: nothing was ever set */
            version: number;
        };
        /**
         * @description What is left out is set back to what Call24 has. The logos have addresses of their own.
         *
         *     `accent`: any colour, as `#` and six hexadecimal digits; null: Call24's own. Where text in it, or white text on it,
         *     could not be read, a tone of it is used: `tones` of the answer. `help_contact`: whom users ask when something does
         *     not work: an e-mail address, an https address or a phone number such as +442079460123.
         */
        BrandingChange: {
            accent?: string | null;
            help_contact?: string;
        };
        /** @description A logo that is there: `GET /v1/branding/logo`, or `/v1/branding/dark-logo`, returns it. */
        BrandLogo: {
            /** @description Pixels */
            height: number;
            /** @description Changes with the logo */
            tag: string;
            /** @description Pixels */
            width: number;
        };
        /** @description The colours that the app, public pages and e-mails use instead of the accent itself, so that they can be read. */
        BrandTones: {
            /** @description As `fill_light`, on dark surfaces */
            fill_dark: string;
            /** @description Of buttons, behind white text: 4.5 to 1 */
            fill_light: string;
            /** @description As `soft_light`, on dark surfaces */
            soft_dark: string;
            /** @description Behind what is chosen, on light surfaces */
            soft_light: string;
            /** @description As `text_light`, on dark surfaces */
            text_dark: string;
            /** @description Of links and of what is chosen, on light surfaces: 4.5 to 1 */
            text_light: string;
        };
        /** @description A change of many tasks. */
        BulkAnswer: {
            at: string;
            /** @description How many tasks were chosen */
            count: number;
            /** @description What was changed */
            fields: string[];
            id: string;
            undone_at: string | null;
            /** @description Until when it can be undone */
            until: string;
        };
        /** @description What all of them become. Fields that are left out stay as they are. `assignee_id` null: assigned to nobody. */
        BulkFields: {
            assignee_id?: string | null;
            due_at?: string | null;
            priority?: ("low" | "normal" | "high" | "urgent") | null;
            queue_id?: string | null;
            state?: ("open" | "in_progress" | "waiting" | "done" | "dropped") | null;
        };
        /** @description What came of a change of many tasks. */
        BulkOutcome: {
            bulk_change: components["schemas"]["BulkAnswer"];
            changed: number;
            /** @description Tasks that cannot become this */
            refused: string[];
            /** @description They were so already */
            same: number;
        };
        /** @description A page of your own changes of many tasks, the newest first. */
        BulkPage: {
            items: components["schemas"]["BulkAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description What was undone. */
        BulkUndone: {
            /** @description Tasks that are as they were */
            undone: number;
        };
        /** @description One agent who had the call; an agent who had it twice has two. */
        CallAgentPart: {
            agent: components["schemas"]["UserRef"];
            answered_at: string;
            /**
             * @description How the call came to the agent
             * @enum {string}
             */
            came: "offer" | "transfer" | "consult" | "own_call" | "callback" | "take_over";
            disposition_id: string | null;
            /** @description Seconds, to the millisecond */
            hold_s: number;
            left_at: string | null;
            /** @description Seconds, to the millisecond */
            talk_s: number;
            /** @description Seconds, to the millisecond */
            wrap_up_s: number;
        };
        /** @description A customer who is to be called back. It is a waiting call. */
        Callback: {
            /** @description The agent who has the callback now */
            agent_id: string | null;
            /** @description How often the customer was rung in vain */
            attempts: number;
            /** @description When it is given up */
            expires_at: string;
            id: string;
            name: string | null;
            /** @description When it is tried next, after an attempt in vain */
            not_before: string | null;
            /** @description E.164. Null: the contact was erased */
            number: string | null;
            /** @description The call in which it was promised */
            origin_call_id: string | null;
            queue_id: string | null;
            /** @description The customer's data is kept and not used: nothing of it is shown */
            restricted: boolean;
            /** @description Its place in the queue */
            since: string;
            state: components["schemas"]["CallState"];
        };
        /** @description Offers a callback. A caller who accepts may hang up and keeps its place in the queue. */
        CallbackNode: {
            /** @description The id of the node that follows; empty: not chosen yet */
            declined: string;
            /** @description The key that accepts */
            digit: string;
            /** @description A built-in sound's name, or a prompt's id */
            prompt: string;
            queue_id: string;
            /** @constant */
            type: "callback";
        };
        /** @description Offers a callback. A caller who accepts may hang up and keeps its place in the queue. */
        CallbackNodeBody: {
            declined?: string;
            digit?: string;
            /** @description a built-in sound, or a prompt's id */
            prompt?: string;
            queue_id?: string;
            /** @constant */
            type: "callback";
        };
        /** @description One page of callbacks, in the order in which they were promised. */
        CallbackPage: {
            items: components["schemas"]["Callback"][];
            /** @description The `cursor` of the next page. Null on the last page */
            next: string | null;
        };
        /** @description The command was accepted and is being carried out; what comes of it is told by realtime events. Always empty. */
        CallCommandAccepted: Record<string, never>;
        /** @description One call with everything that is known of it. */
        CallDetail: {
            /** @description The last agent who had the customer */
            agent: components["schemas"]["UserRef"] | null;
            agents: components["schemas"]["CallAgentPart"][];
            answered_at: string | null;
            /** @description When the call began */
            at: string;
            /** @description How often a callback's customer was rung in vain */
            attempts: number;
            cause: number | null;
            contact_id: string | null;
            /** @description When the record is deleted */
            delete_at: string;
            direction: components["schemas"]["Direction"];
            /** @description Why the system ended the call, where it did */
            end_reason: string | null;
            /** @description Null while the call goes on */
            ended_at: string | null;
            ended_by: components["schemas"]["EndedBy"] | null;
            flow: components["schemas"]["CallFlowVersion"] | null;
            /** @description The call ended while Call24 was not running */
            found_missing: boolean;
            /** @description Seconds, to the millisecond */
            hold_s: number;
            id: string;
            legs: components["schemas"]["CallLegRow"][];
            /** @description The call from beginning to end, as consecutive pieces */
            line: components["schemas"]["LineSegment"][];
            menu: components["schemas"]["CallIvrAnswer"][];
            /** @description Seconds, to the millisecond */
            menu_s: number;
            /** @description Abandoned after waiting a while: somebody should call back */
            missed: boolean;
            monitors: components["schemas"]["CallMonitorRow"][];
            /** @description The customer's name, where the contact has one */
            name: string | null;
            /** @description Why it was not recorded, whatever its queue says: the customer had withdrawn the consent, or objected; restricted: the data is kept and not used; unknown: that could not be known; test: it is a test call. Null: the customer had not said no */
            not_recorded: ("withdrawn" | "objected" | "restricted" | "unknown" | "test") | null;
            /** @description The customer's number, E.164. Null: withheld, internal or erased */
            number: string | null;
            offers: components["schemas"]["CallOfferRow"][];
            /** @description The call that this callback was promised in */
            origin_call_id: string | null;
            outcome: components["schemas"]["Outcome"];
            /** @description Seconds for which the customer talked to an outside party alone */
            outside_s: number;
            pauses: components["schemas"]["RecordingPause"][];
            /** @description The first queue that the call was in */
            queue: components["schemas"]["QueueRef"] | null;
            queues: components["schemas"]["CallQueueVisit"][];
            recorded_from: string | null;
            recording: components["schemas"]["RecordingSummary"] | null;
            /** @description null: the caller did not stop it */
            recording_stopped: components["schemas"]["RecordingStopRow"] | null;
            /** @description The customer's data is kept and not used (GDPR, article 18): the rest of the row says only that there was a call */
            restricted: boolean;
            /** @description Seconds, to the millisecond */
            ring_s: number;
            /** @description Seconds, to the millisecond */
            talk_s: number;
            timeline: components["schemas"]["CallTimelineEntry"][];
            transfers: components["schemas"]["CallTransferRow"][];
            /** @description Seconds, to the millisecond */
            wait_s: number;
            /** @description Seconds, to the millisecond */
            wrap_up_s: number;
        };
        /**
         * @description Who the customer is, and what is known of earlier calls. Of an internal call `name` is the other agent's.
         *
         *     `people`: why the caller is called so; several where they share the number. Those whom you may see, as far as they
         *     are known without the database; `GET /v1/live/caller` has all.
         */
        CallerCard: {
            calls_this_week: number;
            contact_id: string | null;
            last_call: components["schemas"]["LastCall"] | null;
            /** @description The region of the number */
            location: string | null;
            name: string | null;
            number: string | null;
            people: components["schemas"]["CardPerson"][];
            /** @description What `sent_as` was read as: `local` has the area code of the number that was rung; null where it may mean several numbers, or none: `people` are those who perhaps call then */
            read_as: ("without_plus" | "national" | "local") | null;
            /** @description The caller's data is kept and not used (GDPR, article 18): nothing of it is shown */
            restricted: boolean;
            /** @description The number as the carrier sent it; null where it was international */
            sent_as: string | null;
        };
        /** @description What stands beside the caller card. A part that the database did not give in time is null. */
        CallerDetails: {
            /** @description Null where you have no call with a customer */
            call_id: string | null;
            /** @description The last ones, the newest first */
            calls: components["schemas"]["LastCall"][] | null;
            contact_id: string | null;
            people: components["schemas"]["CardPerson"][] | null;
            /** @description From memory: what the caller objected to or withdrew */
            refused: components["schemas"]["CardRefusal"][];
            /** @description The caller's data is kept and not used: nothing of it is shown */
            restricted: boolean;
            /** @description Open ones, the newest first */
            tasks: components["schemas"]["CardTask"][] | null;
        };
        /** @description A caller who was erased, with all that was kept. */
        CallerErasure: {
            /** @description The id that the caller had */
            contact_id: string;
            /** @description Kind -> how many were deleted */
            deleted: {
                [key: string]: number;
            };
            /** @description How many calls, or contacts, a legal hold keeps for now */
            held: number;
            /** @description What processors are asked; their answers follow under /v1/erasure-notices */
            notices: components["schemas"]["ErasureNoticeAnswer"][];
            /** @description The signed receipt of the erasure; null while something is held */
            receipt: components["schemas"]["ErasureReceiptAnswer"] | null;
        };
        /** @description What the erasure of a caller would delete. */
        CallerErasurePlan: {
            contact_id: string;
            /** @description How many calls a legal hold keeps; 1 where it keeps the contact */
            held: number;
            /** @description The caller has a call in progress: erasure is refused until it is over */
            on_call: boolean;
            /** @description Whom the erasure will be passed on to, as it is set up now */
            passed_on: components["schemas"]["ErasurePassedOn"][];
            /** @description Collection -> how many documents; of exports, all those of calls */
            would_delete: {
                [key: string]: number;
            };
        };
        /** @description Why the caller is erased: they asked for it, withdrew a consent, objected, or another reason. */
        CallerErasureWish: {
            /** @enum {string} */
            reason: "asked" | "consent_withdrawn" | "objected" | "other";
        };
        /** @description A file of all that is kept of a caller. */
        CallerFileAnswer: {
            /** @description Null until they are counted */
            calls: number | null;
            calls_done: number;
            contact_id: string;
            created_at: string;
            /** @description When the file is deleted */
            delete_at: string;
            id: string;
            /** @description The caller's; null: none is known */
            name: string | null;
            /** @description The caller's, E.164; null: the caller was erased */
            number: string | null;
            /** @description From 0 to 100 */
            percent: number;
            /** @enum {string} */
            state: "running" | "done" | "failed" | "cancelled";
            /** @description Why it failed, in words */
            trouble: string | null;
        };
        /** @description One page of callers' files, newest first. */
        CallerFilePage: {
            items: components["schemas"]["CallerFileAnswer"][];
            /** @description The `cursor` of the next page. Null on the last page */
            next: string | null;
        };
        /** @description An import of a caller's file. */
        CallerImportAnswer: {
            /** @description Null until the file is checked */
            contact_id: string | null;
            created_at: string;
            ended_at: string | null;
            /** @description Those that are older than this organisation keeps calls: not stored */
            expired: number;
            id: string;
            /** @description When it was made, as the file says */
            made_at: string | null;
            /** @description The caller's; null: none is known */
            name: string | null;
            /** @description The caller's, E.164; null until the contact is stored, at the end */
            number: string | null;
            /** @description The name of the organisation that made the file */
            organisation: string | null;
            /** @description From 0 to 100 */
            percent: number;
            /** @description Why it failed: `caller_file_unreadable`: no ZIP of a caller's file, or it has other files; `caller_file_too_big`: more entries than are read, or it would grow too much; `caller_file_changed`: a size or hash is not as listed; `caller_file_schema`: a document is not as its schema says, or names somebody else; `caller_file_own`: this organisation made it; `import_interrupted`: send it again */
            problem: string | null;
            /** @description Documents and recordings. Null until they are counted */
            rows: number | null;
            rows_done: number;
            /** @description Of the file */
            sha256: string;
            /** @enum {string} */
            state: "running" | "done" | "failed";
            /** @description Why it failed, in words */
            trouble: string | null;
        };
        /** @description One page of imports, newest first. */
        CallerImportPage: {
            items: components["schemas"]["CallerImportAnswer"][];
            /** @description The `cursor` of the next page. Null on the last page */
            next: string | null;
        };
        /** @description A number that called parties may be shown. */
        CallerNumber: {
            id: string;
            label: string;
            /** @description E.164 */
            number: string;
        };
        /** @description A page of the numbers that called parties may be shown. The first is shown where none is chosen. */
        CallerNumberPage: {
            items: components["schemas"]["CallerNumber"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description The flow version that the call began with. */
        CallFlowVersion: {
            id: string;
            version: number;
        };
        /** @description What the caller chose in an IVR menu. */
        CallIvrAnswer: {
            /** @description The digit, `timeout` or `invalid` */
            answer: string;
            at: string;
            /** @description Id of the flow's node */
            node: string;
        };
        /** @description Who was at one end of a leg: one of the organisation's users, or a contact. */
        CallLegEnd: {
            contact_id: string | null;
            user: components["schemas"]["UserRef"] | null;
        };
        /** @description One party's part in the call. */
        CallLegRow: {
            answered_at: string | null;
            began_at: string;
            cause: number | null;
            device_id: string | null;
            /**
             * @description `in`: the party rang; `out`: it was rung
             * @enum {string}
             */
            direction: "in" | "out";
            ended_at: string | null;
            /** @description Who rang. Null: the organisation's own number */
            from: components["schemas"]["CallLegEnd"] | null;
            id: string;
            /**
             * @description What the party began as
             * @enum {string}
             */
            party: "customer" | "agent" | "colleague" | "outside" | "supervisor";
            /** @description Who was rung. Null: the organisation's own number */
            to: components["schemas"]["CallLegEnd"] | null;
        };
        /** @description A supervisor who was in the call, once for each mode. */
        CallMonitorRow: {
            from: string;
            /** @enum {string} */
            mode: "listen" | "whisper" | "barge";
            reason: string;
            to: string | null;
            user: components["schemas"]["UserRef"];
        };
        /** @description The note of a call; `text` is empty while there is none. */
        CallNoteAnswer: {
            /** @description When it was changed last. Null while there is none */
            at: string | null;
            /** @description All who wrote in it, the first first */
            authors: components["schemas"]["UserRef"][];
            /** @description Who changed it last. Null while there is none */
            by: components["schemas"]["UserRef"] | null;
            call_id: string;
            /** @description Whether you may change it */
            may_write: boolean;
            text: string;
            /** @description One more with each change; 0 while there is none */
            version: number;
        };
        /** @description The whole note. An empty text removes it. */
        CallNoteWish: {
            /** @description At most 4,000 characters, without spaces at the ends of lines */
            text: string;
        };
        /** @description An agent who was rung for the call, and why this agent. */
        CallOfferRow: {
            agent: components["schemas"]["UserRef"];
            at: string;
            candidates: components["schemas"]["OfferCandidate"][];
            others: components["schemas"]["OfferOthers"][];
            /** @description `answered`, `declined`, `ring_no_answer`, `unreachable` or `withdrawn`. Null while it rings */
            outcome: string | null;
            /**
             * @description `offer`: for the customer; `own_call`: the agent's own phone first; `consult`: a colleague
             * @enum {string}
             */
            purpose: "offer" | "own_call" | "consult";
            /** @description Seconds, to the millisecond */
            ring_s: number;
        };
        /** @description One page of ended calls, newest first. */
        CallPage: {
            items: components["schemas"]["CallRow"][];
            /** @description The `cursor` of the next page. Null on the last page */
            next: string | null;
        };
        /** @description What phones told of a call. A leg whose phone told nothing is not in it. */
        CallQualityAnswer: {
            legs: components["schemas"]["LegQualityRow"][];
        };
        /** @description What a phone measured over the whole call: means, and shares of packets. */
        CallQualityWish: {
            jitter_ms: number;
            /** @description Share of the packets lost towards the phone. 1: none arrived */
            lost_received: number;
            /** @description Share lost on the way from the phone to the PBX */
            lost_sent?: number | null;
            round_trip_ms?: number | null;
            /** @description Seconds that were measured */
            s: number;
        };
        /** @description One stay of the call in a queue. */
        CallQueueVisit: {
            joined_at: string;
            /** @description The caller was put in the place of an earlier call */
            kept_place: boolean;
            /** @description How the stay ended. Null while it lasts */
            left: ("answered" | "abandoned" | "max_wait" | "nobody" | "full" | "closed" | "callback" | "ended") | null;
            queue: components["schemas"]["QueueRef"];
            /** @description Seconds from joining, ringing included */
            waited_s: number;
        };
        /** @description An ended call, as lists show it. */
        CallRow: {
            /** @description The last agent who had the customer */
            agent: components["schemas"]["UserRef"] | null;
            answered_at: string | null;
            /** @description When the call began */
            at: string;
            contact_id: string | null;
            direction: components["schemas"]["Direction"];
            /** @description Null while the call goes on */
            ended_at: string | null;
            ended_by: components["schemas"]["EndedBy"] | null;
            /** @description Seconds, to the millisecond */
            hold_s: number;
            id: string;
            /** @description The call from beginning to end, as consecutive pieces */
            line: components["schemas"]["LineSegment"][];
            /** @description Seconds, to the millisecond */
            menu_s: number;
            /** @description Abandoned after waiting a while: somebody should call back */
            missed: boolean;
            /** @description The customer's name, where the contact has one */
            name: string | null;
            /** @description The customer's number, E.164. Null: withheld, internal or erased */
            number: string | null;
            outcome: components["schemas"]["Outcome"];
            /** @description Seconds for which the customer talked to an outside party alone */
            outside_s: number;
            /** @description The first queue that the call was in */
            queue: components["schemas"]["QueueRef"] | null;
            recording: components["schemas"]["RecordingSummary"] | null;
            /** @description The customer's data is kept and not used (GDPR, article 18): the rest of the row says only that there was a call */
            restricted: boolean;
            /** @description Seconds, to the millisecond */
            ring_s: number;
            /** @description Seconds, to the millisecond */
            talk_s: number;
            /** @description Seconds, to the millisecond */
            wait_s: number;
            /** @description Seconds, to the millisecond */
            wrap_up_s: number;
        };
        /**
         * @description ``flow``: prompts and menus. ``waiting``: for an agent. ``offered``: agents are rung. ``dialling``: our agent is
         *     there, the customer is rung. ``consulting``: the customer has music while the agent talks to, or rings, a consult
         *     party. ``conference``: all three. ``forwarding``, ``forwarded``: an outside number is rung, talks; no agent of ours.
         *     ``closing``: one last prompt, then the end.
         * @enum {string}
         */
        CallState: "new" | "flow" | "waiting" | "offered" | "dialling" | "connected" | "held" | "consulting" | "conference" | "forwarding" | "forwarded" | "closing" | "voicemail" | "ended";
        /** @description One journal event of the call, in words. */
        CallTimelineEntry: {
            at: string;
            /** @description The journal event's name, such as `CallQueued` */
            event: string;
            text: string;
        };
        /** @description A transfer of the call. */
        CallTransferRow: {
            at: string;
            by: components["schemas"]["UserRef"];
            /** @enum {string} */
            kind: "blind" | "attended";
            /** @description Null while it is not decided */
            reached: boolean | null;
            /** @enum {string} */
            to: "agent" | "queue" | "flow" | "outside";
            /** @description Which agent, queue or flow; of an outside party the contact */
            to_id: string | null;
        };
        /**
         * @description Somebody of the address book who has the caller's number, or may have it.
         *
         *     `why` tells which: `number`: it is theirs; `reading`: it came in a form that may mean theirs or another's; `ending`:
         *     a part of it came, with which theirs ends. Of the last two none is chosen.
         */
        CardPerson: {
            company: string;
            /** @description The person's id, see /v1/people */
            id: string;
            /** @description What kind of number it is for this person, in the organisation's words */
            label: string;
            name: string;
            /** @description Their number, E.164 */
            number: string;
            /** @description Which picture, see /v1/people/{person_id}/picture; null: none */
            picture: string | null;
            /** @description You alone see this entry */
            private: boolean;
            /**
             * @description reading, ending: perhaps they call; ask, since nobody is chosen
             * @enum {string}
             */
            why: "number" | "reading" | "ending";
        };
        /** @description A purpose that the caller said no to. */
        CardRefusal: {
            purpose: components["schemas"]["Purpose"];
            title: string;
        };
        /** @description An open task about the caller. */
        CardTask: {
            assignee: components["schemas"]["UserRef"] | null;
            created_at: string;
            id: string;
            /** @enum {string} */
            kind: "voicemail" | "missed_call" | "callback_failed" | "request" | "manual" | "callback" | "recurring" | "email";
            /** @description Only of what a user wrote down */
            title: string | null;
        };
        /** @description The settings to try. What is left out is as it is now. */
        Changes: {
            auto_pause_after?: number;
            max_wait_s?: number;
            max_waiting?: number | null;
            members?: string[];
            priority?: number;
            skills?: components["schemas"]["SkillNeedBody"][];
            /** @enum {string} */
            strategy?: "longest_idle" | "round_robin" | "least_calls" | "ring_all";
        };
        /** @description How one kind goes by one channel. */
        ChannelPreference: {
            channel: components["schemas"]["NotificationChannel"];
            on: boolean;
            /**
             * @description always: sent whatever is chosen; on, off: until something is chosen; never: not possible
             * @enum {string}
             */
            rule: "always" | "on" | "off" | "never";
        };
        /** @description What one check found. */
        CheckFinding: {
            /** @description What to do, in the doctor's words; empty if nothing is to be done */
            advice: string;
            /** @enum {string} */
            name: "installation" | "python" | "disk" | "clock" | "recordings_folder" | "server" | "database" | "asterisk" | "pbx" | "asterisk_modules" | "channel_log" | "reconciliation" | "change_feed" | "retention" | "register_copy" | "self_audit" | "application" | "lines" | "web_push" | "files_store" | "trunk_port" | "phones_websocket" | "phones" | "certificate" | "keys";
            /** @description What there is, in the doctor's words */
            seen: string;
            /**
             * @description `warn`: somebody should look at it; `fail`: something does not work
             * @enum {string}
             */
            state: "pass" | "warn" | "fail";
            took_s: number;
        };
        /** @description One line of a task's checklist. */
        ChecklistItemAnswer: {
            done: boolean;
            text: string;
        };
        /** @description What closing the organisation would delete. */
        ClosingPlan: {
            /** @description Days from closing until everything is deleted */
            days: number;
            /** @description Collection -> how many documents there are now; `files`: how many files */
            deleted: {
                [key: string]: number;
            };
            /** @description The organisation's name, which closing it asks for */
            name: string;
        };
        /** @description `name`: the organisation's name, typed as it stands. */
        ClosingRequest: {
            name: string;
        };
        /** @description What a column has. */
        ColumnWritten: {
            group?: number;
            label?: string;
            /** @enum {string} */
            to: "skip" | "name" | "given" | "family" | "patronymic" | "phonetic" | "order" | "company" | "number" | "email" | "address" | "street" | "city" | "region" | "postal_code" | "country" | "label" | "tags" | "notes" | "field";
        };
        /** @description The address that the user has from now on. */
        ConfirmedEmail: {
            email: string;
        };
        /** @description An entry of the ledger. It is never changed. */
        ConsentEntryAnswer: {
            /** @enum {string} */
            act: "grant" | "withdraw" | "object";
            at: string;
            /** @description The user id of the officer who entered it */
            by: string | null;
            /**
             * @description app: by the user; page, call: by the caller; officer: entered
             * @enum {string}
             */
            channel: "app" | "page" | "call" | "officer";
            hash: string;
            /** @description Of its receipt too */
            id: string;
            purpose: components["schemas"]["Purpose"];
            /** @description Of the purpose's text that was shown */
            version: number;
        };
        /** @description A page of a person's entries, the newest first. */
        ConsentEntryPage: {
            items: components["schemas"]["ConsentEntryAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description `hash`: of the text that the user read, as `GET /v1/me/consents` has it. */
        ConsentGranted: {
            hash: string;
        };
        /** @description Whether a person's data may be used for a purpose. */
        ConsentState: {
            /** @description The newest entry of the ledger, which decides; null: there is none */
            act: ("grant" | "withdraw" | "object") | null;
            /** @description What is asked at the moment of use; true while the person said nothing */
            allowed: boolean;
            at: string | null;
            /**
             * @description Legal basis while the person said nothing
             * @enum {string}
             */
            basis: "consent" | "legitimate interests";
            /** @description How it came */
            channel: ("app" | "page" | "call" | "officer") | null;
            purpose: components["schemas"]["Purpose"];
            receipt_id: string | null;
            text: components["schemas"]["ConsentText"];
            title: string;
        };
        /** @description All purposes that concern the person. */
        ConsentStateList: {
            items: components["schemas"]["ConsentState"][];
        };
        /** @description What is asked, in words. A text that was shown never changes: its next version has another hash. */
        ConsentText: {
            /** @description SHA-256 of the text, hexadecimal */
            hash: string;
            language: string;
            text: string;
            version: number;
        };
        /** @description Whom to consult. */
        Consult: {
            to: components["schemas"]["Consulted"];
        };
        /** @description Who is called: exactly one of the fields. `number`: as a person writes it, best in international form. */
        Consulted: {
            agent_id?: string | null;
            number?: string | null;
        };
        /** @description The consult party of a call: a colleague, or an outside number. */
        ConsultParty: {
            agent: components["schemas"]["UserRef"] | null;
            name: string | null;
            number: string | null;
            /** @enum {string} */
            state: "ringing" | "talking" | "held";
        };
        /** @description A change of a person's data: what a field said before and after, when, by whom and why. */
        CorrectionAnswer: {
            at: string;
            /** @description Who changed it */
            by: components["schemas"]["UserRef"] | null;
            /** @enum {string} */
            field: "name" | "phone" | "email" | "given" | "family" | "patronymic" | "phonetic" | "company" | "numbers" | "emails" | "addresses";
            /** @description So many older changes are not kept any more; of a person the newest 50 are */
            folded: number;
            id: string;
            /** @description Empty: it was removed */
            new: string;
            /** @description Empty: there was none */
            old: string;
            /** @description The privacy request that it answers */
            request_id: string | null;
            /** @description What the person was told; empty: nothing was said */
            why: string;
        };
        /** @description A page of what was corrected of one person, the newest first. */
        CorrectionPage: {
            items: components["schemas"]["CorrectionAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description What was stored of a crash report. */
        CrashReportTaken: {
            /** @description The same for each report of the same failure */
            fingerprint: string;
            /** @description As it was stored */
            message: string;
        };
        /** @description What Call24 names in Bitrix24. */
        CrmBitrix24: {
            /** @description Of contacts whose data may not be used; empty: none */
            objection_field: string;
            /** @description The number of the user whose webhook it is */
            user_id: string;
        };
        /**
         * @description `user_id`: the number of Bitrix24's user whose webhook it is. `objection_field`: a yes or no field of contacts
         *     whose data may not be used; empty: there is none.
         */
        CrmBitrix24Body: {
            objection_field?: string;
            user_id?: string;
        };
        /** @description What Call24 names in Chatwoot. */
        CrmChatwoot: {
            /** @description The number of the account */
            account_id: string;
            /** @description Of contacts whose data may not be used; empty: none */
            objection_field: string;
        };
        /**
         * @description `account_id`: the number of the account. `objection_field`: key of a checkbox attribute of contacts whose data
         *     may not be used; empty: there is none.
         */
        CrmChatwootBody: {
            account_id?: string;
            objection_field?: string;
        };
        /** @description Whose value counts, by field. */
        CrmChoices: {
            choices: {
                [key: string]: "crm" | "call24";
            };
        };
        /** @description A connection to a CRM, without its credentials. */
        CrmConnectionAnswer: {
            bitrix24: components["schemas"]["CrmBitrix24"];
            chatwoot: components["schemas"]["CrmChatwoot"];
            /** @description ISO 3166 code of where the CRM is; empty: not stated */
            country: string;
            created_at: string;
            created_by: string;
            /** @description When it is worked at next; null: not by itself */
            due_at: string | null;
            espocrm: components["schemas"]["CrmEspo"];
            /** @description The first of the attempts that all failed */
            failing_since: string | null;
            /** @description Who is deleted in the CRM is deleted here too */
            follow_deletions: boolean;
            hubspot: components["schemas"]["CrmHubSpot"];
            id: string;
            /** @enum {string} */
            kind: "rest" | "tryton" | "zammad" | "hubspot" | "roundup" | "espocrm" | "odoo" | "bitrix24" | "chatwoot";
            log_calls: boolean;
            mapping: components["schemas"]["CrmFieldMapping"][];
            name: string;
            odoo: components["schemas"]["CrmOdoo"];
            roundup: components["schemas"]["CrmRoundup"];
            /** @description What the CRM answered then */
            said: string;
            shape: components["schemas"]["CrmShape"];
            /**
             * @description waiting: it is tried again; failed: a user has to change it
             * @enum {string}
             */
            state: "off" | "dry_run" | "running" | "waiting" | "failed";
            /** @description Why the CRM could not be worked with; null: it could */
            trouble: ("no_answer" | "too_slow" | "rate_limited" | "server_error" | "malformed" | "unauthorised" | "not_found" | "redirected" | "not_allowed" | "no_secret" | "switched_off") | null;
            tryton: components["schemas"]["CrmTryton"];
            url: string;
            /** @description Why some of its records may be missing here; empty: nothing says so */
            warning: string;
            /** @description Where the CRM says what changed; null: it is asked alone */
            webhook: components["schemas"]["CrmWebhookAnswer"] | null;
            /**
             * @description What a user set
             * @enum {string}
             */
            wish: "off" | "dry_run" | "on";
            /** @description When it last worked */
            worked_at: string | null;
            zammad: components["schemas"]["CrmZammad"];
        };
        /**
         * @description Settings of a connection. Fields that are left out stay as they are.
         *
         *     `token`: the CRM's bearer token, the password of Tryton's or Roundup's user, or an access token or API key of the
         *     others; it is stored sealed and never shown.
         *     `country`: ISO 3166 code of where the CRM is, which an organisation must state that states where its data is.
         *     `follow_deletions`: who is deleted in the CRM is deleted here too. `wish`: `dry_run` shows in the preview what would
         *     be changed, `on` keeps both in step.
         */
        CrmConnectionChange: {
            /** @description If it is not given: `{"user_id": "", "objection_field": ""}` */
            bitrix24?: components["schemas"]["CrmBitrix24Body"];
            /** @description If it is not given: `{"account_id": "", "objection_field": ""}` */
            chatwoot?: components["schemas"]["CrmChatwootBody"];
            country?: string;
            /** @description If it is not given: `{"objection_field": ""}` */
            espocrm?: components["schemas"]["CrmEspoBody"];
            follow_deletions?: boolean;
            /** @description If it is not given: `{"portal_id": "", "objection_property": ""}` */
            hubspot?: components["schemas"]["CrmHubSpotBody"];
            log_calls?: boolean;
            mapping?: components["schemas"]["CrmFieldMappingBody"][];
            name?: string;
            /** @description If it is not given: `{"database": "", "objection_field": ""}` */
            odoo?: components["schemas"]["CrmOdooBody"];
            /** @description If it is not given: `{"login": "", "caller_property": "customer", "status": "resolved", "objection_property": ""}` */
            roundup?: components["schemas"]["CrmRoundupBody"];
            /** @description If it is not given: `{"records_path": "/contacts", "calls_path": "/calls", "items": "items", "more": "more", "since": "changed_since", "after": "after_id", "limit": "limit", "id": "id", "changed_at": "updated_at", "version": "version", "deleted": "deleted", "key": "external_key", "by_number": "number", "objection_field": "", "link_template": ""}` */
            shape?: components["schemas"]["CrmShapeBody"];
            token?: string;
            /** @description If it is not given: `{"login": "", "objection_category": ""}` */
            tryton?: components["schemas"]["CrmTrytonBody"];
            url?: string;
            /** @enum {string} */
            wish?: "off" | "dry_run" | "on";
            /** @description If it is not given: `{"group": "", "ticket_state": "closed", "objection_field": ""}` */
            zammad?: components["schemas"]["CrmZammadBody"];
        };
        /** @description A page of connections, the oldest first. */
        CrmConnectionPage: {
            items: components["schemas"]["CrmConnectionAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description A connection, and how many people are in step. */
        CrmConnectionWithCounts: {
            bitrix24: components["schemas"]["CrmBitrix24"];
            chatwoot: components["schemas"]["CrmChatwoot"];
            /** @description ISO 3166 code of where the CRM is; empty: not stated */
            country: string;
            created_at: string;
            created_by: string;
            /** @description When it is worked at next; null: not by itself */
            due_at: string | null;
            espocrm: components["schemas"]["CrmEspo"];
            /** @description The first of the attempts that all failed */
            failing_since: string | null;
            /** @description Who is deleted in the CRM is deleted here too */
            follow_deletions: boolean;
            hubspot: components["schemas"]["CrmHubSpot"];
            id: string;
            /** @enum {string} */
            kind: "rest" | "tryton" | "zammad" | "hubspot" | "roundup" | "espocrm" | "odoo" | "bitrix24" | "chatwoot";
            log_calls: boolean;
            mapping: components["schemas"]["CrmFieldMapping"][];
            name: string;
            odoo: components["schemas"]["CrmOdoo"];
            people: components["schemas"]["CrmCounts"];
            roundup: components["schemas"]["CrmRoundup"];
            /** @description What the CRM answered then */
            said: string;
            shape: components["schemas"]["CrmShape"];
            /**
             * @description waiting: it is tried again; failed: a user has to change it
             * @enum {string}
             */
            state: "off" | "dry_run" | "running" | "waiting" | "failed";
            /** @description Why the CRM could not be worked with; null: it could */
            trouble: ("no_answer" | "too_slow" | "rate_limited" | "server_error" | "malformed" | "unauthorised" | "not_found" | "redirected" | "not_allowed" | "no_secret" | "switched_off") | null;
            tryton: components["schemas"]["CrmTryton"];
            url: string;
            /** @description Why some of its records may be missing here; empty: nothing says so */
            warning: string;
            /** @description Where the CRM says what changed; null: it is asked alone */
            webhook: components["schemas"]["CrmWebhookAnswer"] | null;
            /**
             * @description What a user set
             * @enum {string}
             */
            wish: "off" | "dry_run" | "on";
            /** @description When it last worked */
            worked_at: string | null;
            zammad: components["schemas"]["CrmZammad"];
        };
        /** @description A connection, with the address that the CRM posts to, which is shown only in this answer. */
        CrmConnectionWithWebhook: {
            /** @description Where the CRM posts to */
            address: string;
            bitrix24: components["schemas"]["CrmBitrix24"];
            chatwoot: components["schemas"]["CrmChatwoot"];
            /** @description ISO 3166 code of where the CRM is; empty: not stated */
            country: string;
            created_at: string;
            created_by: string;
            /** @description When it is worked at next; null: not by itself */
            due_at: string | null;
            espocrm: components["schemas"]["CrmEspo"];
            /** @description The first of the attempts that all failed */
            failing_since: string | null;
            /** @description Who is deleted in the CRM is deleted here too */
            follow_deletions: boolean;
            hubspot: components["schemas"]["CrmHubSpot"];
            id: string;
            /** @enum {string} */
            kind: "rest" | "tryton" | "zammad" | "hubspot" | "roundup" | "espocrm" | "odoo" | "bitrix24" | "chatwoot";
            log_calls: boolean;
            mapping: components["schemas"]["CrmFieldMapping"][];
            name: string;
            odoo: components["schemas"]["CrmOdoo"];
            roundup: components["schemas"]["CrmRoundup"];
            /** @description What the CRM answered then */
            said: string;
            /** @description Signs each message: whsec_ and base64; null: none does */
            secret: string | null;
            shape: components["schemas"]["CrmShape"];
            /**
             * @description waiting: it is tried again; failed: a user has to change it
             * @enum {string}
             */
            state: "off" | "dry_run" | "running" | "waiting" | "failed";
            /** @description Why the CRM could not be worked with; null: it could */
            trouble: ("no_answer" | "too_slow" | "rate_limited" | "server_error" | "malformed" | "unauthorised" | "not_found" | "redirected" | "not_allowed" | "no_secret" | "switched_off") | null;
            tryton: components["schemas"]["CrmTryton"];
            url: string;
            /** @description Why some of its records may be missing here; empty: nothing says so */
            warning: string;
            /** @description Where the CRM says what changed; null: it is asked alone */
            webhook: components["schemas"]["CrmWebhookAnswer"] | null;
            /**
             * @description What a user set
             * @enum {string}
             */
            wish: "off" | "dry_run" | "on";
            /** @description When it last worked */
            worked_at: string | null;
            zammad: components["schemas"]["CrmZammad"];
        };
        /** @description People by how far they are in step. */
        CrmCounts: {
            /** @description A user has to choose a value */
            asking: number;
            /** @description Deleted on one side */
            ended: number;
            failed: number;
            in_step: number;
            /** @description Their data may not be passed on */
            objected: number;
            waiting: number;
        };
        /** @description What Call24 names in EspoCRM. */
        CrmEspo: {
            /** @description Of contacts whose data may not be used; empty: none */
            objection_field: string;
        };
        /** @description `objection_field`: a yes or no field of contacts whose data may not be used; empty: there is none. */
        CrmEspoBody: {
            objection_field?: string;
        };
        /** @description A field of a person, and where the CRM's record has it. */
        CrmFieldMapping: {
            /** @description given, family, patronymic, phonetic, company, notes, number, email, name, or field:NAME */
            field: string;
            /** @description The member of the record, with dots between names of objects */
            remote: string;
            /**
             * @description Whose value counts where both sides changed it
             * @enum {string}
             */
            rule: "crm" | "call24" | "newest" | "ask";
        };
        /** @description A field of a person, and where the record has it. `rule`: whose value counts where both sides changed it. */
        CrmFieldMappingBody: {
            field: string;
            remote: string;
            /** @enum {string} */
            rule?: "crm" | "call24" | "newest" | "ask";
        };
        /** @description What would become of a field. */
        CrmFieldPreview: {
            call24: string;
            crm: string;
            field: string;
            /** @description in_step, to_call24, to_crm, ask or unreadable */
            outcome: string;
        };
        /** @description What Call24 names in HubSpot. */
        CrmHubSpot: {
            /** @description Of contacts whose data may not be used; empty: none */
            objection_property: string;
            /** @description HubSpot's Hub ID; empty: there are no links to its pages */
            portal_id: string;
        };
        /**
         * @description `portal_id`: HubSpot's Hub ID, for links to its pages. `objection_property`: a checkbox property of contacts
         *     whose data may not be used; empty: there is none.
         */
        CrmHubSpotBody: {
            objection_property?: string;
            portal_id?: string;
        };
        /** @description What the CRM is told once: an erasure, an objection or a call, and its answer. */
        CrmJobAnswer: {
            call_id: string | null;
            contact_id: string | null;
            created_at: string;
            done_at: string | null;
            due_at: string;
            id: string;
            /** @enum {string} */
            kind: "erasure" | "erasure_by_number" | "objection" | "objection_lifted" | "call";
            /** @description The CRM's id of what was logged */
            remote_id: string | null;
            /** @description What the CRM answered: the receipt */
            said: string;
            /** @enum {string} */
            state: "waiting" | "done" | "failed" | "dropped";
            tries: number;
        };
        /** @description A page of what the CRM is told, the newest first. */
        CrmJobPage: {
            items: components["schemas"]["CrmJobAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description A person, and the CRM's record of them. */
        CrmLinkAnswer: {
            /** @description Fields that a user has to choose a value of */
            asked: string[];
            /** @description When it is looked at next; null: when something changes */
            due_at: string | null;
            id: string;
            person_id: string;
            /** @description null: the CRM does not have them yet */
            remote_id: string | null;
            /** @enum {string} */
            state: "waiting" | "in_step" | "asking" | "failed" | "objected" | "ended";
            synced_at: string | null;
            tries: number;
            /** @description Why it is not in step; empty: it is, or waits its turn */
            why: string;
        };
        /** @description A page of links, by id. */
        CrmLinkPage: {
            items: components["schemas"]["CrmLinkAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description What Call24 names in Odoo. */
        CrmOdoo: {
            /** @description Its name; empty: there is one alone at the address */
            database: string;
            /** @description Of contacts whose data may not be used; empty: none */
            objection_field: string;
        };
        /**
         * @description `database`: its name; empty: there is one alone at the address. `objection_field`: a yes or no field of contacts
         *     whose data may not be used; empty: there is none.
         */
        CrmOdooBody: {
            database?: string;
            objection_field?: string;
        };
        /** @description A record of a CRM about a person. */
        CrmPersonRecord: {
            /** @description What the connection is called */
            connection: string;
            connection_id: string;
            /** @description The address of the record's page; empty: the connection names none */
            link: string;
            person_id: string;
            remote_id: string;
        };
        /** @description The records of CRMs about a person, or about who has a number. */
        CrmPersonRecords: {
            items: components["schemas"]["CrmPersonRecord"][];
        };
        /** @description The first records of the CRM's list; nothing was changed. */
        CrmPreview: {
            items: components["schemas"]["CrmRecordPreview"][];
        };
        /** @description What would be done with a record of the CRM. */
        CrmRecordPreview: {
            /** @enum {string} */
            action: "create_person" | "update" | "ask" | "nothing" | "delete_person" | "stopped";
            fields: components["schemas"]["CrmFieldPreview"][];
            /** @description Who it is here; null: a person would be made */
            person_id: string | null;
            remote_id: string;
            why: string;
        };
        /** @description What Call24 names in Roundup. */
        CrmRoundup: {
            /** @description Of issues, the user who called */
            caller_property: string;
            /** @description The user that signs in */
            login: string;
            /** @description Of users whose data may not be used; empty: none */
            objection_property: string;
            /** @description Of the issues that calls become */
            status: string;
        };
        /**
         * @description `login`: Roundup's user. `caller_property`: the property of issues that names the caller. `status`: of the issues
         *     that calls become. `objection_property`: a yes or no property of users whose data may not be used; empty: there is
         *     none.
         */
        CrmRoundupBody: {
            caller_property?: string;
            login?: string;
            objection_property?: string;
            status?: string;
        };
        /** @description How the CRM's REST interface names things. Empty: it has no such thing. */
        CrmShape: {
            after: string;
            /** @description The parameter that finds who has a telephone number */
            by_number: string;
            calls_path: string;
            changed_at: string;
            deleted: string;
            id: string;
            items: string;
            key: string;
            limit: string;
            /** @description The address of a record's page, with {id} in it */
            link_template: string;
            more: string;
            /** @description A true or false member: the person's data may not be used */
            objection_field: string;
            records_path: string;
            since: string;
            version: string;
        };
        /** @description How the CRM's REST interface names things. What is left out is named as in the guide; empty: there is none. */
        CrmShapeBody: {
            after?: string;
            by_number?: string;
            calls_path?: string;
            changed_at?: string;
            deleted?: string;
            id?: string;
            items?: string;
            key?: string;
            limit?: string;
            link_template?: string;
            more?: string;
            objection_field?: string;
            records_path?: string;
            since?: string;
            version?: string;
        };
        /** @description How Call24 signs in at Tryton. */
        CrmTryton: {
            login: string;
            /** @description Of parties whose data may not be used; empty: none */
            objection_category: string;
        };
        /** @description `login`: Tryton's user. `objection_category`: name of the party category of those whose data may not be used. */
        CrmTrytonBody: {
            login?: string;
            objection_category?: string;
        };
        /** @description The address that the CRM posts to, without its secret end. */
        CrmWebhookAnswer: {
            /** @description When the last message was taken; null: none yet */
            last_at: string | null;
            made_at: string;
            /** @description Messages that were refused: unsigned, unreadable, or too many */
            refused: number;
            /** @description Messages must be signed */
            signed: boolean;
            /** @description Messages that were taken */
            taken: number;
        };
        /** @description What Call24 names in Zammad. */
        CrmZammad: {
            /** @description Of the tickets that calls become */
            group: string;
            /** @description Of users whose data may not be used; empty: none */
            objection_field: string;
            ticket_state: string;
        };
        /**
         * @description `group`, `ticket_state`: names of the group and the state of the tickets that calls become. `objection_field`: a
         *     yes or no attribute of users, of those whose data may not be used; empty: there is none.
         */
        CrmZammadBody: {
            group?: string;
            objection_field?: string;
            ticket_state?: string;
        };
        /** @description The current user's password. */
        CurrentPassword: {
            current_password: string;
        };
        /** @description Who makes the request, and what they may do. */
        CurrentUser: {
            /** @description Null for an API token */
            device: components["schemas"]["DeviceSummary"] | null;
            /** @description The organisation requires a second factor: set one up before anything else */
            mfa_setup_due: boolean;
            /** @description The user operates the installation, and may read `GET /v1/installation/status` */
            operator: boolean;
            /** @description Names as in `GET /v1/permissions` */
            permissions: string[];
            /** @description The role's name for display */
            role_name: string;
            tenant: components["schemas"]["OrganisationSummary"];
            user: components["schemas"]["UserAnswer"];
        };
        /** @description What the organisation keeps of a person beside the usual. */
        CustomFieldAnswer: {
            name: string;
            value: string;
        };
        /** @description Something that is given the organisation's personal data. */
        DataEndpoint: {
            /** @description ISO 3166 code; null: not stated */
            country: string | null;
            hosts: string[];
            /** @description Of the setting; null: the installation's own */
            id: string | null;
            /** @enum {string} */
            kind: "database" | "mail" | "trunk" | "webhook" | "identity_provider" | "push" | "crm" | "error_service" | "trace_collector" | "file_store" | "processor" | "hosted_pusher";
            /**
             * @description no_region: the organisation does not state where its data is kept, so nothing is refused; no_country: nobody states where this is; not_registered: in another region, and no entry covers it
             * @enum {string}
             */
            standing: "same_region" | "registered" | "no_region" | "no_country" | "not_registered";
        };
        /** @description All that is given the organisation's personal data. */
        DataEndpointList: {
            items: components["schemas"]["DataEndpoint"][];
            /** @description Last change of which countries are one region (the EEA) */
            regions_as_of: string;
        };
        /** @description An entry of the transfer register. */
        DataTransferAnswer: {
            /** @description ISO 3166 code of the country where the recipient is */
            country: string;
            created_at: string;
            created_by: string;
            /** @description The day of the safeguard */
            dated: string;
            /** @description Whether that day is over */
            expired: boolean;
            /** @description Names, with their subdomains, and addresses of the recipient */
            hosts: string[];
            id: string;
            /** @enum {string} */
            kind: "database" | "mail" | "trunk" | "webhook" | "identity_provider" | "push" | "crm" | "error_service" | "trace_collector" | "file_store" | "processor" | "hosted_pusher";
            /** @description Who is given the data; published in the privacy policy */
            recipient: string;
            /** @description What the safeguard is called, such as a decision's number */
            reference: string;
            /** @description The last day on which the entry counts */
            review_by: string;
            /** @enum {string} */
            safeguard: "adequacy_decision" | "standard_clauses" | "binding_rules" | "derogation";
        };
        /** @description A page of the transfer register, the oldest first. */
        DataTransferPage: {
            items: components["schemas"]["DataTransferAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description What the app says about its device; not verified. Empty where it says nothing. */
        DeviceDetails: {
            app_version: string;
            /** @description The app's own id for the device, made at its first start */
            identifier: string;
            model: string;
            network: string;
            os: string;
        };
        /**
         * @description What the app says about its device, shown to the user in the list of sessions. Every field is optional.
         *
         *     `identifier`: the app's own id for the device, made at its first start.
         */
        DeviceReport: {
            app_version?: string;
            identifier?: string;
            model?: string;
            network?: string;
            os?: string;
        };
        /** @description What the server saw of a device. An address is empty if it is not known. */
        DeviceSightings: {
            /** @description The IP address that it signed in from */
            first_address: string;
            /** @description The IP address of its latest request */
            last_address: string;
            last_at: string;
        };
        /** @description A signed-in device. Its phone registers with this id. */
        DeviceSummary: {
            id: string;
            name: string;
        };
        /** @description The tones to send. */
        Digits: {
            digits: string;
        };
        /** @enum {string} */
        Direction: "inbound" | "outbound" | "internal" | "callback";
        /** @description What an authority asked for and was given. */
        DisclosureAnswer: {
            authority: string;
            /** @description Callers whom it is about, those of the calls too */
            contact_ids: string[];
            decided_by: components["schemas"]["UserRef"] | null;
            entered_at: string;
            entered_by: components["schemas"]["UserRef"] | null;
            given: components["schemas"]["GivenAnswer"][];
            given_at: string;
            /** @description The oldest first */
            history: components["schemas"]["DisclosureEntry"][];
            id: string;
            legal_basis: string;
            /** @enum {string} */
            outcome: "given" | "partly" | "refused";
            reference: string;
            requested_at: string;
            /** @description The persons may not be told, as of now */
            secret: boolean;
            /** @description null: not secret, or until it is lifted */
            secret_until: string | null;
            /** @description Users whom it is about, those of the calls too */
            user_ids: string[];
            version: number;
        };
        /** @description Another line. `secret`, where it is given, is whether the persons may not be told from now on. */
        DisclosureCorrection: {
            note: string;
            secret?: boolean | null;
            secret_until?: string | null;
            /** @description Of the entry that you have seen */
            version: number;
        };
        /** @description A line of an entry's history. */
        DisclosureEntry: {
            at: string;
            by: components["schemas"]["UserRef"] | null;
            /** @enum {string} */
            kind: "entered" | "corrected" | "secrecy";
            note: string;
            /** @description From then on */
            secret: boolean;
            secret_until: string | null;
        };
        /** @description A page of the register of disclosures, the last given first. */
        DisclosurePageAnswer: {
            items: components["schemas"]["DisclosureAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description What agents can say that a call came to. */
        DispositionAnswer: {
            /** @description false: retired; kept for its name in what is past */
            active: boolean;
            /** @description The customer is to be called again, so the app asks when */
            call_back: boolean;
            id: string;
            name: string;
            /** @description The place among the others */
            order: number;
        };
        /** @description A disposition. Fields that are left out stay as they are. `active` true brings a retired one back. */
        DispositionChange: {
            active?: boolean | null;
            call_back?: boolean | null;
            name?: string | null;
            order?: number | null;
        };
        /** @description One of the dispositions that the call's queue takes. */
        DispositionGiven: {
            disposition_id: string;
        };
        /** @description A page of dispositions, in their order. */
        DispositionPage: {
            items: components["schemas"]["DispositionAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description A disposition by id, with the name to show. */
        DispositionRef: {
            id: string;
            /** @description Empty where it is no longer known */
            name: string;
        };
        /** @description Two people who look like one. Nothing merges them but a user. */
        DuplicateAnswer: {
            found_at: string;
            id: string;
            people: components["schemas"]["PersonAnswer"][];
            /** @description How much speaks for it: more is likelier */
            score: number;
            /** @description What speaks for one person, the weightiest first */
            why: ("same_name" | "similar_name" | "same_number" | "same_email" | "same_birth_date" | "similar_birth_date" | "same_address" | "similar_address" | "same_company" | "same_field" | "similar_field")[];
        };
        /** @description A page of suspected duplicates, the likeliest first. */
        DuplicatePage: {
            items: components["schemas"]["DuplicateAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description The new address, and the current password. */
        EmailChange: {
            current_password: string;
            email: string;
        };
        /** @description `token`: from the link. */
        EmailConfirmation: {
            token: string;
        };
        /** @description The mail server of the current user's address took no e-mail of late. */
        EmailTrouble: {
            at: string;
            /** @description E-mails in a row; after 3, only those that must be sent are tried */
            count: number;
            /** @description The code of SMTP, and the enhanced status code where there is one */
            status: string;
        };
        /** @description An e-mail address, and what kind it is. */
        EmailWritten: {
            address: string;
            label?: string;
        };
        /** @description Why the call is ended. */
        End: {
            /** @enum {string} */
            reason?: "stuck" | "abuse" | "technical";
        };
        /**
         * @description Who hung up. ``called``: the customer whom we rang; ``system``: nobody of them, CallEnded says why.
         * @enum {string}
         */
        EndedBy: "caller" | "called" | "agent" | "system" | "third";
        /** @description What a processor was told of a person whose data was erased, corrected or restricted, and its answer. */
        ErasureNoticeAnswer: {
            /** @description The id of the correction or restriction; null of an erasure */
            about: string | null;
            /** @description What it answered last, cut off at 1,000 characters */
            answer: string;
            /** @description When it took the request; null: not yet */
            answered_at: string | null;
            asked_at: string;
            /** @description The next attempt; null: there is none */
            due_at: string | null;
            /** @description What was corrected; null of anything else */
            field: string | null;
            /** @description The webhook-id header of the request: the same in each attempt */
            id: string;
            /**
             * @description What the processor is asked to do, or that it may use data again
             * @enum {string}
             */
            kind: "erasure" | "rectification" | "restriction" | "restriction_lifted";
            /** @description The processor is late from then on */
            late_at: string;
            /**
             * @description Whose data it is: a caller's, or a user's of Call24
             * @enum {string}
             */
            person: "caller" | "user";
            /** @description The id that the contact or account has or had */
            person_id: string;
            /** @description The processor's name when it was asked */
            processor: string;
            processor_id: string;
            /**
             * @description late: no answer for 7 days, it is asked on; unanswered: it was given up; superseded: a newer one about the same came before the answer
             * @enum {string}
             */
            state: "waiting" | "late" | "answered" | "unanswered" | "superseded";
            /** @description HTTP status of the last answer; null: none was received */
            status: number | null;
            /** @description The last attempt; null: there was none yet */
            tried_at: string | null;
            /** @description Attempts so far */
            tries: number;
            /** @description Why the last attempt failed; null: it did not */
            trouble: ("no_answer" | "too_slow" | "not_allowed" | "refused" | "removed" | "no_secret" | "switched_off") | null;
            /** @description It is given up then */
            until: string;
        };
        /** @description A page of erasure notices, the newest first. */
        ErasureNoticePage: {
            items: components["schemas"]["ErasureNoticeAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description Who outside of Call24 is told of an erasure. */
        ErasurePassedOn: {
            /** @description Of the processor, the CRM connection or the webhook */
            id: string;
            /**
             * @description processor: is asked to erase the same; crm: is asked for the number, and to erase who has it; webhook: is told by the event `contact.deleted`, of a person of the address book by `person.deleted`
             * @enum {string}
             */
            kind: "processor" | "crm" | "webhook";
            /** @description Of the processor or CRM; of a webhook, the host of its address */
            name: string;
        };
        /** @description A signed receipt of an erasure, without personal data. `./call24 privacy verify-receipt` checks it offline. */
        ErasureReceiptAnswer: {
            /** @description When everything was deleted */
            at: string;
            /** @description Collection -> how many documents were deleted */
            erased: {
                [key: string]: number;
            };
            /**
             * @description The form of this receipt
             * @constant
             */
            format: "call24-receipt-1";
            /** @description The id of the receipt */
            id: string;
            /** @description `sha256:` and the SHA-256 of the public key that verifies the signature */
            installation: string;
            /** @description Whether the erasure was interrupted and resumed; then `erased` may count only a part */
            interrupted: boolean;
            /** @description Processor that is asked to erase the same person -> since when; missing where there is none */
            processors?: {
                [key: string]: string;
            };
            /** @description The code of the reason that was given */
            reason: string;
            /**
             * @description By which rule it was deleted
             * @enum {string}
             */
            rule: "account_deletion" | "caller_erasure" | "organisation_closing" | "person_erasure";
            /** @description Ed25519, in hexadecimal, over the other fields as canonical JSON (RFC 8785) */
            signature: string;
            /** @description `sha256:` and the SHA-256, in hexadecimal, of the id of what was deleted */
            subject: string;
        };
        /** @description The fields of an event: JSON Schema. */
        EventDataSchema: {
            properties: {
                [key: string]: components["schemas"]["EventField"];
            };
            required: string[];
            title: string;
            /** @constant */
            type: "object";
        };
        /** @description A field of an event: JSON Schema. */
        EventField: {
            /** @description Only of a field that may be null */
            anyOf?: components["schemas"]["EventFieldType"][];
            /** @description Only where the values are fixed */
            enum?: string[];
            /** @description Only of a string that has one */
            format?: string;
            /** @description Absent where `enum` lists the values */
            type?: string;
        };
        /** @description One of the types that a field of an event may have: JSON Schema. */
        EventFieldType: {
            /** @description Only where the values are fixed */
            enum?: string[];
            /** @description Only of a string that has one */
            format?: string;
            /** @description Absent where `enum` lists the values */
            type?: string;
        };
        /** @description The three fields of each message: JSON Schema. */
        EventMessageProperties: {
            data: components["schemas"]["EventDataSchema"];
            timestamp: components["schemas"]["EventTimestampSchema"];
            type: components["schemas"]["EventTypeConst"];
        };
        /** @description The JSON Schema of the message of one kind of event. */
        EventSchema: {
            description: string;
            properties: components["schemas"]["EventMessageProperties"];
            required: string[];
            /** @constant */
            type: "object";
        };
        /** @description The time of the event: JSON Schema. */
        EventTimestampSchema: {
            /** @constant */
            format: "date-time";
            /** @constant */
            type: "string";
        };
        /** @description A kind of event that webhooks can send. */
        EventType: {
            kind: string;
            /** @description The permission that subscribing needs; null: it cannot be subscribed to */
            needs: string | null;
            schema: components["schemas"]["EventSchema"];
        };
        /** @description The kind of the event: JSON Schema. */
        EventTypeConst: {
            const: string;
        };
        /** @description All kinds of events that webhooks can send. */
        EventTypeList: {
            items: components["schemas"]["EventType"][];
        };
        /** @description An export of call records or of a report to a file. */
        ExportAnswer: {
            /** @description Of a report: what it is by */
            by: ("queue" | "agent" | "hour" | "day" | "disposition" | "direction" | "number") | null;
            created_at: string;
            /** @description When the file is deleted */
            delete_at: string;
            /** @description `queue`, `agent`, `direction`: the one that counts */
            filters: {
                [key: string]: string;
            };
            /** @enum {string} */
            format: "csv" | "xlsx";
            /** @description The first day, in the organisation's time zone */
            from: string;
            id: string;
            /** @enum {string} */
            kind: "calls" | "report";
            /** @description From 0 to 100 */
            percent: number;
            /** @description Null until they are counted */
            rows: number | null;
            rows_done: number;
            /** @enum {string} */
            state: "running" | "done" | "failed" | "cancelled";
            /** @description The last day */
            to: string;
            /** @description Why it failed, in words */
            trouble: string | null;
        };
        /** @description One page of exports, newest first. */
        ExportPage: {
            items: components["schemas"]["ExportAnswer"][];
            /** @description The `cursor` of the next page. Null on the last page */
            next: string | null;
        };
        /** @description A field of the organisation's own. */
        FieldWritten: {
            name: string;
            value: string;
        };
        /** @description A file of a person, a task or a call. */
        FileAnswer: {
            /** @enum {string} */
            about: "person" | "task" | "call";
            call_id: string | null;
            created_at: string;
            /** @description When it goes for good by itself */
            delete_at: string | null;
            /** @description When a user deleted it. It can be brought back for ten minutes */
            deleted_at: string | null;
            /** @description What the malware scanner calls what it found */
            found: string | null;
            id: string;
            name: string;
            /** @description The person; of a task's file, whom the task is about */
            person_id: string | null;
            /** @description A malware scanner looked at it and found nothing */
            scanned: boolean;
            /** @description Bytes */
            size: number;
            /**
             * @description `checking`, `scanning`: it cannot be downloaded yet; `quarantined`: the malware scanner found something, and `unscannable`: it cannot look at it: it goes after 30 days
             * @enum {string}
             */
            state: "uploading" | "checking" | "scanning" | "ready" | "quarantined" | "unscannable";
            task_id: string | null;
            /**
             * @description Of a picture: `due` until it is drawn, then `made`. `none`: there will be none
             * @enum {string}
             */
            thumbnail: "due" | "made" | "none";
            /** @description The media type that its content shows; empty while it is checked */
            type: string;
            /** @description The user who attached it. Null: it came by e-mail */
            uploaded_by: string | null;
        };
        /** @description What is to be different. */
        FileChange: {
            /** @description With an ending of the file's type */
            name: string;
        };
        /** @description One page of files, newest first. */
        FilePageAnswer: {
            items: components["schemas"]["FileAnswer"][];
            /** @description The `cursor` of the next page. Null on the last page */
            next: string | null;
        };
        /**
         * @description How to read the file. What is left out is found out again.
         *
         *     `columns`: for each column of a CSV file, from the first. `heading`: whether the first row names the columns.
         *     `order`: of names that are written in one, and of people who have no other.
         */
        FileReading: {
            columns?: components["schemas"]["ColumnWritten"][] | null;
            /** @enum {string} */
            delimiter?: "" | "," | ";" | "\t" | "|";
            /** @enum {string} */
            encoding?: "" | "utf-8" | "utf-8-sig" | "utf-16" | "utf-16-le" | "utf-16-be" | "cp1251" | "cp1252";
            heading?: boolean | null;
            /** @enum {string} */
            order?: "given_first" | "family_first" | "patronymic_first";
        };
        /** @description What an organisation's files take. */
        FileUsageAnswer: {
            /** @description Of all files, unfinished uploads with their whole size */
            bytes: number;
            files: number;
            /** @description Bytes that one file may have */
            largest: number;
            /** @description Bytes that they may take */
            quota: number;
        };
        /** @description What the organisation was told before calls of it were deleted for the first time. */
        FirstDeletion: {
            /** @description When it was told, at most 7 days before */
            at: string;
            /** @description When the first call or recording may go */
            begins_at: string;
            /** @description Call records that reach their day in the 7 days after `at` */
            calls: number;
            /** @description Days that call records were kept then */
            record_days: number;
            /** @description Recordings that go with them or sooner */
            recordings: number;
        };
        /**
         * @description The first organisation and its owner.
         *
         *     `setup_token`: from the one-time link that is shown at the first start; `region`: ISO 3166-1 alpha-2; `timezone`: an
         *     IANA name.
         */
        FirstOrganisation: {
            device_name?: string;
            email: string;
            name: string;
            organisation: string;
            password: string;
            region?: string;
            setup_token: string;
            timezone?: string;
        };
        /** @description A flow with its draft. */
        Flow: {
            /** @description Whether the draft differs from the published version; true: none is */
            changed: boolean;
            /** @description Id of the user who changed the draft last, at `updated_at`; null: not known */
            changed_by: string | null;
            created_at: string;
            id: string;
            name: string;
            /** @description Nodes by id */
            nodes: {
                [key: string]: components["schemas"]["AnnounceNode"] | components["schemas"]["MenuNode"] | components["schemas"]["HoursNode"] | components["schemas"]["SetNode"] | components["schemas"]["QueueNode"] | components["schemas"]["RingNode"] | components["schemas"]["VoicemailNode"] | components["schemas"]["CallbackNode"] | components["schemas"]["ForwardNode"] | components["schemas"]["WithdrawConsentNode"] | components["schemas"]["TaskNode"] | components["schemas"]["HangUpNode"];
            };
            /** @description The version that new calls run; null: none */
            published: number | null;
            /** @description Counts the edits of the draft */
            revision: number;
            /** @description The id of the node that calls begin with; empty: not chosen yet */
            start: string;
            updated_at: string;
            /** @description Ids of queues, opening hours, prompts and users, and names of sounds, in draft or published */
            uses: string[];
        };
        /**
         * @description An edit of a draft. Fields that are left out stay as they are.
         *
         *     `revision`: the one that was edited; where it is no longer the current one, the answer is 409 `flow_changed`.
         */
        FlowChange: {
            name?: string | null;
            nodes?: {
                [key: string]: components["schemas"]["AnnounceNodeBody"] | components["schemas"]["MenuNodeBody"] | components["schemas"]["HoursNodeBody"] | components["schemas"]["SetNodeBody"] | components["schemas"]["QueueNodeBody"] | components["schemas"]["RingNodeBody"] | components["schemas"]["VoicemailNodeBody"] | components["schemas"]["CallbackNodeBody"] | components["schemas"]["ForwardNodeBody"] | components["schemas"]["WithdrawConsentNodeBody"] | components["schemas"]["TaskNodeBody"] | components["schemas"]["HangUpNodeBody"];
            } | null;
            revision?: number | null;
            start?: string | null;
        };
        /** @description The caller goes on to a flow. */
        FlowExit: {
            flow_id: string;
            /** @constant */
            to: "flow";
        };
        /** @description A page of flows, by name, without their nodes. */
        FlowPage: {
            items: components["schemas"]["FlowSummary"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description Why a draft cannot be published. */
        FlowProblem: {
            /** @description Stable, such as dead_end */
            code: string;
            /** @description Where; null: the flow as a whole */
            node_id: string | null;
            /** @description What to do about it */
            text: string;
        };
        /** @description The way of a simulated call. `queue_decides`: the flow has no exit for it, so the queue's own is used. */
        FlowSimulation: {
            /** @description null: it waits at its last step for one of `expects` */
            end: ("answered" | "voicemail" | "hung_up" | "caller_hung_up" | "callback" | "queue_decides" | "nowhere" | "endless") | null;
            /** @description What can happen at its last step */
            expects: string[];
            steps: components["schemas"]["SimulatedStep"][];
        };
        /** @description A skill that the call requires of the agent. */
        FlowSkill: {
            /** @description The least that will do, 1 to 10 */
            level: number;
            name: string;
            /** @description Seconds of waiting after which it is no longer required; null: it always is */
            relax_after_s: number | null;
        };
        /** @description A skill that the call requires of the agent: at least this level, until it has waited for `relax_after_s`. */
        FlowSkillBody: {
            level?: number;
            name: string;
            relax_after_s?: number | null;
        };
        /** @description A flow without its nodes. */
        FlowSummary: {
            /** @description Whether the draft differs from the published version; true: none is */
            changed: boolean;
            /** @description Id of the user who changed the draft last, at `updated_at`; null: not known */
            changed_by: string | null;
            created_at: string;
            id: string;
            name: string;
            /** @description The version that new calls run; null: none */
            published: number | null;
            /** @description Counts the edits of the draft */
            revision: number;
            updated_at: string;
            /** @description Ids of queues, opening hours, prompts and users, and names of sounds, in draft or published */
            uses: string[];
        };
        /** @description All reasons why a draft cannot be published; none: it can. */
        FlowValidation: {
            problems: components["schemas"]["FlowProblem"][];
        };
        /** @description A published version of a flow. It never changes. */
        FlowVersion: {
            /** @description The version that a rollback published again; null: none */
            copy_of: number | null;
            /** @description Nodes by id */
            nodes: {
                [key: string]: components["schemas"]["AnnounceNode"] | components["schemas"]["MenuNode"] | components["schemas"]["HoursNode"] | components["schemas"]["SetNode"] | components["schemas"]["QueueNode"] | components["schemas"]["RingNode"] | components["schemas"]["VoicemailNode"] | components["schemas"]["CallbackNode"] | components["schemas"]["ForwardNode"] | components["schemas"]["WithdrawConsentNode"] | components["schemas"]["TaskNode"] | components["schemas"]["HangUpNode"];
            };
            published_at: string;
            /** @description Id of the user */
            published_by: string;
            /** @description The id of the node that calls begin with */
            start: string;
            /** @description Counts the versions of the flow */
            version: number;
        };
        /** @description A page of a flow's versions, the newest first, without their nodes. */
        FlowVersionPage: {
            items: components["schemas"]["FlowVersionSummary"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description A published version of a flow, without its nodes. */
        FlowVersionSummary: {
            /** @description The version that a rollback published again; null: none */
            copy_of: number | null;
            published_at: string;
            /** @description Id of the user */
            published_by: string;
            /** @description Counts the versions of the flow */
            version: number;
        };
        /** @description Calls an outside number. */
        ForwardNode: {
            /** @description The id of the node that follows; empty: not chosen yet */
            failed: string;
            /** @description E.164; empty: not chosen yet */
            number: string;
            /** @description Seconds */
            ring_s: number;
            /** @constant */
            type: "forward";
        };
        /** @description Calls an outside number. */
        ForwardNodeBody: {
            failed?: string;
            /** @description E.164 */
            number?: string;
            ring_s?: number;
            /** @constant */
            type: "forward";
        };
        /** @description Something that was given. */
        GivenAnswer: {
            /** @description Of a file empty */
            id: string;
            /** @enum {string} */
            kind: "call" | "recording" | "contact" | "user" | "export" | "file";
            name: string;
            /** @description Of a file, in hexadecimal */
            sha256: string;
        };
        /**
         * @description `id`: of a call, recording, contact, user, or of an export or caller's file that is still kept; with the `sha256`
         *     of its file, where you know it. Of another file: `name` and `sha256`.
         */
        GivenThing: {
            id?: string;
            /** @enum {string} */
            kind: "call" | "recording" | "contact" | "user" | "export" | "file";
            name?: string;
            sha256?: string;
        };
        /** @description The call is ended. */
        HangUpExit: {
            /** @description What is played first; null: nothing */
            prompt: string | null;
            /** @constant */
            to: "hang_up";
        };
        /** @description Plays a sound, or nothing, and ends the call. */
        HangUpNode: {
            /** @description What is played first; null: nothing */
            prompt: string | null;
            /** @constant */
            type: "hang_up";
        };
        /** @description Plays a sound, or nothing, and ends the call. */
        HangUpNodeBody: {
            prompt?: string | null;
            /** @constant */
            type: "hang_up";
        };
        /** @description Something that was done with a person, which can be undone. */
        HistoryEntryAnswer: {
            at: string;
            /** @description The user who did it */
            by: string;
            /** @description Which fields it changed */
            fields: string[];
            id: string;
            /** @enum {string} */
            kind: "changed" | "deleted" | "merged";
            /** @description The person's before it */
            name: string;
            /** @description Of a merge: who went into the person */
            other_id: string | null;
            /** @description Of a merge: their name */
            other_name: string | null;
            person_id: string;
            private: boolean;
            undone_at: string | null;
            /** @description Until when it can be undone */
            until: string;
        };
        /** @description A page of what was done, the newest first. */
        HistoryEntryPage: {
            items: components["schemas"]["HistoryEntryAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description `reason`: why the hold ends. */
        HoldRelease: {
            reason: string;
        };
        /** @description `note`: what the review found. `review_on`: the next review, within a year. */
        HoldReview: {
            note: string;
            review_on: string;
        };
        /** @description A date with times of its own. Without spans it is closed all day. */
        Holiday: {
            name: string;
            on: string;
            spans: components["schemas"]["OpeningSpan"][];
        };
        /** @description A date with times of its own. Without spans it is closed all day. */
        HolidayBody: {
            name?: string;
            on: string;
            spans?: components["schemas"]["OpeningSpanBody"][];
        };
        /** @description Opening hours. Fields that are left out stay as they are. `timezone` null: the organisation's. */
        HoursChange: {
            holidays?: components["schemas"]["HolidayBody"][];
            name?: string;
            timezone?: string | null;
            weekly?: components["schemas"]["WeeklyOpeningBody"][];
        };
        /** @description Goes one way during opening hours and another outside of them. */
        HoursNode: {
            /** @description The id of the node that follows; empty: not chosen yet */
            closed: string;
            hours_id: string;
            /** @description The id of the node that follows; empty: not chosen yet */
            open: string;
            /** @constant */
            type: "hours";
        };
        /** @description Goes one way during opening hours and another outside of them. */
        HoursNodeBody: {
            closed?: string;
            hours_id?: string;
            open?: string;
            /** @constant */
            type: "hours";
        };
        /** @description An organisation's identity provider, and what to enter there. */
        IdentityProvider: {
            /** @description Enter it at the provider as the back-channel logout URI */
            logout_uri: string;
            /** @description Null if there is none */
            provider: components["schemas"]["ProviderSettings"] | null;
            /** @description Enter it at the provider as the redirect URI */
            redirect_uri: string;
        };
        /** @description Whether the identity provider answers and accepts our client. */
        IdentityProviderTest: {
            ok: boolean;
            /** @description `unreachable`; `no_provider`: its answer is not that of an OpenID provider; `other_issuer`: it names another issuer; `no_keys`: its signing keys cannot be read; `client_refused`: it does not accept the client id or secret. Null if all is well */
            problem: ("unreachable" | "no_provider" | "other_issuer" | "no_keys" | "client_refused") | null;
        };
        /** @description Rows of an import, by what became of them. */
        ImportCounts: {
            /** @description Looked at so far */
            checked: number;
            created: number;
            /** @description Not undone: changed since, or kept by a legal hold or a restriction */
            kept: number;
            /** @description Of the people created or updated, those who got a picture */
            pictures: number;
            /** @description With problems: not imported */
            refused: number;
            /** @description The person is there already, with all that the row has */
            skipped: number;
            undone: number;
            updated: number;
        };
        /** @description A document that another Call24 kept of the caller. */
        ImportedAnswer: {
            delete_at: string;
            /** @description As the file has it, as JSON */
            document: string;
            id: string;
            imported: components["schemas"]["ImportedFrom"];
            /** @description The collection that it was in, `vcon` or `calls.csv` */
            part: string;
            /** @description Its id there */
            source_id: string;
        };
        /** @description Where something comes from. */
        ImportedFrom: {
            import_id: string;
            imported_at: string;
            /** @description When it was made, as the file says */
            made_at: string;
            /** @description The name of the organisation that made the file */
            organisation: string;
        };
        /** @description One page of what was imported of a caller. */
        ImportedPage: {
            items: components["schemas"]["ImportedAnswer"][];
            /** @description The `cursor` of the next page. Null on the last page */
            next: string | null;
        };
        /** @description `known`: what to do with rows whose person is there already, by number or e-mail address and name. */
        ImportStart: {
            /** @enum {string} */
            known: "skip" | "update" | "create";
        };
        /** @description A personal data breach with all that was done about it, the oldest first. */
        IncidentAnswer: {
            /** @description What is possible now; the first seven are steps */
            acts: ("assess" | "notify_authority" | "waive_authority" | "tell_people" | "waive_people" | "note" | "close" | "edit" | "search" | "draft")[];
            closed_at: string | null;
            consequences: string;
            /** @description 72 hours after `noticed_at` */
            due_at: string;
            history: components["schemas"]["IncidentEntry"][];
            id: string;
            kinds: ("confidentiality" | "integrity" | "availability")[];
            /** @description Seconds until `due_at`; negative: past; null: the authority is decided */
            left_s: number | null;
            measures: string;
            noticed_at: string;
            notices: components["schemas"]["IncidentNotice"][];
            notified_at: string | null;
            opened_at: string;
            overdue: boolean;
            /**
             * @description Whether affected people are told
             * @enum {string}
             */
            people: "undecided" | "told" | "not_told";
            /** @enum {string} */
            risk: "unknown" | "unlikely" | "risk" | "high";
            scope: components["schemas"]["IncidentScope"];
            search: components["schemas"]["IncidentSearchAnswer"] | null;
            /** @enum {string} */
            state: "open" | "assessed" | "notified" | "not_notified" | "closed";
            title: string;
            told_at: string | null;
            /** @description Counts the changes */
            version: number;
            what_happened: string;
        };
        /** @description Fields that are left out stay. What a field said before is kept in the history; `noticed_at` does not change. */
        IncidentChange: {
            consequences?: string | null;
            kinds?: ("confidentiality" | "integrity" | "availability")[] | null;
            measures?: string | null;
            scope?: components["schemas"]["IncidentScopeChange"] | null;
            title?: string | null;
            /** @description Of the incident that you have seen */
            version: number;
            what_happened?: string | null;
        };
        /** @description A line of the history of an incident. */
        IncidentEntry: {
            at: string;
            /** @description null: Call24 itself */
            by: components["schemas"]["UserRef"] | null;
            /** @enum {string} */
            kind: "opened" | "assess" | "notify_authority" | "waive_authority" | "tell_people" | "waive_people" | "note" | "close" | "edit" | "search" | "draft" | "found" | "warned_24h" | "warned_6h" | "warned_late";
            /** @description Empty where nothing was noted */
            note: string;
            /**
             * @description What the incident was in afterwards
             * @enum {string}
             */
            state: "open" | "assessed" | "notified" | "not_notified" | "closed";
            /** @description With `edit`: what the changed fields said before */
            was: components["schemas"]["IncidentWas"][];
        };
        /** @description A draft of a notice. */
        IncidentNotice: {
            at: string;
            /** @enum {string} */
            audience: "authority" | "people";
            /** @description What is still to be filled in, as [[...]] in the text */
            blanks: string[];
            by: components["schemas"]["UserRef"] | null;
            text: string;
        };
        /** @description A page of incidents, the last noticed first. */
        IncidentPage: {
            items: components["schemas"]["IncidentSummary"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description Something of the data map that has personal data. */
        IncidentPlace: {
            /** @description Kinds of data of callers, in plain words */
            callers: string[];
            /**
             * @description A collection of MongoDB, or what it is outside; givento: somebody who is given it
             * @enum {string}
             */
            kind: "collection" | "files" | "browser" | "memory" | "givento";
            /** @description The collections by which its people are found */
            looked_in: string[];
            name: string;
            /** @description The part of Call24 whose it is */
            room: string;
            /** @description Kinds of data of users */
            users: string[];
        };
        /** @description What a search found in a place. */
        IncidentPlaceCount: {
            looked_in: string[];
            place: string;
            /** @description Documents that counted */
            records: number;
        };
        /** @description Where affected people can be looked for. */
        IncidentPlaceList: {
            items: components["schemas"]["IncidentPlace"][];
        };
        /** @description Where affected people are looked for. */
        IncidentScope: {
            agents: string[];
            numbers: string[];
            places: string[];
            queues: string[];
            /**
             * @description written: in the span; stored: before its end
             * @enum {string}
             */
            reach: "written" | "stored";
            since: string | null;
            until: string | null;
        };
        /** @description Where affected people are looked for. `since` and `until`: both, or neither for data of any time. */
        IncidentScopeChange: {
            /** @description Only what has to do with one of them; none: all */
            agents?: string[];
            numbers?: string[];
            places?: string[];
            queues?: string[];
            /**
             * @description written: in the span; stored: before its end, so that it lay there
             * @enum {string}
             */
            reach?: "written" | "stored";
            since?: string | null;
            until?: string | null;
        };
        /** @description A search for affected people, as far as it is. */
        IncidentSearchAnswer: {
            callers: number;
            ended_at: string | null;
            id: string;
            percent: number;
            places: components["schemas"]["IncidentPlaceCount"][];
            started_at: string;
            /**
             * @description full: it stopped at 500,000 people
             * @enum {string}
             */
            state: "running" | "done" | "full";
            users: number;
        };
        /**
         * @description The next step. `note` is needed with `assess`, `waive_authority` and `waive_people` (the reasons) and `note`, and
         *     where the authority is notified late.
         */
        IncidentStep: {
            /** @description With `notify_authority` and `tell_people`: when it was done; left out: now */
            done_at?: string | null;
            note?: string;
            /**
             * @description With `assess`: for the rights and freedoms of persons
             * @enum {string}
             */
            risk?: "unknown" | "unlikely" | "risk" | "high";
            /** @enum {string} */
            step: "assess" | "notify_authority" | "waive_authority" | "tell_people" | "waive_people" | "note" | "close";
            /** @description Of the incident that you have seen */
            version: number;
        };
        /** @description A personal data breach. */
        IncidentSummary: {
            closed_at: string | null;
            /** @description 72 hours after `noticed_at` */
            due_at: string;
            id: string;
            kinds: ("confidentiality" | "integrity" | "availability")[];
            /** @description Seconds until `due_at`; negative: past; null: the authority is decided */
            left_s: number | null;
            noticed_at: string;
            notified_at: string | null;
            opened_at: string;
            overdue: boolean;
            /**
             * @description Whether affected people are told
             * @enum {string}
             */
            people: "undecided" | "told" | "not_told";
            /** @enum {string} */
            risk: "unknown" | "unlikely" | "risk" | "high";
            /** @enum {string} */
            state: "open" | "assessed" | "notified" | "not_notified" | "closed";
            title: string;
            told_at: string | null;
            /** @description Counts the changes */
            version: number;
        };
        /** @description What a field said before. */
        IncidentWas: {
            field: string;
            text: string;
        };
        /** @description An IP address that is kept out for some time, as operators of the installation see it. */
        InstallationBan: {
            /** @description Of IPv6 a network, where all of it is kept out */
            address: string;
            id: string;
            /** @description Whether some organisation's trunk names the address: a carrier's? */
            in_trunk: boolean;
            /** @description When it was banned */
            since: string;
            /**
             * @description `challenged`: asked for a password like a stranger. `dropped`: not answered at all. `refused`: phones cannot connect from there
             * @enum {string}
             */
            state: "challenged" | "dropped" | "refused";
            /** @description When it is let in again by itself */
            until: string;
        };
        /** @description One page of banned addresses; those that may be a carrier's or agents' come first. */
        InstallationBanPage: {
            items: components["schemas"]["InstallationBan"][];
            /** @description The `cursor` of the next page. Null on the last page */
            next: string | null;
        };
        /** @description The newest run of the doctor's checks. It names no organisation. */
        InstallationChecks: {
            /** @description The check that is under way */
            at_work: ("installation" | "python" | "disk" | "clock" | "recordings_folder" | "server" | "database" | "asterisk" | "pbx" | "asterisk_modules" | "channel_log" | "reconciliation" | "change_feed" | "retention" | "register_copy" | "self_audit" | "application" | "lines" | "web_push" | "files_store" | "trunk_port" | "phones_websocket" | "phones" | "certificate" | "keys") | null;
            /** @description How many there are in the run; 0 until it is known */
            checks: number;
            ended_at: string | null;
            /** @description Of the checks that are done, in their order */
            findings: components["schemas"]["CheckFinding"][];
            started_at: string | null;
            /**
             * @description `never`: not since the server started. `cut_off`: ended after two minutes, with what was found by then. `failed`: the checks could not be run; the server's log says why
             * @enum {string}
             */
            state: "never" | "running" | "done" | "cut_off" | "failed";
        };
        /** @description A part of the installation. */
        InstallationPart: {
            /** @description What to do; empty if nothing is to be done */
            advice: string;
            /** @description Which advice it is; empty if nothing is to be done */
            advice_code: string;
            /** @description What `seen` is made of: counts, bytes, seconds (`_s`), instants in Unix time (`at`, `_at`) */
            figures: {
                [key: string]: number;
            };
            /** @enum {string} */
            name: "server" | "mongodb" | "asterisk" | "calls" | "trunks" | "journal" | "readers" | "apps" | "messages" | "traces" | "machine" | "disk" | "pbx" | "certificates" | "retention" | "self_audit" | "bans" | "toll_fraud" | "backups";
            /** @description The page that says more: `GET /v1/installation/runbooks/{name}`; null if none */
            runbook: string | null;
            /** @description What there is, in words */
            seen: string;
            /** @description When it was first seen in this state, since the server started */
            since: string;
            /**
             * @description `look`: somebody should look at it; `wrong`: something does not work; `unknown`: not known now
             * @enum {string}
             */
            state: "ok" | "look" | "wrong" | "unknown";
        };
        /** @description How the installation is: its parts, and what to do about those that are not well. It names no organisation. */
        InstallationStatus: {
            /** @description Empty if it does not answer */
            asterisk_version: string;
            /** @description When this was looked at: some seconds ago at most */
            at: string;
            /** @description Empty if it does not answer */
            mongodb_version: string;
            parts: components["schemas"]["InstallationPart"][];
            /** @description Of the stored data */
            schema: number;
            /** @description When the server was started */
            started_at: string;
            /**
             * @description The worst of its parts that count
             * @enum {string}
             */
            state: "ok" | "look" | "wrong" | "unknown";
            /** @description Of Call24 */
            version: string;
        };
        /**
         * @description The account to create, and the device to sign in. `token`: from the invitation's link.
         *
         *     `birth_date`: needed, `YYYY-MM-DD`; it is checked and not stored.
         */
        InvitationAcceptance: {
            /** @description Date of birth, `YYYY-MM-DD`. It is not stored. */
            birth_date?: string;
            device?: components["schemas"]["DeviceReport"] | null;
            device_name: string;
            name: string;
            password: string;
            token: string;
        };
        /** @description An invitation that can still be accepted. */
        InvitationAnswer: {
            created_at: string;
            email: string;
            expires_at: string;
            id: string;
            name: string;
            /** @description Ids of the queues that whoever accepts joins */
            queues: string[];
            /** @description A built-in role, such as `agent`, or the id of a custom role */
            role: string;
        };
        /** @description A page of the invitations that can still be accepted, the oldest first. */
        InvitationPage: {
            items: components["schemas"]["InvitationAnswer"][];
            /** @description Pass it as `cursor` to get the next page; null on the last one */
            next: string | null;
        };
        /** @description What an invitation's link invites to. */
        InvitationPreview: {
            email: string;
            expires_at: string;
            name: string;
            /** @description The organisation's name */
            organisation: string;
            /** @description A built-in role, such as `agent`, or the id of a custom role */
            role: string;
        };
        /** @description `token`: from the invitation's link. */
        InvitationToken: {
            token: string;
        };
        /** @description One kind of data that is kept of persons, from the data map. */
        KeptData: {
            /** @description The legal basis that Call24 assumes */
            basis: string[];
            /** @description How long, in words */
            kept: string[];
            /** @description What it is used for */
            purposes: string[];
            /** @description Who outside of the installation is given it */
            recipients: string[];
            what: string;
        };
        /** @description A call whose record is gone and whose recordings are kept. */
        KeptRecordingAnswer: {
            /** @description All who had it */
            agents: components["schemas"]["UserRef"][];
            arrived_at: string;
            call_id: string;
            /** @description Null: the caller did not show a number */
            contact_id: string | null;
            /** @description When the last of its recordings goes */
            delete_at: string;
            direction: components["schemas"]["Direction"];
            /** @description All that it was in, the first first */
            queues: components["schemas"]["QueueRef"][];
            /** @description When its call record went */
            record_until: string;
            recordings: components["schemas"]["RecordingSummary"][];
            /** @description The caller's data is kept and not used: nothing of it is shown */
            restricted: boolean;
        };
        /** @description One page of calls whose recordings are kept longer than their record, newest first. */
        KeptRecordingPage: {
            items: components["schemas"]["KeptRecordingAnswer"][];
            /** @description The `cursor` of the next page. Null on the last page */
            next: string | null;
        };
        /** @description A kind of notification, in words, and how the current user wants it. */
        KindPreference: {
            channels: components["schemas"]["ChannelPreference"][];
            /** @description Whether it is told by push and e-mail in quiet hours too */
            in_quiet_hours: boolean;
            kind: components["schemas"]["NotificationKind"];
            says: string;
            title: string;
        };
        /** @description The customer's call before this one. */
        LastCall: {
            agent: components["schemas"]["UserRef"] | null;
            at: string;
            outcome: components["schemas"]["Outcome"];
        };
        /** @description An alert of a queue that lasts. */
        LastingAlert: {
            id: string;
            limit: number;
            raised_at: string;
            /**
             * @description wait: a caller has waited for longer than `limit` seconds; waiting: `limit` callers wait
             * @enum {string}
             */
            rule: "wait" | "waiting";
        };
        /** @description What of a vCard file a person has no place for. */
        LeftOutAnswer: {
            rows: number;
            /** @description The vCard's property */
            what: string;
        };
        /** @description A legal hold with its history, and what it keeps beyond its day. */
        LegalHoldAnswer: {
            /** @description Call records of this hold that are past their day */
            calls_kept: number;
            /** @description All that was done with it, the oldest first */
            history: components["schemas"]["LegalHoldStep"][];
            /** @description The id of the hold */
            id: string;
            /**
             * @description What kind of thing is kept
             * @enum {string}
             */
            kind: "call" | "contact" | "user" | "queue" | "organisation";
            /** @description Why it was set */
            reason: string;
            /** @description Recordings of this hold that are past their day */
            recordings_kept: number;
            /** @description When it was released */
            released_at: string | null;
            /** @description When it is to be reviewed */
            review_at: string;
            /** @description Its review is due; it keeps what it keeps all the same */
            review_due: boolean;
            /** @description When it was set */
            set_at: string;
            /** @description Of a queue: calls that arrived from then on */
            since: string | null;
            /**
             * @description Whether it keeps anything
             * @enum {string}
             */
            state: "open" | "released";
            /** @description The id of what is kept; null: the whole organisation */
            subject_id: string | null;
            /** @description Of a queue: calls that arrived before then */
            until: string | null;
        };
        /** @description One page of legal holds. */
        LegalHoldPage: {
            items: components["schemas"]["LegalHoldRow"][];
            /** @description The cursor of the next page; null: this is the last */
            next: string | null;
        };
        /** @description A legal hold: what it names is not deleted until the hold is released. */
        LegalHoldRow: {
            /** @description The id of the hold */
            id: string;
            /**
             * @description What kind of thing is kept
             * @enum {string}
             */
            kind: "call" | "contact" | "user" | "queue" | "organisation";
            /** @description Why it was set */
            reason: string;
            /** @description When it was released */
            released_at: string | null;
            /** @description When it is to be reviewed */
            review_at: string;
            /** @description Its review is due; it keeps what it keeps all the same */
            review_due: boolean;
            /** @description When it was set */
            set_at: string;
            /** @description Of a queue: calls that arrived from then on */
            since: string | null;
            /**
             * @description Whether it keeps anything
             * @enum {string}
             */
            state: "open" | "released";
            /** @description The id of what is kept; null: the whole organisation */
            subject_id: string | null;
            /** @description Of a queue: calls that arrived before then */
            until: string | null;
        };
        /** @description What somebody did with a legal hold. */
        LegalHoldStep: {
            /**
             * @description What was done
             * @enum {string}
             */
            action: "set" | "reviewed" | "released";
            at: string;
            /** @description The id of the user who did it */
            by: string;
            /** @description The reason, or what the review found */
            note: string;
            /** @description The next review, as it was set then */
            review_at: string | null;
        };
        /** @description How the sound was between a phone and the PBX, over the whole call. */
        LegQualityRow: {
            /** @description What made it bad. Null: it was good between this phone and the PBX */
            cause: ("nothing" | "loss" | "sent_loss" | "jitter" | "delay") | null;
            jitter_ms: number;
            leg_id: string;
            /** @description Share of the packets that were lost towards the phone, 0 to 1. 1: none arrived */
            lost_received: number;
            /** @description The same from the phone to the PBX. Null: not told */
            lost_sent: number | null;
            /** @description Mean opinion score by the E-model (ITU-T G.107), 1 to 4.41 */
            mos: number;
            /** @description Null: not known */
            round_trip_ms: number | null;
            /** @description Seconds that were measured */
            s: number;
        };
        /** @description One piece of a call's line: what the customer went through, and for how long. */
        LineSegment: {
            /**
             * @description `wrap`: the agent's wrap-up; `left`: the caller left without success
             * @enum {string}
             */
            kind: "menu" | "wait" | "ring" | "talk" | "hold" | "outside" | "voicemail" | "wrap" | "left";
            /** @description Seconds, to the millisecond */
            s: number;
        };
        /** @description A call that goes on, as one of its people sees it. */
        LiveCallAnswer: {
            arrived_at: string;
            /** @description Of a callback: how often the customer was rung in vain */
            attempts: number;
            card: components["schemas"]["CallerCard"];
            connected_at: string | null;
            /** @description Which of this user's devices the call is on */
            device_id: string | null;
            direction: components["schemas"]["Direction"];
            /** @description Who handed the call over, or consults this user */
            from: components["schemas"]["UserRef"] | null;
            id: string;
            line: components["schemas"]["LiveLineSegment"][];
            /** @description Empty where the organisation hides who listens */
            monitors: components["schemas"]["LiveMonitor"][];
            muted: boolean;
            /** @description Of a callback: when it is tried next */
            not_before: string | null;
            offer_id: string | null;
            offered_at: string | null;
            /** @description The call that this callback was promised in */
            origin_call_id: string | null;
            /**
             * @description `agent`: has the call or is rung for it; `third`: is the consult party
             * @enum {string}
             */
            part: "agent" | "third" | "monitor";
            priority: number;
            /**
             * @description Why this user's phone rings
             * @enum {string}
             */
            purpose: "offer" | "own_call" | "callback" | "consult" | "transfer" | "direct" | "monitor" | "reattach";
            queue: components["schemas"]["QueueRef"] | null;
            /** @description Its place in the queue */
            queued_at: string | null;
            recording: components["schemas"]["LiveRecording"];
            /** @description Since when it is in this part of its line */
            since: string;
            /** @description Names of the skills that the call needs */
            skills: string[];
            state: components["schemas"]["CallState"];
            /** @description The consult party */
            third: components["schemas"]["ConsultParty"] | null;
            /** @description Why this agent, in words */
            why: string | null;
        };
        /** @description A call that goes on, as the list of all calls shows it. */
        LiveCallRow: {
            agent: components["schemas"]["UserRef"] | null;
            arrived_at: string;
            /** @description Of a callback: how often the customer was rung in vain */
            attempts: number;
            connected_at: string | null;
            direction: components["schemas"]["Direction"];
            id: string;
            line: components["schemas"]["LiveLineSegment"][];
            monitors: components["schemas"]["LiveMonitor"][];
            name: string | null;
            /** @description Of a callback: when it is tried next */
            not_before: string | null;
            number: string | null;
            offers: components["schemas"]["RingingOffer"][];
            queue: components["schemas"]["QueueRef"] | null;
            /** @description Its place in the queue */
            queued_at: string | null;
            recording: components["schemas"]["LiveRecording"];
            /** @description The customer's data is kept and not used: nothing of it is shown */
            restricted: boolean;
            /** @description Since when it is in this part of its line */
            since: string;
            state: components["schemas"]["CallState"];
            /** @description The consult party */
            third: components["schemas"]["ConsultParty"] | null;
        };
        /** @description One piece of what the customer has gone through so far. */
        LiveLineSegment: {
            from: string;
            kind: components["schemas"]["Piece"];
            /** @description Null: it goes on */
            to: string | null;
        };
        /** @description A supervisor who is in the call. */
        LiveMonitor: {
            /** @description False while the supervisor's phone rings */
            joined: boolean;
            /** @enum {string} */
            mode: "listen" | "whisper" | "barge";
            user: components["schemas"]["UserRef"];
        };
        /** @description Whether the call is being recorded. */
        LiveRecording: {
            id: string | null;
            /** @description The agent may start it */
            on_demand: boolean;
            /**
             * @description The queue's rule
             * @enum {string}
             */
            policy: "always" | "on_demand" | "never";
            /** @description When a paused recording goes on by itself */
            resumes_at: string | null;
            state: components["schemas"]["RecordingState"];
            /** @description The caller stopped it: nothing records this call again */
            stopped: boolean;
            /** @description `start`: it should be recorded and is not; `pause`: it could not be paused */
            trouble: ("start" | "pause") | null;
        };
        /** @description Everything the live screen shows. Realtime events with a higher `seq` replace its parts. */
        LiveSnapshot: {
            agents: components["schemas"]["AgentRow"][];
            at: string;
            /** @description The call that this user has, is rung for or listens to */
            call: components["schemas"]["LiveCallAnswer"] | null;
            /** @description Only for who may see all calls, else absent */
            calls?: components["schemas"]["LiveCallRow"][];
            queues: components["schemas"]["QueueRow"][];
            /** @description The newest journal event that the snapshot has */
            seq: number;
            session: components["schemas"]["AgentSessionAnswer"];
            system: {
                [key: string]: string;
            };
            today: components["schemas"]["AgentToday"];
        };
        /**
         * @description `device_name`: shown in the list of sessions; `code`: of the authenticator, or a recovery code, where the account
         *     has a second factor.
         */
        Login: {
            code?: string;
            device?: components["schemas"]["DeviceReport"] | null;
            device_name: string;
            email: string;
            password: string;
        };
        /** @description Plays a sound and waits for one key. */
        MenuNode: {
            /** @description Key, 0 to 9, * or #, to the id of the node that follows */
            choices: {
                [key: string]: string;
            };
            /** @description What is played after a wrong key; null: nothing */
            invalid_prompt: string | null;
            /** @description The id of the node that follows; empty: not chosen yet */
            on_invalid: string;
            /** @description The id of the node that follows; empty: not chosen yet */
            on_timeout: string;
            /** @description A built-in sound's name, or a prompt's id */
            prompt: string;
            /** @description Seconds to wait for a key once the sound is over */
            timeout_s: number;
            /** @description Timeouts and wrong keys together before it goes on */
            tries: number;
            /** @constant */
            type: "menu";
        };
        /** @description Plays a sound and waits for one key. `tries`: timeouts and wrong keys together before it goes on. */
        MenuNodeBody: {
            choices?: {
                [key: string]: string;
            };
            invalid_prompt?: string | null;
            on_invalid?: string;
            on_timeout?: string;
            /** @description a built-in sound, or a prompt's id */
            prompt?: string;
            timeout_s?: number;
            tries?: number;
            /** @constant */
            type: "menu";
        };
        /**
         * @description Whom to merge into the person, and whose values stay.
         *
         *     `version`, `other_version`: those that you read; where one is no longer the current one, the answer is 409
         *     `person_changed`.
         */
        Merge: {
            other_id: string;
            other_version?: number | null;
            take?: components["schemas"]["Take"];
            version?: number | null;
        };
        /** @description The person who is there now, and what undoes the merge. */
        MergedAnswer: {
            entry: components["schemas"]["HistoryEntryAnswer"];
            person: components["schemas"]["PersonAnswer"];
        };
        /** @description The mobile number on which you are called when none of your phones rings. */
        MobileAnswer: {
            /** @description Whether the organisation lets mobile numbers ring */
            allowed: boolean;
            /** @description The code that was said and not named yet; null: none is awaited */
            awaited: components["schemas"]["MobileCodeAnswer"] | null;
            /** @description E.164; null: none is proven */
            number: string | null;
            /** @description When you named the code that was said; null: never */
            proven_at: string | null;
            /** @description Whether you want to be called on it */
            rings: boolean;
        };
        /** @description `code`: the six digits that were said in the call. */
        MobileCode: {
            code: string;
        };
        /** @description A code was said to a number, which is not proven yet. */
        MobileCodeAnswer: {
            /** @description E.164, the number that was called */
            number: string;
            /** @description How many wrong codes may still be named before another is needed */
            tries_left: number;
            /** @description Until when the code can be named */
            until: string;
        };
        /** @description `number`: in international form, or as it is dialled in the organisation's country. */
        MobileNumber: {
            number: string;
        };
        /** @description `rings`: whether you are called on the number. */
        MobileSwitch: {
            rings: boolean;
        };
        /**
         * @description How to take part, and why.
         *
         *     `listen`: nobody hears the supervisor; `whisper`: the agent alone does; `barge`: everybody does.
         */
        Monitoring: {
            /** @enum {string} */
            mode: "listen" | "whisper" | "barge";
            /** @enum {string} */
            reason: "coaching" | "quality" | "complaint" | "help_asked" | "technical";
        };
        /** @description The policy as it concerns the current user. */
        MyPolicy: {
            /** @description What the user accepted, the oldest first */
            accepted: components["schemas"]["PolicyAcceptanceAnswer"][];
            current: components["schemas"]["PolicyVersion"];
            /** @description What is kept of users, as `current` says */
            kept: components["schemas"]["KeptData"][];
            /** @description What `current` says, with what the organisation states; empty when there is nothing to accept */
            text: components["schemas"]["PolicyBlock"][];
            /** @description Whether the user is to accept `current` */
            to_accept: boolean;
            /** @description The next version; null: none is announced */
            upcoming: components["schemas"]["PolicyVersion"] | null;
        };
        /** @description An API token that was just made, with its secret. */
        NewApiToken: {
            /** @description Its scopes: names of permissions, or `*` */
            abilities: string[];
            created_at: string;
            expires_at: string;
            id: string;
            /** @description Null if it was never used */
            last_used_at: string | null;
            name: string;
            /** @description The bearer token. Shown only here */
            token: string;
        };
        /** @description A new app password, with its secret: it is shown this once. */
        NewAppPasswordAnswer: {
            /** @description What it is given as its server: it finds the rest by itself */
            address: string;
            created_at: string;
            id: string;
            /** @description To the minute; null: never */
            last_used_at: string | null;
            name: string;
            /** @description What the device is given as its password */
            secret: string;
            /** @description What it is given as its user name: the user's e-mail address */
            user_name: string;
        };
        /**
         * @description A device that is to keep a copy of the address book.
         *
         *     `name`: of the device, so that it is known again.
         */
        NewAppPasswordBody: {
            name: string;
        };
        /** @description Either `ids`, at most 500, or `filter` with the `count` that `POST /v1/tasks/count` answered, at most 2,000. */
        NewBulkChange: {
            change: components["schemas"]["BulkFields"];
            count?: number | null;
            filter?: components["schemas"]["TaskQuestion"] | null;
            ids?: string[];
        };
        /**
         * @description Whom to call. `from`: the id of the organisation's number that the customer sees; left out: the number of one of
         *     your queues, or the first.
         *
         *     The settings of that number's queue apply to the call: recording, wrap-up, disposition.
         */
        NewCall: {
            from?: string | null;
            to: components["schemas"]["Consulted"];
        };
        /** @description One line of a checklist. */
        NewChecklistItem: {
            done?: boolean;
            text: string;
        };
        /** @description What a caller told the organisation. `withdraw`: a consent that was given; `object`: where none was. */
        NewConsentEntry: {
            /** @enum {string} */
            act: "grant" | "withdraw" | "object";
            /** @enum {string} */
            purpose: "recording" | "crm_sync";
        };
        /**
         * @description A failure of the app. Of `message` only words that browsers' and Call24's own messages have are kept.
         *
         *     `screen`: how the address of the screen begins, without what follows; `browser_version`: the major version.
         */
        NewCrashReport: {
            /** @enum {string} */
            browser: "Chrome" | "Edge" | "Firefox" | "Safari" | "Opera" | "other";
            browser_version: number;
            frames?: components["schemas"]["AppFrame"][];
            message: string;
            /** @enum {string} */
            screen: "calls" | "history" | "dial" | "work" | "live" | "start" | "trunks" | "numbers" | "queues" | "webhooks" | "incidents" | "disclosures" | "reports" | "audit" | "me" | "security" | "tokens" | "people" | "setup" | "invitation" | "reset" | "email" | "contacts" | "lost" | "organisation" | "provider" | "close" | "privacy" | "privacy-requests" | "erase" | "legal-holds" | "restrictions" | "data-transfers" | "processors" | "caller-files" | "caller-imports" | "retention" | "self-audit" | "policy" | "my-data" | "crm" | "what-if" | "unknown" | "notifications" | "address-books" | "hours" | "prompts" | "dispositions" | "pause-reasons" | "calling-limits" | "task-addresses" | "administration" | "roles" | "applications" | "flows" | "branding" | "installation" | "staffing" | "sound" | "help";
            type: string;
            version: string;
        };
        /**
         * @description A new connection, which is off. `kind` `rest`: a CRM with a REST interface, named by `shape`; `tryton`: Tryton,
         *     whose `url` ends in the name of the database, and whose user is `tryton.login`; `zammad`: Zammad;
         *     `hubspot`: HubSpot, whose `url` is https://api.hubapi.com; `roundup`: a tracker of Roundup, whose user is
         *     `roundup.login`; `espocrm`: EspoCRM; `odoo`: Odoo (19 or later); `bitrix24`: Bitrix24, by an
         *     inbound webhook, whose user is `bitrix24.user_id` and whose secret `token`; `chatwoot`: Chatwoot, whose
         *     account is `chatwoot.account_id`, and where no rule can be `newest`.
         */
        NewCrmConnection: {
            /** @description If it is not given: `{"user_id": "", "objection_field": ""}` */
            bitrix24?: components["schemas"]["CrmBitrix24Body"];
            /** @description If it is not given: `{"account_id": "", "objection_field": ""}` */
            chatwoot?: components["schemas"]["CrmChatwootBody"];
            country?: string;
            /** @description If it is not given: `{"objection_field": ""}` */
            espocrm?: components["schemas"]["CrmEspoBody"];
            follow_deletions?: boolean;
            /** @description If it is not given: `{"portal_id": "", "objection_property": ""}` */
            hubspot?: components["schemas"]["CrmHubSpotBody"];
            /** @enum {string} */
            kind?: "rest" | "tryton" | "zammad" | "hubspot" | "roundup" | "espocrm" | "odoo" | "bitrix24" | "chatwoot";
            log_calls?: boolean;
            mapping: components["schemas"]["CrmFieldMappingBody"][];
            name: string;
            /** @description If it is not given: `{"database": "", "objection_field": ""}` */
            odoo?: components["schemas"]["CrmOdooBody"];
            /** @description If it is not given: `{"login": "", "caller_property": "customer", "status": "resolved", "objection_property": ""}` */
            roundup?: components["schemas"]["CrmRoundupBody"];
            /** @description If it is not given: `{"records_path": "/contacts", "calls_path": "/calls", "items": "items", "more": "more", "since": "changed_since", "after": "after_id", "limit": "limit", "id": "id", "changed_at": "updated_at", "version": "version", "deleted": "deleted", "key": "external_key", "by_number": "number", "objection_field": "", "link_template": ""}` */
            shape?: components["schemas"]["CrmShapeBody"];
            token: string;
            /** @description If it is not given: `{"login": "", "objection_category": ""}` */
            tryton?: components["schemas"]["CrmTrytonBody"];
            url: string;
            /** @enum {string} */
            wish?: "off" | "dry_run" | "on";
            /** @description If it is not given: `{"group": "", "ticket_state": "closed", "objection_field": ""}` */
            zammad?: components["schemas"]["CrmZammadBody"];
        };
        /** @description `signed`: a secret is made too, and messages have to be signed with it (standardwebhooks.com). */
        NewCrmWebhook: {
            signed?: boolean;
        };
        /**
         * @description A new entry. `recipient`, `country` and the safeguard are published in the privacy policy.
         *
         *     `hosts`: names, whose subdomains count too, and addresses of the recipient; none for kinds `database`, `mail`,
         *     `error_service`, `trace_collector`, `file_store` and `hosted_pusher`, which are the installation's. `reference` and
         *     `dated`: which decision, contract or rule the safeguard is. `review_by`: the last day on which the entry counts.
         */
        NewDataTransfer: {
            country: string;
            dated: string;
            hosts?: string[];
            /** @enum {string} */
            kind: "database" | "mail" | "trunk" | "webhook" | "identity_provider" | "push" | "crm" | "error_service" | "trace_collector" | "file_store" | "processor" | "hosted_pusher";
            recipient: string;
            reference: string;
            review_by: string;
            /** @enum {string} */
            safeguard: "adequacy_decision" | "standard_clauses" | "binding_rules" | "derogation";
        };
        /** @description What an authority asked for, and what it was given. An entry is not changed afterwards, only corrected. */
        NewDisclosure: {
            authority: string;
            /** @description A user; left out: you */
            decided_by?: string | null;
            /** @description Nothing where it was refused */
            given?: components["schemas"]["GivenThing"][];
            /** @description Or refused; left out: now */
            given_at?: string | null;
            /** @description The law that the authority names */
            legal_basis: string;
            note?: string;
            /** @enum {string} */
            outcome: "given" | "partly" | "refused";
            /** @description The number of its document */
            reference: string;
            requested_at: string;
            /** @description Whether the law forbids that the persons are told */
            secret: boolean;
            /** @description Left out: until it is lifted */
            secret_until?: string | null;
        };
        /** @description A new disposition. `call_back`: the customer is to be called again; the app then asks the agent when. */
        NewDisposition: {
            call_back?: boolean;
            name: string;
            order?: number;
        };
        /**
         * @description What to export.
         *
         *     `from` and `to`: YYYY-MM-DD in the organisation's time zone, both included. `by`: for a report, and only for one, as
         *     in `GET /v1/reports`.
         */
        NewExport: {
            agent_id?: string | null;
            by?: ("queue" | "agent" | "hour" | "day" | "disposition" | "direction" | "number") | null;
            direction?: ("inbound" | "outbound" | "internal" | "callback") | null;
            /** @enum {string} */
            format: "csv" | "xlsx";
            from: string;
            /** @enum {string} */
            kind: "calls" | "report";
            queue_id?: string | null;
            to: string;
        };
        /** @description A new draft. `start`: the id of the node that calls begin with. `nodes`: by id, at most 200. */
        NewFlow: {
            name: string;
            nodes?: {
                [key: string]: components["schemas"]["AnnounceNodeBody"] | components["schemas"]["MenuNodeBody"] | components["schemas"]["HoursNodeBody"] | components["schemas"]["SetNodeBody"] | components["schemas"]["QueueNodeBody"] | components["schemas"]["RingNodeBody"] | components["schemas"]["VoicemailNodeBody"] | components["schemas"]["CallbackNodeBody"] | components["schemas"]["ForwardNodeBody"] | components["schemas"]["WithdrawConsentNodeBody"] | components["schemas"]["TaskNodeBody"] | components["schemas"]["HangUpNodeBody"];
            };
            start?: string;
        };
        /** @description All of some opening hours. Fields that are left out have their defaults. */
        NewHours: {
            holidays?: components["schemas"]["HolidayBody"][];
            name: string;
            timezone?: string | null;
            weekly?: components["schemas"]["WeeklyOpeningBody"][];
        };
        /** @description A personal data breach. `noticed_at`: when your organisation became aware of it; the 72 hours run from there. */
        NewIncident: {
            kinds: ("confidentiality" | "integrity" | "availability")[];
            /** @description Left out: now */
            noticed_at?: string | null;
            scope?: components["schemas"]["IncidentScopeChange"] | null;
            title: string;
            what_happened: string;
        };
        /**
         * @description Whom to invite.
         *
         *     `name`: may be changed by whoever accepts; `role`: a built-in role, or the id of a custom role; `queues`: ids of
         *     those that whoever accepts joins, which needs the permission `queues.write`.
         */
        NewInvitation: {
            email: string;
            name: string;
            queues?: string[];
            role: string;
        };
        /**
         * @description A new legal hold.
         *
         *     `subject_id`: of a call, contact, user or queue; not of the organisation. `from` and `to`: of a queue, the days on
         *     which calls arrived, in the organisation's time zone, both included. `review_on`: within a year.
         */
        NewLegalHold: {
            from?: string | null;
            /** @enum {string} */
            kind: "call" | "contact" | "user" | "queue" | "organisation";
            reason: string;
            review_on: string;
            subject_id?: string | null;
            to?: string | null;
        };
        /** @description A draft. Without a text it is generated from what the incident says; blanks are marked [[...]]. */
        NewNotice: {
            /** @enum {string} */
            audience: "authority" | "people";
            text?: string | null;
        };
        /**
         * @description A new number, and what answers it: a queue or a flow. `number`: E.164, or as it is dialled in the organisation's
         *     country.
         */
        NewNumber: {
            flow_id?: string | null;
            greeting?: string | null;
            label?: string;
            number: string;
            queue_id?: string | null;
            trunk_id: string;
        };
        NewOwnPrivacyRequest: {
            /** @enum {string} */
            kind: "access" | "correction" | "deletion" | "objection" | "portability" | "restriction" | "withdrawal" | "complaint";
            /** @description What you ask, in your words */
            note?: string;
        };
        /** @description A passkey that was just added. */
        NewPasskey: {
            created_at: string;
            id: string;
            /** @description Null if it was never used */
            last_used_at: string | null;
            name: string;
            /** @description Shown only here, with the user's first second factor; else empty */
            recovery_codes: string[];
            /** @description It may have been copied, so it no longer works */
            suspect: boolean;
            /** @description The device copies it to the user's other devices */
            synced: boolean;
        };
        /** @description What the browser answered, and a name for the new passkey. */
        NewPasskeyCredential: {
            challenge: string;
            credential: string;
            name: string;
        };
        /** @description `token`: from the link. */
        NewPassword: {
            password: string;
            token: string;
        };
        /** @description A new pause reason. `limit_s`: seconds that such a pause may last; null: no limit. */
        NewPauseReason: {
            limit_s?: number | null;
            name: string;
            order?: number;
        };
        /**
         * @description Which people, and how. `q`: parts of names, of the company or of a number; `tag`: who has it; both empty: all.
         *     `pictures`: vCards with the people's pictures; the file is some 30 KB larger for each.
         */
        NewPeopleExport: {
            /** @enum {string} */
            format: "csv" | "vcard3" | "vcard4";
            pictures?: boolean;
            q?: string;
            tag?: string;
        };
        /**
         * @description A new person: a name (`given`, `family` or `patronymic`) or a company is needed.
         *
         *     `private`: you alone see it. `order`: how the names stand: `patronymic_first` as in Mongolia.
         */
        NewPerson: {
            addresses?: components["schemas"]["AddressWritten"][];
            company?: string;
            emails?: components["schemas"]["EmailWritten"][];
            family?: string;
            fields?: components["schemas"]["FieldWritten"][];
            given?: string;
            notes?: string;
            numbers?: components["schemas"]["NumberWritten"][];
            /** @enum {string} */
            order?: "given_first" | "family_first" | "patronymic_first";
            patronymic?: string;
            phonetic?: string;
            private?: boolean;
            tags?: string[];
        };
        /** @description `vcards`: the chosen people. `private`: they become private entries of the user, else the organisation's. */
        NewPhoneUpload: {
            private?: boolean;
            vcards: string;
        };
        /**
         * @description What somebody asked by phone or by letter. At most one of `number`, `contact_id` and `user_id`; none: it is not
         *     known yet who it is.
         */
        NewPrivacyRequest: {
            contact_id?: string | null;
            /** @enum {string} */
            kind: "access" | "correction" | "deletion" | "objection" | "portability" | "restriction" | "withdrawal" | "complaint";
            /** @description What was asked */
            note?: string;
            /** @description The caller's number, if a contact has it */
            number?: string | null;
            /**
             * @description phone or letter; a request through the app or the page enters itself
             * @enum {string}
             */
            source?: "app" | "page" | "phone" | "letter";
            user_id?: string | null;
        };
        /** @description A new processor. `url`: an https address that is asked to erase a person's data. */
        NewProcessor: {
            contact?: string;
            country?: string;
            data: string;
            gets: ("caller" | "user")[];
            name: string;
            url: string;
        };
        /** @description A new Pusher application. Fields that are left out have their defaults. */
        NewPusherApp: {
            client_events?: boolean;
            connections_max?: number;
            enabled?: boolean;
            member_channels?: string[];
            name: string;
            subscription_counts?: boolean;
            tls_only?: boolean;
            webhooks?: components["schemas"]["PusherAppWebhookSettings"][];
        };
        /**
         * @description What the browser's `PushSubscription.toJSON()` has, and what the user chose.
         *
         *     `endpoint`: an https address at the browser vendor's push service. `p256dh`, `auth`: its keys, base64url.
         *     `shows_caller`: whether notifications of calls say who calls, also on a locked screen. `language`: what they are
         *     written in, as the app is on this device.
         */
        NewPushSubscription: {
            auth: string;
            endpoint: string;
            /** @enum {string} */
            language?: "en" | "mn";
            p256dh: string;
            shows_caller?: boolean;
        };
        /** @description All settings of a queue. Fields that are left out have their defaults. */
        NewQueue: {
            alert_wait_s?: number | null;
            alert_waiting?: number | null;
            announce_every_s?: number;
            announce_position?: boolean;
            announce_wait?: boolean;
            auto_pause_after?: number;
            auto_resume_s?: number;
            callback?: boolean;
            callback_attempts?: number;
            callback_expires_s?: number;
            callback_retry_s?: number;
            callback_ring_s?: number;
            /** @enum {string} */
            disposition?: "off" | "optional" | "required";
            dispositions?: string[];
            /** @description If it is not given: `{"max_wait": {"to": "voicemail"}, "full": {"to": "voicemail"}, "nobody": {"to": "voicemail"}, "closed": {"to": "voicemail"}}` */
            exits?: components["schemas"]["QueueExitsChange"];
            hours_id?: string | null;
            keep_place_s?: number;
            max_wait_s?: number;
            max_waiting?: number | null;
            members?: string[];
            music?: string;
            name: string;
            not_announced_because?: string | null;
            offer_s?: number;
            offers_tasks?: boolean;
            priority?: number;
            /** @enum {string} */
            record?: "always" | "on_demand" | "never";
            record_announcement?: boolean;
            recording_days?: number | null;
            recording_days_reason?: string | null;
            ring_during_greeting?: boolean;
            service_level_s?: number;
            skills?: components["schemas"]["SkillNeedBody"][];
            sticky_days?: number;
            sticky_wait_s?: number;
            /** @enum {string} */
            strategy?: "longest_idle" | "round_robin" | "least_calls" | "ring_all";
            task_offer_s?: number;
            tasks_at_once?: number;
            wrap_up_s?: number;
        };
        /** @description The key that new recordings are encrypted with from now on. */
        NewRecordingKey: {
            id: string;
        };
        /** @description `permissions`: names as in `GET /v1/permissions`, only of permissions that you have yourself. */
        NewRole: {
            name: string;
            permissions: string[];
        };
        /** @description A filter under a name. The other fields are asked of `GET /v1/tasks`; `assignee` `me` is you. */
        NewSavedFilter: {
            assignee?: string | null;
            closed?: boolean | null;
            kind?: ("voicemail" | "missed_call" | "callback_failed" | "request" | "manual" | "callback" | "recurring" | "email") | null;
            name: string;
            overdue?: boolean;
            priority?: ("low" | "normal" | "high" | "urgent") | null;
            q?: string;
            queue?: string | null;
            /** @enum {string} */
            sort?: "newest" | "due" | "priority" | "changed";
            state?: ("open" | "in_progress" | "waiting" | "done" | "dropped") | null;
            unassigned?: boolean;
        };
        /** @description A new session, and who has signed in. */
        NewSession: {
            device: components["schemas"]["DeviceSummary"];
            /** @description The organisation requires a second factor: set one up before anything else */
            mfa_setup_due: boolean;
            /** @description The user operates the installation, and may read `GET /v1/installation/status` */
            operator: boolean;
            /** @description Names as in `GET /v1/permissions` */
            permissions: string[];
            /** @description The role's name for display */
            role_name: string;
            tenant: components["schemas"]["OrganisationSummary"];
            /** @description The bearer token. Shown only here */
            token: string;
            user: components["schemas"]["UserAnswer"];
        };
        /**
         * @description A new task. `call_id`: the call that it is about; the task takes over its caller, and the day on which the call
         *     is deleted. `person_id`: of the address book; the task takes over the first number. `contact_id`: with the
         *     permission `calls.read_all` alone.
         *
         *     `kind` callback: you promised to call back. `remind_at`: you, or whoever it is assigned to then, is notified.
         */
        NewTask: {
            assignee_id?: string | null;
            call_id?: string | null;
            checklist?: components["schemas"]["NewChecklistItem"][];
            contact_id?: string | null;
            due_at?: string | null;
            /** @enum {string} */
            kind?: "manual" | "callback";
            person_id?: string | null;
            /** @enum {string} */
            priority?: "low" | "normal" | "high" | "urgent";
            queue_id?: string | null;
            remind_at?: string | null;
            text?: string;
            title: string;
        };
        /** @description A new address. `name`: what it is for; `queue_id`: where its tasks go, null: to no queue. */
        NewTaskAddress: {
            name?: string;
            queue_id?: string | null;
        };
        /** @description A comment. `mentions`: users whom the text names, and who see the task; each is notified. */
        NewTaskComment: {
            mentions?: string[];
            text: string;
        };
        /** @description Which tasks, asked for as in a search, and how. `jsonl`: one JSON object in each line. */
        NewTaskExport: {
            assignee?: string | null;
            closed?: boolean | null;
            contact?: string | null;
            /** @enum {string} */
            format?: "csv" | "jsonl";
            kind?: ("voicemail" | "missed_call" | "callback_failed" | "request" | "manual" | "callback" | "recurring" | "email") | null;
            overdue?: boolean;
            person?: string | null;
            priority?: ("low" | "normal" | "high" | "urgent") | null;
            q?: string;
            queue?: string | null;
            series?: string | null;
            state?: ("open" | "in_progress" | "waiting" | "done" | "dropped") | null;
            unassigned?: boolean;
        };
        /**
         * @description A recurring task. `rule`: of RFC 5545, by days, weeks, months or years (`FREQ=WEEKLY;BYDAY=MO`). `starts`: the
         *     first time, in the organisation's time zone and without offset (`2026-11-30T09:00`): nine o'clock stays nine
         *     o'clock when the clocks change. `due_after_s`: seconds from when a task is made until it is due.
         */
        NewTaskSeries: {
            assignee_id?: string | null;
            checklist?: string[];
            due_after_s?: number;
            /** @enum {string} */
            priority?: "low" | "normal" | "high" | "urgent";
            queue_id?: string | null;
            rule: string;
            starts: string;
            text?: string;
            title: string;
        };
        /**
         * @description `abilities`: the token's scopes, names as in `GET /v1/permissions`.
         *
         *     `["*"]` is all that the user's role allows, except permissions that ask people for step-up: name those.
         */
        NewToken: {
            abilities: string[];
            expires_in_days?: number;
            name: string;
        };
        /**
         * @description How much may be called, by one user or by the organisation. `freeze_after`: this many refusals within ten minutes
         *     freeze a user's outgoing calls; 0: never.
         */
        NewTollFraudLimits: {
            calls_at_once: number;
            calls_per_minute: number;
            freeze_after: number;
            minutes_per_day: number;
        };
        /**
         * @description All rules for outgoing calls; prefixes that are left out are none.
         *
         *     `countries`: ISO 3166 codes. Prefixes: `+` and digits; the longest that matches decides before the country does, and
         *     a denied one wins a tie. `forwards_percent`: the share of the organisation's limits that calls may use which flows
         *     forward, or which reach agents on their mobile numbers; the rest is kept for agents' own calls.
         */
        NewTollFraudRules: {
            allowed_prefixes?: string[];
            countries: string[];
            denied_prefixes?: string[];
            forwards_percent?: number;
            longest_call_minutes?: number;
            organisation: components["schemas"]["NewTollFraudLimits"];
            user: components["schemas"]["NewTollFraudLimits"];
        };
        /** @description A new trunk. Fields that are left out have their defaults. */
        NewTrunk: {
            addresses?: string[];
            country?: string;
            enabled?: boolean;
            host?: string | null;
            /** @enum {string} */
            kind?: "ip" | "registration";
            name: string;
            order?: number;
            password?: string | null;
            port?: number | null;
            send_as_account?: boolean;
            srtp?: boolean;
            symmetric_rtp?: boolean;
            /** @enum {string} */
            transport?: "udp" | "tcp" | "tls";
            trust_identity?: boolean;
            username?: string | null;
        };
        /** @description A user with a password. `role`: a built-in role, or the id of a custom role. */
        NewUser: {
            email: string;
            name: string;
            password: string;
            role: string;
        };
        /**
         * @description A new webhook. `url`: an https address. `kinds`: of those that `GET /v1/webhooks/kinds` lists; each needs the
         *     permission that is named there.
         */
        NewWebhook: {
            country?: string;
            description?: string;
            enabled?: boolean;
            kinds: string[];
            url: string;
        };
        /** @description Something that the current user was notified of. */
        NotificationAnswer: {
            at: string;
            /** @description The colleague whom it came from; null: nobody, or deleted */
            by: components["schemas"]["NotifierRef"] | null;
            /** @description What happened, where the kind leaves it open, such as `new_device`; of `updates`, the version */
            event: string;
            id: string;
            kind: components["schemas"]["NotificationKind"];
            /** @description Where the app shows more: behind `#/`, or a path that begins with `/` */
            link: string;
            queue_id: string | null;
            /** @description Since when it is read, on any device; null: unread */
            read_at: string | null;
            task_id: string | null;
            /** @description The kind in words, in English */
            title: string;
        };
        /**
         * @description `app`: the notification centre; `push`: web push to a user's devices; `email`.
         * @enum {string}
         */
        NotificationChannel: "app" | "push" | "email";
        /** @description Whether one kind is wanted by one channel. */
        NotificationChoice: {
            channel: components["schemas"]["NotificationChannel"];
            kind: components["schemas"]["NotificationKind"];
            on: boolean;
        };
        /**
         * @description Stored, and part of the API: never renamed.
         * @enum {string}
         */
        NotificationKind: "incoming_call" | "missed_call" | "voicemail" | "task_assigned" | "task_due" | "task_mentioned" | "task_answered" | "callback_due" | "queue_alert" | "crm_trouble" | "privacy_duty" | "organisation" | "policy_change" | "security" | "updates" | "report";
        /** @description A page of notifications, the newest first. They are kept for 30 days, and 500 of a user at most. */
        NotificationPage: {
            items: components["schemas"]["NotificationAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
            /** @description How many are unread, on all pages */
            unread: number;
        };
        /** @description How the current user wants to be notified. */
        NotificationPreferencesAnswer: {
            email: string;
            /** @description false: this installation has no mail server */
            email_sends: boolean;
            email_trouble: components["schemas"]["EmailTrouble"] | null;
            kinds: components["schemas"]["KindPreference"][];
            /**
             * @description Of e-mails to the user
             * @enum {string}
             */
            language: "en" | "mn";
            /** @description HH:MM; null: no quiet hours */
            quiet_from: string | null;
            /** @description HH:MM; earlier than `quiet_from`: over midnight */
            quiet_until: string | null;
            /** @description In which quiet hours are: the organisation's */
            time_zone: string;
        };
        /** @description The colleague whom a notification came from. */
        NotifierRef: {
            id: string;
            name: string;
        };
        /** @description A phone number of the organisation, and what answers it: a queue or a flow. */
        NumberAnswer: {
            /** @description The flow that answers it; null: a queue does */
            flow_id: string | null;
            /** @description What is played before the queue: a sound's name or a prompt's id; null: nothing */
            greeting: string | null;
            id: string;
            label: string;
            /** @description E.164 */
            number: string;
            /** @description The queue that answers it; null: a flow does */
            queue_id: string | null;
            trunk_id: string;
            /** @description When a call to it first came in by its trunk; null: it cannot be shown yet */
            verified_at: string | null;
        };
        /**
         * @description What answers a number. Fields that are left out stay as they are. A `queue_id` removes the `flow_id`, and a
         *     `flow_id` the `queue_id`.
         *
         *     `greeting`: what is played before the queue: a built-in sound's name or a prompt's id; null: nothing.
         */
        NumberChange: {
            flow_id?: string | null;
            greeting?: string | null;
            label?: string;
            queue_id?: string | null;
            trunk_id?: string;
        };
        /** @description Whether a number may be called now. */
        NumberCheck: {
            allowed: boolean;
            /** @description Why it may not be called; null: it may */
            code: ("destination_denied" | "premium_denied" | "satellite_denied" | "too_many_calls" | "too_many_per_minute" | "minutes_used_up" | "frozen" | "not_a_number" | "emergency_number") | null;
            /** @description ISO 3166 code; null: of no country */
            country: string | null;
            /** @description What a call to it costs depends on this */
            kind: ("fixed" | "mobile" | "toll_free" | "premium" | "shared_cost" | "voip" | "personal" | "pager" | "uan" | "voicemail" | "satellite" | "test" | "unknown") | null;
            /** @description Seconds that the call could last; null: it may not be called */
            limit_s: number | null;
            /** @description E.164; null: it is no phone number */
            number: string | null;
            /** @description The same in words */
            text: string | null;
        };
        /** @description What goes with a number of a person who is erased. */
        NumberErasurePlan: {
            contact_id: string;
            /** @description How many calls a legal hold keeps; 1 where it keeps the number */
            held: number;
            label: string;
            /** @description E.164 */
            number: string;
            /** @description A call of it is in progress: erasure is refused until it is over */
            on_call: boolean;
            /** @description How many other people of the organisation have it: then it stays, with its calls */
            shared: number;
            /** @description Collection -> how many documents; none where it stays */
            would_delete: {
                [key: string]: number;
            };
        };
        /** @description A page of phone numbers, the oldest first. */
        NumberPage: {
            items: components["schemas"]["NumberAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description A test call to a number of the organisation. */
        NumberTestAnswer: {
            /** @description The name of the agent who answered */
            answered_by: string | null;
            ended_at: string | null;
            /** @description The queue that it came to */
            queue_id: string | null;
            /** @description Names of the agents whose phones rang, in order */
            rang: string[];
            started_at: string | null;
            /**
             * @description `passed`: all steps
             * @enum {string}
             */
            state: "never" | "running" | "passed" | "failed";
            /** @description In their order; empty if there was no test call */
            steps: components["schemas"]["NumberTestStep"][];
            /** @description Why the next step was not reached. `no_line`: the organisation's concurrent calls are used up; `no_queue`: the flow leads to no queue without a key; `closed`: outside the queue's opening hours; `outside`: the flow forwards to an outside number, which a test call does not dial; `trouble`: the server's log says more */
            trouble: ("asterisk_away" | "refused" | "no_line" | "not_answered" | "no_sound" | "no_queue" | "closed" | "nobody_available" | "not_rung" | "unanswered" | "nothing_heard" | "voicemail" | "outside" | "hung_up" | "trouble") | null;
        };
        /** @description A step of a test call. */
        NumberTestStep: {
            /**
             * @description `placed`: Call24 took the call; `greeted`: the caller hears something; `queued`: it waits in a queue; `rang`: an agent's phone rings; `answered`: an agent has it; `heard`: the caller hears the agent
             * @enum {string}
             */
            name: "placed" | "greeted" | "queued" | "rang" | "answered" | "heard";
            /** @description null: not yet, or never */
            reached_at: string | null;
        };
        /** @description A phone number: E.164, or as it is dialled in the organisation's country. */
        NumberToCheck: {
            number: string;
        };
        /** @description A number as people write it: with `+` and country code, or as it is dialled in the organisation's country. */
        NumberWritten: {
            label?: string;
            number: string;
        };
        /** @description An agent who was looked at for an offer, and the reason for or against. */
        OfferCandidate: {
            agent: components["schemas"]["UserRef"];
            chosen: boolean;
            /** @description The reason as a stable code, such as `idle_longest` or `no_skill` */
            code: string;
            /** @description Seconds; only of an agent who was free */
            idle_s: number | null;
            /** @description The reason in words */
            reason: string;
        };
        /** @description The offer is being ended. */
        OfferEnding: Record<string, never>;
        /** @description How many more agents of a large team were looked at, with the same reason. */
        OfferOthers: {
            code: string;
            count: number;
            reason: string;
        };
        /** @description Opening hours of queues and flows. */
        OpeningHours: {
            holidays: components["schemas"]["Holiday"][];
            id: string;
            name: string;
            /** @description When it opens next; null: it is open, or does not open within 400 days */
            next_open: string | null;
            /** @description Whether it is open now */
            open: boolean;
            /** @description An IANA time zone; null: the organisation's */
            timezone: string | null;
            weekly: components["schemas"]["WeeklyOpening"][];
        };
        /** @description A page of opening hours, by name. */
        OpeningHoursPage: {
            items: components["schemas"]["OpeningHours"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description From when to when it is open. `closes` at or before `opens` is on the next day; 24:00 ends the day. */
        OpeningSpan: {
            /** @description HH:MM, in the time zone of these hours */
            closes: string;
            /** @description HH:MM, in the time zone of these hours */
            opens: string;
        };
        /** @description From when to when it is open: HH:MM. `closes` at or before `opens` is on the next day; 24:00 ends the day. */
        OpeningSpanBody: {
            closes: string;
            opens: string;
        };
        /** @description An organisation and its settings. */
        Organisation: {
            id: string;
            /** @description Whether everybody needs a second factor */
            mfa_required: boolean;
            /** @description Whether agents see who listens to their calls */
            monitoring_visible: boolean;
            name: string;
            /** @description Days that call records are kept */
            record_days: number;
            /**
             * @description The most that any queue may record
             * @enum {string}
             */
            recording: "always" | "on_demand" | "never";
            /** @description Days that recordings are kept; null: as long as the call record */
            recording_days: number | null;
            /** @description Which law or contract asks for more days than the record's; null: they are not */
            recording_days_reason: string | null;
            /** @description The key by which a caller stops the recording of the call; null: none does */
            recording_stop_key: string | null;
            /** @description ISO 3166 code of the country whose national numbers are understood */
            region: string;
            /** @description Whether agents may have their mobile number called when none of their phones rings */
            ring_mobiles: boolean;
            /**
             * @description What becomes of what was recorded until the caller stopped it
             * @enum {string}
             */
            stopped_recording: "delete" | "keep";
            /** @description An IANA time zone */
            timezone: string;
        };
        /**
         * @description Settings of the organisation. Fields that are left out stay as they are.
         *
         *     `recording`: the most that any queue may record. `always` leaves it to the queues, `on_demand` records only what
         *     agents ask for, `never` nothing. `monitoring_visible`: agents see who listens to their calls. `ring_mobiles`: agents
         *     may have their own mobile number called over your trunks when a queue's call rings none of their phones.
         *     `record_days`: as it is; `PUT /v1/organisation/record-days` changes it. `recording_days`: of recordings, also of
         *     those that are kept already; null: as long as the call record. More days than the record's need
         *     `recording_days_reason`, the law or contract that asks for them; then a reduced record stays with the recording.
         *     `recording_stop_key`: 0, 2 to 9 or `*`:
         *     a caller who presses it in the call stops its recording for good; null: no key does. A menu's own keys come first.
         *     `stopped_recording`: what was recorded until then is deleted at once, or kept like every recording. Both hold for
         *     calls that begin from now on. `mfa_required`: everybody needs a second factor; users without one can only set one
         *     up.
         */
        OrganisationChange: {
            mfa_required?: boolean;
            monitoring_visible?: boolean;
            name?: string;
            record_days?: number;
            /** @enum {string} */
            recording?: "always" | "on_demand" | "never";
            recording_days?: number | null;
            recording_days_reason?: string | null;
            recording_stop_key?: string | null;
            region?: string;
            ring_mobiles?: boolean;
            /** @enum {string} */
            stopped_recording?: "delete" | "keep";
            timezone?: string;
        };
        /** @description Whether the organisation is being closed. */
        OrganisationClosing: {
            /** @description When an owner closed it; null: nobody did */
            asked_at: string | null;
            /** @description The owner's id, for who may close it; else null */
            asked_by: string | null;
            /** @description What keeps the deletion from beginning in time; null: nothing */
            delayed_by: ("clock" | "legal_hold") | null;
            /** @description When everything is deleted, unless an owner keeps it */
            ends_at: string | null;
            /** @description The id that the receipt of the deletion will have; null: nobody closed it */
            receipt_id: string | null;
        };
        /** @description What the organisation's outgoing calls used today. */
        OrganisationOutboundUsage: {
            calls_now: number;
            /** @description Seconds left today */
            left_s: number;
            /** @description Seconds used, and reserved for calls that go on */
            taken_s: number;
        };
        /** @description How long the organisation keeps what, and whether what is due is deleted. */
        OrganisationRetention: {
            /** @description The time by which data was last deleted; null: none was agreed on yet */
            agreed_at: string | null;
            /** @description time_disputed: sources of time disagree, and nothing is deleted; overdue: `overdue` is not empty. Empty where all is well */
            alarms: ("time_disputed" | "overdue")[];
            /** @description The notice of the first deletion; null: none yet */
            announced: components["schemas"]["FirstDeletion"] | null;
            /** @description Call records that reach their day within 24 hours */
            due_soon: number;
            /** @description Collection -> documents that legal holds keep beyond their day */
            held: {
                [key: string]: number;
            };
            /** @description What is kept of callers, as the privacy policy says */
            kept: components["schemas"]["KeptData"][];
            /** @description When the oldest call arrived; null: there is none */
            oldest_call_at: string | null;
            /** @description Collection -> documents that should have gone a day ago */
            overdue: {
                [key: string]: number;
            };
            /** @description Queues with days of their own */
            queues: components["schemas"]["QueueRetention"][];
            /** @description Days that call records are kept */
            record_days: number;
            /**
             * @description The most that any queue may record
             * @enum {string}
             */
            recording: "always" | "on_demand" | "never";
            /** @description Days that recordings are kept; null: as their record */
            recording_days: number | null;
            /** @description Which law or contract asks for more days than the record's; null: they are not */
            recording_days_reason: string | null;
            /** @description Open legal holds whose review is due */
            reviews_due: number;
        };
        /** @description The organisation that a user belongs to. */
        OrganisationSummary: {
            id: string;
            name: string;
            /** @description ISO 3166-1 alpha-2; numbers without a country code belong to it */
            region: string;
            /** @description IANA name, such as `Europe/London` */
            timezone: string;
        };
        /** @description Outgoing calls are frozen until somebody lifts it. */
        OutboundFreeze: {
            /**
             * @description denials: refused repeatedly; minutes: the day's are used up
             * @enum {string}
             */
            reason: "denials" | "minutes";
            since: string;
            /** @description null: all of the organisation */
            user_id: string | null;
        };
        /** @description What outgoing calls used today, in the organisation's time zone. */
        OutboundUsage: {
            organisation: components["schemas"]["OrganisationOutboundUsage"];
            users: components["schemas"]["UserOutboundUsage"][];
        };
        /**
         * @description Exactly one per call, the first that is true. ``open`` only while it goes on.
         *
         *     From a customer: answered: an agent talked to it. forwarded: an outside party did, and no agent. callback: it chose
         *     to be called back. voicemail: a message was begun. turned_away: the organisation's settings ended the call (a flow's
         *     or a queue's hang-up). abandoned: it left while it waited for somebody, or was rung for. abandoned_in_menu: it left
         *     and had not waited for anybody yet. failed: the system ended it.
         *     To a customer, or internal: answered: the other end did. cancelled: the agent gave up, or its own phone did not
         *     answer. busy: also declined. no_answer. failed: the network could not do it.
         *     Of a callback: answered: the customer talked to an agent. cancelled: taken off the list, or the customer was
         *     reached otherwise. not_reached: all attempts were in vain. expired: its time was up. failed.
         * @enum {string}
         */
        Outcome: "open" | "answered" | "forwarded" | "callback" | "voicemail" | "turned_away" | "abandoned" | "abandoned_in_menu" | "cancelled" | "busy" | "no_answer" | "not_reached" | "expired" | "failed";
        /** @description A privacy request of the current user. */
        OwnPrivacyRequest: {
            /** @description Why it was refused, or how it was answered; empty: not yet */
            answer: string;
            due_at: string;
            /** @description Why it takes longer; empty: it does not */
            extension: string;
            id: string;
            /** @enum {string} */
            kind: "access" | "correction" | "deletion" | "objection" | "portability" | "restriction" | "withdrawal" | "complaint";
            received_at: string;
            settled_at: string | null;
            /** @enum {string} */
            state: "received" | "identity" | "working" | "waiting" | "restricted" | "lifting" | "done" | "refused";
        };
        /** @description A page of the current user's privacy requests, the next due first. */
        OwnPrivacyRequestPage: {
            items: components["schemas"]["OwnPrivacyRequest"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description A kind of key that is accepted. */
        PasskeyAlgorithm: {
            /** @description COSE algorithm identifier, such as -7 (ES256) */
            alg: number;
            /** @constant */
            type: "public-key";
        };
        /** @description A passkey of a user. */
        PasskeyAnswer: {
            created_at: string;
            id: string;
            /** @description Null if it was never used */
            last_used_at: string | null;
            name: string;
            /** @description It may have been copied, so it no longer works */
            suspect: boolean;
            /** @description The device copies it to the user's other devices */
            synced: boolean;
        };
        /** @description WebAuthn's PublicKeyCredentialCreationOptionsJSON: pass it to `parseCreationOptionsFromJSON`. */
        PasskeyCreationOptions: {
            /** @constant */
            attestation: "none";
            authenticatorSelection: components["schemas"]["AuthenticatorSelection"];
            /** @description base64url */
            challenge: string;
            excludeCredentials: components["schemas"]["PasskeyDescriptor"][];
            pubKeyCredParams: components["schemas"]["PasskeyAlgorithm"][];
            rp: components["schemas"]["RelyingParty"];
            /** @description Milliseconds */
            timeout: number;
            user: components["schemas"]["PasskeyUser"];
        };
        /**
         * @description What the browser answered.
         *
         *     `credential`: `PublicKeyCredential.toJSON()` as JSON text; `challenge`: as answered with the options.
         */
        PasskeyCredential: {
            challenge: string;
            credential: string;
        };
        /** @description A passkey that there is already. */
        PasskeyDescriptor: {
            /** @description base64url */
            id: string;
            /** @description Missing if the device did not say how it is reached */
            transports?: string[];
            /** @constant */
            type: "public-key";
        };
        /** @description The passkey's new name. */
        PasskeyName: {
            name: string;
        };
        /** @description What a browser needs to make a passkey. */
        PasskeyRegistration: {
            /** @description Send it back with the credential */
            challenge: string;
            options: components["schemas"]["PasskeyCreationOptions"];
        };
        /** @description What a browser needs to use a passkey. */
        PasskeyRequest: {
            /** @description Send it back with the credential */
            challenge: string;
            options: components["schemas"]["PasskeyRequestOptions"];
        };
        /** @description WebAuthn's PublicKeyCredentialRequestOptionsJSON: pass it to `parseRequestOptionsFromJSON`. */
        PasskeyRequestOptions: {
            /** @description Empty when signing in: the device offers what it has */
            allowCredentials: components["schemas"]["PasskeyDescriptor"][];
            /** @description base64url */
            challenge: string;
            /** @description Host name */
            rpId: string;
            /** @description Milliseconds */
            timeout: number;
            /** @constant */
            userVerification: "required";
        };
        /** @description What the browser answered, and the device to sign in. `device_name`: shown in the list of sessions. */
        PasskeySignIn: {
            challenge: string;
            credential: string;
            device?: components["schemas"]["DeviceReport"] | null;
            device_name: string;
        };
        /** @description The user that a passkey is made for. */
        PasskeyUser: {
            displayName: string;
            /** @description base64url */
            id: string;
            name: string;
        };
        /** @description `keep_tokens`: false also revokes the user's API tokens. */
        PasswordChange: {
            current_password: string;
            keep_tokens?: boolean;
            password: string;
        };
        /** @description The account's e-mail address. */
        PasswordResetRequest: {
            email: string;
        };
        /** @description A reason that agents can give for a pause. */
        PauseReasonAnswer: {
            /** @description false: retired; kept for its name in what is past */
            active: boolean;
            id: string;
            /** @description Seconds that such a pause may last; null: no limit */
            limit_s: number | null;
            name: string;
            /** @description The place among the others */
            order: number;
        };
        /**
         * @description A pause reason. Fields that are left out stay as they are. `limit_s` null: no limit. `active` true brings a
         *     retired one back.
         */
        PauseReasonChange: {
            active?: boolean | null;
            limit_s?: number | null;
            name?: string | null;
            order?: number | null;
        };
        /** @description A page of pause reasons, in their order. */
        PauseReasonPage: {
            items: components["schemas"]["PauseReasonAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description An export of people to a file. */
        PeopleExportAnswer: {
            created_at: string;
            /** @description When the file is deleted */
            delete_at: string;
            /** @enum {string} */
            format: "csv" | "vcard3" | "vcard4";
            id: string;
            /** @description Null until they are counted */
            people: number | null;
            people_done: number;
            /** @description From 0 to 100 */
            percent: number;
            pictures: boolean;
            q: string;
            /** @enum {string} */
            state: "running" | "done" | "failed" | "cancelled";
            tag: string;
            /** @description Why it failed, in words */
            trouble: string | null;
        };
        /** @description One page of exports of people, newest first. */
        PeopleExportPage: {
            items: components["schemas"]["PeopleExportAnswer"][];
            /** @description The `cursor` of the next page. Null on the last page */
            next: string | null;
        };
        /** @description A permission that roles and API tokens can have. */
        PermissionAnswer: {
            /** @description What it allows */
            help: string;
            name: string;
            /** @description Who asks has it */
            yours: boolean;
        };
        /** @description All permissions. */
        PermissionList: {
            items: components["schemas"]["PermissionAnswer"][];
        };
        /** @description A postal address of a person, in lines. */
        PersonAddressAnswer: {
            label: string;
            text: string;
        };
        /** @description A person of the address book. */
        PersonAnswer: {
            addresses: components["schemas"]["PersonAddressAnswer"][];
            company: string;
            created_at: string;
            /** @description The user who wrote it down */
            created_by: string | null;
            emails: components["schemas"]["PersonEmailAnswer"][];
            family: string;
            fields: components["schemas"]["CustomFieldAnswer"][];
            given: string;
            id: string;
            /** @description As it is shown: the names in their order; without any, the company */
            name: string;
            notes: string;
            numbers: components["schemas"]["PersonNumberAnswer"][];
            /**
             * @description patronymic_first: as Mongolian names are written
             * @enum {string}
             */
            order: "given_first" | "family_first" | "patronymic_first";
            patronymic: string;
            /** @description How the name is spoken */
            phonetic: string;
            /** @description Which picture it is: another one has another id. Read it at `/v1/people/{id}/picture` */
            picture: string | null;
            /** @description You alone see it */
            private: boolean;
            /** @description The person's data is kept and not used (GDPR, article 18): all else is empty */
            restricted: boolean;
            tags: string[];
            updated_at: string;
            /** @description Counts the changes */
            version: number;
        };
        /**
         * @description A change of a person. Fields that are left out stay as they are; lists are replaced whole.
         *
         *     `version`: the one that you read; where it is no longer the current one, the answer is 409 `person_changed`.
         */
        PersonChange: {
            addresses?: components["schemas"]["AddressWritten"][];
            company?: string;
            emails?: components["schemas"]["EmailWritten"][];
            family?: string;
            fields?: components["schemas"]["FieldWritten"][];
            given?: string;
            notes?: string;
            numbers?: components["schemas"]["NumberWritten"][];
            /** @enum {string} */
            order?: "given_first" | "family_first" | "patronymic_first";
            patronymic?: string;
            phonetic?: string;
            tags?: string[];
            version?: number | null;
        };
        /** @description An e-mail address of a person. */
        PersonEmailAnswer: {
            address: string;
            label: string;
        };
        /** @description A person who was erased from the address book, with the numbers that were theirs alone. */
        PersonErased: {
            /** @description Kind -> how many were deleted */
            deleted: {
                [key: string]: number;
            };
            /** @description How much a legal hold, or a call that has just begun, keeps for now */
            held: number;
            /** @description What processors are asked of each number; their answers follow under /v1/erasure-notices */
            notices: components["schemas"]["ErasureNoticeAnswer"][];
            /** @description The id that the person had */
            person_id: string;
            /** @description The signed receipt of the whole; null while something is held */
            receipt: components["schemas"]["ErasureReceiptAnswer"] | null;
        };
        /** @description What the erasure of a person of the address book would delete. */
        PersonErasurePlan: {
            held: number;
            numbers: components["schemas"]["NumberErasurePlan"][];
            on_call: boolean;
            /** @description Whom the erasure of each number will be passed on to, as it is set up now */
            passed_on: components["schemas"]["ErasurePassedOn"][];
            person_id: string;
            /** @description The same of all numbers, and the entry itself */
            would_delete: {
                [key: string]: number;
            };
        };
        /** @description Why the person is erased, and the contacts of the numbers that the plan said would go with them. */
        PersonErasureWish: {
            contact_ids: string[];
            /** @enum {string} */
            reason: "asked" | "consent_withdrawn" | "objected" | "other";
        };
        /** @description A number of a person. */
        PersonNumberAnswer: {
            /** @description The contact that calls of this number name */
            contact_id: string;
            /** @description What kind of number, in the organisation's words */
            label: string;
            /** @description E.164 */
            number: string;
            /** @description As somebody wrote it */
            typed: string;
        };
        /** @description A page of the address book, by name. */
        PersonPage: {
            items: components["schemas"]["PersonAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description What to search for. */
        PersonSearch: {
            /** @description The `next` of the page before */
            cursor?: string | null;
            limit?: number;
            /** @description Parts of names, of the company or of a number */
            q: string;
        };
        /** @description What the phone of a signed-in device registers with. All of it is for this device only. */
        PhoneCredentials: {
            /** @description Its SIP address of record */
            aor: string;
            device_id: string;
            /** @description For SIP digest authentication. Changes when the device signs in again */
            password: string;
            username: string;
            /** @description SIP over secure WebSocket (RFC 7118) */
            ws_url: string;
        };
        /** @description People whom the user took from a phone. */
        PhoneUploadAnswer: {
            counts: components["schemas"]["ImportCounts"];
            created_at: string;
            /** @description When it is forgotten, and cannot be deleted as one any more */
            delete_at: string;
            ended_at: string | null;
            id: string;
            /**
             * @description What is done with people who are there already
             * @enum {string}
             */
            known: "skip" | "update" | "create";
            /** @description Of them, those who are there already, when they were checked */
            matching: number;
            /** @description How many were chosen. Null until they were checked */
            people: number | null;
            /** @description They are private entries of the user, else the organisation's */
            private: boolean;
            /**
             * @description Why it failed or was stopped, else empty. `address_book_file_unreadable`: the file is no CSV or vCard file, or broken; `address_book_file_too_long`: more than 100,000 people; `caller_erased`: somebody who may be in it was erased meanwhile: send it again; `import_interrupted`: try again
             * @enum {string}
             */
            problem: "" | "address_book_file_unreadable" | "address_book_file_too_long" | "caller_erased" | "import_interrupted";
            /**
             * @description `checking`: they are read, nothing is stored; `ready`: see its preview and start it; `stopped`: what was written by then is there
             * @enum {string}
             */
            state: "checking" | "ready" | "running" | "done" | "stopped" | "undoing" | "undone" | "failed";
            /** @description Why it failed, in words */
            trouble: string | null;
        };
        /** @description One page of what the user took from phones, newest first. */
        PhoneUploadPage: {
            items: components["schemas"]["PhoneUploadAnswer"][];
            /** @description The `cursor` of the next page. Null on the last page */
            next: string | null;
        };
        /**
         * @description As the customer lives through it.
         *
         *     menu: prompts and menus, also the announcement that the call is recorded and the last prompt: the wait, and with it
         *     the service level, begins when the caller joins the queue.
         *     wait: nobody is rung; of a callback, without a phone at the ear.
         *     ring: an agent is rung, or an outside number; of a call that an agent makes, all until the other end answers.
         *     talk: with an agent, in a conference too; of an internal call, the two agents'.
         *     hold: put aside with music, also while the agent consults somebody.
         *     outside: with an outside party and no agent.
         *
         *     Source: talk, hold and ring as in the Asterisk queue log (CONNECT, COMPLETE*).
         * @enum {string}
         */
        Piece: "menu" | "wait" | "ring" | "talk" | "hold" | "outside" | "voicemail";
        /** @description A call that is being placed. */
        PlacedCall: {
            id: string;
        };
        /** @description One time that somebody played a recording. */
        PlaybackAnswer: {
            /** @description The IP address that it was played from */
            address: string;
            at: string;
            call_id: string;
            id: string;
            /** @description The latest request of this playback */
            last_at: string;
            range: components["schemas"]["PlaybackRange"];
            user: components["schemas"]["PlaybackUser"];
        };
        /** @description Who played a recording, newest first, 200 at most. */
        PlaybackList: {
            items: components["schemas"]["PlaybackAnswer"][];
        };
        /** @description The bytes of the file that were asked for, both ends included. */
        PlaybackRange: {
            first: number;
            last: number;
        };
        /** @description Who played a recording. */
        PlaybackUser: {
            id: string;
            name: string;
        };
        /** @description That a user accepted a version. */
        PolicyAcceptanceAnswer: {
            at: string;
            /** @description SHA-256 of the text and the tables that were accepted */
            hash: string;
            id: string;
            language: string;
            version: string;
        };
        /** @description A part of a version's text. A table is a header and its rows, one after the other. */
        PolicyBlock: {
            /** @description Of a table's header and row: its cells; else one text */
            cells: string[];
            /** @enum {string} */
            kind: "title" | "heading" | "paragraph" | "item" | "header" | "row";
        };
        /**
         * @description What the organisation states in its policy. Fields that are left out stay; an empty one is taken back.
         *
         *     All of it is published.
         */
        PolicyChange: {
            authority?: string;
            contact?: string;
            controller?: string;
            data_region?: string;
            officer?: string;
            postal_address?: string;
        };
        /** @description What the organisation states in its privacy policy. Empty: not stated yet, and the policy says so. */
        PolicyStatements: {
            /** @description Path of the public page; it stays the same */
            address: string;
            /** @description The supervisory authority for complaints */
            authority: string;
            /** @description An e-mail address, an https address or a phone number */
            contact: string;
            /** @description Legal name; empty: the organisation's name */
            controller: string;
            /** @description ISO 3166 code of the country where the data is kept */
            data_region: string;
            /** @description The data protection officer */
            officer: string;
            postal_address: string;
        };
        /** @description A version of the policy. */
        PolicyVersion: {
            /** @description Path of the public page */
            address: string;
            /** @description The day from which it applies */
            effective: string;
            /** @description SHA-256 of its text and its tables */
            hash: string;
            /** @description Whether users are asked to accept it */
            material: boolean;
            /** @description The day of its last change */
            version: string;
        };
        /**
         * @description How the current user wants to be notified. It replaces what was chosen before.
         *
         *     `choices`: what is wanted by which channel; what is left out is at its default. `quiet_from`,
         *     `quiet_until`: both, or neither. `in_quiet_hours`: the kinds that are told in quiet hours too; null: those that are
         *     urgent.
         */
        PreferencesChange: {
            choices: components["schemas"]["NotificationChoice"][];
            in_quiet_hours?: components["schemas"]["NotificationKind"][] | null;
            /** @enum {string} */
            language?: "en" | "mn";
            quiet_from?: string | null;
            quiet_until?: string | null;
        };
        /** @description What a file would become: the first 20 rows, and the first 100 problems. */
        PreviewAnswer: {
            /** @description Empty for a vCard file */
            columns: components["schemas"]["PreviewColumnAnswer"][];
            left_out: components["schemas"]["LeftOutAnswer"][];
            problems: components["schemas"]["RowProblemAnswer"][];
            reading: components["schemas"]["ReadingAnswer"];
            rows: components["schemas"]["PreviewRowAnswer"][];
        };
        /** @description A column of a CSV file, and what it is taken for. */
        PreviewColumnAnswer: {
            /** @description What the first rows have there */
            first: string[];
            /** @description Columns of one address, or of a value and its label, have the same one */
            group: number;
            /** @description Empty where the file has none */
            heading: string;
            /** @description The kind of number, address or e-mail; of own fields, their name */
            label: string;
            /** @enum {string} */
            to: "skip" | "name" | "given" | "family" | "patronymic" | "phonetic" | "order" | "company" | "number" | "email" | "address" | "street" | "city" | "region" | "postal_code" | "country" | "label" | "tags" | "notes" | "field";
        };
        /** @description An own field of a person. */
        PreviewFieldAnswer: {
            name: string;
            value: string;
        };
        /** @description A row as the person that it would become. */
        PreviewRowAnswer: {
            addresses: string[];
            company: string;
            emails: string[];
            fields: components["schemas"]["PreviewFieldAnswer"][];
            /** @description The person is in the address book already */
            known: boolean;
            /** @description As it would be shown */
            name: string;
            notes: string;
            /** @description E.164 */
            numbers: string[];
            problems: components["schemas"]["RowProblemAnswer"][];
            row: number;
            tags: string[];
        };
        /** @description What somebody asks under their rights over their data, and what became of it. */
        PrivacyRequestAnswer: {
            contact_id: string | null;
            due_at: string;
            extended_at: string | null;
            /** @description The reason that the person is told; empty: not extended */
            extension: string;
            id: string;
            /**
             * @description How the person was recognised: signed in to the account, by a code spoken in a call to the number, or by a document; none: not yet
             * @enum {string}
             */
            identity: "none" | "account" | "code" | "document";
            /** @description The officer who checked; null: Call24 did, or nobody */
            identity_by: components["schemas"]["UserRef"] | null;
            /** @enum {string} */
            kind: "access" | "correction" | "deletion" | "objection" | "portability" | "restriction" | "withdrawal" | "complaint";
            /** @description Of the contact or user; null: unknown, or deleted */
            name: string | null;
            /** @description The contact's number */
            number: string | null;
            /** @description Open, and `due_at` is past */
            overdue: boolean;
            received_at: string;
            settled_at: string | null;
            /**
             * @description How it came; page: the public page for callers
             * @enum {string}
             */
            source: "app" | "page" | "phone" | "letter";
            /** @enum {string} */
            state: "received" | "identity" | "working" | "waiting" | "restricted" | "lifting" | "done" | "refused";
            /** @description The steps that are possible now */
            steps: ("ask_identity" | "confirm_identity" | "start" | "wait" | "finish" | "correct" | "restrict" | "tell_lifting" | "lift" | "refuse" | "extend" | "note" | "name_subject")[];
            /**
             * @description unknown: not found yet
             * @enum {string}
             */
            subject: "contact" | "user" | "unknown";
            user_id: string | null;
            /** @description Counts the changes */
            version: number;
        };
        /** @description Until when requests are answered, in days. */
        PrivacyRequestDeadlines: {
            /** @description From the day on which the request came in */
            answer_days: number;
            /** @description By so many more it can be extended, once */
            extension_days: number;
        };
        /** @description Fields that are left out stay. Requests that are open keep their deadline. */
        PrivacyRequestDeadlinesChange: {
            answer_days?: number | null;
            extension_days?: number | null;
        };
        /** @description A line of the history of a privacy request. */
        PrivacyRequestEntry: {
            at: string;
            /** @description null: the person who asks, or Call24 itself */
            by: components["schemas"]["UserRef"] | null;
            /** @description What `correct` changed, in the history of the person's data */
            correction_id: string | null;
            /** @enum {string} */
            kind: "received" | "ask_identity" | "confirm_identity" | "start" | "wait" | "finish" | "correct" | "restrict" | "tell_lifting" | "lift" | "refuse" | "extend" | "note" | "name_subject" | "warned_soon" | "warned_late";
            /** @description Empty where nothing was noted */
            note: string;
            /**
             * @description What the request was in afterwards
             * @enum {string}
             */
            state: "received" | "identity" | "working" | "waiting" | "restricted" | "lifting" | "done" | "refused";
        };
        /** @description A page of privacy requests, the next due first. */
        PrivacyRequestPage: {
            items: components["schemas"]["PrivacyRequestAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /**
         * @description The next step. `note` is a reason that the person is told with `refuse` and `extend`, and how it was answered
         *     with `finish` and `correct`.
         *
         *     `correct` changes the person's data and answers the request at once: of a contact the name, of a person of the
         *     address book (`person_id`) a name, the company, numbers, e-mail addresses or addresses, of a user the name or the
         *     phone number. It is added to the history of their data, and those who received the data are told.
         *
         *     `restrict` has the data of the contact kept and not used from now on, for the `ground`; the person is told the note.
         *     It is lifted by `tell_lifting`, when the person was told, and then `lift`.
         */
        PrivacyRequestStep: {
            /** @description With `name_subject` */
            contact_id?: string | null;
            /**
             * @description With `correct`: what is changed
             * @enum {string}
             */
            field?: "name" | "phone" | "email" | "given" | "family" | "patronymic" | "phonetic" | "company" | "numbers" | "emails" | "addresses";
            /** @description With `restrict`, why (GDPR, article 18(1)): the data may be wrong; its use was `unlawful`; the person needs it for `legal_claims`; or they objected and it is not decided yet */
            ground?: ("accuracy" | "unlawful" | "legal_claims" | "objection") | null;
            /**
             * @description With `confirm_identity`: how the person was recognised
             * @enum {string}
             */
            identity?: "none" | "account" | "code" | "document";
            note?: string;
            /** @description The person of the address book who asks. With `restrict`: the entry, and the numbers that are theirs alone, are restricted too; with `correct`: the entry is corrected */
            person_id?: string | null;
            /** @enum {string} */
            step: "ask_identity" | "confirm_identity" | "start" | "wait" | "finish" | "correct" | "restrict" | "tell_lifting" | "lift" | "refuse" | "extend" | "note" | "name_subject";
            /** @description With `name_subject` */
            user_id?: string | null;
            /** @description With `correct`: what is right; empty: none. Of numbers, e-mails and addresses all that are right, a line each */
            value?: string;
            /** @description Of the request that you have seen */
            version: number;
        };
        /** @description A privacy request with all that happened to it, the oldest first. */
        PrivacyRequestWithHistory: {
            contact_id: string | null;
            due_at: string;
            extended_at: string | null;
            /** @description The reason that the person is told; empty: not extended */
            extension: string;
            history: components["schemas"]["PrivacyRequestEntry"][];
            id: string;
            /**
             * @description How the person was recognised: signed in to the account, by a code spoken in a call to the number, or by a document; none: not yet
             * @enum {string}
             */
            identity: "none" | "account" | "code" | "document";
            /** @description The officer who checked; null: Call24 did, or nobody */
            identity_by: components["schemas"]["UserRef"] | null;
            /** @enum {string} */
            kind: "access" | "correction" | "deletion" | "objection" | "portability" | "restriction" | "withdrawal" | "complaint";
            /** @description Of the contact or user; null: unknown, or deleted */
            name: string | null;
            /** @description The contact's number */
            number: string | null;
            /** @description Open, and `due_at` is past */
            overdue: boolean;
            received_at: string;
            settled_at: string | null;
            /**
             * @description How it came; page: the public page for callers
             * @enum {string}
             */
            source: "app" | "page" | "phone" | "letter";
            /** @enum {string} */
            state: "received" | "identity" | "working" | "waiting" | "restricted" | "lifting" | "done" | "refused";
            /** @description The steps that are possible now */
            steps: ("ask_identity" | "confirm_identity" | "start" | "wait" | "finish" | "correct" | "restrict" | "tell_lifting" | "lift" | "refuse" | "extend" | "note" | "name_subject")[];
            /**
             * @description unknown: not found yet
             * @enum {string}
             */
            subject: "contact" | "user" | "unknown";
            user_id: string | null;
            /** @description Counts the changes */
            version: number;
        };
        /** @description Data of one category of persons, kind and legal basis. */
        ProcessedData: {
            /** @description The legal basis that Call24 assumes; the organisation decides */
            basis: string;
            /** @description What kind of data, named after fideslang */
            category: string;
            /** @description How it ends, in words */
            erased: string[];
            /** @description How long, in words */
            kept: string[];
            /** @description Whose data: `caller`, anybody who calls or is called; or `user` */
            persons: string;
            /** @description What it is processed for */
            purposes: string[];
            /** @description Who outside of the installation is given it */
            recipients: string[];
            /** @description Collections, files, and other places that have it */
            where: string[];
        };
        /** @description The record of processing activities of an organisation (GDPR, article 30). */
        ProcessingRecord: {
            activities: components["schemas"]["Activity"][];
            /** @description As the privacy policy states it; empty: not stated */
            contact: string;
            /** @description The name in the privacy policy, or the organisation's */
            controller: string;
            /** @description ISO 3166 code of the country that keeps the data; empty: not stated */
            data_region: string;
            made_at: string;
            /** @description Technical and organisational security measures */
            measures: string[];
            /** @description What article 30 asks for and the organisation does not state */
            missing: string[];
            /** @description The data protection officer; empty: not stated */
            officer: string;
            /** @description As the privacy policy states it; empty: not stated */
            postal_address: string;
            /** @description Days that call records are kept */
            record_days: number;
            /**
             * @description The most that any queue may record
             * @enum {string}
             */
            recording: "always" | "on_demand" | "never";
            /** @description Of data to other regions: to whom, and what protects it there */
            transfers: string[];
        };
        /** @description Software outside of Call24 that gets personal data of the organisation. */
        ProcessorAnswer: {
            /** @description Whom to ask at the processor; empty: not stated */
            contact: string;
            /** @description ISO 3166 code of where it is; empty: not stated */
            country: string;
            created_at: string;
            created_by: string;
            /** @description Which data it gets, in words */
            data: string;
            /** @description Whose data it gets */
            gets: ("caller" | "user")[];
            id: string;
            name: string;
            /** @description Until when requests are signed with the former secret too */
            old_secret_until: string | null;
            /** @description When the current secret was made */
            secret_at: string;
            /** @description The https address that is asked to erase a person's data */
            url: string;
        };
        /**
         * @description Settings of a processor. Fields that are left out stay as they are.
         *
         *     `gets`: whose data it gets: of whom it is asked to erase. `data`: which, in words. `contact`: whom to ask at the
         *     processor. `country`: ISO 3166 code of where it is, which an organisation must state that states where its data is.
         */
        ProcessorChange: {
            contact?: string;
            country?: string;
            data?: string;
            gets?: ("caller" | "user")[];
            name?: string;
            url?: string;
        };
        /** @description A page of processors, the oldest first. */
        ProcessorPage: {
            items: components["schemas"]["ProcessorAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description A processor with its secret, which is shown only in this answer. */
        ProcessorWithSecret: {
            /** @description Whom to ask at the processor; empty: not stated */
            contact: string;
            /** @description ISO 3166 code of where it is; empty: not stated */
            country: string;
            created_at: string;
            created_by: string;
            /** @description Which data it gets, in words */
            data: string;
            /** @description Whose data it gets */
            gets: ("caller" | "user")[];
            id: string;
            name: string;
            /** @description Until when requests are signed with the former secret too */
            old_secret_until: string | null;
            /** @description Signs each request: whsec_ and base64 */
            secret: string;
            /** @description When the current secret was made */
            secret_at: string;
            /** @description The https address that is asked to erase a person's data */
            url: string;
        };
        /**
         * @description The fields to change; the others stay.
         *
         *     `phone`: E.164, or as dialled in the organisation's country; empty for none.
         */
        ProfileChange: {
            name?: string;
            phone?: string;
        };
        /** @description A sound that callers hear. */
        Prompt: {
            created_at: string;
            /** @description How much louder than the uploaded file, in dB */
            gain_db: number;
            id: string;
            /** @description As it is played: dBFS, RMS */
            loudness_db: number;
            name: string;
            /** @description The same in words; null: the volume changed by less than 3 dB */
            note: string | null;
            /** @description How long it plays */
            seconds: number;
            /**
             * @description spoken: generated from text
             * @enum {string}
             */
            source: "uploaded" | "spoken";
            /** @description What was spoken; null: it was uploaded */
            text: string | null;
            /** @description The voice of espeak-ng; null: it was uploaded */
            voice: string | null;
        };
        /** @description A page of the organisation's prompts, by name. */
        PromptPage: {
            /** @description Names of the sounds that every organisation has */
            built_in: string[];
            items: components["schemas"]["Prompt"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /**
         * @description The identity provider's settings, all of them.
         *
         *     `client_secret`: leave it out to keep the stored one; only for the same issuer and client. `domains`: e-mail domains
         *     whose users may sign in this way. `makes_users`: who has no account gets one, with `role`. `required`: only the
         *     owner may still sign in with a password. `country`: ISO 3166 code of where the provider is; an organisation that
         *     states where its data is kept must state it.
         */
        ProviderChange: {
            client_id: string;
            client_secret?: string | null;
            country?: string;
            domains?: string[];
            enabled?: boolean;
            issuer: string;
            makes_users?: boolean;
            required?: boolean;
            role?: string;
            short_name: string;
        };
        /** @description Whether the user's account is linked to the organisation's identity provider. */
        ProviderLink: {
            /** @description The account is linked to it */
            bound: boolean;
            /** @description The organisation has an identity provider */
            offered: boolean;
        };
        /**
         * @description Which organisation to sign in to.
         *
         *     `organisation`: its short name, or an e-mail address in one of its domains.
         */
        ProviderLookup: {
            organisation: string;
        };
        /** @description Where to send the browser so that its user signs in at the identity provider. */
        ProviderRedirect: {
            /** @description Keep it in this browser, and send it when the browser is back */
            browser: string;
            url: string;
        };
        /**
         * @description What the browser came back with.
         *
         *     `state`, `code` and `iss`: from the URL that the provider redirected to; `browser`: as answered at the beginning.
         */
        ProviderReturn: {
            browser: string;
            code: string;
            iss?: string | null;
            state: string;
        };
        /** @description An organisation's identity provider (OpenID Connect). The client secret is never answered. */
        ProviderSettings: {
            client_id: string;
            /** @description ISO 3166 code of where the provider is; empty: not stated */
            country: string;
            /** @description E-mail domains whose users may sign in this way */
            domains: string[];
            enabled: boolean;
            /** @description Those of `domains` that users may type instead of the short name */
            findable: string[];
            issuer: string;
            /** @description Who signs in without an account gets one, with `role` */
            makes_users: boolean;
            /** @description Only the owner may still sign in with a password */
            required: boolean;
            /** @description A built-in role, such as `agent`, or the id of a custom role */
            role: string;
            /** @description What users type to sign in this way */
            short_name: string;
        };
        /** @description What the browser came back with, and the device to sign in. `device_name`: shown in the list of sessions. */
        ProviderSignIn: {
            browser: string;
            code: string;
            device?: components["schemas"]["DeviceReport"] | null;
            device_name: string;
            iss?: string | null;
            state: string;
        };
        /**
         * @description Each is asked for at the moment of use, by `service.Consents.why_not`; `purposes.py` has their texts.
         * @enum {string}
         */
        Purpose: "recording" | "crm_sync" | "monitoring" | "individual_statistics" | "telemetry" | "notifications";
        /** @description A Pusher application: its credentials without the secret, and its settings. */
        PusherApp: {
            /** @description The application's id in Pusher's libraries: digits */
            app_id: string;
            /** @description Whether clients may send events to each other */
            client_events: boolean;
            /** @description The most connections at a time */
            connections_max: number;
            created_at: string;
            enabled: boolean;
            id: string;
            /** @description The application's key in Pusher's libraries */
            key: string;
            /** @description Prefixes of private and presence channels that signed-in users may subscribe to */
            member_channels: string[];
            name: string;
            /** @description When the current secret was made */
            secret_at: string;
            /** @description Whether clients are sent the number of subscriptions */
            subscription_counts: boolean;
            /** @description Whether connections without TLS are refused */
            tls_only: boolean;
            webhooks: components["schemas"]["PusherAppWebhook"][];
        };
        /** @description Settings of a Pusher application. Fields that are left out stay as they are. */
        PusherAppChange: {
            client_events?: boolean;
            connections_max?: number;
            enabled?: boolean;
            member_channels?: string[];
            name?: string;
            subscription_counts?: boolean;
            tls_only?: boolean;
            webhooks?: components["schemas"]["PusherAppWebhookSettings"][];
        };
        /** @description All Pusher applications of the organisation, the oldest first. */
        PusherAppList: {
            items: components["schemas"]["PusherApp"][];
        };
        /** @description An address of the organisation's own server, and the channel events that are sent there. */
        PusherAppWebhook: {
            events: ("channel_occupied" | "channel_vacated" | "member_added" | "member_removed" | "client_event" | "cache_miss" | "subscription_count")[];
            url: string;
        };
        /** @description An http or https address, and the channel events that are sent there. */
        PusherAppWebhookSettings: {
            events: string[];
            url: string;
        };
        /** @description A Pusher application with its secret, which is shown only in this answer. */
        PusherAppWithSecret: {
            /** @description The application's id in Pusher's libraries: digits */
            app_id: string;
            /** @description Whether clients may send events to each other */
            client_events: boolean;
            /** @description The most connections at a time */
            connections_max: number;
            created_at: string;
            enabled: boolean;
            id: string;
            /** @description The application's key in Pusher's libraries */
            key: string;
            /** @description Prefixes of private and presence channels that signed-in users may subscribe to */
            member_channels: string[];
            name: string;
            /** @description Signs requests and channel authorisations */
            secret: string;
            /** @description When the current secret was made */
            secret_at: string;
            /** @description Whether clients are sent the number of subscriptions */
            subscription_counts: boolean;
            /** @description Whether connections without TLS are refused */
            tls_only: boolean;
            webhooks: components["schemas"]["PusherAppWebhook"][];
        };
        /** @description One session's browser that is sent notifications. Its address and keys are not answered. */
        PushSubscriptionAnswer: {
            created_at: string;
            /** @description Whether it is of the session that asks */
            current: boolean;
            /** @description Of the session (`GET /v1/me/sessions`) */
            device_id: string;
            /** @description The push service of the browser's vendor */
            host: string;
            /**
             * @description Of the notifications on this device
             * @enum {string}
             */
            language: "en" | "mn";
            /** @description Whether notifications of calls say who calls */
            shows_caller: boolean;
        };
        /** @description A page of the current user's push subscriptions, the oldest first. */
        PushSubscriptionPage: {
            /** @description What a browser subscribes with (`applicationServerKey`): base64url of a point of P-256 */
            application_server_key: string;
            items: components["schemas"]["PushSubscriptionAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description Which day, and what would be different. `day`: YYYY-MM-DD, in the organisation's time zone. */
        Question: {
            changes: components["schemas"]["Changes"];
            day: string;
            queue_id: string;
        };
        /** @description A queue: who answers its callers and how, how long they wait, and where unanswered calls go. */
        Queue: {
            /** @description Supervisors are alerted when a caller has waited for so many seconds; null: never */
            alert_wait_s: number | null;
            /** @description Supervisors are alerted when so many callers wait; null: never */
            alert_waiting: number | null;
            announce_every_s: number;
            announce_position: boolean;
            announce_wait: boolean;
            /** @description Missed offers in a row that pause the agent; 0: never */
            auto_pause_after: number;
            /** @description Seconds after which a paused recording resumes; 0: never */
            auto_resume_s: number;
            /** @description Whether callers may request a callback */
            callback: boolean;
            callback_attempts: number;
            callback_expires_s: number;
            callback_retry_s: number;
            callback_ring_s: number;
            /** @enum {string} */
            disposition: "off" | "optional" | "required";
            /** @description Ids of those to choose from; empty: all */
            dispositions: string[];
            exits: components["schemas"]["QueueExits"];
            /** @description Opening hours; null: always open */
            hours_id: string | null;
            id: string;
            /** @description Seconds within which a caller who calls again gets the place back; 0: off */
            keep_place_s: number;
            /** @description The longest wait in seconds */
            max_wait_s: number;
            /** @description How many calls may wait; null: no limit */
            max_waiting: number | null;
            /** @description Ids of the users whom its calls are offered to */
            members: string[];
            /** @description The class of music on hold */
            music: string;
            name: string;
            /** @description Why callers do not hear that they are recorded; null: nobody said */
            not_announced_because: string | null;
            /** @description Seconds that an agent's phone rings */
            offer_s: number;
            /** @description Whether its open tasks are offered to free agents */
            offers_tasks: boolean;
            /** @description 0 to 100; higher is served first, whatever the queue */
            priority: number;
            /** @enum {string} */
            record: "always" | "on_demand" | "never";
            record_announcement: boolean;
            /** @description Days that its recordings are kept; null: as the organisation says */
            recording_days: number | null;
            /** @description Which law or contract asks for more days than call records; null: they are not */
            recording_days_reason: string | null;
            ring_during_greeting: boolean;
            /** @description Answered within these seconds meets the service level */
            service_level_s: number;
            skills: components["schemas"]["RequiredSkill"][];
            /** @description A caller is routed to the agent of the last conversation in so many days; 0: off */
            sticky_days: number;
            /** @description Seconds that the call waits for that agent */
            sticky_wait_s: number;
            /** @enum {string} */
            strategy: "longest_idle" | "round_robin" | "least_calls" | "ring_all";
            /** @description Seconds to accept a task */
            task_offer_s: number;
            /** @description An agent with so many tasks in progress is offered no other */
            tasks_at_once: number;
            /** @description Seconds of wrap-up after a call */
            wrap_up_s: number;
        };
        /** @description An alert of a queue: its callers waited for longer, or more of them waited, than its settings say. */
        QueueAlertAnswer: {
            /** @description Null: it lasts. It ends a minute after its cause */
            ended_at: string | null;
            id: string;
            /** @description Seconds, or callers: the queue's setting then */
            limit: number;
            queue: components["schemas"]["QueueRef"];
            raised_at: string;
            /**
             * @description wait: a caller had waited for `limit` seconds; waiting: `limit` callers waited
             * @enum {string}
             */
            rule: "wait" | "waiting";
            /** @description The most while it lasted, in the same; so far, while it lasts */
            worst: number;
        };
        /** @description A page of alerts, the newest first. They are kept for 30 days. */
        QueueAlertPage: {
            items: components["schemas"]["QueueAlertAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /**
         * @description Settings of a queue. Fields that are left out stay as they are.
         *
         *     Durations (`*_s`) are in seconds. `members`: ids of users. `max_waiting` null: no limit. `recording_days`: of its
         *     recordings, also of those that are kept already; null: as the organisation says. More days than the organisation
         *     keeps call records need `recording_days_reason`, the law or contract that asks for them (422
         *     `retention_reason_required`). `hours_id` null: always
         *     open. `auto_resume_s`, `auto_pause_after`, `sticky_days`, `keep_place_s` 0: off. `dispositions`: ids of those to
         *     choose from; empty: all. `record` `always` needs `record_announcement`, or `not_announced_because`: in words, why
         *     callers need not hear that they are recorded (422 `recording_not_announced`). `offers_tasks`: open tasks of the
         *     queue that are assigned to nobody are offered to free agents as calls are; each may accept within `task_offer_s`.
         *     `alert_wait_s`, `alert_waiting` null: no alert.
         */
        QueueChange: {
            alert_wait_s?: number | null;
            alert_waiting?: number | null;
            announce_every_s?: number;
            announce_position?: boolean;
            announce_wait?: boolean;
            auto_pause_after?: number;
            auto_resume_s?: number;
            callback?: boolean;
            callback_attempts?: number;
            callback_expires_s?: number;
            callback_retry_s?: number;
            callback_ring_s?: number;
            /** @enum {string} */
            disposition?: "off" | "optional" | "required";
            dispositions?: string[];
            /** @description If it is not given: `{"max_wait": {"to": "voicemail"}, "full": {"to": "voicemail"}, "nobody": {"to": "voicemail"}, "closed": {"to": "voicemail"}}` */
            exits?: components["schemas"]["QueueExitsChange"];
            hours_id?: string | null;
            keep_place_s?: number;
            max_wait_s?: number;
            max_waiting?: number | null;
            members?: string[];
            music?: string;
            name?: string;
            not_announced_because?: string | null;
            offer_s?: number;
            offers_tasks?: boolean;
            priority?: number;
            /** @enum {string} */
            record?: "always" | "on_demand" | "never";
            record_announcement?: boolean;
            recording_days?: number | null;
            recording_days_reason?: string | null;
            ring_during_greeting?: boolean;
            service_level_s?: number;
            skills?: components["schemas"]["SkillNeedBody"][];
            sticky_days?: number;
            sticky_wait_s?: number;
            /** @enum {string} */
            strategy?: "longest_idle" | "round_robin" | "least_calls" | "ring_all";
            task_offer_s?: number;
            tasks_at_once?: number;
            wrap_up_s?: number;
        };
        /** @description The caller goes on to another queue. */
        QueueExit: {
            queue_id: string;
            /** @constant */
            to: "queue";
        };
        /** @description Where callers go who cannot stay in the queue, for each reason. */
        QueueExits: {
            /** @description Outside the opening hours */
            closed: components["schemas"]["VoicemailExit"] | components["schemas"]["HangUpExit"] | components["schemas"]["QueueExit"] | components["schemas"]["FlowExit"];
            /** @description `max_waiting` calls wait already */
            full: components["schemas"]["VoicemailExit"] | components["schemas"]["HangUpExit"] | components["schemas"]["QueueExit"] | components["schemas"]["FlowExit"];
            /** @description They waited for `max_wait_s` */
            max_wait: components["schemas"]["VoicemailExit"] | components["schemas"]["HangUpExit"] | components["schemas"]["QueueExit"] | components["schemas"]["FlowExit"];
            /** @description No signed-in agent could take the call */
            nobody: components["schemas"]["VoicemailExit"] | components["schemas"]["HangUpExit"] | components["schemas"]["QueueExit"] | components["schemas"]["FlowExit"];
        };
        /** @description Where callers go who cannot stay in the queue, for each reason. Reasons that are left out stay as they are. */
        QueueExitsChange: {
            /** @description If it is not given: `{"to": "voicemail"}` */
            closed?: components["schemas"]["ToVoicemailBody"] | components["schemas"]["ToHangUpBody"] | components["schemas"]["ToQueueBody"] | components["schemas"]["ToFlowBody"];
            /** @description If it is not given: `{"to": "voicemail"}` */
            full?: components["schemas"]["ToVoicemailBody"] | components["schemas"]["ToHangUpBody"] | components["schemas"]["ToQueueBody"] | components["schemas"]["ToFlowBody"];
            /** @description If it is not given: `{"to": "voicemail"}` */
            max_wait?: components["schemas"]["ToVoicemailBody"] | components["schemas"]["ToHangUpBody"] | components["schemas"]["ToQueueBody"] | components["schemas"]["ToFlowBody"];
            /** @description If it is not given: `{"to": "voicemail"}` */
            nobody?: components["schemas"]["ToVoicemailBody"] | components["schemas"]["ToHangUpBody"] | components["schemas"]["ToQueueBody"] | components["schemas"]["ToFlowBody"];
        };
        /** @description The caller waits in a queue. */
        QueueNode: {
            /** @description Reason to the id of the node that follows; a missing one uses the queue's own exit */
            exits: {
                [key: string]: string;
            };
            queue_id: string;
            /** @constant */
            type: "queue";
        };
        /** @description The caller waits in a queue. A missing exit uses the queue's own. */
        QueueNodeBody: {
            exits?: {
                [key: string]: string;
            };
            queue_id?: string;
            /** @constant */
            type: "queue";
        };
        /** @description A page of queues, by name. */
        QueuePage: {
            items: components["schemas"]["Queue"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description A call that waits in a queue, or a callback in its place. */
        QueuePlace: {
            call_id: string;
            callback: boolean;
            /** @description From 1 */
            position: number;
            priority: number;
            /** @description It is being offered to agents */
            ringing: boolean;
            since: string;
        };
        /** @description A queue by id, with the name to show. The name of a deleted queue is empty. */
        QueueRef: {
            id: string;
            name: string;
        };
        /** @description A queue whose recordings have days of their own. */
        QueueRetention: {
            id: string;
            name: string;
            /** @description Days that its recordings are kept */
            recording_days: number;
            /** @description Which law or contract asks for more days than call records; null: they are not */
            recording_days_reason: string | null;
        };
        /** @description A queue now. */
        QueueRow: {
            agents: components["schemas"]["AgentCounts"];
            /** @description The first that was raised first */
            alerts: components["schemas"]["LastingAlert"][];
            callbacks: number;
            id: string;
            /** @description Callers and callbacks, in the order they are served */
            line: components["schemas"]["QueuePlace"][];
            /** @description Since when the first caller has waited */
            longest_since: string | null;
            name: string;
            service_level: number | null;
            /** @description Within how many seconds counts as in time */
            service_level_s: number;
            /** @description Callers on the line, without callbacks */
            waiting: number;
        };
        /** @description How the file is read. */
        ReadingAnswer: {
            delimiter: string;
            encoding: string;
            heading: boolean;
            /** @enum {string} */
            order: "given_first" | "family_first" | "patronymic_first";
        };
        /** @description The channels that the user may subscribe to. */
        RealtimeChannels: {
            /** @description What concerns the whole organisation */
            tenant: string;
            /** @description What concerns this user alone */
            user: string;
        };
        /** @description How to connect with a Pusher client. */
        RealtimeSettings: {
            auth_endpoint: string;
            channels: components["schemas"]["RealtimeChannels"];
            host: string;
            key: string;
            port: number;
        };
        /** @description The public key by which receipts of this installation are verified. */
        ReceiptKey: {
            /**
             * @description The signature algorithm
             * @constant
             */
            algorithm: "Ed25519";
            /** @description How receipts name this key: `sha256:` and its SHA-256 */
            installation: string;
            /** @description 32 bytes in hexadecimal */
            public_key: string;
        };
        /** @description The comparison of one day. */
        ReconciliationAnswer: {
            /** @description Call records that were compared */
            calls: number;
            /** @description In the organisation's time zone */
            day: string;
            /** @description The first 500 */
            findings: components["schemas"]["ReconciliationFinding"][];
            /** @description How many findings there were */
            found: number;
            legs: number;
            made_at: string;
            /** @description The first 500 of those that are not covered */
            missed: string[];
            /** @description Call records that began before the log */
            not_covered: number;
            /**
             * @description `no_log`: Asterisk runs elsewhere, or wrote no log of this day
             * @enum {string}
             */
            state: "done" | "no_log";
        };
        /** @description Something in which a call record and Asterisk's log differ. */
        ReconciliationFinding: {
            /** @description What to do, in words */
            advice: string;
            call_id: string | null;
            /** @enum {string} */
            kind: "record_without_channel" | "leg_without_channel" | "answered_at_differs" | "answer_not_seen" | "answer_not_recorded" | "ended_at_differs" | "end_not_seen" | "pbx_was_killed" | "talk_too_long" | "leg_of_two_calls" | "call_without_record" | "caller_never_told";
            leg: string | null;
            /**
             * @description Who deals with it
             * @enum {string}
             */
            owner: "organisation" | "operator";
            /** @description What the record says: an instant, or a length in seconds */
            recorded: string | null;
            /** @description What Asterisk's log says */
            seen: string | null;
        };
        /** @description Comparisons by day, newest first. */
        ReconciliationList: {
            items: components["schemas"]["ReconciliationAnswer"][];
        };
        /** @description How long the organisation keeps its calls. */
        RecordDays: {
            /** @description The latest change; null: there was none */
            change: components["schemas"]["RetentionChangeAnswer"] | null;
            /** @description Days that call records are kept */
            record_days: number;
        };
        /** @description A recording of a call, or a voicemail (`message`). */
        RecordingAnswer: {
            call_id: string;
            /** @description 2: customer left, agent right. 1: a voicemail. 0: no sound yet */
            channels: number;
            /** @description Seconds of sound */
            duration_s: number;
            /** @description False: it was kept before there were keys */
            encrypted: boolean;
            /** @description Seconds for which the call was recorded */
            expected_s: number | null;
            id: string;
            /** @enum {string} */
            kind: "call" | "message";
            /**
             * @description `open`: being recorded. `short`: more than a second is missing. `empty`: no sound came. `missing`: there is no file. `refused`: not begun, since the disk was too full
             * @enum {string}
             */
            state: "open" | "stored" | "short" | "empty" | "missing" | "refused";
        };
        /** @description A key that recordings are encrypted with. The key itself is never shown. */
        RecordingKeyAnswer: {
            /** @description New recordings are encrypted with it */
            active: boolean;
            id: string;
            made_at: string;
        };
        /** @description One page of keys, oldest first. */
        RecordingKeyPage: {
            items: components["schemas"]["RecordingKeyAnswer"][];
            /** @description The `cursor` of the next page. Null on the last page */
            next: string | null;
        };
        /** @description A time in which the recording was silent. */
        RecordingPause: {
            /** @description Null: the system paused it */
            by: components["schemas"]["UserRef"] | null;
            from: string;
            to: string | null;
        };
        /** @enum {string} */
        RecordingState: "off" | "on" | "paused";
        /** @description The caller stopped the recording of the call. */
        RecordingStopRow: {
            at: string;
            /**
             * @description `key`: pressed in the call; `flow`: a node of the flow; `withdrawal`: a consent that was withdrawn elsewhere meanwhile
             * @enum {string}
             */
            by: "key" | "flow" | "withdrawal";
            /**
             * @description What became of what was recorded before
             * @enum {string}
             */
            recorded: "delete" | "keep";
        };
        /** @description A recording, as it is shown with its call. */
        RecordingSummary: {
            /** @description Seconds, to the millisecond */
            duration_s: number;
            id: string;
            /**
             * @description `message`: a voicemail
             * @enum {string}
             */
            kind: "call" | "message";
            /**
             * @description `open`: being recorded. `short`: more than a second is missing. `empty`: no sound came. `missing`: there is no file. `refused`: not begun, since the disk was too full. `deleted`: its days were over before its record's; only where one call is read
             * @enum {string}
             */
            state: "open" | "stored" | "short" | "empty" | "missing" | "refused" | "deleted";
        };
        /** @description New recovery codes; each works once. */
        RecoveryCodes: {
            /** @description Shown only here */
            recovery_codes: string[];
        };
        /** @description A call that was refused before it reached a queue or a flow, or several alike within an hour. */
        RefusedCallAnswer: {
            /** @description The last attempt */
            at: string;
            /** @description Attempts that were alike */
            count: number;
            /** @description The dialled number as the carrier sent it; empty: many */
            dialled: string;
            first_at: string;
            id: string;
            /** @description The caller as the carrier sent it; empty: many, in a flood */
            number: string;
            /**
             * @description other_trunk: the call came by none of the addresses of its trunk
             * @enum {string}
             */
            reason: "unknown_number" | "other_trunk" | "no_tls" | "no_srtp" | "no_codec" | "over_quota" | "no_line_left" | "trouble";
            /** @description The IP address that sent it; empty: many */
            source: string;
            trunk_id: string | null;
        };
        /** @description A page of refused calls, the newest first. */
        RefusedCallPage: {
            items: components["schemas"]["RefusedCallAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description The site that a passkey is for. */
        RelyingParty: {
            /** @description Host name */
            id: string;
            name: string;
        };
        /** @description Measures of a number of days by one thing, with their total. */
        ReportAnswer: {
            /** @description Null where it was not asked for, no day has begun, or calls of the days before are deleted */
            before: components["schemas"]["ReportBefore"] | null;
            /** @enum {string} */
            by: "queue" | "agent" | "hour" | "day" | "disposition" | "direction" | "number";
            /** @description The first day, in the organisation's time zone */
            from: string;
            measures: components["schemas"]["ReportMeasure"][];
            rows: components["schemas"]["ReportRow"][];
            /** @description IANA name, such as `Europe/London` */
            time_zone: string;
            /** @description The last day */
            to: string;
            /** @description By the measure's `key`. Null: nothing to measure */
            total: {
                [key: string]: number | null;
            };
        };
        /** @description The same weekdays before, with which a report is compared. */
        ReportBefore: {
            /** @description The first day, in the organisation's time zone */
            from: string;
            /** @description The last day */
            to: string;
            /** @description By the measure's `key`. Null: nothing to measure */
            total: {
                [key: string]: number | null;
            };
            /** @description Counted up to then, since the report's days are not over */
            until: string | null;
        };
        /** @description An account that was closed since it is a child's. */
        ReportedAccount: {
            /** @description The id that the account has or had */
            id: string;
            /** @description The id that the receipt of its deletion has, or will have */
            receipt_id: string;
        };
        /** @description A measure of a report: what its values mean. */
        ReportMeasure: {
            /** @description The rows sum to the total */
            adds_up: boolean;
            definition: string;
            key: string;
            name: string;
            /**
             * @description `s`: seconds; `share`: from 0 to 1
             * @enum {string}
             */
            unit: "count" | "s" | "share";
        };
        /** @description A user who may be sent reports. */
        ReportRecipient: {
            /** @description Others see in the app alone that a report is there */
            email_confirmed: boolean;
            id: string;
            name: string;
        };
        /** @description The figures of one queue, agent, hour, day, disposition, direction or number. */
        ReportRow: {
            /** @description Of the days before. Null: nothing, or not asked for */
            before: {
                [key: string]: number | null;
            } | null;
            /** @description An id, or the hour, day or direction. Null: calls without one */
            key: string | null;
            /** @description The name to show */
            name: string;
            /** @description By the measure's `key`. Null: nothing to measure */
            values: {
                [key: string]: number | null;
            };
        };
        /** @description When a saved report is sent by e-mail, and to whom, in the organisation's time zone. */
        ReportScheduleAnswer: {
            /** @description Of a month: 1 to 31; of a shorter month its last day */
            day: number;
            /** @enum {string} */
            every: "day" | "week" | "month";
            /** @description 0 to 23 */
            hour: number;
            recipients: components["schemas"]["UserRef"][];
            /** @description Of a week: 0 is Monday */
            weekday: number;
        };
        /** @description What a schedule comes to, and who may be sent reports. */
        ReportTimes: {
            recipients: components["schemas"]["ReportRecipient"][];
            /** @description Whether this installation has a mail server */
            sends: boolean;
            /** @description IANA name, such as `Europe/London` */
            time_zone: string;
            /** @description The next three */
            times: string[];
        };
        /** @description A skill that calls require of the agent. */
        RequiredSkill: {
            /** @description The least that will do, 1 to 10 */
            level: number;
            name: string;
            /** @description Seconds of waiting after which it is no longer required; null: it always is */
            relax_after_s: number | null;
        };
        /** @description What becomes of a request for a new password. The same whether or not there is such an account. */
        ResetRequest: {
            /** @description False if this installation sends no e-mail: ask an administrator */
            sends: boolean;
        };
        /** @description A caller whose data is restricted. */
        RestrictedNumber: {
            contact_id: string;
            name: string | null;
            /** @description null: the contact is erased */
            number: string | null;
        };
        /** @description A recording of a restricted caller. */
        RestrictedRecording: {
            call_id: string;
            duration_s: number;
            id: string;
            /** @enum {string} */
            kind: "call" | "message";
            started_at: string;
        };
        /** @description Recordings of the newest 200 calls of a restricted caller, the newest first. */
        RestrictedRecordingList: {
            items: components["schemas"]["RestrictedRecording"][];
        };
        /** @description A restriction of processing: the data is kept and not used. */
        RestrictionAnswer: {
            /** @enum {string} */
            ground: "accuracy" | "unlawful" | "legal_claims" | "objection";
            history: components["schemas"]["RestrictionLine"][];
            id: string;
            /** @description null: it holds */
            lifted_at: string | null;
            numbers: components["schemas"]["RestrictedNumber"][];
            /** @description Until when you may listen to the recordings */
            open_until: string | null;
            /** @description The person of the address book, where all of it is restricted */
            person_id: string | null;
            /** @description The privacy request, by a step of which it is lifted */
            request_id: string;
            set_at: string;
            /** @description When the person was told that it will be lifted */
            told_at: string | null;
        };
        /** @description A line of a restriction's history. */
        RestrictionLine: {
            /** @enum {string} */
            action: "restricted" | "opened" | "told" | "lifted";
            at: string;
            by: components["schemas"]["UserRef"];
            /** @description Of `opened`: for what it is used all the same */
            ground: ("consent" | "legal_claims" | "rights_of_others" | "public_interest") | null;
            /** @description Why, or how the person was told */
            note: string;
            /** @description Of `opened`: until when by this officer */
            until: string | null;
        };
        /** @description Why restricted data is used all the same. Source: GDPR, article 18(2). */
        RestrictionOpening: {
            /** @enum {string} */
            ground: "consent" | "legal_claims" | "rights_of_others" | "public_interest";
            reason: string;
        };
        /** @description A page of restrictions, the newest first. */
        RestrictionPageAnswer: {
            items: components["schemas"]["RestrictionAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description A change of how long calls are kept. */
        RetentionChangeAnswer: {
            asked_at: string;
            /** @description The id of the user who made it */
            asked_by: string;
            /** @description Call records to be deleted at once, as the confirmed plan said */
            calls: number;
            /** @description When it takes, or took, effect */
            effective_at: string;
            id: string;
            /** @description The legal reason for keeping calls longer; null: it is shorter */
            reason: string | null;
            record_days: number;
            record_days_before: number;
            /** @description Recordings to be deleted at once, as the confirmed plan said */
            recordings: number;
            /**
             * @description `waiting`: can be undone; `following`: calls get their new day; `settling`: only calls that went on then are still to follow
             * @enum {string}
             */
            state: "waiting" | "following" | "settling" | "done" | "undone";
        };
        /** @description A page of changes, the newest first. */
        RetentionChangePage: {
            items: components["schemas"]["RetentionChangeAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description What goes on one of the next days. */
        RetentionDay: {
            calls: number;
            recordings: number;
            /** @description The day begins then, 24 hours */
            since: string;
        };
        /** @description A dry run: what a number of days would delete. Legal holds are left out. */
        RetentionPlanAnswer: {
            /** @description What would be deleted in the 30 days from then on */
            by_day: components["schemas"]["RetentionDay"][];
            /** @description Call records that would be deleted then, at once */
            calls: number;
            /** @description When it would take effect, if it were confirmed now */
            effective_at: string;
            /** @description Exports of calls, which would be deleted then */
            exports: number;
            /** @description Confirms the plan, within an hour */
            id: string;
            /** @description Days that the plan is of */
            record_days: number;
            /** @description Days that call records are kept now */
            record_days_now: number;
            /** @description Recordings that would be deleted then, at once */
            recordings: number;
        };
        /**
         * @description `record_days`: 1 to 3650. `plan_id`: of a shorter time, the `id` of its plan. `reason`: of a longer one, the law
         *     or contract that asks for it, in words.
         */
        RetentionWish: {
            plan_id?: string | null;
            reason?: string | null;
            record_days: number;
        };
        /** @description An agent who is rung for the call now. */
        RingingOffer: {
            agent: components["schemas"]["UserRef"];
            /** @description The agent's phone confirmed that it rings */
            ringing: boolean;
            since: string | null;
        };
        /** @description Rings certain users, whatever their queues. */
        RingNode: {
            /** @description Ids of users */
            agents: string[];
            /** @description The id of the node that follows; empty: not chosen yet */
            no_answer: string;
            /** @description Seconds */
            ring_s: number;
            /** @constant */
            type: "ring";
        };
        /** @description Rings certain users, whatever their queues. */
        RingNodeBody: {
            agents?: string[];
            no_answer?: string;
            ring_s?: number;
            /** @constant */
            type: "ring";
        };
        /** @description A role: a named set of permissions. */
        RoleAnswer: {
            /** @description Every organisation has it, and it cannot be changed */
            built_in: boolean;
            /** @description A built-in role, such as `agent`, or the id of a custom role */
            id: string;
            name: string;
            /** @description Names as in `GET /v1/permissions` */
            permissions: string[];
        };
        /** @description `role`: a built-in role, or the id of a custom role. */
        RoleAssignment: {
            role: string;
        };
        /** @description Fields that are left out stay as they are. `permissions` replaces the whole list. */
        RoleChange: {
            name?: string | null;
            permissions?: string[] | null;
        };
        /** @description The built-in roles, then the organisation's own by name. */
        RoleList: {
            items: components["schemas"]["RoleAnswer"][];
        };
        /**
         * @description The version to publish again. `over`: the version that calls ran when you looked, 0: none; where it is no longer
         *     the current one, the answer is 409 `flow_changed`. Left out: whatever calls run now.
         */
        Rollback: {
            over?: number | null;
            version: number;
        };
        /** @description Each offer of a call, in order, with the reasons for and against every agent who was looked at. */
        RoutingDecisions: {
            call_id: string;
            offers: components["schemas"]["CallOfferRow"][];
            outcome: components["schemas"]["Outcome"];
        };
        /** @description Why a row is not imported. */
        RowProblemAnswer: {
            /** @description What of the row is wrong */
            field: string;
            /** @description What to do, in words */
            problem: string;
            /** @description As spreadsheets count, the heading too; of vCards, the card's first line */
            row: number;
        };
        /** @description One page of the problems of an import's rows, in the file's order. */
        RowProblemPage: {
            items: components["schemas"]["RowProblemAnswer"][];
            /** @description The `cursor` of the next page. Null on the last page */
            next: string | null;
        };
        /** @description What to do when a part of the installation is not well. In English, as the documentation. */
        Runbook: {
            name: string;
            /** @description Markdown */
            text: string;
        };
        /** @description A filter of the task list, with its parameters. */
        SavedFilterAnswer: {
            assignee: string | null;
            closed: boolean | null;
            created_at: string;
            id: string;
            kind: ("voicemail" | "missed_call" | "callback_failed" | "request" | "manual" | "callback" | "recurring" | "email") | null;
            name: string;
            overdue: boolean;
            priority: ("low" | "normal" | "high" | "urgent") | null;
            q: string;
            queue: string | null;
            /** @enum {string} */
            sort: "newest" | "due" | "priority" | "changed";
            state: ("open" | "in_progress" | "waiting" | "done" | "dropped") | null;
            unassigned: boolean;
        };
        /** @description A page of your saved filters, the oldest first. */
        SavedFilterPage: {
            items: components["schemas"]["SavedFilterAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description A report under a name. Its figures come from `GET /v1/reports`, with the rights of who asks. */
        SavedReportAnswer: {
            agent_id: string | null;
            /** @enum {string} */
            by: "queue" | "agent" | "hour" | "day" | "disposition" | "direction" | "number";
            /** @description With the same weekdays before */
            compare: boolean;
            created_at: string;
            direction: ("inbound" | "outbound" | "internal" | "callback") | null;
            id: string;
            /** @description Null: that account is deleted */
            made_by: components["schemas"]["UserRef"] | null;
            /** @description You saved it */
            may_change: boolean;
            may_remove: boolean;
            /** @description Keys of the figures that are shown. Empty: all */
            measures: string[];
            name: string;
            /** @description When it is sent next. Null: it is not */
            next_at: string | null;
            /**
             * @description As seen on the day on which it is opened or sent
             * @enum {string}
             */
            period: "today" | "yesterday" | "last_7_days" | "this_week" | "last_week" | "this_month" | "last_month";
            queue_id: string | null;
            schedule: components["schemas"]["ReportScheduleAnswer"] | null;
            /** @description When it was due last, and was sent */
            sent_at: string | null;
            /** @description With all who may see reports */
            shared: boolean;
            /** @description Why it is not sent although it has a schedule */
            stopped: ("maker_gone" | "maker_disabled" | "maker_may_not" | "queue_gone" | "agent_gone" | "nobody_to_send_to") | null;
        };
        /** @description A page of saved reports. */
        SavedReportPage: {
            items: components["schemas"]["SavedReportAnswer"][];
            next: string | null;
        };
        /** @description A report under a name, as `GET /v1/reports` is asked for it. */
        SavedReportWish: {
            agent_id?: string | null;
            /** @enum {string} */
            by: "queue" | "agent" | "hour" | "day" | "disposition" | "direction" | "number";
            compare?: boolean;
            direction?: ("inbound" | "outbound" | "internal" | "callback") | null;
            /** @description Keys of the figures that are shown. Empty: all */
            measures?: string[];
            /** @description 1 to 80 characters */
            name: string;
            /** @enum {string} */
            period: "today" | "yesterday" | "last_7_days" | "this_week" | "last_week" | "this_month" | "last_month";
            queue_id?: string | null;
            schedule?: components["schemas"]["ScheduleWish"] | null;
            /** @description With all who may see reports */
            shared?: boolean;
        };
        /**
         * @description When the report is sent by e-mail, in the organisation's time zone, and to whom.
         *
         *     Users of the organisation who may see reports, 50 at most, and not any address. More than oneself with a shared
         *     report alone.
         */
        ScheduleWish: {
            /** @description Of a month; of a shorter month its last day */
            day?: number;
            /** @enum {string} */
            every: "day" | "week" | "month";
            hour: number;
            recipients: string[];
            /** @description Of a week: 0 is Monday */
            weekday?: number;
        };
        /** @description What to search for. The filters are those of the list of calls. */
        Search: {
            agent_id?: string | null;
            /** @description The `next` of the page before */
            cursor?: string | null;
            direction?: ("inbound" | "outbound" | "internal" | "callback") | null;
            disposition_id?: string | null;
            from?: string | null;
            limit?: number;
            max_duration_s?: number | null;
            min_duration_s?: number | null;
            outcome?: ("answered" | "forwarded" | "callback" | "voicemail" | "turned_away" | "abandoned" | "abandoned_in_menu" | "cancelled" | "busy" | "no_answer" | "not_reached" | "expired" | "failed") | null;
            /** @description The customer's number or name, or a part of it */
            q: string;
            queue_id?: string | null;
            recorded?: boolean | null;
            to?: string | null;
        };
        /** @description `code`: from the authenticator, or a recovery code. */
        SecondFactorCode: {
            code: string;
        };
        /** @description The second factors that a user has. */
        SecondFactors: {
            /** @description An authenticator app is set up */
            authenticator: boolean;
            passkeys: components["schemas"]["PasskeyAnswer"][];
            /** @description Passkeys can be used at this address: browsers need a host name, not an IP address */
            passkeys_here: boolean;
            recovery_codes_left: number;
            /** @description The organisation requires a second factor of everybody */
            required: boolean;
        };
        /** @description The signed result of a self-audit of the installation. */
        SelfAuditAnswer: {
            at: string;
            /** @description Name of the check -> what it found */
            checks: {
                [key: string]: components["schemas"]["SelfAuditCheck"];
            };
            /** @constant */
            format: "call24-self-audit-1";
            /** @description The result's id */
            id: string;
            /** @description `sha256:` and the SHA-256 of the public key that verifies the signature */
            installation: string;
            /** @description Every check passed */
            passed: boolean;
            /** @description Ed25519, in hexadecimal, over the other fields as canonical JSON (RFC 8785) */
            signature: string;
            /** @description How long it took, in milliseconds */
            took_ms: number;
        };
        /** @description What one check of a self-audit found. */
        SelfAuditCheck: {
            /** @description What to do about it; empty if it passed */
            advice: string;
            /**
             * @description `unverified`: it could not be told; counts as a failure
             * @enum {string}
             */
            answer: "pass" | "fail" | "unverified";
            /** @description What was found; names no address, file, organisation or person */
            seen: string;
        };
        /** @description The self-audits of the installation, the newest first: 100 at most. */
        SelfAuditList: {
            /** @description There is none, or the newest is older than 90 days */
            due: boolean;
            items: components["schemas"]["SelfAuditAnswer"][];
            /** @description Always null */
            next: null;
        };
        /** @description An invitation that was just sent. */
        SentInvitation: {
            created_at: string;
            email: string;
            expires_at: string;
            id: string;
            /** @description The link itself, if this installation sends no e-mail: pass it on. Else null */
            link: string | null;
            name: string;
            /** @description Ids of the queues that whoever accepts joins */
            queues: string[];
            /** @description A built-in role, such as `agent`, or the id of a custom role */
            role: string;
        };
        /** @description A link was sent by e-mail, or is here to be passed on. */
        SentLink: {
            /** @description The link itself, if this installation sends no e-mail: pass it on. Else null */
            link: string | null;
        };
        /** @description A time of today in one state. */
        SessionDayPart: {
            from: string;
            state: components["schemas"]["AgentState"];
            /** @description Null: it goes on */
            to: string | null;
        };
        /** @description Sets what routing uses: a priority and required skills. */
        SetNode: {
            /** @description The id of the node that follows; empty: not chosen yet */
            next: string;
            /** @description null: stays as it is */
            priority: number | null;
            /** @description Required in addition to those before */
            skills: components["schemas"]["FlowSkill"][];
            /** @constant */
            type: "set";
        };
        /** @description Sets what routing uses. `priority` null: stays as it is. Skills are required in addition to those before. */
        SetNodeBody: {
            next?: string;
            priority?: number | null;
            skills?: components["schemas"]["FlowSkillBody"][];
            /** @constant */
            type: "set";
        };
        /** @description A vCon in signed form: a JWS in General JSON Serialization. */
        SignedVcon: {
            /** @description The vCon (IETF draft-ietf-vcon-vcon-core) as JSON, in base64url */
            payload: string;
            /** @description One */
            signatures: components["schemas"]["VconSignature"][];
        };
        /** @description A device that a user is signed in on. */
        SignInSession: {
            created_at: string;
            /** @description The session that makes this request */
            current: boolean;
            device_id: string;
            /** @description When it ends if it is not used before */
            expires_at: string;
            id: string;
            /** @description The device that was signed out to make room for this one: a user has 20. Else empty */
            instead_of: string;
            name: string;
            seen: components["schemas"]["DeviceSightings"];
            told: components["schemas"]["DeviceDetails"];
        };
        /** @description A page of a user's sessions, the oldest first. */
        SignInSessionPage: {
            items: components["schemas"]["SignInSession"][];
            /** @description Pass it as `cursor` to get the next page; null on the last one */
            next: string | null;
        };
        /**
         * @description `at`: when the call arrives; null: now. `answers`: what happens at the nodes that wait for something, in order: a
         *     key, or one of those that the answer names in `expects`.
         */
        SimulatedCaller: {
            answers?: string[];
            at?: string | null;
        };
        /** @description A node that a simulated call came to. */
        SimulatedStep: {
            /** @description What was given for it; null: nothing was needed, or is left */
            answer: string | null;
            /** @description Built-in sounds' names and prompts' ids, in order */
            hears: string[];
            /** @description The node's type */
            kind: string;
            /** @description Empty, or the id of a node that does not exist: the flow ends there */
            node_id: string;
            /** @description The id of the node that follows; null: none does */
            to: string | null;
            /** @description The field by which the call went on, such as choices.1; null: it did not */
            way: string | null;
        };
        /**
         * @description A skill that calls require of the agent. `level`: the least that will do, 1 to 10. `relax_after_s`: after this
         *     wait it is no longer required; null: it always is.
         */
        SkillNeedBody: {
            level?: number;
            name: string;
            relax_after_s?: number | null;
        };
        /** @description All of the user's skills: name -> level from 1 to 10. */
        Skills: {
            skills: {
                [key: string]: number;
            };
        };
        /** @description How the service level and the wait change with the number of agents. */
        StaffingCurve: {
            /** @description Calls that were simulated for each size */
            calls: number;
            /** @description How many agents' work the calls are */
            erlangs: number;
            /** @description The share of calls that should be answered within `target_s` */
            goal: number;
            /** @description By the number of agents */
            points: components["schemas"]["StaffingPoint"][];
            /** @description The smallest team that reaches the goal; callers who hang up within `target_s` are left out. Null: none of these */
            smallest: number | null;
            /** @description The same by Erlang C */
            smallest_erlang_c: number | null;
            target_s: number;
        };
        /**
         * @description A simulated figure, with the interval that holds its true value 19 times in 20. Null: nothing to take it from.
         *
         *     No interval (`low` and `high` null) where callers never hang up and more than 95 % of the agents' time is work: the
         *     queue settles too slowly for the simulated calls.
         */
        StaffingFigure: {
            high: number | null;
            low: number | null;
            value: number | null;
        };
        /** @description What Erlang C says of the same team. It assumes that callers never hang up. */
        StaffingFormula: {
            average_speed_of_answer_s: number;
            /** @description Share of calls answered within `target_s` */
            service_level: number;
        };
        /** @description A team size. */
        StaffingPoint: {
            /** @description Share of callers who hang up before an answer */
            abandoned: components["schemas"]["StaffingFigure"];
            agents: number;
            average_speed_of_answer_s: components["schemas"]["StaffingFigure"];
            /** @description Null: the formula's queue grows without limit */
            erlang_c: components["schemas"]["StaffingFormula"] | null;
            /** @description Share of the agents' time that is spent on calls */
            occupancy: components["schemas"]["StaffingFigure"];
            /** @description Share of calls answered within `target_s`, without callers who hung up within it */
            service_level: components["schemas"]["StaffingFigure"];
        };
        /**
         * @description The state that you request.
         *
         *     `reason`: of a pause; a pause reason's id or a built-in code (break, lunch, training, meeting, paperwork).
         */
        StateRequest: {
            reason?: string | null;
            /** @enum {string} */
            state: "available" | "paused" | "offline";
        };
        /**
         * @description Whose value stays, of fields that have one. Where nothing is said: the kept person's, or the other's where that
         *     is empty; notes of both. Lists (numbers, e-mail addresses, addresses, tags, own fields) have all lines of both.
         */
        Take: {
            company?: ("kept" | "other") | null;
            family?: ("kept" | "other") | null;
            /** @description Of own fields of one name with two values */
            fields?: ("kept" | "other") | null;
            given?: ("kept" | "other") | null;
            notes?: ("kept" | "other") | null;
            order?: ("kept" | "other") | null;
            patronymic?: ("kept" | "other") | null;
            phonetic?: ("kept" | "other") | null;
            picture?: ("kept" | "other") | null;
        };
        /** @description Why the call is taken over. */
        TakeOver: {
            /** @enum {string} */
            reason: "coaching" | "quality" | "complaint" | "help_asked" | "technical";
        };
        /** @description Where the call goes: exactly one of the fields. */
        Target: {
            agent_id?: string | null;
            flow_id?: string | null;
            number?: string | null;
            queue_id?: string | null;
        };
        /** @description An address whose e-mails become tasks. */
        TaskAddressAnswer: {
            /** @description Null while this installation receives no e-mail */
            address: string | null;
            created_at: string;
            enabled: boolean;
            id: string;
            name: string;
            /** @description Where its tasks go. Null: to no queue */
            queue_id: string | null;
            /** @description When it was last given another address */
            rotated_at: string | null;
        };
        /** @description Settings of an address. Fields that are left out stay as they are. `enabled`: whether it takes e-mails. */
        TaskAddressChange: {
            enabled?: boolean;
            name?: string;
            queue_id?: string | null;
        };
        /** @description All addresses of the organisation, the oldest first. */
        TaskAddressList: {
            items: components["schemas"]["TaskAddressAnswer"][];
            /** @description Whether this installation receives e-mails for tasks */
            received: boolean;
        };
        /** @description Something to do about a call, or that somebody or a rule wrote down. */
        TaskAnswer: {
            /** @description null: assigned to nobody */
            assignee: components["schemas"]["UserRef"] | null;
            assignee_id: string | null;
            /** @description When it was created */
            at: string;
            /** @description The call that it is about; null: none, or it is deleted */
            call_id: string | null;
            checklist: components["schemas"]["ChecklistItemAnswer"][];
            contact_id: string | null;
            /** @description null: a call or a rule made it */
            created_by: components["schemas"]["UserRef"] | null;
            /** @description When it was done or dropped */
            done_at: string | null;
            /** @description Who did or dropped it; null: nobody yet, or the account is deleted */
            done_by: components["schemas"]["UserRef"] | null;
            /** @description The later call with the customer by which it was done; null: by hand, or open */
            done_call_id: string | null;
            due_at: string | null;
            /** @description Seconds of that message; null: there is none to hear */
            duration_s: number | null;
            id: string;
            /**
             * @description What left it to do; request: the caller left it in the IVR; manual: somebody wrote it down; callback: a user promised to call back; recurring: a rule made it
             * @enum {string}
             */
            kind: "voicemail" | "missed_call" | "callback_failed" | "request" | "manual" | "callback" | "recurring" | "email";
            /** @description The contact's name */
            name: string | null;
            /** @description The contact's number */
            number: string | null;
            /** @description Until when they may accept */
            offer_until: string | null;
            /** @description Who is asked to take it now; null: nobody */
            offered_to: components["schemas"]["UserRef"] | null;
            /** @description Neither done nor dropped, and `due_at` is past */
            overdue: boolean;
            /** @description Of the address book */
            person_id: string | null;
            /** @enum {string} */
            priority: "low" | "normal" | "high" | "urgent";
            queue: components["schemas"]["QueueRef"] | null;
            /** @description The message that was left */
            recording_id: string | null;
            /** @description When its assignee will be reminded */
            remind_at: string | null;
            /** @description When the last reminder was sent */
            reminded_at: string | null;
            /** @description The caller's data is kept and not used: nothing of it is shown */
            restricted: boolean;
            /** @description The recurring task that made it */
            series_id: string | null;
            /** @enum {string} */
            state: "open" | "in_progress" | "waiting" | "done" | "dropped";
            text: string;
            /** @description Of what a user or a rule wrote; else null */
            title: string | null;
            /** @description Of the last change; null: there was none */
            updated_at: string | null;
            /** @description Counts the changes */
            version: number;
        };
        /**
         * @description A change of a task. Fields that are left out stay as they are. `assignee_id` null: assigned to nobody.
         *
         *     `version`: the one that you read; where it is no longer the current one, the answer is 409 `task_changed`. Caller
         *     and person can be set where there is none; of another caller, add another task.
         */
        TaskChange: {
            assignee_id?: string | null;
            checklist?: components["schemas"]["NewChecklistItem"][] | null;
            contact_id?: string | null;
            due_at?: string | null;
            person_id?: string | null;
            priority?: ("low" | "normal" | "high" | "urgent") | null;
            queue_id?: string | null;
            remind_at?: string | null;
            state?: ("open" | "in_progress" | "waiting" | "done" | "dropped") | null;
            text?: string | null;
            title?: string | null;
            version?: number | null;
        };
        /** @description A comment on a task. */
        TaskCommentAnswer: {
            at: string;
            /** @description null: the account is deleted, or it came by e-mail */
            by: components["schemas"]["UserRef"] | null;
            /** @description Whether somebody wrote it by e-mail; the text begins with the sender */
            by_email: boolean;
            id: string;
            mentions: components["schemas"]["UserRef"][];
            text: string;
        };
        /** @description A page of comments, the oldest first. */
        TaskCommentPage: {
            items: components["schemas"]["TaskCommentAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description How many tasks match. */
        TaskCount: {
            count: number;
            /** @description There are more than that */
            more: boolean;
        };
        /** @description An export of tasks to a file. */
        TaskExportAnswer: {
            created_at: string;
            /** @description When the file is deleted */
            delete_at: string;
            /** @description What was asked, by its name in a search; `yes` or `no` where it is true or false */
            filters: {
                [key: string]: string;
            };
            /** @enum {string} */
            format: "csv" | "jsonl";
            id: string;
            /** @description From 0 to 100 */
            percent: number;
            q: string;
            /** @enum {string} */
            state: "running" | "done" | "failed" | "cancelled";
            /** @description Null until they are counted */
            tasks: number | null;
            tasks_done: number;
            /** @description Why it failed, in words */
            trouble: string | null;
        };
        /** @description One page of your exports of tasks, newest first. */
        TaskExportPage: {
            items: components["schemas"]["TaskExportAnswer"][];
            /** @description The `cursor` of the next page. Null on the last page */
            next: string | null;
        };
        /** @description One field of a change. Of a link (call, contact, person) both are null: that it was set is all that is kept. */
        TaskFieldChange: {
            after: string | null;
            before: string | null;
            field: string;
        };
        /** @description What was done with a task. */
        TaskHistoryEntry: {
            at: string;
            /** @description null: a program did, such as a rule */
            by: components["schemas"]["UserRef"] | null;
            changes: components["schemas"]["TaskFieldChange"][];
            /** @description Of the task, that this made */
            version: number;
            /**
             * @description settled: a later call with the customer did it; undone: a change of many tasks was undone; reminded: its assignee was notified; offered, accepted, declined: to and by an agent; unanswered: nobody accepted in time; withdrawn: the agent had a call, paused or left
             * @enum {string}
             */
            what: "created" | "changed" | "undone" | "settled" | "reminded" | "offered" | "accepted" | "declined" | "unanswered" | "withdrawn";
        };
        /** @description A page of a task's history, the newest first. */
        TaskHistoryPage: {
            items: components["schemas"]["TaskHistoryEntry"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description Leaves a task in a queue, with the caller and the keys that they pressed. Plays a sound and goes on. */
        TaskNode: {
            /** @description The id of the node that follows; empty: not chosen yet */
            next: string;
            /** @description A built-in sound's name, or a prompt's id */
            prompt: string;
            queue_id: string;
            /** @constant */
            type: "task";
        };
        /** @description Leaves a task in a queue, with the caller and the keys that they pressed. Plays a sound and goes on. */
        TaskNodeBody: {
            next?: string;
            /** @description a built-in sound, or a prompt's id */
            prompt?: string;
            queue_id?: string;
            /** @constant */
            type: "task";
        };
        /** @description A task that you are asked to take. */
        TaskOfferAnswer: {
            /** @description Seconds until then, by the server's clock */
            left_s: number;
            offered_at: string;
            task: components["schemas"]["TaskAnswer"];
            /** @description Until when you may accept */
            until: string;
        };
        /** @description What you are asked to take now: one task, or none. */
        TaskOfferPage: {
            items: components["schemas"]["TaskOfferAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description A page of tasks, in the order that was asked for. */
        TaskPage: {
            items: components["schemas"]["TaskAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /**
         * @description Which tasks, as `GET /v1/tasks` is asked; `q`: words of title, text and checklist, of which the last may be a
         *     beginning.
         */
        TaskQuestion: {
            assignee?: string | null;
            closed?: boolean | null;
            contact?: string | null;
            kind?: ("voicemail" | "missed_call" | "callback_failed" | "request" | "manual" | "callback" | "recurring" | "email") | null;
            overdue?: boolean;
            person?: string | null;
            priority?: ("low" | "normal" | "high" | "urgent") | null;
            q?: string;
            queue?: string | null;
            series?: string | null;
            state?: ("open" | "in_progress" | "waiting" | "done" | "dropped") | null;
            unassigned?: boolean;
        };
        /** @description Which tasks, in which order, and where the page begins. */
        TaskSearch: {
            assignee?: string | null;
            closed?: boolean | null;
            contact?: string | null;
            cursor?: string | null;
            kind?: ("voicemail" | "missed_call" | "callback_failed" | "request" | "manual" | "callback" | "recurring" | "email") | null;
            limit?: number;
            overdue?: boolean;
            person?: string | null;
            priority?: ("low" | "normal" | "high" | "urgent") | null;
            q?: string;
            queue?: string | null;
            series?: string | null;
            /** @enum {string} */
            sort?: "newest" | "due" | "priority" | "changed";
            state?: ("open" | "in_progress" | "waiting" | "done" | "dropped") | null;
            unassigned?: boolean;
        };
        /** @description A recurring task. */
        TaskSeriesAnswer: {
            assignee: components["schemas"]["UserRef"] | null;
            checklist: string[];
            created_at: string;
            created_by: components["schemas"]["UserRef"] | null;
            due_after_s: number;
            id: string;
            /** @description How many tasks were made */
            made: number;
            /** @description When the next task is made; null: the rule has ended, or it is paused */
            next_at: string | null;
            /** @description No task is made until it is resumed */
            paused: boolean;
            /** @enum {string} */
            priority: "low" | "normal" | "high" | "urgent";
            queue: components["schemas"]["QueueRef"] | null;
            rule: string;
            /** @description The first time, in the organisation's time zone */
            starts: string;
            text: string;
            title: string;
        };
        /**
         * @description Fields that are left out stay as they are. `assignee_id` null: for nobody; `queue_id` null: in no queue.
         *
         *     `paused`: no task is made; once it is false again, the next is made at the first time that is still to come.
         */
        TaskSeriesChange: {
            assignee_id?: string | null;
            checklist?: string[] | null;
            due_after_s?: number | null;
            paused?: boolean | null;
            priority?: ("low" | "normal" | "high" | "urgent") | null;
            queue_id?: string | null;
            rule?: string | null;
            starts?: string | null;
            text?: string | null;
            title?: string | null;
        };
        /** @description A page of recurring tasks, the oldest first. */
        TaskSeriesPage: {
            items: components["schemas"]["TaskSeriesAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description Today's figures, for the live screen: of each agent, and of each hour so far. */
        TodayAnswer: {
            /** @description Every user but those who objected to statistics on individuals */
            agents: components["schemas"]["AgentFigures"][];
            /** @description Counted then */
            at: string;
            /** @description Today, in the organisation's time zone */
            day: string;
            /** @description From midnight to the hour that goes on; without measures of agents */
            hours: components["schemas"]["ReportRow"][];
            /** @description IANA name, such as `Europe/London` */
            time_zone: string;
            /** @description Of all hours */
            total: {
                [key: string]: number | null;
            };
        };
        /** @description The caller goes on to a flow. */
        ToFlowBody: {
            flow_id: string;
            /** @constant */
            to: "flow";
        };
        /** @description The call is ended. `prompt`: what is played first; null: nothing. */
        ToHangUpBody: {
            prompt?: string | null;
            /** @constant */
            to: "hang_up";
        };
        /** @description How much may be called, by one user or by the organisation. */
        TollFraudLimits: {
            calls_at_once: number;
            /** @description Calls started in a minute */
            calls_per_minute: number;
            /** @description Refusals within ten minutes that freeze outgoing calls; 0: never */
            freeze_after: number;
            /** @description Minutes in a day of the organisation's time zone */
            minutes_per_day: number;
        };
        /** @description Which outside numbers may be called and how much, and whose outgoing calls are frozen. */
        TollFraudRules: {
            /** @description + and digits; of both lists the longest prefix that matches decides first */
            allowed_prefixes: string[];
            /** @description ISO 3166 codes of the countries that may be called */
            countries: string[];
            denied_prefixes: string[];
            /** @description The share of the organisation's limits that calls may use which flows forward, or which reach agents on their mobile numbers */
            forwards_percent: number;
            frozen: components["schemas"]["OutboundFreeze"][];
            /** @description A call is ended after this */
            longest_call_minutes: number;
            /** @description For all of the organisation */
            organisation: components["schemas"]["TollFraudLimits"];
            /** @description For each user */
            user: components["schemas"]["TollFraudLimits"];
        };
        /** @description The caller goes on to another queue. */
        ToQueueBody: {
            queue_id: string;
            /** @constant */
            to: "queue";
        };
        /** @description Sums of calls that are deleted, of a day, or of those days of a week or month that have no row of their own. */
        TotalRow: {
            /** @description The first day, in the organisation's time zone */
            from: string;
            /** @enum {string} */
            period: "day" | "week" | "month";
            /** @description The last day */
            to: string;
            /** @description By the measure's `key`. Null: nothing to measure */
            values: {
                [key: string]: number | null;
            };
        };
        /** @description What is kept of calls that are deleted: totals of at least 10 different callers. */
        TotalsAnswer: {
            /** @description What has fewer different callers in it is not kept */
            fewest_callers: number;
            /** @description The first day, in the organisation's time zone */
            from: string;
            measures: components["schemas"]["ReportMeasure"][];
            rows: components["schemas"]["TotalRow"][];
            /** @description IANA name, such as `Europe/London` */
            time_zone: string;
            /** @description The last day */
            to: string;
            /** @description Of all rows */
            total: {
                [key: string]: number | null;
            };
        };
        /** @description The caller may leave a message. `prompt`: what is played first; null: the built-in words. */
        ToVoicemailBody: {
            prompt?: string | null;
            /** @constant */
            to: "voicemail";
        };
        /** @description Where to transfer the call. */
        Transfer: {
            to: components["schemas"]["Target"];
        };
        /** @description A trunk: how calls reach the organisation and leave it. Its password is never shown. */
        TrunkAnswer: {
            /** @description IP addresses and networks that may send calls */
            addresses: string[];
            /** @description ISO 3166 code of where the carrier is; empty: not stated */
            country: string;
            enabled: boolean;
            /** @description Where calls go out to; null: none go out */
            host: string | null;
            id: string;
            /** @enum {string} */
            kind: "ip" | "registration";
            name: string;
            /** @description Trunks are tried in this order */
            order: number;
            /** @description null: found by DNS, or the transport's usual one */
            port: number | null;
            /** @description From has the account's name instead of the caller's number */
            send_as_account: boolean;
            /** @description When `status` was seen to change; null: it was not */
            since: string | null;
            /** @description Whether calls without encrypted media are refused */
            srtp: boolean;
            /**
             * @description As Asterisk sees it; unknown: not found out yet
             * @enum {string}
             */
            status: "registered" | "rejected" | "reachable" | "unreachable" | "inbound_only" | "forbidden" | "off" | "unknown";
            /** @description Media goes to where it comes from, whatever the SDP says */
            symmetric_rtp: boolean;
            /** @enum {string} */
            transport: "udp" | "tcp" | "tls";
            /** @description What is wrong with the certificate of `host`; null: nothing */
            trouble: string | null;
            /** @description The caller is taken from P-Asserted-Identity and Privacy */
            trust_identity: boolean;
            /** @description The account at the carrier; null: none */
            username: string | null;
        };
        /**
         * @description Settings of a trunk. Fields that are left out stay as they are. `host`, `port` and `username` null: none.
         *
         *     `addresses`: IP addresses and networks that may send calls. `kind` registration: the trunk registers at `host` with
         *     `username` and `password`. `country`: ISO 3166 code of where the carrier is; an organisation that states where its
         *     data is kept must state it.
         */
        TrunkChange: {
            addresses?: string[];
            country?: string;
            enabled?: boolean;
            host?: string | null;
            /** @enum {string} */
            kind?: "ip" | "registration";
            name?: string;
            order?: number;
            password?: string | null;
            port?: number | null;
            send_as_account?: boolean;
            srtp?: boolean;
            symmetric_rtp?: boolean;
            /** @enum {string} */
            transport?: "udp" | "tcp" | "tls";
            trust_identity?: boolean;
            username?: string | null;
        };
        /** @description A page of trunks, in the order in which they are tried. */
        TrunkPage: {
            items: components["schemas"]["TrunkAnswer"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description What a test of a trunk has found. */
        TrunkTestAnswer: {
            /** @description What is wrong with its certificate, in words */
            certificate: string | null;
            /** @description The SIP code that it answered to OPTIONS */
            code: number | null;
            /** @description The SIP code that it answered to the login: 200 takes it, 401, 403 and 407 refuse it. Null: the trunk does not register, or no answer came */
            register_code: number | null;
            /** @description How long the answer took */
            rtt_ms: number | null;
            /** @description Since when */
            since: string | null;
            /**
             * @description As Asterisk sees the trunk
             * @enum {string}
             */
            status: "registered" | "rejected" | "reachable" | "unreachable" | "inbound_only" | "forbidden" | "off" | "unknown";
            tested_at: string;
            /**
             * @description `answers`: the host answered, whatever its code; `silent`: it did not within four seconds; `unreachable`: the connection was refused; `no_address`: the host's name leads nowhere; `forbidden`: it leads where this installation allows no trunk; `certificate`: TLS failed; `inbound_only`: it has no host
             * @enum {string}
             */
            verdict: "answers" | "silent" | "unreachable" | "no_address" | "forbidden" | "certificate" | "inbound_only";
        };
        /** @description Who is there again, or is otherwise now: of a merge both, the one who had stayed first. */
        UndoneAnswer: {
            people: components["schemas"]["PersonAnswer"][];
        };
        /** @description Whose freeze to lift. `user_id` null: that of the whole organisation. */
        Unfreezing: {
            user_id: string | null;
        };
        /** @description An upload. Once it is whole, it is the file with the same id. */
        UploadAnswer: {
            /** @description When it goes unless finished. Null once it is whole */
            expires_at: string | null;
            id: string;
            name: string;
            /** @description Bytes that are stored: go on from there */
            offset: number;
            /** @description Bytes of the whole file */
            size: number;
            /** @enum {string} */
            state: "uploading" | "checking" | "scanning" | "ready" | "quarantined" | "unscannable";
        };
        /** @description A user: a person with an account in the organisation. */
        UserAnswer: {
            /** @description The user cannot sign in */
            disabled: boolean;
            email: string;
            /** @description The user has opened a link sent to this address */
            email_verified: boolean;
            id: string;
            /** @description A second factor is set up and asked for when signing in */
            mfa: boolean;
            name: string;
            /** @description E.164, or empty */
            phone: string;
            /** @description A built-in role, such as `agent`, or the id of a custom role */
            role: string;
        };
        /** @description What one user's outgoing calls used today. */
        UserOutboundUsage: {
            calls: number;
            calls_now: number;
            /** @description Seconds left today; null where `user_id` is null */
            left_s: number | null;
            refused: number;
            /** @description Seconds used, and reserved for calls that go on */
            taken_s: number;
            /** @description Seconds of calls that are over */
            used_s: number;
            /** @description null: calls that no user made, such as those flows forward */
            user_id: string | null;
        };
        /** @description A page of users, the oldest first. */
        UserPage: {
            items: components["schemas"]["UserAnswer"][];
            /** @description Pass it as `cursor` to get the next page; null on the last one */
            next: string | null;
        };
        /** @description A user by id, with the name to show. The name of a deleted account is "a former colleague". */
        UserRef: {
            id: string;
            name: string;
        };
        /** @description A user's skills. */
        UserSkills: {
            /** @description Name of the skill -> level, from 1 to 10 */
            skills: {
                [key: string]: number;
            };
        };
        /** @description Which certificates verify the signature. */
        VconHeader: {
            /** @description RS256 */
            alg: string;
            /** @description The vCon's */
            uuid: string;
            /** @description The certificates of the key that signed, and of the installation's key, which issued it */
            x5c: string[];
        };
        /** @description The installation's signature (RFC 7515, 7.2.1). */
        VconSignature: {
            header: components["schemas"]["VconHeader"];
            protected: string;
            signature: string;
        };
        /** @description The caller may leave a message. */
        VoicemailExit: {
            /** @description What is played first; null: the built-in words */
            prompt: string | null;
            /** @constant */
            to: "voicemail";
        };
        /** @description Records a message, and ends the call. */
        VoicemailNode: {
            /** @description What is played first; null: the built-in words */
            prompt: string | null;
            /** @constant */
            type: "voicemail";
        };
        /** @description Records a message, and ends the call. `prompt` null: the built-in words. */
        VoicemailNodeBody: {
            prompt?: string | null;
            /** @constant */
            type: "voicemail";
        };
        /** @description A subscription: events of these kinds are sent to this address. */
        Webhook: {
            /** @description ISO 3166 code of where its server is; empty: not stated */
            country: string;
            created_at: string;
            /** @description Id of the user who subscribed; null once it is deleted */
            created_by: string | null;
            description: string;
            enabled: boolean;
            /** @description The first of the attempts that have all failed; null while the last one succeeded */
            failing_since: string | null;
            /** @description When the address answered 410, which switched this off */
            gone_at: string | null;
            id: string;
            /** @description Kinds of events that are sent, such as call.ended */
            kinds: string[];
            /** @description Until when messages are signed with the former secret too */
            old_secret_until: string | null;
            /** @description When the current secret was made */
            secret_at: string;
            url: string;
        };
        /**
         * @description Settings of a webhook. Fields that are left out stay as they are.
         *
         *     `country`: ISO 3166 code of where its server is; an organisation that states where its data is kept must state it.
         *     `enabled`: true also resumes a webhook that was switched off because its address answered 410.
         */
        WebhookChange: {
            country?: string;
            description?: string;
            enabled?: boolean;
            kinds?: string[];
            url?: string;
        };
        /** @description A message to one webhook, and what became of it. */
        WebhookDelivery: {
            created_at: string;
            delivered_at: string | null;
            /** @description The next attempt; null unless it waits for one */
            due_at: string | null;
            id: string;
            kind: string;
            /** @description The webhook-id header: the same in each attempt */
            message_id: string;
            /**
             * @description dead: given up
             * @enum {string}
             */
            state: "waiting" | "delivered" | "dead";
            /** @description HTTP status of the last answer; null: none was received */
            status: number | null;
            /** @description Attempts so far */
            tries: number;
            /** @description Why the last attempt failed; null: it did not */
            trouble: ("no_answer" | "too_slow" | "not_allowed" | "refused" | "gone" | "switched_off") | null;
        };
        /** @description A page of deliveries, the newest first. */
        WebhookDeliveryPage: {
            items: components["schemas"]["WebhookDelivery"][];
            /** @description The cursor of the next page; null on the last page */
            next: string | null;
        };
        /** @description All webhooks of the organisation. */
        WebhookList: {
            items: components["schemas"]["Webhook"][];
        };
        /** @description A webhook with its secret, which is shown only in this answer. */
        WebhookWithSecret: {
            /** @description ISO 3166 code of where its server is; empty: not stated */
            country: string;
            created_at: string;
            /** @description Id of the user who subscribed; null once it is deleted */
            created_by: string | null;
            description: string;
            enabled: boolean;
            /** @description The first of the attempts that have all failed; null while the last one succeeded */
            failing_since: string | null;
            /** @description When the address answered 410, which switched this off */
            gone_at: string | null;
            id: string;
            /** @description Kinds of events that are sent, such as call.ended */
            kinds: string[];
            /** @description Until when messages are signed with the former secret too */
            old_secret_until: string | null;
            /** @description Signs each message: whsec_ and base64 */
            secret: string;
            /** @description When the current secret was made */
            secret_at: string;
            url: string;
        };
        /** @description From when to when it is open on one day of each week. */
        WeeklyOpening: {
            /** @description HH:MM, in the time zone of these hours */
            closes: string;
            /** @enum {string} */
            day: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
            /** @description HH:MM, in the time zone of these hours */
            opens: string;
        };
        /** @description From when to when it is open on one day of each week. */
        WeeklyOpeningBody: {
            closes: string;
            /** @enum {string} */
            day: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
            opens: string;
        };
        /** @description What the day would have been like. */
        WhatIfAnswer: {
            auto_pause: components["schemas"]["WhatIfAutoPause"];
            /** @description Callers of the queue on that day */
            calls: number;
            changes: components["schemas"]["WhatIfChanges"];
            day: string;
            /** @description 2,000 at most, those that differ first */
            decisions: components["schemas"]["WhatIfDecision"][];
            differ: number;
            /** @description Calls that would have been offered earlier */
            earlier: number;
            /** @description By how many seconds, on average */
            earlier_s: number | null;
            /** @description Decisions that were left out */
            left_off: number;
            max_wait: components["schemas"]["WhatIfMaxWait"];
            max_waiting: components["schemas"]["WhatIfMaxWaiting"];
            /** @description What the answer does not take into account, in words */
            not_modelled: string[];
            /** @description 2,000 at most */
            offered_earlier: components["schemas"]["WhatIfEarlier"][];
            offers: number;
            queue_id: string;
            /** @description Calls that would have been offered, and never were */
            reached: number;
            reproduced: number;
        };
        /** @description Agents that the changed limit of missed offers concerns. */
        WhatIfAutoPause: {
            would_not: number;
            would_pause: number;
        };
        /** @description The settings as they would be. Those that the request left out are absent. */
        WhatIfChanges: {
            auto_pause_after?: number;
            max_wait_s?: number;
            max_waiting?: number | null;
            members?: string[];
            priority?: number;
            skills?: components["schemas"]["WhatIfSkill"][];
            /** @enum {string} */
            strategy?: "longest_idle" | "round_robin" | "least_calls" | "ring_all";
        };
        /** @description An offer that was made, and whom it would have rung. */
        WhatIfDecision: {
            /** @description Who would be, with the settings as they are now */
            as_now: string[];
            at: string;
            call_id: string;
            /** @description The change makes a difference */
            differs: boolean;
            /** @description Nobody could have been hoped for: the call would have left */
            hopeless: boolean;
            /** @description The call that those agents would have been given */
            instead: string | null;
            queue_id: string | null;
            /** @description Of the changed decision, where it differs */
            reasons: components["schemas"]["WhatIfReason"][];
            /** @description `as_now` is what really happened */
            reproduced: boolean;
            /** @description Who was really rung */
            rung: string[];
            /** @description Who would be, with the change. Empty: nobody */
            would_ring: string[];
        };
        /** @description A call that would have been offered earlier. */
        WhatIfEarlier: {
            /** @description When it would have been offered */
            at: string;
            call_id: string;
            /** @description How much later it really was. Null: it never was */
            seconds: number | null;
            would_ring: string[];
        };
        /** @description Callers that the changed longest wait concerns. */
        WhatIfMaxWait: {
            /** @description Left at the real limit, which is shorter */
            might_stay: number;
            /** @description Waited longer than the changed limit */
            would_leave: number;
        };
        /** @description Callers that the changed longest line concerns. */
        WhatIfMaxWaiting: {
            might_join: number;
            would_be_full: number;
        };
        /** @description An agent who would have been looked at, and the reason for or against. */
        WhatIfReason: {
            agent_id: string;
            chosen: boolean;
            /** @description A stable code, such as `idle_longest` */
            code: string;
            idle_s: number | null;
        };
        /** @description A skill that the changed queue would need. What the request leaves out is absent. */
        WhatIfSkill: {
            level?: number;
            name: string;
            relax_after_s?: number | null;
        };
        /** @description Nothing records the call from here on, whatever the queue says. Plays a sound and goes on. */
        WithdrawConsentNode: {
            /** @description The id of the node that follows; empty: not chosen yet */
            next: string;
            /** @description A built-in sound's name, or a prompt's id */
            prompt: string;
            /** @constant */
            type: "withdraw_consent";
        };
        /** @description Nothing records the call from here on, whatever the queue says. Plays a sound and goes on. */
        WithdrawConsentNodeBody: {
            next?: string;
            /** @description a built-in sound, or a prompt's id */
            prompt?: string;
            /** @constant */
            type: "withdraw_consent";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Acceptance = components['schemas']['Acceptance'];
export type AccountDeletion = components['schemas']['AccountDeletion'];
export type AccountErasure = components['schemas']['AccountErasure'];
export type Activity = components['schemas']['Activity'];
export type ActivityChangeAnswer = components['schemas']['ActivityChangeAnswer'];
export type ActivityEntryAnswer = components['schemas']['ActivityEntryAnswer'];
export type ActivityOpens = components['schemas']['ActivityOpens'];
export type ActivityPageAnswer = components['schemas']['ActivityPageAnswer'];
export type AddressBookImportAnswer = components['schemas']['AddressBookImportAnswer'];
export type AddressBookImportPage = components['schemas']['AddressBookImportPage'];
export type AddressWritten = components['schemas']['AddressWritten'];
export type AdministrationCounts = components['schemas']['AdministrationCounts'];
export type AffectedPeoplePage = components['schemas']['AffectedPeoplePage'];
export type AffectedPersonAnswer = components['schemas']['AffectedPersonAnswer'];
export type AgentCorrection = components['schemas']['AgentCorrection'];
export type AgentCounts = components['schemas']['AgentCounts'];
export type AgentDayEvent = components['schemas']['AgentDayEvent'];
export type AgentDayStretch = components['schemas']['AgentDayStretch'];
export type AgentFigures = components['schemas']['AgentFigures'];
export type AgentRow = components['schemas']['AgentRow'];
export type AgentSessionAnswer = components['schemas']['AgentSessionAnswer'];
export type AgentState = components['schemas']['AgentState'];
export type AgentTimeline = components['schemas']['AgentTimeline'];
export type AgentToday = components['schemas']['AgentToday'];
export type AgeScreen = components['schemas']['AgeScreen'];
export type AnnounceNode = components['schemas']['AnnounceNode'];
export type AnnounceNodeBody = components['schemas']['AnnounceNodeBody'];
export type ApiToken = components['schemas']['ApiToken'];
export type ApiTokenPage = components['schemas']['ApiTokenPage'];
export type AppFrame = components['schemas']['AppFrame'];
export type AppPasswordAnswer = components['schemas']['AppPasswordAnswer'];
export type AppPasswordPage = components['schemas']['AppPasswordPage'];
export type AuditChangeAnswer = components['schemas']['AuditChangeAnswer'];
export type AuditCheck = components['schemas']['AuditCheck'];
export type AuditEntryAnswer = components['schemas']['AuditEntryAnswer'];
export type AuditPage = components['schemas']['AuditPage'];
export type AuthenticatorRemoval = components['schemas']['AuthenticatorRemoval'];
export type AuthenticatorSelection = components['schemas']['AuthenticatorSelection'];
export type AuthenticatorSetup = components['schemas']['AuthenticatorSetup'];
export type AvatarPage = components['schemas']['AvatarPage'];
export type AvatarTag = components['schemas']['AvatarTag'];
export type AvatarVersion = components['schemas']['AvatarVersion'];
export type Ban = components['schemas']['Ban'];
export type BanPage = components['schemas']['BanPage'];
export type BrandingAnswer = components['schemas']['BrandingAnswer'];
export type BrandingChange = components['schemas']['BrandingChange'];
export type BrandLogo = components['schemas']['BrandLogo'];
export type BrandTones = components['schemas']['BrandTones'];
export type BulkAnswer = components['schemas']['BulkAnswer'];
export type BulkFields = components['schemas']['BulkFields'];
export type BulkOutcome = components['schemas']['BulkOutcome'];
export type BulkPage = components['schemas']['BulkPage'];
export type BulkUndone = components['schemas']['BulkUndone'];
export type CallAgentPart = components['schemas']['CallAgentPart'];
export type Callback = components['schemas']['Callback'];
export type CallbackNode = components['schemas']['CallbackNode'];
export type CallbackNodeBody = components['schemas']['CallbackNodeBody'];
export type CallbackPage = components['schemas']['CallbackPage'];
export type CallCommandAccepted = components['schemas']['CallCommandAccepted'];
export type CallDetail = components['schemas']['CallDetail'];
export type CallerCard = components['schemas']['CallerCard'];
export type CallerDetails = components['schemas']['CallerDetails'];
export type CallerErasure = components['schemas']['CallerErasure'];
export type CallerErasurePlan = components['schemas']['CallerErasurePlan'];
export type CallerErasureWish = components['schemas']['CallerErasureWish'];
export type CallerFileAnswer = components['schemas']['CallerFileAnswer'];
export type CallerFilePage = components['schemas']['CallerFilePage'];
export type CallerImportAnswer = components['schemas']['CallerImportAnswer'];
export type CallerImportPage = components['schemas']['CallerImportPage'];
export type CallerNumber = components['schemas']['CallerNumber'];
export type CallerNumberPage = components['schemas']['CallerNumberPage'];
export type CallFlowVersion = components['schemas']['CallFlowVersion'];
export type CallIvrAnswer = components['schemas']['CallIvrAnswer'];
export type CallLegEnd = components['schemas']['CallLegEnd'];
export type CallLegRow = components['schemas']['CallLegRow'];
export type CallMonitorRow = components['schemas']['CallMonitorRow'];
export type CallNoteAnswer = components['schemas']['CallNoteAnswer'];
export type CallNoteWish = components['schemas']['CallNoteWish'];
export type CallOfferRow = components['schemas']['CallOfferRow'];
export type CallPage = components['schemas']['CallPage'];
export type CallQualityAnswer = components['schemas']['CallQualityAnswer'];
export type CallQualityWish = components['schemas']['CallQualityWish'];
export type CallQueueVisit = components['schemas']['CallQueueVisit'];
export type CallRow = components['schemas']['CallRow'];
export type CallState = components['schemas']['CallState'];
export type CallTimelineEntry = components['schemas']['CallTimelineEntry'];
export type CallTransferRow = components['schemas']['CallTransferRow'];
export type CardPerson = components['schemas']['CardPerson'];
export type CardRefusal = components['schemas']['CardRefusal'];
export type CardTask = components['schemas']['CardTask'];
export type Changes = components['schemas']['Changes'];
export type ChannelPreference = components['schemas']['ChannelPreference'];
export type CheckFinding = components['schemas']['CheckFinding'];
export type ChecklistItemAnswer = components['schemas']['ChecklistItemAnswer'];
export type ClosingPlan = components['schemas']['ClosingPlan'];
export type ClosingRequest = components['schemas']['ClosingRequest'];
export type ColumnWritten = components['schemas']['ColumnWritten'];
export type ConfirmedEmail = components['schemas']['ConfirmedEmail'];
export type ConsentEntryAnswer = components['schemas']['ConsentEntryAnswer'];
export type ConsentEntryPage = components['schemas']['ConsentEntryPage'];
export type ConsentGranted = components['schemas']['ConsentGranted'];
export type ConsentState = components['schemas']['ConsentState'];
export type ConsentStateList = components['schemas']['ConsentStateList'];
export type ConsentText = components['schemas']['ConsentText'];
export type Consult = components['schemas']['Consult'];
export type Consulted = components['schemas']['Consulted'];
export type ConsultParty = components['schemas']['ConsultParty'];
export type CorrectionAnswer = components['schemas']['CorrectionAnswer'];
export type CorrectionPage = components['schemas']['CorrectionPage'];
export type CrashReportTaken = components['schemas']['CrashReportTaken'];
export type CrmBitrix24 = components['schemas']['CrmBitrix24'];
export type CrmBitrix24Body = components['schemas']['CrmBitrix24Body'];
export type CrmChatwoot = components['schemas']['CrmChatwoot'];
export type CrmChatwootBody = components['schemas']['CrmChatwootBody'];
export type CrmChoices = components['schemas']['CrmChoices'];
export type CrmConnectionAnswer = components['schemas']['CrmConnectionAnswer'];
export type CrmConnectionChange = components['schemas']['CrmConnectionChange'];
export type CrmConnectionPage = components['schemas']['CrmConnectionPage'];
export type CrmConnectionWithCounts = components['schemas']['CrmConnectionWithCounts'];
export type CrmConnectionWithWebhook = components['schemas']['CrmConnectionWithWebhook'];
export type CrmCounts = components['schemas']['CrmCounts'];
export type CrmEspo = components['schemas']['CrmEspo'];
export type CrmEspoBody = components['schemas']['CrmEspoBody'];
export type CrmFieldMapping = components['schemas']['CrmFieldMapping'];
export type CrmFieldMappingBody = components['schemas']['CrmFieldMappingBody'];
export type CrmFieldPreview = components['schemas']['CrmFieldPreview'];
export type CrmHubSpot = components['schemas']['CrmHubSpot'];
export type CrmHubSpotBody = components['schemas']['CrmHubSpotBody'];
export type CrmJobAnswer = components['schemas']['CrmJobAnswer'];
export type CrmJobPage = components['schemas']['CrmJobPage'];
export type CrmLinkAnswer = components['schemas']['CrmLinkAnswer'];
export type CrmLinkPage = components['schemas']['CrmLinkPage'];
export type CrmOdoo = components['schemas']['CrmOdoo'];
export type CrmOdooBody = components['schemas']['CrmOdooBody'];
export type CrmPersonRecord = components['schemas']['CrmPersonRecord'];
export type CrmPersonRecords = components['schemas']['CrmPersonRecords'];
export type CrmPreview = components['schemas']['CrmPreview'];
export type CrmRecordPreview = components['schemas']['CrmRecordPreview'];
export type CrmRoundup = components['schemas']['CrmRoundup'];
export type CrmRoundupBody = components['schemas']['CrmRoundupBody'];
export type CrmShape = components['schemas']['CrmShape'];
export type CrmShapeBody = components['schemas']['CrmShapeBody'];
export type CrmTryton = components['schemas']['CrmTryton'];
export type CrmTrytonBody = components['schemas']['CrmTrytonBody'];
export type CrmWebhookAnswer = components['schemas']['CrmWebhookAnswer'];
export type CrmZammad = components['schemas']['CrmZammad'];
export type CrmZammadBody = components['schemas']['CrmZammadBody'];
export type CurrentPassword = components['schemas']['CurrentPassword'];
export type CurrentUser = components['schemas']['CurrentUser'];
export type CustomFieldAnswer = components['schemas']['CustomFieldAnswer'];
export type DataEndpoint = components['schemas']['DataEndpoint'];
export type DataEndpointList = components['schemas']['DataEndpointList'];
export type DataTransferAnswer = components['schemas']['DataTransferAnswer'];
export type DataTransferPage = components['schemas']['DataTransferPage'];
export type DeviceDetails = components['schemas']['DeviceDetails'];
export type DeviceReport = components['schemas']['DeviceReport'];
export type DeviceSightings = components['schemas']['DeviceSightings'];
export type DeviceSummary = components['schemas']['DeviceSummary'];
export type Digits = components['schemas']['Digits'];
export type Direction = components['schemas']['Direction'];
export type DisclosureAnswer = components['schemas']['DisclosureAnswer'];
export type DisclosureCorrection = components['schemas']['DisclosureCorrection'];
export type DisclosureEntry = components['schemas']['DisclosureEntry'];
export type DisclosurePageAnswer = components['schemas']['DisclosurePageAnswer'];
export type DispositionAnswer = components['schemas']['DispositionAnswer'];
export type DispositionChange = components['schemas']['DispositionChange'];
export type DispositionGiven = components['schemas']['DispositionGiven'];
export type DispositionPage = components['schemas']['DispositionPage'];
export type DispositionRef = components['schemas']['DispositionRef'];
export type DuplicateAnswer = components['schemas']['DuplicateAnswer'];
export type DuplicatePage = components['schemas']['DuplicatePage'];
export type EmailChange = components['schemas']['EmailChange'];
export type EmailConfirmation = components['schemas']['EmailConfirmation'];
export type EmailTrouble = components['schemas']['EmailTrouble'];
export type EmailWritten = components['schemas']['EmailWritten'];
export type End = components['schemas']['End'];
export type EndedBy = components['schemas']['EndedBy'];
export type ErasureNoticeAnswer = components['schemas']['ErasureNoticeAnswer'];
export type ErasureNoticePage = components['schemas']['ErasureNoticePage'];
export type ErasurePassedOn = components['schemas']['ErasurePassedOn'];
export type ErasureReceiptAnswer = components['schemas']['ErasureReceiptAnswer'];
export type EventDataSchema = components['schemas']['EventDataSchema'];
export type EventField = components['schemas']['EventField'];
export type EventFieldType = components['schemas']['EventFieldType'];
export type EventMessageProperties = components['schemas']['EventMessageProperties'];
export type EventSchema = components['schemas']['EventSchema'];
export type EventTimestampSchema = components['schemas']['EventTimestampSchema'];
export type EventType = components['schemas']['EventType'];
export type EventTypeConst = components['schemas']['EventTypeConst'];
export type EventTypeList = components['schemas']['EventTypeList'];
export type ExportAnswer = components['schemas']['ExportAnswer'];
export type ExportPage = components['schemas']['ExportPage'];
export type FieldWritten = components['schemas']['FieldWritten'];
export type FileAnswer = components['schemas']['FileAnswer'];
export type FileChange = components['schemas']['FileChange'];
export type FilePageAnswer = components['schemas']['FilePageAnswer'];
export type FileReading = components['schemas']['FileReading'];
export type FileUsageAnswer = components['schemas']['FileUsageAnswer'];
export type FirstDeletion = components['schemas']['FirstDeletion'];
export type FirstOrganisation = components['schemas']['FirstOrganisation'];
export type Flow = components['schemas']['Flow'];
export type FlowChange = components['schemas']['FlowChange'];
export type FlowExit = components['schemas']['FlowExit'];
export type FlowPage = components['schemas']['FlowPage'];
export type FlowProblem = components['schemas']['FlowProblem'];
export type FlowSimulation = components['schemas']['FlowSimulation'];
export type FlowSkill = components['schemas']['FlowSkill'];
export type FlowSkillBody = components['schemas']['FlowSkillBody'];
export type FlowSummary = components['schemas']['FlowSummary'];
export type FlowValidation = components['schemas']['FlowValidation'];
export type FlowVersion = components['schemas']['FlowVersion'];
export type FlowVersionPage = components['schemas']['FlowVersionPage'];
export type FlowVersionSummary = components['schemas']['FlowVersionSummary'];
export type ForwardNode = components['schemas']['ForwardNode'];
export type ForwardNodeBody = components['schemas']['ForwardNodeBody'];
export type GivenAnswer = components['schemas']['GivenAnswer'];
export type GivenThing = components['schemas']['GivenThing'];
export type HangUpExit = components['schemas']['HangUpExit'];
export type HangUpNode = components['schemas']['HangUpNode'];
export type HangUpNodeBody = components['schemas']['HangUpNodeBody'];
export type HistoryEntryAnswer = components['schemas']['HistoryEntryAnswer'];
export type HistoryEntryPage = components['schemas']['HistoryEntryPage'];
export type HoldRelease = components['schemas']['HoldRelease'];
export type HoldReview = components['schemas']['HoldReview'];
export type Holiday = components['schemas']['Holiday'];
export type HolidayBody = components['schemas']['HolidayBody'];
export type HoursChange = components['schemas']['HoursChange'];
export type HoursNode = components['schemas']['HoursNode'];
export type HoursNodeBody = components['schemas']['HoursNodeBody'];
export type IdentityProvider = components['schemas']['IdentityProvider'];
export type IdentityProviderTest = components['schemas']['IdentityProviderTest'];
export type ImportCounts = components['schemas']['ImportCounts'];
export type ImportedAnswer = components['schemas']['ImportedAnswer'];
export type ImportedFrom = components['schemas']['ImportedFrom'];
export type ImportedPage = components['schemas']['ImportedPage'];
export type ImportStart = components['schemas']['ImportStart'];
export type IncidentAnswer = components['schemas']['IncidentAnswer'];
export type IncidentChange = components['schemas']['IncidentChange'];
export type IncidentEntry = components['schemas']['IncidentEntry'];
export type IncidentNotice = components['schemas']['IncidentNotice'];
export type IncidentPage = components['schemas']['IncidentPage'];
export type IncidentPlace = components['schemas']['IncidentPlace'];
export type IncidentPlaceCount = components['schemas']['IncidentPlaceCount'];
export type IncidentPlaceList = components['schemas']['IncidentPlaceList'];
export type IncidentScope = components['schemas']['IncidentScope'];
export type IncidentScopeChange = components['schemas']['IncidentScopeChange'];
export type IncidentSearchAnswer = components['schemas']['IncidentSearchAnswer'];
export type IncidentStep = components['schemas']['IncidentStep'];
export type IncidentSummary = components['schemas']['IncidentSummary'];
export type IncidentWas = components['schemas']['IncidentWas'];
export type InstallationBan = components['schemas']['InstallationBan'];
export type InstallationBanPage = components['schemas']['InstallationBanPage'];
export type InstallationChecks = components['schemas']['InstallationChecks'];
export type InstallationPart = components['schemas']['InstallationPart'];
export type InstallationStatus = components['schemas']['InstallationStatus'];
export type InvitationAcceptance = components['schemas']['InvitationAcceptance'];
export type InvitationAnswer = components['schemas']['InvitationAnswer'];
export type InvitationPage = components['schemas']['InvitationPage'];
export type InvitationPreview = components['schemas']['InvitationPreview'];
export type InvitationToken = components['schemas']['InvitationToken'];
export type KeptData = components['schemas']['KeptData'];
export type KeptRecordingAnswer = components['schemas']['KeptRecordingAnswer'];
export type KeptRecordingPage = components['schemas']['KeptRecordingPage'];
export type KindPreference = components['schemas']['KindPreference'];
export type LastCall = components['schemas']['LastCall'];
export type LastingAlert = components['schemas']['LastingAlert'];
export type LeftOutAnswer = components['schemas']['LeftOutAnswer'];
export type LegalHoldAnswer = components['schemas']['LegalHoldAnswer'];
export type LegalHoldPage = components['schemas']['LegalHoldPage'];
export type LegalHoldRow = components['schemas']['LegalHoldRow'];
export type LegalHoldStep = components['schemas']['LegalHoldStep'];
export type LegQualityRow = components['schemas']['LegQualityRow'];
export type LineSegment = components['schemas']['LineSegment'];
export type LiveCallAnswer = components['schemas']['LiveCallAnswer'];
export type LiveCallRow = components['schemas']['LiveCallRow'];
export type LiveLineSegment = components['schemas']['LiveLineSegment'];
export type LiveMonitor = components['schemas']['LiveMonitor'];
export type LiveRecording = components['schemas']['LiveRecording'];
export type LiveSnapshot = components['schemas']['LiveSnapshot'];
export type Login = components['schemas']['Login'];
export type MenuNode = components['schemas']['MenuNode'];
export type MenuNodeBody = components['schemas']['MenuNodeBody'];
export type Merge = components['schemas']['Merge'];
export type MergedAnswer = components['schemas']['MergedAnswer'];
export type MobileAnswer = components['schemas']['MobileAnswer'];
export type MobileCode = components['schemas']['MobileCode'];
export type MobileCodeAnswer = components['schemas']['MobileCodeAnswer'];
export type MobileNumber = components['schemas']['MobileNumber'];
export type MobileSwitch = components['schemas']['MobileSwitch'];
export type Monitoring = components['schemas']['Monitoring'];
export type MyPolicy = components['schemas']['MyPolicy'];
export type NewApiToken = components['schemas']['NewApiToken'];
export type NewAppPasswordAnswer = components['schemas']['NewAppPasswordAnswer'];
export type NewAppPasswordBody = components['schemas']['NewAppPasswordBody'];
export type NewBulkChange = components['schemas']['NewBulkChange'];
export type NewCall = components['schemas']['NewCall'];
export type NewChecklistItem = components['schemas']['NewChecklistItem'];
export type NewConsentEntry = components['schemas']['NewConsentEntry'];
export type NewCrashReport = components['schemas']['NewCrashReport'];
export type NewCrmConnection = components['schemas']['NewCrmConnection'];
export type NewCrmWebhook = components['schemas']['NewCrmWebhook'];
export type NewDataTransfer = components['schemas']['NewDataTransfer'];
export type NewDisclosure = components['schemas']['NewDisclosure'];
export type NewDisposition = components['schemas']['NewDisposition'];
export type NewExport = components['schemas']['NewExport'];
export type NewFlow = components['schemas']['NewFlow'];
export type NewHours = components['schemas']['NewHours'];
export type NewIncident = components['schemas']['NewIncident'];
export type NewInvitation = components['schemas']['NewInvitation'];
export type NewLegalHold = components['schemas']['NewLegalHold'];
export type NewNotice = components['schemas']['NewNotice'];
export type NewNumber = components['schemas']['NewNumber'];
export type NewOwnPrivacyRequest = components['schemas']['NewOwnPrivacyRequest'];
export type NewPasskey = components['schemas']['NewPasskey'];
export type NewPasskeyCredential = components['schemas']['NewPasskeyCredential'];
export type NewPassword = components['schemas']['NewPassword'];
export type NewPauseReason = components['schemas']['NewPauseReason'];
export type NewPeopleExport = components['schemas']['NewPeopleExport'];
export type NewPerson = components['schemas']['NewPerson'];
export type NewPhoneUpload = components['schemas']['NewPhoneUpload'];
export type NewPrivacyRequest = components['schemas']['NewPrivacyRequest'];
export type NewProcessor = components['schemas']['NewProcessor'];
export type NewPusherApp = components['schemas']['NewPusherApp'];
export type NewPushSubscription = components['schemas']['NewPushSubscription'];
export type NewQueue = components['schemas']['NewQueue'];
export type NewRecordingKey = components['schemas']['NewRecordingKey'];
export type NewRole = components['schemas']['NewRole'];
export type NewSavedFilter = components['schemas']['NewSavedFilter'];
export type NewSession = components['schemas']['NewSession'];
export type NewTask = components['schemas']['NewTask'];
export type NewTaskAddress = components['schemas']['NewTaskAddress'];
export type NewTaskComment = components['schemas']['NewTaskComment'];
export type NewTaskExport = components['schemas']['NewTaskExport'];
export type NewTaskSeries = components['schemas']['NewTaskSeries'];
export type NewToken = components['schemas']['NewToken'];
export type NewTollFraudLimits = components['schemas']['NewTollFraudLimits'];
export type NewTollFraudRules = components['schemas']['NewTollFraudRules'];
export type NewTrunk = components['schemas']['NewTrunk'];
export type NewUser = components['schemas']['NewUser'];
export type NewWebhook = components['schemas']['NewWebhook'];
export type NotificationAnswer = components['schemas']['NotificationAnswer'];
export type NotificationChannel = components['schemas']['NotificationChannel'];
export type NotificationChoice = components['schemas']['NotificationChoice'];
export type NotificationKind = components['schemas']['NotificationKind'];
export type NotificationPage = components['schemas']['NotificationPage'];
export type NotificationPreferencesAnswer = components['schemas']['NotificationPreferencesAnswer'];
export type NotifierRef = components['schemas']['NotifierRef'];
export type NumberAnswer = components['schemas']['NumberAnswer'];
export type NumberChange = components['schemas']['NumberChange'];
export type NumberCheck = components['schemas']['NumberCheck'];
export type NumberErasurePlan = components['schemas']['NumberErasurePlan'];
export type NumberPage = components['schemas']['NumberPage'];
export type NumberTestAnswer = components['schemas']['NumberTestAnswer'];
export type NumberTestStep = components['schemas']['NumberTestStep'];
export type NumberToCheck = components['schemas']['NumberToCheck'];
export type NumberWritten = components['schemas']['NumberWritten'];
export type OfferCandidate = components['schemas']['OfferCandidate'];
export type OfferEnding = components['schemas']['OfferEnding'];
export type OfferOthers = components['schemas']['OfferOthers'];
export type OpeningHours = components['schemas']['OpeningHours'];
export type OpeningHoursPage = components['schemas']['OpeningHoursPage'];
export type OpeningSpan = components['schemas']['OpeningSpan'];
export type OpeningSpanBody = components['schemas']['OpeningSpanBody'];
export type Organisation = components['schemas']['Organisation'];
export type OrganisationChange = components['schemas']['OrganisationChange'];
export type OrganisationClosing = components['schemas']['OrganisationClosing'];
export type OrganisationOutboundUsage = components['schemas']['OrganisationOutboundUsage'];
export type OrganisationRetention = components['schemas']['OrganisationRetention'];
export type OrganisationSummary = components['schemas']['OrganisationSummary'];
export type OutboundFreeze = components['schemas']['OutboundFreeze'];
export type OutboundUsage = components['schemas']['OutboundUsage'];
export type Outcome = components['schemas']['Outcome'];
export type OwnPrivacyRequest = components['schemas']['OwnPrivacyRequest'];
export type OwnPrivacyRequestPage = components['schemas']['OwnPrivacyRequestPage'];
export type PasskeyAlgorithm = components['schemas']['PasskeyAlgorithm'];
export type PasskeyAnswer = components['schemas']['PasskeyAnswer'];
export type PasskeyCreationOptions = components['schemas']['PasskeyCreationOptions'];
export type PasskeyCredential = components['schemas']['PasskeyCredential'];
export type PasskeyDescriptor = components['schemas']['PasskeyDescriptor'];
export type PasskeyName = components['schemas']['PasskeyName'];
export type PasskeyRegistration = components['schemas']['PasskeyRegistration'];
export type PasskeyRequest = components['schemas']['PasskeyRequest'];
export type PasskeyRequestOptions = components['schemas']['PasskeyRequestOptions'];
export type PasskeySignIn = components['schemas']['PasskeySignIn'];
export type PasskeyUser = components['schemas']['PasskeyUser'];
export type PasswordChange = components['schemas']['PasswordChange'];
export type PasswordResetRequest = components['schemas']['PasswordResetRequest'];
export type PauseReasonAnswer = components['schemas']['PauseReasonAnswer'];
export type PauseReasonChange = components['schemas']['PauseReasonChange'];
export type PauseReasonPage = components['schemas']['PauseReasonPage'];
export type PeopleExportAnswer = components['schemas']['PeopleExportAnswer'];
export type PeopleExportPage = components['schemas']['PeopleExportPage'];
export type PermissionAnswer = components['schemas']['PermissionAnswer'];
export type PermissionList = components['schemas']['PermissionList'];
export type PersonAddressAnswer = components['schemas']['PersonAddressAnswer'];
export type PersonAnswer = components['schemas']['PersonAnswer'];
export type PersonChange = components['schemas']['PersonChange'];
export type PersonEmailAnswer = components['schemas']['PersonEmailAnswer'];
export type PersonErased = components['schemas']['PersonErased'];
export type PersonErasurePlan = components['schemas']['PersonErasurePlan'];
export type PersonErasureWish = components['schemas']['PersonErasureWish'];
export type PersonNumberAnswer = components['schemas']['PersonNumberAnswer'];
export type PersonPage = components['schemas']['PersonPage'];
export type PersonSearch = components['schemas']['PersonSearch'];
export type PhoneCredentials = components['schemas']['PhoneCredentials'];
export type PhoneUploadAnswer = components['schemas']['PhoneUploadAnswer'];
export type PhoneUploadPage = components['schemas']['PhoneUploadPage'];
export type Piece = components['schemas']['Piece'];
export type PlacedCall = components['schemas']['PlacedCall'];
export type PlaybackAnswer = components['schemas']['PlaybackAnswer'];
export type PlaybackList = components['schemas']['PlaybackList'];
export type PlaybackRange = components['schemas']['PlaybackRange'];
export type PlaybackUser = components['schemas']['PlaybackUser'];
export type PolicyAcceptanceAnswer = components['schemas']['PolicyAcceptanceAnswer'];
export type PolicyBlock = components['schemas']['PolicyBlock'];
export type PolicyChange = components['schemas']['PolicyChange'];
export type PolicyStatements = components['schemas']['PolicyStatements'];
export type PolicyVersion = components['schemas']['PolicyVersion'];
export type PreferencesChange = components['schemas']['PreferencesChange'];
export type PreviewAnswer = components['schemas']['PreviewAnswer'];
export type PreviewColumnAnswer = components['schemas']['PreviewColumnAnswer'];
export type PreviewFieldAnswer = components['schemas']['PreviewFieldAnswer'];
export type PreviewRowAnswer = components['schemas']['PreviewRowAnswer'];
export type PrivacyRequestAnswer = components['schemas']['PrivacyRequestAnswer'];
export type PrivacyRequestDeadlines = components['schemas']['PrivacyRequestDeadlines'];
export type PrivacyRequestDeadlinesChange = components['schemas']['PrivacyRequestDeadlinesChange'];
export type PrivacyRequestEntry = components['schemas']['PrivacyRequestEntry'];
export type PrivacyRequestPage = components['schemas']['PrivacyRequestPage'];
export type PrivacyRequestStep = components['schemas']['PrivacyRequestStep'];
export type PrivacyRequestWithHistory = components['schemas']['PrivacyRequestWithHistory'];
export type ProcessedData = components['schemas']['ProcessedData'];
export type ProcessingRecord = components['schemas']['ProcessingRecord'];
export type ProcessorAnswer = components['schemas']['ProcessorAnswer'];
export type ProcessorChange = components['schemas']['ProcessorChange'];
export type ProcessorPage = components['schemas']['ProcessorPage'];
export type ProcessorWithSecret = components['schemas']['ProcessorWithSecret'];
export type ProfileChange = components['schemas']['ProfileChange'];
export type Prompt = components['schemas']['Prompt'];
export type PromptPage = components['schemas']['PromptPage'];
export type ProviderChange = components['schemas']['ProviderChange'];
export type ProviderLink = components['schemas']['ProviderLink'];
export type ProviderLookup = components['schemas']['ProviderLookup'];
export type ProviderRedirect = components['schemas']['ProviderRedirect'];
export type ProviderReturn = components['schemas']['ProviderReturn'];
export type ProviderSettings = components['schemas']['ProviderSettings'];
export type ProviderSignIn = components['schemas']['ProviderSignIn'];
export type Purpose = components['schemas']['Purpose'];
export type PusherApp = components['schemas']['PusherApp'];
export type PusherAppChange = components['schemas']['PusherAppChange'];
export type PusherAppList = components['schemas']['PusherAppList'];
export type PusherAppWebhook = components['schemas']['PusherAppWebhook'];
export type PusherAppWebhookSettings = components['schemas']['PusherAppWebhookSettings'];
export type PusherAppWithSecret = components['schemas']['PusherAppWithSecret'];
export type PushSubscriptionAnswer = components['schemas']['PushSubscriptionAnswer'];
export type PushSubscriptionPage = components['schemas']['PushSubscriptionPage'];
export type Question = components['schemas']['Question'];
export type Queue = components['schemas']['Queue'];
export type QueueAlertAnswer = components['schemas']['QueueAlertAnswer'];
export type QueueAlertPage = components['schemas']['QueueAlertPage'];
export type QueueChange = components['schemas']['QueueChange'];
export type QueueExit = components['schemas']['QueueExit'];
export type QueueExits = components['schemas']['QueueExits'];
export type QueueExitsChange = components['schemas']['QueueExitsChange'];
export type QueueNode = components['schemas']['QueueNode'];
export type QueueNodeBody = components['schemas']['QueueNodeBody'];
export type QueuePage = components['schemas']['QueuePage'];
export type QueuePlace = components['schemas']['QueuePlace'];
export type QueueRef = components['schemas']['QueueRef'];
export type QueueRetention = components['schemas']['QueueRetention'];
export type QueueRow = components['schemas']['QueueRow'];
export type ReadingAnswer = components['schemas']['ReadingAnswer'];
export type RealtimeChannels = components['schemas']['RealtimeChannels'];
export type RealtimeSettings = components['schemas']['RealtimeSettings'];
export type ReceiptKey = components['schemas']['ReceiptKey'];
export type ReconciliationAnswer = components['schemas']['ReconciliationAnswer'];
export type ReconciliationFinding = components['schemas']['ReconciliationFinding'];
export type ReconciliationList = components['schemas']['ReconciliationList'];
export type RecordDays = components['schemas']['RecordDays'];
export type RecordingAnswer = components['schemas']['RecordingAnswer'];
export type RecordingKeyAnswer = components['schemas']['RecordingKeyAnswer'];
export type RecordingKeyPage = components['schemas']['RecordingKeyPage'];
export type RecordingPause = components['schemas']['RecordingPause'];
export type RecordingState = components['schemas']['RecordingState'];
export type RecordingStopRow = components['schemas']['RecordingStopRow'];
export type RecordingSummary = components['schemas']['RecordingSummary'];
export type RecoveryCodes = components['schemas']['RecoveryCodes'];
export type RefusedCallAnswer = components['schemas']['RefusedCallAnswer'];
export type RefusedCallPage = components['schemas']['RefusedCallPage'];
export type RelyingParty = components['schemas']['RelyingParty'];
export type ReportAnswer = components['schemas']['ReportAnswer'];
export type ReportBefore = components['schemas']['ReportBefore'];
export type ReportedAccount = components['schemas']['ReportedAccount'];
export type ReportMeasure = components['schemas']['ReportMeasure'];
export type ReportRecipient = components['schemas']['ReportRecipient'];
export type ReportRow = components['schemas']['ReportRow'];
export type ReportScheduleAnswer = components['schemas']['ReportScheduleAnswer'];
export type ReportTimes = components['schemas']['ReportTimes'];
export type RequiredSkill = components['schemas']['RequiredSkill'];
export type ResetRequest = components['schemas']['ResetRequest'];
export type RestrictedNumber = components['schemas']['RestrictedNumber'];
export type RestrictedRecording = components['schemas']['RestrictedRecording'];
export type RestrictedRecordingList = components['schemas']['RestrictedRecordingList'];
export type RestrictionAnswer = components['schemas']['RestrictionAnswer'];
export type RestrictionLine = components['schemas']['RestrictionLine'];
export type RestrictionOpening = components['schemas']['RestrictionOpening'];
export type RestrictionPageAnswer = components['schemas']['RestrictionPageAnswer'];
export type RetentionChangeAnswer = components['schemas']['RetentionChangeAnswer'];
export type RetentionChangePage = components['schemas']['RetentionChangePage'];
export type RetentionDay = components['schemas']['RetentionDay'];
export type RetentionPlanAnswer = components['schemas']['RetentionPlanAnswer'];
export type RetentionWish = components['schemas']['RetentionWish'];
export type RingingOffer = components['schemas']['RingingOffer'];
export type RingNode = components['schemas']['RingNode'];
export type RingNodeBody = components['schemas']['RingNodeBody'];
export type RoleAnswer = components['schemas']['RoleAnswer'];
export type RoleAssignment = components['schemas']['RoleAssignment'];
export type RoleChange = components['schemas']['RoleChange'];
export type RoleList = components['schemas']['RoleList'];
export type Rollback = components['schemas']['Rollback'];
export type RoutingDecisions = components['schemas']['RoutingDecisions'];
export type RowProblemAnswer = components['schemas']['RowProblemAnswer'];
export type RowProblemPage = components['schemas']['RowProblemPage'];
export type Runbook = components['schemas']['Runbook'];
export type SavedFilterAnswer = components['schemas']['SavedFilterAnswer'];
export type SavedFilterPage = components['schemas']['SavedFilterPage'];
export type SavedReportAnswer = components['schemas']['SavedReportAnswer'];
export type SavedReportPage = components['schemas']['SavedReportPage'];
export type SavedReportWish = components['schemas']['SavedReportWish'];
export type ScheduleWish = components['schemas']['ScheduleWish'];
export type Search = components['schemas']['Search'];
export type SecondFactorCode = components['schemas']['SecondFactorCode'];
export type SecondFactors = components['schemas']['SecondFactors'];
export type SelfAuditAnswer = components['schemas']['SelfAuditAnswer'];
export type SelfAuditCheck = components['schemas']['SelfAuditCheck'];
export type SelfAuditList = components['schemas']['SelfAuditList'];
export type SentInvitation = components['schemas']['SentInvitation'];
export type SentLink = components['schemas']['SentLink'];
export type SessionDayPart = components['schemas']['SessionDayPart'];
export type SetNode = components['schemas']['SetNode'];
export type SetNodeBody = components['schemas']['SetNodeBody'];
export type SignedVcon = components['schemas']['SignedVcon'];
export type SignInSession = components['schemas']['SignInSession'];
export type SignInSessionPage = components['schemas']['SignInSessionPage'];
export type SimulatedCaller = components['schemas']['SimulatedCaller'];
export type SimulatedStep = components['schemas']['SimulatedStep'];
export type SkillNeedBody = components['schemas']['SkillNeedBody'];
export type Skills = components['schemas']['Skills'];
export type StaffingCurve = components['schemas']['StaffingCurve'];
export type StaffingFigure = components['schemas']['StaffingFigure'];
export type StaffingFormula = components['schemas']['StaffingFormula'];
export type StaffingPoint = components['schemas']['StaffingPoint'];
export type StateRequest = components['schemas']['StateRequest'];
export type Take = components['schemas']['Take'];
export type TakeOver = components['schemas']['TakeOver'];
export type Target = components['schemas']['Target'];
export type TaskAddressAnswer = components['schemas']['TaskAddressAnswer'];
export type TaskAddressChange = components['schemas']['TaskAddressChange'];
export type TaskAddressList = components['schemas']['TaskAddressList'];
export type TaskAnswer = components['schemas']['TaskAnswer'];
export type TaskChange = components['schemas']['TaskChange'];
export type TaskCommentAnswer = components['schemas']['TaskCommentAnswer'];
export type TaskCommentPage = components['schemas']['TaskCommentPage'];
export type TaskCount = components['schemas']['TaskCount'];
export type TaskExportAnswer = components['schemas']['TaskExportAnswer'];
export type TaskExportPage = components['schemas']['TaskExportPage'];
export type TaskFieldChange = components['schemas']['TaskFieldChange'];
export type TaskHistoryEntry = components['schemas']['TaskHistoryEntry'];
export type TaskHistoryPage = components['schemas']['TaskHistoryPage'];
export type TaskNode = components['schemas']['TaskNode'];
export type TaskNodeBody = components['schemas']['TaskNodeBody'];
export type TaskOfferAnswer = components['schemas']['TaskOfferAnswer'];
export type TaskOfferPage = components['schemas']['TaskOfferPage'];
export type TaskPage = components['schemas']['TaskPage'];
export type TaskQuestion = components['schemas']['TaskQuestion'];
export type TaskSearch = components['schemas']['TaskSearch'];
export type TaskSeriesAnswer = components['schemas']['TaskSeriesAnswer'];
export type TaskSeriesChange = components['schemas']['TaskSeriesChange'];
export type TaskSeriesPage = components['schemas']['TaskSeriesPage'];
export type TodayAnswer = components['schemas']['TodayAnswer'];
export type ToFlowBody = components['schemas']['ToFlowBody'];
export type ToHangUpBody = components['schemas']['ToHangUpBody'];
export type TollFraudLimits = components['schemas']['TollFraudLimits'];
export type TollFraudRules = components['schemas']['TollFraudRules'];
export type ToQueueBody = components['schemas']['ToQueueBody'];
export type TotalRow = components['schemas']['TotalRow'];
export type TotalsAnswer = components['schemas']['TotalsAnswer'];
export type ToVoicemailBody = components['schemas']['ToVoicemailBody'];
export type Transfer = components['schemas']['Transfer'];
export type TrunkAnswer = components['schemas']['TrunkAnswer'];
export type TrunkChange = components['schemas']['TrunkChange'];
export type TrunkPage = components['schemas']['TrunkPage'];
export type TrunkTestAnswer = components['schemas']['TrunkTestAnswer'];
export type UndoneAnswer = components['schemas']['UndoneAnswer'];
export type Unfreezing = components['schemas']['Unfreezing'];
export type UploadAnswer = components['schemas']['UploadAnswer'];
export type UserAnswer = components['schemas']['UserAnswer'];
export type UserOutboundUsage = components['schemas']['UserOutboundUsage'];
export type UserPage = components['schemas']['UserPage'];
export type UserRef = components['schemas']['UserRef'];
export type UserSkills = components['schemas']['UserSkills'];
export type VconHeader = components['schemas']['VconHeader'];
export type VconSignature = components['schemas']['VconSignature'];
export type VoicemailExit = components['schemas']['VoicemailExit'];
export type VoicemailNode = components['schemas']['VoicemailNode'];
export type VoicemailNodeBody = components['schemas']['VoicemailNodeBody'];
export type Webhook = components['schemas']['Webhook'];
export type WebhookChange = components['schemas']['WebhookChange'];
export type WebhookDelivery = components['schemas']['WebhookDelivery'];
export type WebhookDeliveryPage = components['schemas']['WebhookDeliveryPage'];
export type WebhookList = components['schemas']['WebhookList'];
export type WebhookWithSecret = components['schemas']['WebhookWithSecret'];
export type WeeklyOpening = components['schemas']['WeeklyOpening'];
export type WeeklyOpeningBody = components['schemas']['WeeklyOpeningBody'];
export type WhatIfAnswer = components['schemas']['WhatIfAnswer'];
export type WhatIfAutoPause = components['schemas']['WhatIfAutoPause'];
export type WhatIfChanges = components['schemas']['WhatIfChanges'];
export type WhatIfDecision = components['schemas']['WhatIfDecision'];
export type WhatIfEarlier = components['schemas']['WhatIfEarlier'];
export type WhatIfMaxWait = components['schemas']['WhatIfMaxWait'];
export type WhatIfMaxWaiting = components['schemas']['WhatIfMaxWaiting'];
export type WhatIfReason = components['schemas']['WhatIfReason'];
export type WhatIfSkill = components['schemas']['WhatIfSkill'];
export type WithdrawConsentNode = components['schemas']['WithdrawConsentNode'];
export type WithdrawConsentNodeBody = components['schemas']['WithdrawConsentNodeBody'];
