"""Where the stack finds what it needs: templates, lock files, the app. In a checkout, or inside an installed wheel.

Not where an installation keeps its own (kit.settings).
"""

from call24.kit.package import BUNDLED, FROM_WHEEL, PACKAGE

SOURCES = PACKAGE.parent
CHECKOUT = SOURCES.parent
"""For developers' commands, which a wheel does not have."""
SHIPPED = BUNDLED if FROM_WHEEL else CHECKOUT
"""What a running installation reads besides its code. cli/wheel.py lists what a wheel has of it."""
OPS = SHIPPED / "ops"
WEB = SHIPPED / "web"
VENV = CHECKOUT / ".venv"
