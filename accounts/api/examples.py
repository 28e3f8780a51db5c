"""Examples of each operation, for the API's description."""

from scheduler_project.api.schema.examples import Example

KEY = {
    "id": 3,
    "owner": 7,
    "name": "nightly export",
    "scope": "read",
    "public": "5f2b8c91d04e",
    "created_at": "2030-01-31T07:30:00Z",
    "expires_at": "2030-05-01T07:30:00Z",
    "last_used_at": None,
}
NEW_KEY = KEY | {"key": "asch_5f2b8c91d04e_FlEPq3hGsmXv0Q9i2bXkTn7yLcWd4zR1uAoJe8KtHwM"}
TOKENS = {"access": "eyJhbGciOi...", "refresh": "eyJhbGciOi..."}
REFRESH = {"refresh": TOKENS["refresh"]}

EXAMPLES = {
    "list_api_keys": Example(response=KEY),
    "create_api_key": Example({"name": "nightly export", "scope": "read"}, NEW_KEY),
    "get_api_key": Example(response=KEY),
    "sign_in": Example({"username": "ada", "password": "a long one of her own"}, TOKENS),
    "refresh_tokens": Example(REFRESH, TOKENS),
    "sign_out": Example(REFRESH),
}
