"""Chat: a person at the device, the model behind the server, and the tools between them. Clauses: CHAT."""
