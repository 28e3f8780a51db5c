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
from ..types import UNSET, Unset

T = TypeVar("T", bound="Entry")


@_attrs_define
class Entry:
    """A scheduled command, in all that is needed to make it anew.

    Attributes:
        name (str):
        agent (str):
        command (str):
        schedule_type (ScheduleTypeEnum): * `cron` - Cron
            * `interval` - Interval
            * `once` - Once
            * `manual` - Manual
        description (str | Unset):
        cron_expression (str | Unset):
        interval_value (int | None | Unset):
        interval_unit (BlankEnum | IntervalUnitEnum | Unset):
        run_at (datetime.datetime | None | Unset):
        timezone (str | Unset):
        start_at (datetime.datetime | None | Unset):
        end_at (datetime.datetime | None | Unset):
        max_runs (int | None | Unset):
        enabled (bool | Unset):
        overlap_policy (OverlapPolicyEnum | Unset): * `skip` - Skip
            * `buffer_one` - Buffer One
            * `buffer_all` - Buffer All
            * `cancel_other` - Cancel Other
            * `allow` - Allow
        missed_policy (MissedPolicyEnum | Unset): * `latest` - Latest
            * `all` - All
            * `none` - None
        misfire_grace_seconds (int | Unset):
        max_attempts (int | Unset): 1 never repeats a command: a run whose worker died is reported, not run again.
        retry_backoff_seconds (int | Unset):
        timeout_seconds (int | Unset):
        jitter_seconds (int | Unset): Each run starts up to so much later, at random: spreads a crowd.
        pause_after_failures (int | Unset): Failed runs in a row after which it is switched off; 0 never does that.
    """

    name: str
    agent: str
    command: str
    schedule_type: ScheduleTypeEnum
    description: str | Unset = UNSET
    cron_expression: str | Unset = UNSET
    interval_value: int | None | Unset = UNSET
    interval_unit: BlankEnum | IntervalUnitEnum | Unset = UNSET
    run_at: datetime.datetime | None | Unset = UNSET
    timezone: str | Unset = UNSET
    start_at: datetime.datetime | None | Unset = UNSET
    end_at: datetime.datetime | None | Unset = UNSET
    max_runs: int | None | Unset = UNSET
    enabled: bool | Unset = UNSET
    overlap_policy: OverlapPolicyEnum | Unset = UNSET
    missed_policy: MissedPolicyEnum | Unset = UNSET
    misfire_grace_seconds: int | Unset = UNSET
    max_attempts: int | Unset = UNSET
    retry_backoff_seconds: int | Unset = UNSET
    timeout_seconds: int | Unset = UNSET
    jitter_seconds: int | Unset = UNSET
    pause_after_failures: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        agent = self.agent

        command = self.command

        schedule_type: str = self.schedule_type

        description = self.description

        cron_expression = self.cron_expression

        interval_value: int | None | Unset
        if isinstance(self.interval_value, Unset):
            interval_value = UNSET
        else:
            interval_value = self.interval_value

        interval_unit: str | Unset
        if isinstance(self.interval_unit, Unset):
            interval_unit = UNSET
        elif isinstance(self.interval_unit, str):
            interval_unit = self.interval_unit
        else:
            interval_unit = self.interval_unit

        run_at: None | str | Unset
        if isinstance(self.run_at, Unset):
            run_at = UNSET
        elif isinstance(self.run_at, datetime.datetime):
            run_at = self.run_at.isoformat()
        else:
            run_at = self.run_at

        timezone = self.timezone

        start_at: None | str | Unset
        if isinstance(self.start_at, Unset):
            start_at = UNSET
        elif isinstance(self.start_at, datetime.datetime):
            start_at = self.start_at.isoformat()
        else:
            start_at = self.start_at

        end_at: None | str | Unset
        if isinstance(self.end_at, Unset):
            end_at = UNSET
        elif isinstance(self.end_at, datetime.datetime):
            end_at = self.end_at.isoformat()
        else:
            end_at = self.end_at

        max_runs: int | None | Unset
        if isinstance(self.max_runs, Unset):
            max_runs = UNSET
        else:
            max_runs = self.max_runs

        enabled = self.enabled

        overlap_policy: str | Unset = UNSET
        if not isinstance(self.overlap_policy, Unset):
            overlap_policy = self.overlap_policy

        missed_policy: str | Unset = UNSET
        if not isinstance(self.missed_policy, Unset):
            missed_policy = self.missed_policy

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
                "agent": agent,
                "command": command,
                "schedule_type": schedule_type,
            }
        )
        if description is not UNSET:
            field_dict["description"] = description
        if cron_expression is not UNSET:
            field_dict["cron_expression"] = cron_expression
        if interval_value is not UNSET:
            field_dict["interval_value"] = interval_value
        if interval_unit is not UNSET:
            field_dict["interval_unit"] = interval_unit
        if run_at is not UNSET:
            field_dict["run_at"] = run_at
        if timezone is not UNSET:
            field_dict["timezone"] = timezone
        if start_at is not UNSET:
            field_dict["start_at"] = start_at
        if end_at is not UNSET:
            field_dict["end_at"] = end_at
        if max_runs is not UNSET:
            field_dict["max_runs"] = max_runs
        if enabled is not UNSET:
            field_dict["enabled"] = enabled
        if overlap_policy is not UNSET:
            field_dict["overlap_policy"] = overlap_policy
        if missed_policy is not UNSET:
            field_dict["missed_policy"] = missed_policy
        if misfire_grace_seconds is not UNSET:
            field_dict["misfire_grace_seconds"] = misfire_grace_seconds
        if max_attempts is not UNSET:
            field_dict["max_attempts"] = max_attempts
        if retry_backoff_seconds is not UNSET:
            field_dict["retry_backoff_seconds"] = retry_backoff_seconds
        if timeout_seconds is not UNSET:
            field_dict["timeout_seconds"] = timeout_seconds
        if jitter_seconds is not UNSET:
            field_dict["jitter_seconds"] = jitter_seconds
        if pause_after_failures is not UNSET:
            field_dict["pause_after_failures"] = pause_after_failures

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        agent = d.pop("agent")

        command = d.pop("command")

        schedule_type = check_schedule_type_enum(d.pop("schedule_type"))

        description = d.pop("description", UNSET)

        cron_expression = d.pop("cron_expression", UNSET)

        def _parse_interval_value(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        interval_value = _parse_interval_value(d.pop("interval_value", UNSET))

        def _parse_interval_unit(data: object) -> BlankEnum | IntervalUnitEnum | Unset:
            if isinstance(data, Unset):
                return data
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

        interval_unit = _parse_interval_unit(d.pop("interval_unit", UNSET))

        def _parse_run_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                run_at_type_0 = datetime.datetime.fromisoformat(data)

                return run_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        run_at = _parse_run_at(d.pop("run_at", UNSET))

        timezone = d.pop("timezone", UNSET)

        def _parse_start_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                start_at_type_0 = datetime.datetime.fromisoformat(data)

                return start_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        start_at = _parse_start_at(d.pop("start_at", UNSET))

        def _parse_end_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                end_at_type_0 = datetime.datetime.fromisoformat(data)

                return end_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        end_at = _parse_end_at(d.pop("end_at", UNSET))

        def _parse_max_runs(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_runs = _parse_max_runs(d.pop("max_runs", UNSET))

        enabled = d.pop("enabled", UNSET)

        _overlap_policy = d.pop("overlap_policy", UNSET)
        overlap_policy: OverlapPolicyEnum | Unset
        if isinstance(_overlap_policy, Unset):
            overlap_policy = UNSET
        else:
            overlap_policy = check_overlap_policy_enum(_overlap_policy)

        _missed_policy = d.pop("missed_policy", UNSET)
        missed_policy: MissedPolicyEnum | Unset
        if isinstance(_missed_policy, Unset):
            missed_policy = UNSET
        else:
            missed_policy = check_missed_policy_enum(_missed_policy)

        misfire_grace_seconds = d.pop("misfire_grace_seconds", UNSET)

        max_attempts = d.pop("max_attempts", UNSET)

        retry_backoff_seconds = d.pop("retry_backoff_seconds", UNSET)

        timeout_seconds = d.pop("timeout_seconds", UNSET)

        jitter_seconds = d.pop("jitter_seconds", UNSET)

        pause_after_failures = d.pop("pause_after_failures", UNSET)

        entry = cls(
            name=name,
            agent=agent,
            command=command,
            schedule_type=schedule_type,
            description=description,
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
