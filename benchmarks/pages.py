"""How long does one person wait for each page of the console, with much in the database?"""

from argparse import ArgumentParser, Namespace

from benchmarks import asking
from benchmarks.results import Results
from benchmarks.servers import Servers

NAME, TITLE = "pages", "The pages of the console, with much in the database"
MEASURES = asking.MEASURES


def add_arguments(parser: ArgumentParser) -> None:
    """One person, with one page after the other."""
    asking.add_arguments(parser, clients=1, webs=1, seconds=2)


def take(options: Namespace, servers: Servers, results: Results) -> None:
    """Ask for each page."""
    asking.take(options, servers, results, "pages")
