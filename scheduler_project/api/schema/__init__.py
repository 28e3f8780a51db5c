"""What drf-spectacular cannot find out by itself for /api/schema."""
