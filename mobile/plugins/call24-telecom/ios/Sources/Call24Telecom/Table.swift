import Foundation

struct State: Equatable {
    var service: String
    var call: String
    var callId: String?
    var visible: Bool
}

struct Command: Equatable {
    let name: String
    let callId: String?
}

/// The tables of src/table.ts, read from JSON; advance() does what advance() does there. Pure.
struct Table {
    private struct Row {
        let state: String
        let signal: String
        let when: String
        let next: String
        let commands: [String]
    }

    private let service: [Row]
    private let serviceInCall: [Row]
    private let call: [Row]
    let patience: TimeInterval
    let start: State

    init(_ json: Data) throws {
        guard let whole = try JSONSerialization.jsonObject(with: json) as? [String: Any],
              let first = whole["start"] as? [String: String],
              let seconds = whole["patience_s"] as? Double
        else { throw CocoaError(.coderReadCorrupt) }
        service = try Table.rows(whole["service"])
        serviceInCall = try Table.rows(whole["service_in_call"]) + service
        call = try Table.rows(whole["call"])
        patience = seconds
        start = State(service: first["service"] ?? "off", call: first["call"] ?? "none", callId: nil, visible: false)
    }

    func advance(_ before: State, _ signal: String, _ callId: String?) -> (State, [Command]) {
        let visible = signal == "visible" || (signal != "hidden" && before.visible)
        let other = callId != nil && before.callId != nil && callId != before.callId
        let row = find(call, before.call, signal, visible, other)
        let next = row?.next ?? before.call
        let about = before.callId ?? callId
        let inCall = before.call != "none" || next != "none"
        let serviceRow = other ? nil : find(inCall ? serviceInCall : service, before.service, signal, visible, false)
        let named = (serviceRow?.commands ?? []) + (row?.commands ?? [])
        var commands = named.map { Command(name: $0, callId: other ? callId : about) }
        var kept = serviceRow?.next ?? before.service
        if kept == "lasting" && next == "none" {
            kept = "off"
            commands.append(Command(name: "stop_service", callId: nil))
        }
        return (State(service: kept, call: next, callId: next == "none" ? nil : about, visible: visible), commands)
    }

    private func find(_ rows: [Row], _ state: String, _ signal: String, _ visible: Bool, _ other: Bool) -> Row? {
        rows.first {
            $0.state == state && $0.signal == signal && ($0.when == "other") == other
                && ($0.when != "visible" || visible) && ($0.when != "hidden" || !visible)
        }
    }

    private static func rows(_ value: Any?) throws -> [Row] {
        guard let all = value as? [[Any]] else { throw CocoaError(.coderReadCorrupt) }
        return try all.map { row in
            guard row.count == 5, let words = Array(row.prefix(4)) as? [String], let commands = row[4] as? [String]
            else { throw CocoaError(.coderReadCorrupt) }
            return Row(state: words[0], signal: words[1], when: words[2], next: words[3], commands: commands)
        }
    }
}
