package org.call24.telecom

import android.Manifest
import android.content.Intent
import com.getcapacitor.JSObject
import com.getcapacitor.Plugin
import com.getcapacitor.PluginCall
import com.getcapacitor.PluginMethod
import com.getcapacitor.annotation.CapacitorPlugin
import com.getcapacitor.annotation.Permission

/** What a page can ask for: its server, and to tell the table a signal. It hears "command" and "link". */
@CapacitorPlugin(
    name = "Call24Telecom",
    permissions = [
        Permission(alias = "phone", strings = [Manifest.permission.READ_PHONE_STATE]),
        Permission(alias = "notifications", strings = [Manifest.permission.POST_NOTIFICATIONS]),
        Permission(alias = "microphone", strings = [Manifest.permission.RECORD_AUDIO]),
    ],
)
class Call24TelecomPlugin : Plugin() {
    private var openedBy: String? = null

    override fun load() {
        Calls.open(context)
        Calls.app = { command ->
            notifyListeners("command", JSObject().put("command", command.name).put("callId", command.callId), true)
        }
        openedBy = activity.intent?.dataString
    }

    @PluginMethod
    fun server(call: PluginCall) {
        val link = openedBy
        openedBy = null
        call.resolve(JSObject().put("address", Server(context).address ?: JSObject.NULL).put("link", link ?: JSObject.NULL))
    }

    @PluginMethod
    fun useServer(call: PluginCall) {
        val address = call.getString("address")
        if (!Server.isAddress(address)) return call.reject("not the address of a server")
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
        notifyListeners("link", JSObject().put("link", link), true)
    }

    override fun handleOnDestroy() {
        Calls.app = null
    }

    private fun open(address: String?) {
        Server(context).address = address
        val fresh = Intent(Intent.ACTION_MAIN).setClass(context, activity.javaClass)
        activity.startActivity(fresh.addFlags(Intent.FLAG_ACTIVITY_NEW_TASK or Intent.FLAG_ACTIVITY_CLEAR_TASK))
    }
}
