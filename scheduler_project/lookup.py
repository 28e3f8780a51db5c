"""One row of a model by its key: most of what Django's `get` takes is to write its SQL."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

from scheduler_project.database import fetch

Row = TypeVar("Row", bound=Model)
Read = Callable[[Any, Any, Any], Any]


def one(model: type[Row], **equal: Any) -> Row | None:
    """The row that has these values, of which one is a unique key's; None if there is none.

    They are named by the attributes of rows (`owner_id`), and are of their types.
    """
    statement, reads = _prepared(model, tuple(equal))
    for row in fetch(statement, tuple(equal.values())):
        values = list(row)
        for place, read in reads:
            values[place] = read(values[place], None, connection)
        return model.from_db(connection.alias, _names(model), values)
    return None


@lru_cache
def _prepared(model: type[Model], names: tuple[str, ...]) -> tuple[str, list[tuple[int, Read]]]:
    """The SQL, and where in its rows are values that a field reads in its own way."""
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    by_name = {field.attname: field for field in fields}
    equal = " AND ".join(f'"{by_name[name].column}" = %s' for name in names)
    reads = [
        (place, field.from_db_value)
        for place, field in enumerate(fields)
        if hasattr(field, "from_db_value")
    ]
    return f'SELECT {columns} FROM "{model._meta.db_table}" WHERE {equal}', reads


@lru_cache
def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]
