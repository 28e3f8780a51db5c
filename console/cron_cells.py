"""The five fields of a cron expression one by one, so that one sees where it is wrong (pure)."""

from typing import NamedTuple

from schedules.cron_grammar import DAY, HOUR, MINUTE, MONTH, WEEKDAY, fields, parse

FIELDS = (MINUTE, HOUR, DAY, MONTH, WEEKDAY)


class Cell(NamedTuple):
    """One field; `problem` is empty where nothing is wrong with it."""

    name: str
    text: str
    problem: str


def cells(expression: str) -> list[Cell]:
    """The five, or none where it has not five fields."""
    try:
        texts = fields(expression)
    except ValueError:
        return []
    return [
        Cell(field.name, text, _problem(place, text))
        for place, (field, text) in enumerate(zip(FIELDS, texts, strict=True))
    ]


def _problem(place: int, text: str) -> str:
    alone = ["*"] * len(FIELDS)
    alone[place] = text
    try:
        parse(" ".join(alone))
    except ValueError as error:
        return str(error)
    return ""
