"""The conformance kit: cases that judge an agent or a server of any make by the clauses of `spec/`."""
