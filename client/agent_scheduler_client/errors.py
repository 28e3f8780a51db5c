"""What is raised where a request fails."""

import httpx

from .models.problem import Problem


class Refused(Exception):
    """The server's problem details: `problem.detail` is a sentence, `problem.errors` the fields."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.status} {problem.title}: {problem.detail}")
        self.problem = problem


class NoProblem(Exception):
    """An answer that is not this API's: of a proxy, perhaps."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"The server answered {response.status_code}, without saying why.")
        self.response = response


def failure(response: httpx.Response) -> Refused | NoProblem:
    """What to raise for an answer that is no success."""
    if response.headers.get("Content-Type", "").startswith("application/problem+json"):
        return Refused(Problem.from_dict(response.json()))
    return NoProblem(response)
