"""manage.py stop and resume, as somebody at a terminal sees them."""

import shlex
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError

from schedules import services
from schedules.models import Stop
from tests.clients import person

pytestmark = pytest.mark.django_db


def printed(command: str, *arguments: str) -> list[str]:
    """The lines that a command prints."""
    output = StringIO()
    call_command(command, *arguments, stdout=output)
    return output.getvalue().splitlines()


def refusal(command: str, *arguments: str) -> tuple[str, list[str]]:
    """What a command ends with that must fail, and what it printed before."""
    output = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command(command, *arguments, stdout=output)
    return str(refused.value), output.getvalue().splitlines()


class TestStop:
    def test_everybody(self) -> None:
        (line,) = printed("stop", "--note", "fire")
        assert line == "Stopped: everything. It goes on with `manage.py resume`."
        stop = Stop.objects.get()
        assert (stop.owner, stop.note, stop.stopped_by) == (None, "fire", "manage.py")

    def test_one_owner(self, owner: User) -> None:
        (line,) = printed("stop", "--owner", "ann")
        assert line.startswith("Stopped: everything of ann.")
        assert (Stop.objects.get().owner, Stop.objects.get().note) == (owner, "")

    @pytest.mark.parametrize("name", ["ann", "ann o'hara"])
    def test_the_way_out_that_it_names_is_one(self, name: str) -> None:
        person(name)
        (line,) = printed("stop", "--owner", name)
        call_command(*shlex.split(line.split("`")[1])[1:], stdout=StringIO())
        assert not Stop.objects.exists()

    def test_twice_leaves_the_first(self) -> None:
        assert printed("stop", "--note", "first") == printed("stop", "--note", "second")
        assert Stop.objects.get().note == "first"

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (("--owner", "nobody"), "There is no user 'nobody'."),
            (("--owner", ""), "There is no user ''."),
            (("--owner", "\udcff"), "There is no user '\\udcff'."),
            (("--note", "x" * 201), "--note: It has 201 characters; at most 200 are allowed."),
            (("--note", "\udcff"), "--note: It contains half of a surrogate pair"),
        ],
    )
    def test_what_cannot_be_is_a_sentence_and_stops_nothing(
        self, owner: User, arguments: tuple[str, ...], sentence: str
    ) -> None:
        refused, _ = refusal("stop", *arguments)
        assert refused.startswith(sentence)
        assert not Stop.objects.exists()


class TestResume:
    def test_what_was_stopped_goes_on(self, owner: User) -> None:
        for scope in ((), ("--owner", "ann")):
            printed("stop", *scope)
            assert printed("resume", *scope) == ["It goes on."]
            assert not Stop.objects.exists()

    def test_nothing_was_stopped(self, owner: User) -> None:
        for scope in ((), ("--owner", "ann")):
            assert printed("resume", *scope) == ["Nothing was stopped."]

    def test_it_says_what_still_holds_the_owner_up(self, owner: User) -> None:
        services.stop(owner=None, by="root")
        services.stop(owner=person("eve"), by="eve")
        printed("stop", "--owner", "ann")
        still = "Still stopped: everything."
        assert printed("resume", "--owner", "ann") == ["That stop is lifted.", still]
        assert printed("resume", "--owner", "ann") == ["There is no such stop.", still]

    def test_it_says_whose_own_stops_still_stand(self, owner: User) -> None:
        services.stop(owner=owner, by="ann")
        printed("stop")
        still = "Still stopped: everything of ann."
        assert printed("resume") == ["That stop is lifted.", still]
        assert Stop.objects.get().owner == owner

    def test_an_owner_that_there_is_not_lifts_nothing(self) -> None:
        printed("stop")
        refused, lines = refusal("resume", "--owner", "nobody")
        assert (refused, lines) == ("There is no user 'nobody'.", [])
        assert Stop.objects.exists()
