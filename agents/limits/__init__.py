"""Limits on model calls that hold across all workers, and pauses that providers ask for.

    runs ── enter/leave ──> Gate ── one round trip for all of them ──> Redis
             (one for each event loop)                 (without it: within this process)

PostgreSQL knows nothing of it: whatever Redis forgets is either said again within a few seconds
(who has a slot) or was only a courtesy (how long to wait).
"""
