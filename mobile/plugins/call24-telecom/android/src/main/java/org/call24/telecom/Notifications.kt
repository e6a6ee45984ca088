package org.call24.telecom

import android.Manifest
import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import android.content.pm.PackageManager
import android.media.AudioAttributes
import android.media.RingtoneManager
import android.telecom.TelecomManager
import androidx.core.app.NotificationCompat
import androidx.core.app.Person
import androidx.core.content.ContextCompat

/** The notification of a call that rings, and that of the service. Each has one id, so that what is shown is taken back. */
object Notifications {
    const val SERVICE_ID = 24_001
    const val CALL = "org.call24.telecom.CALL"
    const val ANSWER = "org.call24.telecom.ANSWER"
    private const val RING_ID = 24_002
    private const val LOUD = "call24.calls"
    private const val QUIET = "call24.quiet_calls"
    private const val DUTY = "call24.duty"

    fun ring(context: Context, callId: String?, callerName: String?, quiet: Boolean = false) {
        val channel = if (quiet || inPhoneCall(context)) QUIET else LOUD
        val caller = Person.Builder().setName(callerName ?: context.getString(R.string.call24_caller)).setImportant(true).build()
        val show = page(context, callId, null)
        val notification = base(context, channel, context.getString(R.string.call24_incoming))
            .setStyle(NotificationCompat.CallStyle.forIncomingCall(caller, decline(context, callId), page(context, callId, ANSWER)))
            .setCategory(NotificationCompat.CATEGORY_CALL)
            .setPriority(NotificationCompat.PRIORITY_HIGH)
            .setContentIntent(show)
            .setFullScreenIntent(show, true)
            .setOngoing(true)
            .build()
            .apply { flags = flags or Notification.FLAG_INSISTENT }
        notify(context, notification)
    }

    fun stopRinging(context: Context) = manager(context).cancel(RING_ID)

    fun service(context: Context): Notification =
        base(context, DUTY, context.getString(if (Calls.state.call == "none") R.string.call24_available else R.string.call24_in_call))
            .setContentIntent(page(context, null, null))
            .setOngoing(true)
            .build()

    private fun notify(context: Context, notification: Notification) {
        // Without the permission the call rings on the page only, which says so.
        runCatching { manager(context).notify(RING_ID, notification) }
    }

    private fun base(context: Context, channel: String, title: String): NotificationCompat.Builder {
        channels(context)
        return NotificationCompat.Builder(context, channel)
            .setSmallIcon(R.drawable.call24_small)
            .setContentTitle(title)
            .setVisibility(NotificationCompat.VISIBILITY_PRIVATE)
    }

    private fun channels(context: Context) {
        val ringtone = RingtoneManager.getDefaultUri(RingtoneManager.TYPE_RINGTONE)
        val sound = AudioAttributes.Builder().setUsage(AudioAttributes.USAGE_NOTIFICATION_RINGTONE).build()
        val loud = NotificationChannel(LOUD, context.getString(R.string.call24_calls), NotificationManager.IMPORTANCE_HIGH)
        loud.setSound(ringtone, sound)
        loud.enableVibration(true)
        val quiet = NotificationChannel(QUIET, context.getString(R.string.call24_quiet_calls), NotificationManager.IMPORTANCE_HIGH)
        quiet.setSound(null, null)
        val duty = NotificationChannel(DUTY, context.getString(R.string.call24_duty), NotificationManager.IMPORTANCE_LOW)
        manager(context).createNotificationChannels(listOf(loud, quiet, duty))
    }

    private fun inPhoneCall(context: Context): Boolean {
        val allowed = ContextCompat.checkSelfPermission(context, Manifest.permission.READ_PHONE_STATE) == PackageManager.PERMISSION_GRANTED
        return allowed && runCatching { context.getSystemService(TelecomManager::class.java).isInManagedCall }.getOrDefault(false)
    }

    private fun page(context: Context, callId: String?, action: String?): PendingIntent {
        val intent = checkNotNull(context.packageManager.getLaunchIntentForPackage(context.packageName))
        intent.action = action ?: Intent.ACTION_MAIN
        intent.putExtra(CALL, callId)
        return PendingIntent.getActivity(context, if (action == null) 1 else 2, intent, FLAGS)
    }

    private fun decline(context: Context, callId: String?): PendingIntent =
        PendingIntent.getBroadcast(context, 3, Intent(context, DeclineReceiver::class.java).putExtra(CALL, callId), FLAGS)

    private fun manager(context: Context): NotificationManager = context.getSystemService(NotificationManager::class.java)

    private const val FLAGS = PendingIntent.FLAG_UPDATE_CURRENT or PendingIntent.FLAG_IMMUTABLE
}
