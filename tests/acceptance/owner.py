"""What an owner does over the API, by the client that is generated from its description."""

from typing import Any
from uuid import UUID, uuid4

import httpx
from agent_scheduler_client import AuthenticatedClient, Client
from agent_scheduler_client.api.agents import create_agent, update_agent
from agent_scheduler_client.api.api_keys import create_api_key
from agent_scheduler_client.api.executions import cancel_execution, get_execution
from agent_scheduler_client.api.scheduled_commands import (
    create_scheduled_command,
    execute_scheduled_command,
    get_scheduled_command,
    list_executions_of_scheduled_command,
)
from agent_scheduler_client.api.token import sign_in
from agent_scheduler_client.models import (
    AgentRequest,
    ApiKeyRequest,
    CredentialsRequest,
    Execution,
    ExecutionDetail,
    PatchedAgentRequest,
    Schedule,
    ScheduleRequest,
)

from scheduler_project.embedded.waiting import wait_until


class Owner:
    """Somebody with an agent named "helper", on a web server on this machine."""

    port: int
    client: AuthenticatedClient
    agent: int

    @property
    def address(self) -> str:
        """Where the web server is."""
        return f"http://127.0.0.1:{self.port}"

    def sign_in(self, username: str, password: str) -> None:
        """With the client that all calls after this one are made with, and an agent."""
        credentials = CredentialsRequest(username=username, password=password)
        with Client(self.address) as nobody:
            tokens = sign_in.sync(client=nobody, body=credentials)
        with AuthenticatedClient(self.address, tokens.access) as signed_in:
            # A token lasts five minutes, and these tests may take longer.
            key = create_api_key.sync(
                client=signed_in, body=ApiKeyRequest(f"key {uuid4().hex[:8]}", "write")
            )
        self.client = AuthenticatedClient(self.address, key.key)
        self.agent = create_agent.sync(client=self.client, body=AgentRequest(name="helper")).id

    def raw(self, method: str, path: str) -> httpx.Response:
        """The answer to a request of nobody, whatever it is."""
        return httpx.request(method, f"{self.address}{path}", timeout=30)

    def schedule(self, **fields: Any) -> Schedule:
        """A new scheduled command of the helper agent."""
        order = {"name": uuid4().hex, "agent": self.agent, "command": "say hello", **fields}
        body = ScheduleRequest.from_dict(order)
        return create_scheduled_command.sync(client=self.client, body=body)

    def every_second(self, **fields: Any) -> Schedule:
        """A scheduled command that is due every second."""
        timing = {"schedule_type": "interval", "interval_value": 1, "interval_unit": "seconds"}
        return self.schedule(**(timing | fields))

    def change_agent(self, **changes: Any) -> None:
        """Change what the helper agent may do, and how."""
        update_agent.sync(
            self.agent, client=self.client, body=PatchedAgentRequest.from_dict(changes)
        )

    def read(self, schedule: Schedule) -> Schedule:
        """It as it is now."""
        return get_scheduled_command.sync(schedule.id, client=self.client)

    def execute(self, schedule: Schedule) -> ExecutionDetail:
        """Run it now."""
        return execute_scheduled_command.sync(schedule.id, client=self.client)

    def execution(self, id: UUID) -> ExecutionDetail:
        """It as it is now, with its attempts."""
        return get_execution.sync(id, client=self.client)

    def cancel(self, id: UUID) -> ExecutionDetail:
        """Cancel it."""
        return cancel_execution.sync(id, client=self.client)

    def history(self, schedule: Schedule) -> list[Execution]:
        """The schedule's executions, newest first."""
        page = list_executions_of_scheduled_command.sync(
            schedule.id, client=self.client, page_size=200
        )
        return page.results

    def wait_for_states(
        self, schedule: Schedule, state: str, count: int = 1, seconds: float = 30
    ) -> Execution:
        """Wait until `count` executions are in that state; returns the newest of them."""

        def found() -> list[Execution]:
            return [row for row in self.history(schedule) if row.state == state]

        enough = wait_until(lambda: len(found()) >= count, seconds)
        assert enough, [(r.state, r.reason, r.error_message) for r in self.history(schedule)]
        return found()[0]
