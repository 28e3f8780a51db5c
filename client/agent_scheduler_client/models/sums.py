from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Sums")


@_attrs_define
class Sums:
    """What some runs have spent.

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

        sums = cls(
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
        )

        sums.additional_properties = d
        return sums

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
