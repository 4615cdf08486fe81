"""What a table of calls does not show: memory, streams, cold starts, large specs."""
