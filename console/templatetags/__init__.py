"""Template libraries of the console."""
