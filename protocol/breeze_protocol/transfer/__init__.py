"""Transfer: one file between a person and a device, through the server. Clauses: XFER."""
