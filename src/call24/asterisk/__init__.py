"""Asterisk behind the telephony port: ARI events become signals, commands become ARI requests, phones are pushed.

`AsteriskTelephony` is calls/telephony.py's port, `Endpoints` are phones and trunks. It decides nothing about a call.
"""

from call24.asterisk.client import AriClient, AriReply
from call24.asterisk.endpoints import Endpoints, PhoneEndpoint
from call24.asterisk.telephony import AsteriskTelephony
from call24.asterisk.trunks import TrunkLine

__all__ = ["AriClient", "AriReply", "AsteriskTelephony", "Endpoints", "PhoneEndpoint", "TrunkLine"]
