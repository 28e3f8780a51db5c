"""RedBeat, whose schedules live in Redis."""
