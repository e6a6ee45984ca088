"""Where the checkout keeps what the stack needs: templates, lock files, the app.

Not where an installation keeps its own (kit.settings).
"""

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
SOURCES = CHECKOUT / "src"
OPS = CHECKOUT / "ops"
WEB = CHECKOUT / "web"
VENV = CHECKOUT / ".venv"
