"""The process that runs APScheduler."""

from apscheduler.schedulers.blocking import BlockingScheduler

from benchmarks.contestants.apscheduler.app import options

if __name__ == "__main__":
    BlockingScheduler(**options()).start()
