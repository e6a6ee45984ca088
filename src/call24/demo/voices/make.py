"""Makes the demo customers' voices again: `python -m call24.demo.voices.make`, with Debian's flite installed.

Writes mu-law of 8 kHz without a header, one file per customer, pauses included. Nothing at run time needs this.
"""

from __future__ import annotations

import math
import subprocess
import tempfile
import wave
from array import array
from pathlib import Path

from call24.testphones import tone

# (voice, [sentence or seconds of listening]); numbers as words, since flite reads digits badly.
SCRIPTS: dict[str, tuple[str, tuple[str | float, ...]]] = {
    "parcel": (
        "slt",
        (
            0.8, "Hello! I am calling about a parcel.", 2.6,
            "I ordered a desk lamp on Monday, and the page still says that it has not left the warehouse.", 2.8,
            "Yes. The order number is four seven one nine two.", 2.8, "That is great. Thank you very much. Goodbye!",
        ),
    ),
    "invoice": (
        "rms",
        (
            0.8, "Good morning. I have a question about my invoice.", 2.6,
            "It seems that I was charged twice in October, on the third and on the fourth.", 2.8,
            "Thirty nine pounds each time.", 2.8, "Perfect, then I will wait for the refund. Thanks for your help.",
        ),
    ),
    "password": (
        "awb",
        (
            0.8, "Hi there. I cannot get into my account.", 2.6,
            "I asked for a new password three times, but the message never arrives.", 2.8,
            "No, I have looked there as well.", 2.8, "Ah, here it is! You are a star. Bye now.",
        ),
    ),
    "address": (
        "kal16",
        (
            0.8, "Hello. I would like to change my delivery address.", 2.6,
            "I have moved to number twelve, Mill Lane. The order goes out tomorrow, I think.", 2.8,
            "Yes, the same post code as before.", 2.8, "Wonderful. Thank you. Goodbye.",
        ),
    ),
    "message": (
        "slt",
        (
            0.5, "Hello, this is a message for your support team. Nobody was there when I called.", 0.5,
            "Please call me back about my order. Thank you.", 0.5,
        ),
    ),
}  # fmt: skip
LOUDNESS = 0.13
"""Root mean square of the spoken parts, as a share of full scale: that of a good telephone."""
TAPS = 63


def spoken(text: str, voice: str) -> array[int]:
    """`text` in 8 kHz samples."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(path)], check=True)
        with wave.open(str(path), "rb") as audio:
            rate = audio.getframerate()
            samples = array("h")
            samples.frombytes(audio.readframes(audio.getnframes()))
    return samples if rate == tone.RATE else halved(samples)


def halved(samples: array[int]) -> array[int]:
    """16 kHz to 8 kHz: a windowed-sinc low-pass at 3.6 kHz, then every second sample."""
    middle = TAPS // 2
    cut = 2 * 3600 / 16000
    weights = []
    for tap in range(TAPS):
        x = tap - middle
        sinc = cut if x == 0 else math.sin(math.pi * cut * x) / (math.pi * x)
        weights.append(sinc * (0.54 - 0.46 * math.cos(2 * math.pi * tap / (TAPS - 1))))
    padded = array("h", bytes(2 * middle)) + samples + array("h", bytes(2 * middle))
    return array(
        "h",
        [
            max(-32768, min(32767, round(sum(w * padded[at + tap] for tap, w in enumerate(weights)))))
            for at in range(0, len(samples), 2)
        ],
    )


def clip(voice: str, script: tuple[str | float, ...]) -> bytes:
    samples = array("h")
    for part in script:
        samples += spoken(part, voice) if isinstance(part, str) else array("h", bytes(2 * round(part * tone.RATE)))
    loud = [sample for sample in samples if abs(sample) > 300]
    scale = LOUDNESS / math.sqrt(sum(sample * sample for sample in loud) / len(loud))
    # tanh rounds off the few peaks that would not fit, instead of cutting them.
    return tone.samples_to_ulaw(array("h", [round(32000 * math.tanh(sample * scale)) for sample in samples]))


def main() -> None:
    for name, (voice, script) in SCRIPTS.items():
        path = Path(__file__).with_name(f"{name}.ul")
        path.write_bytes(clip(voice, script))
        print(f"{path.name}: {path.stat().st_size / tone.RATE:.1f} s")


if __name__ == "__main__":
    main()
