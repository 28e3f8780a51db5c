"""`python -m tests.acceptance.beat_with_wrong_clock HOURS ...`: Celery on a clock that is off."""

import sys
from datetime import UTC, datetime, timedelta

import time_machine
from celery.__main__ import main

if __name__ == "__main__":
    wrong = datetime.now(UTC) + timedelta(hours=float(sys.argv.pop(1)))
    with time_machine.travel(wrong, tick=True):
        main()
