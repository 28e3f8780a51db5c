"""Contains all the data models used in inputs/outputs"""

from .agent import Agent
from .agent_options import AgentOptions
from .agent_output_schema_type_0 import AgentOutputSchemaType0
from .agent_request import AgentRequest
from .agent_request_options import AgentRequestOptions
from .agent_request_output_schema_type_0 import AgentRequestOutputSchemaType0
from .agent_request_secrets import AgentRequestSecrets
from .agent_task import AgentTask
from .agent_task_row import AgentTaskRow
from .agent_task_state_enum import AgentTaskStateEnum
from .api_key import ApiKey
from .api_key_request import ApiKeyRequest
from .approval import Approval
from .approval_state_enum import ApprovalStateEnum
from .attempt import Attempt
from .attempt_trigger_enum import AttemptTriggerEnum
from .backfill_request import BackfillRequest
from .backfilled import Backfilled
from .blank_enum import BlankEnum
from .budget import Budget
from .budget_action_enum import BudgetActionEnum
from .budget_request import BudgetRequest
from .bulk_action_enum import BulkActionEnum
from .bulk_answer import BulkAnswer
from .bulk_request import BulkRequest
from .by_enum import ByEnum
from .changed import Changed
from .credentials_request import CredentialsRequest
from .decision_request import DecisionRequest
from .delivery import Delivery
from .delivery_state_enum import DeliveryStateEnum
from .document_request import DocumentRequest
from .entry_request import EntryRequest
from .event import Event
from .event_kind_enum import EventKindEnum
from .event_page import EventPage
from .events_enum import EventsEnum
from .execution import Execution
from .execution_detail import ExecutionDetail
from .execution_state_enum import ExecutionStateEnum
from .execution_trigger_enum import ExecutionTriggerEnum
from .export_scheduled_commands_format import ExportScheduledCommandsFormat
from .field_error import FieldError
from .get_spending_by import GetSpendingBy
from .group import Group
from .hook import Hook
from .hook_request import HookRequest
from .imported import Imported
from .interval_unit_enum import IntervalUnitEnum
from .list_agent_tasks_state import ListAgentTasksState
from .list_agents_ordering import ListAgentsOrdering
from .list_api_keys_ordering import ListApiKeysOrdering
from .list_api_keys_scope import ListApiKeysScope
from .list_approvals_state import ListApprovalsState
from .list_budgets_action import ListBudgetsAction
from .list_budgets_ordering import ListBudgetsOrdering
from .list_budgets_period import ListBudgetsPeriod
from .list_budgets_unit import ListBudgetsUnit
from .list_deliveries_state import ListDeliveriesState
from .list_executions_state import ListExecutionsState
from .list_executions_trigger import ListExecutionsTrigger
from .list_hooks_ordering import ListHooksOrdering
from .list_scheduled_commands_ordering import ListScheduledCommandsOrdering
from .list_scheduled_commands_schedule_type import ListScheduledCommandsScheduleType
from .missed_policy_enum import MissedPolicyEnum
from .new_api_key import NewApiKey
from .new_secret import NewSecret
from .node import Node
from .note_request import NoteRequest
from .notification import Notification
from .notification_kind_enum import NotificationKindEnum
from .overlap_policy_enum import OverlapPolicyEnum
from .paginated_agent_list import PaginatedAgentList
from .paginated_agent_task_row_list import PaginatedAgentTaskRowList
from .paginated_api_key_list import PaginatedApiKeyList
from .paginated_approval_list import PaginatedApprovalList
from .paginated_budget_list import PaginatedBudgetList
from .paginated_delivery_list import PaginatedDeliveryList
from .paginated_execution_list import PaginatedExecutionList
from .paginated_hook_list import PaginatedHookList
from .paginated_notification_list import PaginatedNotificationList
from .paginated_schedule_list import PaginatedScheduleList
from .patched_agent_request import PatchedAgentRequest
from .patched_agent_request_options import PatchedAgentRequestOptions
from .patched_agent_request_output_schema_type_0 import (
    PatchedAgentRequestOutputSchemaType0,
)
from .patched_agent_request_secrets import PatchedAgentRequestSecrets
from .patched_budget_request import PatchedBudgetRequest
from .patched_hook_request import PatchedHookRequest
from .patched_schedule_request import PatchedScheduleRequest
from .period_enum import PeriodEnum
from .problem import Problem
from .put_scheduled_command_by_name_if_none_match import (
    PutScheduledCommandByNameIfNoneMatch,
)
from .refresh_request import RefreshRequest
from .resumed import Resumed
from .schedule import Schedule
from .schedule_request import ScheduleRequest
from .schedule_type_enum import ScheduleTypeEnum
from .scope_enum import ScopeEnum
from .scope_request import ScopeRequest
from .selection_request import SelectionRequest
from .sign_out_request import SignOutRequest
from .spending import Spending
from .start_request import StartRequest
from .status import Status
from .status_last_24_hours import StatusLast24Hours
from .stop import Stop
from .stop_order_request import StopOrderRequest
from .sums import Sums
from .token_pair import TokenPair
from .unit_enum import UnitEnum

__all__ = (
    "Agent",
    "AgentOptions",
    "AgentOutputSchemaType0",
    "AgentRequest",
    "AgentRequestOptions",
    "AgentRequestOutputSchemaType0",
    "AgentRequestSecrets",
    "AgentTask",
    "AgentTaskRow",
    "AgentTaskStateEnum",
    "ApiKey",
    "ApiKeyRequest",
    "Approval",
    "ApprovalStateEnum",
    "Attempt",
    "AttemptTriggerEnum",
    "Backfilled",
    "BackfillRequest",
    "BlankEnum",
    "Budget",
    "BudgetActionEnum",
    "BudgetRequest",
    "BulkActionEnum",
    "BulkAnswer",
    "BulkRequest",
    "ByEnum",
    "Changed",
    "CredentialsRequest",
    "DecisionRequest",
    "Delivery",
    "DeliveryStateEnum",
    "DocumentRequest",
    "EntryRequest",
    "Event",
    "EventKindEnum",
    "EventPage",
    "EventsEnum",
    "Execution",
    "ExecutionDetail",
    "ExecutionStateEnum",
    "ExecutionTriggerEnum",
    "ExportScheduledCommandsFormat",
    "FieldError",
    "GetSpendingBy",
    "Group",
    "Hook",
    "HookRequest",
    "Imported",
    "IntervalUnitEnum",
    "ListAgentsOrdering",
    "ListAgentTasksState",
    "ListApiKeysOrdering",
    "ListApiKeysScope",
    "ListApprovalsState",
    "ListBudgetsAction",
    "ListBudgetsOrdering",
    "ListBudgetsPeriod",
    "ListBudgetsUnit",
    "ListDeliveriesState",
    "ListExecutionsState",
    "ListExecutionsTrigger",
    "ListHooksOrdering",
    "ListScheduledCommandsOrdering",
    "ListScheduledCommandsScheduleType",
    "MissedPolicyEnum",
    "NewApiKey",
    "NewSecret",
    "Node",
    "NoteRequest",
    "Notification",
    "NotificationKindEnum",
    "OverlapPolicyEnum",
    "PaginatedAgentList",
    "PaginatedAgentTaskRowList",
    "PaginatedApiKeyList",
    "PaginatedApprovalList",
    "PaginatedBudgetList",
    "PaginatedDeliveryList",
    "PaginatedExecutionList",
    "PaginatedHookList",
    "PaginatedNotificationList",
    "PaginatedScheduleList",
    "PatchedAgentRequest",
    "PatchedAgentRequestOptions",
    "PatchedAgentRequestOutputSchemaType0",
    "PatchedAgentRequestSecrets",
    "PatchedBudgetRequest",
    "PatchedHookRequest",
    "PatchedScheduleRequest",
    "PeriodEnum",
    "Problem",
    "PutScheduledCommandByNameIfNoneMatch",
    "RefreshRequest",
    "Resumed",
    "Schedule",
    "ScheduleRequest",
    "ScheduleTypeEnum",
    "ScopeEnum",
    "ScopeRequest",
    "SelectionRequest",
    "SignOutRequest",
    "Spending",
    "StartRequest",
    "Status",
    "StatusLast24Hours",
    "Stop",
    "StopOrderRequest",
    "Sums",
    "TokenPair",
    "UnitEnum",
)
