package org.call24.telecom

import android.Manifest
import android.content.Intent
import android.webkit.WebView
import com.getcapacitor.JSObject
import com.getcapacitor.Plugin
import com.getcapacitor.PluginCall
import com.getcapacitor.PluginMethod
import com.getcapacitor.WebViewListener
import com.getcapacitor.annotation.CapacitorPlugin
import com.getcapacitor.annotation.Permission
import org.json.JSONObject

/** What a page can ask for: its server, and to tell the table a signal. It hears "command". */
@CapacitorPlugin(
    name = "Call24Telecom",
    permissions = [
        Permission(alias = "phone", strings = [Manifest.permission.READ_PHONE_STATE]),
        Permission(alias = "notifications", strings = [Manifest.permission.POST_NOTIFICATIONS]),
        Permission(alias = "microphone", strings = [Manifest.permission.RECORD_AUDIO]),
    ],
)
class Call24TelecomPlugin : Plugin() {
    private var place: String? = null

    override fun load() {
        Calls.open(context)
        Calls.app = { command ->
            notifyListeners("command", JSObject().put("command", command.name).put("callId", command.callId), true)
        }
        val link = activity.intent?.dataString
        if (!Server.isLink(link)) place = placeOf(link)
        bridge.addWebViewListener(object : WebViewListener() {
            // While a server is used, Capacitor serves the error page without its scripts.
            override fun onPageStarted(webView: WebView) {
                if (bridge.serverUrl != null && webView.url == bridge.errorUrl) ask()
            }

            override fun onPageLoaded(webView: WebView) = showPlace()
        })
    }

    @PluginMethod
    fun server(call: PluginCall) {
        val link = Server.openedBy
        Server.openedBy = null
        call.resolve(JSObject().put("address", Server(context).address ?: JSObject.NULL).put("link", link ?: JSObject.NULL))
    }

    @PluginMethod
    fun useServer(call: PluginCall) {
        val address = call.getString("address")
        if (!Server.isAddress(address)) return call.reject("not the address of a server")
        // The first page has asked the person; a server's page would send them to another server unasked.
        if (bridge.serverUrl != null) return call.reject("only the first page chooses a server")
        open(address)
        call.resolve()
    }

    @PluginMethod
    fun forgetServer(call: PluginCall) {
        open(null)
        call.resolve()
    }

    @PluginMethod
    fun signal(call: PluginCall) {
        val signal = call.getString("signal") ?: return call.reject("no signal")
        // What the system tells is the system's to tell.
        if (signal.startsWith("system_") || signal == "visible" || signal == "hidden") return call.reject("not a signal of the app")
        call.getString("callerName")?.let { Calls.callerName = it }
        Calls.tell(signal, call.getString("callId"))
        call.resolve()
    }

    override fun handleOnNewIntent(intent: Intent) {
        val link = intent.dataString ?: return
        if (!Server.isLink(link)) {
            place = placeOf(link) ?: return
            showPlace()
        } else if (Calls.state.call == "none") {
            // The first page asks the person; a call would be cut by it.
            Server.openedBy = link
            ask()
        }
    }

    /** `#/history` of call24://open#/history, or of a page of the server that is used. */
    private fun placeOf(link: String?): String? {
        if (link == null || !(link.startsWith("call24://open") || link.startsWith("${Server(context).address}/"))) return null
        return Regex("#/[\\w/?=&.~-]*$").find(link)?.value
    }

    private fun showPlace() {
        val wanted = place ?: return
        if (bridge.webView.url?.startsWith("${Server(context).address}/") != true) return
        place = null
        bridge.webView.evaluateJavascript("location.hash = ${JSONObject.quote(wanted)}", null)
    }

    override fun handleOnDestroy() {
        Calls.app = null
    }

    private fun open(address: String?) {
        Server(context).address = address
        Server.asks = false
        restart()
    }

    /** The first page, which keeps the server unless the person chooses another. */
    private fun ask() {
        Server.asks = true
        restart()
    }

    private fun restart() {
        val fresh = Intent(Intent.ACTION_MAIN).setClass(context, activity.javaClass)
        activity.startActivity(fresh.addFlags(Intent.FLAG_ACTIVITY_NEW_TASK or Intent.FLAG_ACTIVITY_CLEAR_TASK))
    }
}
