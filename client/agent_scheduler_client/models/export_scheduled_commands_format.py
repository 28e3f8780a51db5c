from typing import Literal

ExportScheduledCommandsFormat = Literal["json", "yaml"]

EXPORT_SCHEDULED_COMMANDS_FORMAT_VALUES: set[ExportScheduledCommandsFormat] = {
    "json",
    "yaml",
}


def check_export_scheduled_commands_format(value: str) -> ExportScheduledCommandsFormat:
    if value in EXPORT_SCHEDULED_COMMANDS_FORMAT_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {EXPORT_SCHEDULED_COMMANDS_FORMAT_VALUES!r}"
    )
