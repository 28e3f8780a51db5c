from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Group")


@_attrs_define
class Group:
    """The sums of one group: its `by` is set, the others are null.

    Attributes:
        runs (int): Attempts that spent anything.
        input_tokens (int):
        output_tokens (int):
        cached_tokens (int): Of the input tokens.
        reasoning_tokens (int): Of the output tokens.
        llm_calls (int):
        tool_calls (int):
        cost (str): In US dollars, as far as known.
        unpriced_runs (int): Runs whose cost is not known.
        estimated_tokens (int): Counted by budgets besides input and output: of calls that did not come back, of
            providers that do not say, and of lost workers.
        estimated_cost (str): In US dollars, counted by budgets besides `cost`.
        since (datetime.datetime | None): Where a day or hour begins, UTC.
        owner (int | None):
        owner_name (str):
        schedule (int | None): 0: agent tasks that were started on their own.
        schedule_name (str): Of deleted schedules their last.
        model (None | str):
    """

    runs: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    reasoning_tokens: int
    llm_calls: int
    tool_calls: int
    cost: str
    unpriced_runs: int
    estimated_tokens: int
    estimated_cost: str
    since: datetime.datetime | None
    owner: int | None
    owner_name: str
    schedule: int | None
    schedule_name: str
    model: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        runs = self.runs

        input_tokens = self.input_tokens

        output_tokens = self.output_tokens

        cached_tokens = self.cached_tokens

        reasoning_tokens = self.reasoning_tokens

        llm_calls = self.llm_calls

        tool_calls = self.tool_calls

        cost = self.cost

        unpriced_runs = self.unpriced_runs

        estimated_tokens = self.estimated_tokens

        estimated_cost = self.estimated_cost

        since: None | str
        if isinstance(self.since, datetime.datetime):
            since = self.since.isoformat()
        else:
            since = self.since

        owner: int | None
        owner = self.owner

        owner_name = self.owner_name

        schedule: int | None
        schedule = self.schedule

        schedule_name = self.schedule_name

        model: None | str
        model = self.model

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "runs": runs,
                "input_tokens": input_tokens,
                "output_tokens": output_tokens,
                "cached_tokens": cached_tokens,
                "reasoning_tokens": reasoning_tokens,
                "llm_calls": llm_calls,
                "tool_calls": tool_calls,
                "cost": cost,
                "unpriced_runs": unpriced_runs,
                "estimated_tokens": estimated_tokens,
                "estimated_cost": estimated_cost,
                "since": since,
                "owner": owner,
                "owner_name": owner_name,
                "schedule": schedule,
                "schedule_name": schedule_name,
                "model": model,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        runs = d.pop("runs")

        input_tokens = d.pop("input_tokens")

        output_tokens = d.pop("output_tokens")

        cached_tokens = d.pop("cached_tokens")

        reasoning_tokens = d.pop("reasoning_tokens")

        llm_calls = d.pop("llm_calls")

        tool_calls = d.pop("tool_calls")

        cost = d.pop("cost")

        unpriced_runs = d.pop("unpriced_runs")

        estimated_tokens = d.pop("estimated_tokens")

        estimated_cost = d.pop("estimated_cost")

        def _parse_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                since_type_0 = datetime.datetime.fromisoformat(data)

                return since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        since = _parse_since(d.pop("since"))

        def _parse_owner(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        owner = _parse_owner(d.pop("owner"))

        owner_name = d.pop("owner_name")

        def _parse_schedule(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        schedule = _parse_schedule(d.pop("schedule"))

        schedule_name = d.pop("schedule_name")

        def _parse_model(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        model = _parse_model(d.pop("model"))

        group = cls(
            runs=runs,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cached_tokens=cached_tokens,
            reasoning_tokens=reasoning_tokens,
            llm_calls=llm_calls,
            tool_calls=tool_calls,
            cost=cost,
            unpriced_runs=unpriced_runs,
            estimated_tokens=estimated_tokens,
            estimated_cost=estimated_cost,
            since=since,
            owner=owner,
            owner_name=owner_name,
            schedule=schedule,
            schedule_name=schedule_name,
            model=model,
        )

        group.additional_properties = d
        return group

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
