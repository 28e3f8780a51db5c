"""How long does the REST API take with much in the database, on page 1 and on page 10,000?"""

from argparse import ArgumentParser, Namespace

from benchmarks import asking
from benchmarks.results import Results
from benchmarks.servers import Servers

NAME, TITLE = "api", "The REST API, with much in the database"
MEASURES = asking.MEASURES


def add_arguments(parser: ArgumentParser) -> None:
    """Many clients, as of programs."""
    asking.add_arguments(parser, clients=8, webs=2, seconds=5)


def take(options: Namespace, servers: Servers, results: Results) -> None:
    """Ask each address."""
    asking.take(options, servers, results, "api")
