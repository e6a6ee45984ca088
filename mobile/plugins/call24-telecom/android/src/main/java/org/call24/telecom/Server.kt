package org.call24.telecom

import android.content.Context
import com.getcapacitor.CapConfig
import org.json.JSONObject
import java.io.File

/** Which server the app is opened from. Only its origin, and the first page, reach the plugins. */
class Server(private val context: Context) {
    private val kept = context.getSharedPreferences("call24", Context.MODE_PRIVATE)

    /** An https origin without a slash at its end, since Android's WebView refuses such a rule with one. */
    var address: String?
        get() = kept.getString("server", null)
        set(value) = kept.edit().apply { if (value == null) remove("server") else putString("server", value.trimEnd('/')) }.apply()

    /** Null: the first page asks for a server, or says that the kept one does not answer. */
    fun config(): CapConfig? {
        val url = address ?: return null
        if (asks) return null
        val whole = JSONObject(context.assets.open("capacitor.config.json").bufferedReader().use { it.readText() })
        whole.getJSONObject("server").put("url", url)
        val folder = File(context.filesDir, "shell").apply { mkdirs() }
        File(folder, "capacitor.config.json").writeText(whole.toString())
        return CapConfig.loadFromFile(context, folder.path)
    }

    companion object {
        /** The first page is shown though a server is kept. Both outlive the activity, which is started anew. */
        @Volatile var asks = false

        /** The link by which the app was opened, until the first page has asked for it. */
        @Volatile var openedBy: String? = null

        fun isLink(link: String?): Boolean = link?.startsWith("call24://server") == true

        /** The same rule as in www/address.js, for a page that would say something else. */
        fun isAddress(text: String?): Boolean = text != null && Regex("https://[a-z0-9.\\[\\]:-]{1,260}").matches(text)
    }
}
