"""Rows of one model by SQL of which only the condition is new each time.

Django writes all of a statement anew, with each of thirty columns: for one row, or a page of them,
that takes longer than PostgreSQL needs to find them.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar, cast

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.utils import create_namedtuple_class

from scheduler_project.database import fetch

Row = TypeVar("Row", bound=Model)


class Shape(NamedTuple):
    """Columns of a model: the SQL that reads them, and where a field reads them in its own way."""

    names: tuple[str, ...]
    select: str
    reads: tuple[tuple[int, Callable[[Any, Any, Any], Any]], ...]

    def values(self, row: tuple[Any, ...]) -> Sequence[Any]:
        """Those of a row, as Django would have them."""
        if not self.reads:
            return row
        values = list(row)
        for place, read in self.reads:
            values[place] = read(values[place], None, connection)
        return values


def one(model: type[Row], **equal: Any) -> Row | None:
    """The row that has these values, of which one is a unique key's; None if there is none.

    They are named by the attributes of rows (`owner_id`), and are of their types.
    """
    shape = _all(model)
    for row in fetch(_by_value(model, tuple(equal)), tuple(equal.values())):
        return model.from_db(connection.alias, shape.names, shape.values(row))
    return None


def first(rows: QuerySet[Any], order: str, count: int) -> list[Any]:
    """The first so many in an order (in SQL) of a values_list(named=True) without joins."""
    query = rows.query
    assert sum(map(bool, query.alias_refcount.values())) < 2, "It joins another table."
    shape = _shape(cast(Any, rows.model), tuple(query.values_select))
    try:
        condition, values = query.get_compiler(connection.alias).compile(query.where)
    except EmptyResultSet:
        return []
    except FullResultSet:
        condition, values = "true", ()
    made = create_namedtuple_class(*shape.names)._make
    statement = f"{shape.select} WHERE {condition} ORDER BY {order} LIMIT {count}"
    return [made(shape.values(row)) for row in fetch(statement, tuple(values))]


def column(model: type[Model], name: str) -> str:
    """In SQL."""
    field: Any = model._meta.get_field(name)
    return f'"{model._meta.db_table}"."{field.column}"'


@lru_cache
def _shape(model: type[Model], names: tuple[str, ...]) -> Shape:
    fields = [model._meta.get_field(name) for name in names]
    columns = ", ".join(column(model, name) for name in names)
    reads = tuple(
        (place, field.from_db_value)
        for place, field in enumerate(fields)
        if hasattr(field, "from_db_value")
    )
    return Shape(names, f'SELECT {columns} FROM "{model._meta.db_table}"', reads)


@lru_cache
def _all(model: type[Model]) -> Shape:
    return _shape(model, tuple(field.attname for field in model._meta.concrete_fields))


@lru_cache
def _by_value(model: type[Model], names: tuple[str, ...]) -> str:
    equal = " AND ".join(f"{column(model, name)} = %s" for name in names)
    return f"{_all(model).select} WHERE {equal}"
