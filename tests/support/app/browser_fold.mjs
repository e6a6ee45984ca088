// The app's own fold (web/src/rooms/fold.ts), asked over pipes: one script per line, one answer per line.
// A script is a list of steps: ["snapshot", state], ["event", name, body], ["reconnect"], ["look"], ["read", state].
// The answer has what the screen shows at each "look", and for each "read" the state as the app reads a snapshot.
import { createInterface } from 'node:readline'
import { heard, NOTHING, readEvent, reconnected, taken } from '../../../web/src/rooms/fold'

function played(script) {
  let following = NOTHING
  const seen = []
  for (const [what, first, second] of script) {
    if (what === 'snapshot') following = taken(following, first).after
    else if (what === 'event') following = heard(following, readEvent(first, second))
    else if (what === 'reconnect') following = reconnected(following)
    else if (what === 'look') seen.push(following.live)
    else if (what === 'read') seen.push(taken(NOTHING, first).after.live)
    else throw new Error(`no such step: ${what}`)
  }
  return seen
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(played(JSON.parse(line)))}\n`)
}
