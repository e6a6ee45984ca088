import AVFoundation
import CallKit
import UIKit

/// The one call of this phone: asks the table what follows from a signal, and carries out its commands. Everything runs on
/// the main queue, a signal after the other. It decides nothing of its own.
final class Calls: NSObject, CXProviderDelegate {
    static let shared = Calls()

    /// What carries out the commands that begin with app_; nil while no page is there.
    var app: ((Command) -> Void)?
    var callerName: String?
    private let table: Table?
    private(set) var state: State
    private var provider: CXProvider?
    private let asked = CXCallController()
    private var ids: [String: UUID] = [:]
    private var late: DispatchWorkItem?
    private var answering: CXAnswerCallAction?

    override private init() {
        let place = Bundle.module.url(forResource: "call24_telecom", withExtension: "json")
        table = place.flatMap { try? Data(contentsOf: $0) }.flatMap { try? Table($0) }
        state = table?.start ?? State(service: "off", call: "none", callId: nil, visible: false)
        super.init()
        let center = NotificationCenter.default
        center.addObserver(forName: UIApplication.didBecomeActiveNotification, object: nil, queue: .main) { [weak self] _ in self?.tell("visible", nil) }
        center.addObserver(forName: UIApplication.didEnterBackgroundNotification, object: nil, queue: .main) { [weak self] _ in self?.tell("hidden", nil) }
    }

    func tell(_ signal: String, _ callId: String?) {
        DispatchQueue.main.async {
            guard let table = self.table else { return }
            let (next, commands) = table.advance(self.state, signal, callId)
            self.state = next
            commands.forEach(self.carryOut)
            if next.call == "none" { self.ids = [:] }
        }
    }

    // swiftlint:disable:next cyclomatic_complexity
    private func carryOut(_ command: Command) {
        switch command.name {
        case "register_account": register()
        // iOS keeps an app alive in a call by the background mode "audio"; it has no service, and no way to wait for a call without a push.
        case "start_service", "stop_service": break
        case "report_incoming": reportIncoming(command.callId)
        case "report_outgoing": request { CXStartCallAction(call: $0, handle: self.handle) }
        // Where CallKit may not be used, the page itself rings.
        case "ring_plain", "stop_plain": break
        case "take_audio": takeAudio(command.callId)
        case "request_answer": request { CXAnswerCallAction(call: $0) }
        case "set_active":
            answering?.fulfill()
            answering = nil
            if let id = id(command.callId) { provider?.reportOutgoingCall(with: id, connectedAt: nil) }
        case "set_held": requestHeld(true)
        case "set_resumed": requestHeld(false)
        case "tell_muted": request { CXSetMutedCallAction(call: $0, muted: true) }
        case "tell_unmuted": request { CXSetMutedCallAction(call: $0, muted: false) }
        // The app ended it, or the person did on the system's screen: CallKit knows the latter.
        case "end_local": request { CXEndCallAction(call: $0) }
        case "end_remote": ended(command.callId, .remoteEnded)
        case "end_elsewhere": ended(command.callId, .answeredElsewhere)
        case "end_missed": ended(command.callId, .unanswered)
        case "end_declined": ended(command.callId, .declinedElsewhere)
        case "end_failed":
            answering?.fail()
            answering = nil
            ended(command.callId, .failed)
        // CallKit shows the call on the locked screen.
        case "show_when_locked", "hide_when_locked": break
        case "keep_awake": UIDevice.current.isProximityMonitoringEnabled = true
        case "let_sleep": UIDevice.current.isProximityMonitoringEnabled = false
        case "start_patience": startPatience(command.callId)
        case "stop_patience": late?.cancel()
        default: app?(command)
        }
    }

    /// The system is not told who calls: its list of calls is copied to iCloud.
    private var handle: CXHandle { CXHandle(type: .generic, value: "Call24") }

    private func register() {
        guard provider == nil else { return }
        let how = CXProviderConfiguration()
        how.maximumCallGroups = 1
        how.maximumCallsPerCallGroup = 1
        how.supportsVideo = false
        how.includesCallsInRecents = false
        how.supportedHandleTypes = [.generic]
        let made = CXProvider(configuration: how)
        made.setDelegate(self, queue: .main)
        provider = made
    }

    private func id(_ callId: String?) -> UUID? {
        guard let callId else { return nil }
        if let known = ids[callId] { return known }
        let fresh = UUID()
        ids[callId] = fresh
        return fresh
    }

    private func reportIncoming(_ callId: String?) {
        guard let provider, let id = id(callId) else { return tell("system_refused", callId) }
        let update = CXCallUpdate()
        update.remoteHandle = handle
        update.localizedCallerName = callerName ?? "Call24"
        update.supportsHolding = true
        update.supportsDTMF = false
        update.supportsGrouping = false
        update.supportsUngrouping = false
        update.hasVideo = false
        provider.reportNewIncomingCall(with: id, update: update) { problem in
            if problem != nil { self.tell("system_refused", callId) }
        }
    }

    private func request(_ action: (UUID) -> CXCallAction) {
        let callId = state.callId ?? ids.keys.first
        guard let id = id(callId) else { return }
        let wanted = action(id)
        asked.request(CXTransaction(action: wanted)) { problem in
            guard problem != nil else { return }
            if wanted is CXStartCallAction { self.tell("system_refused", callId) }
            if wanted is CXAnswerCallAction { self.tell("system_answered", callId) }
        }
    }

    private func requestHeld(_ held: Bool) {
        request { CXSetHeldCallAction(call: $0, onHold: held) }
    }

    private func ended(_ callId: String?, _ why: CXCallEndedReason) {
        guard let id = id(callId) else { return }
        provider?.reportCall(with: id, endedAt: nil, reason: why)
    }

    private func takeAudio(_ callId: String?) {
        prepareSound()
        try? AVAudioSession.sharedInstance().setActive(true)
        tell("audio_ready", callId)
    }

    private func prepareSound() {
        try? AVAudioSession.sharedInstance().setCategory(.playAndRecord, mode: .voiceChat, options: [.allowBluetooth])
    }

    private func startPatience(_ callId: String?) {
        let work = DispatchWorkItem { [weak self] in self?.tell("answer_late", callId) }
        late = work
        DispatchQueue.main.asyncAfter(deadline: .now() + (table?.patience ?? 0), execute: work)
    }

    private func callId(of action: CXCallAction) -> String? {
        ids.first { $0.value == action.callUUID }?.key
    }

    // MARK: CXProviderDelegate

    func providerDidReset(_ provider: CXProvider) { tell("system_reset", state.callId) }

    func provider(_ provider: CXProvider, perform action: CXAnswerCallAction) {
        // Sound is prepared here and opened when CallKit says so: before that it is silent on a locked phone.
        prepareSound()
        answering = action
        tell("system_answered", callId(of: action))
    }

    func provider(_ provider: CXProvider, perform action: CXStartCallAction) {
        prepareSound()
        provider.reportOutgoingCall(with: action.callUUID, startedConnectingAt: nil)
        action.fulfill()
    }

    func provider(_ provider: CXProvider, perform action: CXEndCallAction) {
        tell(state.call == "ringing" ? "system_declined" : "system_ended", callId(of: action))
        action.fulfill()
    }

    func provider(_ provider: CXProvider, perform action: CXSetHeldCallAction) {
        tell(action.isOnHold ? "system_held" : "system_resumed", callId(of: action))
        action.fulfill()
    }

    func provider(_ provider: CXProvider, perform action: CXSetMutedCallAction) {
        tell(action.isMuted ? "system_muted" : "system_unmuted", callId(of: action))
        action.fulfill()
    }

    func provider(_ provider: CXProvider, timedOutPerforming action: CXAction) {
        if action is CXAnswerCallAction { tell("answer_late", state.callId) }
    }

    func provider(_ provider: CXProvider, didActivate audioSession: AVAudioSession) { tell("audio_ready", state.callId) }
}
