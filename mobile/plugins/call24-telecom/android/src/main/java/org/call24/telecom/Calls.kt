package org.call24.telecom

import android.app.Activity
import android.content.Context
import android.content.Intent
import android.media.AudioAttributes
import android.media.AudioFocusRequest
import android.media.AudioManager
import android.net.Uri
import android.os.Build
import android.os.Bundle
import android.os.Handler
import android.os.Looper
import android.os.PowerManager
import android.telecom.DisconnectCause
import android.telecom.PhoneAccount
import android.telecom.PhoneAccountHandle
import android.telecom.TelecomManager
import android.content.ComponentName
import androidx.core.content.ContextCompat

/**
 * The one call of this phone: asks the table what follows from a signal, and carries out its commands. Everything runs on
 * the main thread, a signal after the other. It decides nothing of its own.
 */
object Calls {
    private const val AWAKE_MAX_MS = 4L * 60 * 60 * 1000
    private val main = Handler(Looper.getMainLooper())
    private val late = Runnable { tell("answer_late", state.callId) }
    private var table: Table? = null
    private lateinit var context: Context
    private var locks: List<PowerManager.WakeLock> = emptyList()
    private var focus: AudioFocusRequest? = null

    /** What carries out the commands that begin with app_; null while no page is there. */
    var app: ((Command) -> Unit)? = null
    var activity: Activity? = null
    var connection: CallConnection? = null
    var callerName: String? = null
    lateinit var state: State
        private set

    val handle: PhoneAccountHandle get() = PhoneAccountHandle(ComponentName(context, CallConnectionService::class.java), "call24")
    val capabilities: List<String> get() = table?.capabilities ?: emptyList()

    fun open(of: Context) {
        if (table != null) return
        context = of.applicationContext
        val read = Table(context.assets.open("call24_telecom.json").bufferedReader().use { it.readText() })
        table = read
        state = read.start
    }

    fun tell(signal: String, callId: String?) {
        main.post {
            val step = table?.advance(state, signal, callId) ?: return@post
            state = step.state
            step.commands.forEach { carryOut(it) }
            if (state.call != "ringing" && state.call != "plain") Notifications.stopRinging(context)
        }
    }

    /** The person pressed "Answer" in a notification. */
    fun answerPressed(callId: String?) {
        val there = connection
        if (there != null) there.answered() else tell("system_answered", callId)
    }

    private fun carryOut(command: Command) {
        when (command.name) {
            "register_account" -> register()
            "start_service" -> startService()
            "stop_service" -> context.stopService(Intent(context, CallService::class.java))
            "report_incoming" -> report(command.callId, incoming = true)
            "report_outgoing" -> report(command.callId, incoming = false)
            "ring_plain" -> Notifications.ring(context, command.callId, callerName)
            "stop_plain" -> Notifications.stopRinging(context)
            "take_audio" -> takeAudio(command.callId)
            "request_answer" -> answerPressed(command.callId)
            "set_active", "set_resumed" -> connection?.setActive()
            "set_held" -> connection?.setOnHold()
            // Telecom lets an app read whether its call is muted, and not set it.
            "tell_muted", "tell_unmuted" -> Unit
            "end_local" -> end(DisconnectCause.LOCAL)
            "end_remote" -> end(DisconnectCause.REMOTE)
            "end_elsewhere" -> end(DisconnectCause.ANSWERED_ELSEWHERE)
            "end_missed" -> end(DisconnectCause.MISSED)
            "end_declined" -> end(DisconnectCause.REJECTED)
            "end_failed" -> end(DisconnectCause.ERROR)
            "show_when_locked" -> showWhenLocked(true)
            "hide_when_locked" -> showWhenLocked(false)
            "keep_awake" -> keepAwake()
            "let_sleep" -> letSleep()
            "start_patience" -> main.postDelayed(late, table?.patienceMs ?: 0)
            "stop_patience" -> main.removeCallbacks(late)
            else -> app?.invoke(command)
        }
    }

    private val telecom: TelecomManager get() = context.getSystemService(TelecomManager::class.java)

    private fun register() {
        val account = PhoneAccount.builder(handle, context.applicationInfo.loadLabel(context.packageManager))
            .setCapabilities(PhoneAccount.CAPABILITY_SELF_MANAGED)
            .build()
        runCatching { telecom.registerPhoneAccount(account) }
    }

    private fun startService() {
        // Android refuses it while the app is not seen, or without the permission for the microphone.
        runCatching { ContextCompat.startForegroundService(context, Intent(context, CallService::class.java)) }
            .onFailure { tell("service_refused", null) }
    }

    private fun report(callId: String?, incoming: Boolean) {
        // The system is not told who calls: its list of calls may be read by other apps and is copied to clouds.
        val address = Uri.fromParts(PhoneAccount.SCHEME_SIP, callId ?: "call", null)
        val done = runCatching {
            if (incoming) {
                check(telecom.isIncomingCallPermitted(handle))
                telecom.addNewIncomingCall(handle, Bundle().apply { putParcelable(TelecomManager.EXTRA_INCOMING_CALL_ADDRESS, address) })
            } else {
                telecom.placeCall(address, Bundle().apply { putParcelable(TelecomManager.EXTRA_PHONE_ACCOUNT_HANDLE, handle) })
            }
        }
        if (done.isFailure) tell("system_refused", callId)
    }

    private fun end(cause: Int) {
        connection?.setDisconnected(DisconnectCause(cause))
        connection?.destroy()
        connection = null
    }

    private fun showWhenLocked(on: Boolean) {
        val page = activity ?: return
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.O_MR1) {
            page.setShowWhenLocked(on)
            page.setTurnScreenOn(on)
        }
    }

    private fun keepAwake() {
        letSleepLocks()
        val power = context.getSystemService(PowerManager::class.java)
        locks = listOf(PowerManager.PARTIAL_WAKE_LOCK, PowerManager.PROXIMITY_SCREEN_OFF_WAKE_LOCK)
            .filter { power.isWakeLockLevelSupported(it) }
            .map { level -> power.newWakeLock(level, "call24:call").apply { acquire(AWAKE_MAX_MS) } }
    }

    private fun letSleep() {
        letSleepLocks()
        val audio = context.getSystemService(AudioManager::class.java)
        focus?.let {
            audio.abandonAudioFocusRequest(it)
            audio.mode = AudioManager.MODE_NORMAL
        }
        focus = null
        callerName = null
    }

    private fun letSleepLocks() {
        locks.filter { it.isHeld }.forEach { it.release() }
        locks = emptyList()
    }

    /** For a call that the system does not know. */
    private fun takeAudio(callId: String?) {
        val audio = context.getSystemService(AudioManager::class.java)
        val voice = AudioAttributes.Builder().setUsage(AudioAttributes.USAGE_VOICE_COMMUNICATION).build()
        val wanted = AudioFocusRequest.Builder(AudioManager.AUDIOFOCUS_GAIN_TRANSIENT_EXCLUSIVE).setAudioAttributes(voice).build()
        audio.requestAudioFocus(wanted)
        audio.mode = AudioManager.MODE_IN_COMMUNICATION
        focus = wanted
        tell("audio_ready", callId)
    }
}
