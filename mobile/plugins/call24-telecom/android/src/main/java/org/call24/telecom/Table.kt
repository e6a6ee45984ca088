package org.call24.telecom

import org.json.JSONArray
import org.json.JSONObject

data class State(val service: String, val call: String, val callId: String?, val visible: Boolean)
data class Command(val name: String, val callId: String?)
data class Step(val state: State, val commands: List<Command>)

/** The tables of src/table.ts, read from JSON; advance() does what advance() does there. Pure. */
class Table(text: String) {
    private class Row(val state: String, val signal: String, val whenever: String, val next: String, val commands: List<String>)

    private val whole = JSONObject(text)
    private val service = rows("service")
    private val serviceInCall = rows("service_in_call") + service
    private val call = rows("call")
    val capabilities: List<String> = words(whole.getJSONArray("capabilities"))
    val patienceMs: Long = whole.getLong("patience_s") * 1000
    val start: State = whole.getJSONObject("start").let { State(it.getString("service"), it.getString("call"), null, false) }

    fun advance(before: State, signal: String, callId: String?): Step {
        val visible = signal == "visible" || (signal != "hidden" && before.visible)
        val other = callId != null && before.callId != null && callId != before.callId
        val row = find(call, before.call, signal, visible, other)
        val next = row?.next ?: before.call
        val about = before.callId ?: callId
        val inCall = before.call != "none" || next != "none"
        val serviceRow = if (other) null else find(if (inCall) serviceInCall else service, before.service, signal, visible, false)
        val of = if (other) callId else about
        val commands = ((serviceRow?.commands ?: emptyList()) + (row?.commands ?: emptyList())).map { Command(it, of) }.toMutableList()
        var kept = serviceRow?.next ?: before.service
        if (kept == "lasting" && next == "none") {
            kept = "off"
            commands += Command("stop_service", null)
        }
        return Step(State(kept, next, if (next == "none") null else about, visible), commands)
    }

    private fun find(rows: List<Row>, state: String, signal: String, visible: Boolean, other: Boolean): Row? = rows.firstOrNull {
        it.state == state && it.signal == signal && (it.whenever == "other") == other &&
            (it.whenever != "visible" || visible) && (it.whenever != "hidden" || !visible)
    }

    private fun rows(name: String): List<Row> {
        val all = whole.getJSONArray(name)
        return (0 until all.length()).map { at ->
            val row = all.getJSONArray(at)
            Row(row.getString(0), row.getString(1), row.getString(2), row.getString(3), words(row.getJSONArray(4)))
        }
    }

    private fun words(of: JSONArray): List<String> = (0 until of.length()).map { of.getString(it) }
}
