"""Roundup's side of a connection with Call24: copy this file into the tracker's `detectors` folder, and restart Roundup.

It makes two roles: `Customer`, whose users are kept in step, and `Call24`, which may see, make and change customers and
no one else, and write down calls. And it adds two requests that Roundup's REST API has not: an erasure, which takes a
customer's history too, and who has a telephone number, retired customers too.

Written for Roundup 2.6. Source: Roundup's documentation, Customising Roundup; REST API (adding new rest endpoints).
"""

from roundup.exceptions import Reject, Unauthorised, UsageError
from roundup.hyperdb import Link, Multilink
from roundup.rest import Routing, _data_decorator
from roundup.roundupdb import IssueClass

CUSTOMER = "Customer"
CALL24 = "Call24"
NUMBERS_MAX = 100


def init(db):
    roles = db.security
    roles.addRole(name=CUSTOMER, description="Kept in step with Call24")
    roles.addRole(name=CALL24, description="Call24's own user")
    for name in ("Web Access", "Rest Access"):  # who may not use the web cannot sign in at all
        roles.addPermissionToRole(CALL24, name)
    roles.addPermissionToRole(CALL24, "Create", "user")
    roles.addPermissionToRole(CALL24, roles.addPermission(name="Search", klass="user"))
    theirs = roles.addPermission(name="View", klass="user", check=_is_customer, filter=_customers)
    roles.addPermissionToRole(CALL24, theirs)
    roles.addPermissionToRole(CALL24, roles.addPermission(name="Edit", klass="user", check=_is_customer))
    for name in ("msg", "issue"):
        roles.addPermissionToRole(CALL24, "Create", name)
        roles.addPermissionToRole(CALL24, roles.addPermission(name="Search", klass=name))
        mine = roles.addPermission(name="View", klass=name, check=_is_mine(name), filter=_mine)
        roles.addPermissionToRole(CALL24, mine)
    db.user.audit("create", _customers_alone, priority=50)  # before the tracker's own
    db.user.audit("set", _customers_alone, priority=50)


# --- what Call24's user may do ---


def _is_customer(db, userid, itemid):
    return db.user.get(itemid, "roles") == CUSTOMER


def _customers(db, userid, klass):
    return [{"filterspec": {}, "exact_match_spec": {"roles": CUSTOMER}}]


def _is_mine(name):
    return lambda db, userid, itemid: db.getclass(name).get(itemid, "creator") == userid


def _mine(db, userid, klass):
    return [{"filterspec": {"creator": userid}}]


def _customers_alone(db, cl, nodeid, newvalues):
    """Call24 makes customers alone, and gives nobody a role or a password."""
    who = db.getuid()
    if not db.user.hasnode(who) or not db.user.has_role(who, CALL24):  # there is nobody while a tracker is made
        return
    if nodeid is None and newvalues.get("roles") != CUSTOMER:
        raise Reject("Call24 makes users with the role %s alone" % CUSTOMER)
    if "password" in newvalues or (nodeid is not None and "roles" in newvalues):
        raise Reject("Call24 changes neither roles nor passwords")
    if "address" in newvalues and newvalues["address"] is None:
        del newvalues["address"]  # the classic tracker's userauditor.py fails on it
        if nodeid is not None:
            cl.set_inner(nodeid, address=None)


# --- requests ---


def _customer(db, userid):
    """Whether there is one. Raises: Unauthorised, UsageError."""
    if not db.user.has_role(db.getuid(), CALL24):
        raise Unauthorised("this needs the role %s" % CALL24)
    if not db.user.hasnode(userid):
        return False
    if db.user.get(userid, "roles") != CUSTOMER:
        raise UsageError("user%s is no customer: staff is erased by hand" % userid)
    return True


@Routing.route("/call24/numbers/<:digits>", "GET")
@_data_decorator
def numbers(self, digits, input_payload):
    """Customers in whose telephone number these digits stand one after another, retired ones too."""
    _customer(self.db, "0")  # nobody: who asks may ask
    user, found = self.db.user, []
    for id in user.filter(None, {}, retired=None, exact_match_spec={"roles": CUSTOMER}):
        phone = user.get(id, "phone") or ""
        if digits in "".join(one for one in phone if one.isdigit()):
            found.append(id)
    return 200, {"ids": found[:NUMBERS_MAX], "more": len(found) > NUMBERS_MAX}


@Routing.route("/call24/erasures/<:userid>", "POST")
@_data_decorator
def erase(self, userid, input_payload):
    """Takes all that is kept of a customer: what they are called, what they wrote, the issues that they opened or that
    name them, calls too, with messages and files, and the history of each. Empty retired items stay: others may name
    them."""
    db = self.db
    if not userid.isdigit() or not _customer(db, userid):
        return 200, {"erased": {}}
    messages = set(db.msg.filter(None, {"author": userid}, retired=None))
    taken = {"user": {userid}, "msg": messages, "file": set()}
    for name, cl in db.classes.items():
        if isinstance(cl, IssueClass):
            taken[name] = _issues(cl, userid)
            for id in taken[name]:
                messages.update(cl.get(id, "messages"))
                taken["file"].update(cl.get(id, "files"))
    for id in messages:
        taken["file"].update(db.msg.get(id, "files"))
    for name, ids in taken.items():
        for id in ids:
            _emptied(db, name, id)
    db.commit()
    return 200, {"erased": {name: len(ids) for name, ids in taken.items() if ids}}


def _issues(cl, userid):
    """Those that they opened, and those that name them."""
    found = set()
    for name, prop in cl.getprops().items():
        if isinstance(prop, Link) and prop.classname == "user" and name != "actor":
            found.update(cl.filter(None, {name: userid}, retired=None))
    return found


def _emptied(db, name, id):
    """Below auditors and reactors: nobody is sent a mail about it, and retired items are emptied too."""
    cl, values = db.getclass(name), {}
    for each, prop in cl.getprops(protected=False).items():
        if each == "content":
            db.storefile(name, id, None, b"")  # takes its place once it is committed
        elif each == cl.getkey():
            values[each] = "erased-%s" % id
        elif isinstance(prop, Multilink):
            values[each] = []
        elif (name, each) != ("user", "roles"):
            values[each] = None
        if each == "content" or getattr(prop, "indexme", "no") == "yes":
            db.indexer.add_text((name, id, each), "")
    db.setnode(name, id, values)
    if not cl.is_retired(id):
        cl.retire(id)
    db.setjournal(name, id, [])
