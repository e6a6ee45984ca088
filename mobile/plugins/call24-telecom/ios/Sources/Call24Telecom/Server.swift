import Foundation

/// Which server the app is opened from. Only its origin, and the first page, reach the plugins.
enum Server {
    private static let name = "call24.server"

    /// An https origin with a slash at its end: Capacitor compares the beginnings of addresses, and without it
    /// https://call.example.org.elsewhere.test would be the server too.
    static var address: String? {
        get { UserDefaults.standard.string(forKey: name) }
        set {
            guard let newValue else { return UserDefaults.standard.removeObject(forKey: name) }
            UserDefaults.standard.set(newValue.hasSuffix("/") ? newValue : newValue + "/", forKey: name)
        }
    }

    /// The same rule as in www/address.js, for a page that would say something else.
    static func isAddress(_ text: String) -> Bool {
        text.range(of: "^https://[a-z0-9.\\[\\]:-]{1,260}$", options: .regularExpression) != nil
    }
}
