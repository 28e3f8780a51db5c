"""The first page: what a person on call asks first."""
