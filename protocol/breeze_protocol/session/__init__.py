"""Session: the life of one remote-access session, whatever it carries. Clauses: SESS."""
