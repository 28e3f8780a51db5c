"""DATABASE_URL to Django's settings."""

import pytest

from scheduler_project.database_url import parse

COMPLETE = "postgresql://ann:secret@db.example:6432/ledger"


def test_a_complete_url():
    assert parse(COMPLETE) == {
        "ENGINE": "scheduler_project.postgresql",
        "NAME": "ledger",
        "USER": "ann",
        "PASSWORD": "secret",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {},
    }


def test_the_short_scheme_means_the_same():
    assert parse(COMPLETE.replace("postgresql:", "postgres:")) == parse(COMPLETE)


def test_what_is_left_out_is_left_to_the_client_library():
    settings = parse("postgresql:///ledger")
    assert (settings["HOST"], settings["PORT"], settings["USER"]) == ("", "", "")


@pytest.mark.parametrize(
    "url",
    ["postgresql://ann@/ledger?host=/run/a%20b", "postgresql://ann@%2Frun%2Fa%20b/ledger"],
)
def test_a_socket_directory_as_host(url):
    assert parse(url)["HOST"] == "/run/a b"


def test_percent_encoding_in_every_part():
    settings = parse("postgresql://a%40b:p%2Fw%3A%25@host/led%20ger")
    assert settings["USER"] == "a@b"
    assert settings["PASSWORD"] == "p/w:%"
    assert settings["NAME"] == "led ger"


def test_an_ipv6_host():
    settings = parse("postgresql://ann@[::1]:5433/ledger")
    assert (settings["HOST"], settings["PORT"]) == ("::1", "5433")


def test_several_hosts():
    settings = parse("postgresql://one:5432,two:5433/ledger?target_session_attrs=read-write")
    assert (settings["HOST"], settings["PORT"]) == ("one,two", "5432,5433")
    assert settings["OPTIONS"] == {"target_session_attrs": "read-write"}


def test_other_parameters_become_options():
    assert parse(COMPLETE + "?sslmode=require&connect_timeout=5")["OPTIONS"] == {
        "sslmode": "require",
        "connect_timeout": "5",
    }


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "must be a PostgreSQL URL"),
        ("mysql://ann:secret@db/ledger", "must be a PostgreSQL URL"),
        ("host=db dbname=ledger password=secret", "must be a PostgreSQL URL"),
        ("postgresql://ann:secret@db/", "names no database"),
        ("postgresql://ann:secret%zz@db/ledger", "cannot be read"),
        ("postgresql://ann:secret@[::1/ledger", "cannot be read"),
        (COMPLETE + "?no_such_option=1", "cannot be read"),
    ],
)
def test_what_is_wrong_is_said_without_the_password(url, says):
    with pytest.raises(ValueError, match=says) as failure:
        parse(url)
    assert "secret" not in str(failure.value)
    assert failure.value.__cause__ is None
