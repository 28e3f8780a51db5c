from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.agent_request_options import AgentRequestOptions
    from ..models.agent_request_output_schema_type_0 import AgentRequestOutputSchemaType0
    from ..models.agent_request_secrets import AgentRequestSecrets


T = TypeVar("T", bound="AgentRequest")


@_attrs_define
class AgentRequest:
    """An agent; what its fields may say is checked by the services.

    Attributes:
        name (str):
        description (str | Unset):
        runner (str | Unset):
        model (str | Unset): A model string such as openai:gpt-5; empty for the deployment's default.
        instructions (str | Unset):
        max_output_tokens (int | Unset): Per model call.
        max_llm_calls (int | Unset): Per attempt.
        options (AgentRequestOptions | Unset): What the runner needs: of a webhook, the url.
        fallback_models (list[str] | Unset): Model strings to go on with, in this order.
        output_schema (AgentRequestOutputSchemaType0 | None | Unset): JSON Schema (an object's) that answers must
            follow.
        tools (Any | Unset): Tools by name: "allow", "ask" or "deny"; one that is not named is denied.
        mcp_servers (Any | Unset): MCP servers to use.
        secrets (AgentRequestSecrets | Unset): Values by name, never shown again. They are added to those that are
            there, with PUT as well; null removes one.
    """

    name: str
    description: str | Unset = UNSET
    runner: str | Unset = UNSET
    model: str | Unset = UNSET
    instructions: str | Unset = UNSET
    max_output_tokens: int | Unset = UNSET
    max_llm_calls: int | Unset = UNSET
    options: AgentRequestOptions | Unset = UNSET
    fallback_models: list[str] | Unset = UNSET
    output_schema: AgentRequestOutputSchemaType0 | None | Unset = UNSET
    tools: Any | Unset = UNSET
    mcp_servers: Any | Unset = UNSET
    secrets: AgentRequestSecrets | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.agent_request_output_schema_type_0 import (
            AgentRequestOutputSchemaType0,  # noqa: PLC0415
        )

        name = self.name

        description = self.description

        runner = self.runner

        model = self.model

        instructions = self.instructions

        max_output_tokens = self.max_output_tokens

        max_llm_calls = self.max_llm_calls

        options: dict[str, Any] | Unset = UNSET
        if not isinstance(self.options, Unset):
            options = self.options.to_dict()

        fallback_models: list[str] | Unset = UNSET
        if not isinstance(self.fallback_models, Unset):
            fallback_models = self.fallback_models

        output_schema: dict[str, Any] | None | Unset
        if isinstance(self.output_schema, Unset):
            output_schema = UNSET
        elif isinstance(self.output_schema, AgentRequestOutputSchemaType0):
            output_schema = self.output_schema.to_dict()
        else:
            output_schema = self.output_schema

        tools = self.tools

        mcp_servers = self.mcp_servers

        secrets: dict[str, Any] | Unset = UNSET
        if not isinstance(self.secrets, Unset):
            secrets = self.secrets.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
            }
        )
        if description is not UNSET:
            field_dict["description"] = description
        if runner is not UNSET:
            field_dict["runner"] = runner
        if model is not UNSET:
            field_dict["model"] = model
        if instructions is not UNSET:
            field_dict["instructions"] = instructions
        if max_output_tokens is not UNSET:
            field_dict["max_output_tokens"] = max_output_tokens
        if max_llm_calls is not UNSET:
            field_dict["max_llm_calls"] = max_llm_calls
        if options is not UNSET:
            field_dict["options"] = options
        if fallback_models is not UNSET:
            field_dict["fallback_models"] = fallback_models
        if output_schema is not UNSET:
            field_dict["output_schema"] = output_schema
        if tools is not UNSET:
            field_dict["tools"] = tools
        if mcp_servers is not UNSET:
            field_dict["mcp_servers"] = mcp_servers
        if secrets is not UNSET:
            field_dict["secrets"] = secrets

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.agent_request_options import AgentRequestOptions  # noqa: PLC0415
        from ..models.agent_request_output_schema_type_0 import (
            AgentRequestOutputSchemaType0,  # noqa: PLC0415
        )
        from ..models.agent_request_secrets import AgentRequestSecrets  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        description = d.pop("description", UNSET)

        runner = d.pop("runner", UNSET)

        model = d.pop("model", UNSET)

        instructions = d.pop("instructions", UNSET)

        max_output_tokens = d.pop("max_output_tokens", UNSET)

        max_llm_calls = d.pop("max_llm_calls", UNSET)

        _options = d.pop("options", UNSET)
        options: AgentRequestOptions | Unset
        if isinstance(_options, Unset):
            options = UNSET
        else:
            options = AgentRequestOptions.from_dict(_options)

        fallback_models = cast(list[str], d.pop("fallback_models", UNSET))

        def _parse_output_schema(data: object) -> AgentRequestOutputSchemaType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                output_schema_type_0 = AgentRequestOutputSchemaType0.from_dict(data)

                return output_schema_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AgentRequestOutputSchemaType0 | None | Unset, data)

        output_schema = _parse_output_schema(d.pop("output_schema", UNSET))

        tools = d.pop("tools", UNSET)

        mcp_servers = d.pop("mcp_servers", UNSET)

        _secrets = d.pop("secrets", UNSET)
        secrets: AgentRequestSecrets | Unset
        if isinstance(_secrets, Unset):
            secrets = UNSET
        else:
            secrets = AgentRequestSecrets.from_dict(_secrets)

        agent_request = cls(
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
            secrets=secrets,
        )

        return agent_request
