"""Examples of each operation, for the API's description."""

from scheduler_project.api.schema.examples import Example
from schedules.api.examples import commands, declarations, ledger, money, operations

EXAMPLES: dict[str, Example] = {
    **commands.EXAMPLES,
    **declarations.EXAMPLES,
    **ledger.EXAMPLES,
    **money.EXAMPLES,
    **operations.EXAMPLES,
}
