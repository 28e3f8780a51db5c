"""Further connections to the database, as tests/connections.py has them for all apps."""

from tests.connections import TIMEOUT as TIMEOUT
from tests.connections import OtherConnection as OtherConnection
from tests.connections import keeps_trying as keeps_trying
from tests.connections import somebody_waits as somebody_waits
from tests.connections import terminate_others as terminate_others
