#!/bin/sh
# Makes the prompts again with Debian's packages flite and sox: 8 kHz, mono; whole messages as 16-bit WAV, what queues say as µ-law.
set -eu
cd "$(dirname "$0")"
speak() {
    flite -voice slt -t "$2" -o "$1.tmp.wav"
}
say() {
    speak "$1" "$2"
    sox -G "$1.tmp.wav" -r 8000 -b 16 -c 1 "$1.wav" norm -6 pad 0.1 0.1
    rm "$1.tmp.wav"
}
# Small, and without a pause at its end where $3 follows on.
part() {
    speak "$1" "$2"
    sox -G "$1.tmp.wav" -r 8000 -c 1 -t ul "$1.ul" norm -6 silence 1 0.02 0.5% reverse silence 1 0.02 0.5% reverse pad 0.05 "$3"
    rm "$1.tmp.wav"
}
say greeting "Thank you for calling. This call is recorded. Please hold, the next free agent will take your call."
say voicemail "Nobody can take your call right now. Please leave a message after the tone."
say sorry "Sorry, something is wrong on our side. Please hold the line."
say away "We are sorry, we cannot take your call at the moment. Please try again later. Goodbye."
say goodbye "Thank you. Goodbye."

part recorded "This call is recorded." 0.3
part recording-stopped "The recording is stopped." 0.3
part hold "Please hold the line. We will be with you as soon as we can." 0.3
part closed "We are closed at the moment. Please call again in our opening hours." 0.3
part full "All our lines are busy. Please call again later." 0.3
part invalid-choice "Sorry, that is not one of the choices." 0.3
part no-number "This number is not in service. Please check the number." 0.3
part privacy-code "This is your code from our privacy page. If you did not ask for it, please hang up." 0.3
part mobile-call-from "Call twenty-four. A call for you, from" 0.1
part mobile-call-withheld "Call twenty-four. A call for you, from a withheld number." 0.3
part mobile-press-1 "Press one to take it." 0.3
part mobile-code "This is your code for calls to this number. If you did not ask for it, please hang up." 0.3
part callback-offer "Press one, and we will call you back: you keep your place in the queue." 0.3
part callback-promised "Thank you. We will call you back when it is your turn. Goodbye." 0.3
part callback-impossible "Sorry, we cannot call you back at this number. Please hold the line." 0.3

# What place_sounds() in src/call24/calls/position_prompts.py puts together.
part position-1 "You are next in the queue." 0.25
part position-many "There are more than twenty callers before you." 0.25
part wait-under-minute "Your wait is expected to be less than a minute." 0.3
part wait-under "Your wait is expected to be less than" 0
part wait-over "Your wait is expected to be more than" 0
part wait-between "Your wait is expected to be between" 0
n=1
for word in one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen \
    nineteen twenty; do
    [ $n = 1 ] || part "position-$n" "You are number $word in the queue." 0.25
    n=$((n + 1))
done
for pair in 1:one 2:two 3:three 4:four 5:five 6:six 7:seven 8:eight 9:nine 10:ten 12:twelve 15:fifteen 20:twenty \
    25:twenty-five 30:thirty; do
    word=${pair#*:}
    part "from-${pair%:*}" "$word and" 0
    part "minutes-${pair%:*}" "$word minutes." 0.3
done
part minutes-1 "one minute." 0.3
rm from-30.ul
