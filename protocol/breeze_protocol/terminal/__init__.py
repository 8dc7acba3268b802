"""Terminal: viewer, relay and agent around one pseudo-terminal. Clauses: TERM."""
