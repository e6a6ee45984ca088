"""Evolution's address book without its windows: evolution-data-server, told what to do a line of JSON at a time.

Run by Debian's own Python, which has its bindings, in a D-Bus session of its own (`dbus-run-session`). The account is
a file of Evolution's, and the password is given when its CardDAV backend asks for it, as its dialogue would.
"""

import json
import sys
import threading
from pathlib import Path

import gi

gi.require_version("EBook", "1.2")
gi.require_version("EBookContacts", "1.2")
gi.require_version("EDataServer", "1.2")
from gi.repository import EBook, EBookContacts, EDataServer, GLib  # noqa: E402

WITHIN_S = 30
SOURCE = """[Data Source]
DisplayName=Call24
Enabled=true
Parent=
[Address Book]
BackendName=carddav
[Authentication]
Host=127.0.0.1
Port={port}
User={user}
Method=plain/password
RememberPassword=false
[WebDAV Backend]
ResourcePath={path}
[Security]
Method=none
[Offline]
StaySynchronized=true
"""


class Evolution:
    def __init__(self, at):
        self._secret = at["secret"]
        folder = Path(GLib.get_user_config_dir()) / "evolution" / "sources"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "call24.source").write_text(SOURCE.format(**at))
        self._registry = EDataServer.SourceRegistry.new_sync(None)
        self._source = self._registry.ref_source("call24")
        self._source.connect("credentials-required", self._asked)
        self._book = EBook.BookClient.connect_sync(self._source, WITHIN_S, None)

    def _asked(self, source, *_):
        credentials = EDataServer.NamedParameters.new()
        credentials.set("username", source.get_extension("Authentication").get_user())
        credentials.set("password", self._secret)
        source.invoke_authenticate(credentials, None, None)

    def list(self):
        """Full names, and the ids by which it knows them."""
        self._book.refresh_sync(None)
        _, found = self._book.get_contacts_sync('(contains "x-evolution-any-field" "")', None)
        return sorted([one.get_property("full-name"), one.get_property("id")] for one in found)

    def add(self, card):
        made = EBookContacts.Contact.new_from_vcard(card)
        _, id = self._book.add_contact_sync(made, EBookContacts.BookOperationFlags.CONFLICT_FAIL, None)
        return id

    def change(self, id, **named):
        _, contact = self._book.get_contact_sync(id, None)
        for name, value in named.items():
            contact.set_property(name.replace("_", "-"), value)
        return self._book.modify_contact_sync(contact, EBookContacts.BookOperationFlags.CONFLICT_FAIL, None)

    def card(self, id):
        _, contact = self._book.get_contact_sync(id, None)
        return contact.to_string(EBookContacts.VCardFormat(1))

    def remove(self, id):
        return self._book.remove_contact_by_uid_sync(id, EBookContacts.BookOperationFlags.CONFLICT_FAIL, None)


def serve(at):
    client = Evolution(at)
    for line in sys.stdin:
        wish = json.loads(line)
        try:
            answer = {"answer": getattr(client, wish.pop("act"))(**wish)}
        except Exception as error:  # whatever it was is told to the test
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def main():
    loop = GLib.MainLoop()

    def work():
        try:
            serve(json.loads(sys.argv[1]))
        finally:
            loop.quit()

    threading.Thread(target=work, daemon=True).start()
    loop.run()


if __name__ == "__main__":
    main()
