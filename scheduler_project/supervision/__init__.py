"""What `scheduler_project.up` is made of: its options, signals, port and processes."""
