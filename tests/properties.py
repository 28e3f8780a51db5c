"""Which of its complaints hypothesis keeps to itself."""

from hypothesis import HealthCheck

# No test is red because a machine is busy.
UNTIMED = [HealthCheck.too_slow]
# Nor because all examples of a property share a fixture, which they leave as it was.
SHARED = [*UNTIMED, HealthCheck.function_scoped_fixture]
