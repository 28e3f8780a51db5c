"""Stops as every statement that starts something sees them.

Dispatch, claims and heartbeats ask themselves, inside the statement that decides: no process
has to be told, and none can have missed it.
"""

# Written as two values that are computed once for a statement, whatever the number of its rows.
OWNER_GOES_ON = (
    "owner_id <> ALL (ARRAY(SELECT owner_id FROM schedules_stop WHERE owner_id IS NOT NULL))"
)
NOT_STOPPED = f"""
NOT EXISTS (SELECT FROM schedules_stop WHERE owner_id IS NULL) AND {OWNER_GOES_ON}
"""
# A pending execution that its worker may have at this moment.
MAY_START = f"state = ANY(%(free)s) AND not_before <= now() AND {NOT_STOPPED}"
