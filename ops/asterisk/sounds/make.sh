#!/bin/sh
# Makes the prompts again with Debian's packages flite and sox: 8 kHz, 16 bit, mono.
set -eu
cd "$(dirname "$0")"
say() {
    flite -voice slt -t "$2" -o "$1.tmp.wav"
    sox -G "$1.tmp.wav" -r 8000 -b 16 -c 1 "$1.wav" norm -6 pad 0.1 0.1
    rm "$1.tmp.wav"
}
say greeting "Thank you for calling. This call is recorded. Please hold, the next free agent will take your call."
say voicemail "Nobody can take your call right now. Please leave a message after the tone."
say sorry "Sorry, something is wrong on our side. Please hold the line."
say away "We are sorry, we cannot take your call at the moment. Please try again later. Goodbye."
say goodbye "Thank you. Goodbye."
