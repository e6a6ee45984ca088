package org.call24.telecom

import android.app.Service
import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.content.pm.ServiceInfo
import android.os.Build
import android.os.IBinder
import androidx.core.app.ServiceCompat

/** Keeps the app alive, with its microphone, while the agent is available or in a call. Its notification shows it. */
class CallService : Service() {
    override fun onBind(intent: Intent?): IBinder? = null

    override fun onStartCommand(intent: Intent?, flags: Int, startId: Int): Int {
        Calls.open(this)
        val type = if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) ServiceInfo.FOREGROUND_SERVICE_TYPE_MICROPHONE else 0
        runCatching { ServiceCompat.startForeground(this, Notifications.SERVICE_ID, Notifications.service(this), type) }
            .onFailure {
                Calls.tell("service_refused", null)
                stopSelf()
            }
        // Without the page there is nobody to answer: the system does not start it again by itself.
        return START_NOT_STICKY
    }

    override fun onTaskRemoved(rootIntent: Intent?) {
        Calls.tell("system_ended", Calls.state.callId)
        Calls.tell("duty_off", null)
    }
}

class DeclineReceiver : BroadcastReceiver() {
    override fun onReceive(context: Context, intent: Intent) {
        Calls.open(context)
        Calls.tell("system_declined", intent.getStringExtra(Notifications.CALL))
    }
}
