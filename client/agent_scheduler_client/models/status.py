from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.node import Node
    from ..models.status_last_24_hours import StatusLast24Hours
    from ..models.stop import Stop


T = TypeVar("T", bound="Status")


@_attrs_define
class Status:
    """How the scheduler stands.

    Attributes:
        now (datetime.datetime): The database's clock.
        beats (list[Node]):
        workers (list[Node]):
        queue_depth (int | None): Messages on Redis; null while it does not answer.
        pending (int):
        running (int):
        waiting (int): Runs that wait for somebody's approval.
        oldest_pending_seconds (float | None):
        next_due_at (datetime.datetime | None):
        last_24_hours (StatusLast24Hours): Executions that ended, by state.
        stops (list[Stop]): Stops that hold one up; staff see all.
        time_zone_data (str): Version of the tz database in use.
    """

    now: datetime.datetime
    beats: list[Node]
    workers: list[Node]
    queue_depth: int | None
    pending: int
    running: int
    waiting: int
    oldest_pending_seconds: float | None
    next_due_at: datetime.datetime | None
    last_24_hours: StatusLast24Hours
    stops: list[Stop]
    time_zone_data: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        now = self.now.isoformat()

        beats = []
        for beats_item_data in self.beats:
            beats_item = beats_item_data.to_dict()
            beats.append(beats_item)

        workers = []
        for workers_item_data in self.workers:
            workers_item = workers_item_data.to_dict()
            workers.append(workers_item)

        queue_depth: int | None
        queue_depth = self.queue_depth

        pending = self.pending

        running = self.running

        waiting = self.waiting

        oldest_pending_seconds: float | None
        oldest_pending_seconds = self.oldest_pending_seconds

        next_due_at: None | str
        if isinstance(self.next_due_at, datetime.datetime):
            next_due_at = self.next_due_at.isoformat()
        else:
            next_due_at = self.next_due_at

        last_24_hours = self.last_24_hours.to_dict()

        stops = []
        for stops_item_data in self.stops:
            stops_item = stops_item_data.to_dict()
            stops.append(stops_item)

        time_zone_data = self.time_zone_data

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "now": now,
                "beats": beats,
                "workers": workers,
                "queue_depth": queue_depth,
                "pending": pending,
                "running": running,
                "waiting": waiting,
                "oldest_pending_seconds": oldest_pending_seconds,
                "next_due_at": next_due_at,
                "last_24_hours": last_24_hours,
                "stops": stops,
                "time_zone_data": time_zone_data,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.node import Node  # noqa: PLC0415
        from ..models.status_last_24_hours import StatusLast24Hours  # noqa: PLC0415
        from ..models.stop import Stop  # noqa: PLC0415

        d = dict(src_dict)
        now = datetime.datetime.fromisoformat(d.pop("now"))

        beats = []
        _beats = d.pop("beats")
        for beats_item_data in _beats:
            beats_item = Node.from_dict(beats_item_data)

            beats.append(beats_item)

        workers = []
        _workers = d.pop("workers")
        for workers_item_data in _workers:
            workers_item = Node.from_dict(workers_item_data)

            workers.append(workers_item)

        def _parse_queue_depth(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        queue_depth = _parse_queue_depth(d.pop("queue_depth"))

        pending = d.pop("pending")

        running = d.pop("running")

        waiting = d.pop("waiting")

        def _parse_oldest_pending_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        oldest_pending_seconds = _parse_oldest_pending_seconds(d.pop("oldest_pending_seconds"))

        def _parse_next_due_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_due_at_type_0 = datetime.datetime.fromisoformat(data)

                return next_due_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        next_due_at = _parse_next_due_at(d.pop("next_due_at"))

        last_24_hours = StatusLast24Hours.from_dict(d.pop("last_24_hours"))

        stops = []
        _stops = d.pop("stops")
        for stops_item_data in _stops:
            stops_item = Stop.from_dict(stops_item_data)

            stops.append(stops_item)

        time_zone_data = d.pop("time_zone_data")

        status = cls(
            now=now,
            beats=beats,
            workers=workers,
            queue_depth=queue_depth,
            pending=pending,
            running=running,
            waiting=waiting,
            oldest_pending_seconds=oldest_pending_seconds,
            next_due_at=next_due_at,
            last_24_hours=last_24_hours,
            stops=stops,
            time_zone_data=time_zone_data,
        )

        status.additional_properties = d
        return status

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
