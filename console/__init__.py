"""The console: Django admin as a place to work in, for staff and for owners."""
