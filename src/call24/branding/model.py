"""What an organisation looks like: its colour and logos, and whom its users ask for help."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import ID, MEASURE, SETTING, STATE, TENANT, TIME, Category, document, of_organisation
from call24.kit.ids import TenantId

Theme = Literal["light", "dark"]

_LOGO = of_organisation(Category.SETTING, "shown to its users, and to everybody on its public pages")
_HELP = of_organisation(Category.SETTING, "shown to its own users")


class LogoVersion(msgspec.Struct, frozen=True, kw_only=True):
    """Which logo it is, and how large in pixels. `tag`: changes with it."""

    tag: Annotated[str, STATE]
    width: Annotated[int, MEASURE]
    height: Annotated[int, MEASURE]


@document("branding", tenant=True)
class Branding(msgspec.Struct, frozen=True, kw_only=True):
    """One for each organisation that has set something: its id is the organisation's.

    `accent`: `#` and six hexadecimal digits in lower case; empty: Call24's own colour. `logo`: on light surfaces, and
    on dark ones where there is no `dark_logo`. `help_contact`: an e-mail address, an https address or a telephone
    number; empty: none. `version`: one more with each change.
    """

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    accent: Annotated[str, SETTING] = ""
    help_contact: Annotated[str, _HELP] = ""
    logo: Annotated[LogoVersion | None, SETTING] = None
    dark_logo: Annotated[LogoVersion | None, SETTING] = None
    version: Annotated[int, MEASURE] = 0
    changed_at: Annotated[datetime | None, TIME] = None

    @property
    def is_default(self) -> bool:
        """Whether nothing shows that it is this organisation's."""
        return not self.accent and self.logo is None and self.dark_logo is None

    def logo_for(self, theme: Theme) -> LogoVersion | None:
        return self.logo if theme == "light" else self.dark_logo


@document("brand_logos", tenant=True)
class BrandLogos(msgspec.Struct, frozen=True, kw_only=True):
    """The logos themselves, as WebP, drawn again. Its id is the organisation's."""

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    light: Annotated[bytes | None, _LOGO] = None
    dark: Annotated[bytes | None, _LOGO] = None
