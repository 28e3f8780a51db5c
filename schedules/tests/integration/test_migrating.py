"""Migrations take the time that they need: the index of a long ledger is no stray statement."""

import pytest
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal

from schedules import db

pytestmark = pytest.mark.django_db


def timeout() -> str:
    return str(db.fetch("SHOW statement_timeout")[0][0])


def test_no_statement_is_cut_off_until_they_are_through() -> None:
    usual = timeout()
    assert usual != "0"
    emit_pre_migrate_signal(verbosity=0, interactive=False, db="default")
    assert timeout() == "0"
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert timeout() == usual
