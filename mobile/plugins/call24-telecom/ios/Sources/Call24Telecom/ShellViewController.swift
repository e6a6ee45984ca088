import Capacitor
import UIKit

/// The page: of the server that was chosen, or the first page, which asks for one.
@objc(Call24ShellViewController)
public class ShellViewController: CAPBridgeViewController {
    override public func instanceDescriptor() -> InstanceDescriptor {
        let descriptor = super.instanceDescriptor()
        descriptor.serverURL = Server.address
        return descriptor
    }

    /// Loads the page anew, with the server that is kept now.
    static func reopen() {
        let windows = UIApplication.shared.connectedScenes.compactMap { ($0 as? UIWindowScene)?.windows.first }
        windows.first?.rootViewController = ShellViewController()
    }
}
