"""What routes ask of this room: `files: CallerFilesDep`, `imports: CallerImportsDep`, `signer: VconSignerDep`."""

from __future__ import annotations

from typing import Annotated

from call24.caller_files.imports import CallerImports
from call24.caller_files.service import CallerFiles
from call24.caller_files.signing import VconSigner
from call24.http.provided import provided

CallerFilesDep = Annotated[CallerFiles, provided(CallerFiles)]
CallerImportsDep = Annotated[CallerImports, provided(CallerImports)]
VconSignerDep = Annotated[VconSigner, provided(VconSigner)]
