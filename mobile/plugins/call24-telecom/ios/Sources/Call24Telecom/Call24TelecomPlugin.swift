import Capacitor
import Foundation

/// What a page can ask for: its server, and to tell the table a signal. It hears "command" and "link".
@objc(Call24TelecomPlugin)
public class Call24TelecomPlugin: CAPPlugin, CAPBridgedPlugin {
    public let identifier = "Call24TelecomPlugin"
    public let jsName = "Call24Telecom"
    public let pluginMethods: [CAPPluginMethod] = [
        CAPPluginMethod(name: "server", returnType: CAPPluginReturnPromise),
        CAPPluginMethod(name: "useServer", returnType: CAPPluginReturnPromise),
        CAPPluginMethod(name: "forgetServer", returnType: CAPPluginReturnPromise),
        CAPPluginMethod(name: "signal", returnType: CAPPluginReturnPromise)
    ]
    private static var openedBy: String?

    override public func load() {
        Calls.shared.app = { [weak self] command in
            self?.notifyListeners("command", data: ["command": command.name, "callId": command.callId as Any], retainUntilConsumed: true)
        }
        for name in [Notification.Name.capacitorOpenURL, Notification.Name.capacitorOpenUniversalLink] {
            NotificationCenter.default.addObserver(self, selector: #selector(opened), name: name, object: nil)
        }
    }

    @objc func opened(_ notification: Notification) {
        guard let url = (notification.object as? [String: Any])?["url"] as? URL else { return }
        Call24TelecomPlugin.openedBy = hasListeners("link") ? nil : url.absoluteString
        notifyListeners("link", data: ["link": url.absoluteString])
    }

    @objc func server(_ call: CAPPluginCall) {
        let kept = Server.address.map { String($0.dropLast($0.hasSuffix("/") ? 1 : 0)) }
        let link = Call24TelecomPlugin.openedBy
        Call24TelecomPlugin.openedBy = nil
        call.resolve(["address": kept ?? NSNull(), "link": link ?? NSNull()])
    }

    @objc func useServer(_ call: CAPPluginCall) {
        guard let address = call.getString("address"), Server.isAddress(address) else { return call.reject("not the address of a server") }
        open(address, call)
    }

    @objc func forgetServer(_ call: CAPPluginCall) { open(nil, call) }

    @objc func signal(_ call: CAPPluginCall) {
        guard let signal = call.getString("signal") else { return call.reject("no signal") }
        // What the system tells is the system's to tell.
        if signal.hasPrefix("system_") || signal == "visible" || signal == "hidden" { return call.reject("not a signal of the app") }
        if let name = call.getString("callerName") { Calls.shared.callerName = name }
        Calls.shared.tell(signal, call.getString("callId"))
        call.resolve()
    }

    private func open(_ address: String?, _ call: CAPPluginCall) {
        Server.address = address
        call.resolve()
        DispatchQueue.main.async { ShellViewController.reopen() }
    }
}
