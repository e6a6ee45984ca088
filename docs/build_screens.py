"""Takes the pictures of docs/screens.md, and writes the page: `.venv/bin/python docs/build_screens.py [NAME ...]`.

Needs what `./call24 test` installs, and the built app. The app is the real one; what it shows is an organisation that
tests/support/app has made up. With names, only those pictures are taken again.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))

from PIL import Image  # noqa: E402
from playwright.async_api import async_playwright  # noqa: E402
from tests.support.app.browser import launched  # noqa: E402
from tests.support.app.moment import still_pictures  # noqa: E402

pictures = still_pictures()

PAGE = CHECKOUT / "docs" / "screens.md"
FOLDER = CHECKOUT / "docs" / "screens"
WIDTHS = {"lap": 1200, "phone": 390}
"""Pixels of a stored picture."""
QUALITY = 82


@dataclass(frozen=True)
class Screen:
    """`name`: of tests/support/app/pictures.py."""

    name: str
    says: str


SECTIONS: tuple[tuple[str, tuple[Screen, ...]], ...] = (
    (
        "Signing in",
        (
            Screen("sign-in", "Signing in, with a password, a passkey or the organisation's own identity provider."),
            Screen("security", "One's password, second factors and devices."),
        ),
    ),
    (
        "Calls",
        (
            Screen("home", "An agent between calls: the own state and day, who waits, the last calls."),
            Screen("ringing", "A call rings: who it is by the contacts, what is open, why this agent."),
            Screen("in-call", "In the call: its timeline, a note that saves itself, open tasks and earlier calls."),
            Screen("hand-transfer", "Whom to transfer to, and who of them is free."),
            Screen("wrap-up", "After the call: its disposition, calling back later, the time that is left."),
            Screen("detail", "A past call: its timeline, the recording of both sides, why this agent."),
        ),
    ),
    (
        "People and work",
        (
            Screen("contact", "A contact, with everything that happened in one timeline."),
            Screen("work", "Tasks of missed calls, voicemails, callbacks and those that people write."),
            Screen("work-task", "A task with its checklist, files and comments."),
            Screen("work-board", "The same tasks as a board."),
            Screen("notifications", "What somebody should know, and which of it comes as push or e-mail."),
        ),
    ),
    (
        "Supervision",
        (
            Screen("live", "Queues, calls and agents as they are now."),
            Screen("supervise-call", "A call that goes on: listen, whisper, join, take over."),
            Screen("reports", "Reports by hour, day, queue, agent or disposition; each figure says what it means."),
            Screen("what-if-answer", "A past day replayed with other settings of a queue."),
            Screen("staffing-answer", "How many agents a queue needs, by a simulation and by Erlang C."),
        ),
    ),
    (
        "Administration",
        (
            Screen("administration", "All settings, by what they are for."),
            Screen("start", "From an empty organisation to the first call, with a check of each step."),
            Screen("flow", "A call flow as a diagram; errors are shown where they are."),
            Screen("flow-test", "The same flow with a caller made up: the path lights up."),
            Screen("queue", "A queue: its agents, in which order they ring, how long callers wait."),
            Screen("trunk", "A connection to a carrier, and whether it is registered."),
            Screen("people", "Users, roles and invitations."),
            Screen("role", "A role of one's own, permission by permission."),
            Screen("calling-limits", "Which numbers may be called, and how much, against toll fraud."),
            Screen("webhooks", "Events that are sent to servers of the organisation."),
            Screen("branding", "The organisation's name, logos and colour, which is made readable everywhere."),
            Screen("audit", "Who changed or looked at what, and from where."),
        ),
    ),
    (
        "Privacy",
        (
            Screen("privacy", "What a privacy officer has to do."),
            Screen("privacy-request", "A request of a caller, step by step, with its deadline."),
            Screen("privacy-erased", "A caller erased, with a signed receipt, and what processors answered."),
            Screen("privacy-retention", "How long what is kept, and whether what is due was deleted."),
            Screen("incident", "A personal data breach, with its clock of 72 hours."),
            Screen("my-data", "What is kept about oneself, one's consents, and one's own file."),
        ),
    ),
)


def picture(name: str, size: str, mode: str) -> Path:
    return FOLDER / f"{name}.{size}.{mode}.webp"


def page() -> str:
    lines = [
        "# Screens",
        "",
        "The app on a laptop and on a phone. Where your browser prefers a dark look, the pictures are dark too. The "
        "organisation is made up.",
        "",
        "Taken by `.venv/bin/python docs/build_screens.py`, which writes this page as well.",
    ]
    for title, screens in SECTIONS:
        lines += ["", f"## {title}"]
        for screen in screens:
            shown = " ".join(_both(screen, size, width) for size, width in (("lap", 640), ("phone", 185)))
            lines += ["", screen.says, "", shown]
    return "\n".join(lines) + "\n"


def _both(screen: Screen, size: str, width: int) -> str:
    light, dark = (picture(screen.name, size, mode).relative_to(PAGE.parent) for mode in pictures.MODES)
    alt = f"{screen.says} {'Laptop' if size == 'lap' else 'Phone'}"
    image = f'<img src="{light}" width="{width}" alt="{alt}">'
    return f'<picture><source media="(prefers-color-scheme: dark)" srcset="{dark}">{image}</picture>'


async def take(names: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with async_playwright() as playwright:
            browser = await launched(playwright)
            for name in names:
                for size, width in WIDTHS.items():
                    for mode in pictures.MODES:
                        await pictures.picture(browser, Path(folder), name, size, mode)
                        _store(Path(folder) / f"{name}.{size}.{mode}.png", picture(name, size, mode), width)
            await browser.close()


def _store(taken: Path, place: Path, width: int) -> None:
    with Image.open(taken) as image:
        height = round(image.height * width / image.width)
        image.convert("RGB").resize((width, height), Image.Resampling.LANCZOS).save(place, quality=QUALITY, method=6)


def main(names: list[str]) -> None:
    every = [screen.name for _, screens in SECTIONS for screen in screens]
    asyncio.run(take([name for name in every if not names or name in names]))
    PAGE.write_text(page())


if __name__ == "__main__":
    main(sys.argv[1:])
