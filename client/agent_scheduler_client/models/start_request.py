from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="StartRequest")


@_attrs_define
class StartRequest:
    """The order for an agent task of its own.

    Attributes:
        agent (int):
        command (str):
        timeout_seconds (int | Unset):  Default: 600.
    """

    agent: int
    command: str
    timeout_seconds: int | Unset = 600

    def to_dict(self) -> dict[str, Any]:
        agent = self.agent

        command = self.command

        timeout_seconds = self.timeout_seconds

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "agent": agent,
                "command": command,
            }
        )
        if timeout_seconds is not UNSET:
            field_dict["timeout_seconds"] = timeout_seconds

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        agent = d.pop("agent")

        command = d.pop("command")

        timeout_seconds = d.pop("timeout_seconds", UNSET)

        start_request = cls(
            agent=agent,
            command=command,
            timeout_seconds=timeout_seconds,
        )

        return start_request
