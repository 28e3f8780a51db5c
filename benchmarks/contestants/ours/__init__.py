"""Agent Scheduler's own beat."""
