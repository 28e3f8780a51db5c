"""Rows of a model by the thousand, in statements whose number does not depend on theirs."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import NOT_PROVIDED, Field, Model

from schedules import db

NEXT_IDS = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"


def next_ids(model: type[Model], count: int) -> list[int]:
    """Ids for rows that are yet to be inserted."""
    return [key for (key,) in db.fetch(NEXT_IDS, (model._meta.db_table, count))]


INSERT = "INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays})"


def insert(rows: Sequence[Model]) -> None:
    """Insert rows of one model, at least one, all with their ids.

    bulk_create takes five times as long, as it compiles each value into SQL. Values are
    plain (texts, numbers, dates); columns with a default of the database get that.
    """
    model = type(rows[0])
    fields = tuple(f for f in model._meta.concrete_fields if f.db_default is NOT_PROVIDED)
    values = [[field.pre_save(row, True) for field in fields] for row in rows]
    db.fetch(_sql(INSERT, model, fields), db.columns(values, len(fields)))
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


UPDATE = """
UPDATE {table} AS old SET {sets} FROM unnest({arrays}) AS new({names}) WHERE old.id = new.id
"""


def update(rows: Sequence[Model], names: Collection[str]) -> None:
    """Write the named fields of rows of one model, at least one, all of which exist.

    Values are as for `insert`.
    """
    model = type(rows[0])
    concrete = model._meta.concrete_fields
    fields = tuple(field for field in concrete if field.name in {"id", *names})
    columns = [field.column for field in fields if field.name in names]
    sets = ", ".join(f"{column} = new.{column}" for column in columns)
    values = [[getattr(row, field.attname) for field in fields] for row in rows]
    template = UPDATE.replace("{sets}", sets)
    db.fetch(_sql(template, model, fields), db.columns(values, len(fields)))


FIND = """
SELECT min(id), {names} FROM {table} JOIN unnest({arrays}) AS wanted({names}) USING ({names})
GROUP BY {names}
"""


def find(
    model: type[Model], names: Sequence[str], wanted: Collection[tuple[Any, ...]]
) -> dict[tuple[Any, ...], int]:
    """The lowest id of a row with these values in the named fields, for those that exist."""
    by_name = {field.name: field for field in model._meta.concrete_fields}
    fields = tuple(by_name[name] for name in names)
    found = db.fetch(_sql(FIND, model, fields), db.columns(wanted, len(names)))
    return {tuple(values): key for key, *values in found}


@lru_cache
def _sql(template: str, model: type[Model], fields: tuple[Field, ...]) -> str:
    # Without the length: a cast to varchar(9) would cut what does not fit, not refuse it.
    types = [str(field.db_type(connection)).partition("(")[0] for field in fields]
    return template.format(
        table=model._meta.db_table,
        names=", ".join(str(field.column) for field in fields),
        arrays=", ".join(f"%s::{type_}[]" for type_ in types),
    )
