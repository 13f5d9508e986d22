from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

from accounts.notifications.domain.messages import SENT


def kinds_sent():
    return sorted(k for k, *_ in SENT)


def last_message(kind):
    k, to, key, c = [x for x in SENT if x[0] == kind][-1]
    return SimpleNamespace(address=getattr(to, "email", to), context=c)


def key_of_last(kind):
    return parse_qs(urlsplit(last_message(kind).context["link"]).query)["key"][0]
