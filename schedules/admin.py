"""Django admin of schedules and the ledger: translate, call a service, translate back."""




WHEN = ("schedule_type", "cron_expression", "interval_value", "interval_unit", "run_at", "timezone")
POLICIES = ("overlap_policy", "missed_policy", "misfire_grace_seconds", "max_attempts")
