from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.blank_enum import BlankEnum, check_blank_enum
from ..models.interval_unit_enum import IntervalUnitEnum, check_interval_unit_enum
from ..models.missed_policy_enum import MissedPolicyEnum, check_missed_policy_enum
from ..models.overlap_policy_enum import OverlapPolicyEnum, check_overlap_policy_enum
from ..models.schedule_type_enum import ScheduleTypeEnum, check_schedule_type_enum

T = TypeVar("T", bound="Entry")


@_attrs_define
class Entry:
    """A scheduled command, in all that is needed to make it anew.

    Attributes:
        name (str):
        description (str):
        agent (str):
        command (str):
        schedule_type (ScheduleTypeEnum): * `cron` - Cron
            * `interval` - Interval
            * `once` - Once
            * `manual` - Manual
        cron_expression (str):
        interval_value (int | None):
        interval_unit (BlankEnum | IntervalUnitEnum):
        run_at (datetime.datetime | None):
        timezone (str):
        start_at (datetime.datetime | None):
        end_at (datetime.datetime | None):
        max_runs (int | None):
        enabled (bool):
        overlap_policy (OverlapPolicyEnum): * `skip` - Skip
            * `buffer_one` - Buffer One
            * `buffer_all` - Buffer All
            * `cancel_other` - Cancel Other
            * `allow` - Allow
        missed_policy (MissedPolicyEnum): * `latest` - Latest
            * `all` - All
            * `none` - None
        misfire_grace_seconds (int):
        max_attempts (int): 1 never repeats a command: a run whose worker died is reported, not run again.
        retry_backoff_seconds (int):
        timeout_seconds (int):
        jitter_seconds (int): Each run starts up to so much later, at random: spreads a crowd.
        pause_after_failures (int): Failed runs in a row after which it is switched off; 0 never does that.
    """

    name: str
    description: str
    agent: str
    command: str
    schedule_type: ScheduleTypeEnum
    cron_expression: str
    interval_value: int | None
    interval_unit: BlankEnum | IntervalUnitEnum
    run_at: datetime.datetime | None
    timezone: str
    start_at: datetime.datetime | None
    end_at: datetime.datetime | None
    max_runs: int | None
    enabled: bool
    overlap_policy: OverlapPolicyEnum
    missed_policy: MissedPolicyEnum
    misfire_grace_seconds: int
    max_attempts: int
    retry_backoff_seconds: int
    timeout_seconds: int
    jitter_seconds: int
    pause_after_failures: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        description = self.description

        agent = self.agent

        command = self.command

        schedule_type: str = self.schedule_type

        cron_expression = self.cron_expression

        interval_value: int | None
        interval_value = self.interval_value

        interval_unit: str
        if isinstance(self.interval_unit, str):
            interval_unit = self.interval_unit
        else:
            interval_unit = self.interval_unit

        run_at: None | str
        if isinstance(self.run_at, datetime.datetime):
            run_at = self.run_at.isoformat()
        else:
            run_at = self.run_at

        timezone = self.timezone

        start_at: None | str
        if isinstance(self.start_at, datetime.datetime):
            start_at = self.start_at.isoformat()
        else:
            start_at = self.start_at

        end_at: None | str
        if isinstance(self.end_at, datetime.datetime):
            end_at = self.end_at.isoformat()
        else:
            end_at = self.end_at

        max_runs: int | None
        max_runs = self.max_runs

        enabled = self.enabled

        overlap_policy: str = self.overlap_policy

        missed_policy: str = self.missed_policy

        misfire_grace_seconds = self.misfire_grace_seconds

        max_attempts = self.max_attempts

        retry_backoff_seconds = self.retry_backoff_seconds

        timeout_seconds = self.timeout_seconds

        jitter_seconds = self.jitter_seconds

        pause_after_failures = self.pause_after_failures

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "description": description,
                "agent": agent,
                "command": command,
                "schedule_type": schedule_type,
                "cron_expression": cron_expression,
                "interval_value": interval_value,
                "interval_unit": interval_unit,
                "run_at": run_at,
                "timezone": timezone,
                "start_at": start_at,
                "end_at": end_at,
                "max_runs": max_runs,
                "enabled": enabled,
                "overlap_policy": overlap_policy,
                "missed_policy": missed_policy,
                "misfire_grace_seconds": misfire_grace_seconds,
                "max_attempts": max_attempts,
                "retry_backoff_seconds": retry_backoff_seconds,
                "timeout_seconds": timeout_seconds,
                "jitter_seconds": jitter_seconds,
                "pause_after_failures": pause_after_failures,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        description = d.pop("description")

        agent = d.pop("agent")

        command = d.pop("command")

        schedule_type = check_schedule_type_enum(d.pop("schedule_type"))

        cron_expression = d.pop("cron_expression")

        def _parse_interval_value(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        interval_value = _parse_interval_value(d.pop("interval_value"))

        def _parse_interval_unit(data: object) -> BlankEnum | IntervalUnitEnum:
            try:
                if not isinstance(data, str):
                    raise TypeError()
                interval_unit_type_0 = check_interval_unit_enum(data)

                return interval_unit_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, str):
                raise TypeError()
            interval_unit_type_1 = check_blank_enum(data)

            return interval_unit_type_1

        interval_unit = _parse_interval_unit(d.pop("interval_unit"))

        def _parse_run_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                run_at_type_0 = datetime.datetime.fromisoformat(data)

                return run_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        run_at = _parse_run_at(d.pop("run_at"))

        timezone = d.pop("timezone")

        def _parse_start_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                start_at_type_0 = datetime.datetime.fromisoformat(data)

                return start_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        start_at = _parse_start_at(d.pop("start_at"))

        def _parse_end_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                end_at_type_0 = datetime.datetime.fromisoformat(data)

                return end_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        end_at = _parse_end_at(d.pop("end_at"))

        def _parse_max_runs(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        max_runs = _parse_max_runs(d.pop("max_runs"))

        enabled = d.pop("enabled")

        overlap_policy = check_overlap_policy_enum(d.pop("overlap_policy"))

        missed_policy = check_missed_policy_enum(d.pop("missed_policy"))

        misfire_grace_seconds = d.pop("misfire_grace_seconds")

        max_attempts = d.pop("max_attempts")

        retry_backoff_seconds = d.pop("retry_backoff_seconds")

        timeout_seconds = d.pop("timeout_seconds")

        jitter_seconds = d.pop("jitter_seconds")

        pause_after_failures = d.pop("pause_after_failures")

        entry = cls(
            name=name,
            description=description,
            agent=agent,
            command=command,
            schedule_type=schedule_type,
            cron_expression=cron_expression,
            interval_value=interval_value,
            interval_unit=interval_unit,
            run_at=run_at,
            timezone=timezone,
            start_at=start_at,
            end_at=end_at,
            max_runs=max_runs,
            enabled=enabled,
            overlap_policy=overlap_policy,
            missed_policy=missed_policy,
            misfire_grace_seconds=misfire_grace_seconds,
            max_attempts=max_attempts,
            retry_backoff_seconds=retry_backoff_seconds,
            timeout_seconds=timeout_seconds,
            jitter_seconds=jitter_seconds,
            pause_after_failures=pause_after_failures,
        )

        entry.additional_properties = d
        return entry

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
