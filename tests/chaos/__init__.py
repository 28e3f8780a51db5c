"""Chaos: the whole scheduler under faults, judged from the outside by what its agents did."""
