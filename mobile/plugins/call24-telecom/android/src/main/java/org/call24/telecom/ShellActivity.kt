package org.call24.telecom

import android.content.Intent
import android.os.Bundle
import com.getcapacitor.BridgeActivity

/** The page: of the server that was chosen, or the first page, which asks for one. */
open class ShellActivity : BridgeActivity() {
    override fun onCreate(savedInstanceState: Bundle?) {
        Calls.open(this)
        Calls.activity = this
        val link = intent?.dataString
        if (savedInstanceState == null && Server.isLink(link)) {
            Server.openedBy = link
            Server.asks = true
        } else if (intent?.hasCategory(Intent.CATEGORY_LAUNCHER) == true) {
            Server.asks = false
        }
        config = Server(this).config()
        super.onCreate(savedInstanceState)
        answerIfPressed(intent)
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        answerIfPressed(intent)
    }

    override fun onStart() {
        super.onStart()
        Calls.tell("visible", null)
    }

    override fun onStop() {
        Calls.tell("hidden", null)
        super.onStop()
    }

    override fun onDestroy() {
        if (Calls.activity === this) Calls.activity = null
        super.onDestroy()
    }

    private fun answerIfPressed(intent: Intent?) {
        if (intent?.action == Notifications.ANSWER) Calls.answerPressed(intent.getStringExtra(Notifications.CALL))
    }
}
