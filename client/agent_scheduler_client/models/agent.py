from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.agent_options import AgentOptions
    from ..models.agent_output_schema_type_0 import AgentOutputSchemaType0


T = TypeVar("T", bound="Agent")


@_attrs_define
class Agent:
    """An agent; what its fields may say is checked by the services.

    Attributes:
        id (int):
        owner (int):
        name (str):
        description (str):
        runner (str):
        model (str): A model string such as openai:gpt-5; empty for the deployment's default.
        instructions (str):
        max_output_tokens (int): Per model call.
        max_llm_calls (int): Per attempt.
        options (AgentOptions): What the runner needs: of a webhook, the url.
        fallback_models (list[str]): Model strings to go on with, in this order.
        output_schema (AgentOutputSchemaType0 | None): JSON Schema (an object's) that answers must follow.
        tools (Any): Tools by name: "allow", "ask" or "deny"; one that is not named is denied.
        mcp_servers (Any): MCP servers to use.
        secret_names (list[str]): The names of the secrets that there are.
        created_at (datetime.datetime):
        updated_at (datetime.datetime):
    """

    id: int
    owner: int
    name: str
    description: str
    runner: str
    model: str
    instructions: str
    max_output_tokens: int
    max_llm_calls: int
    options: AgentOptions
    fallback_models: list[str]
    output_schema: AgentOutputSchemaType0 | None
    tools: Any
    mcp_servers: Any
    secret_names: list[str]
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.agent_output_schema_type_0 import AgentOutputSchemaType0  # noqa: PLC0415

        id = self.id

        owner = self.owner

        name = self.name

        description = self.description

        runner = self.runner

        model = self.model

        instructions = self.instructions

        max_output_tokens = self.max_output_tokens

        max_llm_calls = self.max_llm_calls

        options = self.options.to_dict()

        fallback_models = self.fallback_models

        output_schema: dict[str, Any] | None
        if isinstance(self.output_schema, AgentOutputSchemaType0):
            output_schema = self.output_schema.to_dict()
        else:
            output_schema = self.output_schema

        tools = self.tools

        mcp_servers = self.mcp_servers

        secret_names = self.secret_names

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "owner": owner,
                "name": name,
                "description": description,
                "runner": runner,
                "model": model,
                "instructions": instructions,
                "max_output_tokens": max_output_tokens,
                "max_llm_calls": max_llm_calls,
                "options": options,
                "fallback_models": fallback_models,
                "output_schema": output_schema,
                "tools": tools,
                "mcp_servers": mcp_servers,
                "secret_names": secret_names,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.agent_options import AgentOptions  # noqa: PLC0415
        from ..models.agent_output_schema_type_0 import AgentOutputSchemaType0  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        owner = d.pop("owner")

        name = d.pop("name")

        description = d.pop("description")

        runner = d.pop("runner")

        model = d.pop("model")

        instructions = d.pop("instructions")

        max_output_tokens = d.pop("max_output_tokens")

        max_llm_calls = d.pop("max_llm_calls")

        options = AgentOptions.from_dict(d.pop("options"))

        fallback_models = cast(list[str], d.pop("fallback_models"))

        def _parse_output_schema(data: object) -> AgentOutputSchemaType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                output_schema_type_0 = AgentOutputSchemaType0.from_dict(data)

                return output_schema_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AgentOutputSchemaType0 | None, data)

        output_schema = _parse_output_schema(d.pop("output_schema"))

        tools = d.pop("tools")

        mcp_servers = d.pop("mcp_servers")

        secret_names = cast(list[str], d.pop("secret_names"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        agent = cls(
            id=id,
            owner=owner,
            name=name,
            description=description,
            runner=runner,
            model=model,
            instructions=instructions,
            max_output_tokens=max_output_tokens,
            max_llm_calls=max_llm_calls,
            options=options,
            fallback_models=fallback_models,
            output_schema=output_schema,
            tools=tools,
            mcp_servers=mcp_servers,
            secret_names=secret_names,
            created_at=created_at,
            updated_at=updated_at,
        )

        agent.additional_properties = d
        return agent

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
