package org.call24.telecom

import android.os.Build
import android.telecom.CallAudioState
import android.telecom.Connection
import android.telecom.ConnectionRequest
import android.telecom.ConnectionService
import android.telecom.PhoneAccountHandle

/** What Telecom asks for when a call was reported. The calls are self-managed: Call24 shows them itself. */
class CallConnectionService : ConnectionService() {
    override fun onCreateIncomingConnection(account: PhoneAccountHandle?, request: ConnectionRequest): Connection =
        made(request).apply { setRinging() }

    override fun onCreateOutgoingConnection(account: PhoneAccountHandle?, request: ConnectionRequest): Connection =
        made(request).apply { setDialing() }

    override fun onCreateIncomingConnectionFailed(account: PhoneAccountHandle?, request: ConnectionRequest?) = refused(request)

    override fun onCreateOutgoingConnectionFailed(account: PhoneAccountHandle?, request: ConnectionRequest?) = refused(request)

    private fun refused(request: ConnectionRequest?) {
        Calls.open(this)
        Calls.tell("system_refused", request?.address?.schemeSpecificPart)
    }

    private fun made(request: ConnectionRequest): CallConnection {
        Calls.open(this)
        val callId = request.address.schemeSpecificPart
        val connection = CallConnection(this, callId)
        // The call may be over before Telecom asks for it.
        if (Calls.state.callId == callId) Calls.connection = connection else connection.abandon()
        return connection
    }
}

class CallConnection(private val service: ConnectionService, private val callId: String) : Connection() {
    private var muted = false

    init {
        connectionProperties = PROPERTY_SELF_MANAGED
        connectionCapabilities = Calls.capabilities.fold(0) { all, one -> all or (KNOWN[one] ?: 0) }
        audioModeIsVoip = true
    }

    override fun onShowIncomingCallUi() = Notifications.ring(service, callId, Calls.callerName)
    override fun onSilence() = Notifications.ring(service, callId, Calls.callerName, quiet = true)
    override fun onAnswer() = answered()
    override fun onAnswer(videoState: Int) = answered()
    override fun onReject() = Calls.tell("system_declined", callId)
    override fun onDisconnect() = Calls.tell("system_ended", callId)
    override fun onAbort() = Calls.tell("system_ended", callId)
    override fun onHold() = Calls.tell("system_held", callId)
    override fun onUnhold() = Calls.tell("system_resumed", callId)

    override fun onMuteStateChanged(isMuted: Boolean) = mutedIs(isMuted)

    @Deprecated("Android 14 has onMuteStateChanged")
    override fun onCallAudioStateChanged(audio: CallAudioState) {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.UPSIDE_DOWN_CAKE) mutedIs(audio.isMuted)
    }

    /** Telecom gives an active call the phone's sound, so it is active before the app answers. */
    fun answered() {
        setActive()
        Calls.tell("system_answered", callId)
        Calls.tell("audio_ready", callId)
    }

    fun abandon() {
        setDisconnected(android.telecom.DisconnectCause(android.telecom.DisconnectCause.CANCELED))
        destroy()
    }

    private fun mutedIs(now: Boolean) {
        if (now == muted) return
        muted = now
        Calls.tell(if (now) "system_muted" else "system_unmuted", callId)
    }

    private companion object {
        val KNOWN = mapOf("HOLD" to CAPABILITY_HOLD, "SUPPORT_HOLD" to CAPABILITY_SUPPORT_HOLD, "MUTE" to CAPABILITY_MUTE)
    }
}
