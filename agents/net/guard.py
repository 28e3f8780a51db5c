"""The guard of all requests to owners' URLs, with what this deployment allows besides."""

from collections.abc import Sequence

from django.conf import settings

from agents.net import urls
from agents.net.addresses import Exceptions
from agents.net.errors import Refused


def check_url(url: str) -> None:
    """Refused (a ValueError) with a sentence if no request may be made to this URL.

    Looks nothing up: where a host name leads is checked when the request is made.
    """
    host = urls.parse(url).raw_host.decode("ascii")
    if ":" in host or urls.IPV4.fullmatch(host):
        check_addresses(host, [host])
    elif host == "localhost" or host.endswith(".localhost"):  # RFC 6761
        check_addresses(host, ["127.0.0.1"])


def check_addresses(host: str, addresses: Sequence[str]) -> None:
    """Refused if one of the host's addresses is not allowed: who mixes them means no good.

    The sentence does not name the address: it would tell owners about the inner network.
    """
    allowed = Exceptions.parse(tuple(settings.ALLOWED_PRIVATE_HOSTS))
    if not all(allowed.allow(host, address) for address in addresses):
        raise Refused(
            f"{host} leads to an address that is not public; "
            "an administrator can allow it in ALLOWED_PRIVATE_HOSTS."
        )
