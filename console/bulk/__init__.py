"""Something done with thousands of rows: asked once, then chunk after chunk, with progress."""
