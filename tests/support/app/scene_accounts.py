"""What the API answers about signing in, invitations and tokens, for looking at the app without a server."""

from __future__ import annotations

from typing import Any

from tests.support.app import scene

from call24.identity.permissions import BUILT_IN, HELP

Json = dict[str, Any]
CODES = [f"abcd{letter}-fgh23" for letter in "abcdefghjk"]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
URI = f"otpauth://totp/Call24:saraa%40northwind.example?secret={SECRET}&issuer=Call24"
LINK = "https://call24.test/#/invitation/4dTcv2bXrV0sYt3kQz8mJw1nHf6pLg9aRe7uSi5oDxE"


def invitation(key: str, name: str, role: str = "agent", days: int = 2) -> Json:
    return {
        "id": f"inv_{key}",
        "email": f"{key}@northwind.example",
        "name": name,
        "role": role,
        "created_at": scene.ago(days=days),
        "expires_at": scene.ahead(days=7 - days),
    }


def token(key: str, name: str, *abilities: str, used: bool = True) -> Json:
    return {
        "id": key,
        "name": name,
        "abilities": list(abilities),
        "created_at": scene.ago(days=20),
        "last_used_at": scene.ago(hours=2) if used else None,
        "expires_at": scene.ahead(days=70),
    }


def app_password(key: str, name: str, *, used: bool = True) -> Json:
    made, last = scene.ago(days=20), scene.ago(hours=2) if used else None
    return {"id": key, "name": name, "created_at": made, "last_used_at": last}


def passkey(key: str, name: str, *, suspect: bool = False) -> Json:
    return {
        "id": f"psk_{key}",
        "name": name,
        "created_at": scene.ago(days=9),
        "last_used_at": scene.ago(hours=3),
        "synced": key == "phone",
        "suspect": suspect,
    }


SENIOR = {
    "id": "rol_senior",
    "name": "Senior agent",
    "built_in": False,
    "permissions": sorted(BUILT_IN["agent"] - {"callbacks.read"} | {"agents.read", "calls.monitor"}),
}


class Accounts:
    """`asks`: sign-in wants a code; `due`: paths that want a fresh proof until one was given."""

    def __init__(self) -> None:
        self.asks = False
        self.due: set[str] = set()
        self.required = self.mobiles = False
        self._sent = 0
        self.mfa: Json = {
            "authenticator": False,
            "recovery_codes_left": 0,
            "required": False,
            "passkeys": [],
            "passkeys_here": True,
        }
        self.users = [
            {**scene.SARAA, "email": "saraa@northwind.example", "role": "owner", "mfa": True, "disabled": False},
            {
                "id": "usr_bat",
                "name": "Bat",
                "email": "bat@northwind.example",
                "role": "auditor",
                "mfa": False,
                "disabled": False,
            },
            *(
                {
                    "id": one["id"],
                    "name": one["name"],
                    "email": f"{one['id'][4:]}@northwind.example",
                    "role": "agent",
                    "mfa": one["id"] == "usr_anna",
                    "disabled": one["id"] == "usr_peter",
                }
                for one in scene.AGENTS[1:]
            ),
        ]
        self.invitations = [invitation("oyuna", "Оюунаа Дорж"), invitation("mark", "Mark Webb", "supervisor", 6)]
        self.app_passwords = [app_password("apw_1", "Sarah's iPhone"), app_password("apw_2", "Laptop", used=False)]
        self.tokens = [
            token("21", "Nightly report", "calls.read_all", "exports.make"),
            token("22", "CRM", "*", used=False),
        ]

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any] | None:
        """None for what is not its own."""
        if path in self.due:
            return refused(403, "mfa_due")
        if path == "/v1/auth/login" and self.asks and "code" not in body:
            return refused(401, "mfa_required")
        if path == "/v1/auth/login" and self.asks and body["code"] == "000000":
            return refused(401, "wrong_code")
        if path.startswith("/v1/me/mfa"):
            return self._mfa(path, body)
        if path.startswith("/v1/invitations") and path not in ("/v1/invitations/look", "/v1/invitations/accept"):
            return self._invitations(method, path, body)
        if path.startswith("/v1/users/") and path.endswith("/reset"):
            return 202, {"link": "https://call24.test/#/reset/fresh-secret"}
        if path.startswith("/v1/users/") and path.endswith("/delete"):
            self.users = [one for one in self.users if one["id"] != path.split("/")[3]]
            return 200, {"id": path.split("/")[3], "deleted": {"users": 1}}
        if path.startswith("/v1/tokens"):
            return self._tokens(method, path, body)
        if path.startswith("/v1/me/app-passwords"):
            return self._app_passwords(method, path, body)
        return self._settings(method, path, body)

    def _mfa(self, path: str, body: Any) -> tuple[int, Any]:
        match path.removeprefix("/v1/me/mfa"):
            case "/confirm" if body["code"] == "000000":
                return refused(403, "wrong_code")
            case "/confirm":
                self.mfa = {**self.mfa, "authenticator": True, "recovery_codes_left": 10}
                return 200, {"recovery_codes": CODES}
            case "/recovery":
                return 200, {"recovery_codes": CODES}
            case "/proof" if body["code"] == "000000":
                return refused(403, "wrong_code")
            case "/proof":
                self.due.clear()
                return 200, {}
            case "/remove":
                self.mfa = {**self.mfa, "authenticator": False, "recovery_codes_left": 0}
                return 200, {}
        return 200, {"secret": SECRET, "uri": URI} if body is not None else self.mfa

    def _invitations(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        key = path.split("/")[3] if path.count("/") > 2 else ""
        before = next((one for one in self.invitations if one["id"] == key), None)
        if method == "GET":
            return 200, {"items": self.invitations}
        self.invitations = [one for one in self.invitations if one["id"] != key]
        if method == "DELETE":
            return 200, {}
        self._sent += 1
        fresh = {**invitation("new", "New", days=0), **(body or before or {}), "id": f"inv_fresh{self._sent}"}
        self.invitations = [*self.invitations, fresh]
        return 201, {**fresh, "link": LINK}

    def _tokens(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        if method == "POST":
            self.tokens = [*self.tokens, {**token("23", body["name"], *body["abilities"], used=False)}]
            return 201, {**self.tokens[-1], "token": "23|c24_q8ZrVn3tKp0sYw7xHd2mJf5bLg9aRe6uSi4oDxEc1vTy"}
        self.tokens = [one for one in self.tokens if method == "GET" or one["id"] != path.rsplit("/", 1)[-1]]
        return 200, {"items": self.tokens}

    def _app_passwords(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        where = {"user_name": "sarah@northwind.example", "address": "https://call24.test/"}
        if method == "POST":
            made = app_password("apw_3", body["name"], used=False)
            self.app_passwords = [*self.app_passwords, made]
            return 201, {**made, **where, "secret": "k3vt-9wqe-m2xa-7hdn-pb4s-yc8r"}
        gone = path.rsplit("/", 1)[-1]
        self.app_passwords = [one for one in self.app_passwords if method == "GET" or one["id"] != gone]
        return 200, {"items": self.app_passwords, "next": None, **where}

    def _settings(self, method: str, path: str, body: Any) -> tuple[int, Any] | None:
        if path == "/v1/organisation":
            if method == "PATCH":
                self.required = body.get("mfa_required", self.required)
                self.mobiles = body.get("ring_mobiles", self.mobiles)
            settings = {"mfa_required": self.required, "ring_mobiles": self.mobiles}
            return 200, {"id": "ten_1", "name": "Northwind Support", **settings}
        names = {role: role.replace("_", " ").capitalize() for role in BUILT_IN}
        fixed: dict[str, list[Json]] = {
            "/v1/users": self.users,
            "/v1/roles": [
                {"id": one, "name": names[one], "built_in": True, "permissions": sorted(BUILT_IN[one])}
                for one in BUILT_IN
            ]
            + [SENIOR],
            "/v1/permissions": [{"name": name, "help": text, "yours": True} for name, text in HELP.items()],
        }
        return (200, {"items": fixed[path]}) if path in fixed else None


def refused(status: int, code: str) -> tuple[int, Json]:
    return status, {"type": f"/problems/{code}", "title": code, "status": status, "detail": code, "code": code}
