"""Where deliveries may not go, whatever was let through when their hook was made."""

from collections.abc import Callable, Sequence

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from hooks.courier import Courier
from hooks.models import Delivery, Hook
from hooks.tests.scenes import happen, hook_of, only
from scheduler_project.embedded.waiting import wait_until
from tests.scripted_web import ScriptedWeb

pytestmark = pytest.mark.django_db(transaction=True)
PRIVATE = [
    *("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1"),
    *("017700000001", "127.0.0.1.", "127.255.255.254", "0.0.0.0", "0", "10.0.0.1", "172.16.0.1"),
    *("192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16"),
    *("224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[::127.0.0.1]", "[::ffff:127.0.0.1]"),
    *("[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1]", "[fd00::1]"),
    *("[ff02::1]", "[fe80::1%25eth0]", "localhost", "LOCALHOST", "localhost.", "a.localhost"),
    *("\uff11\uff12\uff17.0.0.1", "127\u30020\u30020\u30021", "\u24dbocalhost", "me@127.0.0.1"),
]


async def loopback(host: str, port: int) -> Sequence[str]:
    """What a name may say to whoever looks it up in the wrong moment."""
    return ["127.0.0.1"]


async def some_loopback(host: str, port: int) -> Sequence[str]:
    return ["93.184.215.14", "::1"]


def all_tried() -> bool:
    return not Delivery.objects.filter(failures=0).exists()


def test_no_spelling_of_a_private_address_is_called(
    ann: User, settings: Settings, courier: Callable[..., Courier]
) -> None:
    settings.MAX_HOOKS_PER_OWNER = len(PRIVATE)
    with ScriptedWeb() as inner:
        for host in PRIVATE:
            hook = hook_of(ann)
            Hook.objects.filter(pk=hook.pk).update(url=f"http://{host}:{inner.port}/")
        happen(ann, "execution.failed")
        courier(resolve=loopback)
        assert wait_until(all_tried, 20)
        assert inner.connections == 0
    assert set(Delivery.objects.values_list("state", "status")) == {("pending", None)}
    assert all(Delivery.objects.values_list("error", flat=True))


@pytest.mark.parametrize("resolve", [loopback, some_loopback])
def test_a_name_that_leads_inside_since_its_hook_was_made(
    ann: User, courier: Callable[..., Courier], resolve: object
) -> None:
    with ScriptedWeb() as inner:
        hook = hook_of(ann, url=f"http://rebound.example:{inner.port}/")
        happen(ann, "execution.failed")
        courier(resolve=resolve)
        assert wait_until(all_tried, 20)
        assert inner.connections == 0
    assert "rebound.example leads to an address that is not public" in only(hook).error
