"""The journal: who changed what, with old and new values."""
