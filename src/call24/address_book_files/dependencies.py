"""What routes ask of this room: `imports: AddressBookImportsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.address_book_files.service import AddressBookImports
from call24.http.provided import provided

AddressBookImportsDep = Annotated[AddressBookImports, provided(AddressBookImports)]
