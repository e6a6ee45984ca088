import Capacitor
import Foundation

/// What a page can ask for: its server, and to tell the table a signal. It hears "command".
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
        let link = url.absoluteString
        if link.hasPrefix("call24://server") {
            // The first page asks the person; a call would be cut by it.
            guard Calls.shared.state.call == "none", let first = bridge?.config.localURL else { return }
            Call24TelecomPlugin.openedBy = link
            bridge?.webView?.load(URLRequest(url: first))
        } else if let place = placeOf(link) {
            show(place)
        }
    }

    /// `#/history` of call24://open#/history, or of a page of the server that is used.
    private func placeOf(_ link: String) -> String? {
        guard link.hasPrefix("call24://open") || Server.address.map(link.hasPrefix) == true,
              let found = link.range(of: "#/[\\w/?=&.~-]*$", options: .regularExpression)
        else { return nil }
        return String(link[found])
    }

    /// The page may still be loading: a place that is set too early is tried again.
    private func show(_ place: String, tries: Int = 20) {
        guard let view = bridge?.webView, tries > 0 else { return }
        if view.isLoading {
            DispatchQueue.main.asyncAfter(deadline: .now() + 0.5) { self.show(place, tries: tries - 1) }
        } else if let server = Server.address, view.url?.absoluteString.hasPrefix(server) == true {
            // Letters of its pattern alone: nothing in it ends the string.
            view.evaluateJavaScript("location.hash = '\(place)'")
        }
    }

    @objc func server(_ call: CAPPluginCall) {
        let kept = Server.address.map { String($0.dropLast($0.hasSuffix("/") ? 1 : 0)) }
        let link = Call24TelecomPlugin.openedBy
        Call24TelecomPlugin.openedBy = nil
        call.resolve(["address": kept ?? NSNull(), "link": link ?? NSNull()])
    }

    @objc func useServer(_ call: CAPPluginCall) {
        guard let address = call.getString("address"), Server.isAddress(address) else { return call.reject("not the address of a server") }
        // The first page has asked the person; a server's page would send them to another server unasked.
        DispatchQueue.main.async {
            guard let page = self.bridge?.webView?.url, let first = self.bridge?.config.localURL,
                  page.scheme == first.scheme, page.host == first.host
            else { return call.reject("only the first page chooses a server") }
            self.open(address, call)
        }
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
